// To whom questionnaires went, who answered, and how answers were weighted.

#include "engine/analysis/templates/blocks.hpp"
#include "engine/analysis/templates/survey/report.hpp"

#include <cmath>

namespace canvass::analysis {

using namespace report;

Section SurveyReport::who_answered() {
  Section section;
  section.id = "who";
  section.title = "Who was asked and who answered";
  Table table;
  table.caption = "Questionnaires sent and returned, by wave";
  table.columns = {{"Wave", false},       {"Sent", true},
                   {"Returned", true},    {"Response rate, %", true},
                   {"Effective n", true}, {"Half width at 50%, points", true}};
  for (const std::string& wave : waves_) {
    table.rows.push_back({wave_label(wave), cell_of(row("response/sent/" + wave), NumberKind::count),
                          cell_of(row("response/returned/" + wave), NumberKind::count),
                          cell_of(row("response/response_rate/" + wave), NumberKind::percent_1),
                          cell_of(row("response/effective_n/" + wave), NumberKind::count),
                          cell_of(row("response/half_width/" + wave), NumberKind::percent_1)});
  }
  table.notes.push_back({"Effective n: how many answers drawn by chance alone would be as sure, given the unequal weights. The half "
                         "width is that of the 95% interval of a share of 50%, the worst case; shares near 0% or 100% are surer."});
  section.blocks.emplace_back(table);

  Table weights;
  weights.caption = "Weights over their mean, by wave";
  weights.columns = {{"Wave", false},
                     {"Smallest", true},
                     {"Median", true},
                     {"Largest", true},
                     {"Design effect of weights", true},
                     {"Representativeness", true}};
  for (const std::string& one : waves_) {
    if (row("response/largest_weight/" + one) == nullptr) {
      continue;
    }
    std::vector<TableCell> cells = {wave_label(one)};
    for (const char* quantity : {"smallest_weight", "median_weight", "largest_weight", "design_effect_of_weights", "representativeness"}) {
      cells.push_back(cell_of(row(std::string("response/") + quantity + "/" + one), NumberKind::score));
    }
    weights.rows.push_back(std::move(cells));
  }
  if (!weights.rows.empty()) {
    weights.notes.push_back(
        {"Design effect of weights: how much larger unequal weights alone make a variance. Representativeness: 1 where every "
         "area and stratum of the list answered alike, less what chance does to that; the lower, the more those who "
         "answered may differ from those asked."});
    section.blocks.emplace_back(weights);
  }

  const std::string wave = last_wave();
  Table margins;
  margins.caption = "Who answered against who lives there, " + wave_label(wave);
  margins.columns = {{"Group", false}, {"Answers", true}, {"Of the answers, %", true}, {"Of the people, %", true}};
  for (const Estimate* one : rows_of("response")) {
    if (one->quantity != "population_share" || one->at.front().second != wave || one->at[1].second == "area") {
      continue;
    }
    const std::string answers = "response/answers_share/" + wave + "/" + one->at[1].second + "/" + one->at[2].second;
    margins.rows.push_back({one->at[2].second, cell_of(one, NumberKind::count, &Estimate::count),
                            cell_of(row(answers), NumberKind::percent_1), cell_of(one, NumberKind::percent_1)});
  }
  if (!margins.rows.empty()) {
    std::string source = "People: " + setup_.population.source;
    source += setup_.population.as_of ? ", as of " + in_words(*setup_.population.as_of) + "." : ".";
    margins.notes.push_back({source + " Shares of answers are before weighting to these groups."});
    section.blocks.emplace_back(margins);
  } else if (row("response/effective_n/" + wave) != nullptr) {
    section.blocks.emplace_back(
        Notice{Notice::Kind::warning,
               {"Answers are weighted, but nothing here counts the people by groups: what the weights make up for cannot be shown."}});
  } else {
    section.blocks.emplace_back(
        Notice{Notice::Kind::warning,
               {"Answers were not weighted: nothing is known here of who lives there. Groups that answer more count "
                "for more than their share."}});
  }
  for (const AnalysisOutcome& outcome : analysed_.outcomes) {
    if (outcome.procedure == "response") {
      for (const std::string& note : outcome.notes) {
        section.blocks.emplace_back(Paragraph{{note + "."}});
      }
    }
  }
  return section;
}

} // namespace canvass::analysis
