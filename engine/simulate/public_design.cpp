#include "engine/core/text.hpp"
#include "engine/simulate/design_parts.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace canvass::simulate {
namespace {

constexpr int most_people = 10'000'000;

/// One number for all waves, or a mapping of waves.
template <typename Take> void by_wave(const YamlNode* node, std::string_view key, const LoadedStudy& study, Problems& problems, Take take) {
  if (node == nullptr) {
    return;
  }
  const std::vector<std::string> waves = ids_of(study.study.waves);
  if (node->kind == YamlNode::Kind::scalar) {
    for (const std::string& wave : waves) {
      take(wave, *node);
    }
    return;
  }
  if (node->kind != YamlNode::Kind::mapping) {
    problems.error(node->at, fmt::format("`{}` must be one number, or a mapping of waves to numbers", key));
    return;
  }
  for (const YamlEntry& entry : node->entries) {
    if (known_id(entry.key, waves, fmt::format("`{}`", key), entry.key_at, problems)) {
      take(entry.key, entry.value);
    }
  }
}

/// Every variable that some wave asks, with its codes where it has any.
const ChoiceList* codes_of(const LoadedStudy& study, const std::string& id) {
  for (const auto& instrument : study.instrument_of_wave) {
    const std::size_t index = instrument->variable(id);
    if (index != Instrument::npos && !instrument->variables[index].list.empty()) {
      return instrument->list(instrument->variables[index].list);
    }
  }
  return nullptr;
}

std::vector<std::string> variables_with_codes(const LoadedStudy& study) {
  std::vector<std::string> ids;
  for (const auto& instrument : study.instrument_of_wave) {
    for (const Variable& variable : instrument->variables) {
      if (!variable.list.empty()) {
        ids.push_back(variable.id);
      }
    }
  }
  return ids;
}

std::optional<int> code_at(const ChoiceList& list, const std::string& text, const Position& at, const std::string& what,
                           Problems& problems) {
  for (const Choice& choice : list.choices) {
    if (text == std::to_string(choice.code) || (!choice.name.empty() && text == choice.name)) {
      return choice.code;
    }
  }
  std::vector<std::string> codes;
  for (const Choice& choice : list.choices) {
    codes.push_back(std::to_string(choice.code));
  }
  problems.error(at, fmt::format("{} has no code \"{}\"; allowed are {}", what, first_characters(text, 40), join(codes, ", ")));
  return std::nullopt;
}

std::optional<std::size_t> area_at(const std::string& name, const Position& at, const LoadedStudy& study, Problems& problems) {
  const AreaTree& tree = study.study.survey->areas;
  const std::size_t area = tree.find(name);
  if (area == AreaTree::npos) {
    problems.error(at, fmt::format("the study has no area \"{}\"{}", first_characters(name, 60), tree.did_you_mean(name)));
    return std::nullopt;
  }
  return area;
}

void read_sending(YamlMap& map, const LoadedStudy& study, Design& design, Problems& problems) {
  by_wave(map.node("sent"), "sent", study, problems, [&](const std::string& wave, const YamlNode& value) {
    const auto number = parse_int(value.text);
    if (!number || *number < 1 || *number > most_people) {
      problems.error(value.at, fmt::format("`sent` must be a whole number from 1 to {} (found \"{}\")", most_people, value.text));
      return;
    }
    design.sent[wave] = *number;
  });
  design.spread_equally = map.one_of("spread", {"population", "equal"}) == "equal";
  by_wave(map.node("response"), "response", study, problems, [&](const std::string& wave, const YamlNode& value) {
    const auto number = parse_double(value.text);
    if (!number || *number < 0 || *number > 1) {
      problems.error(value.at, fmt::format("`response` must be a share from 0 to 1 (found \"{}\")", value.text));
      return;
    }
    design.response[wave] = *number;
  });
  if (const auto sd = map.number("response_area_sd")) {
    design.response_area_sd = *sd;
    if (*sd < 0 || *sd > 3) {
      problems.error(map.at("response_area_sd"), fmt::format("`response_area_sd` must lie between 0 and 3 (found {})", shortest(*sd)));
    }
  }
}

void read_response_by(const YamlNode* node, const LoadedStudy& study, Design& design, Problems& problems) {
  if (node == nullptr) {
    return;
  }
  std::vector<std::string> counted;
  for (const std::string& id : study.study.survey->population.variables) {
    if (id != "area") {
      counted.push_back(id);
    }
  }
  for (const YamlEntry& entry : node->entries) {
    const ChoiceList* list = codes_of(study, entry.key);
    if (!known_id(entry.key, counted, "`response_by`", entry.key_at, problems) || list == nullptr) {
      continue;
    }
    for (const YamlEntry& odds : entry.value.entries) {
      const auto code = code_at(*list, odds.key, odds.key_at, entry.key, problems);
      const auto number = parse_double(odds.value.text);
      if (!number || *number <= 0) {
        problems.error(odds.value.at, fmt::format("odds must be a number above 0 (found \"{}\")", odds.value.text));
      } else if (code) {
        design.response_by[entry.key][*code] = *number;
      }
    }
  }
}

void read_answers(const YamlNode* node, const LoadedStudy& study, Design& design, Problems& problems) {
  if (node == nullptr) {
    return;
  }
  const auto& sent = study.study.survey->sent;
  if (std::any_of(sent.begin(), sent.end(), [](const Dispatch& list) { return !list.empty(); })) {
    problems.error(node->at, "the study has dispatch lists, so the lists decide who answers; remove `answers`, or the lists");
  }
  for (const YamlEntry& entry : node->entries) {
    const auto area = area_at(entry.key, entry.key_at, study, problems);
    AreaAnswers made;
    by_wave(&entry.value, "answers", study, problems, [&](const std::string& wave, const YamlNode& value) {
      const auto number = parse_int(value.text);
      if (!number || *number < 0 || *number > most_people) {
        problems.error(value.at, fmt::format("`answers` must be a whole number from 0 to {} (found \"{}\")", most_people, value.text));
        return;
      }
      made.by_wave[wave] = *number;
    });
    if (area) {
      made.area = *area;
      design.answers.push_back(std::move(made));
    }
  }
}

void read_area_sd(const YamlNode* node, const LoadedStudy& study, Trait& trait, Problems& problems) {
  if (node == nullptr) {
    return;
  }
  const AreaTree& tree = study.study.survey->areas;
  const auto take = [&](std::size_t level, const YamlNode& value) {
    const auto sd = parse_double(value.text);
    if (!sd || *sd < 0 || *sd > 1) {
      problems.error(value.at, fmt::format("`area_sd` must lie between 0 and 1 (found \"{}\")", value.text));
    } else {
      trait.area_sd.emplace_back(level, *sd);
    }
  };
  if (tree.levels.empty()) {
    problems.error(node->at, "`area_sd` needs areas, and the study has none");
  } else if (node->kind == YamlNode::Kind::scalar) {
    take(tree.levels.size() - 1, *node);
  } else {
    for (const YamlEntry& entry : node->entries) {
      if (known_id(entry.key, tree.levels, "`area_sd`", entry.key_at, problems)) {
        take(tree.level(entry.key), entry.value);
      }
    }
  }
  double sum = 0;
  for (const auto& [level, sd] : trait.area_sd) {
    sum += sd * sd;
  }
  if (sum > 1) {
    problems.error(node->at, fmt::format("the squares of `area_sd` of {} add up to more than 1, the whole variance of a trait", trait.id));
  }
}

void read_trait(const YamlEntry& entry, const LoadedStudy& study, Design& design, Problems& problems) {
  Trait trait;
  trait.id = entry.key;
  trait.at = entry.key_at;
  YamlMap map(entry.value, fmt::format("the trait `{}`", entry.key), problems);
  std::vector<std::string> ids;
  for (const auto& instrument : study.instrument_of_wave) {
    for (const Variable& variable : instrument->variables) {
      ids.push_back(variable.id);
    }
  }
  map.required_node("items");
  numbers_of(map.node("items"), fmt::format("`items` of the trait {}", trait.id), ids, trait.items, false, problems);
  read_area_sd(map.node("area_sd"), study, trait, problems);
  double sum = 0;
  if (const YamlNode* with = map.node("with")) {
    std::map<std::string, double> others;
    numbers_of(with, fmt::format("`with` of the trait {}", trait.id), ids_of(design.traits), others, false, problems);
    for (std::size_t t = 0; t < design.traits.size(); ++t) {
      const auto found = others.find(design.traits[t].id);
      if (found != others.end()) {
        trait.together.emplace_back(t, found->second);
        sum += found->second * found->second;
      }
    }
  }
  if (sum > 1) {
    problems.error(map.at("with"), fmt::format("the squares of `with` of {} add up to more than 1; make one smaller", trait.id));
  }
  map.finish();
  design.traits.push_back(std::move(trait));
}

void check_correlations(const Design& design, Problems& problems) {
  std::map<std::string, double> sums;
  for (const Trait& trait : design.traits) {
    for (const auto& [id, correlation] : trait.items) {
      sums[id] += correlation * correlation;
      if (sums[id] > 1 && sums[id] - correlation * correlation <= 1) {
        problems.error(trait.at,
                       fmt::format("the squares of the correlations of {} with its traits add up to more than 1; make one smaller", id));
      }
    }
  }
}

} // namespace

