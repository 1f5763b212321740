#include "engine/survey/cube.hpp"

#include "engine/core/workers.hpp"
#include "engine/stats/result.hpp"
#include "engine/survey/calibration_residuals.hpp"
#include "engine/survey/cube_layout.hpp"
#include "engine/survey/domain_facts.hpp"
#include "engine/survey/variance.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <optional>

namespace canvass::survey {

namespace {

using Row = Eigen::Map<const Eigen::ArrayXd>;

/// What is counted of every outcome over some groups.
struct Facts {
  Eigen::ArrayXd n, missing, yes, weight, squared; ///< by outcome; yes and weight are sums of weights
  explicit Facts(std::size_t outcomes)
      : n(Eigen::ArrayXd::Zero(static_cast<Eigen::Index>(outcomes))), missing(n), yes(n), weight(n), squared(n) {}
};

/// Groups of one domain, or of everybody, with their sums.
struct Part {
  const Layout& layout;
  const GroupSums& sums;
  std::size_t first, end; ///< its groups
  std::size_t outcomes;

  [[nodiscard]] const Pair& pair(std::size_t g) const { return layout.pairs[layout.groups[g].pair]; }
  [[nodiscard]] Row row(const std::vector<double>& values, std::size_t g) const {
    return {values.data() + (g - sums.first) * outcomes, static_cast<Eigen::Index>(outcomes)};
  }
  [[nodiscard]] Facts facts() const {
    Facts facts(outcomes);
    for (std::size_t g = first; g < end; ++g) {
      facts.n += row(sums.no.n, g) + row(sums.yes.n, g);
      facts.missing += row(sums.missing, g);
      facts.yes += row(sums.yes.weight, g);
      facts.weight += row(sums.no.weight, g) + row(sums.yes.weight, g);
      facts.squared += row(sums.no.squared, g) + row(sums.yes.squared, g);
    }
    return facts;
  }
  /// Rows that answered, by stratum and outcome (strata x outcomes).
  [[nodiscard]] std::vector<double> answered(std::size_t strata) const {
    std::vector<double> n(strata * outcomes, 0);
    for (std::size_t g = first; g < end; ++g) {
      Eigen::Map<Eigen::ArrayXd>(n.data() + pair(g).stratum * outcomes, static_cast<Eigen::Index>(outcomes)) +=
          row(sums.no.n, g) + row(sums.yes.n, g);
    }
    return n;
  }
};

/// What a row that answers yes or no adds to a mean or difference, for each unit of its weight; by outcome, 0 where nobody counts.
struct Score {
  Eigen::ArrayXd yes, no;
};

Score score_of_mean(const Facts& facts) {
  const auto counts = facts.n > 0;
  const Eigen::ArrayXd share = counts.select(facts.yes / facts.weight, 0.0);
  return {counts.select((1 - share) / facts.weight, 0.0), counts.select(-share / facts.weight, 0.0)};
}

/// Shares of all outcomes in one domain, and in the rest.
class DomainOfCube {
public:
  /// `whole`: everybody who is in any domain, where the rest is wanted; else null.
  DomainOfCube(const PreparedDesign& design, const Part& own, const Part* whole)
      : design_(design), stage_(design.first()), own_(own), whole_(whole), count_(own.outcomes), facts_(own.facts()),
        met_(own.answered(stage_.strata.size())) {
    const Score score = score_of_mean(facts_);
    const Score nothing = {Eigen::ArrayXd::Zero(score.yes.size()), Eigen::ArrayXd::Zero(score.yes.size())};
    cells_ = cells(facts_, met_, variances(score, nothing, met_));
    if (whole == nullptr) {
      return;
    }
    Facts rest = whole->facts();
    rest.n -= facts_.n;
    rest.missing -= facts_.missing;
    rest.yes -= facts_.yes;
    rest.weight -= facts_.weight;
    rest.squared -= facts_.squared;
    const std::vector<double> met_by_all = whole->answered(stage_.strata.size());
    std::vector<double> met_by_rest = met_by_all;
    for (std::size_t i = 0; i < met_.size(); ++i) {
      met_by_rest[i] -= met_[i];
    }
    const Score score_of_rest = score_of_mean(rest);
    const std::vector<CubeCell> rests = cells(rest, met_by_rest, variances(nothing, score_of_rest, met_by_rest));
    const std::vector<double> of_difference = variances(score, {-score_of_rest.yes, -score_of_rest.no}, met_by_all);
    for (std::size_t j = 0; j < count_; ++j) {
      const bool both = cells_[j].n > 0 && rests[j].n > 0;
      rests_.push_back({rests[j], both ? std::sqrt(of_difference[j]) : stats::nan});
    }
  }

