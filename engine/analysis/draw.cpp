#include "engine/analysis/draw.hpp"

#include "engine/core/text.hpp"
#include "engine/survey/given_replicates.hpp"
#include "engine/survey/replicate_weights.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <map>
#include <unordered_map>
#include <utility>

namespace canvass::analysis {
namespace {

using Place = std::size_t; ///< a row of the file that says how people were drawn

const std::string& person_of(const Dataset& dataset, std::size_t row) {
  return dataset.persons[static_cast<std::size_t>(dataset.person[row])];
}

const SampleDesign& design_of(const LoadedStudy& loaded) {
  return loaded.study.survey->design;
}

std::vector<Place> places_of(const DesignRows& file, const Dataset& dataset, std::span<const std::size_t> rows) {
  std::vector<Place> places;
  places.reserve(rows.size());
  for (const std::size_t row : rows) {
    places.push_back(file.find(person_of(dataset, row)));
  }
  return places;
}

/// Strata as numbers from 0, clusters, and how many people each stratum has, where that follows from the areas that lie in it.
survey::Stage stage_of_frame(const PublicSurvey& setup, const Dataset& dataset, std::size_t wave, std::span<const std::size_t> rows,
                             const std::vector<double>& people) {
  survey::Stage stage;
  for (const std::size_t row : rows) {
    if (!dataset.stratum.empty()) {
      stage.stratum.push_back(dataset.stratum[row]);
    }
    if (!dataset.cluster.empty()) {
      stage.unit.push_back(dataset.cluster[row]);
    }
  }
  const Dispatch* sent = wave < setup.sent.size() ? &setup.sent[wave] : nullptr;
  if (stage.stratum.empty() || !stage.unit.empty() || sent == nullptr || sent->stratum.empty()) {
    return stage;
  }
  // An area that lies in two strata says nothing of how many people each has.
  std::vector<std::int32_t> stratum_of(people.size(), -1);
  for (std::size_t i = 0; i < sent->serial.size(); ++i) {
    if (sent->area[i] < 0 || sent->stratum[i] < 0) {
      return stage;
    }
    std::int32_t& known = stratum_of[static_cast<std::size_t>(sent->area[i])];
    if (known >= 0 && known != sent->stratum[i]) {
      return stage;
    }
    known = sent->stratum[i];
  }
  std::vector<double> in_stratum(sent->strata.size(), 0);
  for (std::size_t area = 0; area < people.size(); ++area) {
    if (stratum_of[area] >= 0) {
      in_stratum[static_cast<std::size_t>(stratum_of[area])] += people[area];
    }
  }
  // Strata of the dataset and of the list go by name.
  std::unordered_map<std::string_view, double> by_name;
  for (std::size_t i = 0; i < in_stratum.size(); ++i) {
    by_name.emplace(sent->strata[i], in_stratum[i]);
  }
  std::vector<double> population;
  for (const std::int32_t stratum : stage.stratum) {
    const auto found = stratum >= 0 ? by_name.find(dataset.strata[static_cast<std::size_t>(stratum)]) : by_name.end();
    if (found == by_name.end() || !(found->second > 0)) {
      return stage;
    }
    population.push_back(found->second);
  }
  stage.population = std::move(population);
  return stage;
}

/// Stages as the file gives them.
std::vector<survey::Stage> stages_of_file(const DesignRows& file, std::span<const Place> places) {
  const auto taken = [&places](const auto& column) {
    auto values = std::decay_t<decltype(column)>();
    if (!column.empty()) {
      values.reserve(places.size());
      for (const Place place : places) {
        values.push_back(column[place]);
      }
    }
    return values;
  };
  std::vector<survey::Stage> stages;
  for (const DesignRows::Stage& stage : file.stages) {
    stages.push_back({taken(stage.stratum), taken(stage.unit), taken(stage.population)});
  }
  return stages;
}

survey::JointProbabilities joint_of(SampleDesign::Joint joint) {
  switch (joint) {
  case SampleDesign::Joint::brewer: return survey::JointProbabilities::brewer;
  case SampleDesign::Joint::overton: return survey::JointProbabilities::overton;
  case SampleDesign::Joint::hartley_rao: return survey::JointProbabilities::hartley_rao;
  case SampleDesign::Joint::given: return survey::JointProbabilities::given;
  }
  return survey::JointProbabilities::brewer;
}

survey::ReplicateMethod method_of(SampleDesign::Method method) {
  switch (method) {
  case SampleDesign::Method::jk1: return survey::ReplicateMethod::jk1;
  case SampleDesign::Method::jkn: return survey::ReplicateMethod::jkn;
  case SampleDesign::Method::brr: return survey::ReplicateMethod::brr;
  case SampleDesign::Method::fay: return survey::ReplicateMethod::fay;
  case SampleDesign::Method::bootstrap: return survey::ReplicateMethod::bootstrap;
  case SampleDesign::Method::sdr: return survey::ReplicateMethod::sdr;
  }
  return survey::ReplicateMethod::bootstrap;
}

/// Name of the first-stage unit of each row, as the file of joint chances gives it: the unit, else the person.
std::vector<std::string> unit_names(const LoadedStudy& loaded, const Dataset& dataset, const DesignRows& file,
                                    std::span<const std::size_t> rows, std::span<const Place> places) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const bool of_file = !file.stages.empty() && !file.stages.front().unit.empty();
    const std::int32_t cluster = dataset.cluster.empty() ? -1 : dataset.cluster[rows[i]];
    names.push_back(of_file ? file.stages.front().units[static_cast<std::size_t>(file.stages.front().unit[places[i]])]
                    : !loaded.study.frame.cluster.empty() && cluster >= 0 ? dataset.clusters[static_cast<std::size_t>(cluster)]
                                                                          : person_of(dataset, rows[i]));
  }
  return names;
}

