// Further estimates: what a plan asks for beyond the tables that every report has; one table an analysis, in the plan's order.

#include "engine/analysis/protect.hpp"
#include "engine/analysis/rows.hpp"
#include "engine/analysis/templates/blocks.hpp"
#include "engine/analysis/templates/survey/report.hpp"
#include "engine/core/text.hpp"
#include "engine/report/sentence.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace canvass::analysis {

using namespace report;

namespace {

/// More rows than these stand in the appendix.
constexpr std::size_t rows_of_a_page = 20;

NumberKind kind_of(const Estimate& row) {
  const bool difference = row.quantity == "difference" || row.quantity == "coefficient" || row.quantity == "threshold";
  switch (row.unit) {
  case Unit::percent: return NumberKind::percent_1;
  case Unit::percentage_points: return NumberKind::points_change;
  case Unit::count: return NumberKind::count;
  case Unit::correlation:
  case Unit::standardised: return NumberKind::coefficient;
  case Unit::ratio: return std::abs(row.estimate) < 1 ? NumberKind::coefficient : NumberKind::score;
  default: return difference ? NumberKind::change : NumberKind::score;
  }
}

/// Rows with percentages beside others say so by their name.
std::string unit_words(const Estimate& row) {
  return row.unit == Unit::percent ? ", %" : row.unit == Unit::percentage_points ? ", points" : "";
}

TableCell p_cell(const Estimate& row) {
  return cell_of(&row, NumberKind::p_value, std::isfinite(row.p_adjusted) ? &Estimate::p_adjusted : &Estimate::p_value);
}

std::string spaced(std::string id) {
  std::replace(id.begin(), id.end(), '_', ' ');
  return capitalised(std::move(id));
}

std::string adjusted_words(const std::vector<const Estimate*>& rows) {
  std::size_t tests = 0;
  std::string by;
  for (const Estimate* row : rows) {
    if (!row->family.empty() && !row->adjustment.empty()) {
      ++tests;
      by = row->adjustment;
    }
  }
  return tests < 2 ? std::string()
                   : "p adjusted over the " + std::to_string(tests) + " tests of this analysis, by " + adjustment_words(by) + ".";
}

} // namespace

/// What differs between rows stands in their names, what does not in the caption.
SurveyReport::FurtherWords SurveyReport::words_for(const std::vector<const Estimate*>& rows, Table& table) const {
  std::set<std::string> waves;
  std::set<std::string> outcomes;
  bool several = false;
  for (const Estimate* one : rows) {
    waves.insert(level_of(one->at, "wave"));
    outcomes.insert(one->outcome);
    several = several || !level_of(one->at, "with").empty();
  }
  const FurtherWords words{waves.size() > 1, several || outcomes.size() != 1};
  if (!words.outcome && *outcomes.begin() != rows.front()->analysis) { // alpha of items has no name but the analysis'
    table.caption += ", " + label_of(*outcomes.begin());
  }
  if (waves.size() == 1) {
    table.caption += ", " + wave_label(*waves.begin());
  }
  return words;
}

std::string SurveyReport::answers_label(const std::string& variable, const std::string& levels) const {
  std::string words;
  for (const std::string_view level : split(levels, '+')) {
    words += (words.empty() ? "" : " or ") + level_label(variable, std::string(level));
  }
  return words;
}

std::string SurveyReport::further_name(const Estimate& row, const FurtherWords& words) const {
  const bool known = instrument_.indicator(row.outcome) != nullptr || instrument_.scale(row.outcome) != nullptr ||
                     instrument_.variable(row.outcome) != Instrument::npos;
  std::vector<std::string> parts;
  if (words.outcome) {
    parts.push_back(known ? label_of(row.outcome) : spaced(row.outcome));
  }
  for (const auto& [variable, level] : row.at) {
    if (variable == "wave") {
      if (words.wave) {
        parts.push_back(wave_label(level));
      }
    } else if (variable == "with") {
      if (words.outcome) {
        parts.back() += " and " + label_of(level);
      }
    } else if (variable == "quantile") {
      parts.push_back("quantile " + level);
    } else if (variable == "by") {
      parts.push_back("by " + variable_label(level));
    } else {
      parts.push_back(answers_label(variable, level));
    }
  }
  for (const auto& [variable, level] : row.versus) {
    if (variable != "wave" && variable != "quantile" && variable != "with") {
      parts.back() += " less " + answers_label(variable, level);
    }
  }
  return capitalised(parts.empty() ? "everybody" : join(parts, ", ")) + unit_words(row);
}