  [[nodiscard]] const std::vector<CubeCell>& cells() const { return cells_; }
  [[nodiscard]] const std::vector<RestOfCell>& rests() const { return rests_; }

private:
  /// Sums over a pair's rows of scores x weight; of their squares; of scores x weight squared.
  struct PairScores {
    Eigen::ArrayXd sum, squares, by_weight;
  };

  /// Calls use(pair, group of the domain or none, group of everybody or none) for every pair that has either.
  template <class Use> void for_pairs(bool of_everybody, const Use& use) const {
    std::size_t g = own_.first;
    if (!of_everybody) {
      for (; g < own_.end; ++g) {
        use(own_.layout.groups[g].pair, std::optional(g), std::nullopt);
      }
      return;
    }
    for (std::size_t w = whole_->first; w < whole_->end; ++w) {
      const std::size_t pair = whole_->layout.groups[w].pair;
      const bool own = g < own_.end && own_.layout.groups[g].pair == pair;
      use(pair, own ? std::optional(g++) : std::nullopt, std::optional(w));
    }
  }

  /// Variance of sum w x score: `inside` for rows of the domain, `outside` for the others.
  std::vector<double> variances(const Score& inside, const Score& outside, const std::vector<double>& met) const {
    const std::size_t strata = stage_.strata.size();
    const auto size = static_cast<Eigen::Index>(count_);
    const bool of_everybody = whole_ != nullptr && ((outside.yes != 0).any() || (outside.no != 0).any());
    // Rows outside are all rows less those inside.
    const Score less = {inside.yes - outside.yes, inside.no - outside.no};
    const Score squared_less = {inside.yes.square() - outside.yes.square(), inside.no.square() - outside.no.square()};
    const Score squared_outside = {outside.yes.square(), outside.no.square()};
    const CalibrationResiduals* residuals = design_.residuals();

    stats::Matrix fits;
    if (residuals != nullptr) {
      stats::Matrix sums(residuals->patterns(), count_);
      for_pairs(of_everybody, [&](std::size_t pair, std::optional<std::size_t> own, std::optional<std::size_t> all) {
        Eigen::Map<Eigen::ArrayXd> sum(sums.values.data() + own_.layout.pairs[pair].pattern * count_, size);
        if (all) {
          sum += outside.yes * whole_->row(whole_->sums.yes.fit, *all) + outside.no * whole_->row(whole_->sums.no.fit, *all);
        }
        if (own) {
          sum += less.yes * own_.row(own_.sums.yes.fit, *own) + less.no * own_.row(own_.sums.no.fit, *own);
        }
      });
      fits = residuals->fits(sums);
    }

    std::vector<double> squares(strata * count_, 0); // of totals of units, by stratum
    std::vector<double> totals(strata * count_, 0);
    Eigen::ArrayXd of_unit = Eigen::ArrayXd::Zero(size);
    PairScores scores = {of_unit, of_unit, of_unit};
    Eigen::ArrayXd before = of_unit; // what the variance would be made of without calibration
    const auto add = [&](std::size_t p, std::optional<std::size_t> own, std::optional<std::size_t> all) {
      const Pair& pair = own_.layout.pairs[p];
      scores.sum.setZero();
      if (all) {
        scores.sum += outside.yes * whole_->row(whole_->sums.yes.weight, *all) + outside.no * whole_->row(whole_->sums.no.weight, *all);
      }
      if (own) {
        scores.sum += less.yes * own_.row(own_.sums.yes.weight, *own) + less.no * own_.row(own_.sums.no.weight, *own);
      }
      Eigen::Map<Eigen::ArrayXd> total(totals.data() + pair.stratum * count_, size);
      Eigen::Map<Eigen::ArrayXd> square(squares.data() + pair.stratum * count_, size);
      if (!stage_.rows_are_units()) {
        before += squared_weight(stage_, stage_.strata[pair.stratum]) * scores.sum.square();
        if (residuals != nullptr) {
          scores.sum -= pair.weight * Row(fits.values.data() + pair.pattern * count_, size);
        }
        total += scores.sum;
        of_unit += scores.sum;
        const bool last = p + 1 == own_.layout.pairs.size() || own_.layout.pairs[p + 1].unit != pair.unit ||
                          own_.layout.pairs[p + 1].stratum != pair.stratum;
        if (last || residuals == nullptr) {
          square += of_unit.square();
          of_unit.setZero();
        }
        return;
      }
      total += scores.sum;
      scores.squares.setZero();
      scores.by_weight.setZero();
      if (all) {
        const Row yes = whole_->row(whole_->sums.yes.squared, *all);
        const Row no = whole_->row(whole_->sums.no.squared, *all);
        scores.squares += squared_outside.yes * yes + squared_outside.no * no;
        scores.by_weight += outside.yes * yes + outside.no * no;
      }
      if (own) {
        const Row yes = own_.row(own_.sums.yes.squared, *own);
        const Row no = own_.row(own_.sums.no.squared, *own);
        scores.squares += squared_less.yes * yes + squared_less.no * no;
        scores.by_weight += less.yes * yes + less.no * no;
      }
      square += scores.squares;
      before += squared_weight(stage_, stage_.strata[pair.stratum]) * scores.squares;
      if (residuals != nullptr) {
        const Row fit(fits.values.data() + pair.pattern * count_, size);
        total -= pair.weight * fit;
        square += pair.squared * fit.square() - 2 * fit * scores.by_weight;
      }
    };
    if (residuals == nullptr) {
      for_pairs(of_everybody, add);
    } else {
      // The fit reaches every row of the sample, in any domain or none.
      std::size_t g = own_.first;
      std::size_t w = of_everybody ? whole_->first : 0;
      for (std::size_t p = 0; p < own_.layout.pairs.size(); ++p) {
        const bool own = g < own_.end && own_.layout.groups[g].pair == p;
        const bool all = of_everybody && w < whole_->end && whole_->layout.groups[w].pair == p;
        add(p, own ? std::optional(g) : std::nullopt, all ? std::optional(w) : std::nullopt);
        g += own ? 1U : 0U;
        w += all ? 1U : 0U;
      }
    }
    std::vector<double> result;
    std::vector<double> total(strata);
    std::vector<double> square(strata);
    std::vector<std::uint8_t> is_met(strata);
    for (std::size_t j = 0; j < count_; ++j) {
      for (std::size_t h = 0; h < strata; ++h) {
        total[h] = totals[h * count_ + j];
        square[h] = squares[h * count_ + j];
        is_met[h] = met[h * count_ + j] > 0 ? 1 : 0;
      }
      const double variance = variance_from_sums(design_, total, square, is_met);
      const bool rounding = variance < 1e-12 * before(static_cast<Eigen::Index>(j)); // the calibration knows the answer
      result.push_back(rounding ? 0 : variance);
    }
    return result;
  }