void read_public(YamlMap& map, const LoadedStudy& study, Design& design, Problems& problems) {
  read_sending(map, study, design, problems);
  read_response_by(map.node("response_by"), study, design, problems);
  read_answers(map.node("answers"), study, design, problems);
  if (const YamlNode* traits = map.node("traits")) {
    for (const YamlEntry& entry : traits->entries) {
      read_trait(entry, study, design, problems);
    }
    if (map.has("person_sd")) {
      problems.error(map.at("person_sd"), "`person_sd` is for a study without `traits`; remove one of them");
    }
  }
  check_correlations(design, problems);
}

void read_public_effect(YamlMap& map, const LoadedStudy& study, const Design& design, Effect& effect, Problems& problems) {
  if (const auto trait = map.string("trait")) {
    effect.trait = *trait;
    known_id(*trait, ids_of(design.traits), "an effect", map.at("trait"), problems);
    if (!effect.scale.empty()) {
      problems.error(map.at("trait"), "an effect moves a `trait` or a `scale`, not both; make two effects");
    }
  }
  const YamlNode* where = map.node("where");
  for (const YamlEntry& entry : where == nullptr ? std::vector<YamlEntry>() : where->entries) {
    std::vector<const YamlNode*> values;
    if (entry.value.kind == YamlNode::Kind::scalar) {
      values.push_back(&entry.value);
    }
    for (const YamlNode& value : entry.value.items) {
      values.push_back(&value);
    }
    if (entry.key == "area") {
      for (const YamlNode* value : values) {
        if (const auto area = area_at(value->text, value->at, study, problems)) {
          effect.where.areas.push_back(*area);
        }
      }
      continue;
    }
    const ChoiceList* list = codes_of(study, entry.key);
    if (!known_id(entry.key, variables_with_codes(study), "`where`", entry.key_at, problems) || list == nullptr) {
      continue;
    }
    for (const Trait& trait : design.traits) {
      if (trait.items.count(entry.key) > 0) {
        problems.error(
            entry.key_at,
            fmt::format("`where` asks for {}, an item of the trait {}: what decides over traits cannot hang on them", entry.key, trait.id));
      }
    }
    std::vector<int> codes;
    for (const YamlNode* value : values) {
      if (const auto code = code_at(*list, value->text, value->at, entry.key, problems)) {
        codes.push_back(*code);
      }
    }
    effect.where.codes.emplace_back(entry.key, std::move(codes));
  }
}

} // namespace canvass::simulate
