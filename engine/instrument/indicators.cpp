#include "engine/instrument/indicators.hpp"

#include "engine/instrument/scoring.hpp"

#include <algorithm>
#include <cmath>

namespace canvass {

namespace {

bool is_out_of_every_base(const ExpressionValue& value) {
  return value.missing == code_routed || value.missing == code_spoilt || value.missing == code_does_not_apply;
}

bool is_answer(const ExpressionValue& value) {
  return value.kind == ExpressionValue::Kind::number || value.kind == ExpressionValue::Kind::boolean;
}

std::optional<bool> counted(const Indicator& indicator, const ExpressionValue& value) {
  const auto lists = [&indicator](int code) { return std::find(indicator.in.begin(), indicator.in.end(), code) != indicator.in.end(); };
  if (is_answer(value)) {
    const bool whole = std::fabs(value.number) < 1e9 && std::floor(value.number) >= value.number;
    return whole && lists(static_cast<int>(value.number));
  }
  if (indicator.base == Base::answered || value.missing == 0) {
    return std::nullopt;
  }
  if (lists(value.missing)) {
    return true;
  }
  return is_out_of_every_base(value) ? std::nullopt : std::optional<bool>(false);
}

} // namespace

std::optional<bool> indicator_of(const Instrument& instrument, const Indicator& indicator, const AnswerLookup& answers) {
  if (indicator.among && !holds(*indicator.among, answers, missing_lookup(instrument)).value_or(false)) {
    return std::nullopt;
  }
  if (!indicator.formula) {
    return counted(indicator, answers(indicator.of));
  }
  const std::optional<bool> result = holds(*indicator.formula, answers, missing_lookup(instrument));
  if (result || indicator.base == Base::answered) {
    return result;
  }
  for (const std::string& id : indicator.formula->references()) {
    const ExpressionValue value = answers(id);
    if (value.kind == ExpressionValue::Kind::unknown && (value.missing == 0 || is_out_of_every_base(value))) {
      return std::nullopt;
    }
  }
  return false;
}

std::string written_rule(const Instrument& instrument, const std::optional<Expression>& expression) {
  if (!expression) {
    return {};
  }
  std::string written = expression->source;
  for (const std::string& id : expression->scales()) {
    const Scale* scale = instrument.scale(id);
    written += scale == nullptr ? "" : ", " + id + " = " + written_rule(*scale);
  }
  return written;
}

MissingLookup missing_lookup(const Instrument& instrument) {
  return [&instrument](std::string_view name) -> std::optional<int> {
    const MissingCode* code = instrument.missing_code(name);
    return code == nullptr ? std::nullopt : std::optional<int>(code->code);
  };
}

} // namespace canvass
