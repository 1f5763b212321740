#include "engine/survey/replicate_weights.hpp"

#include "engine/core/error.hpp"
#include "engine/core/random.hpp"
#include "engine/survey/calibration_replicates.hpp"
#include "engine/survey/hadamard.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>
#include <utility>

namespace canvass::survey {

namespace {

/// The first stage as replicates need it: units by stratum, in the order in which rows first show them.
struct Units {
  std::vector<std::size_t> of_row;
  std::vector<std::size_t> stratum;              ///< by unit
  std::vector<std::vector<std::size_t>> members; ///< by stratum
  std::vector<std::string> names;                ///< by stratum
  std::vector<double> left;                      ///< by stratum: 1 - sampled share; 1 where no population counts
  [[nodiscard]] std::size_t count() const { return stratum.size(); }
  [[nodiscard]] double df() const {
    double sum = 0;
    for (const auto& units : members) {
      sum += static_cast<double>(units.size()) - 1;
    }
    return sum;
  }
};

Units first_stage(const Design& design) {
  Design plain; // neither calibration nor replicates nor lower stages: only the numbering is wanted
  plain.weights = design.weights;
  plain.lonely = design.lonely;
  plain.stratum_names = design.stratum_names;
  if (!design.stages.empty()) {
    plain.stages = {design.stages.front()};
  }
  const PreparedDesign prepared(plain, 1);
  const PreparedStage& stage = prepared.first();
  Units units;
  units.of_row.resize(design.rows());
  for (std::size_t row = 0; row < design.rows(); ++row) {
    units.of_row[row] = stage.unit(row);
  }
  units.stratum.resize(stage.units);
  units.members.resize(stage.strata.size());
  for (std::size_t unit = 0; unit < stage.units; ++unit) {
    units.stratum[unit] = stage.stratum(unit);
    units.members[units.stratum[unit]].push_back(unit);
  }
  std::vector<std::string> lonely;
  for (std::size_t h = 0; h < stage.strata.size(); ++h) {
    const double n = static_cast<double>(stage.strata[h].units);
    units.names.push_back(prepared.stratum_name(h));
    units.left.push_back(design.stages.size() == 1 && !design.unequal ? 1 - n / stage.strata[h].population : 1);
    if (stage.strata[h].units == 1 && stage.strata[h].population > 1) {
      lonely.push_back(units.names[h]);
    }
  }
  const bool may_stand = design.lonely == LonelyPsu::certainty || design.lonely == LonelyPsu::remove;
  if (!lonely.empty() && !may_stand) {
    throw DomainError(
        fmt::format("{} strata have one unit, which no replicate can vary: {}{}; declare lonely units as certainty or collapse",
                    lonely.size(), fmt::join(lonely.begin(), lonely.begin() + std::min<std::ptrdiff_t>(std::ssize(lonely), 5), ", "),
                    lonely.size() > 5 ? " ..." : ""));
  }
  if (!(units.df() >= 1)) {
    throw DomainError(fmt::format("{} units in {} strata leave no degree of freedom; replicates need two units in some stratum",
                                  units.count(), units.members.size()));
  }
  return units;
}

/// Factors of the units in some replicates: units x width, all 1 to begin with.
using Fill = std::function<void(std::size_t first, std::size_t width, std::vector<double>& factors)>;

struct Plan {
  Replicates head; ///< all but the weights
  Fill fill;
};

/// jk1 and jkn: `out` are the units left out, one a replicate.
Plan jackknife(const Units& units, bool one_stratum) {
  Plan plan;
  std::vector<std::size_t> out;
  for (const auto& members : units.members) {
    if (members.size() > 1) {
      out.insert(out.end(), members.begin(), members.end());
    }
  }
  plan.head.count = out.size();
  plan.head.method = one_stratum ? "JK1" : "JKn";
  for (const std::size_t unit : out) {
    const double n = static_cast<double>(units.members[units.stratum[unit]].size());
    plan.head.rscales.push_back((one_stratum ? 1 : (n - 1) / n) * units.left[units.stratum[unit]]);
    plan.head.scale = one_stratum ? (n - 1) / n : 1;
  }
  plan.fill = [&units, out = std::move(out)](std::size_t first, std::size_t width, std::vector<double>& factors) {
    for (std::size_t r = 0; r < width; ++r) {
      const std::size_t gone = out[first + r];
      const auto& members = units.members[units.stratum[gone]];
      const double n = static_cast<double>(members.size());
      for (const std::size_t unit : members) {
        factors[unit * width + r] = unit == gone ? 0 : n / (n - 1);
      }
    }
  };
  return plan;
}

Plan half_samples(const Units& units, double rho, bool fay) {
  std::vector<std::size_t> pairs; // strata
  for (std::size_t h = 0; h < units.members.size(); ++h) {
    const std::size_t n = units.members[h].size();
    if (n > 2) {
      throw DomainError(
          fmt::format("stratum {} has {} units; half samples need two in every stratum: use jkn or the bootstrap", units.names[h], n));
    }
    if (n == 2) {
      pairs.push_back(h);
    }
  }
  Plan plan;
  auto h = std::make_shared<const Hadamard>(hadamard(pairs.size() + 1)); // one more: the column of all ones is no stratum's
  plan.head.count = h->order;
  plan.head.method = fay ? "Fay" : "BRR";
  plan.head.scale = 1 / (static_cast<double>(h->order) * (1 - rho) * (1 - rho));
  plan.head.rscales.assign(h->order, 1.0);
  plan.fill = [&units, h, rho, pairs = std::move(pairs)](std::size_t first, std::size_t width, std::vector<double>& factors) {
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      const auto& members = units.members[pairs[i]];
      const double step = (1 - rho) * std::sqrt(units.left[pairs[i]]);
      for (std::size_t r = 0; r < width; ++r) {
        const double sign = (*h)(first + r, i + 1);
        factors[members[0] * width + r] = 1 + sign * step;
        factors[members[1] * width + r] = 1 - sign * step;
      }
    }
  };
  return plan;
}

Plan rao_wu(const Units& units, const ReplicateOptions& options) {
  Plan plan;
  plan.head.count = options.count == 0 ? 500 : options.count;
  plan.head.method = "bootstrap (Rao-Wu)";
  const double count = static_cast<double>(plan.head.count);
  if (plan.head.count < 2) {
    throw DomainError("a bootstrap needs two replicates at least, and some hundred for a standard error of use");
  }
  plan.head.scale = options.about_estimate ? 1 / count : 1 / (count - 1);
  plan.head.rscales.assign(plan.head.count, 1.0);
  plan.fill = [&units, seed = options.seed](std::size_t first, std::size_t width, std::vector<double>& factors) {
    for (std::size_t r = 0; r < width; ++r) {
      RandomStream random(seed, "Rao-Wu bootstrap", first + r); // a stream a replicate: blocks and threads change nothing
      for (std::size_t h = 0; h < units.members.size(); ++h) {
        const auto& members = units.members[h];
        const std::size_t n = members.size();
        if (n < 2) {
          continue;
        }
        const double step = std::sqrt(units.left[h]);
        const double each = step * static_cast<double>(n) / static_cast<double>(n - 1);
        for (const std::size_t unit : members) {
          factors[unit * width + r] = 1 - step;
        }
        for (std::size_t draw = 0; draw + 1 < n; ++draw) {
          factors[members[random.below(static_cast<std::uint32_t>(n))] * width + r] += each;
        }
      }
    }
  };
  return plan;
}

/// Units in loops of neighbours; the units of a loop share its rows of the Hadamard matrix as beads share a string: unit i hangs between
/// rows i and i + 1, the last between the last and the first. A loop has at most as many units as there are rows beside the one of ones.
Plan successive_differences(const Units& units, const ReplicateOptions& options) {
  Plan plan;
  auto h = std::make_shared<const Hadamard>(hadamard(std::max<std::size_t>(options.count == 0 ? 80 : options.count, 4)));
  plan.head.count = h->order;
  plan.head.method = "SDR";
  plan.head.scale = 4 / static_cast<double>(h->order);
  plan.head.rscales.assign(h->order, 1.0);
  plan.head.about_estimate = true;
  const std::size_t usable = h->order - 1;
  std::vector<std::pair<std::size_t, std::size_t>> rows(units.count(), {0, 0}); // equal: the unit never varies
  std::size_t next = 0;
  std::size_t step = 1;
  std::size_t taken = 0; // rows since the step last changed
  for (const auto& members : units.members) {
    const std::size_t n = members.size();
    if (n < 2) {
      continue;
    }
    const std::size_t loops = (n + usable - 1) / usable;
    for (std::size_t loop = 0; loop < loops; ++loop) {
      const std::size_t from = n * loop / loops;
      const std::size_t to = n * (loop + 1) / loops;
      if (taken + (to - from) > usable) { // rows come again: in another order, so that no two units share both of theirs for long
        taken = 0;
        do {
          step = step % (usable - 1) + 1;
        } while (std::gcd(step, usable) != 1);
      }
      const auto row = [&](std::size_t i) { return 1 + (next + i * step) % usable; };
      for (std::size_t i = from; i < to; ++i) {
        rows[members[i]] = {row(i - from), row(i + 1 == to ? 0 : i + 1 - from)};
      }
      next = (next + (to - from) * step) % usable;
      taken += to - from;
    }
  }
  plan.fill = [&units, h, rows = std::move(rows)](std::size_t first, std::size_t width, std::vector<double>& factors) {
    constexpr double size = 0.35355339059327376220; // 2^(-3/2)
    for (std::size_t unit = 0; unit < rows.size(); ++unit) {
      const double by = size * std::sqrt(units.left[units.stratum[unit]]);
      for (std::size_t r = 0; r < width; ++r) {
        const int difference = (*h)(rows[unit].first, first + r) - (*h)(rows[unit].second, first + r);
        factors[unit * width + r] = 1 + by * difference;
      }
    }
  };
  return plan;
}

Plan make_plan(const Units& units, ReplicateMethod method, const ReplicateOptions& options) {
  switch (method) {
  case ReplicateMethod::jk1:
    if (units.members.size() > 1) {
      throw DomainError(fmt::format("jk1 takes a design of one stratum (found {}); use jkn", units.members.size()));
    }
    return jackknife(units, true);
  case ReplicateMethod::jkn: return jackknife(units, false);
  case ReplicateMethod::brr: return half_samples(units, 0, false);
  case ReplicateMethod::fay:
    if (!(options.fay_rho >= 0 && options.fay_rho < 1)) {
      throw DomainError(fmt::format("Fay's method takes a rho from 0 to below 1 (found {})", options.fay_rho));
    }
    return half_samples(units, options.fay_rho, true);
  case ReplicateMethod::bootstrap: return rao_wu(units, options);
  case ReplicateMethod::sdr: return successive_differences(units, options);
  }
  throw DomainError("a method of replicates that is not known");
}

} // namespace

