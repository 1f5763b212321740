#include "engine/simulate/design_parts.hpp"

#include "engine/core/text.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace canvass::simulate {

bool known_id(const std::string& id, const std::vector<std::string>& ids, const std::string& what, const Position& at, Problems& problems) {
  if (std::find(ids.begin(), ids.end(), id) != ids.end()) {
    return true;
  }
  const std::string hint = did_you_mean(id, ids);
  problems.error(at, fmt::format("{}: the study has no \"{}\"{}", what, id,
                                 hint.empty() && !ids.empty() && ids.size() <= 12 ? "; it is one of " + either_of(ids) : hint));
  return false;
}

void share_of(YamlMap& map, std::string_view key, double& into, Problems& problems) {
  if (const auto value = map.number(key)) {
    if (*value < 0 || *value > 1) {
      problems.error(map.at(key), fmt::format("`{}` must lie between 0 and 1 (found {})", key, shortest(*value)));
    }
    into = *value;
  }
}

void numbers_of(const YamlNode* node, const std::string& what, const std::vector<std::string>& ids, std::map<std::string, double>& into,
                bool chance, Problems& problems) {
  if (node == nullptr) {
    return;
  }
  if (node->kind != YamlNode::Kind::mapping) {
    problems.error(node->at, what + " must be a mapping of ids to numbers");
    return;
  }
  for (const YamlEntry& entry : node->entries) {
    const auto value = parse_double(entry.value.text);
    if (!known_id(entry.key, ids, what, entry.key_at, problems)) {
      continue;
    }
    if (!value || (chance && (*value < 0 || *value > 1))) {
      problems.error(entry.value.at, fmt::format("{} of {} must be a number{} (found \"{}\")", what, entry.key,
                                                 chance ? " from 0 to 1" : "", entry.value.text));
      continue;
    }
    into[entry.key] = *value;
  }
}

std::vector<std::string> offered_names(const LoadedStudy& study) {
  std::vector<std::string> names;
  for (const MissingCode& code : study.instrument().missing) {
    if (!code.system) {
      names.push_back(code.name);
    }
  }
  return names;
}

} // namespace canvass::simulate
