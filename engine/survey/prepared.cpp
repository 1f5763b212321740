#include "engine/survey/prepared.hpp"

#include "engine/core/error.hpp"
#include "engine/survey/calibration_residuals.hpp"
#include "engine/survey/numbering.hpp"
#include "engine/survey/replicates.hpp"
#include "engine/survey/variance.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <numeric>

namespace canvass::survey {

namespace {

constexpr double unknown_population = std::numeric_limits<double>::infinity();

struct Numbered {
  PreparedStage stage;
  std::vector<double> share; ///< by unit: what was drawn of its stratum (or its own chance)
};

/// Numbers strata within parents and units within strata, and checks that a stratum has one population.
Numbered number_stage(const Design& design, std::size_t number, const PreparedStage* above) {
  const std::size_t rows = design.rows();
  const Stage nothing;
  const Stage& given = number < design.stages.size() ? design.stages[number] : nothing;
  Numbered result;
  PreparedStage& stage = result.stage;
  Numbering strata;
  Numbering units;
  std::vector<std::int32_t> stratum_of_row;
  const bool one_stratum = given.stratum.empty() && above == nullptr;
  if (!one_stratum) {
    stratum_of_row.resize(rows);
    for (std::size_t row = 0; row < rows; ++row) {
      const std::int32_t parent = above == nullptr ? 0 : static_cast<std::int32_t>(above->unit(row));
      stratum_of_row[row] = strata.number(joined(parent, given.stratum.empty() ? 0 : given.stratum[row]));
    }
  }
  if (!given.unit.empty()) {
    stage.unit_of_row.resize(rows);
    for (std::size_t row = 0; row < rows; ++row) {
      stage.unit_of_row[row] = units.number(joined(one_stratum ? 0 : stratum_of_row[row], given.unit[row]));
    }
    stage.units = units.size();
    if (stage.units == rows) {
      stage.unit_of_row.clear(); // each unit is one row, and they are numbered alike
    }
  } else {
    stage.units = rows;
  }
  stage.strata.resize(one_stratum ? 1 : strata.size());
  for (std::size_t i = 0; i < strata.size(); ++i) {
    stage.strata[i].label = static_cast<std::int32_t>(strata.key(i) & 0xFFFFFFFFU);
    stage.strata[i].parent = static_cast<std::int32_t>(strata.key(i) >> 32U);
  }
  if (!one_stratum) {
    stage.stratum_of_unit.resize(stage.units);
    for (std::size_t row = 0; row < rows; ++row) {
      stage.stratum_of_unit[stage.unit(row)] = stratum_of_row[row];
    }
    for (std::size_t unit = 0; unit < stage.units; ++unit) {
      ++stage.strata[stage.stratum(unit)].units;
    }
  } else {
    stage.strata[0].units = stage.units;
  }
  for (PreparedStage::Stratum& stratum : stage.strata) {
    stratum.population = 0;
  }
  for (std::size_t row = 0; row < rows; ++row) {
    PreparedStage::Stratum& stratum = stage.strata[one_stratum ? 0 : static_cast<std::size_t>(stratum_of_row[row])];
    stratum.size += design.weights[row];
    const double population = given.population.empty() ? unknown_population : given.population[row];
    if (stratum.population != 0 && stratum.population != population) {
      throw DomainError(fmt::format("stratum {} of stage {} has populations {} and {}; a stratum has one", stratum.label, number + 1,
                                    stratum.population, population));
    }
    stratum.population = population;
  }
  for (const PreparedStage::Stratum& stratum : stage.strata) {
    if (stratum.population < static_cast<double>(stratum.units)) {
      throw DomainError(fmt::format("stratum {} of stage {} has {} units drawn of a population of {}; a population is never below the "
                                    "units drawn: look whether it counts other units than those drawn",
                                    stratum.label, number + 1, stratum.units, stratum.population));
    }
  }
  return result;
}

/// Joins each stratum with one unit to the stratum beside it in size, the smallest first.
void collapse_lonely(PreparedStage& stage) {
  std::vector<std::int32_t> to(stage.strata.size());
  std::iota(to.begin(), to.end(), 0);
  std::vector<std::size_t> order(stage.strata.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return stage.strata[a].size < stage.strata[b].size; });
  bool again = true;
  while (again && order.size() > 1) {
    again = false;
    for (std::size_t i = 0; i < order.size(); ++i) {
      if (!is_lonely(stage.strata[order[i]])) {
        continue;
      }
      const double own = stage.strata[order[i]].size;
      std::size_t other = i == 0 ? 1 : i - 1;
      if (i > 0 && i + 1 < order.size() && stage.strata[order[i + 1]].size - own < own - stage.strata[order[i - 1]].size) {
        other = i + 1;
      }
      PreparedStage::Stratum& kept = stage.strata[order[other]];
      const PreparedStage::Stratum& gone = stage.strata[order[i]];
      kept.units += gone.units;
      kept.population += gone.population;
      kept.size += gone.size;
      std::replace(to.begin(), to.end(), static_cast<std::int32_t>(order[i]), static_cast<std::int32_t>(order[other]));
      order.erase(order.begin() + static_cast<std::ptrdiff_t>(i));
      std::stable_sort(order.begin(), order.end(),
                       [&](std::size_t a, std::size_t b) { return stage.strata[a].size < stage.strata[b].size; });
      again = true;
      break;
    }
  }
  std::sort(order.begin(), order.end());
  std::vector<PreparedStage::Stratum> strata;
  std::vector<std::int32_t> place(stage.strata.size(), 0);
  for (const std::size_t kept : order) {
    place[kept] = static_cast<std::int32_t>(strata.size());
    strata.push_back(stage.strata[kept]);
  }
  for (std::int32_t& stratum : stage.stratum_of_unit) {
    stratum = place[static_cast<std::size_t>(to[static_cast<std::size_t>(stratum)])];
  }
  stage.strata = std::move(strata);
}

void take_chances(PreparedStage& stage, const std::vector<double>& probability) {
  stage.chance.assign(stage.units, 0);
  for (std::size_t row = 0; row < probability.size(); ++row) {
    double& chance = stage.chance[stage.unit(row)];
    if (chance != 0 && chance != probability[row]) {
      throw DomainError(fmt::format("a first-stage unit has two probabilities of selection ({} and {}); all its rows carry the same",
                                    chance, probability[row]));
    }
    chance = probability[row];
  }
  for (std::size_t unit = 0; unit < stage.units; ++unit) {
    PreparedStage::Stratum& stratum = stage.strata[stage.stratum(unit)];
    if (stratum.units == 1 && stage.chance[unit] == 1) {
      stratum.population = 1; // sure to be drawn: not lonely
    }
  }
}

} // namespace

