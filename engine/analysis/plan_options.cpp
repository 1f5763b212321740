#include "engine/analysis/plan_options.hpp"

#include "engine/core/text.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace canvass::analysis {

std::string choice_in(const PlannedAnalysis& analysis, const std::string& option, std::span<const std::string_view> allowed) {
  const auto found = analysis.options.find(option);
  if (found == analysis.options.end()) {
    return std::string(allowed.front());
  }
  std::string value(trim(found->second));
  if (std::find(allowed.begin(), allowed.end(), value) == allowed.end()) {
    const std::vector<std::string> names(allowed.begin(), allowed.end());
    throw InputError(analysis.at, fmt::format("`{}` of analysis {} is {} (\"{}\"){}", option, analysis.id, either_of(names), found->second,
                                              did_you_mean(value, names)));
  }
  return value;
}

std::vector<std::string> words_in(const PlannedAnalysis& analysis, const std::string& option) {
  std::vector<std::string> words;
  if (const auto found = analysis.options.find(option); found != analysis.options.end()) {
    for (const std::string_view word : split(found->second, ' ')) {
      if (!trim(word).empty()) {
        words.emplace_back(trim(word));
      }
    }
  }
  return words;
}

std::vector<std::string> outcomes_named(const LoadedStudy& study, const PlannedAnalysis& analysis) {
  std::vector<std::string> outcomes = words_in(analysis, "outcomes");
  if (outcomes.empty() && !analysis.outcome.empty()) {
    outcomes.push_back(analysis.outcome);
  } else if (const Family* family = study.study.plan.family(analysis.family); outcomes.empty() && family != nullptr) {
    outcomes = family->outcomes;
  }
  for (const std::string& outcome : outcomes) {
    check_is_number(study, analysis, analysis.options.contains("outcomes") ? "outcomes" : "outcome", outcome);
  }
  return outcomes;
}

namespace {

/// Everything that can be named as an outcome, for "did you mean".
std::vector<std::string> names_of(const Instrument& instrument) {
  std::vector<std::string> names;
  for (const Indicator& indicator : instrument.indicators) {
    names.push_back(indicator.id);
  }
  for (const Scale& scale : instrument.scales) {
    names.push_back(scale.id);
  }
  for (const Variable& variable : instrument.variables) {
    names.push_back(variable.id);
  }
  return names;
}

} // namespace

void check_is_number(const LoadedStudy& study, const PlannedAnalysis& analysis, std::string_view option, const std::string& name) {
  const Instrument& instrument = study.instrument();
  const std::size_t index = instrument.variable(name);
  const auto is_number = [&] {
    const Variable::Kind kind = instrument.variables[index].kind;
    return kind == Variable::Kind::code || kind == Variable::Kind::integer || kind == Variable::Kind::decimal;
  };
  if (instrument.indicator(name) == nullptr && instrument.scale(name) == nullptr && (index == Instrument::npos || !is_number())) {
    throw InputError(analysis.at,
                     fmt::format("`{}` of analysis {} names \"{}\", which is no indicator, no scale and no question whose answers "
                                 "are numbers or come from a list{}",
                                 option, analysis.id, name, did_you_mean(name, names_of(instrument))));
  }
}

const Variable& question_in(const LoadedStudy& study, const PlannedAnalysis& analysis, std::string_view option, const std::string& name) {
  const Instrument& instrument = study.instrument();
  const std::size_t index = instrument.variable(name);
  if (index == Instrument::npos || instrument.list(instrument.variables[index].list) == nullptr) {
    throw InputError(analysis.at, fmt::format("`{}` of analysis {} names \"{}\", which is no question with a list of answers{}", option,
                                              analysis.id, name, did_you_mean(name, names_of(instrument))));
  }
  return instrument.variables[index];
}

void check_makes_groups(const LoadedStudy& study, const PlannedAnalysis& analysis, std::string_view option, const std::string& name) {
  if (!study.study.survey || study.study.survey->areas.level(name) == AreaTree::npos) {
    question_in(study, analysis, option, name);
  }
}

stats::Adjustment adjustment_of(const Study& study, const PlannedAnalysis& analysis) {
  const Family* family = study.plan.family(analysis.family);
  if (family == nullptr) {
    return stats::Adjustment::holm;
  }
  const auto adjustment = stats::adjustment_named(to_string(family->adjust));
  if (!adjustment) {
    throw InputError(family->at, fmt::format("the family {} is adjusted by {}, which draws people anew; tests of a survey take a method of "
                                             "p-values, such as holm",
                                             family->id, to_string(family->adjust)));
  }
  return *adjustment;
}

} // namespace canvass::analysis
