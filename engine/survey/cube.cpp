#include "engine/survey/cube.hpp"

#include "engine/core/error.hpp"
#include "engine/core/workers.hpp"
#include "engine/stats/result.hpp"
#include "engine/survey/calibration_residuals.hpp"
#include "engine/survey/domain_facts.hpp"
#include "engine/survey/numbering.hpp"
#include "engine/survey/variance.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

namespace canvass::survey {

namespace {

/// Rows of one unit (or, where rows are the units, of one stratum) and one calibration pattern.
struct Pair {
  std::size_t stratum = 0, unit = 0, pattern = 0;
  double weight = 0, squared = 0; ///< of all its rows, in any domain
};

/// Rows of one pair and one domain; they stand together in `order`.
struct Group {
  std::size_t pair = 0, domain = 0, from = 0, to = 0;
};

struct Layout {
  std::vector<Pair> pairs;                ///< by stratum, then unit
  std::vector<Group> groups;              ///< by domain, then pair
  std::vector<std::size_t> first_group;   ///< by domain, and the end
  std::vector<std::size_t> order;         ///< rows with a weight and a domain, group after group
  std::vector<double> weight, fit_weight; ///< in that order
};

/// Numbers keys and sorts what was numbered: place by number.
template <class Less> std::vector<std::size_t> places_of(std::size_t size, const Less& less) {
  std::vector<std::size_t> sorted(size);
  std::iota(sorted.begin(), sorted.end(), std::size_t{0});
  std::sort(sorted.begin(), sorted.end(), less);
  std::vector<std::size_t> place(size);
  for (std::size_t i = 0; i < size; ++i) {
    place[sorted[i]] = i;
  }
  return place;
}

std::vector<std::size_t> number_pairs(const PreparedDesign& design, Layout& layout) {
  const PreparedStage& stage = design.first();
  const CalibrationResiduals* residuals = design.residuals();
  const std::vector<double>& weights = design.weights();
  Numbering numbering;
  std::vector<std::int32_t> number(weights.size());
  std::vector<Pair> pairs;
  for (std::size_t row = 0; row < weights.size(); ++row) {
    const std::size_t unit = stage.unit(row);
    const std::size_t stratum = stage.stratum(unit);
    const std::int32_t pattern = residuals == nullptr ? 0 : residuals->pattern_of_row()[row];
    number[row] = numbering.number(joined(static_cast<std::int32_t>(stage.rows_are_units() ? stratum : unit), pattern));
    const auto at = static_cast<std::size_t>(number[row]);
    if (at == pairs.size()) {
      pairs.push_back({stratum, stage.rows_are_units() ? stratum : unit, static_cast<std::size_t>(pattern), 0, 0});
    }
    pairs[at].weight += weights[row];
    pairs[at].squared += weights[row] * weights[row];
  }
  const std::vector<std::size_t> place = places_of(pairs.size(), [&](std::size_t a, std::size_t b) {
    const Pair& left = pairs[a];
    const Pair& right = pairs[b];
    return std::array{left.stratum, left.unit, left.pattern} < std::array{right.stratum, right.unit, right.pattern};
  });
  layout.pairs.resize(pairs.size());
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    layout.pairs[place[i]] = pairs[i];
  }
  std::vector<std::size_t> pair_of_row(weights.size());
  for (std::size_t row = 0; row < weights.size(); ++row) {
    pair_of_row[row] = place[static_cast<std::size_t>(number[row])];
  }
  return pair_of_row;
}

Layout lay_out(const PreparedDesign& design, std::span<const std::int32_t> domain, std::size_t domains) {
  Layout layout;
  const std::vector<double>& weights = design.weights();
  const std::vector<std::size_t> pair_of_row = number_pairs(design, layout);
  Numbering numbering;
  std::vector<std::int32_t> number(weights.size(), -1);
  std::vector<Group> groups;
  for (std::size_t row = 0; row < weights.size(); ++row) {
    if (domain[row] < 0 || weights[row] == 0) {
      continue;
    }
    if (static_cast<std::size_t>(domain[row]) >= domains) {
      throw DomainError(fmt::format("row {} is in domain {}; there are {}", row + 1, domain[row], domains));
    }
    number[row] = numbering.number(joined(domain[row], static_cast<std::int32_t>(pair_of_row[row])));
    const auto at = static_cast<std::size_t>(number[row]);
    if (at == groups.size()) {
      groups.push_back({pair_of_row[row], static_cast<std::size_t>(domain[row]), 0, 0});
    }
    ++groups[at].to; // rows, for now
  }
  const std::vector<std::size_t> place = places_of(groups.size(), [&](std::size_t a, std::size_t b) {
    return std::array{groups[a].domain, groups[a].pair} < std::array{groups[b].domain, groups[b].pair};
  });
  layout.groups.resize(groups.size());
  for (std::size_t i = 0; i < groups.size(); ++i) {
    layout.groups[place[i]] = groups[i];
  }
  layout.first_group.assign(domains + 1, 0);
  std::size_t rows = 0;
  for (Group& group : layout.groups) {
    group.from = rows;
    rows += group.to;
    group.to = group.from;
    ++layout.first_group[group.domain + 1];
  }
  std::partial_sum(layout.first_group.begin(), layout.first_group.end(), layout.first_group.begin());
  layout.order.resize(rows);
  layout.weight.resize(rows);
  layout.fit_weight.assign(rows, 0);
  for (std::size_t row = 0; row < weights.size(); ++row) {
    if (number[row] < 0) {
      continue;
    }
    const std::size_t at = layout.groups[place[static_cast<std::size_t>(number[row])]].to++;
    layout.order[at] = row;
    layout.weight[at] = weights[row];
    if (design.residuals() != nullptr) {
      layout.fit_weight[at] = design.residuals()->back()[row] * weights[row];
    }
  }
  return layout;
}

/// Sums of one group and outcome over the rows with one answer.
struct Sums {
  double n = 0, weight = 0, squared = 0, fit = 0;
};
using Answers = std::array<Sums, 3>; ///< no, yes, missing

Answers sums_of(const Layout& layout, const Group& group, std::span<const std::uint8_t> outcome) {
  Answers answers;
  for (std::size_t i = group.from; i < group.to; ++i) {
    const std::uint8_t value = outcome[layout.order[i]];
    Sums& sums = answers[value > 1 ? 2 : value];
    const double weight = layout.weight[i];
    sums.n += 1;
    sums.weight += weight;
    sums.squared += weight * weight;
    sums.fit += layout.fit_weight[i];
  }
  return answers;
}

/// All outcomes of one domain.
class DomainOfCube {
public:
  DomainOfCube(const PreparedDesign& design, const Layout& layout, std::span<const std::span<const std::uint8_t>> outcomes,
               std::size_t domain)
      : design_(design), stage_(design.first()), layout_(layout), count_(outcomes.size()), first_(layout.first_group[domain]),
        groups_(layout.first_group[domain + 1] - first_), cells_(count_), total_(count_, 0), met_(stage_.strata.size() * count_, 0) {
    sums_.reserve(groups_ * count_);
    for (std::size_t g = 0; g < groups_; ++g) {
      for (std::size_t j = 0; j < count_; ++j) {
        sums_.push_back(sums_of(layout, layout.groups[first_ + g], outcomes[j]));
      }
    }
    find_shares();
    find_variances();
    finish();
  }

