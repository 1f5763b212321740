#include "reports/text_chart.hpp"

#include "engine/core/escape.hpp"
#include "engine/core/text.hpp"
#include "reports/charts/axis.hpp"
#include "reports/format_number.hpp"
#include "reports/text_strip.hpp"
#include "reports/text_survey_charts.hpp"
#include "reports/text_table.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace canvass::render {
namespace {

using report::NumberKind;

/// Characters of a bar shared out by largest remainder, so that every bar has the same length.
std::string share_bar(const std::vector<double>& shares, const std::string& marks, std::size_t width) {
  double total = 0;
  for (const double share : shares) {
    total += std::isfinite(share) && share > 0 ? share : 0;
  }
  if (total <= 0) {
    return "";
  }
  std::string out;
  double sum = 0;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    sum += std::isfinite(shares[i]) && shares[i] > 0 ? shares[i] : 0;
    const auto end = static_cast<std::size_t>(std::lround(sum / total * static_cast<double>(width)));
    if (end > out.size()) {
      out.append(end - out.size(), marks[i % marks.size()]);
    }
  }
  return out;
}

struct TextChart {
  std::size_t width;

  std::string operator()(const report::MeansChart& chart) const {
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    for (const auto& series : chart.series) {
      for (const auto& point : series.points) {
        for (const double value : {point.interval.value, point.interval.low, point.interval.high}) {
          if (std::isfinite(value)) {
            low = std::min(low, value);
            high = std::max(high, value);
          }
        }
      }
    }
    if (low > high) {
      return "There are no figures to draw.\n";
    }
    const charts::Axis axis = charts::round_axis(low, high, 6);
    const Strip strip{axis.low, axis.high, strip_width(width)};
    const bool strips = width >= least_strip_width;
    std::vector<std::vector<std::string>> rows;
    for (std::size_t wave = 0; wave < chart.waves.size(); ++wave) {
      bool first = true;
      for (const auto& series : chart.series) {
        for (const auto& point : series.points) {
          if (point.wave != wave) {
            continue;
          }
          rows.push_back({first ? escape_terminal(chart.waves[wave]) : "", escape_terminal(series.label)});
          if (strips) {
            rows.back().push_back(interval_strip(point.interval, strip, std::nan(""), !series.is_control));
          }
          rows.back().push_back(format_estimate(point.interval, chart.kind, Medium::terminal));
          rows.back().push_back(point.n > 0 ? number(point.n, NumberKind::count) : "");
          first = false;
        }
      }
    }
    std::vector<TextColumn> columns{{"Wave"}, {"Group"}};
    if (strips) {
      columns.push_back({"", false, true});
    }
    columns.push_back({"Estimate (interval)", true});
    columns.push_back({"n", true});
    std::string out = flow(strips ? axis_words(strip, axis.decimals, chart.axis) : escape_terminal(chart.axis), width);
    out += text_table(columns, rows, width);
    for (const auto& mark : chart.marks) {
      out += flow("Marked: " + escape_terminal(mark.label), width);
    }
    return out;
  }

  std::string operator()(const report::StackedBarsChart& chart) const {
    static const std::string digits = "123456789";
    std::vector<std::vector<std::string>> rows;
    for (const auto& group : chart.groups) {
      if (!group.label.empty()) {
        rows.push_back({escape_terminal(group.label)});
      }
      for (const auto& bar : group.bars) {
        const std::string drawn = bar.withheld ? "" : share_bar(bar.shares, digits, strip_width(width));
        rows.push_back({"  " + escape_terminal(bar.label),
                        bar.withheld    ? "withheld"
                        : drawn.empty() ? "no answers"
                                        : drawn,
                        bar.withheld || drawn.empty() ? "" : number(bar.agree, NumberKind::percent),
                        bar.withheld ? "" : number(bar.n, NumberKind::count)});
      }
    }
    std::string key;
    for (std::size_t i = 0; i < chart.categories.size(); ++i) {
      key += (i == 0 ? "" : "  ") + std::string(1, digits[i % digits.size()]) + " " + escape_terminal(chart.categories[i]);
    }
    return flow(key, width) + text_table({{""}, {""}, {escape_terminal(chart.agree_label), true}, {"n", true}}, rows, width);
  }

