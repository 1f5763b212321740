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

void check_version(const LoadedStudy& loaded, std::size_t wave, Problems& problems) {
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
    if (is_declared(study, report, variable) && !other_type) {
      continue;
    }
    const std::string remedy = other_type ? std::string("give the new question an id of its own")
                                          : fmt::format("give the new question an id of its own, or say `same_series: [{{item: {}, reason: "
                                                        "\"..\"}}]`",
                                                        variable.id);
    problems.error(at, fmt::format("{} is {} between {}@{} (wave {}) and {}@{} ({}), so its answers are no one series; {}", variable.id,
                                   link->why, version.id, version.version, study.waves[wave].id, report.id, report.version,
                                   first_change(comparison, variable.id), remedy));
  }
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
  std::vector<const Instrument*> seen = {&instrument};
  for (std::size_t wave = 0; wave < study.waves.size(); ++wave) {
    const Instrument* version = loaded.instrument_of_wave[wave].get();
    if (std::find(seen.begin(), seen.end(), version) == seen.end()) {
      seen.push_back(version);
      check_version(loaded, wave, problems);
    }
  }
}

} // namespace canvass::study_parts
