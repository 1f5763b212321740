#include "engine/core/text.hpp"
#include "engine/study/parts.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace canvass::study_parts {

namespace {

constexpr std::array<std::pair<std::string_view, Adjustment>, 7> adjustments = {{{"none", Adjustment::none},
                                                                                 {"holm", Adjustment::holm},
                                                                                 {"hochberg", Adjustment::hochberg},
                                                                                 {"hommel", Adjustment::hommel},
                                                                                 {"bh", Adjustment::bh},
                                                                                 {"by", Adjustment::by},
                                                                                 {"westfall_young", Adjustment::westfall_young}}};

/// Keys of an analysis that are read here; every other scalar key is an option for the procedure.
const std::vector<std::string>& known_keys() {
  static const std::vector<std::string> keys = {"id",        "procedure", "outcome", "family",  "contrast",
                                                "contrasts", "primary",   "expect",  "because", "smallest_change_that_matters"};
  return keys;
}

std::optional<Adjustment> read_adjustment(YamlMap& map, Problems& problems) {
  const auto text = map.string("adjust");
  if (!text) {
    return std::nullopt;
  }
  for (const auto& [name, adjustment] : adjustments) {
    if (name == *text) {
      return adjustment;
    }
  }
  std::vector<std::string> names;
  for (const auto& row : adjustments) {
    names.emplace_back(row.first);
  }
  problems.error(map.at("adjust"),
                 fmt::format("\"{}\" is no adjustment; it is one of {}{}", *text, either_of(names), did_you_mean(*text, names)));
  return std::nullopt;
}

void read_families(const YamlNode* node, Study& study, Problems& problems) {
  if (node == nullptr) {
    return;
  }
  if (node->kind != YamlNode::Kind::mapping) {
    problems.error(
        node->at,
        "`families` is no mapping; write one line a family, such as legitimacy: {items_of: self_legitimacy, adjust: westfall_young}");
    return;
  }
  IdsSeen ids("family");
  for (const YamlEntry& entry : node->entries) {
    Family family;
    family.id = entry.key;
    family.at = entry.key_at;
    if (!is_id(family.id)) {
      problems.error(
          entry.key_at,
          fmt::format("\"{}\" cannot be the id of a family; ids have letters, digits, _ . and -, and start with a letter or _", family.id));
    }
    ids.add(family.id, family.at, problems);
    YamlMap map(entry.value, "a family", problems);
    family.items_of = map.string("items_of").value_or("");
    family.outcomes = map.strings("outcomes");
    family.adjust = read_adjustment(map, problems).value_or(Adjustment::holm);
    if (map.has("items_of") == map.has("outcomes")) {
      problems.error(entry.key_at,
                     fmt::format("the family {} needs either `items_of: SCALE` or `outcomes: [..]`, and not both", family.id));
    }
    for (std::size_t i = 0; i < family.outcomes.size(); ++i) {
      if (std::find(family.outcomes.begin(), family.outcomes.begin() + static_cast<std::ptrdiff_t>(i), family.outcomes[i]) !=
          family.outcomes.begin() + static_cast<std::ptrdiff_t>(i)) {
        problems.error(map.at("outcomes"),
                       fmt::format("\"{}\" stands twice in the family {}; leave one out", family.outcomes[i], family.id));
      }
    }
    map.finish();
    study.plan.families.push_back(std::move(family));
  }
}

void read_contrasts(YamlMap& map, PlannedAnalysis& analysis, const Study& study, Problems& problems) {
  if (map.has("contrast") && map.has("contrasts")) {
    problems.error(map.at("contrast"), "both `contrast` and `contrasts` are given; leave one out");
  }
  for (const std::string_view key : {std::string_view("contrasts"), std::string_view("contrast")}) {
    const YamlNode* node = map.node(key);
    if (node == nullptr) {
      continue;
    }
    std::vector<const YamlNode*> texts;
    if (node->kind == YamlNode::Kind::sequence) {
      for (const YamlNode& item : node->items) {
        texts.push_back(&item);
      }
    } else {
      texts.push_back(node);
    }
    for (const YamlNode* text : texts) {
      if (text->kind != YamlNode::Kind::scalar) {
        problems.error(text->at, "a contrast is written later minus earlier, such as T3-T1");
        continue;
      }
      const auto contrast = read_contrast(text->text, text->at, study, problems);
      if (!contrast) {
        continue;
      }
      if (std::find(analysis.contrasts.begin(), analysis.contrasts.end(), *contrast) != analysis.contrasts.end()) {
        problems.error(text->at, fmt::format("the contrast {} stands twice; leave one out", study.name(*contrast)));
      } else {
        analysis.contrasts.push_back(*contrast);
      }
    }
  }
}

/// The contrasts of an analysis as a person reads them; "none" if there are none.
std::string contrasts_in_words(const PlannedAnalysis& analysis, const Study& study) {
  std::vector<std::string> names;
  for (const Contrast& contrast : analysis.contrasts) {
    names.push_back(study.name(contrast));
  }
  return names.empty() ? std::string("none") : join(names, ", ");
}

void read_expectations(const YamlNode* node, PlannedAnalysis& analysis, const Study& study, Problems& problems) {
  if (node == nullptr) {
    return;
  }
  const auto read_direction = [&](const YamlNode& value) -> std::optional<Expect> {
    if (value.text == "up" || value.text == "down" || value.text == "same") {
      return value.text == "up" ? Expect::up : value.text == "down" ? Expect::down : Expect::same;
    }
    problems.error(value.at, fmt::format("an expectation is up, down or same (found \"{}\")", value.text));
    return std::nullopt;
  };
  if (node->kind == YamlNode::Kind::scalar && analysis.contrasts.size() == 1) {
    if (const auto expect = read_direction(*node)) {
      analysis.expect.emplace_back(analysis.contrasts[0], *expect);
    }
    return;
  }
  if (node->kind != YamlNode::Kind::mapping) {
    problems.error(node->at, "`expect` says up, down or same for each contrast, such as {T2-T1: down, T3-T1: up}");
    return;
  }
  for (const YamlEntry& entry : node->entries) {
    const auto contrast = read_contrast(entry.key, entry.key_at, study, problems);
    const auto expect = read_direction(entry.value);
    if (!contrast || !expect) {
      continue;
    }
    if (std::find(analysis.contrasts.begin(), analysis.contrasts.end(), *contrast) == analysis.contrasts.end()) {
      problems.error(entry.key_at, fmt::format("{} is expected to go {} but is not among the contrasts of {} ({})", entry.key,
                                               entry.value.text, analysis.id, contrasts_in_words(analysis, study)));
      continue;
    }
    analysis.expect.emplace_back(*contrast, *expect);
  }
}

void read_options(const YamlNode& node, PlannedAnalysis& analysis, Problems& problems) {
  for (const YamlEntry& entry : node.entries) {
    const auto& known = known_keys();
    if (std::find(known.begin(), known.end(), entry.key) != known.end()) {
      continue;
    }
    // A slip in a common key would otherwise pass as an option that nobody reads. `outcomes` is an option of some procedures, and no slip.
    const std::string hint = entry.key == "outcomes" ? std::string() : did_you_mean(entry.key, known);
    if (!hint.empty()) {
      problems.error(entry.key_at, fmt::format("an analysis has no key `{}`{}", entry.key, hint));
    } else if (entry.value.kind != YamlNode::Kind::scalar) {
      problems.error(entry.value.at,
                     fmt::format("the option `{}` of {} is no single value; options are one word, number or text", entry.key, analysis.id));
    } else {
      analysis.options.emplace(entry.key, entry.value.text);
    }
  }
}

PlannedAnalysis read_analysis(const YamlNode& node, const Study& study, Problems& problems) {
  PlannedAnalysis analysis;
  analysis.at = node.at;
  YamlMap map(node, "an analysis", problems);
  analysis.id = map.required_id("id").value_or("");
  analysis.procedure = map.required_id("procedure").value_or("");
  analysis.outcome = map.string("outcome").value_or("");
  analysis.family = map.string("family").value_or("");
  analysis.because = map.string("because").value_or("");
  if (map.has("outcome") && map.has("family")) {
    problems.error(
        map.at("family"),
        fmt::format("the analysis {} has both an outcome and a family; a family is tested in an analysis of its own", analysis.id));
  }
  if (!analysis.family.empty() && study.plan.family(analysis.family) == nullptr) {
    const auto families = ids_of(study.plan.families);
    problems.error(map.at("family"),
                   fmt::format("there is no family \"{}\"; the plan has {}{}", analysis.family,
                               families.empty() ? "none" : join(families, ", "), did_you_mean(analysis.family, families)));
  }
  read_contrasts(map, analysis, study, problems);
  if (!analysis.family.empty() && analysis.contrasts.size() > 1) {
    problems.error(
        map.at(map.has("contrasts") ? "contrasts" : "contrast"),
        fmt::format("the family {} is tested on {} contrasts in one analysis; one contrast makes a family: write an analysis for each",
                    analysis.family, analysis.contrasts.size()));
  }
  if (const auto text = map.string("primary")) {
    const auto primary = read_contrast(*text, map.at("primary"), study, problems);
    if (primary && std::find(analysis.contrasts.begin(), analysis.contrasts.end(), *primary) == analysis.contrasts.end()) {
      problems.error(map.at("primary"),
                     fmt::format("the primary contrast {} is not among the contrasts of {} ({}); add it there, or name one of them", *text,
                                 analysis.id, contrasts_in_words(analysis, study)));
    } else {
      analysis.primary = primary;
    }
  }
  if (const auto bound = map.number("smallest_change_that_matters")) {
    if (*bound > 0) {
      analysis.smallest_change_that_matters = bound;
    } else {
      problems.error(map.at("smallest_change_that_matters"),
                     fmt::format("the smallest change that matters is a distance above 0, in points of the scale (found {}); the direction "
                                 "stands in `expect` and in `desired_direction`",
                                 shortest(*bound)));
    }
  }
  read_expectations(map.node("expect"), analysis, study, problems);
  read_options(node, analysis, problems);
  return analysis;
}

} // namespace

