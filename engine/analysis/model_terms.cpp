#include "engine/analysis/model_terms.hpp"

#include "engine/analysis/plan_options.hpp"
#include "engine/analysis/survey_rows.hpp"
#include "engine/core/error.hpp"
#include "engine/core/text.hpp"
#include "engine/survey/prepared.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace canvass::analysis {
namespace {

bool is_level_of_areas(const LoadedStudy& study, const std::string& name) {
  return study.study.survey && study.study.survey->areas.level(name) != AreaTree::npos;
}

const ChoiceList* list_of(const Instrument& instrument, const std::string& name) {
  const std::size_t index = instrument.variable(name);
  const bool is_question = index != Instrument::npos && !instrument.variables[index].multiple && instrument.indicator(name) == nullptr;
  return is_question ? instrument.list(instrument.variables[index].list) : nullptr;
}

bool is_factor(const LoadedStudy& study, const std::string& name) {
  return is_level_of_areas(study, name) || list_of(study.instrument(), name) != nullptr;
}

/// One predictor by row: a level (factor) or a value.
struct Given {
  std::string name;
  bool factor = false, share = false;
  Cells cells;                ///< of a factor
  std::vector<double> values; ///< of a number or share
};

} // namespace

void check_predictor(const LoadedStudy& study, const PlannedAnalysis& analysis, const std::string& name) {
  if (!is_level_of_areas(study, name)) {
    check_is_number(study, analysis, "predictors", name);
  }
}

std::map<std::string, std::string> references_of(const LoadedStudy& study, const PlannedAnalysis& analysis,
                                                 const std::vector<std::string>& predictors) {
  std::map<std::string, std::string> references;
  for (const std::string& word : words_in(analysis, "reference")) {
    const std::size_t equals = word.find('=');
    const std::string name = word.substr(0, equals);
    const std::string level = equals == std::string::npos ? std::string() : word.substr(equals + 1);
    const auto refuse = [&](const std::string& why) {
      throw InputError(analysis.at, fmt::format("`reference` of analysis {} has a predictor and the code of one of its answers, such as "
                                                "reference: \"sex=2\" (\"{}\": {})",
                                                analysis.id, word, why));
    };
    if (level.empty()) {
      refuse("there is no code");
    }
    if (std::find(predictors.begin(), predictors.end(), name) == predictors.end()) {
      refuse("the predictors are " + join(predictors, ", ") + did_you_mean(name, predictors));
    }
    if (!is_factor(study, name)) {
      refuse(name + " is no question with a list of answers and no level of the areas");
    }
    const std::vector<std::string> levels = levels_of(study, name);
    if (std::find(levels.begin(), levels.end(), level) == levels.end()) {
      refuse("the codes are " + join(levels, ", "));
    }
    if (!references.emplace(name, level).second) {
      refuse("it is named twice");
    }
  }
  return references;
}

ModelTerms model_terms(const Context& context, const WaveSample& wave, std::span<const double> outcome,
                       const std::vector<std::string>& predictors, const std::map<std::string, std::string>& references) {
  const LoadedStudy& study = context.study;
  std::vector<Given> all;
  std::vector<bool> counts;
  for (std::size_t row = 0; row < outcome.size(); ++row) {
    counts.push_back(!std::isnan(outcome[row]) && wave.design.weights[row] > 0);
  }
  for (const std::string& name : predictors) {
    Given given;
    given.name = name;
    given.factor = is_factor(study, name);
    given.share = !given.factor && is_share_outcome(study, name);
    if (given.factor) {
      given.cells = cells_by(study, context.dataset, wave, name);
    } else {
      given.values = wave.of(outcome_by_row(study, context.dataset, name));
    }
    for (std::size_t row = 0; row < counts.size(); ++row) {
      counts[row] = counts[row] && (given.factor ? given.cells.cell[row] >= 0 : !std::isnan(given.values[row]));
    }
    all.push_back(std::move(given));
  }
  ModelTerms terms{survey::Predictors(outcome.size()), {}};
  for (Given& given : all) {
    if (!given.factor) {
      ModelColumn column{given.name, "", ""};
      if (given.share) {
        column.level = "1";
        column.reference = "0";
        for (std::size_t row = 0; row < counts.size(); ++row) {
          column.n += counts[row] && given.values[row] == 1 ? 1U : 0U;
          column.n_reference += counts[row] && given.values[row] == 0 ? 1U : 0U;
        }
      }
      terms.predictors.add_number(given.name, given.values);
      terms.columns.push_back(std::move(column));
      continue;
    }
    // Only people who count make a level: one that stands in no complete row would be a column of nobody.
    std::vector<std::size_t> people(given.cells.ids.size(), 0);
    for (std::size_t row = 0; row < counts.size(); ++row) {
      if (!counts[row]) {
        given.cells.cell[row] = -1;
      } else {
        ++people[static_cast<std::size_t>(given.cells.cell[row])];
      }
    }
    std::size_t reference = 0;
    if (const auto named = references.find(given.name); named != references.end()) {
      reference =
          static_cast<std::size_t>(std::find(given.cells.ids.begin(), given.cells.ids.end(), named->second) - given.cells.ids.begin());
    } else {
      const auto met = std::find_if(people.begin(), people.end(), [](std::size_t n) { return n > 0; });
      reference = met == people.end() ? 0 : static_cast<std::size_t>(met - people.begin());
    }
    terms.predictors.add_factor(given.name, given.cells.cell, given.cells.ids, reference);
    for (std::size_t level = 0; level < people.size(); ++level) {
      if (level != reference && people[level] > 0) {
        terms.columns.push_back({given.name, given.cells.ids[level], given.cells.ids[reference], people[level], people[reference]});
      }
    }
  }
  return terms;
}

} // namespace canvass::analysis
