#include "engine/report/survey_sentence.hpp"

#include "engine/report/sentence.hpp"

#include <algorithm>
#include <cmath>

namespace canvass::report {
namespace {

NumberKind kind_of(const Estimate& row) {
  return row.unit == Unit::percent ? NumberKind::percent : NumberKind::score;
}
NumberKind range_kind_of(const Estimate& row) {
  return row.unit == Unit::percent || row.unit == Unit::percentage_points ? NumberKind::percent_1 : NumberKind::score;
}

} // namespace

Sentence share_sentence(const Estimate& row, const ShareWords& words) {
  const std::string label = words.label.empty() ? row.outcome : words.label;
  if (has_flag(row, "withheld")) {
    return {label + ": withheld, too few answers."};
  }
  if (!std::isfinite(row.estimate)) {
    return {label + ": nobody answered."};
  }
  const bool answers_only = has_flag(row, "chance_only");
  Sentence sentence;
  if (words.says.empty()) {
    sentence.emplace_back(label + (answers_only ? ", of those who answered: " : ": "));
    sentence.emplace_back(Number{row.estimate, kind_of(row), row.id});
  } else {
    sentence.emplace_back(Number{row.estimate, kind_of(row), row.id});
    sentence.emplace_back((answers_only ? " of those who answered " : " ") + words.says);
  }
  sentence.emplace_back(" (");
  const bool has_interval = std::isfinite(row.conf_low) && std::isfinite(row.conf_high);
  if (has_interval && !answers_only) {
    sentence.emplace_back(NumberRange{row.conf_low, row.conf_high, range_kind_of(row), row.id});
    sentence.emplace_back("; ");
  }
  sentence.emplace_back("n ");
  sentence.emplace_back(Number{row.n, NumberKind::count, row.id});
  if (has_interval && answers_only) {
    sentence.emplace_back("; by chance alone ");
    sentence.emplace_back(NumberRange{row.conf_low, row.conf_high, range_kind_of(row), row.id});
  }
  sentence.emplace_back(").");
  return sentence;
}

Sentence difference_numbers(const Estimate& difference) {
  if (has_flag(difference, "withheld")) {
    return {std::string("withheld")};
  }
  if (!std::isfinite(difference.estimate)) {
    return {std::string("not available")};
  }
  const bool points = difference.unit == Unit::percentage_points;
  Sentence sentence;
  sentence.emplace_back(Number{difference.estimate, points ? NumberKind::points_change : NumberKind::change, difference.id});
  sentence.emplace_back(" points");
  if (std::isfinite(difference.conf_low) && std::isfinite(difference.conf_high)) {
    sentence.emplace_back(", ");
    sentence.emplace_back(NumberRange{difference.conf_low, difference.conf_high, range_kind_of(difference), difference.id});
  }
  return sentence;
}

Sentence change_phrase(const Estimate& difference, std::string_view than) {
  const std::string other(than);
  std::string words;
  if (difference.verdict == "higher" || difference.verdict == "lower") {
    words = (difference.verdict == "higher" ? "Higher than " : "Lower than ") + other;
  } else if (has_flag(difference, "break")) {
    return {"Not compared with " + other + ", because the series was broken in between"};
  } else if (has_flag(difference, "withheld") || !std::isfinite(difference.estimate)) {
    return {"Change on " + other + " not available"};
  } else {
    words = "No clear change on " + other;
  }
  Sentence sentence = {words + " ("};
  for (Span& span : difference_numbers(difference)) {
    sentence.push_back(std::move(span));
  }
  sentence.emplace_back(")");
  return sentence;
}

} // namespace canvass::report