  [[nodiscard]] const std::vector<CubeCell>& cells() const { return cells_; }

private:
  /// Sums of scores of one group and outcome, score = weight x (answer - share) / total.
  struct Scores {
    double sum = 0, squares = 0, by_weight = 0, fit = 0;
  };

  [[nodiscard]] Scores scores(std::size_t g, std::size_t j) const {
    const Answers& answers = sums_[g * count_ + j];
    const double yes = (1 - cells_[j].share) / total_[j];
    const double no = -cells_[j].share / total_[j];
    return {yes * answers[1].weight + no * answers[0].weight, yes * yes * answers[1].squared + no * no * answers[0].squared,
            yes * answers[1].squared + no * answers[0].squared, yes * answers[1].fit + no * answers[0].fit};
  }

  void find_shares() {
    for (std::size_t j = 0; j < count_; ++j) {
      double yes = 0;
      double squared = 0;
      double n = 0;
      double missing = 0;
      for (std::size_t g = 0; g < groups_; ++g) {
        const Answers& answers = sums_[g * count_ + j];
        yes += answers[1].weight;
        total_[j] += answers[0].weight + answers[1].weight;
        squared += answers[0].squared + answers[1].squared;
        n += answers[0].n + answers[1].n;
        missing += answers[2].n;
        if (answers[0].n + answers[1].n > 0) {
          met_[layout_.pairs[layout_.groups[first_ + g].pair].stratum * count_ + j] = 1;
        }
      }
      CubeCell& cell = cells_[j];
      cell.n = static_cast<std::size_t>(n);
      cell.missing = static_cast<std::size_t>(missing);
      cell.share = n > 0 ? yes / total_[j] : stats::nan;
      cell.kish_n = n > 0 ? total_[j] * total_[j] / squared : 0;
    }
  }

