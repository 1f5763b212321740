#include "engine/survey/predictors.hpp"

#include "engine/core/error.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <utility>

namespace canvass::survey {

namespace {

std::string names_of(const std::vector<Term>& terms) {
  std::string text;
  for (const Term& term : terms) {
    text += (text.empty() ? "" : ", ") + term.name;
  }
  return text.empty() ? "none" : text;
}

} // namespace

void Predictors::check_new(const std::string& name, std::size_t size) const {
  if (size != rows_) {
    throw DomainError(fmt::format("predictor '{}' has {} values for {} rows; give one a row", name, size, rows_));
  }
  const bool known = std::any_of(terms_.begin(), terms_.end(), [&](const Term& term) { return term.name == name; });
  if (known) {
    throw DomainError(fmt::format("predictor '{}' stands in the model twice; name it once", name));
  }
}

void Predictors::add_number(std::string name, std::span<const double> values) {
  check_new(name, values.size());
  if (std::any_of(values.begin(), values.end(), [](double value) { return std::isinf(value); })) {
    throw DomainError(fmt::format("predictor '{}' has an infinite value; only numbers or missing values are allowed", name));
  }
  terms_.push_back({name, columns_.size(), 1, false});
  columns_.emplace_back(values.begin(), values.end());
  names_.push_back(std::move(name));
}

void Predictors::add_factor(std::string name, std::span<const std::int32_t> level, const std::vector<std::string>& levels,
                            std::size_t reference) {
  check_new(name, level.size());
  std::vector<std::size_t> count(levels.size());
  for (const std::int32_t value : level) {
    if (value < -1 || (value >= 0 && static_cast<std::size_t>(value) >= levels.size())) {
      throw DomainError(fmt::format("factor '{}' has level number {}; 0 to {} are named, -1 is missing", name, value,
                                    static_cast<std::int64_t>(levels.size()) - 1));
    }
    if (value >= 0) {
      ++count[static_cast<std::size_t>(value)];
    }
  }
  if (reference >= levels.size() || count[reference] == 0) {
    throw DomainError(fmt::format("nobody has the reference level of factor '{}'{}; choose a level that occurs", name,
                                  reference < levels.size() ? " ('" + levels[reference] + "')" : ""));
  }
  if (std::count_if(count.begin(), count.end(), [](std::size_t n) { return n > 0; }) < 2) {
    throw DomainError(fmt::format("everybody has level '{}' of factor '{}'; two levels or more are needed", levels[reference], name));
  }
  Term term{name, columns_.size(), 0, true};
  for (std::size_t k = 0; k < levels.size(); ++k) {
    if (k == reference || count[k] == 0) {
      continue;
    }
    std::vector<double> column(rows_);
    for (std::size_t i = 0; i < rows_; ++i) {
      column[i] = level[i] < 0 ? std::numeric_limits<double>::quiet_NaN() : (static_cast<std::size_t>(level[i]) == k ? 1.0 : 0.0);
    }
    columns_.push_back(std::move(column));
    names_.push_back(name + "=" + levels[k]);
    ++term.count;
  }
  terms_.push_back(std::move(term));
}

std::vector<std::size_t> Predictors::columns_of(std::span<const std::string> terms) const {
  if (terms.empty()) {
    throw DomainError(fmt::format("no term is named to be tested; the model has {}", names_of(terms_)));
  }
  std::vector<std::size_t> columns;
  for (const std::string& name : terms) {
    const auto found = std::find_if(terms_.begin(), terms_.end(), [&](const Term& term) { return term.name == name; });
    if (found == terms_.end()) {
      throw DomainError(fmt::format("the model has no term '{}'; it has {}", name, names_of(terms_)));
    }
    for (std::size_t k = 0; k < found->count; ++k) {
      columns.push_back(found->first + k);
    }
  }
  std::sort(columns.begin(), columns.end());
  columns.erase(std::unique(columns.begin(), columns.end()), columns.end());
  return columns;
}

Predictors Predictors::without(std::span<const std::string> terms) const {
  const std::vector<std::size_t> dropped = columns_of(terms); // refuses names that are not there
  Predictors rest(rows_);
  rest.columns_.reserve(columns_.size() - dropped.size());
  for (const Term& term : terms_) {
    if (std::find(terms.begin(), terms.end(), term.name) != terms.end()) {
      continue;
    }
    Term kept = term;
    kept.first = rest.columns_.size();
    for (std::size_t k = 0; k < term.count; ++k) {
      rest.columns_.push_back(columns_[term.first + k]);
      rest.names_.push_back(names_[term.first + k]);
    }
    rest.terms_.push_back(std::move(kept));
  }
  return rest;
}

} // namespace canvass::survey
