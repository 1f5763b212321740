#include "reports/text_survey_charts.hpp"

#include "engine/core/escape.hpp"
#include "reports/charts/axis.hpp"
#include "reports/text_strip.hpp"
#include "reports/text_table.hpp"
#include "reports/words.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

namespace canvass::render {
namespace {

using report::NumberKind;
using Rows = std::vector<std::vector<std::string>>;

constexpr std::string_view nothing = "There are no figures to draw.\n";

/// The axis of everything that a strip has to show.
class Extent {
public:
  void take(double value) {
    if (std::isfinite(value)) {
      low_ = std::min(low_, value);
      high_ = std::max(high_, value);
    }
  }
  void take(const report::Interval& interval, bool withheld) {
    if (!withheld && std::isfinite(interval.value)) {
      take(interval.value);
      take(interval.low);
      take(interval.high);
    }
  }
  [[nodiscard]] bool empty() const { return low_ > high_; }
  [[nodiscard]] charts::Axis axis() const { return charts::round_axis(low_, high_, 6); }

private:
  double low_ = std::numeric_limits<double>::infinity();
  double high_ = -std::numeric_limits<double>::infinity();
};

std::string figures(const report::Interval& interval, bool withheld, NumberKind kind) {
  return withheld ? "withheld" : format_estimate(interval, kind, Medium::terminal);
}

std::string base(double n, bool withheld) {
  return !withheld && n > 0 ? number(n, NumberKind::count) : "";
}

std::string strip_of(const report::Interval& interval, bool withheld, const Strip& strip, double line, bool filled) {
  return withheld || !std::isfinite(interval.value) ? "" : interval_strip(interval, strip, line, filled);
}

/// The title of the axis, with the ends of the strip where there is one.
std::string heading(const charts::Axis& axis, const Strip& strip, const std::string& title, std::size_t width) {
  return flow(width >= least_strip_width ? axis_words(strip, axis.decimals, title) : escape_terminal(title), width);
}

/// A table with a column of strips, or without it where there is no room.
std::string table(std::vector<TextColumn> columns, Rows rows, std::size_t strip_column, std::size_t width) {
  columns[strip_column].whole = true;
  if (width < least_strip_width || !table_fits(columns, rows, width)) {
    columns.erase(columns.begin() + static_cast<std::ptrdiff_t>(strip_column));
    for (auto& row : rows) {
      if (row.size() > strip_column) {
        row.erase(row.begin() + static_cast<std::ptrdiff_t>(strip_column));
      }
    }
  }
  return text_table(columns, rows, width);
}

} // namespace

std::string text_trend(const report::TrendChart& chart, std::size_t width) {
  Extent extent;
  bool any_withheld = false;
  for (const auto& series : chart.series) {
    for (const auto& point : series.points) {
      extent.take(point.interval, point.withheld);
      any_withheld = any_withheld || point.withheld;
    }
  }
  if (chart.periods.empty() || (extent.empty() && !any_withheld)) {
    return std::string(nothing);
  }
  const double target = chart.target ? chart.target->value : std::nan("");
  extent.take(target);
  const charts::Axis axis = extent.empty() ? charts::Axis{} : extent.axis();
  const Strip strip{axis.low, axis.high, strip_width(width)};
  Rows rows;
  for (std::size_t period = 0; period < chart.periods.size(); ++period) {
    for (const auto& one : chart.breaks) {
      if (one.period == period) {
        const std::string whose =
            one.series && *one.series < chart.series.size() ? " (" + escape_terminal(chart.series[*one.series].label) + ")" : "";
        rows.push_back({"~ Not to be compared with what stands above" + whose + ": " + escape_terminal(one.label)});
      }
    }
    bool first = true;
    for (const auto& series : chart.series) {
      for (const auto& point : series.points) {
        if (point.period == period) {
          rows.push_back({first ? escape_terminal(chart.periods[period]) : "",
                          escape_terminal(series.label) + (series.published ? " (published)" : ""),
                          strip_of(point.interval, point.withheld, strip, target, !series.published),
                          figures(point.interval, point.withheld, chart.kind), base(point.n, point.withheld)});
          first = false;
        }
      }
    }
    if (first) {
      rows.push_back({escape_terminal(chart.periods[period]), "", "", "no figure", ""});
    }
  }
  std::string out = heading(axis, strip, chart.axis, width);
  if (chart.target) {
    out += flow((width >= least_strip_width ? "\u2502 " : "") + escape_terminal(chart.target->label), width);
  }
  out += table({{"Period"}, {"Series"}, {""}, {"Estimate (interval)", true}, {"n", true}}, std::move(rows), 2, width);
  for (const auto& event : chart.events) {
    out += flow("Marked: " + escape_terminal(event.label), width);
  }
  return out;
}

std::string text_league(const report::LeagueChart& chart, std::size_t width) {
  if (chart.rows.empty()) {
    return std::string(nothing);
  }
  Extent extent;
  bool ranked = false;
  bool named = false;
  for (const auto& row : chart.rows) {
    extent.take(row.interval, row.withheld);
    ranked = ranked || (!row.withheld && !row.rank.empty());
    named = named || row.named;
  }
  const double line = chart.reference ? chart.reference->value : std::nan("");
  extent.take(line);
  const charts::Axis axis = extent.empty() ? charts::Axis{} : extent.axis();
  const Strip strip{axis.low, axis.high, strip_width(width)};
  Rows rows;
  for (const auto& row : chart.rows) {
    const bool told = row.verdict == report::LeagueChart::Verdict::higher || row.verdict == report::LeagueChart::Verdict::lower;
    rows.push_back({(row.named ? "> "
                     : named   ? "  "
                               : "") +
                        escape_terminal(row.label),
                    strip_of(row.interval, row.withheld, strip, line, told), figures(row.interval, row.withheld, chart.kind),
                    base(row.n, row.withheld), row.withheld ? "" : std::string(verdict_words(row.verdict))});
    if (ranked) {
      rows.back().push_back(row.withheld ? "" : escape_terminal(row.rank));
    }
  }
  std::string out = heading(axis, strip, chart.axis, width);
  if (chart.reference) {
    out += flow((width >= least_strip_width ? "\u2502 " : "") + escape_terminal(chart.reference->label), width);
  }
  if (chart.target) {
    out += flow(escape_terminal(chart.target->label), width);
  }
  std::vector<TextColumn> columns{{""}, {""}, {"Estimate (interval)", true}, {"n", true}, {"Against the line"}};
  if (ranked) {
    columns.push_back({"Rank"});
  }
  return out + table(std::move(columns), std::move(rows), 1, width);
}

std::string text_drivers(const report::DriverChart& chart, std::size_t width) {
  std::vector<TextColumn> columns{{""}};
  for (const std::string& outcome : chart.outcomes) {
    columns.push_back({escape_terminal(outcome), true});
  }
  columns.push_back({""});
  Rows rows;
  for (const auto& group : chart.groups) {
    if (!group.label.empty()) {
      rows.push_back({escape_terminal(group.label)});
    }
    for (const auto& row : group.rows) {
      std::vector<std::string> cells{(group.label.empty() ? "" : "  ") + escape_terminal(row.label)};
      for (std::size_t i = 0; i < chart.outcomes.size(); ++i) {
        cells.push_back(i < row.bars.size() ? figures(row.bars[i].interval, row.bars[i].withheld, chart.kind) : "");
      }
      const bool withheld = std::any_of(row.bars.begin(), row.bars.end(), [](const auto& bar) { return bar.withheld; });
      cells.push_back(withheld ? "" : row.opposite && row.text.empty() ? "opposite ways" : escape_terminal(row.text));
      rows.push_back(std::move(cells));
    }
  }
  if (rows.empty() || chart.outcomes.empty()) {
    return std::string(nothing);
  }
  return flow(escape_terminal(chart.axis), width) + text_table(columns, rows, width);
}

std::string text_quadrants(const report::QuadrantChart& chart, std::size_t width) {
  if (chart.points.empty() && chart.withheld == 0) {
    return std::string(nothing);
  }
  const auto named = [](const report::QuadrantChart::Quadrant& one) {
    return escape_terminal(one.name) + ": " + number(static_cast<double>(one.count), NumberKind::count);
  };
  std::string out = flow("Across: " + escape_terminal(chart.x_axis) + ", cut at " + escape_terminal(chart.x_cut_label), width);
  out += flow("Up: " + escape_terminal(chart.y_axis) + ", cut at " + escape_terminal(chart.y_cut_label), width);
  out += text_table({{""}, {"below the cut across"}, {"from the cut across"}},
                    {{"from the cut up", named(chart.low_high), named(chart.high_high)},
                     {"below the cut up", named(chart.low_low), named(chart.high_low)}},
                    width);
  Rows rows;
  for (const auto& point : chart.points) {
    if (point.emphasised) {
      rows.push_back({escape_terminal(point.label), format_estimate(point.x, chart.x_kind, Medium::terminal),
                      format_estimate(point.y, chart.y_kind, Medium::terminal)});
    }
  }
  if (!rows.empty()) {
    out += "\n" + text_table({{"Named"}, {"Across", true}, {"Up", true}}, rows, width);
  }
  if (chart.withheld > 0) {
    out += flow("Withheld: " + number(static_cast<double>(chart.withheld), NumberKind::count) +
                    (chart.withheld == 1 ? " area is not shown." : " areas are not shown."),
                width);
  }
  return out;
}

std::string text_before_after(const report::BeforeAfterChart& chart, std::size_t width) {
  if (chart.rows.empty()) {
    return std::string(nothing);
  }
  const auto side = [&](const report::BeforeAfterChart::Side& one) {
    const std::string n = base(one.n, one.withheld);
    return figures(one.interval, one.withheld, chart.kind) + (n.empty() ? "" : ", n " + n);
  };
  Rows rows;
  bool compared = false;
  for (const bool comparison : {false, true}) {
    for (const auto& row : chart.rows) {
      if (row.comparison != comparison) {
        continue;
      }
      if (comparison && !compared) {
        rows.push_back({"For comparison"});
        compared = true;
      }
      const bool withheld = row.before.withheld || row.after.withheld;
      rows.push_back({escape_terminal(row.label), side(row.before), side(row.after), withheld ? "" : escape_terminal(row.text)});
    }
  }
  return flow(escape_terminal(chart.axis), width) +
         text_table({{""}, {escape_terminal(chart.before_label), true}, {escape_terminal(chart.after_label), true}, {"Change"}}, rows,
                    width);
}

std::string text_profile(const report::ProfileChart& chart, std::size_t width) {
  if (chart.bars.empty()) {
    return std::string(nothing);
  }
  const Strip strip{0, chart.highest, strip_width(width)};
  double overall = std::nan("");
  for (const auto& bar : chart.bars) {
    if (bar.overall && !bar.withheld) {
      overall = bar.interval.value;
    }
  }
  Rows rows;
  for (const auto& bar : chart.bars) {
    rows.push_back({escape_terminal(bar.label), strip_of(bar.interval, bar.withheld, strip, overall, !bar.overall),
                    figures(bar.interval, bar.withheld, chart.kind), base(bar.n, bar.withheld)});
  }
  return heading({}, strip, chart.axis, width) + table({{""}, {""}, {"Estimate (interval)", true}, {"n", true}}, std::move(rows), 1, width);
}

} // namespace canvass::render