  std::string operator()(const report::ForestChart& chart) const {
    double low = chart.null_value - (chart.bound ? std::abs(*chart.bound) : 0);
    double high = chart.null_value + (chart.bound ? std::abs(*chart.bound) : 0);
    for (const auto& row : chart.rows) {
      for (const double value : {row.interval.value, row.interval.low, row.interval.high}) {
        if (!row.withheld && std::isfinite(value)) {
          low = std::min(low, value);
          high = std::max(high, value);
        }
      }
    }
    const charts::Axis axis = charts::round_axis(low, high, 6);
    const Strip strip{axis.low, axis.high, strip_width(width)};
    const bool strips = width >= least_strip_width;
    std::vector<std::vector<std::string>> rows;
    for (const auto& row : chart.rows) {
      const bool drawn = !row.withheld && std::isfinite(row.interval.value);
      std::string figures = drawn          ? format_estimate(row.interval, chart.kind, Medium::terminal)
                            : row.withheld ? "withheld"
                                           : "not available";
      if (!row.withheld && !row.text.empty()) {
        figures += ", " + escape_terminal(row.text);
      }
      rows.push_back({escape_terminal(row.label)});
      if (strips) {
        rows.back().push_back(drawn ? interval_strip(row.interval, strip, chart.null_value, row.survives) : "");
      }
      rows.back().push_back(std::move(figures));
    }
    std::string out = flow(strips ? axis_words(strip, axis.decimals, chart.axis) : escape_terminal(chart.axis), width);
    if (strips) {
      out += flow("Left: " + escape_terminal(chart.left) + "; right: " + escape_terminal(chart.right) +
                      ". \u25cf holds after adjustment, \u25cb does not.",
                  width);
    }
    if (chart.bound) {
      out += flow("Smallest change that matters: " + format_number(*chart.bound, NumberKind::raw, Medium::terminal), width);
    }
    std::vector<TextColumn> columns(strips ? 3 : 2);
    columns[1].whole = strips;
    return out + text_table(columns, rows, width);
  }

  std::string operator()(const report::TransitionChart& chart) const {
    std::vector<std::vector<std::string>> rows;
    for (const auto& group : chart.groups) {
      if (!group.label.empty()) {
        rows.push_back({escape_terminal(group.label)});
      }
      for (const auto& bar : group.bars) {
        const std::string drawn = bar.withheld ? "" : share_bar({bar.down, bar.same, bar.up}, "-=+", strip_width(width));
        const bool shown = !drawn.empty();
        rows.push_back({"  " + escape_terminal(bar.label),
                        shown          ? drawn
                        : bar.withheld ? "withheld"
                                       : "no pairs of answers",
                        shown ? number(bar.down, NumberKind::percent) : "", shown ? number(bar.same, NumberKind::percent) : "",
                        shown ? number(bar.up, NumberKind::percent) : "", bar.withheld ? "" : number(bar.n, NumberKind::count)});
      }
    }
    return text_table({{""}, {""}, {"- down", true}, {"= same", true}, {"+ up", true}, {"n", true}}, rows, width);
  }

  std::string operator()(const report::FlowChart& chart) const {
    std::vector<TextColumn> columns{{""}};
    for (const std::string& arm : chart.arms) {
      columns.push_back({escape_terminal(arm)});
    }
    std::vector<std::vector<std::string>> rows;
    for (const auto& stage : chart.stages) {
      std::vector<std::string> row{escape_terminal(stage.label)};
      for (const std::string& box : stage.boxes) {
        row.push_back(escape_terminal(box));
      }
      while (columns.size() < row.size()) {
        columns.push_back({""});
      }
      rows.push_back(std::move(row));
    }
    return text_table(columns, rows, width);
  }

  std::string operator()(const report::TrendChart& chart) const { return text_trend(chart, width); }
  std::string operator()(const report::LeagueChart& chart) const { return text_league(chart, width); }
  std::string operator()(const report::DriverChart& chart) const { return text_drivers(chart, width); }
  std::string operator()(const report::QuadrantChart& chart) const { return text_quadrants(chart, width); }
  std::string operator()(const report::BeforeAfterChart& chart) const { return text_before_after(chart, width); }
  std::string operator()(const report::ProfileChart& chart) const { return text_profile(chart, width); }
};

} // namespace

std::string text_chart(const report::Chart& chart, std::size_t width) {
  return std::visit(TextChart{width}, chart);
}

} // namespace canvass::render
