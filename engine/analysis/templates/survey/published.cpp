// What others have published, period by period; and the report of a study that consists of nothing else.

#include "engine/analysis/published.hpp"

#include "engine/analysis/rows.hpp"
#include "engine/analysis/templates/blocks.hpp"
#include "engine/analysis/templates/survey/report.hpp"
#include "engine/analysis/templates/template.hpp"
#include "engine/core/text.hpp"
#include "engine/report/sentence.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace canvass::analysis {

using namespace report;

namespace {

constexpr std::size_t few_lines = 12; ///< a longer table stands in the appendix

NumberKind kind_of(const PublishedSeries& series) {
  return series.percent ? NumberKind::percent_1 : NumberKind::raw;
}

TableCell or_unpublished(bool there, TableCell cell) {
  return there ? std::move(cell) : TableCell(Withheld{"[x]", "not published"});
}

std::string source_words(const PublishedSeries& series) {
  std::string note = "Source: " + series.source + ".";
  note += series.question.empty() ? "" : " Asked: " + series.question + ". A series of another question is never joined to this one.";
  note += series.as_of ? " As of " + in_words(*series.as_of) + "." : "";
  return note;
}

/// The figure of a difference row and how it came about, or why there is none.
TableCell change_cell(const Estimate* change, const PublishedSeries& series) {
  if (change == nullptr) {
    return Withheld{"[z]", "does not apply"};
  }
  if (has_flag(*change, "break")) {
    return std::string("break");
  }
  if (has_flag(*change, "untested")) {
    return Sentence{Number{change->estimate, series.percent ? NumberKind::points_change : NumberKind::change, change->id},
                    " points, not tested"};
  }
  return difference_numbers(*change);
}

} // namespace

/// One unit: figure, and a table with the last value against each before it.
void SurveyReport::published_trend(Section& section, const PublishedSeries& series, const std::string& analysis, const std::string& unit) {
  const SeriesPeriods periods = periods_of(series);
  const std::string stem = analysis + "/" + series.id + "/" + unit + "/";
  Table table;
  table.caption = series.label.in(study_.language) + ": " + unit;
  TrendChart chart;
  TrendChart::Series line;
  line.label = unit;
  line.published = true;
  std::string last;
  for (const std::string& period : periods.names) {
    last = row(stem + period) != nullptr ? period : last;
  }
  bool overlapping = false;
  for (std::size_t i = 0; i < periods.names.size(); ++i) {
    const std::string& period = periods.names[i];
    chart.periods.push_back(period);
    const Estimate* one = row(stem + period);
    if (one == nullptr) {
      continue;
    }
    line.points.push_back({i, {one->estimate, one->conf_low, one->conf_high, one->id}, std::isfinite(one->n) ? one->n : 0, false});
    const Estimate* change = row(stem + last + "-" + period);
    overlapping = overlapping || (change != nullptr && has_flag(*change, "overlapping"));
    table.rows.push_back({period, Number{one->estimate, kind_of(series), one->id},
                          or_unpublished(std::isfinite(one->conf_low), range_of(one, kind_of(series))),
                          or_unpublished(std::isfinite(one->n), cell_of(one, NumberKind::count, &Estimate::n)), change_cell(change, series),
                          cell_of(change, NumberKind::p_value, &Estimate::p_value), change == nullptr ? "" : change->verdict,
                          change == nullptr || has_flag(*change, "break") ? "" : change->method});
  }
  table.columns = {{"Period", false},           {series.percent ? "%" : "Value", true},
                   {"95% interval", true},      {"n", true},
                   {last + " less this", true}, {"p", true},
                   {"Reading", false},          {"Compared as", false}};
  if (overlapping) {
    table.notes.push_back({"Each figure rests on " + shortest(series.window_quarters * 3) +
                           " months, so neighbours share answers. Their difference is tested on what they do not share; only figures "
                           "whose windows do not overlap are samples of their own."});
  }
  for (const SeriesBreak& one : series.breaks) {
    const std::size_t from = periods.index(one.from);
    if (from != SeriesPeriods::npos) {
      chart.breaks.push_back({from, one.why, std::nullopt});
      table.notes.push_back({"The line is cut at " + one.from + ": " + one.why + ". Nothing is compared across it."});
    }
  }
  if (const auto target = target_of_series(series, unit)) {
    chart.target = TrendChart::Target{*target, "Target " + shortest(*target) + (series.percent ? "%" : "")};
  }
  table.notes.push_back({source_words(series)});
  chart.series.push_back(std::move(line));
  chart.axis = series.percent ? "%" : "Value";
  if (!series.percent) {
    chart.kind = NumberKind::raw;
    chart.lowest = chart.highest = 0;
  }
  Figure figure;
  figure.id = "fig-published-" + series.id;
  figure.headline = series.label.in(study_.language) + ": " + unit + ", " + chart.periods.front() + " to " + chart.periods.back();
  figure.subtitle = "Published elsewhere; with 95% intervals where n or interval were published";
  figure.alt = "Trend chart: " + unit + " over " + std::to_string(chart.periods.size()) + " periods; published figures.";
  figure.chart = std::move(chart);
  if (table.rows.size() > few_lines) {
    figure.table = appendix_table(std::move(table));
    section.blocks.emplace_back(std::move(figure));
  } else {
    section.blocks.emplace_back(std::move(table));
    if (periods.names.size() > 2) {
      section.blocks.emplace_back(std::move(figure));
    }
  }
}