std::optional<Contrast> read_contrast(std::string_view text, const Position& at, const Study& study, Problems& problems) {
  // Ids of waves may hold '-', so every '-' may be the minus.
  std::vector<Contrast> readings;
  for (std::size_t i = text.find('-'); i != std::string_view::npos; i = text.find('-', i + 1)) {
    const std::size_t left = study.wave(trim(text.substr(0, i)));
    const std::size_t right = study.wave(trim(text.substr(i + 1)));
    if (left != Study::npos && right != Study::npos) {
      readings.push_back({left, right, at});
    }
  }
  const auto waves = ids_of(study.waves);
  if (readings.size() > 1) {
    problems.error(at, fmt::format("the contrast \"{}\" can be read in {} ways; give the waves ids without '-'", text, readings.size()));
    return std::nullopt;
  }
  if (readings.empty()) {
    std::string hint;
    const std::size_t minus = text.find('-');
    if (minus != std::string_view::npos && std::count(text.begin(), text.end(), '-') == 1) {
      for (const std::string_view side : {trim(text.substr(0, minus)), trim(text.substr(minus + 1))}) {
        if (hint.empty() && study.wave(side) == Study::npos) {
          hint = fmt::format(": there is no wave \"{}\"{}", side, did_you_mean(side, waves));
        }
      }
    }
    problems.error(at, fmt::format("\"{}\" is no contrast{}; contrasts are written later minus earlier over the waves {}", text, hint,
                                   waves.empty() ? "(none)" : join(waves, ", ")));
    return std::nullopt;
  }
  Contrast contrast = readings[0];
  if (contrast.later == contrast.earlier) {
    problems.error(at, fmt::format("the contrast \"{}\" compares a wave with itself", text));
    return std::nullopt;
  }
  if (contrast.later < contrast.earlier) {
    problems.error(at, fmt::format("the contrast \"{}\" is the wrong way round; contrasts are later minus earlier: write {}-{}", text,
                                   study.waves[contrast.earlier].id, study.waves[contrast.later].id));
    return std::nullopt;
  }
  return contrast;
}