  void find_variances() {
    const std::size_t strata = stage_.strata.size();
    squares_.assign(strata * count_, 0); // sum of squared totals of units, by stratum
    sums_of_strata_.assign(strata * count_, 0);
    if (design_.residuals() == nullptr) {
      for (std::size_t g = 0; g < groups_; ++g) {
        const std::size_t stratum = layout_.pairs[layout_.groups[first_ + g].pair].stratum;
        for (std::size_t j = 0; j < count_; ++j) {
          const Scores of = scores(g, j);
          squares_[stratum * count_ + j] += stage_.rows_are_units() ? of.squares : of.sum * of.sum;
          sums_of_strata_[stratum * count_ + j] += of.sum;
        }
      }
      return;
    }
    const CalibrationResiduals& residuals = *design_.residuals();
    stats::Matrix fit_sums(residuals.patterns(), count_);
    for (std::size_t g = 0; g < groups_; ++g) {
      for (std::size_t j = 0; j < count_; ++j) {
        if (cells_[j].n > 0) {
          fit_sums(layout_.pairs[layout_.groups[first_ + g].pair].pattern, j) += scores(g, j).fit;
        }
      }
    }
    add_residuals(residuals.fits(fit_sums));
  }

  /// The fit reaches every row of the sample, not only those of the domain.
  void add_residuals(const stats::Matrix& fit) {
    std::size_t g = 0;
    std::vector<double> of_unit(count_, 0);
    for (std::size_t p = 0; p < layout_.pairs.size(); ++p) {
      const Pair& pair = layout_.pairs[p];
      const double* fitted = fit.values.data() + pair.pattern * count_;
      double* squares = squares_.data() + pair.stratum * count_;
      double* sums = sums_of_strata_.data() + pair.stratum * count_;
      const bool own = g < groups_ && layout_.groups[first_ + g].pair == p;
      const auto size = static_cast<Eigen::Index>(count_);
      const Eigen::Map<const Eigen::ArrayXd> fits(fitted, size);
      Eigen::Map<Eigen::ArrayXd>(sums, size) -= pair.weight * fits;
      if (stage_.rows_are_units()) {
        Eigen::Map<Eigen::ArrayXd>(squares, size) += pair.squared * fits.square();
      } else {
        Eigen::Map<Eigen::ArrayXd>(of_unit.data(), size) -= pair.weight * fits;
      }
      for (std::size_t j = 0; own && j < count_; ++j) {
        if (cells_[j].n == 0) {
          continue;
        }
        const Scores of = scores(g, j);
        sums[j] += of.sum;
        if (stage_.rows_are_units()) {
          squares[j] += of.squares - 2 * fitted[j] * of.by_weight;
        } else {
          of_unit[j] += of.sum;
        }
      }
      g += own ? 1U : 0U;
      const bool last =
          p + 1 == layout_.pairs.size() || layout_.pairs[p + 1].unit != pair.unit || layout_.pairs[p + 1].stratum != pair.stratum;
      if (!stage_.rows_are_units() && last) {
        for (std::size_t j = 0; j < count_; ++j) {
          squares[j] += of_unit[j] * of_unit[j];
          of_unit[j] = 0;
        }
      }
    }
  }