/// Several units: the last figure of each against the one before, and against the latest that shares nothing with it.
void SurveyReport::published_changes(Section& section, const PublishedSeries& series, const std::string& analysis) {
  const SeriesPeriods periods = periods_of(series);
  if (periods.names.size() < 2) {
    return;
  }
  const std::string& last = periods.names.back();
  const std::string& before = periods.names[periods.names.size() - 2];
  std::string apart; // the latest period whose window is over when that of the last begins
  for (std::size_t i = 0; i + 1 < periods.names.size(); ++i) {
    if (periods.last_month.back() && *periods.last_month.back() - *periods.last_month[i] >= 3 * series.window_quarters) {
      apart = periods.names[i];
    }
  }
  const bool two = !apart.empty() && apart != before;
  Table table;
  table.caption = series.label.in(study_.language) + ": every unit, " + last;
  table.columns = {
      {"Of", false}, {series.percent ? "%" : "Value", true}, {"On " + before, true}, {"p, adjusted", true}, {"Reading", false}};
  if (two) {
    table.columns.insert(table.columns.end(), {{"On " + apart, true}, {"p, adjusted", true}, {"Reading", false}});
  }
  for (const Estimate* one : rows_of("trend")) {
    if (one->analysis != analysis || one->outcome != series.id || one->quantity != "published" || level_of(one->at, "period") != last) {
      continue;
    }
    const std::string unit = level_of(one->at, "unit");
    const std::string stem = analysis + "/" + series.id + "/" + unit + "/" + last + "-";
    std::vector<TableCell> cells = {unit, Number{one->estimate, kind_of(series), one->id}};
    for (const std::string& other : two ? std::vector<std::string>{before, apart} : std::vector<std::string>{before}) {
      const Estimate* change = row(stem + other);
      cells.push_back(change_cell(change, series));
      cells.push_back(cell_of(change, NumberKind::p_value, &Estimate::p_adjusted));
      cells.emplace_back(change == nullptr ? std::string() : change->verdict);
    }
    table.rows.push_back(std::move(cells));
  }
  table.notes.push_back({"p adjusted over all units, column by column (Benjamini and Hochberg)."});
  if (series.window_quarters > 0) {
    table.notes.push_back({"Each figure rests on " + shortest(series.window_quarters * 3) + " months: that of " + before +
                           " shares answers with that of " + last + ", and the difference is tested on what they do not share" +
                           (two ? "; that of " + apart + " is a sample of its own." : ".")});
  }
  table.notes.push_back({source_words(series)});
  if (table.rows.size() > few_lines) {
    const std::string id = appendix_table(std::move(table));
    section.blocks.emplace_back(Paragraph{{series.label.in(study_.language) + ", what moved: ", Link{"Table " + id, id}, "."}});
  } else {
    section.blocks.emplace_back(std::move(table));
  }
}

