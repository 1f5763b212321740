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

/// A figure over periods: the annual trend, quarters of a rolling survey. A line is drawn only between neighbouring periods, never over a
/// break, and never from one series to another: another question is another series.
struct TrendChart {
  struct Point {
    std::size_t period = 0; ///< index into `periods`
    Interval interval;
    double n = 0; ///< 0 or NaN: not known, nothing is printed
    bool withheld = false;
  };
  struct Series {
    std::string label;
    bool published = false; ///< taken over from somebody else's publication: hollow markers, a thin line
    std::vector<Point> points;
  };
  /// What came before must not be compared with what comes from `period` on: the question, the channel or the sample changed.
  struct Break {
    std::size_t period = 0; ///< the first period after it
    std::string label;
    std::optional<std::size_t> series; ///< of one series alone; none: of all
  };
  struct Target {
    double value = 0;
    std::string label; ///< "Target 42%": the number is in the words
  };
  struct Event {
    double position = 0; ///< between periods: 1.5 = half way from the second to the third
    std::string label;
  };
  std::vector<std::string> periods; ///< in order, without holes: a year that nobody measured is a period without points
  std::vector<Series> series;
  std::vector<Break> breaks;
  std::vector<Event> events;
  std::optional<Target> target;
  std::string axis;                      ///< "Good or excellent, % of those with a view"
  NumberKind kind = NumberKind::percent; ///< of the values
  double lowest = 0, highest = 100;      ///< that a value can have; the same twice: no bounds
  bool low = false;                      ///< drawn lower: the chart of a first page
};

/// Areas or peers in the order given, each a dot with its interval against a reference line. Filled: told apart from the reference.
struct LeagueChart {
  enum class Verdict { higher, lower, not_told_apart, not_tested };
  struct Row {
    std::string label;
    Interval interval;
    double n = 0; ///< 0 or NaN: not known
    Verdict verdict = Verdict::not_tested;
    std::string rank;   ///< "2 to 7": the interval of the rank; empty = none
    bool named = false; ///< the unit that the report is about
    bool withheld = false;
  };
  struct Reference {
    double value = 0;
    std::string label; ///< "Force 39%", "Mean of the peers, itself among them, 47%": the number is in the words
  };
  std::vector<Row> rows;
  std::optional<Reference> reference;
  std::optional<Reference> target; ///< what the plan or the board holds them to, "Target 42%": a line of its own, no test
  std::string axis;
  NumberKind kind = NumberKind::percent;
  bool low = false; ///< drawn closer: the chart of a first page
};

/// What goes with an outcome: bars of Shapley shares or of average marginal effects with intervals, in groups, one column an outcome.
struct DriverChart {
  struct Bar {
    Interval interval;
    bool withheld = false;
  };
  struct Row {
    std::string label;
    std::vector<Bar> bars; ///< aligned with `outcomes`
    bool opposite = false; ///< good for the one outcome and bad for the other (more confidence, and more worry): flagged
    std::string text;      ///< words of the flag ("more of both"; empty: "opposite ways"), or of anything else that must be said
  };
  struct Group {
    std::string label; ///< "Engagement"
    std::vector<Row> rows;
  };
  std::vector<std::string> outcomes; ///< one or two
  std::vector<Group> groups;
  std::string axis; ///< "Difference in the chance of the outcome, percentage points"
  NumberKind kind = NumberKind::points_change;
};

/// Areas as points in two measures with declared cut points: recorded crime against worry.
struct QuadrantChart {
  struct Point {
    std::string label;
    Interval x, y;           ///< intervals are drawn for emphasised points alone
    bool emphasised = false; ///< named on the chart
  };
  struct Quadrant {
    std::string name;      ///< "Worried without much crime"
    std::size_t count = 0; ///< areas in it, by the rule of the analysis
  };
  std::vector<Point> points;
  double x_cut = 0, y_cut = 0;
  std::string x_cut_label, y_cut_label;            ///< "median 61"
  Quadrant low_low, high_low, low_high, high_high; ///< x first: high_low has much of x and little of y
  std::string x_axis, y_axis;
  NumberKind x_kind = NumberKind::raw, y_kind = NumberKind::percent;
  std::size_t withheld = 0; ///< areas that are not drawn, said in a note
};

/// Two waves of separate samples, one row a town: a dot before and a dot after, joined. The renderer writes values and n; `text` holds the
/// change in words.
struct BeforeAfterChart {
  struct Side {
    Interval interval;
    double n = 0; ///< 0 or NaN: not known
    bool withheld = false;
  };
  struct Row {
    std::string label;
    Side before, after;
    std::string text;        ///< "lower: -19 (-31 to -7)"
    bool told_apart = false; ///< the change is told from none: a thick line; else a thin one
    bool comparison = false; ///< stands below the rule
  };
  std::string before_label = "Before", after_label = "After";
  std::vector<Row> rows;
  std::string axis;
  NumberKind kind = NumberKind::percent;
};

/// A few bars from zero with intervals: overall, where all views are held, where none is.
struct ProfileChart {
  struct Bar {
    std::string label;
    Interval interval;
    double n = 0;         ///< 0 or NaN: not known
    bool overall = false; ///< everybody: quiet, and its value runs down as a line to compare with
    bool withheld = false;
  };
  std::vector<Bar> bars;
  std::string axis;
  NumberKind kind = NumberKind::percent;
  double highest = 100; ///< where the axis ends
};

using Chart = std::variant<MeansChart, StackedBarsChart, ForestChart, TransitionChart, FlowChart, TrendChart, LeagueChart, DriverChart,
                           QuadrantChart, BeforeAfterChart, ProfileChart>;

} // namespace canvass::report

#endif
