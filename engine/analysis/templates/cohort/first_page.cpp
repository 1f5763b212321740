// What a reader sees first: the answer, how sure, who answered, what cannot be said, how to check.

#include "engine/analysis/protect.hpp"
#include "engine/analysis/templates/blocks.hpp"
#include "engine/analysis/templates/cohort/report.hpp"
#include "engine/core/text.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace canvass::analysis {

using namespace report;

Section CohortReport::first_page() {
  Section section;
  section.id = "first-page";
  section.title = "Summary";
  section.first_page = true;
  VerdictBox box;
  const std::vector<const PlannedAnalysis*> analyses = scale_analyses();
  const PlannedAnalysis* main = analyses.empty() ? nullptr : analyses.front();
  for (const PlannedAnalysis* analysis : analyses) {
    if (analysis->primary) {
      main = analysis;
      break;
    }
  }
  if (main != nullptr && study_.waves.size() > 1) {
    const std::vector<Contrast> contrasts = contrasts_of(study_, *main);
    const Contrast primary = main->primary ? *main->primary : contrasts.back();
    // Before the primary wave is in, the answer is about the last contrast that can be read.
    Contrast shown = primary;
    if (!collected(primary.later)) {
      for (const Contrast& contrast : contrasts) {
        if (collected(contrast.later) && collected(contrast.earlier)) {
          shown = contrast;
        }
      }
    }
    const std::size_t arm = arms_.size() > 1 ? 1 : 0;
    const std::string id = contrast_row_id(*main, shown, arm);
    if (waves_.size() < 2) {
      box.answer = {std::string("Only ") + (waves_.empty() ? "no wave" : wave_label(study_, waves_.front())) +
                    (waves_.empty() ? " has" : " has") + " been collected; changes can be read once the next wave is in."};
      if (waves_.empty()) {
        box.answer = {std::string("Nobody has answered yet.")};
      }
    } else if (const Estimate* found = row(id)) {
      box.answer = answer_sentence(*found, row(id + "/detectable"), words_of(*main, shown, arm));
      if (!(shown == primary)) {
        box.answer.emplace_back(" " + wave_label(study_, primary.later) + " is not yet collected; it decides.");
      }
    }
    for (const PlannedAnalysis* analysis : analyses) {
      for (const Contrast& contrast : contrasts_of(study_, *analysis)) {
        for (std::size_t treated = 1; treated < std::max<std::size_t>(arms_.size(), 2); ++treated) {
          const Estimate* found = row(contrast_row_id(*analysis, contrast, treated));
          if (found == nullptr || (analysis != main && !(analysis->primary && *analysis->primary == contrast))) {
            continue;
          }
          VerdictBox::Row line;
          line.label =
              analysis == main ? contrast_id(study_, contrast) : label_of(analysis->outcome) + ", " + contrast_id(study_, contrast);
          if (arms_.size() > 2) {
            line.label += ", " + arm_label(study_, arms_, treated);
          }
          line.text = contrast_numbers(*found);
          line.verdict = verdict_words(*found, analysis->smallest_change_that_matters);
          box.rows.push_back(std::move(line));
        }
      }
    }
    section.blocks.emplace_back(box);
    if (row(main->id + "/model_mean/" + study_.waves[waves_.empty() ? 0 : waves_.front()].id + "/" + arm_id(study_, arms_, 0)) != nullptr) {
      section.blocks.emplace_back(means_figure(main->id, main->outcome, "first-"));
    }
  } else {
    // One wave: n, interval and profile; nothing is compared.
    for (const Scale& scale : instrument_.scales) {
      for (const std::size_t wave : waves_) {
        for (std::size_t arm = 0; arm < arms_.size(); ++arm) {
          const Estimate* found = row("profile/" + scale.id + "/" + study_.waves[wave].id + "/" + arm_id(study_, arms_, arm));
          if (found == nullptr) {
            continue;
          }
          if (is_withheld(*found)) {
            box.answer.emplace_back(label_of(scale.id) + ": withheld, fewer than " + std::to_string(study_.disclosure.min_base) +
                                    " answers. ");
            continue;
          }
          const OutcomeFacts facts = outcome_facts(input_.study, scale.id);
          box.answer.emplace_back(label_of(scale.id) + ": the mean self-rating is ");
          box.answer.emplace_back(Number{found->estimate, NumberKind::score, found->id});
          box.answer.emplace_back(" on a scale of " + shortest(facts.lowest) + " to " + shortest(facts.highest) + " (95% ");
          box.answer.emplace_back(NumberRange{found->conf_low, found->conf_high, NumberKind::score, found->id});
          box.answer.emplace_back("; n ");
          box.answer.emplace_back(Number{found->n, NumberKind::count, found->id});
          box.answer.emplace_back("). ");
        }
      }
    }
    if (box.answer.empty()) {
      box.answer = {std::string(waves_.empty() ? "Nobody has answered yet." : "The plan names no analysis of a scale.")};
    }
    section.blocks.emplace_back(box);
  }

  Facts facts;
  Sentence families;
  std::vector<std::string> seen;
  for (const PlannedAnalysis* analysis : family_analyses()) {
    for (const Contrast& contrast : contrasts_of(study_, *analysis)) {
      for (std::size_t arm = 1; arm < arms_.size(); ++arm) {
        const std::string prefix = contrast_row_id(*analysis, contrast, arm);
        const Estimate* count = row(prefix + "/k_of_m");
        if (count == nullptr) {
          continue;
        }
        std::size_t survive = 0;
        for (const Estimate& one : analysed_.rows) {
          survive += one.family == prefix && one.p_adjusted <= study_.plan.significance_level ? 1U : 0U;
        }
        const Family* family = study_.plan.family(analysis->family);
        const std::string label = family != nullptr && !family->items_of.empty() ? label_of(family->items_of) : analysis->family;
        const std::string which = contrast_id(study_, contrast) + (arms_.size() > 2 ? ", " + arm_label(study_, arms_, arm) : "") +
                                  (family_analyses().size() > 1 ? ", " + in_sentence(label) : "");
        const Sentence sentence = items_sentence(*count, survive, which, !seen.empty());
        if (!families.empty()) {
          families.emplace_back(" ");
        }
        families.insert(families.end(), sentence.begin(), sentence.end());
        seen.push_back(which);
      }
    }
  }
  if (!families.empty()) {
    facts.facts.push_back({"Items", families});
  }
  facts.facts.push_back({"Who", who()});
  facts.facts.push_back({"Cannot say", cannot_say()});
  facts.facts.push_back({"Check", check()});
  section.blocks.emplace_back(facts);
  return section;
}