Section SurveyReport::published() {
  Section section;
  section.id = "published";
  section.title = "What others have published";
  std::set<std::string> ranked;
  for (const Estimate* one : rows_of("peer_ranks")) {
    if (one->at.front().first == "series") {
      ranked.insert(one->outcome);
    }
  }
  for (const PublishedSeries& series : setup_.series) {
    std::vector<std::pair<std::string, std::string>> trends; // analysis and unit
    for (const Estimate* one : rows_of("trend")) {
      if (one->outcome == series.id && one->quantity == "published") {
        const std::pair found{one->analysis, level_of(one->at, "unit")};
        if (std::find(trends.begin(), trends.end(), found) == trends.end()) {
          trends.push_back(found);
        }
      }
    }
    std::set<std::string> done;
    for (const auto& [analysis, unit] : trends) {
      const std::string& of = analysis;
      const auto units = std::count_if(trends.begin(), trends.end(), [&of](const auto& other) { return other.first == of; });
      if (units == 1) {
        published_trend(section, series, analysis, unit);
      } else if (done.insert(analysis).second) {
        published_changes(section, series, analysis);
      }
    }
    if (!trends.empty() || ranked.contains(series.id) || series.points.empty()) {
      continue;
    }
    Table table;
    table.caption = series.label.in(study_.language) + (series.source.empty() ? "" : " (" + series.source + ")");
    table.columns = {{"Period", false}, {"Of", false}, {series.percent ? "%" : "Value", true}, {"95% interval", true}, {"n", true}};
    for (const SeriesPoint& point : series.points) {
      const PublishedFigure figure = figure_of(series, point, 0.95);
      table.rows.push_back({point.period, unit_label(setup_, point.unit), Number{point.value, kind_of(series), ""},
                            or_unpublished(figure.has_error(), NumberRange{figure.low, figure.high, kind_of(series), ""}),
                            or_unpublished(point.n.has_value(), Number{point.n.value_or(0), NumberKind::count, ""})});
    }
    table.notes.push_back({source_words(series)});
    if (table.rows.size() > 4 * few_lines) {
      const std::string id = appendix_table(std::move(table));
      section.blocks.emplace_back(Paragraph{{series.label.in(study_.language) + ": ", Link{"Table " + id, id}, "."}});
    } else {
      section.blocks.emplace_back(std::move(table));
    }
  }
  return section;
}

Section SurveyReport::published_first_page() {
  Section section;
  section.id = "first-page";
  section.title = "Summary";
  section.first_page = true;
  VerdictBox box;
  box.answer_label = "Published";
  Facts facts;
  for (const Estimate* one : rows_of("trend")) { // the last figure of a series of one unit, and the year before
    const PublishedSeries* series = setup_.published(one->outcome);
    if (series == nullptr || one->quantity != "difference" || !box.answer.empty() || !series->points.front().unit.size()) {
      continue;
    }
    const std::string last = level_of(one->at, "period");
    const std::string unit = level_of(one->at, "unit");
    const Estimate* now = row(one->analysis + "/" + series->id + "/" + unit + "/" + last);
    const SeriesPeriods periods = periods_of(*series);
    const Estimate* change = nullptr;
    for (const std::string& period : periods.names) {
      const Estimate* other = row(now->id + "-" + period);
      change = other != nullptr && !has_flag(*other, "overlapping") ? other : change;
    }
    box.answer.emplace_back(series->label.in(study_.language) + " (" + unit + ", " + last + "): ");
    box.answer.emplace_back(Number{now->estimate, series->percent ? NumberKind::percent : NumberKind::raw, now->id});
    if (std::isfinite(now->conf_low)) {
      box.answer.emplace_back(" (");
      box.answer.emplace_back(NumberRange{now->conf_low, now->conf_high, kind_of(*series), now->id});
      box.answer.emplace_back(")");
    }
    box.answer.emplace_back(". ");
    if (change != nullptr) {
      append(box.answer, change_phrase(*change, level_of(change->versus, "period")));
      box.answer.emplace_back(".");
    }
  }
  Section places = among_peers();
  tables_.clear(); // made again where they stand
  for (const PublishedSeries& series : setup_.series) {
    Sentence sentence = peer_sentence(series);
    if (sentence.empty()) {
      continue;
    }
    if (box.answer.empty()) {
      box.answer = std::move(sentence);
    } else {
      facts.facts.push_back({"Places", std::move(sentence)});
      break; // one on the first page, the others in their section
    }
  }
  if (box.answer.empty()) {
    box.answer = {std::string("No series of the study has two periods, or two units that could be set beside each other.")};
  }
  section.blocks.emplace_back(box);
  for (Block& block : places.blocks) {
    if (auto* figure = std::get_if<Figure>(&block)) {
      if (auto* league = std::get_if<LeagueChart>(&figure->chart)) {
        league->low = true;
        if (constexpr std::size_t of_one_sheet = 20; league->rows.size() > of_one_sheet) {
          const std::size_t all = league->rows.size();
          std::erase_if(league->rows, [](const LeagueChart::Row& one) {
            return !one.named && one.verdict != LeagueChart::Verdict::higher && one.verdict != LeagueChart::Verdict::lower;
          });
          figure->subtitle = std::to_string(league->rows.size()) + " of " + std::to_string(all) +
                             ": those told apart from the line. With 95% intervals; at the right the places that each may hold";
        }
      }
      figure->id = "fig-first-" + figure->id.substr(4);
      figure->table.clear();
      section.blocks.emplace_back(std::move(*figure));
      break;
    }
  }
  facts.facts.push_back({"Who",
                         {"Nobody was asked by this study: every figure is somebody else's, and its errors follow from the n or "
                          "intervals that were published with it."}});
  facts.facts.push_back({"Check", check()});
  section.blocks.emplace_back(facts);
  return section;
}

