#include "engine/analysis/sample.hpp"

#include "engine/analysis/cohort.hpp"
#include "engine/analysis/draw.hpp"
#include "engine/core/text.hpp"
#include "engine/dataset/weights.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <map>

namespace canvass::analysis {
namespace {

/// People of each area of the tree, wider areas summed from the areas within; 0 where the population is not counted by area.
std::vector<double> people_by_area(const PublicSurvey& survey) {
  std::vector<double> people(survey.areas.areas.size(), 0);
  const auto& variables = survey.population.variables;
  const auto found = std::find(variables.begin(), variables.end(), "area");
  if (found == variables.end()) {
    return people;
  }
  const auto at = static_cast<std::size_t>(found - variables.begin());
  for (const Population::Row& row : survey.population.rows) {
    for (std::size_t area = static_cast<std::size_t>(row.codes[at]); area != AreaTree::npos; area = survey.areas.areas[area].parent) {
      people[area] += row.count;
    }
  }
  return people;
}

/// Questionnaires sent to each area of the tree.
std::vector<double> sent_by_area(const PublicSurvey& survey, std::size_t wave) {
  std::vector<double> sent(survey.areas.areas.size(), 0);
  if (wave < survey.sent.size()) {
    for (const std::int32_t area : survey.sent[wave].area) {
      if (area >= 0) {
        sent[static_cast<std::size_t>(area)] += 1;
      }
    }
  }
  return sent;
}

/// The area that the population counts for each area of the tree: itself, or a wider one that it lies in; -1 where nobody is counted.
std::vector<int> counted_areas(const PublicSurvey& setup) {
  std::vector<int> counted(setup.areas.areas.size(), -1);
  if (const std::size_t of_area = setup.population.variable("area"); of_area != Population::npos) {
    for (const Population::Row& row : setup.population.rows) {
      counted[static_cast<std::size_t>(row.codes[of_area])] = row.codes[of_area];
    }
    for (std::size_t area = 0; area < counted.size(); ++area) { // parents stand before their children
      const std::size_t parent = setup.areas.areas[area].parent;
      if (counted[area] < 0 && parent != AreaTree::npos) {
        counted[area] = counted[parent];
      }
    }
  }
  return counted;
}

/// @throws InputError answers of areas that a margin counts nobody in, with their number and names
void refuse_uncounted_areas(const LoadedStudy& loaded, const WaveSample& sample) {
  const PublicSurvey& setup = *loaded.study.survey;
  const auto& margins = setup.weighting.margins;
  const bool by_area = std::any_of(margins.begin(), margins.end(), [](const std::vector<std::string>& variables) {
    return std::find(variables.begin(), variables.end(), "area") != variables.end();
  });
  if (!by_area) {
    return;
  }
  const std::vector<int> counted_in = counted_areas(setup);
  std::map<std::string, std::size_t> answers;
  std::size_t all = 0;
  for (const std::int32_t area : sample.area) {
    if (area >= 0 && counted_in[static_cast<std::size_t>(area)] < 0) {
      ++answers[setup.areas.areas[static_cast<std::size_t>(area)].label];
      ++all;
    }
  }
  if (answers.empty()) {
    return;
  }
  std::vector<std::string> names;
  for (const auto& [name, count] : answers) {
    names.push_back(name);
  }
  const std::size_t areas = names.size();
  names.resize(std::min<std::size_t>(areas, 4));
  throw InputError(
      setup.population.at,
      fmt::format("{} of {} answers of wave {} are of areas in which the population counts nobody ({}{}), so that they cannot be "
                  "weighted; add the rows of these areas",
                  all, sample.area.size(), loaded.study.waves[sample.wave].id, join(names, ", "), areas > names.size() ? ", .." : ""));
}

/// What a margin of the study is over the rows of a wave.
survey::Margin margin_of(const LoadedStudy& loaded, const Dataset& dataset, const WaveSample& sample,
                         const std::vector<std::string>& variables) {
  const PublicSurvey& setup = *loaded.study.survey;
  const Population& population = setup.population;
  const Instrument& instrument = loaded.instrument();
  survey::Margin margin;
  margin.name = join(variables, " x ");
  std::vector<std::size_t> at;
  for (const std::string& variable : variables) {
    const auto found = std::find(population.variables.begin(), population.variables.end(), variable);
    at.push_back(static_cast<std::size_t>(found - population.variables.begin()));
  }
  std::map<std::vector<int>, std::size_t> numbers;
  for (const Population::Row& row : population.rows) {
    std::vector<int> codes;
    for (const std::size_t index : at) {
      codes.push_back(row.codes[index]);
    }
    const auto [place, is_new] = numbers.try_emplace(codes, numbers.size());
    if (is_new) {
      margin.totals.push_back(0);
      std::vector<std::string> names;
      for (std::size_t i = 0; i < codes.size(); ++i) {
        if (variables[i] == "area") {
          names.push_back(setup.areas.areas[static_cast<std::size_t>(codes[i])].label);
          continue;
        }
        const std::size_t variable = instrument.variable(variables[i]);
        const ChoiceList* list = variable == Instrument::npos ? nullptr : instrument.list(instrument.variables[variable].list);
        const Choice* choice = list == nullptr ? nullptr : list->find(codes[i]);
        names.push_back(choice == nullptr ? std::to_string(codes[i]) : choice->label.in(loaded.study.language));
      }
      margin.cell_names.push_back(join(names, ", "));
    }
    margin.totals[place->second] += row.count;
  }
  const std::vector<int> counted = counted_areas(setup); // people may be counted by wider areas than answers name
  std::vector<const Column*> columns;
  for (const std::string& variable : variables) {
    columns.push_back(variable == "area" ? nullptr : dataset.column(variable));
  }
  margin.cell.reserve(sample.rows.size());
  std::vector<int> codes(variables.size());
  for (std::size_t i = 0; i < sample.rows.size(); ++i) {
    bool known = true;
    for (std::size_t j = 0; j < variables.size(); ++j) {
      if (variables[j] == "area") {
        codes[j] = sample.area[i] < 0 ? -1 : counted[static_cast<std::size_t>(sample.area[i])];
        known = known && codes[j] >= 0;
      } else {
        known = known && columns[j] != nullptr && !columns[j]->is_missing(sample.rows[i]);
        codes[j] = known ? static_cast<int>(columns[j]->value(sample.rows[i])) : 0;
      }
    }
    const auto found = known ? numbers.find(codes) : numbers.end();
    margin.cell.push_back(found == numbers.end() ? -1 : static_cast<std::int32_t>(found->second));
  }
  return margin;
}

survey::LonelyPsu lonely_of(Lonely lonely) {
  switch (lonely) {
  case Lonely::refuse: return survey::LonelyPsu::refuse;
  case Lonely::certainty: return survey::LonelyPsu::certainty;
  case Lonely::adjust: return survey::LonelyPsu::adjust;
  case Lonely::average: return survey::LonelyPsu::average;
  case Lonely::collapse: return survey::LonelyPsu::collapse;
  }
  return survey::LonelyPsu::refuse;
}

survey::CalibrationMethod method_of(WeightMethod method) {
  switch (method) {
  case WeightMethod::poststratify: return survey::CalibrationMethod::poststratify;
  case WeightMethod::linear: return survey::CalibrationMethod::linear;
  case WeightMethod::logit: return survey::CalibrationMethod::logit;
  case WeightMethod::none:
  case WeightMethod::rake: break;
  }
  return survey::CalibrationMethod::rake;
}

/// @throws DomainError as survey::calibrate, with the wave and the place of the weights in the study
survey::Calibrated calibrated_by(const Weighting& weighting, const std::string& wave, const survey::Design& design,
                                 std::vector<survey::Margin> margins, const survey::CalibrationOptions& options) {
  try {
    return survey::calibrate(design, std::move(margins), options);
  } catch (const DomainError& error) {
    throw DomainError(
        fmt::format("{}:{}:{}: weights of {}: {}", weighting.at.file, weighting.at.line, weighting.at.column, wave, error.what()));
  }
}

/// Weights of those who answered carry those of their class who did not. Gives what a reader must be told.
std::string weigh_nonresponse(const LoadedStudy& loaded, const Dataset& dataset, WaveSample& one) {
  const Weighting& how = loaded.study.survey->weighting;
  const std::string& wave = loaded.study.waves[one.wave].id;
  const Asked asked = asked_of(loaded, dataset, one.wave, one.rows, how.nonresponse == "area" ? AskedBy::area : AskedBy::stratum);
  if (asked.cells.empty()) {
    throw InputError(how.at,
                     fmt::format("classes of non-response need to know who was asked, and the wave {} has no dispatch list; `canvass "
                                 "import STUDY FILE --sent --wave {}` takes one",
                                 wave, wave));
  }
  const survey::WeightingClasses classes = survey::weighting_classes(asked.cells, {how.fewest_answers, how.largest_factor});
  one.design.weights = survey::nonresponse_weights(one.design.weights, asked.cell, classes);
  const auto [least, most] = std::minmax_element(classes.factor.begin(), classes.factor.end());
  return fmt::format("{}: weights carry those who did not answer, in {} made of {} by {}; factors {:.2f} to {:.2f}", wave,
                     counted(static_cast<long long>(classes.classes.size()), "class", "classes"), asked.cells.size(),
                     how.nonresponse == "area" ? "areas" : "strata", *least, *most);
}

} // namespace

std::vector<double> WaveSample::of(std::span<const double> by_row) const {
  std::vector<double> values;
  values.reserve(rows.size());
  for (const std::size_t row : rows) {
    values.push_back(by_row[row]);
  }
  return values;
}

const WaveSample* Sample::of(std::size_t wave) const {
  const auto found = std::find_if(waves.begin(), waves.end(), [wave](const WaveSample& one) { return one.wave == wave; });
  return found == waves.end() ? nullptr : &*found;
}

Sample sample_of(const LoadedStudy& loaded, const Dataset& dataset, unsigned threads) {
  const Study& study = loaded.study;
  const PublicSurvey& setup = *study.survey;
  Sample sample;
  sample.speaks_of_everybody = study.sample == SampleKind::census || study.sample == SampleKind::probability;
  const std::vector<double> people = people_by_area(setup);
  for (const std::size_t wave : collected_waves(study, dataset)) {
    WaveSample one;
    one.wave = wave;
    const bool has_weights = !dataset.weight.empty();
    const GivenWeights given = has_weights ? given_weights(loaded, dataset, wave) : GivenWeights();
    if (given.left_out > 0) {
      sample.notes.push_back(
          fmt::format("{}: {} of {} answers have no weight and are left out", study.waves[wave].id, given.left_out, given.rows));
    }
    for (std::size_t row = 0; row < dataset.rows(); ++row) {
      if (dataset.wave[row] == static_cast<std::int16_t>(wave) && (!has_weights || given.use[row] != 0)) {
        one.rows.push_back(row);
      }
    }
    one.rows = in_order_of_draw(loaded, dataset, wave, std::move(one.rows));
    Asked asked = asked_of(loaded, dataset, wave, one.rows, AskedBy::area_and_stratum);
    if (const auto strangers = std::count(asked.cell.begin(), asked.cell.end(), -1); strangers > 0) {
      const Dispatch& list = setup.sent[wave];
      if (one.rows.size() > list.serial.size()) {
        throw InputError(
            {list.file, 1, 1},
            fmt::format("{} answers of wave {} came back and {} questionnaires were sent, by this list; {} answers have serials "
                        "that it does not hold. Put the whole list in place: canvass import STUDY FILE --sent --wave {}",
                        one.rows.size(), study.waves[wave].id, list.serial.size(), strangers, study.waves[wave].id));
      }
      sample.notes.push_back(fmt::format("{}: {} of {} answers have serials that the dispatch list does not hold", study.waves[wave].id,
                                         strangers, one.rows.size()));
    }
    one.asked = std::move(asked.cells);
    const std::vector<double> sent = sent_by_area(setup, wave);
    for (const std::size_t row : one.rows) {
      const std::int32_t area = dataset.area.empty() ? -1 : dataset.area[row];
      one.area.push_back(area);
      double weight = 1;
      if (has_weights) {
        weight = given.weight[row];
      } else if (area >= 0 && people[static_cast<std::size_t>(area)] > 0 && sent[static_cast<std::size_t>(area)] > 0) {
        weight = people[static_cast<std::size_t>(area)] / sent[static_cast<std::size_t>(area)];
      }
      one.design.weights.push_back(weight);
    }
    one.design.lonely = lonely_of(setup.lonely);
    if (!setup.weighting.nonresponse.empty()) {
      sample.notes.push_back(weigh_nonresponse(loaded, dataset, one));
    }
    add_draw(one.design, loaded, dataset, wave, one.rows, people);
    if (setup.weighting.method != WeightMethod::none && !setup.weighting.margins.empty()) {
      refuse_uncounted_areas(loaded, one);
      std::vector<survey::Margin> margins;
      for (const std::vector<std::string>& variables : setup.weighting.margins) {
        margins.push_back(margin_of(loaded, dataset, one, variables));
      }
      survey::CalibrationOptions options;
      options.method = method_of(setup.weighting.method);
      options.lowest = setup.weighting.lowest;
      options.highest = setup.weighting.highest;
      options.trim = setup.weighting.trim;
      survey::Calibrated calibrated = calibrated_by(setup.weighting, study.waves[wave].id, one.design, std::move(margins), options);
      one.design = std::move(calibrated.design);
      if (calibrated.report.unknown > 0) {
        sample.notes.push_back(fmt::format("{}: {} a weighting question open; they keep their share of the weight", study.waves[wave].id,
                                           counted(static_cast<long long>(calibrated.report.unknown), "answer leaves", "answers leave")));
      }
      one.weighting = std::move(calibrated.report);
    }
    if (std::string note = add_made_replicates(one.design, loaded, threads); !note.empty()) {
      sample.notes.push_back(fmt::format("{}: {}", study.waves[wave].id, note));
    }
    sample.waves.push_back(std::move(one));
  }
  for (WaveSample& wave : sample.waves) { // they stay where they are from here on
    wave.prepared = std::make_shared<const survey::PreparedDesign>(wave.design, threads);
    wave.df = survey::degrees_of_freedom(*wave.prepared);
  }
  return sample;
}

Cells cells_of_level(const LoadedStudy& study, const WaveSample& sample, std::size_t level) {
  const AreaTree& tree = study.study.survey->areas;
  Cells cells;
  std::vector<std::int32_t> number(tree.areas.size(), -1);
  for (std::size_t area = 0; area < tree.areas.size(); ++area) {
    if (tree.areas[area].level == level) {
      number[area] = static_cast<std::int32_t>(cells.ids.size());
      cells.ids.push_back(tree.areas[area].code);
      cells.labels.push_back(tree.areas[area].label);
    }
  }
  for (const std::int32_t area : sample.area) {
    const std::size_t within = area < 0 ? AreaTree::npos : tree.at_level(static_cast<std::size_t>(area), level);
    cells.cell.push_back(within == AreaTree::npos ? -1 : number[within]);
  }
  return cells;
}

Cells cells_of_variable(const LoadedStudy& study, const Dataset& dataset, const WaveSample& sample, std::string_view variable) {
  const Instrument& instrument = study.instrument();
  const std::size_t index = instrument.variable(variable);
  const Column* column = dataset.column(variable);
  const ChoiceList* list = index == Instrument::npos ? nullptr : instrument.list(instrument.variables[index].list);
  if (column == nullptr || list == nullptr) {
    throw InputError(instrument.at, fmt::format("\"{}\" is no question with a list of answers, so it makes no groups", variable));
  }
  Cells cells;
  std::map<int, std::int32_t> number;
  for (const Choice& choice : list->choices) {
    number.emplace(choice.code, static_cast<std::int32_t>(cells.ids.size()));
    cells.ids.push_back(std::to_string(choice.code));
    cells.labels.push_back(choice.label.in(study.study.language));
  }
  for (const std::size_t row : sample.rows) {
    const auto found = column->is_missing(row) ? number.end() : number.find(static_cast<int>(column->value(row)));
    cells.cell.push_back(found == number.end() ? -1 : found->second);
  }
  return cells;
}

Cells cells_by(const LoadedStudy& study, const Dataset& dataset, const WaveSample& sample, std::string_view name) {
  const std::size_t level = study.study.survey->areas.level(name);
  return level == AreaTree::npos ? cells_of_variable(study, dataset, sample, name) : cells_of_level(study, sample, level);
}

std::vector<std::string> levels_of(const LoadedStudy& study, const std::string& name) {
  std::vector<std::string> levels;
  const AreaTree& tree = study.study.survey->areas;
  if (const std::size_t level = tree.level(name); level != AreaTree::npos) {
    for (const Area& area : tree.areas) {
      if (area.level == level) {
        levels.push_back(area.code);
      }
    }
    return levels;
  }
  const Instrument& instrument = study.instrument();
  const std::size_t index = instrument.variable(name);
  const ChoiceList* list = index == Instrument::npos ? nullptr : instrument.list(instrument.variables[index].list);
  for (std::size_t i = 0; list != nullptr && i < list->choices.size(); ++i) {
    levels.push_back(std::to_string(list->choices[i].code));
  }
  return levels;
}

} // namespace canvass::analysis
