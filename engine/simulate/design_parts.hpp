#ifndef CANVASS_ENGINE_SIMULATE_DESIGN_PARTS_HPP
#define CANVASS_ENGINE_SIMULATE_DESIGN_PARTS_HPP

/// What the readers of simulation.yaml share. Internal to this folder.

#include "engine/core/yaml.hpp"
#include "engine/simulate/simulate.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace canvass::simulate {

template <typename Rows> std::vector<std::string> ids_of(const Rows& rows) {
  std::vector<std::string> ids;
  for (const auto& row : rows) {
    ids.push_back(row.id);
  }
  return ids;
}

/// True if `id` is one of `ids`; else a problem, with the nearest of them. `what` begins the sentence.
bool known_id(const std::string& id, const std::vector<std::string>& ids, const std::string& what, const Position& at, Problems& problems);
/// Reads a number from 0 to 1 where the key is there.
void share_of(YamlMap& map, std::string_view key, double& into, Problems& problems);
/// Reads a mapping of known ids to numbers; of chances, from 0 to 1.
void numbers_of(const YamlNode* node, const std::string& what, const std::vector<std::string>& ids, std::map<std::string, double>& into,
                bool chance, Problems& problems);
/// The missing codes that respondents are offered.
std::vector<std::string> offered_names(const LoadedStudy& study);

/// The keys of a survey of the public.
void read_public(YamlMap& map, const LoadedStudy& study, Design& design, Problems& problems);
/// `trait` and `where` of an effect. Traits must have been read.
void read_public_effect(YamlMap& map, const LoadedStudy& study, const Design& design, Effect& effect, Problems& problems);

} // namespace canvass::simulate

#endif