Sentence CohortReport::who() const {
  Sentence sentence;
  for (std::size_t arm = 0; arm < arms_.size(); ++arm) {
    const std::size_t number = arms_.has_control ? (arm + 1) % arms_.size() : arm; // treated first, control last
    const Estimate* listed = row("flow/listed/" + arm_id(study_, arms_, number));
    if (listed == nullptr) {
      continue;
    }
    sentence.emplace_back(sentence.empty() ? "" : ", ");
    if (!input_.study.people.people.empty()) {
      sentence.emplace_back(Number{listed->estimate, NumberKind::count, listed->id});
      sentence.emplace_back(" ");
    }
    sentence.emplace_back(people_of(number));
  }
  if (study_.assignment.kind == AssignmentKind::matched) {
    sentence.emplace_back(" (matched)");
  }
  for (const std::size_t wave : waves_) {
    sentence.emplace_back(wave == waves_.front() ? "; answered at " : ", at ");
    sentence.emplace_back(study_.waves[wave].id + ": ");
    bool first = true;
    for (std::size_t arm = 0; arm < arms_.size(); ++arm) {
      const std::size_t number = arms_.has_control ? (arm + 1) % arms_.size() : arm;
      const Estimate* answered = row("flow/answered/" + study_.waves[wave].id + "/" + arm_id(study_, arms_, number));
      if (answered != nullptr) {
        sentence.emplace_back(first ? "" : " and ");
        sentence.emplace_back(Number{answered->estimate, NumberKind::count, answered->id});
        first = false;
      }
    }
  }
  sentence.emplace_back(".");
  for (std::size_t wave = 0; wave < study_.waves.size(); ++wave) {
    if (!collected(wave)) {
      sentence.emplace_back(" " + wave_label(study_, wave) + ": not yet collected.");
    }
  }
  if (input_.withdrawn > 0) {
    sentence.emplace_back(" " + counted(static_cast<long long>(input_.withdrawn), "answer was", "answers were") + " withdrawn.");
  }
  return sentence;
}