/// Short tables stand on the page, long ones in the appendix.
void SurveyReport::put_table(Section& section, Table table) {
  if (table.rows.size() > rows_of_a_page) {
    const std::string caption = table.caption;
    section.blocks.emplace_back(Paragraph{{caption + ": table " + appendix_table(std::move(table)) + "."}});
  } else if (!table.rows.empty()) {
    section.blocks.emplace_back(std::move(table));
  }
}

void SurveyReport::estimates_table(Section& section, const PlannedAnalysis& analysis, const std::vector<const Estimate*>& rows) {
  Table table;
  table.caption = spaced(analysis.id) + ": " +
                  (analysis.options.contains("statistic") ? analysis.options.at("statistic") : std::string("mean")) + ", weighted";
  table.columns = {{"Row", false},          {"Estimate", true}, {"95% interval", true}, {"n", true},
                   {"Design effect", true}, {"p", true},        {"Reading", false}};
  const FurtherWords words = words_for(rows, table);
  for (const Estimate* one : rows) {
    if (one->quantity == "design_effect" || one->quantity == "design_effect_without") {
      continue; // a column of their row
    }
    const Estimate* effect = row(one->id + "/design_effect_without");
    effect = effect != nullptr ? effect : row(one->id + "/design_effect");
    table.rows.push_back({further_name(*one, words), cell_of(one, kind_of(*one)), range_of(one, kind_of(*one)),
                          cell_of(one, NumberKind::count, &Estimate::n), cell_of(effect, NumberKind::score), p_cell(*one), one->verdict});
  }
  if (std::string adjusted = adjusted_words(rows); !adjusted.empty()) {
    table.notes.push_back({std::move(adjusted)});
  }
  put_table(section, std::move(table));
}

void SurveyReport::model_tables(Section& section, const PlannedAnalysis& analysis, const std::vector<const Estimate*>& rows) {
  // One table a model: an outcome in a wave.
  std::vector<std::pair<std::string, std::string>> models;
  for (const Estimate* one : rows) {
    const std::pair<std::string, std::string> model{one->outcome, level_of(one->at, "wave")};
    if (std::find(models.begin(), models.end(), model) == models.end()) {
      models.push_back(model);
    }
  }
  const std::string kind = analysis.options.contains("model") ? analysis.options.at("model") : "gaussian";
  const bool ratios = kind != "gaussian";
  for (const auto& [outcome, wave] : models) {
    Table table;
    table.caption = spaced(analysis.id) + ": " + label_of(outcome) + ", " + kind + " model, " + wave_label(wave);
    table.columns = {{"Predictor", false}, {"Coefficient", true}, {"95% interval", true}};
    if (ratios) {
      table.columns.push_back({kind == "poisson" ? "Rate ratio" : "Odds ratio", true});
      table.columns.push_back({"95% interval of the ratio", true});
    }
    for (const char* title : {"n", "p"}) {
      table.columns.push_back({title, true});
    }
    std::vector<Sentence> tests;
    std::vector<Sentence> fits;
    for (const Estimate* one : rows) {
      if (one->outcome != outcome || level_of(one->at, "wave") != wave) {
        continue;
      }
      if (one->quantity == "coefficient" || one->quantity == "threshold") {
        std::vector<TableCell> cells = {predictor_name(*one), cell_of(one, kind_of(*one)), range_of(one, kind_of(*one))};
        if (ratios) {
          const Estimate* ratio = row(one->id + (kind == "poisson" ? "/rate_ratio" : "/odds_ratio"));
          cells.push_back(cell_of(ratio, NumberKind::score));
          cells.push_back(range_of(ratio, NumberKind::score));
        }
        cells.push_back(cell_of(one, NumberKind::count, &Estimate::n));
        cells.push_back(cell_of(one, NumberKind::p_value, &Estimate::p_value));
        table.rows.push_back(std::move(cells));
      } else if (one->quantity == "term_test") {
        const std::string predictor = level_of(one->at, "predictor");
        const auto is_question = [&](const std::string& name) {
          return setup_.areas.level(name) != AreaTree::npos || instrument_.variable(name) != Instrument::npos;
        };
        Sentence note = {(is_question(predictor) ? spaced(predictor) : label_of(predictor)) + " as a whole: "};
        Sentence numbers = test_numbers(*one);
        if (numbers.empty()) {
          note.emplace_back(std::string("withheld, as one of its answers is."));
        } else {
          append(note, std::move(numbers));
          note.emplace_back("; " + one->verdict + ".");
        }
        tests.push_back(std::move(note));
      } else if (one->at.size() == 1 && !is_withheld(*one)) {
        fits.push_back({one->method + ": ", Number{one->estimate, kind_of(*one), one->id}, std::string(".")});
      }
    }
    table.notes = std::move(tests);
    table.notes.insert(table.notes.end(), fits.begin(), fits.end());
    table.notes.push_back(
        {std::string("The n of an answer are those who gave it; all else alike, each is against the answer in brackets. A "
                     "link, not a cause.")});
    if (kind == "ordinal") {
      table.notes.push_back({std::string("A coefficient above 0 goes with answers of higher codes.")});
    }
    put_table(section, std::move(table));
  }
}