MadeReplicates make_replicates(const Design& design, ReplicateMethod method, const ReplicateOptions& options) {
  if (design.replicates) {
    throw DomainError("the design has replicates already; they are used, or left out before others are made");
  }
  if (design.calibration && !design.calibration->after.empty()) {
    throw DomainError(
        "the weights were trimmed after calibration; replicates need calibrate() with its own trimming, which can be repeated");
  }
  const Units units = first_stage(design);
  Plan plan = make_plan(units, method, options);
  const std::span<const double> before =
      design.calibration ? std::span<const double>(design.calibration->before) : std::span<const double>(design.weights);
  const std::size_t rows = design.rows();
  const detail::ReplicateSource source = [&](std::size_t first, std::size_t width, std::span<double> weights) {
    std::vector<double> factors(units.count() * width, 1.0);
    plan.fill(first, width, factors);
    for (std::size_t row = 0; row < rows; ++row) {
      const double* const factor = &factors[units.of_row[row] * width];
      for (std::size_t r = 0; r < width; ++r) {
        weights[row * width + r] = before[row] * factor[r];
      }
    }
  };
  MadeReplicates made;
  made.design = design;
  auto replicates = std::make_shared<Replicates>(std::move(plan.head));
  replicates->about_estimate = replicates->about_estimate || options.about_estimate;
  replicates->df = std::min(units.df(), static_cast<double>(replicates->count) - 1);
  const std::span<const double> over = options.compact ? std::span<const double>(design.weights) : std::span<const double>();
  detail::ReplicatesDone done;
  if (design.calibration) {
    const Calibration& calibration = *design.calibration;
    const detail::Problem problem = detail::make_problem(calibration.margins, before, calibration.options.trim.has_value());
    const detail::Solution whole = detail::whole_sample(problem, before, calibration.options).solution;
    done = detail::work_replicates(rows, replicates->count, source, &problem, &whole, calibration.options, over, options.threads);
  } else {
    done = detail::work_replicates(rows, replicates->count, source, nullptr, nullptr, {}, over, options.threads);
  }
  replicates->doubles = std::move(done.weights);
  replicates->factors = std::move(done.factors);
  made.without_a_cell = done.without_a_cell;
  made.design.replicates = std::move(replicates);
  return made;
}

} // namespace canvass::survey