  std::vector<CubeCell> cells(const Facts& facts, const std::vector<double>& met, const std::vector<double>& variance) const {
    std::vector<CubeCell> cells(count_);
    for (std::size_t j = 0; j < count_; ++j) {
      CubeCell& cell = cells[j];
      const auto at = static_cast<Eigen::Index>(j);
      const double n = facts.n(at);
      cell.n = static_cast<std::size_t>(n);
      cell.missing = static_cast<std::size_t>(facts.missing(at));
      cell.share = n > 0 ? facts.yes(at) / facts.weight(at) : stats::nan;
      cell.kish_n = n > 0 ? facts.weight(at) * facts.weight(at) / facts.squared(at) : 0;
      double left = 0;
      for (std::size_t h = 0; h < stage_.strata.size(); ++h) {
        left += met[h * count_ + j] > 0 ? static_cast<double>(stage_.strata[h].units) - 1 : 0;
      }
      cell.df = stage_.rows_are_units() ? std::min(n - 1, left) : left;
      cell.design_effect = cell.design_effect_without = stats::nan;
      cell.std_error = n > 0 ? std::sqrt(variance[j]) : stats::nan;
      const double with = n > 1 ? cell.share * (1 - cell.share) / (n - 1) : 0;
      if (with > 0) {
        cell.design_effect = variance[j] / with;
        if (facts.weight(at) > n * (1 + 1e-9)) {
          cell.design_effect_without = variance[j] / (with * (1 - n / facts.weight(at)));
        }
      }
    }
    return cells;
  }