  [[nodiscard]] double variance(std::size_t j) const {
    const std::size_t strata = stage_.strata.size();
    std::vector<double> sums(strata);
    std::vector<double> squares(strata);
    std::vector<std::uint8_t> met(strata);
    for (std::size_t h = 0; h < strata; ++h) {
      sums[h] = sums_of_strata_[h * count_ + j];
      squares[h] = squares_[h * count_ + j];
      met[h] = met_[h * count_ + j];
    }
    return variance_from_sums(design_, sums, squares, met);
  }

  void finish() {
    for (std::size_t j = 0; j < count_; ++j) {
      CubeCell& cell = cells_[j];
      double left = 0;
      for (std::size_t h = 0; h < stage_.strata.size(); ++h) {
        left += met_[h * count_ + j] != 0 ? static_cast<double>(stage_.strata[h].units) - 1 : 0;
      }
      const auto n = static_cast<double>(cell.n);
      cell.df = stage_.rows_are_units() ? std::min(n - 1, left) : left;
      cell.design_effect = cell.design_effect_without = stats::nan;
      if (cell.n == 0) {
        cell.std_error = stats::nan;
        continue;
      }
      const double of_design = variance(j);
      cell.std_error = std::sqrt(of_design);
      const double with = cell.n > 1 ? cell.share * (1 - cell.share) / (n - 1) : 0;
      if (with > 0) {
        cell.design_effect = of_design / with;
        if (total_[j] > n * (1 + 1e-9)) {
          cell.design_effect_without = of_design / (with * (1 - n / total_[j]));
        }
      }
    }
  }

  const PreparedDesign& design_;
  const PreparedStage& stage_;
  const Layout& layout_;
  std::size_t count_, first_, groups_;
  std::vector<CubeCell> cells_;
  std::vector<double> total_;
  std::vector<std::uint8_t> met_;
  std::vector<Answers> sums_; ///< group after group
  std::vector<double> squares_, sums_of_strata_;
};

Cube one_by_one(const PreparedDesign& design, std::span<const std::span<const std::uint8_t>> outcomes, std::span<const std::int32_t> domain,
                std::size_t domains) {
  Cube cube{outcomes.size(), domains, {}};
  for (const std::span<const std::uint8_t> outcome : outcomes) {
    std::vector<double> y;
    for (const std::uint8_t value : outcome) {
      y.push_back(value > 1 ? stats::nan : value);
    }
    const Estimates estimates = domain_means(design, y, domain, domains);
    for (std::size_t d = 0; d < domains; ++d) {
      cube.cells.push_back({estimates.values[d], estimates.std_error(d), estimates.df[d], estimates.kish_n[d], estimates.design_effect[d],
                            estimates.design_effect_without[d], estimates.n[d], estimates.missing[d]});
    }
  }
  return cube;
}

} // namespace

Cube share_cube(const PreparedDesign& design, std::span<const std::span<const std::uint8_t>> outcomes, std::span<const std::int32_t> domain,
                std::size_t domains) {
  check_rows(design, domain.size());
  for (const std::span<const std::uint8_t> outcome : outcomes) {
    check_rows(design, outcome.size());
  }
  const bool plain = design.replicates() == nullptr && design.stages().size() == 1 && design.first().chance.empty() &&
                     (design.residuals() == nullptr || design.residuals()->by_pattern());
  if (!plain) {
    return one_by_one(design, outcomes, domain, domains);
  }
  refuse_lonely(design, 0);
  const Layout layout = lay_out(design, domain, domains);
  Cube cube{outcomes.size(), domains, std::vector<CubeCell>(outcomes.size() * domains)};
  for_blocks(domains, design.threads(), [&](std::size_t d) {
    const DomainOfCube of(design, layout, outcomes, d);
    for (std::size_t j = 0; j < outcomes.size(); ++j) {
      cube.cells[j * domains + d] = of.cells()[j];
    }
  });
  return cube;
}

} // namespace canvass::survey