PreparedDesign::PreparedDesign(const Design& design, unsigned threads) : design_(&design), threads_(threads), replicate_df_(std::nan("")) {
  check_design(design);
  const std::size_t stages = std::max<std::size_t>(1, design.replicates ? 1 : design.stages.size());
  std::vector<double> multiplier; // by unit of the stage above
  for (std::size_t number = 0; number < stages; ++number) {
    Numbered numbered = number_stage(design, number, number == 0 ? nullptr : &stages_.back());
    PreparedStage& stage = numbered.stage;
    if (number == 0 && design.lonely == LonelyPsu::collapse) {
      collapse_lonely(stage);
    }
    if (number == 0 && design.unequal) {
      take_chances(stage, design.unequal->probability);
    }
    double largest = 0;
    std::vector<double> below(stage.units);
    for (PreparedStage::Stratum& stratum : stage.strata) {
      stratum.multiplier = number == 0 ? 1 : multiplier[static_cast<std::size_t>(stratum.parent)];
    }
    for (std::size_t unit = 0; unit < stage.units; ++unit) {
      const PreparedStage::Stratum& stratum = stage.strata[stage.stratum(unit)];
      const double share = stage.chance.empty() ? static_cast<double>(stratum.units) / stratum.population : stage.chance[unit];
      below[unit] = stratum.multiplier * share;
      largest = std::max(largest, below[unit]);
    }
    stages_.push_back(std::move(stage));
    multiplier = std::move(below);
    if (largest == 0 || stages_.back().rows_are_units()) {
      break; // nothing below adds to the variance
    }
  }
  if (design.calibration && !design.replicates) {
    const std::vector<double>& after = design.calibration->after; // trimmed since: what was trimmed is part of the variable
    residuals_ = std::make_shared<const CalibrationResiduals>(*design.calibration, after.empty() ? design.weights : after);
  }
  if (design.replicates) {
    replicate_df_ = design.replicates->df > 0 ? design.replicates->df : replicate_rank(design) - 1;
  }
}

std::string PreparedDesign::stratum_name(std::size_t stratum) const {
  const std::int32_t label = first().strata[stratum].label;
  if (label >= 0 && static_cast<std::size_t>(label) < design_->stratum_names.size()) {
    return design_->stratum_names[static_cast<std::size_t>(label)];
  }
  return fmt::format("number {}", label);
}

} // namespace canvass::survey
