// What goes with what: profiles of views, models of drivers, gaps between groups, balances; and areas by crime and worry.

#include "engine/analysis/protect.hpp"
#include "engine/analysis/rows.hpp"
#include "engine/analysis/templates/blocks.hpp"
#include "engine/analysis/templates/survey/report.hpp"
#include "engine/core/text.hpp"
#include "engine/report/sentence.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace canvass::analysis {

using namespace report;

namespace {

NumberKind kind_of(const Estimate& row) {
  return row.unit == Unit::percent             ? NumberKind::percent_1
         : row.unit == Unit::percentage_points ? NumberKind::points_change
         : row.unit == Unit::count             ? NumberKind::count
                                               : NumberKind::score;
}

std::string count_words(std::size_t count, std::size_t all, std::string_view what) {
  return std::to_string(count) + " of " + std::to_string(all) + " " + std::string(what);
}

} // namespace

/// "Of the 412 people who hold all five positive views, 97% ... A link, not a cause."
Sentence SurveyReport::links() const {
  for (const Estimate* one : rows_of("profile_drivers")) {
    if (one->versus.empty() && one->id.size() > 4 && one->id.ends_with("/all") && !is_withheld(*one) && std::isfinite(one->estimate)) {
      Sentence sentence = {std::string("Of the "), Number{one->n, NumberKind::count, one->id},
                           " who " + std::string(level_of(one->at, "profile")) + " views named, "};
      sentence.emplace_back(Number{one->estimate, NumberKind::percent, one->id});
      const ShareWords words = words_of(one->outcome);
      sentence.emplace_back(" " + (words.says.empty() ? "count for \"" + words.label + "\"" : words.says) + " (");
      sentence.emplace_back(NumberRange{one->conf_low, one->conf_high, NumberKind::percent_1, one->id});
      sentence.emplace_back("). A link, not a cause.");
      return sentence;
    }
  }
  return {};
}

void SurveyReport::profiles(Section& section) {
  std::set<std::string> seen;
  for (const Estimate* first : rows_of("profile_drivers")) {
    const std::string stem = first->analysis + "/" + first->outcome + "/" + last_wave() + "/";
    if (!first->versus.empty() || !seen.insert(stem).second) {
      continue;
    }
    std::vector<std::string> views;
    if (const PlannedAnalysis* planned = study_.plan.analysis(first->analysis)) {
      if (const auto option = planned->options.find("views"); option != planned->options.end()) {
        for (const std::string_view view : split(option->second, ' ')) {
          if (!trim(view).empty()) {
            views.push_back(label_of(std::string(trim(view))));
          }
        }
      }
    }
    ProfileChart chart;
    Table table;
    table.caption = label_of(first->outcome) + ", by profile of views, " + wave_label(last_wave());
    table.columns = {{"People", false}, {"%", true}, {"95% interval", true}, {"n", true}, {"Against everybody else, points", true},
                     {"Reading", false}};
    for (const auto& [part, label] :
         {std::pair{"overall", "Everybody"}, std::pair{"all", "Hold all of the views"}, std::pair{"none", "Hold none of them"}}) {
      const Estimate* one = row(stem + part);
      const Estimate* rest = row(stem + part + "/rest");
      if (one == nullptr) {
        continue;
      }
      ProfileChart::Bar bar;
      bar.label = label;
      bar.interval = {one->estimate, one->conf_low, one->conf_high, one->id};
      bar.n = one->n;
      bar.overall = std::string_view(part) == "overall";
      bar.withheld = is_withheld(*one);
      chart.bars.push_back(std::move(bar));
      table.rows.push_back({std::string(label), cell_of(one, NumberKind::percent_1), range_of(one, NumberKind::percent_1),
                            cell_of(one, NumberKind::count, &Estimate::n),
                            rest == nullptr ? TableCell(Withheld{"[z]", "does not apply"}) : TableCell(difference_numbers(*rest)),
                            rest == nullptr ? std::string() : rest->verdict});
    }
    table.notes.push_back({"The views: " + join(views, "; ") + ". Who left one of them open is in neither profile. A link, not a cause."});
    chart.axis = "% of people";
    Figure figure;
    figure.id = "fig-profile-" + first->outcome;
    figure.headline = label_of(first->outcome) + " among people who hold every view named, and none";
    figure.subtitle = "With 95% intervals";
    figure.alt = "Bar chart of " + std::to_string(chart.bars.size()) + " bars: " + label_of(first->outcome) +
                 " among everybody, among those who hold all views and among those who hold none.";
    figure.chart = std::move(chart);
    section.blocks.emplace_back(table);
    section.blocks.emplace_back(std::move(figure));
  }
}

