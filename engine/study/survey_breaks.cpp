// Declared breaks: what comes after one is not compared with what came before.

#include "engine/core/text.hpp"
#include "engine/study/parts.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace canvass::study_parts {

std::vector<SeriesBreak> read_breaks(const YamlNode* node, bool with_items, Problems& problems) {
  std::vector<SeriesBreak> breaks;
  if (node == nullptr) {
    return breaks;
  }
  const char* const example = with_items ? "- {from: Y2025, why: \"Paper became an online form\"}" : "- {from: \"2025\", why: \"..\"}";
  if (node->kind != YamlNode::Kind::sequence) {
    problems.error(node->at, fmt::format("`breaks` is no list; write one line a break, such as {}", example));
    return breaks;
  }
  for (const YamlNode& item : node->items) {
    YamlMap map(item, "a break", problems);
    SeriesBreak one;
    one.at = item.at;
    one.from = map.required_string("from").value_or("");
    one.why = map.required_string("why").value_or("");
    if (with_items) {
      one.items = map.strings("items");
      if (map.has("items") && one.items.empty()) {
        problems.error(map.at("items"), "`items` names none; name the items that changed, or leave `items` out where all did");
      }
    }
    map.finish();
    if (map.has("why") && trim(one.why).empty()) {
      problems.error(map.at("why"), "the reason is empty; a reader must be told why the line is cut here");
    }
    breaks.push_back(std::move(one));
  }
  return breaks;
}

void check_breaks_of_waves(Study& study, Problems& problems) {
  std::vector<SeriesBreak>& breaks = study.survey->breaks;
  for (const SeriesBreak& one : breaks) {
    const std::size_t wave = study.wave(one.from);
    if (wave == Study::npos && !one.from.empty()) {
      const auto ids = ids_of(study.waves);
      problems.error(one.at,
                     fmt::format("a break is said to come with \"{}\", which is no wave{}; the waves are {}; name the first one after it",
                                 one.from, did_you_mean(one.from, ids), join(ids, ", ")));
    } else if (wave == 0) {
      problems.error(one.at, fmt::format("a break is said to come with {}, the first wave, before which there is nothing; name the first "
                                         "wave after the break",
                                         one.from));
    }
  }
  std::stable_sort(breaks.begin(), breaks.end(),
                   [&](const SeriesBreak& a, const SeriesBreak& b) { return study.wave(a.from) < study.wave(b.from); });
}

void check_break_items(const LoadedStudy& loaded, Problems& problems) {
  const Instrument& instrument = loaded.instrument();
  std::vector<std::string> names;
  for (const Variable& variable : instrument.variables) {
    names.push_back(variable.id);
    names.push_back(instrument.item_of(variable).id);
  }
  for (const SeriesBreak& one : loaded.study.survey->breaks) {
    for (const std::string& item : one.items) {
      if (std::find(names.begin(), names.end(), item) == names.end()) {
        problems.error(one.at, fmt::format("a break names the item \"{}\", but {}@{} does not ask it{}", item, instrument.id,
                                           instrument.version, did_you_mean(item, names)));
      }
    }
  }
}

void check_breaks_of_series(PublishedSeries& series, Problems& problems) {
  std::vector<std::string> periods;
  for (const SeriesPoint& point : series.points) {
    if (std::find(periods.begin(), periods.end(), point.period) == periods.end()) {
      periods.push_back(point.period);
    }
  }
  if (periods.empty()) {
    return; // said elsewhere
  }
  const auto place = [&](const std::string& period) { return std::find(periods.begin(), periods.end(), period) - periods.begin(); };
  for (const SeriesBreak& one : series.breaks) {
    if (!one.from.empty() && std::find(periods.begin(), periods.end(), one.from) == periods.end()) {
      problems.error(one.at,
                     fmt::format("a break of the series {} is said to come with \"{}\", of which the file has no number{}; name the "
                                 "first period after it as the file writes it (days as YYYY-MM-DD)",
                                 series.id, one.from, did_you_mean(one.from, periods)));
    }
  }
  std::stable_sort(series.breaks.begin(), series.breaks.end(),
                   [&](const SeriesBreak& a, const SeriesBreak& b) { return place(a.from) < place(b.from); });
}

bool is_broken_between(const Study& study, const Instrument& instrument, const Variable& variable, std::size_t earlier, std::size_t later) {
  if (!study.survey) {
    return false;
  }
  return std::any_of(study.survey->breaks.begin(), study.survey->breaks.end(), [&](const SeriesBreak& one) {
    const std::size_t from = study.wave(one.from);
    const bool concerns = one.items.empty() || std::any_of(one.items.begin(), one.items.end(), [&](const std::string& item) {
                            return item == variable.id || item == instrument.item_of(variable).id;
                          });
    return concerns && from != Study::npos && earlier < from && from <= later;
  });
}

} // namespace canvass::study_parts
