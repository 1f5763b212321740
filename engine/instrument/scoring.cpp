#include "engine/instrument/scoring.hpp"

#include "engine/core/text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace canvass {

namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

/// Missing codes are whole numbers; a decimal that lies between two of them cannot occur, since ranges keep clear of them all.
bool is_missing_value(double value) {
  return std::isnan(value) || (value >= first_missing_code && value <= last_missing_code);
}

void settle_range(ScaleRule& rule) {
  if (rule.items.empty()) {
    return;
  }
  switch (rule.score) {
  case Score::mean:
    rule.lowest = rule.items.front().lowest;
    rule.highest = rule.items.front().highest;
    for (const ScoredItem& item : rule.items) {
      rule.lowest = std::min(rule.lowest, item.lowest);
      rule.highest = std::max(rule.highest, item.highest);
    }
    break;
  case Score::sum:
    for (const ScoredItem& item : rule.items) {
      rule.lowest += item.lowest;
      rule.highest += item.highest;
    }
    break;
  case Score::percent_of_max: rule.highest = 100; break;
  }
}

} // namespace

ScaleRule scale_rule(const Instrument& instrument, const Scale& scale) {
  ScaleRule rule;
  rule.score = scale.score;
  rule.min_answered = scale.min_answered;
  for (const std::string& id : scale.items) {
    const std::size_t index = instrument.variable(id);
    if (index == Instrument::npos) {
      continue;
    }
    const Variable& variable = instrument.variables[index];
    ScoredItem item;
    item.variable = index;
    item.reverse = variable.reverse;
    if (const ChoiceList* list = instrument.list(variable.list)) {
      item.lowest = list->lowest();
      item.highest = list->highest();
    } else {
      const Item& asked = instrument.item_of(variable);
      item.lowest = asked.minimum.value_or(0);
      item.highest = asked.maximum.value_or(0);
    }
    rule.items.push_back(item);
  }
  settle_range(rule);
  return rule;
}

std::string written_rule(const Scale& scale) {
  constexpr std::array<std::string_view, 3> scores = {"mean", "sum", "percent_of_max"};
  return fmt::format("{} of {}, at least {} answered", scores[static_cast<std::size_t>(scale.score)], join(scale.items, ", "),
                     scale.min_answered);
}

double oriented(const ScoredItem& item, double answer) {
  if (is_missing_value(answer)) {
    return nothing;
  }
  return item.reverse ? item.lowest + item.highest - answer : answer;
}

ScaleScore score_of(const ScaleRule& rule, std::span<const double> answers) {
  ScaleScore result;
  double sum = 0, lowest = 0, highest = 0, shares = 0;
  const std::size_t count = std::min(rule.items.size(), answers.size());
  for (std::size_t i = 0; i < count; ++i) {
    const double value = oriented(rule.items[i], answers[i]);
    if (std::isnan(value)) {
      continue;
    }
    const ScoredItem& item = rule.items[i];
    ++result.answered;
    sum += value;
    lowest += item.lowest;
    highest += item.highest;
    shares += item.highest > item.lowest ? (value - item.lowest) / (item.highest - item.lowest) : 0;
  }
  result.value = nothing;
  if (result.answered == 0 || result.answered < rule.min_answered) {
    return result;
  }
  switch (rule.score) {
  case Score::mean: result.value = sum / result.answered; break;
  case Score::sum:
    if (static_cast<std::size_t>(result.answered) == rule.items.size()) {
      result.value = sum;
    } else if (highest > lowest) {
      result.value = rule.lowest + (sum - lowest) / (highest - lowest) * (rule.highest - rule.lowest);
    }
    break;
  case Score::percent_of_max: result.value = 100 * shares / result.answered; break;
  }
  return result;
}

} // namespace canvass
