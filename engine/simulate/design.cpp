#include "engine/core/text.hpp"
#include "engine/core/yaml.hpp"
#include "engine/simulate/simulate.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>

namespace canvass::simulate {
namespace {

template <typename Rows> std::vector<std::string> ids_of(const Rows& rows) {
  std::vector<std::string> ids;
  for (const auto& row : rows) {
    ids.push_back(row.id);
  }
  return ids;
}

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
    read_people(map.node("people"), design);
    design.person_prefix = map.string("prefix").value_or("P");
    read_groups(map.node("groups"), design);
    read_columns(map.node("columns"), design);
    share(map, "person_sd", design.person_sd);
    share(map, "item_correlation", design.item_correlation);
    share(map, "stability", design.stability);
    share(map, "blank", design.blank);
    if (const auto level = map.number("dropout_by_level")) {
      design.dropout_by_level = *level;
    }
    design.dropout = map.boolean("dropout").value_or(true);
    if (design.person_sd * design.person_sd + design.group_sd * design.group_sd > 1) {
      problems_.error(map.at("person_sd"),
                      "the squares of `person_sd` and of `sd` of `groups` add up to more than 1, the whole variance of "
                      "an answer; make one smaller");
    }
    numbers(map.node("difficulty"), "`difficulty`", variables_, design.difficulty, false);
    numbers(map.node("missing"), "`missing`", missing_names(), design.missing, true);
    numbers(map.node("wave_missing"), "`wave_missing`", waves_, design.wave_missing, true);
    read_shares(map.node("shares"), design);
    for (const YamlNode* item : map.sequence("effects")) {
      read_effect(*item, design);
    }
    design.texts = map.strings("texts");
    map.finish();
    return design;
  }

private:
  std::vector<std::string> missing_names() const {
    std::vector<std::string> names;
    for (const MissingCode& code : study_.instrument().missing) {
      if (!code.system) {
        names.push_back(code.name);
      }
    }
    return names;
  }

  /// A number from 0 to 1.
  void share(YamlMap& map, std::string_view key, double& into) {
    if (const auto value = map.number(key)) {
      if (*value < 0 || *value > 1) {
        problems_.error(map.at(key), fmt::format("`{}` must lie between 0 and 1 (found {})", key, shortest(*value)));
      }
      into = *value;
    }
  }

  bool known(const std::string& id, const std::vector<std::string>& ids, const std::string& what, const Position& at) {
    if (std::find(ids.begin(), ids.end(), id) != ids.end()) {
      return true;
    }
    const std::string hint = did_you_mean(id, ids);
    problems_.error(at, fmt::format("{}: the study has no \"{}\"{}", what, id,
                                    hint.empty() && ids.size() <= 12 ? "; it is one of " + either_of(ids) : hint));
    return false;
  }

  void numbers(const YamlNode* node, const std::string& what, const std::vector<std::string>& ids, std::map<std::string, double>& into,
               bool chance) {
    if (node == nullptr) {
      return;
    }
    if (node->kind != YamlNode::Kind::mapping) {
      problems_.error(node->at, what + " must be a mapping of ids to numbers");
      return;
    }
    for (const YamlEntry& entry : node->entries) {
      const auto value = parse_double(entry.value.text);
      if (!known(entry.key, ids, what, entry.key_at)) {
        continue;
      }
      if (!value || (chance && (*value < 0 || *value > 1))) {
        problems_.error(entry.value.at, fmt::format("{} of {} must be a number{} (found \"{}\")", what, entry.key,
                                                    chance ? " from 0 to 1" : "", entry.value.text));
        continue;
      }
      into[entry.key] = *value;
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
      if (known(entry.key, arms_, "`people`", entry.key_at)) {
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
    share(map, "sd", design.group_sd);
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
    effect.arm = map.string("arm").value_or("");
    effect.wave = map.required_string("wave").value_or("");
    map.required_node("shift");
    effect.shift = map.number("shift").value_or(0);
    map.finish();
    if (!effect.scale.empty()) {
      known(effect.scale, outcomes_, "an effect", map.at("scale"));
    }
    if (!effect.arm.empty()) {
      known(effect.arm, arms_, "an effect", map.at("arm"));
    }
    if (!effect.wave.empty()) {
      known(effect.wave, waves_, "an effect", map.at("wave"));
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
