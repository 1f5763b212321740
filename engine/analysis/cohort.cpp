#include "engine/analysis/cohort.hpp"

#include "engine/core/text.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

namespace canvass::analysis {

std::size_t Arms::number(int study_arm) const {
  if (study_index.size() == 1 && study_index.front() == npos) {
    return 0;
  }
  for (std::size_t i = 0; i < study_index.size(); ++i) {
    if (study_arm >= 0 && study_index[i] == static_cast<std::size_t>(study_arm)) {
      return i;
    }
  }
  return npos;
}

Arms arms_of(const Study& study) {
  Arms arms;
  const std::size_t control = study.control_arm();
  arms.has_control = control != Study::npos && study.arms.size() > 1;
  if (study.arms.empty()) {
    arms.study_index.push_back(Arms::npos);
    return arms;
  }
  if (control != Study::npos) {
    arms.study_index.push_back(control);
  }
  for (std::size_t i = 0; i < study.arms.size(); ++i) {
    if (i != control) {
      arms.study_index.push_back(i);
    }
  }
  return arms;
}

std::string arm_label(const Study& study, const Arms& arms, std::size_t number) {
  const std::size_t index = arms.study_index[number];
  if (index == Arms::npos) {
    return "Everybody";
  }
  const Arm& arm = study.arms[index];
  return arm.label.empty() ? arm.id : arm.label.in(study.language);
}

std::string arm_id(const Study& study, const Arms& arms, std::size_t number) {
  const std::size_t index = arms.study_index[number];
  return index == Arms::npos ? "all" : study.arms[index].id;
}

std::string wave_label(const Study& study, std::size_t wave) {
  const Wave& found = study.waves[wave];
  return found.label.empty() ? found.id : found.id + ": " + found.label.in(study.language);
}

std::size_t CohortData::column(std::size_t study_wave) const {
  const auto found = std::find(waves.begin(), waves.end(), study_wave);
  return found == waves.end() ? npos : static_cast<std::size_t>(found - waves.begin());
}

CohortData cohort_data(const LoadedStudy& study, const Dataset& dataset, std::string_view outcome) {
  const std::vector<double> all = outcome_by_person(study, dataset, outcome);
  const std::size_t waves = study.study.waves.size();
  CohortData data;
  data.arms = arms_of(study.study);
  for (std::size_t wave = 0; wave < waves; ++wave) {
    for (std::size_t person = 0; person < dataset.persons.size(); ++person) {
      if (!std::isnan(all[person * waves + wave])) {
        data.waves.push_back(wave);
        break;
      }
    }
  }
  for (std::size_t person = 0; person < dataset.persons.size(); ++person) {
    const std::size_t arm = data.arms.number(dataset.arm_of_person[person]);
    const bool answered =
        std::any_of(data.waves.begin(), data.waves.end(), [&](std::size_t wave) { return !std::isnan(all[person * waves + wave]); });
    if (arm != Arms::npos && answered) {
      data.person.push_back(person);
      data.arm.push_back(arm);
    }
  }
  data.y = stats::Matrix(data.person.size(), data.waves.size());
  for (std::size_t i = 0; i < data.person.size(); ++i) {
    for (std::size_t w = 0; w < data.waves.size(); ++w) {
      data.y(i, w) = all[data.person[i] * waves + data.waves[w]];
    }
  }
  return data;
}

Pairs pairs_of(const CohortData& data, std::size_t arm, std::size_t later, std::size_t earlier) {
  Pairs pairs;
  const std::size_t to = data.column(later);
  const std::size_t from = data.column(earlier);
  if (to == CohortData::npos || from == CohortData::npos) {
    return pairs;
  }
  for (std::size_t i = 0; i < data.person.size(); ++i) {
    if (data.arm[i] != arm) {
      continue;
    }
    const bool has_before = !std::isnan(data.y(i, from));
    const bool has_after = !std::isnan(data.y(i, to));
    if (has_before && has_after) {
      pairs.before.push_back(data.y(i, from));
      pairs.after.push_back(data.y(i, to));
      pairs.person.push_back(data.person[i]);
    } else if (has_before || has_after) {
      ++pairs.n_missing;
    }
  }
  return pairs;
}

Changes changes_of(const CohortData& data, std::size_t later, std::size_t earlier) {
  Changes changes;
  for (std::size_t arm = 0; arm < data.arms.size(); ++arm) {
    const Pairs pairs = pairs_of(data, arm, later, earlier);
    changes.before.insert(changes.before.end(), pairs.before.begin(), pairs.before.end());
    changes.after.insert(changes.after.end(), pairs.after.begin(), pairs.after.end());
    changes.person.insert(changes.person.end(), pairs.person.begin(), pairs.person.end());
    changes.arm.insert(changes.arm.end(), pairs.before.size(), arm);
  }
  return changes;
}

OutcomeFacts outcome_facts(const LoadedStudy& study, std::string_view outcome) {
  const Instrument& instrument = study.instrument();
  const std::string& language = study.study.language;
  OutcomeFacts facts;
  facts.id = std::string(outcome);
  const auto range_of = [&](const Variable& variable) {
    if (variable.multiple) {
      return std::pair{0.0, 1.0};
    }
    const ChoiceList* list = instrument.list(variable.list);
    if (list != nullptr && !list->choices.empty()) {
      return std::pair{static_cast<double>(list->lowest()), static_cast<double>(list->highest())};
    }
    const Item& item = instrument.item_of(variable);
    return item.minimum && item.maximum ? std::pair{*item.minimum, *item.maximum} : std::pair{0.0, 0.0};
  };
  if (const Scale* scale = instrument.scale(outcome)) {
    facts.is_scale = true;
    facts.label = scale->label.empty() ? scale->id : scale->label.in(language);
    facts.direction = scale->desired_direction;
    for (const std::string& id : scale->items) {
      const std::size_t index = instrument.variable(id);
      if (index == Instrument::npos) {
        continue;
      }
      const auto [low, high] = range_of(instrument.variables[index]);
      const bool first = facts.lowest == 0 && facts.highest == 0;
      if (scale->score == Score::sum) {
        facts.lowest += low;
        facts.highest += high;
      } else {
        facts.lowest = first ? low : std::min(facts.lowest, low);
        facts.highest = first ? high : std::max(facts.highest, high);
      }
    }
    if (scale->score == Score::percent_of_max) {
      facts.lowest = 0;
      facts.highest = 100;
    }
    return facts;
  }
  if (const Indicator* indicator = instrument.indicator(outcome)) {
    facts.is_indicator = true;
    facts.label = indicator->label.empty() ? indicator->id : indicator->label.in(language);
    facts.direction = indicator->desired_direction;
    facts.highest = 1;
    return facts;
  }
  const std::size_t index = instrument.variable(outcome);
  if (index == Instrument::npos) {
    std::vector<std::string> names;
    for (const Scale& scale : instrument.scales) {
      names.push_back(scale.id);
    }
    for (const Variable& variable : instrument.variables) {
      names.push_back(variable.id);
    }
    throw InputError(study.study.plan.at, "there is no scale, indicator or item called \"" + std::string(outcome) + "\" in instrument " +
                                              instrument.id + did_you_mean(outcome, names));
  }
  const Variable& variable = instrument.variables[index];
  facts.is_variable = true;
  facts.variable = &variable;
  facts.label = instrument.label_of(variable).in(language);
  facts.direction = variable.desired_direction;
  std::tie(facts.lowest, facts.highest) = range_of(variable);
  return facts;
}

std::vector<std::string> ordered_items(const Instrument& instrument) {
  std::vector<std::string> items;
  for (const Variable& variable : instrument.variables) {
    const ChoiceList* list = instrument.list(variable.list);
    if (variable.kind == Variable::Kind::code && !variable.multiple && list != nullptr && list->choices.size() >= 3) {
      items.push_back(variable.id);
    }
  }
  return items;
}

std::vector<std::size_t> collected_waves(const Study& study, const Dataset& dataset) {
  std::vector<std::size_t> waves;
  for (std::size_t wave = 0; wave < study.waves.size(); ++wave) {
    if (std::any_of(dataset.wave.begin(), dataset.wave.end(), [&](std::int16_t w) { return w == static_cast<std::int16_t>(wave); })) {
      waves.push_back(wave);
    }
  }
  return waves;
}

std::string contrast_id(const Study& study, const Contrast& contrast) {
  return study.waves[contrast.later].id + "-" + study.waves[contrast.earlier].id;
}

std::vector<Contrast> contrasts_of(const Study& study, const PlannedAnalysis& analysis) {
  if (!analysis.contrasts.empty()) {
    return analysis.contrasts;
  }
  std::vector<Contrast> contrasts;
  for (std::size_t wave = 1; wave < study.waves.size(); ++wave) {
    contrasts.push_back({wave, 0, analysis.at});
  }
  if (study.waves.size() > 2) {
    contrasts.push_back({study.waves.size() - 1, study.waves.size() - 2, analysis.at});
  }
  return contrasts;
}

Expect expectation(const PlannedAnalysis& analysis, const Contrast& contrast) {
  for (const auto& [which, expect] : analysis.expect) {
    if (which == contrast) {
      return expect;
    }
  }
  return Expect::none;
}

std::vector<std::string> people_values(const LoadedStudy& study, const Dataset& dataset, std::string_view column) {
  std::vector<std::string> values(dataset.persons.size());
  const std::size_t index = column.empty() ? People::npos : study.people.column(column);
  if (index == People::npos) {
    return values;
  }
  std::map<std::string_view, const Person*> by_id;
  for (const Person& person : study.people.people) {
    by_id.emplace(person.id, &person);
  }
  for (std::size_t i = 0; i < dataset.persons.size(); ++i) {
    const auto found = by_id.find(dataset.persons[i]);
    if (found != by_id.end() && index < found->second->values.size()) {
      values[i] = found->second->values[index];
    }
  }
  return values;
}

std::vector<std::size_t> cluster_numbers(std::span<const std::string> texts) {
  std::map<std::string_view, std::size_t> known;
  std::vector<std::size_t> numbers;
  std::size_t next = 0;
  for (const std::string& text : texts) {
    if (text.empty()) {
      numbers.push_back(next++);
      continue;
    }
    const auto [at, inserted] = known.emplace(text, next);
    next += inserted ? 1 : 0;
    numbers.push_back(at->second);
  }
  return numbers;
}

} // namespace canvass::analysis
