// Design, flow, baseline, instrument quality and missing data.

#include "engine/analysis/protect.hpp"
#include "engine/analysis/templates/cohort/report.hpp"
#include "engine/core/text.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace canvass::analysis {

using namespace report;

namespace {

std::string assignment_words(AssignmentKind kind) {
  switch (kind) {
  case AssignmentKind::randomised: return "by chance";
  case AssignmentKind::matched: return "matched, not by chance";
  case AssignmentKind::self_selected: return "by their own choice";
  case AssignmentKind::none: return "in a way that is not recorded";
  }
  return "";
}

} // namespace

Section CohortReport::design_and_flow() {
  Section section;
  section.id = "design";
  section.title = "Design and who took part";
  if (!study_.purpose.find_out.empty()) {
    section.blocks.emplace_back(Paragraph{{"Purpose: " + study_.purpose.find_out}});
  }
  for (const auto& [label, text] :
       {std::pair{"From whom: ", study_.purpose.from_whom}, std::pair{"Known already: ", study_.purpose.already_known},
        std::pair{"What those who answered will hear: ", study_.purpose.feedback}}) {
    if (!text.empty()) {
      section.blocks.emplace_back(Paragraph{{label + text}});
    }
  }
  std::string design = counted(static_cast<long long>(study_.waves.size()), "wave", "waves") + ": ";
  for (std::size_t wave = 0; wave < study_.waves.size(); ++wave) {
    const auto date = study_.waves[wave].when();
    design += (wave > 0 ? ", " : "") + wave_label(study_, wave) + (date ? " (" + in_words(*date) + ")" : "");
  }
  design += ". ";
  if (arms_.size() > 1) {
    design += "People came into the arms " + assignment_words(study_.assignment.kind) + "; unit: " + study_.assignment.unit + ". ";
    if (!study_.assignment.why_not_random.empty()) {
      design += "Why not by chance: " + study_.assignment.why_not_random;
    }
  }
  section.blocks.emplace_back(Paragraph{{design}});

  FlowChart flow;
  Table table;
  table.caption = "Who could have answered and who did, by arm and wave";
  table.columns = {{"Stage", false}};
  std::vector<std::size_t> order;
  for (std::size_t arm = arms_.has_control ? 1 : 0; arm < arms_.size(); ++arm) {
    order.push_back(arm);
  }
  if (arms_.has_control) {
    order.push_back(0);
  }
  for (const std::size_t arm : order) {
    flow.arms.push_back(arm_label(study_, arms_, arm));
    table.columns.push_back({arm_label(study_, arms_, arm), true});
  }
  const auto stage = [&](const std::string& label, const std::string& prefix) {
    FlowChart::Stage made;
    made.label = label;
    std::vector<TableCell> cells = {label};
    for (const std::size_t arm : order) {
      const Estimate* found = row(prefix + "/" + arm_id(study_, arms_, arm));
      made.boxes.push_back(found != nullptr && std::isfinite(found->estimate) ? "n = " + shortest(found->estimate) : "not yet collected");
      cells.push_back(cell(found, NumberKind::count));
    }
    flow.stages.push_back(made);
    table.rows.push_back(cells);
  };
  if (!input_.study.people.people.empty()) {
    stage("Listed", "flow/listed");
  }
  for (const std::size_t wave : waves_) {
    stage("Answered " + study_.waves[wave].id, "flow/answered/" + study_.waves[wave].id);
  }
  if (waves_.size() > 1) {
    stage("Answered every wave", "flow/every_wave");
  }
  Figure figure;
  figure.id = "fig-flow";
  figure.headline = "Who took part";
  figure.subtitle = "People listed, and people who answered each wave, by arm";
  figure.alt = "Flow diagram, one column an arm and one box a stage: " + [&] {
    std::string text;
    for (const FlowChart::Stage& one : flow.stages) {
      text += (text.empty() ? "" : "; ") + in_sentence(one.label);
      for (std::size_t i = 0; i < one.boxes.size(); ++i) {
        text += (i == 0 ? ": " : ", ") + flow.arms[i] + " " + one.boxes[i];
      }
    }
    return text;
  }() + ".";
  figure.table = appendix_table(table);
  figure.chart = flow;
  section.blocks.emplace_back(figure);
  for (const std::string& note : notes_of("flow")) {
    section.blocks.emplace_back(Notice{Notice::Kind::information, {note + "."}});
  }
  if (input_.held > 0) {
    section.blocks.emplace_back(Notice{
        Notice::Kind::warning,
        {counted(static_cast<long long>(input_.held), "row is", "rows are") + " held with their reasons and not in these numbers."}});
  }
  return section;
}

