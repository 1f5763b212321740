#include "reports/chart_json.hpp"

#include "reports/format_number.hpp"
#include "reports/json_parts.hpp"
#include "reports/words.hpp"

#include <string_view>

namespace canvass::render {
namespace {

Json interval_json(const report::Interval& interval) {
  Json value = Json::object();
  return value.set("value", interval.value).set("low", interval.low).set("high", interval.high).set("row", interval.row);
}

/// Kind, axis and kind of number of a chart that has one scale.
template <typename Chart> Json scaled(std::string_view kind, const Chart& chart) {
  return object(kind).set("axis", chart.axis).set("number", to_string(chart.kind));
}

/// Interval and base of what has them, or the word.
template <typename Part> Json figures(const Part& part, bool withheld) {
  Json value = withheld ? Json::object() : interval_json(part.interval).set("n", part.n);
  return value.set("withheld", withheld);
}

/// A target or reference line.
template <typename Drawn> Json line_json(const Drawn& line) {
  return Json::object().set("value", line.value).set("label", line.label);
}

Json side_json(const std::string& axis, report::NumberKind kind, double cut, const std::string& cut_label) {
  return Json::object().set("axis", axis).set("number", to_string(kind)).set("cut", cut).set("cut_label", cut_label);
}

struct ChartJson {
  Json operator()(const report::MeansChart& chart) const {
    Json value = object("means");
    value.set("axis", chart.axis).set("lowest", chart.lowest).set("highest", chart.highest);
    value.set("waves", list_json(chart.waves)).set("days", list_json(chart.days));
    Json series = Json::array();
    for (const auto& one : chart.series) {
      Json points = Json::array();
      for (const auto& point : one.points) {
        points.push(interval_json(point.interval).set("wave", point.wave).set("n", point.n));
      }
      series.push(Json::object().set("label", one.label).set("is_control", one.is_control).set("points", std::move(points)));
    }
    Json marks = Json::array();
    for (const auto& mark : chart.marks) {
      marks.push(Json::object().set("position", mark.position).set("label", mark.label));
    }
    return value.set("series", std::move(series)).set("marks", std::move(marks));
  }

  Json operator()(const report::StackedBarsChart& chart) const {
    Json value = object("stacked_bars");
    value.set("categories", list_json(chart.categories)).set("agree_from", chart.agree_from);
    value.set("agree_label", chart.agree_label).set("disagree_label", chart.disagree_label);
    Json groups = Json::array();
    for (const auto& group : chart.groups) {
      Json bars = Json::array();
      for (const auto& bar : group.bars) {
        Json one = Json::object();
        one.set("label", bar.label).set("withheld", bar.withheld);
        if (!bar.withheld) {
          one.set("shares", list_json(bar.shares)).set("n", bar.n).set("agree", bar.agree);
        }
        bars.push(std::move(one));
      }
      groups.push(Json::object().set("label", group.label).set("bars", std::move(bars)));
    }
    return value.set("groups", std::move(groups));
  }

  Json operator()(const report::ForestChart& chart) const {
    Json value = object("forest");
    value.set("axis", chart.axis).set("left", chart.left).set("right", chart.right).set("null_value", chart.null_value);
    value.set("bound", chart.bound ? Json(*chart.bound) : Json());
    Json rows = Json::array();
    for (const auto& row : chart.rows) {
      Json one = row.withheld ? Json::object() : interval_json(row.interval);
      one.set("label", row.label).set("withheld", row.withheld);
      if (!row.withheld) {
        one.set("survives", row.survives).set("text", row.text);
      }
      rows.push(std::move(one));
    }
    return value.set("rows", std::move(rows));
  }

  Json operator()(const report::TransitionChart& chart) const {
    Json groups = Json::array();
    for (const auto& group : chart.groups) {
      Json bars = Json::array();
      for (const auto& bar : group.bars) {
        Json one = Json::object();
        one.set("label", bar.label).set("withheld", bar.withheld);
        if (!bar.withheld) {
          one.set("down", bar.down).set("same", bar.same).set("up", bar.up).set("n", bar.n);
        }
        bars.push(std::move(one));
      }
      groups.push(Json::object().set("label", group.label).set("bars", std::move(bars)));
    }
    return object("transition").set("groups", std::move(groups));
  }

  Json operator()(const report::FlowChart& chart) const {
    Json stages = Json::array();
    for (const auto& stage : chart.stages) {
      stages.push(Json::object().set("label", stage.label).set("boxes", list_json(stage.boxes)));
    }
    return object("flow").set("arms", list_json(chart.arms)).set("stages", std::move(stages));
  }