void SurveyReport::drivers(Section& section) {
  std::map<std::string, std::vector<const Estimate*>> by_analysis;
  for (const Estimate* one : rows_of("model_drivers")) {
    by_analysis[one->analysis].push_back(one);
  }
  for (const auto& [analysis, rows] : by_analysis) {
    DriverChart chart;
    std::vector<std::string> outcomes;
    std::vector<std::string> names;
    for (const Estimate* one : rows) {
      if (std::find(outcomes.begin(), outcomes.end(), one->outcome) == outcomes.end()) {
        outcomes.push_back(one->outcome);
      }
      const std::string driver(level_of(one->at, "driver"));
      if (std::find(names.begin(), names.end(), driver) == names.end()) {
        names.push_back(driver);
      }
    }
    for (const std::string& outcome : outcomes) {
      chart.outcomes.push_back(label_of(outcome));
    }
    Table table;
    table.caption = "What goes with " + join(chart.outcomes, " and ") + ", all else alike, " + wave_label(last_wave());
    table.columns = {{"Driver", false}};
    for (const std::string& outcome : outcomes) {
      table.columns.push_back({label_of(outcome) + ", points", true});
      table.columns.push_back({"95% interval", true});
      table.columns.push_back({"Reading", false});
    }
    // In the order of the instrument's elements; a driver of none stands last.
    const auto element_of = [&](const std::string& driver) {
      const Indicator* indicator = instrument_.indicator(driver);
      const std::size_t index = instrument_.variable(indicator != nullptr ? indicator->of : driver);
      return index == Instrument::npos ? std::string() : instrument_.variables[index].element;
    };
    std::map<std::string, DriverChart::Group> groups;
    for (const std::string& name : names) {
      DriverChart::Row line;
      line.label = label_of(name);
      std::vector<TableCell> cells = {line.label};
      for (const std::string& outcome : outcomes) {
        const auto found = std::find_if(
            rows.begin(), rows.end(), [&](const Estimate* one) { return one->outcome == outcome && level_of(one->at, "driver") == name; });
        const Estimate* one = found == rows.end() ? nullptr : *found;
        DriverChart::Bar bar;
        if (one != nullptr) {
          bar.interval = {one->estimate, one->conf_low, one->conf_high, one->id};
          bar.withheld = is_withheld(*one);
          line.opposite = line.opposite || has_flag(*one, "good_and_bad");
        }
        line.bars.push_back(bar);
        cells.push_back(cell_of(one, NumberKind::points_change));
        cells.push_back(range_of(one, NumberKind::percent_1));
        cells.emplace_back(one == nullptr ? std::string() : one->verdict);
      }
      if (line.opposite) {
        line.text = "good for one, bad for the other";
      }
      groups[element_of(name)].rows.push_back(std::move(line));
      table.rows.push_back(std::move(cells));
    }
    for (const Element& element : instrument_.elements) {
      if (const auto found = groups.find(element.id); found != groups.end()) {
        found->second.label = element.label.in(study_.language);
        chart.groups.push_back(std::move(found->second));
      }
    }
    if (const auto found = groups.find(""); found != groups.end()) {
      found->second.label = chart.groups.empty() ? "" : "Other";
      chart.groups.push_back(std::move(found->second));
    }
    chart.axis = "Difference in the share, percentage points, the other drivers held alike";
    table.notes.push_back({"Logistic models with all drivers at once, as average differences in percentage points. A link, not a cause."});
    Figure figure;
    figure.id = "fig-drivers-" + analysis;
    figure.headline = "What goes with " + join(chart.outcomes, " and ");
    figure.subtitle = "Average difference in percentage points with 95% intervals; the other drivers held alike";
    figure.alt = "Bar chart of " + std::to_string(names.size()) + " drivers with intervals, for " + join(chart.outcomes, " and ") + ".";
    figure.chart = std::move(chart);
    section.blocks.emplace_back(table);
    section.blocks.emplace_back(std::move(figure));
  }
}