Section CohortReport::baseline() {
  Section section;
  section.id = "baseline";
  section.title = "Were the groups alike at the start?";
  Table table;
  table.caption = "People and scores at the start, by arm, with the standardised difference from control";
  table.columns = {{"Characteristic", false}};
  std::vector<std::size_t> order;
  for (std::size_t arm = 1; arm < arms_.size(); ++arm) {
    order.push_back(arm);
  }
  order.push_back(0);
  for (const std::size_t arm : order) {
    table.columns.push_back({arm_label(study_, arms_, arm), true});
  }
  for (std::size_t arm = 1; arm < arms_.size(); ++arm) {
    table.columns.push_back({arms_.size() > 2 ? "SMD, " + arm_label(study_, arms_, arm) : "SMD", true});
  }
  std::vector<std::string> outcomes;
  for (const Estimate& one : analysed_.rows) {
    if (one.analysis == "baseline" && std::find(outcomes.begin(), outcomes.end(), one.outcome) == outcomes.end()) {
      outcomes.push_back(one.outcome);
    }
  }
  std::vector<std::string> unbalanced;
  for (const std::string& outcome : outcomes) {
    const bool is_scale = instrument_.scale(outcome) != nullptr;
    std::string label = is_scale ? label_of(outcome) : capitalised(outcome);
    std::replace(label.begin(), label.end(), '_', ' ');
    std::vector<TableCell> smd;
    for (std::size_t arm = 1; arm < arms_.size(); ++arm) {
      const Estimate* found = row("baseline/" + outcome + "/smd/" + arm_id(study_, arms_, arm));
      smd.push_back(cell(found, NumberKind::effect));
      if (found != nullptr && std::find(found->flags.begin(), found->flags.end(), "unbalanced") != found->flags.end()) {
        unbalanced.push_back(in_sentence(label));
      }
    }
    if (row("baseline/" + outcome + "/mean/" + arm_id(study_, arms_, 0)) != nullptr) {
      std::vector<TableCell> cells = {label + ", mean (SD)"};
      for (const std::size_t arm : order) {
        const Estimate* mean = row("baseline/" + outcome + "/mean/" + arm_id(study_, arms_, arm));
        if (mean == nullptr || is_withheld(*mean) || !std::isfinite(mean->estimate)) {
          cells.push_back(cell(mean, NumberKind::score));
        } else {
          cells.emplace_back(Sentence{Number{mean->estimate, NumberKind::score, mean->id}, " (",
                                      Number{mean->std_error, NumberKind::score, mean->id}, ")"});
        }
      }
      cells.insert(cells.end(), smd.begin(), smd.end());
      table.rows.push_back(cells);
      continue;
    }
    std::vector<std::string> categories;
    for (const Estimate& one : analysed_.rows) {
      if (one.analysis == "baseline" && one.outcome == outcome && one.quantity == "proportion" &&
          std::find(categories.begin(), categories.end(), one.at.front().second) == categories.end()) {
        categories.push_back(one.at.front().second);
      }
    }
    for (std::size_t i = 0; i < categories.size(); ++i) {
      std::vector<TableCell> cells = {label + ": " + categories[i]};
      for (const std::size_t arm : order) {
        cells.push_back(cell(row("baseline/" + outcome + "/" + categories[i] + "/" + arm_id(study_, arms_, arm)), NumberKind::percent));
      }
      if (i == 0) {
        cells.insert(cells.end(), smd.begin(), smd.end());
      } else {
        cells.insert(cells.end(), smd.size(), TableCell{std::string()});
      }
      table.rows.push_back(cells);
    }
  }
  if (table.rows.empty()) {
    section.blocks.emplace_back(Paragraph{{"Nothing is known of people before the first wave."}});
    return section;
  }
  Sentence summary;
  if (unbalanced.empty()) {
    summary.emplace_back("No characteristic differs between the arms by more than a quarter of a standard deviation.");
  } else {
    summary.emplace_back("The arms differ by more than a quarter of a standard deviation in " + join(unbalanced, ", ") + ".");
  }
  summary.emplace_back(" SMD: standardised mean difference from control; for categories the largest. A difference says how alike the "
                       "groups are, so it is not tested.");
  section.blocks.emplace_back(Paragraph{summary});
  table.id = "baseline-table";
  section.blocks.emplace_back(table);

  Table leavers;
  leavers.id = "leavers-table";
  leavers.caption = "Those who left before the last wave, against those who stayed, on scores at the first wave";
  leavers.columns = {{"Scale and arm", false}, {"SMD, leavers minus stayers", true}, {"Left", true}, {"Stayed", true}};
  for (const Estimate& one : analysed_.rows) {
    if (one.quantity == "leavers_minus_stayers") {
      leavers.rows.push_back({label_of(one.outcome) + ", " + one.id.substr(one.id.rfind('/') + 1), cell(&one, NumberKind::effect),
                              cell(&one, NumberKind::count, &Estimate::n), cell(&one, NumberKind::count, &Estimate::n_versus)});
    }
  }
  if (!leavers.rows.empty()) {
    section.blocks.emplace_back(leavers);
  }
  for (const std::string& note : notes_of("baseline")) {
    section.blocks.emplace_back(Notice{Notice::Kind::information, {note + "."}});
  }
  return section;
}

