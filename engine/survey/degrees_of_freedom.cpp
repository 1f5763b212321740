#include "engine/core/error.hpp"
#include "engine/survey/prepared.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace canvass::survey {

double degrees_of_freedom(const PreparedDesign& design) {
  if (design.replicates() != nullptr) {
    return design.replicate_df();
  }
  const std::vector<std::uint8_t> all(design.rows(), 1);
  return degrees_of_freedom(design, all);
}

double degrees_of_freedom(const PreparedDesign& design, std::span<const std::uint8_t> member, DfRule rule) {
  if (member.size() != design.rows()) {
    throw DomainError(fmt::format("a domain has {} entries for {} rows", member.size(), design.rows()));
  }
  if (design.replicates() != nullptr) {
    return design.replicate_df();
  }
  const PreparedStage& first = design.first();
  std::vector<std::uint8_t> unit_met(first.units, 0);
  std::vector<std::uint8_t> stratum_met(first.strata.size(), 0);
  double members = 0;
  for (std::size_t row = 0; row < member.size(); ++row) {
    if (member[row] != 0 && design.weights()[row] > 0) {
      ++members;
      const std::size_t unit = first.unit(row);
      unit_met[unit] = 1;
      stratum_met[first.stratum(unit)] = 1;
    }
  }
  double units = 0;
  double strata = 0;
  for (std::size_t stratum = 0; stratum < first.strata.size(); ++stratum) {
    if (stratum_met[stratum] != 0) {
      ++strata;
      units += static_cast<double>(first.strata[stratum].units);
    }
  }
  if (rule == DfRule::r_survey) {
    return static_cast<double>(std::count(unit_met.begin(), unit_met.end(), std::uint8_t{1})) - strata;
  }
  return first.rows_are_units() ? std::min(members - 1, units - strata) : units - strata;
}

} // namespace canvass::survey
