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
    table.columns = {{"People", false},
                     {"%", true},
                     {"95% interval", true},
                     {"n", true},
                     {"Against everybody, points", true},
                     {"Against everybody else, points", true},
                     {"Reading", false}};
    for (const auto& [part, label] : {std::pair{"overall", "Everybody"}, std::pair{"all", "Hold all of the views"},
                                      std::pair{"none", "Hold none of them"}, std::pair{"none/negative", "Have the other profile"}}) {
      const Estimate* one = row(stem + part);
      const Estimate* lift = row(stem + part + "/lift");
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
                            cell_of(one, NumberKind::count, &Estimate::n), cell_of(lift, NumberKind::points_change),
                            rest == nullptr ? TableCell(Withheld{"[z]", "does not apply"}) : TableCell(difference_numbers(*rest)),
                            rest == nullptr ? std::string() : rest->verdict});
    }
    for (const AnalysisOutcome& outcome : analysed_.outcomes) {
      for (const std::string& note : outcome.notes) {
        if (outcome.id == first->analysis) {
          table.notes.push_back({note + "."});
        }
      }
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
          name += ", " + (variable == "wave" ? wave_label(level) : level_label(variable, level));
        }
        name += one->quantity == "difference" || one->quantity == "slope" || one->quantity == "net_balance" ? " (" + one->quantity + ")"
                : one->quantity == "association" ? " (any difference, Cramer's V)"
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
      if (analysis.procedure == "trend_over_groups" && !analysis.outcome.empty()) {
        over_answers(section, analysis);
      }
    }
  }
}

/// The chart of a trend over answers in order: one bar an answer, everybody's value to compare with.
void SurveyReport::over_answers(Section& section, const PlannedAnalysis& analysis) {
  const std::string& by = analysis.options.at("by");
  ProfileChart chart;
  bool percent = true;
  double highest = 0;
  for (const Estimate* one : rows_of("trend_over_groups")) {
    if (one->analysis == analysis.id && (one->quantity == "proportion" || one->quantity == "mean") && one->at.size() == 2) {
      chart.bars.push_back(
          {level_label(by, one->at[1].second), {one->estimate, one->conf_low, one->conf_high, one->id}, one->n, false, is_withheld(*one)});
      percent = percent && one->unit == Unit::percent;
      highest = std::max(highest, std::isfinite(one->conf_high) ? one->conf_high : 0);
    }
  }
  if (const Estimate* all = in_wave(analysis.outcome, last_wave()); all != nullptr && percent) {
    chart.bars.insert(chart.bars.begin(), // first, so that its line runs down beside all others
                      {"Everybody", {all->estimate, all->conf_low, all->conf_high, all->id}, all->n, true, is_withheld(*all)});
  }
  if (chart.bars.empty() || !percent) {
    return; // means may lie below zero, where no bar begins
  }
  chart.axis = "% of people";
  chart.highest = highest > 50 ? 100 : 50;
  Figure figure;
  figure.id = "fig-over-" + analysis.id;
  figure.headline = label_of(analysis.outcome) + ", by the answers to: " + label_of(by);
  figure.subtitle = "With 95% intervals";
  figure.alt = "Bar chart of " + std::to_string(chart.bars.size()) + " bars: " + label_of(analysis.outcome) +
               " by an ordered question, from its first answer to its last.";
  if (const Estimate* slope = row(analysis.id + "/" + analysis.outcome + "/" + last_wave() + "/slope"); slope != nullptr) {
    figure.notes.push_back({"Test of trend over the answers: " + (slope->verdict.empty() ? std::string("withheld") : slope->verdict) +
                            ". A link, not a cause."});
  }
  figure.chart = std::move(chart);
  section.blocks.emplace_back(std::move(figure));
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
