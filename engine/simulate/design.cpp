#include "engine/core/text.hpp"
#include "engine/core/yaml.hpp"
#include "engine/simulate/design_parts.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>

namespace canvass::simulate {
namespace {

class Reader {
public:
  Reader(const LoadedStudy& study, Problems& problems) : study_(study), problems_(problems) {
    waves_ = ids_of(study.study.waves);
    arms_ = ids_of(study.study.arms);
    for (const auto& instrument : study.instrument_of_wave) {
      for (const Scale& scale : instrument->scales) {
        outcomes_.push_back(scale.id);
      }
      for (const Variable& variable : instrument->variables) {
        outcomes_.push_back(variable.id);
        variables_.push_back(variable.id);
      }
    }
  }

  Design read(const YamlNode& root) {
    Design design;
    design.at = root.at;
    YamlMap map(root, "the simulation", problems_);
    if (const auto format = map.required_integer("canvass"); format && *format != 1) {
      problems_.error(map.at("canvass"), fmt::format("the format {} is not known; this program reads format 1", *format));
    }
    map.required_id("simulation");
    share_of(map, "person_sd", design.person_sd, problems_);
    share_of(map, "blank", design.blank, problems_);
    if (study_.study.survey) {
      read_public(map, study_, design, problems_);
    } else {
      read_cohort(map, design);
    }
    if (design.person_sd * design.person_sd + design.group_sd * design.group_sd > 1) {
      problems_.error(map.at("person_sd"),
                      "the squares of `person_sd` and of `sd` of `groups` add up to more than 1, the whole variance of "
                      "an answer; make one smaller");
    }
    numbers_of(map.node("difficulty"), "`difficulty`", variables_, design.difficulty, false, problems_);
    numbers_of(map.node("missing"), "`missing`", offered_names(study_), design.missing, true, problems_);
    read_missing_of(map.node("missing_of"), design);
    numbers_of(map.node("ticks"), "`ticks`", ticks(), design.ticks, true, problems_);
    read_shares(map.node("shares"), design);
    for (const YamlNode* item : map.sequence("effects")) {
      read_effect(*item, design);
    }
    design.texts = map.strings("texts");
    map.finish();
    return design;
  }

private:
  void read_cohort(YamlMap& map, Design& design) {
    read_people(map.node("people"), design);
    design.person_prefix = map.string("prefix").value_or("P");
    read_groups(map.node("groups"), design);
    read_columns(map.node("columns"), design);
    share_of(map, "item_correlation", design.item_correlation, problems_);
    share_of(map, "stability", design.stability, problems_);
    if (const auto level = map.number("dropout_by_level")) {
      design.dropout_by_level = *level;
    }
    design.dropout = map.boolean("dropout").value_or(true);
    numbers_of(map.node("wave_missing"), "`wave_missing`", waves_, design.wave_missing, true, problems_);
  }

  std::vector<std::string> ticks() const {
    std::vector<std::string> ids;
    for (const auto& instrument : study_.instrument_of_wave) {
      for (const Variable& variable : instrument->variables) {
        if (variable.multiple) {
          ids.push_back(variable.id);
        }
      }
    }
    return ids;
  }

  /// Items and rows: what one blank or "don't know" stands for.
  void read_missing_of(const YamlNode* node, Design& design) {
    if (node == nullptr) {
      return;
    }
    if (node->kind != YamlNode::Kind::mapping) {
      problems_.error(node->at,
                      "`missing_of` must be a mapping of items and rows, each with chances by name: {q1: {dk: 0.1, blank: 0.02}}");
      return;
    }
    std::vector<std::string> ids;
    for (const auto& instrument : study_.instrument_of_wave) {
      for (const Variable& variable : instrument->variables) {
        ids.push_back(variable.choice >= 0 ? instrument->item_of(variable).id : variable.id);
      }
    }
    std::vector<std::string> names = offered_names(study_);
    names.emplace_back("blank");
    for (const YamlEntry& entry : node->entries) {
      if (known_id(entry.key, ids, "`missing_of`", entry.key_at, problems_)) {
        numbers_of(&entry.value, "`missing_of` of " + entry.key, names, design.missing_of[entry.key], true, problems_);
      }
    }
  }

  void read_people(const YamlNode* node, Design& design) {
    if (node == nullptr) {
      return;
    }
    const auto count = [&](const YamlNode& value, const std::string& arm) {
      const auto number = parse_int(value.text);
      if (!number || *number < 1 || *number > 1'000'000) {
        problems_.error(value.at, fmt::format("`people` must be a whole number from 1 to 1000000 (found \"{}\")", value.text));
      } else {
        design.people[arm] = *number;
      }
    };
    if (node->kind == YamlNode::Kind::scalar) {
      if (!arms_.empty()) {
        problems_.error(node->at, "the study has arms, so `people` says how many are in each: {" + arms_.front() + ": 40, ...}");
        return;
      }
      count(*node, "");
      return;
    }
    if (node->kind != YamlNode::Kind::mapping || arms_.empty()) {
      problems_.error(node->at,
                      arms_.empty() ? "the study has no arms, so `people` is one number" : "`people` says how many are in each arm");
      return;
    }
    for (const YamlEntry& entry : node->entries) {
      if (known_id(entry.key, arms_, "`people`", entry.key_at, problems_)) {
        count(entry.value, entry.key);
      }
    }
  }