/// Joint chances of the units, numbered as they first stand in the rows.
stats::Matrix joint_chances(const DesignRows& file, const std::vector<std::string>& unit_of_row) {
  std::unordered_map<std::string_view, std::size_t> column;
  for (std::size_t i = 0; i < file.joint_units.size(); ++i) {
    column.emplace(file.joint_units[i], i);
  }
  std::vector<std::size_t> order;
  std::unordered_map<std::string_view, bool> seen;
  for (const std::string& unit : unit_of_row) {
    if (!seen.emplace(unit, true).second) {
      continue;
    }
    const auto found = column.find(unit);
    if (found == column.end()) {
      throw InputError({file.joint_file, 1, 1},
                       fmt::format("the unit \"{}\" was drawn and has no chances here; add its row and its column", unit));
    }
    order.push_back(found->second);
  }
  stats::Matrix joint(order.size(), order.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (std::size_t j = 0; j < order.size(); ++j) {
      joint(i, j) = file.joint[order[i] * file.joint_units.size() + order[j]];
    }
  }
  return joint;
}

std::shared_ptr<const survey::Replicates> given_replicates_of(const SampleDesign::Replication& how, const DesignRows& file,
                                                              std::span<const Place> places) {
  std::vector<std::vector<double>> columns;
  for (const std::vector<double>& all : file.replicates) {
    std::vector<double>& column = columns.emplace_back();
    column.reserve(places.size());
    for (const Place place : places) {
      column.push_back(all[place]);
    }
  }
  survey::GivenReplicates given;
  given.prefix = how.columns;
  given.method = method_of(how.method);
  given.fay_rho = how.fay_rho;
  given.rscales = how.rscales;
  given.about_estimate = how.about_estimate;
  try {
    return std::make_shared<const survey::Replicates>(survey::given_replicates(file.replicate_names, columns, given));
  } catch (const DomainError& error) {
    throw InputError({file.file, 1, 1}, error.what());
  }
}

} // namespace

std::vector<std::size_t> in_order_of_draw(const LoadedStudy& loaded, const Dataset& dataset, std::size_t wave,
                                          std::vector<std::size_t> rows) {
  const SampleDesign& design = design_of(loaded);
  if (design.file_pattern.empty() || rows.empty()) {
    return rows;
  }
  const std::string& wave_id = loaded.study.waves[wave].id;
  const DesignRows* file = design.of(wave);
  if (file == nullptr) {
    throw InputError(design.at,
                     fmt::format("the wave {} has answers and no file that says how its people were drawn (\"{}\"); put it beside "
                                 "the study",
                                 wave_id, design.file_pattern));
  }
  const std::vector<Place> places = places_of(*file, dataset, rows);
  std::vector<std::pair<Place, std::size_t>> drawn;
  std::vector<std::string> unknown;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (places[i] == DesignRows::npos) {
      unknown.push_back(person_of(dataset, rows[i]));
    }
    drawn.emplace_back(places[i], rows[i]);
  }
  if (!unknown.empty()) {
    const std::size_t all = unknown.size();
    unknown.resize(std::min<std::size_t>(all, 3));
    throw InputError({file->file, 1, 1},
                     fmt::format("{} of {} answers of wave {} are of people who do not stand in this file ({}{}); add a row for each", all,
                                 rows.size(), wave_id, join(unknown, ", "), all > 3 ? ", .." : ""));
  }
  std::sort(drawn.begin(), drawn.end());
  std::transform(drawn.begin(), drawn.end(), rows.begin(), [](const auto& one) { return one.second; });
  return rows;
}