  const PreparedDesign& design_;
  const PreparedStage& stage_;
  const Part& own_;
  const Part* whole_;
  std::size_t count_;
  Facts facts_;
  std::vector<double> met_;
  std::vector<CubeCell> cells_;
  std::vector<RestOfCell> rests_;
};

Cube one_by_one(const PreparedDesign& design, std::span<const std::span<const std::uint8_t>> outcomes, std::span<const std::int32_t> domain,
                std::size_t domains, WithRest with_rest) {
  Cube cube{outcomes.size(), domains, {}, {}};
  for (const std::span<const std::uint8_t> outcome : outcomes) {
    std::vector<double> y;
    for (const std::uint8_t value : outcome) {
      y.push_back(value > 1 ? stats::nan : value);
    }
    const Estimates estimates = domain_means(design, y, domain, domains);
    for (std::size_t d = 0; d < domains; ++d) {
      cube.cells.push_back(cell_of(estimates, d));
      if (with_rest == WithRest::yes) {
        cube.rests.push_back(rest_of_domain(design, y, domain, static_cast<std::int32_t>(d)));
      }
    }
  }
  return cube;
}

} // namespace

CubeCell cell_of(const Estimates& estimates, std::size_t i) {
  return {estimates.values[i], estimates.std_error(i),     estimates.df[i],
          estimates.kish_n[i], estimates.design_effect[i], estimates.design_effect_without[i],
          estimates.n[i],      estimates.missing[i]};
}

RestOfCell rest_of_domain(const PreparedDesign& design, std::span<const double> y, std::span<const std::int32_t> domain, std::int32_t of) {
  std::vector<std::int32_t> two;
  two.reserve(domain.size());
  for (const std::int32_t one : domain) {
    two.push_back(one < 0 ? -1 : one == of ? 0 : 1);
  }
  const Estimates both = domain_means(design, y, two, 2);
  const double variance = both.covariance(0, 0) + both.covariance(1, 1) - 2 * both.covariance(0, 1);
  return {cell_of(both, 1), variance < 0 ? 0 : std::sqrt(variance)};
}

Cube share_cube(const PreparedDesign& design, std::span<const std::span<const std::uint8_t>> outcomes, std::span<const std::int32_t> domain,
                std::size_t domains, WithRest with_rest) {
  check_rows(design, domain.size());
  for (const std::span<const std::uint8_t> outcome : outcomes) {
    check_rows(design, outcome.size());
  }
  // "average" gives each of two shares a factor of its own, which a difference's sums do not have.
  const bool by_sums = with_rest == WithRest::no || design.design().lonely != LonelyPsu::average;
  const bool plain = by_sums && design.replicates() == nullptr && design.stages().size() == 1 && design.first().chance.empty() &&
                     (design.residuals() == nullptr || design.residuals()->by_pattern());
  if (!plain) {
    return one_by_one(design, outcomes, domain, domains, with_rest);
  }
  refuse_lonely(design, 0);
  const Layout layout = lay_out(design, domain, domains);
  std::optional<Layout> together;
  GroupSums sums_together;
  std::optional<Part> whole;
  if (with_rest == WithRest::yes) {
    std::vector<std::int32_t> anywhere;
    anywhere.reserve(domain.size());
    for (const std::int32_t one : domain) {
      anywhere.push_back(one < 0 ? -1 : 0);
    }
    together = lay_out(design, anywhere, 1);
    sums_together = sum_all_groups(*together, outcomes, design.threads());
    whole.emplace(Part{*together, sums_together, 0, together->groups.size(), outcomes.size()});
  }
  Cube cube{outcomes.size(), domains, std::vector<CubeCell>(outcomes.size() * domains), {}};
  cube.rests.resize(whole ? cube.cells.size() : 0);
  for_blocks(domains, design.threads(), [&](std::size_t d) {
    const std::size_t first = layout.first_group[d];
    const std::size_t end = layout.first_group[d + 1];
    const GroupSums sums = sum_groups(layout, first, end, outcomes);
    const Part own{layout, sums, first, end, outcomes.size()};
    const DomainOfCube of(design, own, whole ? &*whole : nullptr);
    for (std::size_t j = 0; j < outcomes.size(); ++j) {
      cube.cells[j * domains + d] = of.cells()[j];
      if (whole) {
        cube.rests[j * domains + d] = of.rests()[j];
      }
    }
  });
  return cube;
}

} // namespace canvass::survey