  void read_groups(const YamlNode* node, Design& design) {
    if (node == nullptr) {
      return;
    }
    YamlMap map(*node, "`groups`", problems_);
    design.group_column = map.string("column").value_or(study_.study.assignment.group);
    design.group_size = map.integer("size").value_or(12);
    share_of(map, "sd", design.group_sd, problems_);
    if (design.group_size < 1) {
      problems_.error(map.at("size"), "`size` of `groups` must be 1 or more");
    }
    if (design.group_column.empty()) {
      problems_.error(node->at, "`groups` lacks `column`, the name of the groups' column in the people file");
    }
    map.finish();
  }

  void read_columns(const YamlNode* node, Design& design) {
    if (node == nullptr) {
      return;
    }
    if (node->kind != YamlNode::Kind::mapping) {
      problems_.error(node->at, "`columns` must be a mapping of names, each with `levels` or with `from` and `to`");
      return;
    }
    for (const YamlEntry& entry : node->entries) {
      PeopleColumn column;
      column.name = entry.key;
      column.at = entry.key_at;
      YamlMap map(entry.value, fmt::format("the column `{}`", entry.key), problems_);
      if (const YamlNode* levels = map.node("levels")) {
        for (const YamlEntry& level : levels->entries) {
          const auto weight = parse_double(level.value.text);
          if (!weight || *weight <= 0) {
            problems_.error(level.value.at,
                            fmt::format("the share of \"{}\" must be a number above 0 (found \"{}\")", level.key, level.value.text));
          }
          column.levels.emplace_back(level.key, weight.value_or(1));
        }
        if (levels->entries.empty()) {
          problems_.error(levels->at, "`levels` must be a mapping of levels to their shares, such as {female: 0.4, male: 0.6}");
        }
      }
      const auto from = map.number("from");
      const auto to = map.number("to");
      if (column.levels.empty() && (!from || !to || *from > *to)) {
        problems_.error(entry.key_at,
                        fmt::format("the column `{}` needs `levels`, or `from` and `to` with `from` not above `to`", entry.key));
      }
      column.lowest = from.value_or(0);
      column.highest = to.value_or(0);
      column.one_a_group = map.boolean("one_a_group").value_or(false);
      map.finish();
      design.columns.push_back(std::move(column));
    }
  }

  void read_shares(const YamlNode* node, Design& design) {
    if (node == nullptr) {
      return;
    }
    const Instrument& instrument = study_.instrument();
    for (const YamlEntry& entry : node->entries) {
      const ChoiceList* list = instrument.list(entry.key);
      if (const std::size_t variable = instrument.variable(entry.key); list == nullptr && variable != Instrument::npos) {
        list = instrument.list(instrument.variables[variable].list);
      }
      if (list == nullptr) {
        problems_.error(entry.key_at, fmt::format("`shares`: \"{}\" is no choice list and no variable with codes", entry.key));
        continue;
      }
      std::vector<double> shares;
      for (const YamlNode& item : entry.value.items) {
        const auto value = parse_double(item.text);
        if (!value || *value <= 0) {
          problems_.error(item.at, fmt::format("a share must be a number above 0 (found \"{}\")", item.text));
        }
        shares.push_back(value.value_or(1));
      }
      if (shares.size() != list->choices.size()) {
        problems_.error(entry.value.at, fmt::format("`shares` of {} must be a list of {} numbers, one a code, lowest code first (found {})",
                                                    entry.key, list->choices.size(), shares.size()));
        continue;
      }
      design.shares[entry.key] = std::move(shares);
    }
  }

  void read_effect(const YamlNode& node, Design& design) {
    Effect effect;
    effect.at = node.at;
    YamlMap map(node, "an effect", problems_);
    effect.scale = map.string("scale").value_or("");
    if (study_.study.survey) {
      effect.wave = map.string("wave").value_or("");
      read_public_effect(map, study_, design, effect, problems_);
    } else {
      effect.arm = map.string("arm").value_or("");
      effect.wave = map.required_string("wave").value_or("");
    }
    map.required_node("shift");
    effect.shift = map.number("shift").value_or(0);
    map.finish();
    if (!effect.scale.empty()) {
      known_id(effect.scale, outcomes_, "an effect", map.at("scale"), problems_);
    }
    if (!effect.arm.empty()) {
      known_id(effect.arm, arms_, "an effect", map.at("arm"), problems_);
    }
    if (!effect.wave.empty()) {
      known_id(effect.wave, waves_, "an effect", map.at("wave"), problems_);
    }
    design.effects.push_back(std::move(effect));
  }

  const LoadedStudy& study_;
  Problems& problems_;
  std::vector<std::string> waves_, arms_, outcomes_, variables_;
};

} // namespace

Design read_design(std::string_view bytes, const std::string& file, const LoadedStudy& study, Problems& problems) {
  Problems found;
  const YamlNode root = read_yaml(bytes, file, found);
  Design design;
  if (!found.has_errors()) {
    design = Reader(study, found).read(root);
  }
  found.sort();
  problems.add(found);
  return design;
}

Design load_design(const LoadedStudy& study) {
  const std::filesystem::path path = std::filesystem::path(study.study.folder) / "simulation.yaml";
  std::error_code error;
  if (!std::filesystem::exists(path, error)) {
    return {};
  }
  Problems problems;
  Design design = read_design(read_file(path.string()), path.string(), study, problems);
  if (problems.has_errors()) {
    throw InputError(std::move(problems));
  }
  return design;
}

} // namespace canvass::simulate
