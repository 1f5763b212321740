#include "engine/survey/given_replicates.hpp"

#include "engine/core/error.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <type_traits>

namespace canvass::survey {

namespace {

/// What follows the prefix as a number; 0 where it is none.
std::size_t number_after(std::string_view name, std::string_view prefix) {
  if (name.size() <= prefix.size() || name.size() > prefix.size() + 6 || name.substr(0, prefix.size()) != prefix) {
    return 0;
  }
  std::size_t number = 0;
  for (const char digit : name.substr(prefix.size())) {
    if (digit < '0' || digit > '9') {
      return 0;
    }
    number = 10 * number + static_cast<std::size_t>(digit - '0');
  }
  return number;
}

double scale_of(const GivenReplicates& how, std::size_t count) {
  const double r = static_cast<double>(count);
  switch (how.method) {
  case ReplicateMethod::jk1: return (r - 1) / r;
  case ReplicateMethod::jkn: return 1;
  case ReplicateMethod::brr: return 1 / r;
  case ReplicateMethod::fay:
    if (!(how.fay_rho >= 0 && how.fay_rho < 1)) {
      throw DomainError(fmt::format("Fay's method takes a rho from 0 to below 1 (found {})", how.fay_rho));
    }
    return 1 / (r * (1 - how.fay_rho) * (1 - how.fay_rho));
  case ReplicateMethod::bootstrap: return how.about_estimate ? 1 / r : 1 / (r - 1);
  case ReplicateMethod::sdr: return 4 / r;
  }
  throw DomainError("a method of replicates that is not known");
}

std::string name_of(ReplicateMethod method) {
  switch (method) {
  case ReplicateMethod::jk1: return "JK1";
  case ReplicateMethod::jkn: return "JKn";
  case ReplicateMethod::brr: return "BRR";
  case ReplicateMethod::fay: return "Fay";
  case ReplicateMethod::bootstrap: return "bootstrap (Rao-Wu)";
  case ReplicateMethod::sdr: return "SDR";
  }
  return "";
}

bool is_whole(double weight) {
  return weight == std::floor(weight) && std::fabs(weight) <= std::numeric_limits<std::int32_t>::max();
}

} // namespace

std::vector<std::size_t> replicate_columns(std::span<const std::string> names, std::string_view prefix) {
  constexpr std::size_t none = static_cast<std::size_t>(-1);
  std::vector<std::size_t> found;
  for (std::size_t column = 0; column < names.size(); ++column) {
    const std::size_t number = number_after(names[column], prefix);
    if (number == 0) {
      continue;
    }
    if (number > names.size()) { // more than there are columns: some before it are missing
      throw DomainError(fmt::format("column {} is numbered beyond the {} columns of the file; replicate weights are numbered 1, 2, 3 "
                                    "... without a gap",
                                    names[column], names.size()));
    }
    found.resize(std::max(found.size(), number), none);
    if (found[number - 1] != none) {
      throw DomainError(fmt::format("columns {} and {} are both replicate {}; each replicate has one column", names[found[number - 1]],
                                    names[column], number));
    }
    found[number - 1] = column;
  }
  if (found.size() < 2) {
    throw DomainError(fmt::format("{} columns are named by \"{}\" and a number from 1; replicate weights are two or more such columns",
                                  found.size(), prefix));
  }
  if (const auto gap = std::find(found.begin(), found.end(), none); gap != found.end()) {
    throw DomainError(fmt::format("replicate {} of {} is missing: no column {}{}; replicate weights are numbered 1, 2, 3 ... without a gap",
                                  gap - found.begin() + 1, found.size(), prefix, gap - found.begin() + 1));
  }
  return found;
}

Replicates given_replicates(std::span<const std::string> names, std::span<const std::vector<double>> columns, const GivenReplicates& how) {
  if (columns.size() != names.size()) {
    throw DomainError(fmt::format("{} names for {} columns", names.size(), columns.size()));
  }
  const std::vector<std::size_t> chosen = replicate_columns(names, how.prefix);
  const bool needs_scales = how.method == ReplicateMethod::jkn;
  if (how.rscales.size() != (needs_scales ? chosen.size() : 0)) {
    throw DomainError(fmt::format("{} scales of replicates were given to {} for {} replicates; JKn needs one each, the others none",
                                  how.rscales.size(), name_of(how.method), chosen.size()));
  }
  Replicates replicates;
  replicates.count = chosen.size();
  replicates.method = name_of(how.method);
  replicates.scale = scale_of(how, chosen.size());
  replicates.rscales = needs_scales ? how.rscales : std::vector<double>(chosen.size(), 1.0);
  replicates.about_estimate = how.about_estimate || how.method == ReplicateMethod::sdr;
  const std::size_t rows = columns[chosen.front()].size();
  bool whole = true;
  for (const std::size_t column : chosen) {
    if (columns[column].size() != rows) {
      throw DomainError(
          fmt::format("column {} has {} rows, column {} has {}", names[chosen.front()], rows, names[column], columns[column].size()));
    }
    const auto missing =
        std::count_if(columns[column].begin(), columns[column].end(), [](double weight) { return !std::isfinite(weight); });
    if (missing > 0) {
      throw DomainError(fmt::format("replicate weight {} is missing in {} of {} rows; give it, or leave those rows out of the sample",
                                    names[column], missing, rows));
    }
    whole = whole && std::all_of(columns[column].begin(), columns[column].end(), is_whole);
  }
  const auto fill = [&](auto& weights) {
    weights.resize(rows * chosen.size());
    for (std::size_t r = 0; r < chosen.size(); ++r) {
      const std::vector<double>& column = columns[chosen[r]];
      for (std::size_t row = 0; row < rows; ++row) {
        weights[row * chosen.size() + r] = static_cast<std::remove_reference_t<decltype(weights[0])>>(column[row]);
      }
    }
  };
  if (whole) {
    fill(replicates.weights);
  } else {
    fill(replicates.doubles);
  }
  return replicates;
}

} // namespace canvass::survey