void read_plan(const YamlNode* node, Study& study, Problems& problems) {
  if (node == nullptr) {
    return;
  }
  Plan& plan = study.plan;
  plan.at = node->at;
  YamlMap map(*node, "the plan", problems);
  if (const auto level = map.number("significance_level")) {
    if (*level > 0 && *level <= 0.5) {
      plan.significance_level = *level;
    } else {
      problems.error(map.at("significance_level"),
                     fmt::format("the significance level lies above 0 and up to 0.5 (found {}); 0.05 is usual", shortest(*level)));
    }
  }
  if (const auto conventions = map.integer("conventions")) {
    if (*conventions != 1) {
      problems.error(map.at("conventions"), fmt::format("conventions {} are not known; this program has conventions 1", *conventions));
    }
  }
  if (const auto text = map.string("seed")) {
    const auto seed = parse_int64(*text);
    if (seed && *seed >= 0) {
      plan.seed = static_cast<std::uint64_t>(*seed);
    } else {
      problems.error(
          map.at("seed"),
          fmt::format("the seed is a whole number of 0 or more (found \"{}\"), such as the day of the first wave: 20260222", *text));
    }
  }
  if (const auto permutations = map.integer("permutations")) {
    if (*permutations >= 999 && *permutations <= 10'000'000) {
      plan.permutations = static_cast<std::size_t>(*permutations);
    } else {
      problems.error(map.at("permutations"), fmt::format("permutations are 999 to 10000000 (found {}); 100000 is usual", *permutations));
    }
  }
  read_families(map.node("families"), study, problems);
  IdsSeen ids("analysis");
  for (const YamlNode* item : map.sequence("analyses")) {
    PlannedAnalysis analysis = read_analysis(*item, study, problems);
    if (!analysis.id.empty()) {
      ids.add(analysis.id, analysis.at, problems);
    }
    plan.analyses.push_back(std::move(analysis));
  }
  map.finish();
}

} // namespace canvass::study_parts