std::string SurveyReport::predictor_name(const Estimate& row) const {
  if (const std::string between = level_of(row.at, "threshold"); !between.empty()) {
    return "Threshold " + between;
  }
  const auto& [variable, level] = row.at.back();
  if (variable == "predictor") {
    return level == "(constant)" ? std::string("Constant") : label_of(level);
  }
  const bool share = instrument_.indicator(variable) != nullptr ||
                     (level == "1" && row.versus.back().second == "0" && level_label(variable, level) == level);
  return share ? label_of(variable)
               : spaced(variable) + ": " + level_label(variable, level) + " (" + level_label(variable, row.versus.back().second) + ")";
}

void SurveyReport::tests_table(Section& section, const PlannedAnalysis& analysis, const std::vector<const Estimate*>& rows) {
  Table table;
  const auto test = analysis.options.find("test");
  table.caption = spaced(analysis.id) + ": " +
                  (analysis.procedure == "association" ? std::string("do groups differ")
                   : test == analysis.options.end()    ? std::string("t")
                                                       : variable_label(test->second)) +
                  (analysis.procedure == "association" ? "" : " test");
  table.columns = {{"Row", false}, {"Estimate", true}, {"95% interval", true}, {"n", true}, {"p", true}, {"Reading", false}};
  const FurtherWords words = words_for(rows, table);
  for (const Estimate* one : rows) {
    std::string name = further_name(*one, words);
    name += one->quantity == "association"       ? " (Cramer's V)"
            : one->quantity == "gamma"           ? " (gamma)"
            : one->quantity == "rank_difference" ? " (mean rank)"
            : std::isfinite(one->reference)      ? " less " + shortest(one->reference)
                                                 : "";
    table.rows.push_back({name, cell_of(one, kind_of(*one)), range_of(one, kind_of(*one)), cell_of(one, NumberKind::count, &Estimate::n),
                          p_cell(*one), one->verdict});
    if (one->quantity == "rank_test" || (one->quantity == "association" && std::isfinite(one->df2))) {
      if (Sentence numbers = test_numbers(*one); !numbers.empty()) {
        Sentence note = {further_name(*one, words) + ": " + one->method + "; "};
        append(note, std::move(numbers));
        note.emplace_back(std::string("."));
        table.notes.push_back(std::move(note));
      }
    }
  }
  if (std::string adjusted = adjusted_words(rows); !adjusted.empty() && analysis.procedure != "association") {
    table.notes.push_back({std::move(adjusted)});
  }
  put_table(section, std::move(table));
}

Section SurveyReport::further() {
  Section section;
  section.id = "further";
  section.title = "Further estimates";
  for (const PlannedAnalysis& analysis : study_.plan.analyses) {
    // The usual test of a table stands below the groups that it is of.
    const bool table =
        analysis.procedure == "association" && (analysis.options.contains("statistic") || analysis.options.contains("measure"));
    if (!table && analysis.procedure != "estimate" && analysis.procedure != "regression" && analysis.procedure != "compare_groups") {
      continue;
    }
    std::vector<const Estimate*> rows = rows_of(analysis.procedure);
    std::erase_if(rows, [&](const Estimate* one) { return one->analysis != analysis.id; });
    if (rows.empty()) { // what stood in the way is said below
    } else if (analysis.procedure == "estimate") {
      estimates_table(section, analysis, rows);
    } else if (analysis.procedure == "regression") {
      model_tables(section, analysis, rows);
    } else {
      tests_table(section, analysis, rows);
    }
    for (const AnalysisOutcome& outcome : analysed_.outcomes) {
      for (const std::string& note : outcome.notes) {
        if (outcome.id == analysis.id) {
          section.blocks.emplace_back(Notice{Notice::Kind::warning, {spaced(analysis.id) + ": " + note + "."}});
        }
      }
    }
  }
  return section;
}

} // namespace canvass::analysis
