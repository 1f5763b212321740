// Limitations that follow from the design, the method box, and the appendix tables.

#include "engine/analysis/protect.hpp"
#include "engine/analysis/templates/cohort/report.hpp"
#include "engine/core/text.hpp"

#include <cmath>

namespace canvass::analysis {

using namespace report;

Section CohortReport::limitations() {
  Section section;
  section.id = "limitations";
  section.title = "Limitations";
  std::vector<Sentence> all = limits();
  const auto add = [&](const std::string& text) { all.push_back({text}); };
  add("Answers are what people said about themselves, in one questionnaire; what they do was not observed.");
  if (study_.waves.size() > 1) {
    add("People who answer the same questions again may understand them differently after training (response shift), and high or low first "
        "answers tend to move towards the middle.");
    if (study_.assignment.group.empty() && arms_.has_control) {
      add("Course groups are not recorded. People trained together may answer alike, which makes the treated arm tell less than its "
          "number; the table of methods shows by how much.");
    }
  }
  if (arms_.has_control && study_.assignment.kind != AssignmentKind::randomised) {
    add("The permutation tests of items hold if arm labels were exchangeable; without assignment by chance that is an assumption.");
  }
  for (const SameSeries& series : study_.same_series) {
    add("Item " + series.item + " was changed between waves and is taken as one series all the same: " + series.reason);
  }
  if (input_.withdrawn > 0) {
    add(counted(static_cast<long long>(input_.withdrawn), "answer was", "answers were") +
        " withdrawn and erased; numbers of earlier reports may differ.");
  }
  if (analysed_.withheld > 0) {
    add("Small cells are withheld in this release: fewer than " + std::to_string(study_.disclosure.min_base) +
        " people, or everybody or nobody among fewer than " + std::to_string(study_.disclosure.min_base_extreme) + ".");
  }
  section.blocks.emplace_back(Bullets{all});
  std::string level;
  if (!arms_.has_control) {
    level = "1 of 5: before and after without a comparison group (reading of the What Works centres; 2 in the original scale)";
  } else if (study_.assignment.kind == AssignmentKind::randomised) {
    level = "5 of 5: assignment by chance";
  } else {
    level = "3 of 5: before and after with a comparison group";
  }
  section.blocks.emplace_back(Paragraph{{"Maryland Scientific Methods Scale: level " + level +
                                         ", as far as the design alone decides; attrition and balance above may lower it."}});
  return section;
}

Section CohortReport::method() {
  Section section;
  section.id = "method";
  section.title = "Method";
  const std::string level = shortest(study_.plan.significance_level);
  std::vector<Sentence> lines;
  lines.push_back({"Primary model: mixed model for repeated measures, arm by wave, unstructured covariance, restricted maximum likelihood, "
                   "Satterthwaite degrees of freedom; "
                   "Kenward-Roger beside it. People who missed a wave stay in."});
  lines.push_back({"Items: Welch's t on each person's change, labels permuted over people (" +
                   shortest(static_cast<double>(study_.plan.permutations)) +
                   " draws, or all where fewer), step-down maxima (Westfall and Young) where the plan says so; exact rank tests stand in "
                   "the tables, in no family."});
  lines.push_back({"Verdicts: the table of conventions " + std::to_string(study_.plan.conventions) + " at level " + level +
                   ". \"Practically unchanged\" only where two one-sided tests on raw points reject the locked bound."});
  lines.push_back({"Rounding: half away from zero, from full precision. Every number stands unrounded in estimates.csv and report.json "
                   "under its row id."});
  lines.push_back({"To check a number: canvass explain STUDY ROW gives its counts, exclusions, method, a line to replicate it with, and a "
                   "spreadsheet formula."});
  section.blocks.emplace_back(Bullets{lines});
  section.blocks.emplace_back(
      Paragraph{{"Marks in tables: [c] withheld because too few people stand behind it; [z] does not apply; n are people."}});
  return section;
}

Section CohortReport::appendix() {
  Section section;
  section.id = "appendix";
  section.title = "Appendix tables";
  section.appendix = true;
  if (waves_.size() > 1) {
    Contrast contrast{waves_.back(), waves_.front(), {}};
    Table table;
    table.caption = "Signed-rank test of each item within each arm, " + contrast_id(study_, contrast) +
                    ", under the published conventions (description)";
    table.columns = {{"Item and arm", false}, {"n", true}, {"No change", true}};
    const std::vector<std::string> methods = {"pratt-exact", "drop-exact", "drop-normal-cc", "drop-normal", "drop-t", "pratt-normal"};
    for (const std::string& method : methods) {
      table.columns.push_back({"p, " + method, true});
    }
    for (const Scale& scale : instrument_.scales) {
      for (const std::string& item : scale.items) {
        for (std::size_t arm = 0; arm < arms_.size(); ++arm) {
          const std::string part =
              "within/" + contrast_id(study_, contrast) + "/" + arm_id(study_, arms_, arm) + "/" + item + "/signed_rank/";
          const Estimate* first = row(part + methods.front());
          if (first == nullptr) {
            continue;
          }
          std::vector<TableCell> cells = {item + ", " + arm_label(study_, arms_, arm), cell(first, NumberKind::count, &Estimate::n),
                                          cell(first, NumberKind::count, &Estimate::count)};
          for (const std::string& method : methods) {
            cells.push_back(cell(row(part + method), NumberKind::p_value, &Estimate::p_value));
          }
          table.rows.push_back(cells);
        }
      }
    }
    if (!table.rows.empty()) {
      table.notes.push_back({"pratt-exact: R 4.6 and later, coin, and convention 1. drop-normal-cc: R up to 4.5, jamovi. drop-normal: "
                             "SPSS, scipy. drop-t: SAS. pratt-normal: coin, Stata."});
      appendix_table(table);
    }
    Table ordinal;
    ordinal.caption = "Items as ordered categories: log odds ratio of a higher answer, treated against control";
    ordinal.columns = {{"Item and model", false}, {"n treated", true},    {"n control", true},
                       {"Log odds ratio", true},  {"95% interval", true}, {"p", true}};
    for (const Estimate& one : analysed_.rows) {
      if (one.procedure == "items_ordinal" && (one.at.front().second == study_.waves[waves_.back()].id || one.at.size() > 2)) {
        const std::string waves = one.at.size() > 2 ? one.at[0].second + "-" + one.at[1].second : "at " + one.at[0].second;
        ordinal.rows.push_back({one.outcome + ", " + waves + ", " + one.method, cell(&one, NumberKind::count, &Estimate::n),
                                cell(&one, NumberKind::count, &Estimate::n_versus), cell(&one, NumberKind::effect),
                                range(&one, NumberKind::effect), cell(&one, NumberKind::p_value, &Estimate::p_value)});
      }
    }
    if (!ordinal.rows.empty()) {
      ordinal.notes.push_back({"Positive is a higher answer. Proportional odds at the earlier waves stand in estimates.csv; a plan may ask "
                               "for the model with a person effect."});
      appendix_table(ordinal);
    }
  }
  for (Table& table : tables_) {
    section.blocks.emplace_back(table);
  }
  return section;
}

} // namespace canvass::analysis
