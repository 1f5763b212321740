// Who could have answered, who did, who was lost and whether those who left differ from those who stayed.

#include "engine/analysis/cohort.hpp"
#include "engine/analysis/procedures/all.hpp"
#include "engine/analysis/rows.hpp"
#include "engine/stats/baseline.hpp"

#include <cmath>

namespace canvass::analysis {

using report::Estimate;
using report::Unit;

ProcedureResult run_flow(const Context& context, const PlannedAnalysis& analysis) {
  ProcedureResult result;
  const Study& study = context.study.study;
  const Dataset& dataset = context.dataset;
  const Arms arms = arms_of(study);
  const std::vector<std::size_t> collected = collected_waves(study, dataset);
  const auto answered = [&](std::size_t person, std::size_t wave) { return dataset.row_of(person, wave) >= 0; };
  for (std::size_t arm = 0; arm < arms.size(); ++arm) {
    const std::string name = arm_id(study, arms, arm);
    std::vector<std::size_t> people;
    std::size_t listed = 0;
    for (std::size_t person = 0; person < dataset.persons.size(); ++person) {
      if (arms.number(dataset.arm_of_person[person]) == arm) {
        people.push_back(person);
        listed += person < dataset.listed ? 1U : 0U;
      }
    }
    const auto count = [&](const std::string& part, std::string_view quantity, std::size_t number, std::size_t base, report::Levels at) {
      Estimate row = row_of(analysis, part, "", quantity, "people counted", Unit::count);
      row.at = std::move(at);
      row.estimate = static_cast<double>(number);
      row.count = static_cast<double>(number);
      row.n = static_cast<double>(base);
      result.rows.push_back(row);
    };
    count("listed/" + name, "listed", listed, listed, {{"arm", name}});
    for (const std::size_t wave : collected) {
      std::size_t here = 0;
      std::size_t late = 0;
      for (const std::size_t person : people) {
        const std::int32_t row = dataset.row_of(person, wave);
        here += row >= 0 ? 1U : 0U;
        late += row >= 0 && dataset.late[static_cast<std::size_t>(row)] != 0 ? 1U : 0U;
      }
      const report::Levels at = {{"wave", study.waves[wave].id}, {"arm", name}};
      count("answered/" + study.waves[wave].id + "/" + name, "answered", here, people.size(), at);
      if (late > 0) {
        count("late/" + study.waves[wave].id + "/" + name, "late", late, here, at);
      }
    }
    // Of those who answered the wave before, how many did not answer this one.
    for (std::size_t i = 1; i < collected.size(); ++i) {
      std::size_t before = 0;
      std::size_t lost = 0;
      for (const std::size_t person : people) {
        before += answered(person, collected[i - 1]) ? 1U : 0U;
        lost += answered(person, collected[i - 1]) && !answered(person, collected[i]) ? 1U : 0U;
      }
      if (before > 0) {
        const std::string& wave = study.waves[collected[i]].id;
        Estimate row = row_of(analysis, "attrition/" + wave + "/" + name, "", "attrition", "people counted", Unit::percent);
        row.at = {{"wave", wave}, {"arm", name}};
        row.versus = {{"wave", study.waves[collected[i - 1]].id}};
        row.estimate = 100.0 * static_cast<double>(lost) / static_cast<double>(before);
        row.count = static_cast<double>(lost);
        row.n = static_cast<double>(before);
        result.rows.push_back(row);
      }
    }
    std::size_t complete = 0;
    for (const std::size_t person : people) {
      bool all = !collected.empty();
      for (const std::size_t wave : collected) {
        all = all && answered(person, wave);
      }
      complete += all ? 1U : 0U;
    }
    count("every_wave/" + name, "answered_every_wave", complete, people.size(), {{"arm", name}});
    if (collected.size() < 2) {
      continue;
    }
    // Leavers (answered the first wave, not the last) against stayers, on their scores at the first.
    for (const Scale& scale : context.study.instrument().scales) {
      const std::vector<double> values = outcome_by_person(context.study, dataset, scale.id);
      std::vector<double> stayers;
      std::vector<double> leavers;
      for (const std::size_t person : people) {
        const double first = values[person * study.waves.size() + collected.front()];
        if (!std::isnan(first)) {
          (answered(person, collected.back()) ? stayers : leavers).push_back(first);
        }
      }
      if (leavers.empty()) {
        continue;
      }
      const auto difference = stats::smd(stayers, leavers);
      Estimate row =
          row_of(analysis, "leavers/" + scale.id + "/" + name, scale.id, "leavers_minus_stayers", difference.method, Unit::standardised);
      row.at = {{"wave", study.waves[collected.front()].id}, {"arm", name}};
      row.estimate = difference.smd;
      row.n = static_cast<double>(leavers.size());
      row.n_versus = static_cast<double>(stayers.size());
      result.rows.push_back(row);
    }
  }
  std::size_t unlisted = dataset.persons.size() - dataset.listed;
  std::size_t armless = 0;
  for (std::size_t person = 0; person < dataset.persons.size(); ++person) {
    armless += arms.number(dataset.arm_of_person[person]) == Arms::npos ? 1U : 0U;
  }
  if (!context.study.people.people.empty() && unlisted > 0) {
    result.notes.push_back(std::to_string(unlisted) + " who answered are not in " + context.study.people.file);
  }
  if (armless > 0) {
    result.notes.push_back(std::to_string(armless) + " people have no arm and enter no comparison");
  }
  return result;
}

} // namespace canvass::analysis
