#ifndef CANVASS_ENGINE_REPORT_CHART_HPP
#define CANVASS_ENGINE_REPORT_CHART_HPP

#include "engine/report/number.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

/// Charts as data: what is drawn, never how. reports/charts/<name>.cpp draws each. Shares are percentages (0 to 100).
/// A value that is NaN leaves a gap; a bar or row that is withheld is drawn as the word.
namespace canvass::report {

struct Interval {
  double value = 0, low = 0, high = 0; ///< NaN low/high: no interval
  std::string row;                     ///< id of the estimate row
};

/// Means by wave and arm with intervals: the figure that evaluators print.
struct MeansChart {
  struct Point {
    std::size_t wave = 0;
    Interval interval;
    double n = 0;
  };
  struct Series {
    std::string label;
    bool is_control = false;
    std::vector<Point> points;
  };
  struct Mark {
    double position = 0;
    std::string label;
  }; ///< between waves: 1.5 = half way from the second to the third
  std::vector<std::string> waves;
  std::vector<double> days; ///< days since the first wave, for true spacing; empty = even
  std::vector<Series> series;
  std::vector<Mark> marks;             ///< events of the study
  double lowest = 1, highest = 5;      ///< range of the scale
  std::string axis;                    ///< "Mean score (1 to 5, high = stronger)"
  NumberKind kind = NumberKind::score; ///< of the values
  bool low = false;                    ///< drawn lower: the chart of a first page, which must hold on one sheet
};

/// Diverging stacked bars: one group an item (or scale), one bar a wave and arm.
struct StackedBarsChart {
  struct Bar {
    std::string label;
    std::vector<double> shares;
    double n = 0;
    double agree = 0;
    bool withheld = false;
  };
  struct Group {
    std::string label;
    std::vector<Bar> bars;
  };
  std::vector<std::string> categories; ///< lowest to highest
  std::size_t agree_from = 0;          ///< categories from here on count as "agree"
  std::string agree_label = "Agree";
  std::string disagree_label = "Disagree";
  std::vector<Group> groups;
};

/// Forest of contrasts: filled = survives adjustment, hollow = not. The renderer writes "+0.31 (-0.05 to 0.67)" beside each; `text` is for
/// words after that.
struct ForestChart {
  struct Row {
    std::string label;
    Interval interval;
    bool survives = false;
    bool withheld = false;
    std::string text;
  };
  std::vector<Row> rows;
  double null_value = 0;
  std::optional<double> bound;          ///< the smallest change that matters, drawn on both sides
  std::string axis, left, right;        ///< axis title; what left and right of the null mean
  NumberKind kind = NumberKind::change; ///< of the values
};

/// Transition bars: per item, the share that went down, stayed, went up between two waves, by arm.
struct TransitionChart {
  struct Bar {
    std::string label;
    double down = 0, same = 0, up = 0, n = 0;
    bool withheld = false;
  };
  struct Group {
    std::string label;
    std::vector<Bar> bars;
  };
  std::vector<Group> groups;
};

/// Participant flow: one column an arm, one box a stage.
struct FlowChart {
  struct Stage {
    std::string label;
    std::vector<std::string> boxes;
  }; ///< boxes align with arms
  std::vector<std::string> arms;
  std::vector<Stage> stages;
};

using Chart = std::variant<MeansChart, StackedBarsChart, ForestChart, TransitionChart, FlowChart>;

} // namespace canvass::report

#endif
