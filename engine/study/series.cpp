#include "engine/core/text.hpp"
#include "engine/instrument/compare.hpp"
#include "engine/study/parts.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace canvass::study_parts {

namespace {

bool is_declared(const Study& study, const Instrument& instrument, const Variable& variable) {
  return std::any_of(study.same_series.begin(), study.same_series.end(),
                     [&](const SameSeries& entry) { return entry.item == variable.id || entry.item == instrument.item_of(variable).id; });
}

/// The first thing that differs, as a phrase with both sides.
std::string first_change(const Comparison& comparison, const std::string& id) {
  for (const Change& change : comparison.changes) {
    if (change.id == id &&
        (change.kind == ChangeKind::reworded || change.kind == ChangeKind::recoded || change.kind == ChangeKind::rerouted)) {
      return change.text;
    }
  }
  return {};
}

/// The first wave after `wave` that asks the variable as the report's instrument does; the last wave uses that instrument itself.
std::size_t next_wave_asking_as(const LoadedStudy& loaded, const std::string& variable, std::size_t wave) {
  for (std::size_t later = wave + 1; later < loaded.instrument_of_wave.size(); ++later) {
    const Comparison comparison = compare_instruments(*loaded.instrument_of_wave[later], loaded.instrument());
    const SeriesLink* link = comparison.link(variable);
    if (link != nullptr && link->continues) {
      return later;
    }
  }
  return loaded.instrument_of_wave.size() - 1;
}

/// False where an item of the wave's version is no series with the report's, and nothing says why it should be, or that it is cut.
bool check_version(const LoadedStudy& loaded, std::size_t wave, Problems& problems) {
  bool fine = true;
  const Study& study = loaded.study;
  const Instrument& report = loaded.instrument();
  const Instrument& version = *loaded.instrument_of_wave[wave];
  const Position at = study.waves[wave].instrument ? study.waves[wave].instrument->at : study.waves[wave].at;
  const Comparison comparison = compare_instruments(version, report);
  for (const Variable& variable : report.variables) {
    const std::size_t index = version.variable(variable.id);
    const SeriesLink* link = comparison.link(variable.id);
    if (index == Instrument::npos || link == nullptr || link->continues) {
      continue;
    }
    const bool other_type = version.variables[index].kind != variable.kind || version.variables[index].multiple != variable.multiple;
    const bool cut = is_broken_between(study, report, variable, wave, next_wave_asking_as(loaded, variable.id, wave));
    if ((cut || is_declared(study, report, variable)) && !other_type) {
      continue;
    }
    fine = false;
    std::string remedy = "give the new question an id of its own";
    if (!other_type) {
      remedy += fmt::format(", or say `same_series: [{{item: {}, reason: \"..\"}}]`", variable.id);
      remedy += study.survey ? fmt::format(", or `breaks: [{{from: {}, items: [{}], why: \"..\"}}]`",
                                           study.waves[next_wave_asking_as(loaded, variable.id, wave)].id, variable.id)
                             : std::string();
    }
    problems.error(at, fmt::format("{} is {} between {}@{} (wave {}) and {}@{} ({}), so its answers are no one series; {}", variable.id,
                                   link->why, version.id, version.version, study.waves[wave].id, report.id, report.version,
                                   first_change(comparison, variable.id), remedy));
  }
  return fine;
}

} // namespace

void check_versions(const LoadedStudy& loaded, Problems& problems) {
  const Study& study = loaded.study;
  const Instrument& instrument = loaded.instrument();
  for (const SameSeries& entry : study.same_series) {
    std::vector<std::string> names;
    bool known = false;
    for (const Variable& variable : instrument.variables) {
      known = known || variable.id == entry.item || instrument.item_of(variable).id == entry.item;
      names.push_back(variable.id);
    }
    if (!known) {
      problems.error(entry.at, fmt::format("`same_series` names \"{}\", but {}@{} does not ask it{}", entry.item, instrument.id,
                                           instrument.version, did_you_mean(entry.item, names)));
    }
  }
  // Every wave is looked at, because a break may stand at the wrong one; a version is complained of once.
  std::vector<const Instrument*> settled = {&instrument};
  for (std::size_t wave = 0; wave < study.waves.size(); ++wave) {
    const Instrument* version = loaded.instrument_of_wave[wave].get();
    if (std::find(settled.begin(), settled.end(), version) == settled.end() && !check_version(loaded, wave, problems)) {
      settled.push_back(version);
    }
  }
}

} // namespace canvass::study_parts
