#include "engine/core/error.hpp"
#include "engine/stats/mmrm.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace canvass::stats {

namespace {

/// Which column of the cell-means design stands for a cell.
struct CellColumns {
  std::size_t arms = 0;
  std::size_t waves = 0;
  bool common_baseline = false;

  [[nodiscard]] std::size_t count() const { return common_baseline ? 1 + arms * (waves - 1) : arms * waves; }
  [[nodiscard]] std::size_t of(std::size_t arm, std::size_t wave) const {
    if (!common_baseline) {
      return arm * waves + wave;
    }
    return wave == 0 ? 0 : 1 + arm * (waves - 1) + wave - 1;
  }
};

struct CellCounts {
  std::size_t n = 0;
  double mean = 0;
  double squares = 0; // about the mean (Welford)

  void add(double y) {
    ++n;
    const double delta = y - mean;
    mean += delta / static_cast<double>(n);
    squares += delta * (y - mean);
  }
};

const ArmByWaveContrast* find(const std::vector<ArmByWaveContrast>& all, std::size_t arm, std::size_t to, std::size_t from) {
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const ArmByWaveContrast& c) { return c.arm == arm && c.to == to && c.from == from; });
  return found == all.end() ? nullptr : &*found;
}

} // namespace

const ArmByWaveContrast* ArmByWave::difference(std::size_t to, std::size_t from, std::size_t arm) const {
  return find(differences, arm, to, from);
}

const ArmByWaveContrast* ArmByWave::change(std::size_t arm, std::size_t to, std::size_t from) const {
  return find(changes, arm, to, from);
}

