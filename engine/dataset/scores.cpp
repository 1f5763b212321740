#include "engine/dataset/scores.hpp"

#include <algorithm>
#include <limits>
#include <unordered_map>

namespace canvass {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Out of either base: nobody was asked, or nobody can read what was answered.
bool outside_any_base(int missing) {
  return missing == code_routed || missing == code_spoilt;
}

std::vector<double> indicate_codes(const Column& column, const Indicator& indicator) {
  std::vector<double> values(column.size(), nan);
  for (std::size_t row = 0; row < values.size(); ++row) {
    const int missing = column.missing_code(row);
    const int code = missing != 0 ? missing : static_cast<int>(column.value(row));
    const bool counts = std::find(indicator.in.begin(), indicator.in.end(), code) != indicator.in.end();
    if (missing == 0 || (indicator.base == Base::asked && !outside_any_base(missing))) {
      values[row] = counts ? 1 : 0;
    }
  }
  return values;
}

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

std::vector<double> indicate_formula(const Instrument& instrument, const Dataset& dataset, const Indicator& indicator) {
  std::unordered_map<std::string_view, const Column*> referred;
  const std::vector<std::string> names = indicator.formula->references();
  for (const std::string& name : names) {
    referred.emplace(name, dataset.column(name));
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
  const MissingLookup missing = [&](std::string_view name) -> std::optional<int> {
    const MissingCode* code = instrument.missing_code(name);
    return code == nullptr ? std::nullopt : std::optional<int>(code->code);
  };
  std::vector<double> values(dataset.rows(), nan);
  for (row = 0; row < values.size(); ++row) {
    const auto result = holds(*indicator.formula, answers, missing);
    if (result) {
      values[row] = *result ? 1 : 0;
    } else if (indicator.base == Base::asked) {
      const bool outside = std::any_of(referred.begin(), referred.end(), [&](const auto& entry) {
        return entry.second == nullptr || outside_any_base(entry.second->missing_code(row));
      });
      values[row] = outside ? nan : 0;
    }
  }
  return values;
}

} // namespace

ItemRange range_of_item(const Instrument& instrument, const Variable& variable) {
  if (variable.multiple) {
    return {0, 1};
  }
  if (const ChoiceList* list = instrument.list(variable.list); list != nullptr && !list->choices.empty()) {
    return {static_cast<double>(list->lowest()), static_cast<double>(list->highest())};
  }
  const Item& item = instrument.item_of(variable);
  return {item.minimum.value_or(0), item.maximum.value_or(0)};
}

ScoreColumn score_scale(const Instrument& instrument, const Dataset& dataset, const Scale& scale) {
  struct Part {
    const Column* column;
    ItemRange range;
    bool reverse;
  };
  std::vector<Part> parts;
  ScoreColumn score;
  score.scale = scale.id;
  for (const std::string& id : scale.items) {
    const std::size_t index = instrument.variable(id);
    const Column* column = dataset.column(id);
    if (index == Instrument::npos || column == nullptr) {
      throw InputError(scale.at, "the scale " + scale.id + " names \"" + id + "\", which the instrument does not ask");
    }
    const Variable& variable = instrument.variables[index];
    parts.push_back({column, range_of_item(instrument, variable), variable.reverse});
    score.lowest += parts.back().range.lowest;
    score.highest += parts.back().range.highest;
  }
  const double items = static_cast<double>(parts.size());
  if (scale.score == Score::mean && !parts.empty()) {
    score.lowest /= items;
    score.highest /= items;
  } else if (scale.score == Score::percent_of_max) {
    score.lowest = 0;
    score.highest = 100;
  }
  score.values.assign(dataset.rows(), nan);
  score.answered.assign(dataset.rows(), 0);
  for (std::size_t row = 0; row < dataset.rows(); ++row) {
    double sum = 0;
    std::int16_t answered = 0;
    for (const Part& part : parts) {
      if (part.column->is_missing(row)) {
        continue;
      }
      ++answered;
      double value = part.column->value(row);
      if (part.reverse) {
        value = part.range.lowest + part.range.highest - value;
      }
      if (scale.score == Score::percent_of_max) {
        const double width = part.range.highest - part.range.lowest;
        value = width > 0 ? (value - part.range.lowest) / width : 0;
      }
      sum += value;
    }
    score.answered[row] = answered;
    if (answered == 0 || answered < scale.min_answered) {
      continue;
    }
    const double mean = sum / answered;
    score.values[row] = scale.score == Score::mean  ? mean
                        : scale.score == Score::sum ? (answered == static_cast<std::int16_t>(parts.size()) ? sum : mean * items)
                                                    : 100 * mean;
  }
  return score;
}

std::vector<double> indicate(const Instrument& instrument, const Dataset& dataset, const Indicator& indicator) {
  if (indicator.formula) {
    return indicate_formula(instrument, dataset, indicator);
  }
  const Column* column = dataset.column(indicator.of);
  if (column == nullptr) {
    throw InputError(indicator.at, "the indicator " + indicator.id + " counts \"" + indicator.of + "\", which the instrument does not ask");
  }
  return indicate_codes(*column, indicator);
}

} // namespace canvass
