#include "engine/dataset/scores.hpp"

#include "engine/instrument/indicators.hpp"
#include "engine/instrument/scoring.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <unordered_map>

namespace canvass {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

ExpressionValue value_at(const Column& column, std::size_t row) {
  ExpressionValue value;
  value.missing = column.missing_code(row);
  if (value.missing != 0) {
    return value;
  }
  switch (column.kind) {
  case Variable::Kind::text:
    value.kind = ExpressionValue::Kind::text;
    value.text = column.texts[row];
    break;
  case Variable::Kind::date:
    value.kind = ExpressionValue::Kind::date;
    value.date = Date{static_cast<std::int32_t>(column.value(row))};
    break;
  default:
    value.kind = ExpressionValue::Kind::number;
    value.number = column.value(row);
    break;
  }
  return value;
}

/// Do the answers of a row, a byte each, fit one number?
bool fit_one_number(const std::vector<const Column*>& columns) {
  return columns.size() <= 8 && std::all_of(columns.begin(), columns.end(), [](const Column* column) { return !column->small.empty(); });
}

std::uint64_t as_one_number(const std::vector<const Column*>& columns, std::size_t row) {
  std::uint64_t number = 0;
  for (const Column* column : columns) {
    number = number << 8U | static_cast<std::uint8_t>(column->small[row]);
  }
  return number;
}

} // namespace

ScoreColumn score_scale(const Instrument& instrument, const Dataset& dataset, const Scale& scale) {
  const ScaleRule rule = scale_rule(instrument, scale);
  std::vector<const Column*> columns;
  for (const std::string& id : scale.items) {
    const Column* column = dataset.column(id);
    if (column == nullptr || instrument.variable(id) == Instrument::npos) {
      throw InputError(scale.at, "the scale " + scale.id + " names \"" + id + "\", which the instrument does not ask");
    }
    columns.push_back(column);
  }
  ScoreColumn score;
  score.scale = scale.id;
  score.lowest = rule.lowest;
  score.highest = rule.highest;
  score.values.assign(dataset.rows(), nan);
  score.answered.assign(dataset.rows(), 0);
  std::vector<double> answers(columns.size(), nan);
  for (std::size_t row = 0; row < dataset.rows(); ++row) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      answers[i] = columns[i]->value(row);
    }
    const ScaleScore scored = score_of(rule, answers);
    score.values[row] = scored.value;
    score.answered[row] = static_cast<std::int16_t>(scored.answered);
  }
  return score;
}

std::vector<double> indicate(const Instrument& instrument, const Dataset& dataset, const Indicator& indicator) {
  const std::vector<std::string> names = indicator.variables();
  std::unordered_map<std::string_view, const Column*> referred; // looks into names
  std::vector<const Column*> columns;
  for (const std::string& name : names) {
    const Column* column = dataset.column(name);
    if (column == nullptr && !indicator.formula && name == indicator.of) {
      throw InputError(indicator.at, "the indicator " + indicator.id + " counts \"" + name + "\", which the instrument does not ask");
    }
    if (referred.emplace(name, column).second && column != nullptr) {
      columns.push_back(column);
    }
  }
  std::size_t row = 0;
  const AnswerLookup answers = [&](std::string_view id) {
    const auto found = referred.find(id);
    if (found == referred.end() || found->second == nullptr) {
      ExpressionValue none;
      none.missing = code_routed;
      return none;
    }
    return value_at(*found->second, row);
  };
  const auto of_this_row = [&] {
    const std::optional<bool> counts = indicator_of(instrument, indicator, answers);
    return !counts ? nan : *counts ? 1 : 0;
  };
  std::vector<double> values(dataset.rows(), nan);
  if (!fit_one_number(columns)) {
    for (row = 0; row < values.size(); ++row) {
      values[row] = of_this_row();
    }
    return values;
  }
  // Few answers differ from all before: each set of answers is worked out once.
  std::unordered_map<std::uint64_t, double> known;
  std::array<double, 256> of_one{};
  std::array<bool, 256> is_known{};
  for (row = 0; row < values.size(); ++row) {
    const std::uint64_t key = as_one_number(columns, row);
    if (columns.size() == 1) {
      if (!is_known[key]) {
        is_known[key] = true;
        of_one[key] = of_this_row();
      }
      values[row] = of_one[key];
      continue;
    }
    const auto [entry, is_new] = known.try_emplace(key, nan);
    if (is_new) {
      entry->second = of_this_row();
    }
    values[row] = entry->second;
  }
  return values;
}

std::vector<std::uint8_t> asked_by_row(const LoadedStudy& study, const Dataset& dataset, std::string_view id,
                                       std::span<const double> values) {
  const Instrument& instrument = study.instrument();
  const Indicator* indicator = instrument.indicator(id);
  const Scale* scale = instrument.scale(id);
  std::vector<std::string> names = {std::string(id)};
  if (indicator != nullptr) {
    names = indicator->variables();
  } else if (scale != nullptr) {
    names = scale->items;
  }
  std::vector<const Column*> columns;
  for (const std::string& name : names) {
    if (const Column* column = dataset.column(name)) {
      columns.push_back(column);
    }
  }
  std::size_t row = 0;
  const AnswerLookup answers = [&](std::string_view name) {
    const auto found = std::find(names.begin(), names.end(), name);
    const Column* column = found == names.end() ? nullptr : dataset.column(name);
    ExpressionValue none;
    none.missing = code_routed;
    return column == nullptr ? none : value_at(*column, row);
  };
  std::vector<std::uint8_t> asked(dataset.rows(), 1);
  for (row = 0; row < asked.size(); ++row) {
    if (!std::isnan(values[row])) {
      continue;
    }
    const bool passed = std::any_of(columns.begin(), columns.end(), [row](const Column* column) {
      const int code = column->missing_code(row);
      return code == code_routed || code == code_does_not_apply;
    });
    const bool of_others = indicator != nullptr && indicator->among && !passed &&
                           !holds(*indicator->among, answers, missing_lookup(instrument)).value_or(true);
    asked[row] = passed || of_others ? 0 : 1;
  }
  return asked;
}

} // namespace canvass
