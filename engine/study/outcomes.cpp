#include "engine/core/text.hpp"
#include "engine/study/parts.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace canvass::study_parts {

namespace {

/// The variables that an outcome is made of; nullopt if the instrument has no such outcome.
std::optional<std::vector<std::string>> variables_of(const Instrument& instrument, const std::string& outcome) {
  if (const Scale* scale = instrument.scale(outcome)) {
    return scale->items;
  }
  if (const Indicator* indicator = instrument.indicator(outcome)) {
    return indicator->variables();
  }
  if (instrument.variable(outcome) != Instrument::npos) {
    return std::vector<std::string>{outcome};
  }
  return std::nullopt;
}

/// Is there such a variable, or an item that expands to several (a formula may name a select_multiple)?
bool asks(const Instrument& instrument, const std::string& id) {
  if (instrument.variable(id) != Instrument::npos) {
    return true;
  }
  for (const Page& page : instrument.pages) {
    if (std::any_of(page.items.begin(), page.items.end(), [&](const Item& item) { return item.id == id; })) {
      return true;
    }
  }
  return false;
}

std::vector<std::string> outcome_names(const Instrument& instrument) {
  std::vector<std::string> names = ids_of(instrument.scales);
  for (const Indicator& indicator : instrument.indicators) {
    names.push_back(indicator.id);
  }
  for (const Variable& variable : instrument.variables) {
    names.push_back(variable.id);
  }
  return names;
}

/// Variables that an item of this id expands to; empty if it is no such item.
std::vector<std::string> variables_of_item(const Instrument& instrument, const std::string& id) {
  std::vector<std::string> ids;
  for (const Variable& variable : instrument.variables) {
    if (instrument.item_of(variable).id == id) {
      ids.push_back(variable.id);
    }
  }
  return ids;
}

std::string reference_of(const Instrument& instrument) {
  return instrument.id + "@" + instrument.version;
}

/// Checks one outcome; `used` are the waves that it is compared at (empty: the last).
void check_outcome(const LoadedStudy& loaded, const std::string& outcome, const std::vector<std::size_t>& used, const std::string& who,
                   const Position& at, Problems& problems) {
  const Instrument& instrument = loaded.instrument();
  const auto needed = variables_of(instrument, outcome);
  if (!needed) {
    const auto parts = variables_of_item(instrument, outcome);
    if (!parts.empty()) {
      problems.error(at,
                     fmt::format("{} names \"{}\", which expands to several variables; name one of {}", who, outcome, join(parts, ", ")));
      return;
    }
    const auto names = outcome_names(instrument);
    std::string scales = join(ids_of(instrument.scales), ", ");
    problems.error(at, fmt::format("{} names \"{}\", but {} has no such scale, indicator or item{}; its scales are: {}", who, outcome,
                                   reference_of(instrument), did_you_mean(outcome, names), scales.empty() ? "none" : scales));
    return;
  }
  const std::size_t variable = instrument.variable(outcome);
  if (variable != Instrument::npos && instrument.variables[variable].kind == Variable::Kind::text) {
    problems.error(at, fmt::format("{} names \"{}\", which is a text; an outcome is a scale, an indicator or an item with codes or numbers",
                                   who, outcome));
    return;
  }
  std::vector<const Instrument*> seen = {&instrument};
  for (const std::size_t wave : used) {
    const Instrument* other = loaded.instrument_of_wave[wave].get();
    if (std::find(seen.begin(), seen.end(), other) != seen.end()) {
      continue;
    }
    seen.push_back(other);
    std::vector<std::string> lacking;
    for (const std::string& id : *needed) {
      if (!asks(*other, id)) {
        lacking.push_back(id);
      }
    }
    if (!lacking.empty()) {
      problems.error(
          at, fmt::format("{} compares \"{}\" with wave {}, where {} does not ask {}; leave the contrast out, or choose another outcome",
                          who, outcome, loaded.study.waves[wave].id, reference_of(*other), join(lacking, ", ")));
    }
  }
}

std::vector<std::size_t> waves_of(const PlannedAnalysis& analysis) {
  std::vector<std::size_t> waves;
  for (const Contrast& contrast : analysis.contrasts) {
    waves.push_back(contrast.earlier);
    waves.push_back(contrast.later);
  }
  return waves;
}

} // namespace

void resolve_plan(LoadedStudy& loaded, Problems& problems) {
  const Instrument& instrument = loaded.instrument();
  Plan& plan = loaded.study.plan;
  for (Family& family : plan.families) {
    if (!family.items_of.empty()) {
      if (const Scale* scale = instrument.scale(family.items_of)) {
        family.outcomes = scale->items;
      } else {
        const auto scales = ids_of(instrument.scales);
        problems.error(family.at, fmt::format("the family {} takes the items of \"{}\", but {} has no such scale{}; its scales are: {}",
                                              family.id, family.items_of, reference_of(instrument), did_you_mean(family.items_of, scales),
                                              scales.empty() ? "none" : join(scales, ", ")));
      }
    }
    std::vector<std::size_t> used;
    for (const PlannedAnalysis& analysis : plan.analyses) {
      if (analysis.family == family.id) {
        const auto waves = waves_of(analysis);
        used.insert(used.end(), waves.begin(), waves.end());
      }
    }
    for (const std::string& outcome : family.outcomes) {
      check_outcome(loaded, outcome, used, "the family " + family.id, family.at, problems);
    }
  }
  for (const PlannedAnalysis& analysis : plan.analyses) {
    if (!analysis.outcome.empty()) {
      check_outcome(loaded, analysis.outcome, waves_of(analysis), "the analysis " + analysis.id, analysis.at, problems);
    }
  }
}

} // namespace canvass::study_parts