ArmByWave mmrm_arm_by_wave(const Matrix& y, std::span<const std::size_t> arm, const ArmByWaveOptions& options) {
  if (arm.size() != y.rows) {
    throw DomainError(fmt::format("{} people have outcomes and {} have an arm; each person needs one", y.rows, arm.size()));
  }
  if (y.rows == 0 || y.columns == 0) {
    throw DomainError("nobody has an answer that this model could use");
  }
  ArmByWave result;
  result.waves = y.columns;
  result.arms = *std::max_element(arm.begin(), arm.end()) + 1;
  if (result.arms > y.rows) {
    throw DomainError(
        fmt::format("arms are numbered up to {} for {} people; number them 0, 1, 2 ... without gaps", result.arms - 1, y.rows));
  }
  const CellColumns columns{result.arms, result.waves, options.common_baseline};

  std::vector<CellCounts> cells(result.arms * result.waves);
  std::vector<std::size_t> people(result.arms, 0);
  std::vector<double> outcome;
  std::vector<std::size_t> person;
  std::vector<std::size_t> wave;
  for (std::size_t i = 0; i < y.rows; ++i) {
    std::size_t seen = 0;
    for (std::size_t w = 0; w < y.columns; ++w) {
      if (std::isfinite(y(i, w))) {
        ++seen;
        cells[arm[i] * result.waves + w].add(y(i, w));
        outcome.push_back(y(i, w));
        person.push_back(i);
        wave.push_back(w);
      }
    }
    result.n_without_answer += seen == 0 ? 1U : 0U;
    result.n_complete += seen == y.columns ? 1U : 0U;
    people[arm[i]] += seen > 0 ? 1U : 0U;
  }
  result.n_persons = y.rows - result.n_without_answer;
  if (result.n_persons == 0) {
    throw DomainError("nobody has an answer that this model could use");
  }
  for (std::size_t a = 0; a < result.arms; ++a) {
    for (std::size_t w = 0; w < result.waves; ++w) {
      const std::size_t n = cells[a * result.waves + w].n;
      if (n < 2) {
        throw DomainError(fmt::format("arm {} has {} in wave {}; at least 2 people a cell are needed, more to learn anything", a + 1,
                                      n == 0 ? "nobody" : "1 person", w + 1));
      }
    }
  }
  Matrix design(outcome.size(), columns.count());
  for (std::size_t row = 0; row < outcome.size(); ++row) {
    design(row, columns.of(arm[person[row]], wave[row])) = 1;
  }
  result.fit = mmrm(design, outcome, person, wave, result.waves);
  const MixedFit& model = result.fit.model;

  for (std::size_t a = 0; a < result.arms; ++a) {
    for (std::size_t w = 0; w < result.waves; ++w) {
      const CellCounts& counts = cells[a * result.waves + w];
      std::vector<double> weights(columns.count(), 0);
      weights[columns.of(a, w)] = 1;
      ArmByWaveCell cell;
      cell.arm = a;
      cell.wave = w;
      cell.n = counts.n;
      cell.observed_mean = counts.mean;
      cell.observed_sd = std::sqrt(counts.squares / static_cast<double>(counts.n - 1));
      cell.mean = contrast(model, weights, DfMethod::satterthwaite, options.conf_level);
      result.cells.push_back(cell);
    }
  }
  const auto seen_at_both = [&](std::size_t a, std::size_t to, std::size_t from) {
    std::size_t n = 0;
    for (std::size_t i = 0; i < y.rows; ++i) {
      n += arm[i] == a && std::isfinite(y(i, to)) && std::isfinite(y(i, from)) ? 1U : 0U;
    }
    return n;
  };
  std::vector<std::vector<double>> difference_weights;
  const auto make = [&](std::size_t a, std::size_t versus, std::size_t to, std::size_t from) {
    std::vector<double> weights(columns.count(), 0);
    weights[columns.of(a, to)] += 1;
    weights[columns.of(a, from)] -= 1;
    ArmByWaveContrast made;
    made.arm = a;
    made.versus = versus;
    made.to = to;
    made.from = from;
    made.n = people[a];
    made.n_both = seen_at_both(a, to, from);
    if (versus != no_arm) {
      weights[columns.of(versus, to)] -= 1;
      weights[columns.of(versus, from)] += 1;
      made.n_versus = people[versus];
      made.n_versus_both = seen_at_both(versus, to, from);
      difference_weights.push_back(weights);
    }
    made.satterthwaite = contrast(model, weights, DfMethod::satterthwaite, options.conf_level);
    made.kenward_roger = contrast(model, weights, DfMethod::kenward_roger, options.conf_level);
    made.kenward_roger_observed = contrast(model, weights, DfMethod::kenward_roger_observed, options.conf_level);
    return made;
  };
  for (std::size_t a = 0; a < result.arms; ++a) {
    for (std::size_t to = 1; to < result.waves; ++to) {
      for (std::size_t from = 0; from < to; ++from) {
        result.changes.push_back(make(a, no_arm, to, from));
        if (a > 0) {
          result.differences.push_back(make(a, 0, to, from));
        }
      }
    }
  }
  const std::size_t q = difference_weights.size();
  result.difference_covariance = Matrix(q, q);
  for (std::size_t i = 0; i < q; ++i) {
    for (std::size_t j = 0; j < q; ++j) {
      double sum = 0;
      for (std::size_t r = 0; r < columns.count(); ++r) {
        for (std::size_t c = 0; c < columns.count(); ++c) {
          sum += difference_weights[i][r] * model.vcov(r, c) * difference_weights[j][c];
        }
      }
      result.difference_covariance(i, j) = sum;
    }
  }
  if (result.arms > 1) { // steps from the first wave span every other step
    Matrix rows((result.arms - 1) * (result.waves - 1), columns.count());
    std::size_t row = 0;
    for (std::size_t i = 0; i < q; ++i) {
      if (result.differences[i].from == 0) {
        for (std::size_t c = 0; c < columns.count(); ++c) {
          rows(row, c) = difference_weights[i][c];
        }
        ++row;
      }
    }
    result.interaction = joint_test(model, rows);
  }
  return result;
}

} // namespace canvass::stats
