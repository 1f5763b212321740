#include "engine/survey/design.hpp"

#include "engine/core/error.hpp"
#include "engine/survey/calibration.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace canvass::survey {

namespace {

void check_weights(const Design& design) {
  std::size_t missing = 0;
  std::size_t negative = 0;
  for (const double weight : design.weights) {
    missing += std::isfinite(weight) ? 0U : 1U;
    negative += weight < 0 ? 1U : 0U;
  }
  if (missing > 0 || negative > 0) {
    throw DomainError(fmt::format("{} of {} weights are missing and {} are negative; give each row its weight, or leave the rows out",
                                  missing, design.rows(), negative));
  }
}

void check_labels(const std::vector<std::int32_t>& labels, std::string_view what, std::size_t stage) {
  const auto missing = std::count_if(labels.begin(), labels.end(), [](std::int32_t label) { return label < 0; });
  if (missing > 0) {
    throw DomainError(fmt::format("{} of {} rows have no {} at stage {} of the design; each row needs one, numbered from 0", missing,
                                  labels.size(), what, stage + 1));
  }
}

void check_stage(const Design& design, std::size_t number) {
  const Stage& stage = design.stages[number];
  for (const std::size_t size : {stage.stratum.size(), stage.unit.size(), stage.population.size()}) {
    if (size != 0 && size != design.rows()) {
      throw DomainError(fmt::format("a stage of the design has {} entries for {} rows", size, design.rows()));
    }
  }
  check_labels(stage.stratum, "stratum", number);
  check_labels(stage.unit, "unit", number);
  const auto unknown = std::count_if(stage.population.begin(), stage.population.end(),
                                     [](double population) { return std::isnan(population) || population < 1; });
  if (unknown > 0) {
    throw DomainError(fmt::format("{} of {} rows have no population at stage {} of the design, or one under 1; give the number of units "
                                  "in the stratum, or leave populations out of the stage",
                                  unknown, design.rows(), number + 1));
  }
}

void check_unequal(const Design& design) {
  const UnequalProbabilities& unequal = *design.unequal;
  if (unequal.probability.size() != design.rows()) {
    throw DomainError(fmt::format("{} probabilities of selection for {} rows", unequal.probability.size(), design.rows()));
  }
  const auto outside = std::count_if(unequal.probability.begin(), unequal.probability.end(), [](double p) { return !(p > 0 && p <= 1); });
  if (outside > 0) {
    throw DomainError(fmt::format("{} of {} probabilities of selection are missing, 0 or above 1", outside, design.rows()));
  }
}

void check_replicates(const Design& design) {
  const Replicates& replicates = *design.replicates;
  const std::size_t expected = design.rows() * replicates.count;
  std::size_t filled = 0;
  for (const std::size_t size : {replicates.factors.size(), replicates.weights.size(), replicates.doubles.size()}) {
    if (size != 0) {
      ++filled;
      if (size != expected) {
        throw DomainError(fmt::format("{} replicate weights for {} rows x {} replicates; {} are needed", size, design.rows(),
                                      replicates.count, expected));
      }
    }
  }
  if (replicates.count < 2 || filled != 1) {
    throw DomainError(
        fmt::format("replicate weights need two or more replicates in one form ({} replicates in {} forms)", replicates.count, filled));
  }
  if (replicates.rscales.size() > 1 && replicates.rscales.size() != replicates.count) {
    throw DomainError(
        fmt::format("{} scales for {} replicates; give one each, one for all, or none", replicates.rscales.size(), replicates.count));
  }
}

} // namespace

void check_design(const Design& design) {
  check_weights(design);
  for (std::size_t stage = 0; stage < design.stages.size(); ++stage) {
    check_stage(design, stage);
  }
  if (design.unequal) {
    check_unequal(design);
  }
  if (design.replicates) {
    check_replicates(design);
  }
}

bool population_is_known(const Design& design) {
  return design.calibration != nullptr ||
         std::any_of(design.stages.begin(), design.stages.end(), [](const Stage& stage) { return !stage.population.empty(); });
}

} // namespace canvass::survey
