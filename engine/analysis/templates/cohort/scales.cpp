// The scales: what was tested against control, the means behind it, and how the answer fares under other methods.

#include "engine/analysis/protect.hpp"
#include "engine/analysis/templates/cohort/report.hpp"
#include "engine/core/text.hpp"

#include <algorithm>
#include <cmath>

namespace canvass::analysis {

using namespace report;

Figure CohortReport::means_figure(const std::string& analysis, const std::string& outcome, const std::string& prefix) {
  const OutcomeFacts facts = outcome_facts(input_.study, outcome);
  MeansChart chart;
  chart.low = !prefix.empty();
  chart.lowest = facts.lowest;
  chart.highest = facts.highest;
  const std::string better = facts.direction == Direction::up     ? ", higher is better"
                             : facts.direction == Direction::down ? ", lower is better"
                                                                  : "";
  chart.axis = "Mean (" + shortest(facts.lowest) + " to " + shortest(facts.highest) + better + ")";
  Table table;
  table.caption = facts.label + ": mean by wave and arm";
  table.columns = {{"Arm and wave", false},      {"n", true}, {"Mean", true}, {"95% interval", true}, {"SD", true}, {"Model mean", true},
                   {"Model, 95% interval", true}};
  for (std::size_t wave = 0; wave < study_.waves.size(); ++wave) {
    chart.waves.push_back(study_.waves[wave].id +
                          (study_.waves[wave].label.empty() ? "" : ": " + study_.waves[wave].label.in(study_.language)));
  }
  std::string trend;
  for (std::size_t i = 0; i < arms_.size(); ++i) {
    const std::size_t arm = arms_.has_control ? (i + 1) % arms_.size() : i;
    MeansChart::Series series;
    series.label = arm_label(study_, arms_, arm);
    series.is_control = arms_.has_control && arm == 0;
    std::string words;
    for (const std::size_t wave : waves_) {
      const std::string where = study_.waves[wave].id + "/" + arm_id(study_, arms_, arm);
      const Estimate* mean = row(analysis + "/mean/" + where);
      if (mean == nullptr) {
        continue;
      }
      const Estimate* model = row(analysis + "/model_mean/" + where);
      table.rows.push_back({series.label + ", " + study_.waves[wave].id, cell(mean, NumberKind::count, &Estimate::n),
                            cell(mean, NumberKind::score), range(mean, NumberKind::score),
                            cell(row(analysis + "/sd/" + where), NumberKind::score), cell(model, NumberKind::score),
                            range(model, NumberKind::score)});
      if (is_withheld(*mean)) {
        continue;
      }
      series.points.push_back({wave, {mean->estimate, mean->conf_low, mean->conf_high, mean->id}, mean->n});
      words += (words.empty() ? "" : ", ") + study_.waves[wave].id + " " + shortest(std::round(mean->estimate * 100) / 100);
    }
    if (!words.empty()) {
      trend += (trend.empty() ? "" : "; ") + series.label + ": " + words;
    }
    chart.series.push_back(std::move(series));
  }
  for (const Event& event : study_.events) {
    for (std::size_t wave = 1; wave < study_.waves.size(); ++wave) {
      const auto before = study_.waves[wave - 1].when();
      const auto after = study_.waves[wave].when();
      if (before && after && event.date > *before && event.date <= *after) {
        const double share = static_cast<double>(event.date.days - before->days) / static_cast<double>(after->days - before->days);
        chart.marks.push_back({static_cast<double>(wave - 1) + share, event.what});
      }
    }
  }
  Figure figure;
  figure.id = "fig-" + prefix + "means-" + outcome;
  figure.headline = facts.label + " by wave and arm";
  figure.subtitle = "Mean with 95% interval, scale " + shortest(facts.lowest) + " to " + shortest(facts.highest);
  figure.alt = "Line chart of mean " + in_sentence(facts.label) + " at each wave, one line an arm. " + trend + ".";
  const auto known = means_table_.find(analysis);
  if (known == means_table_.end()) {
    figure.table = means_table_[analysis] = appendix_table(table);
  } else {
    figure.table = known->second;
  }
  figure.chart = chart;
  if (!chart.low) {
    figure.notes.push_back({"Base: everybody who answered the wave."});
  }
  return figure;
}

Section CohortReport::primary_contrasts() {
  Section section;
  section.id = "contrasts";
  section.title = "What was tested against control";
  section.blocks.emplace_back(
      Paragraph{{"The change of the treated minus the change of the control, in points of the scale, from one model of all waves. p is "
                 "adjusted within its family "
                 "(the primary contrasts together, all other contrasts together, both by Holm). The interval is unadjusted."}});
  for (const PlannedAnalysis* analysis : scale_analyses()) {
    Table table;
    table.id = "contrasts-" + analysis->id;
    table.caption = label_of(analysis->outcome) + ": change against control";
    table.columns = {{"Contrast", false}, {"n treated", true},  {"n control", true},  {"Difference", true}, {"95% interval", true},
                     {"p", true},         {"p adjusted", true}, {"Detectable", true}, {"Verdict", false},   {"Plan", false}};
    for (const Contrast& contrast : contrasts_of(study_, *analysis)) {
      for (std::size_t arm = 1; arm < std::max<std::size_t>(arms_.size(), 2); ++arm) {
        const std::string id = contrast_row_id(*analysis, contrast, arm);
        const Estimate* found = row(id);
        if (found == nullptr) {
          continue;
        }
        std::string label = contrast_id(study_, contrast);
        if (analysis->primary && *analysis->primary == contrast) {
          label += " (primary)";
        }
        if (arms_.size() > 2) {
          label += ", " + arm_label(study_, arms_, arm);
        }
        table.rows.push_back({label, cell(found, NumberKind::count, &Estimate::n), cell(found, NumberKind::count, &Estimate::n_versus),
                              cell(found, NumberKind::change), range(found, NumberKind::change),
                              cell(found, NumberKind::p_value, &Estimate::p_value), cell(found, NumberKind::p_value, &Estimate::p_adjusted),
                              cell(row(id + "/detectable"), NumberKind::score),
                              verdict_words(*found, analysis->smallest_change_that_matters), mark(*found)});
      }
    }
    std::string note = "Detectable: the difference that would have been seen four times in five at this size.";
    if (analysis->smallest_change_that_matters) {
      note += " Smallest change that matters: " + shortest(*analysis->smallest_change_that_matters) + " points";
      note += analysis->because.empty() ? "." : " (" + analysis->because + ").";
    } else {
      note += " No smallest change that matters was declared, so \"unchanged\" cannot be shown.";
    }
    table.notes.push_back({note});
    section.blocks.emplace_back(table);

    if (const Estimate* dip = row(analysis->id + "/dip_and_recovery")) {
      Sentence sentence = {"Dip and recovery against control (" + study_.waves[0].id + " to " + study_.waves[1].id + " and back by " +
                           study_.waves[2].id + "): "};
      if (is_withheld(*dip)) {
        sentence.emplace_back("withheld.");
      } else {
        const bool shown = dip->p_value <= study_.plan.significance_level;
        sentence.emplace_back(shown ? "shown, p " : "not shown, p ");
        sentence.emplace_back(Number{dip->p_value, NumberKind::p_value, dip->id});
        sentence.emplace_back(" (both parts must hold; n ");
        sentence.emplace_back(Number{dip->n, NumberKind::count, dip->id});
        sentence.emplace_back("). Regression to the mean and a changed understanding of the questions are rival explanations.");
      }
      section.blocks.emplace_back(Paragraph{sentence});
    }
    Table within;
    within.id = "within-" + analysis->id;
    within.caption = label_of(analysis->outcome) + ": change within each arm (description, never a finding)";
    within.columns = {{"Contrast and arm", false}, {"n", true}, {"Change", true}, {"95% interval", true}};
    for (const Contrast& contrast : contrasts_of(study_, *analysis)) {
      for (std::size_t arm = 0; arm < arms_.size(); ++arm) {
        const Estimate* found = row(analysis->id + "/change/" + contrast_id(study_, contrast) + "/" + arm_id(study_, arms_, arm));
        if (found != nullptr) {
          within.rows.push_back({contrast_id(study_, contrast) + ", " + arm_label(study_, arms_, arm),
                                 cell(found, NumberKind::count, &Estimate::n), cell(found, NumberKind::change),
                                 range(found, NumberKind::change)});
        }
      }
    }
    if (!within.rows.empty()) {
      section.blocks.emplace_back(within);
    }
    for (const std::string& note_text : notes_of(analysis->id)) {
      section.blocks.emplace_back(Notice{Notice::Kind::information, {note_text + "."}});
    }
  }
  return section;
}

Section CohortReport::scales() {
  Section section;
  section.id = "scales";
  section.title = "Each scale";
  for (const PlannedAnalysis* analysis : scale_analyses()) {
    if (!waves_.empty()) {
      section.blocks.emplace_back(means_figure(analysis->id, analysis->outcome, ""));
    }
  }
  if (study_.waves.size() == 1 && !waves_.empty()) {
    for (const Scale& scale : instrument_.scales) {
      Table table;
      table.id = "profile-" + scale.id;
      table.caption = label_of(scale.id) + ": profile of its items";
      table.columns = {{"Item", false}, {"n", true}, {"Mean", true}, {"95% interval", true}};
      std::vector<std::string> ids = {scale.id};
      ids.insert(ids.end(), scale.items.begin(), scale.items.end());
      for (const std::string& id : ids) {
        for (std::size_t arm = 0; arm < arms_.size(); ++arm) {
          const Estimate* found = row("profile/" + id + "/" + study_.waves[0].id + "/" + arm_id(study_, arms_, arm));
          if (found != nullptr) {
            table.rows.push_back(
                {(id == scale.id ? "All: " : "") + label_of(id) + (arms_.size() > 1 ? ", " + arm_label(study_, arms_, arm) : ""),
                 cell(found, NumberKind::count, &Estimate::n), cell(found, NumberKind::score), range(found, NumberKind::score)});
          }
        }
      }
      if (!table.rows.empty()) {
        section.blocks.emplace_back(table);
      }
    }
  }
  if (section.blocks.empty()) {
    section.blocks.emplace_back(Paragraph{{"The plan names no analysis of a scale."}});
  }
  return section;
}

Section CohortReport::sensitivity() {
  Section section;
  section.id = "sensitivity";
  section.title = "Does the answer depend on the method?";
  section.blocks.emplace_back(Paragraph{{"The same contrast by other published methods. None of them is the finding; together they show "
                                         "how far the finding rests on one of them."}});
  for (const PlannedAnalysis* analysis : scale_analyses()) {
    for (const Contrast& contrast : contrasts_of(study_, *analysis)) {
      if (analysis->primary && !(*analysis->primary == contrast)) {
        continue;
      }
      for (std::size_t arm = 1; arm < arms_.size(); ++arm) {
        const std::string id = contrast_row_id(*analysis, contrast, arm);
        Table table;
        table.id = "sensitivity-" + analysis->id + "-" + contrast_id(study_, contrast) +
                   (arms_.size() > 2 ? "-" + arm_id(study_, arms_, arm) : "");
        table.caption = label_of(analysis->outcome) + ", " + contrast_id(study_, contrast) + ": the contrast under other methods";
        table.columns = {{"Method", false}, {"Estimate", true}, {"Interval", true}, {"p", true}, {"Verdict it would give", false}};
        for (const Estimate& one : analysed_.rows) {
          if (one.id != id && one.id.rfind(id + "/", 0) != 0) {
            continue;
          }
          if (one.quantity == "detectable_effect") {
            continue;
          }
          const bool standardised = one.unit == Unit::standardised || one.unit == Unit::correlation;
          std::string name = capitalised(one.method);
          if (one.quantity == "equivalence") {
            name = "Equivalence within " + shortest(one.reference) + " points (90% interval)";
          }
          table.rows.push_back({name, cell(&one, standardised ? NumberKind::effect : NumberKind::change),
                                range(&one, standardised ? NumberKind::effect : NumberKind::change),
                                cell(&one, NumberKind::p_value, &Estimate::p_value),
                                is_withheld(one) ? std::string("withheld") : one.verdict});
        }
        if (!table.rows.empty()) {
          section.blocks.emplace_back(table);
        }
      }
    }
  }
  return section;
}

} // namespace canvass::analysis