std::vector<Sentence> CohortReport::limits() const {
  std::vector<Sentence> all;
  switch (study_.assignment.kind) {
  case AssignmentKind::randomised: break;
  case AssignmentKind::matched:
    all.push_back({std::string("Not randomised: people were matched, and what they were not matched on may differ.")});
    break;
  case AssignmentKind::self_selected:
    all.push_back({std::string("Not randomised: people chose the training, and may have changed anyway.")});
    break;
  case AssignmentKind::none:
    all.push_back({arms_.has_control ? std::string("How people came into the arms is not recorded.")
                                     : std::string("No control group: change with time and change with training cannot be told apart.")});
    break;
  }
  if (!study_.assignment.area.empty() && arms_.has_control) {
    const std::size_t column = input_.study.people.column(study_.assignment.area);
    std::vector<std::set<std::string>> areas(arms_.size());
    for (const Person& person : input_.study.people.people) {
      const std::size_t arm = arms_.number(static_cast<int>(study_.arm(person.arm)));
      if (column != People::npos && arm != Arms::npos && column < person.values.size() && !person.values[column].empty()) {
        areas[arm].insert(person.values[column]);
      }
    }
    if (std::all_of(areas.begin(), areas.end(), [](const std::set<std::string>& some) { return some.size() == 1; })) {
      all.push_back({std::string("One area per group, so area and training cannot be told apart.")});
    }
  }
  if (study_.sample == SampleKind::self_selected || study_.sample == SampleKind::quota) {
    all.push_back({std::string(study_.sample == SampleKind::quota ? "People were taken until quotas were full"
                                                                  : "People chose themselves whether to take part") +
                   ": the numbers hold for those who answered, and ranges cover chance only."});
  }
  for (const Event& event : study_.events) {
    all.push_back({event.what + " on " + in_words(event.date) + ", while the study ran."});
  }
  return all;
}

Sentence CohortReport::cannot_say() const {
  Sentence sentence;
  const auto add = [&](const Sentence& more) {
    if (!sentence.empty()) {
      sentence.emplace_back(" ");
    }
    sentence.insert(sentence.end(), more.begin(), more.end());
  };
  for (const Sentence& limit : limits()) {
    add(limit);
  }
  for (const PlannedAnalysis* analysis : scale_analyses()) {
    if (!analysis->primary || arms_.size() < 2) {
      continue;
    }
    const std::string id = contrast_row_id(*analysis, *analysis->primary, 1);
    const Estimate* detectable = row(id + "/detectable");
    if (detectable != nullptr && std::isfinite(detectable->estimate)) {
      add({std::string("A change of "), Number{detectable->estimate, NumberKind::score, detectable->id},
           " points at " + study_.waves[analysis->primary->later].id + " would have been seen four times in five."});
    }
    const Estimate* main = row(id);
    for (const std::string_view other : {"icc_05", "icc_10"}) {
      const Estimate* grouped = row(id + "/" + std::string(other));
      if (main != nullptr && grouped != nullptr && !grouped->verdict.empty() && grouped->verdict != main->verdict) {
        add({"Course groups are not recorded: if people of one course answered alike (intraclass correlation " +
             std::string(other == "icc_05" ? ".05" : ".10") + "), the verdict would be " + grouped->verdict + "."});
        break;
      }
    }
    const Estimate* punctual = row(id + "/without_late");
    if (main != nullptr && punctual != nullptr && std::isfinite(punctual->estimate)) {
      const std::string verdict = punctual->verdict == main->verdict ? "the same" : punctual->verdict;
      add({std::string("Without late answers "), Number{punctual->estimate, NumberKind::change, punctual->id}, " (95% ",
           Number{punctual->conf_low, NumberKind::score, punctual->id}, " to ",
           Number{punctual->conf_high, NumberKind::score, punctual->id}, "), the verdict " + verdict + "."});
    }
    break;
  }
  if (sentence.empty()) {
    sentence.emplace_back("No limit follows from the design itself; see the limitations.");
  }
  return sentence;
}

Sentence CohortReport::check() const {
  Sentence sentence = plan_sentence(input_, analysed_);
  sentence.emplace_back("Conventions " + std::to_string(study_.plan.conventions) + ". ");
  sentence.emplace_back(Link{"Table A1", "A1"});
  sentence.emplace_back(".");
  return sentence;
}

} // namespace canvass::analysis