Section CohortReport::quality() {
  Section section;
  section.id = "quality";
  section.title = "Does the questionnaire measure?";
  section.blocks.emplace_back(Paragraph{
      {"Alpha says how far the items of a scale go together; its interval is Feldt's. More than 15% of people at the lowest or highest "
       "possible score leave no room to move."}});
  Table table;
  table.id = "quality-table";
  table.caption = "Reliability of the scales by wave";
  table.columns = {{"Scale and wave", false}, {"Items", true}, {"n", true}, {"Alpha", true}, {"95% interval", true}};
  for (const Scale& scale : instrument_.scales) {
    for (const std::size_t wave : waves_) {
      const Estimate* alpha = row("quality/alpha/" + scale.id + "/" + study_.waves[wave].id);
      if (alpha != nullptr) {
        table.rows.push_back({label_of(scale.id) + ", " + study_.waves[wave].id, cell(alpha, NumberKind::count, &Estimate::count),
                              cell(alpha, NumberKind::count, &Estimate::n), cell(alpha, NumberKind::coefficient),
                              range(alpha, NumberKind::coefficient)});
      }
    }
  }
  if (!table.rows.empty()) {
    section.blocks.emplace_back(table);
  }
  std::vector<Sentence> weak;
  for (const Estimate& one : analysed_.rows) {
    if (one.analysis == "quality" && one.quantity == "item_rest" && !waves_.empty() &&
        one.at.front().second == study_.waves[waves_.front()].id && one.estimate < 0.2) {
      weak.push_back({one.outcome + " (" + label_of(one.outcome) + "): correlation with the other items ",
                      Number{one.estimate, NumberKind::coefficient, one.id}});
    }
  }
  if (!weak.empty()) {
    section.blocks.emplace_back(
        Paragraph{{"Items that hardly go with the others of their scale at the first wave (correlation under .20):"}});
    section.blocks.emplace_back(Bullets{weak});
  }
  std::vector<Sentence> ends;
  for (const Estimate& one : analysed_.rows) {
    if (std::find(one.flags.begin(), one.flags.end(), "over_15_percent") != one.flags.end()) {
      ends.push_back({label_of(one.outcome) + ", " + one.at.front().second + ", " + one.at.back().second + ": ",
                      Number{one.estimate, NumberKind::percent, one.id},
                      " at the " + std::string(one.quantity == "floor" ? "lowest" : "highest") + " possible score"});
    }
  }
  if (ends.empty()) {
    section.blocks.emplace_back(Paragraph{{"No scale has more than 15% of people at either end in any wave and arm that can be shown."}});
  } else {
    section.blocks.emplace_back(Bullets{ends});
  }
  for (const std::string& note : notes_of("quality")) {
    section.blocks.emplace_back(Notice{Notice::Kind::information, {note + "."}});
  }
  return section;
}

Section CohortReport::missing() {
  Section section;
  section.id = "missing";
  section.title = "Missing data";
  section.blocks.emplace_back(Paragraph{
      {"Nobody is dropped silently: the model of all waves keeps people who missed one, on the assumption that what is missing depends on "
       "answers seen. A scale score needs the number of answered items that the instrument declares."}});
  Table table;
  table.id = "missing-table";
  table.caption = "Scores of each scale present and missing among those who answered, by wave and arm";
  table.columns = {{"Scale, wave and arm", false}, {"Scores", true}, {"Answered, no score", true}};
  for (const Scale& scale : instrument_.scales) {
    for (const std::size_t wave : waves_) {
      for (std::size_t arm = 0; arm < arms_.size(); ++arm) {
        const std::string where = study_.waves[wave].id + "/" + arm_id(study_, arms_, arm);
        const Estimate* found = row("quality/floor/" + scale.id + "/" + where);
        if (found != nullptr) {
          table.rows.push_back({label_of(scale.id) + ", " + study_.waves[wave].id + ", " + arm_label(study_, arms_, arm),
                                cell(found, NumberKind::count, &Estimate::n), cell(found, NumberKind::count, &Estimate::n_missing)});
        }
      }
    }
  }
  if (!table.rows.empty()) {
    section.blocks.emplace_back(table);
  }
  return section;
}

} // namespace canvass::analysis
