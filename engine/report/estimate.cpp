#include "engine/report/estimate.hpp"

#include "engine/core/text.hpp"

#include <cmath>

namespace canvass::report {

std::string_view to_string(Planned planned) {
  switch (planned) {
  case Planned::planned: return "planned";
  case Planned::exploratory: return "exploratory";
  case Planned::deviated: return "deviated";
  }
  return "";
}

std::string_view to_string(Unit unit) {
  switch (unit) {
  case Unit::points: return "points";
  case Unit::percent: return "percent";
  case Unit::percentage_points: return "percentage points";
  case Unit::count: return "count";
  case Unit::ratio: return "ratio";
  case Unit::correlation: return "correlation";
  case Unit::probability: return "probability";
  case Unit::standardised: return "standardised";
  case Unit::none: return "";
  }
  return "";
}

const Estimate* find(const Estimates& rows, std::string_view id) {
  for (const Estimate& row : rows) {
    if (row.id == id) {
      return &row;
    }
  }
  return nullptr;
}

std::string to_text(const Levels& levels) {
  std::string text;
  for (const auto& [variable, level] : levels) {
    if (!text.empty()) {
      text += "; ";
    }
    text += variable + "=" + level;
  }
  return text;
}

std::vector<FieldText> fields(const Estimate& row) {
  const auto number = [](std::string_view name, double value) {
    return FieldText{name, std::isfinite(value) ? shortest(value) : std::string{}, true};
  };
  std::string flags;
  for (const std::string& flag : row.flags) {
    flags += (flags.empty() ? "" : " ") + flag;
  }
  return {{"id", row.id},
          {"analysis", row.analysis},
          {"procedure", row.procedure},
          {"family", row.family},
          {"outcome", row.outcome},
          {"at", to_text(row.at)},
          {"versus", to_text(row.versus)},
          {"quantity", row.quantity},
          {"method", row.method},
          {"unit", std::string(to_string(row.unit))},
          number("estimate", row.estimate),
          number("std_error", row.std_error),
          number("conf_level", row.conf_level),
          number("conf_low", row.conf_low),
          number("conf_high", row.conf_high),
          number("statistic", row.statistic),
          number("df", row.df),
          number("df2", row.df2),
          number("p_value", row.p_value),
          number("p_adjusted", row.p_adjusted),
          {"adjustment", row.adjustment},
          number("reference", row.reference),
          {"verdict", row.verdict},
          number("n", row.n),
          number("n_versus", row.n_versus),
          number("n_missing", row.n_missing),
          number("count", row.count),
          number("effective_n", row.effective_n),
          {"planned", std::string(to_string(row.planned))},
          {"flags", flags}};
}

} // namespace canvass::report
