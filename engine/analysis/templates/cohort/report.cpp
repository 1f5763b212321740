#include "engine/analysis/templates/cohort/report.hpp"

#include "engine/analysis/protect.hpp"
#include "engine/analysis/templates/blocks.hpp"
#include "engine/analysis/templates/template.hpp"
#include "engine/core/text.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace canvass::analysis {

using namespace report; // the template is made of nothing else

CohortReport::CohortReport(const Input& input, const Analysed& analysed, const Options& options)
    : input_(input), analysed_(analysed), options_(options), study_(input.study.study), instrument_(input.study.instrument()),
      arms_(arms_of(study_)) {
  for (const Estimate& one : analysed.rows) {
    by_id_.emplace(one.id, &one);
  }
  std::set<std::string> answered;
  for (const Response& response : input.responses) {
    answered.insert(response.frame.wave);
  }
  for (std::size_t wave = 0; wave < study_.waves.size(); ++wave) {
    if (answered.contains(study_.waves[wave].id)) {
      waves_.push_back(wave);
    }
  }
}

const Estimate* CohortReport::row(std::string_view id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second;
}

bool CohortReport::collected(std::size_t wave) const {
  return std::find(waves_.begin(), waves_.end(), wave) != waves_.end();
}

std::string CohortReport::label_of(const std::string& outcome) const {
  return outcome_facts(input_.study, outcome).label;
}

std::string CohortReport::in_sentence(const std::string& label) const {
  // A label begins with a capital; inside a sentence it does not, unless it is an abbreviation (second letter capital too).
  if (label.size() > 1 && label[0] >= 'A' && label[0] <= 'Z' && !(label[1] >= 'A' && label[1] <= 'Z')) {
    return std::string(1, static_cast<char>(label[0] - 'A' + 'a')) + label.substr(1);
  }
  return label;
}

std::string CohortReport::people_of(std::size_t arm) const {
  const std::size_t index = arms_.study_index[arm];
  if (index != Arms::npos && !study_.arms[index].people.empty()) {
    return study_.arms[index].people.in(study_.language);
  }
  return "the group \"" + arm_label(study_, arms_, arm) + "\"";
}

std::string CohortReport::when(const Contrast& contrast) const {
  const auto later = study_.waves[contrast.later].when();
  const auto earlier = study_.waves[contrast.earlier].when();
  if (!later || !earlier) {
    return "at " + study_.waves[contrast.later].id;
  }
  if (*later == *earlier) {
    return "on the same day";
  }
  return distance_in_words(*earlier, *later) + " on";
}

ContrastWords CohortReport::words_of(const PlannedAnalysis& analysis, const Contrast& contrast, std::size_t arm) const {
  const OutcomeFacts facts = outcome_facts(input_.study, analysis.outcome);
  ContrastWords words;
  words.outcome = in_sentence(facts.label);
  words.treated = people_of(arm);
  words.control = arms_.has_control ? people_of(0) : "nobody";
  words.when = when(contrast);
  words.lowest = facts.lowest;
  words.highest = facts.highest;
  words.randomised = study_.assignment.kind == AssignmentKind::randomised;
  words.bound = analysis.smallest_change_that_matters;
  return words;
}

std::string CohortReport::contrast_row_id(const PlannedAnalysis& analysis, const Contrast& contrast, std::size_t arm) const {
  std::string id = analysis.id + "/" + contrast_id(study_, contrast);
  if (arms_.size() > 2) {
    id += "/" + arm_id(study_, arms_, arm);
  }
  return id;
}

std::vector<const PlannedAnalysis*> CohortReport::scale_analyses() const {
  std::vector<const PlannedAnalysis*> found;
  for (const PlannedAnalysis& analysis : study_.plan.analyses) {
    if (analysis.procedure == "cohort_change" && analysis.family.empty()) {
      found.push_back(&analysis);
    }
  }
  return found;
}

std::vector<const PlannedAnalysis*> CohortReport::family_analyses() const {
  std::vector<const PlannedAnalysis*> found;
  for (const PlannedAnalysis& analysis : study_.plan.analyses) {
    if (!analysis.family.empty()) {
      found.push_back(&analysis);
    }
  }
  return found;
}

std::vector<std::string> CohortReport::notes_of(std::string_view analysis) const {
  for (const AnalysisOutcome& outcome : analysed_.outcomes) {
    if (outcome.id == analysis) {
      return outcome.notes;
    }
  }
  return {};
}

std::string CohortReport::appendix_table(Table table) {
  table.id = "A" + std::to_string(tables_.size() + 1);
  tables_.push_back(std::move(table));
  return tables_.back().id;
}

TableCell CohortReport::cell(const Estimate* row, NumberKind kind, double Estimate::*field) {
  return cell_of(row, kind, field);
}

TableCell CohortReport::range(const Estimate* row, NumberKind kind) {
  return range_of(row, kind);
}

std::string CohortReport::mark(const Estimate& row) {
  return std::string(to_string(row.planned));
}

Document CohortReport::make() {
  Document document = begun(input_, analysed_, options_, "Cohort evaluation");
  document.sections.push_back(first_page());
  document.sections.push_back(design_and_flow());
  if (arms_.has_control && study_.waves.size() > 1) {
    document.sections.push_back(baseline());
  }
  document.sections.push_back(quality());
  if (!scale_analyses().empty() && study_.waves.size() > 1) {
    document.sections.push_back(primary_contrasts());
  }
  document.sections.push_back(scales());
  for (Section& section : items()) {
    document.sections.push_back(std::move(section));
  }
  document.sections.push_back(missing());
  if (!scale_analyses().empty() && study_.waves.size() > 1) {
    document.sections.push_back(sensitivity());
  }
  document.sections.push_back(limitations());
  document.sections.push_back(method());
  number_tables(document.sections);
  document.sections.push_back(appendix());
  return document;
}

std::vector<PlannedAnalysis> cohort_evaluation_shows(const LoadedStudy& loaded) {
  const Study& study = loaded.study;
  std::vector<PlannedAnalysis> all = {standing("flow", "flow"), standing("quality", "reliability"), standing("answers", "distribution")};
  if (study.waves.size() == 1) {
    all.push_back(standing("profile", "profile"));
    return all;
  }
  all.push_back(standing("within", "items_within"));
  all.push_back(standing("waves", "scale_waves"));
  if (arms_of(study).has_control) {
    all.push_back(standing("baseline", "baseline"));
    all.push_back(standing("between", "items_between"));
    // The model with a person effect takes a second an item: only where the plan asks for it.
    all.push_back(standing("ordinal", "items_ordinal"));
    all.back().options["person_effect"] = "no";
  }
  return all;
}

Document make_cohort_evaluation(const Input& input, const Analysed& analysed, const Options& options) {
  return CohortReport(input, analysed, options).make();
}

} // namespace canvass::analysis