Section SurveyReport::published_method() {
  Section section;
  section.id = "method";
  section.title = "Method";
  std::vector<Sentence> lines;
  const auto add = [&](const std::string& text) { lines.push_back({text}); };
  add("Figures are those that were published, as printed. Intervals: the half-width where it was published; else of a share, from n and "
      "the "
      "design effect, Korn and Graubard's. A figure without either is shown, and never tested.");
  add("Differences: of separate samples from both errors; of rolling windows that overlap, from the part that they do not share: with k of "
      "w "
      "months new, the variance is k/w of that of separate samples. What rounding left out is added to every difference.");
  add("Places: every pair by the interval of its difference, normal, Holm over all pairs (of a unit named beforehand, over its own). A "
      "unit "
      "may stand between 1 + those told apart as better and the number of units less those told apart as worse. Where units may hold more "
      "than half of the places on average, no order is shown.");
  add("Against a mean, and changes of many units: Benjamini and Hochberg. Whether two intervals overlap is never used as a test.");
  add("Rounding: half away from zero, from full precision. Every number stands unrounded in report.csv and report.json under its row id.");
  section.blocks.emplace_back(Bullets{lines});
  section.blocks.emplace_back(Paragraph{{"Marks in tables: [x] not published; [z] does not apply; n are answers."}});
  return section;
}

Document SurveyReport::published_figures() {
  Document document = begun_as("Published figures");
  document.sections.push_back(published_first_page());
  for (Section section : {among_peers(), published()}) {
    if (!section.blocks.empty()) {
      document.sections.push_back(std::move(section));
    }
  }
  document.sections.push_back(published_method());
  number_tables(document.sections);
  if (!tables_.empty()) {
    document.sections.push_back(appendix());
  }
  return document;
}

namespace {

/// Does the plan have an analysis of this procedure over the series by itself?
bool is_planned(const LoadedStudy& study, std::string_view procedure, const std::string& series) {
  const auto& analyses = study.study.plan.analyses;
  return std::any_of(analyses.begin(), analyses.end(), [&](const PlannedAnalysis& one) {
    const auto option = one.options.find("series");
    if (one.procedure != procedure || !one.outcome.empty() || option == one.options.end()) {
      return false;
    }
    const auto names = split(option->second, ' ');
    return std::find(names.begin(), names.end(), series) != names.end();
  });
}

} // namespace

std::vector<PlannedAnalysis> published_shows(const LoadedStudy& study) {
  std::vector<PlannedAnalysis> all;
  if (!study.study.survey) {
    return all;
  }
  const PublicSurvey& survey = *study.study.survey;
  std::string ranked;
  std::string followed;
  for (const PublishedSeries& series : survey.series) {
    const SeriesPeriods periods = periods_of(series);
    if (periods.names.empty()) {
      continue;
    }
    std::size_t units = 0;
    bool areas = true;
    for (const SeriesPoint& point : series.points) {
      units += point.period == periods.names.back() ? 1U : 0U;
      areas = areas && survey.areas.find(point.unit) != AreaTree::npos;
    }
    const auto own = own_unit(survey, series);
    if (units > 1 && (own || areas) && !is_planned(study, "peer_ranks", series.id)) { // aspects of one service, say, are no peers
      ranked += (ranked.empty() ? "" : " ") + series.id;
    }
    if (own && periods.names.size() > 1 && !is_planned(study, "trend", series.id)) {
      followed += (followed.empty() ? "" : " ") + series.id;
    }
  }
  if (!ranked.empty()) {
    all.push_back(standing("peers", "peer_ranks"));
    all.back().options["series"] = ranked;
  }
  if (!followed.empty()) {
    all.push_back(standing("published", "trend"));
    all.back().options["series"] = followed;
  }
  return all;
}

Document make_published_figures(const Input& input, const Analysed& analysed, const Options& options) {
  if (!input.study.study.survey || input.study.study.survey->series.empty()) {
    throw InputError(input.study.study.at, "the template published_figures needs `series`: what others have published");
  }
  return SurveyReport(input, analysed, options).published_figures();
}

} // namespace canvass::analysis