/// Gaps, trends over groups, balances, ticks, perception beside records: one table an analysis, in the plan's order.
void SurveyReport::comparisons(Section& section) {
  static const std::map<std::string_view, std::string_view> titles = {{"group_gap", "the gap between two groups"},
                                                                      {"trend_over_groups", "over the answers in order"},
                                                                      {"net_balance", "better less worse"},
                                                                      {"multiple_response", "several ticks, of those asked"},
                                                                      {"perception_gap", "what people say beside what is recorded"}};
  for (const PlannedAnalysis& analysis : study_.plan.analyses) {
    const auto title = titles.find(analysis.procedure);
    if (title == titles.end()) {
      continue;
    }
    Table table;
    table.columns = {{"Row", false}, {"Estimate", true}, {"95% interval", true}, {"n", true}, {"p", true}, {"Reading", false}};
    std::string outcome;
    for (const Estimate* one : rows_of(analysis.procedure)) {
      if (one->analysis != analysis.id) {
        continue;
      }
      outcome = one->outcome;
      std::string name = analysis.procedure == "multiple_response" ? label_of(one->outcome) : std::string();
      if (name.empty()) {
        name = label_of(one->outcome);
        for (const auto& [variable, level] : one->at) {
          const std::size_t index = instrument_.variable(variable);
          const ChoiceList* list = index == Instrument::npos ? nullptr : instrument_.list(instrument_.variables[index].list);
          const auto code = parse_int64(level);
          const Choice* choice = list == nullptr || !code ? nullptr : list->find(static_cast<int>(*code));
          name += ", " + (variable == "wave" ? wave_label(level) : choice != nullptr ? choice->label.in(study_.language) : level);
        }
        name += one->quantity == "difference" || one->quantity == "slope" || one->quantity == "net_balance" ? " (" + one->quantity + ")"
                : one->quantity == "association"                                                            ? " (any difference, F)"
                                                                                                            : "";
      }
      table.rows.push_back({name, cell_of(one, kind_of(*one)), range_of(one, kind_of(*one)), cell_of(one, NumberKind::count, &Estimate::n),
                            cell_of(one, NumberKind::p_value, &Estimate::p_value), one->verdict});
    }
    if (!table.rows.empty()) {
      std::string name = analysis.id;
      std::replace(name.begin(), name.end(), '_', ' ');
      table.caption = capitalised(name) + ": " + std::string(title->second);
      section.blocks.emplace_back(table);
    }
  }
}

Section SurveyReport::linked() {
  Section section;
  section.id = "links";
  section.title = "What goes with what";
  profiles(section);
  drivers(section);
  comparisons(section);
  return section;
}

Section SurveyReport::matrix() {
  Section section;
  section.id = "matrix";
  section.title = "Areas by crime and worry";
  for (const PlannedAnalysis& analysis : study_.plan.analyses) {
    if (analysis.procedure != "area_matrix") {
      continue;
    }
    const auto cut = [&](const char* name) {
      const auto option = analysis.options.find(name);
      return option == analysis.options.end() ? 0.0 : parse_double(option->second).value_or(0);
    };
    QuadrantChart chart;
    chart.x_cut = cut("column_cut");
    chart.y_cut = cut("outcome_cut");
    chart.x_cut_label = "from " + shortest(chart.x_cut);
    chart.y_cut_label = "from " + shortest(chart.y_cut);
    chart.low_low.name = "Little crime, little worry";
    chart.high_low.name = "Much crime, little worry";
    chart.low_high.name = "Little crime, much worry";
    chart.high_high.name = "Much crime, much worry";
    chart.x_axis = analysis.options.contains("column") ? analysis.options.at("column") : "recorded";
    chart.y_axis = label_of(analysis.outcome) + ", %";
    std::size_t unclear = 0;
    std::size_t all = 0;
    for (const Estimate* one : rows_of("area_matrix")) {
      if (one->analysis != analysis.id) {
        continue;
      }
      ++all;
      if (is_withheld(*one) || !std::isfinite(one->estimate) || !std::isfinite(one->reference)) {
        ++chart.withheld;
        continue;
      }
      unclear += has_flag(*one, "type_unclear") ? 1U : 0U;
      QuadrantChart::Point point;
      point.label = area_label(one->at.back().second);
      point.x = {one->reference, not_a_number, not_a_number, one->id};
      point.y = {one->estimate, one->conf_low, one->conf_high, one->id};
      const bool high_x = one->reference >= chart.x_cut;
      const bool high_y = one->estimate >= chart.y_cut;
      ++(high_x ? (high_y ? chart.high_high : chart.high_low) : (high_y ? chart.low_high : chart.low_low)).count;
      chart.points.push_back(std::move(point));
    }
    if (all == 0) {
      continue;
    }
    Figure figure;
    figure.id = "fig-matrix-" + analysis.id;
    figure.headline = "Areas by " + chart.x_axis + " and " + label_of(analysis.outcome);
    figure.subtitle = "Cut points were declared in the plan";
    figure.alt = "Scatter chart of " + std::to_string(chart.points.size()) + " areas in four quadrants; " +
                 count_words(chart.high_high.count, all, "have much of both.");
    figure.notes.push_back(
        {"In " + count_words(unclear, all, "areas the interval of the share spans the cut, so their type is not clear.")});
    figure.chart = std::move(chart);
    section.blocks.emplace_back(std::move(figure));
  }
  return section;
}

} // namespace canvass::analysis