void add_draw(survey::Design& design, const LoadedStudy& loaded, const Dataset& dataset, std::size_t wave,
              std::span<const std::size_t> rows, const std::vector<double>& people) {
  const SampleDesign& setup = design_of(loaded);
  const DesignRows* file = setup.of(wave);
  const std::vector<Place> places = file == nullptr ? std::vector<Place>() : places_of(*file, dataset, rows);
  if (file != nullptr && !setup.stages.empty()) {
    design.stages = stages_of_file(*file, places);
    design.stratum_names = file->stages.front().strata;
  } else {
    survey::Stage stage = stage_of_frame(*loaded.study.survey, dataset, wave, rows, people);
    if (!stage.stratum.empty()) {
      design.stratum_names = dataset.strata;
    }
    if (!stage.stratum.empty() || !stage.unit.empty()) {
      design.stages.push_back(std::move(stage));
    }
  }
  if (file != nullptr && !setup.chance.empty()) {
    auto unequal = std::make_shared<survey::UnequalProbabilities>();
    for (const Place place : places) {
      unequal->probability.push_back(file->chance[place]);
    }
    unequal->kind = joint_of(setup.joint);
    unequal->variance = setup.yates_grundy ? survey::JointVariance::yates_grundy : survey::JointVariance::horvitz_thompson;
    if (setup.joint == SampleDesign::Joint::given) {
      unequal->joint = joint_chances(*file, unit_names(loaded, dataset, *file, rows, places));
    }
    design.unequal = std::move(unequal);
  }
  if (file != nullptr && setup.replicates && !setup.replicates->columns.empty()) {
    design.replicates = given_replicates_of(*setup.replicates, *file, places);
  }
}

std::string add_made_replicates(survey::Design& design, const LoadedStudy& loaded, unsigned threads) {
  const std::optional<SampleDesign::Replication>& how = design_of(loaded).replicates;
  if (!how || !how->columns.empty()) {
    return {};
  }
  survey::ReplicateOptions options;
  options.count = how->count;
  options.fay_rho = how->fay_rho;
  options.seed = loaded.study.plan.seed;
  options.about_estimate = how->about_estimate;
  options.threads = threads;
  survey::MadeReplicates made = survey::make_replicates(design, method_of(how->method), options);
  design = std::move(made.design);
  return made.without_a_cell == 0
             ? std::string()
             : fmt::format("in {} of {} replicates a group of a margin had no answers left; its people went to the others",
                           made.without_a_cell, design.replicates->count);
}

Asked asked_of(const LoadedStudy& loaded, const Dataset& dataset, std::size_t wave, std::span<const std::size_t> rows, AskedBy by) {
  const PublicSurvey& setup = *loaded.study.survey;
  Asked asked;
  if (wave >= setup.sent.size() || setup.sent[wave].empty()) {
    return asked;
  }
  const Dispatch& sent = setup.sent[wave];
  std::map<std::pair<std::int32_t, std::int32_t>, std::int32_t> numbers;
  std::vector<std::int32_t> cell_of_sent;
  for (std::size_t i = 0; i < sent.serial.size(); ++i) {
    const std::int32_t area = by == AskedBy::stratum ? -1 : sent.area[i];
    const std::int32_t stratum = by == AskedBy::area ? -1 : sent.stratum[i];
    const auto [cell, is_new] = numbers.try_emplace({area, stratum}, static_cast<std::int32_t>(asked.cells.size()));
    if (is_new) {
      std::vector<std::string> name;
      if (area >= 0) {
        name.push_back(setup.areas.areas[static_cast<std::size_t>(area)].label);
      }
      if (stratum >= 0) {
        name.push_back(sent.strata[static_cast<std::size_t>(stratum)]);
      }
      asked.cells.push_back({join(name, ", "), 0, 0});
    }
    asked.cells[static_cast<std::size_t>(cell->second)].sent += 1;
    cell_of_sent.push_back(cell->second);
  }
  for (const std::size_t row : rows) {
    const std::size_t at = sent.find(person_of(dataset, row));
    asked.cell.push_back(at == Dispatch::npos ? -1 : cell_of_sent[at]);
    if (at != Dispatch::npos) {
      asked.cells[static_cast<std::size_t>(cell_of_sent[at])].answered += 1;
    }
  }
  return asked;
}

} // namespace canvass::analysis