  Json operator()(const report::TrendChart& chart) const {
    Json value = scaled("trend", chart);
    value.set("periods", list_json(chart.periods));
    Json series = Json::array();
    for (const auto& one : chart.series) {
      Json points = Json::array();
      for (const auto& point : one.points) {
        points.push(figures(point, point.withheld).set("period", point.period));
      }
      series.push(Json::object().set("label", one.label).set("published", one.published).set("points", std::move(points)));
    }
    Json breaks = Json::array();
    for (const auto& one : chart.breaks) {
      breaks.push(Json::object().set("period", one.period).set("label", one.label).set("series", one.series ? Json(*one.series) : Json()));
    }
    Json events = Json::array();
    for (const auto& event : chart.events) {
      events.push(Json::object().set("position", event.position).set("label", event.label));
    }
    value.set("series", std::move(series)).set("breaks", std::move(breaks)).set("events", std::move(events));
    return value.set("target", chart.target ? line_json(*chart.target) : Json());
  }

  Json operator()(const report::LeagueChart& chart) const {
    Json rows = Json::array();
    for (const auto& row : chart.rows) {
      Json one = figures(row, row.withheld);
      one.set("label", row.label).set("named", row.named);
      if (!row.withheld) {
        one.set("verdict", verdict_words(row.verdict)).set("rank", row.rank);
      }
      rows.push(std::move(one));
    }
    return scaled("league", chart)
        .set("reference", chart.reference ? line_json(*chart.reference) : Json())
        .set("target", chart.target ? line_json(*chart.target) : Json())
        .set("rows", std::move(rows));
  }

  Json operator()(const report::DriverChart& chart) const {
    Json groups = Json::array();
    for (const auto& group : chart.groups) {
      Json rows = Json::array();
      for (const auto& row : group.rows) {
        Json bars = Json::array();
        bool withheld = false;
        for (const auto& bar : row.bars) {
          Json one = bar.withheld ? Json::object() : interval_json(bar.interval);
          bars.push(one.set("withheld", bar.withheld));
          withheld = withheld || bar.withheld;
        }
        Json one = Json::object();
        one.set("label", row.label).set("bars", std::move(bars));
        if (!withheld) {
          one.set("opposite", row.opposite).set("text", row.text);
        }
        rows.push(std::move(one));
      }
      groups.push(Json::object().set("label", group.label).set("rows", std::move(rows)));
    }
    return scaled("drivers", chart).set("outcomes", list_json(chart.outcomes)).set("groups", std::move(groups));
  }

  Json operator()(const report::QuadrantChart& chart) const {
    Json value = object("quadrants");
    value.set("x", side_json(chart.x_axis, chart.x_kind, chart.x_cut, chart.x_cut_label));
    value.set("y", side_json(chart.y_axis, chart.y_kind, chart.y_cut, chart.y_cut_label));
    Json quadrants = Json::array();
    const auto add = [&](std::string_view x, std::string_view y, const report::QuadrantChart::Quadrant& one) {
      quadrants.push(Json::object().set("x", x).set("y", y).set("name", one.name).set("count", one.count));
    };
    add("low", "low", chart.low_low);
    add("high", "low", chart.high_low);
    add("low", "high", chart.low_high);
    add("high", "high", chart.high_high);
    Json points = Json::array();
    for (const auto& point : chart.points) {
      points.push(Json::object()
                      .set("label", point.label)
                      .set("emphasised", point.emphasised)
                      .set("x", interval_json(point.x))
                      .set("y", interval_json(point.y)));
    }
    return value.set("quadrants", std::move(quadrants)).set("withheld", chart.withheld).set("points", std::move(points));
  }

  Json operator()(const report::BeforeAfterChart& chart) const {
    Json rows = Json::array();
    for (const auto& row : chart.rows) {
      Json one = Json::object();
      one.set("label", row.label).set("comparison", row.comparison);
      one.set("before", figures(row.before, row.before.withheld)).set("after", figures(row.after, row.after.withheld));
      if (!row.before.withheld && !row.after.withheld) {
        one.set("text", row.text).set("told_apart", row.told_apart);
      }
      rows.push(std::move(one));
    }
    return scaled("before_after", chart)
        .set("before_label", chart.before_label)
        .set("after_label", chart.after_label)
        .set("rows", std::move(rows));
  }

  Json operator()(const report::ProfileChart& chart) const {
    Json bars = Json::array();
    for (const auto& bar : chart.bars) {
      bars.push(figures(bar, bar.withheld).set("label", bar.label).set("overall", bar.overall));
    }
    return scaled("profile", chart).set("bars", std::move(bars));
  }
};

} // namespace

Json chart_json(const report::Chart& chart) {
  return std::visit(ChartJson{}, chart);
}

} // namespace canvass::render
