#ifndef CANVASS_ENGINE_EXCHANGE_IMPORT_COLUMNS_HPP
#define CANVASS_ENGINE_EXCHANGE_IMPORT_COLUMNS_HPP

#include "engine/core/error.hpp"
#include "engine/exchange/import/translate.hpp"
#include "engine/exchange/mapping.hpp"
#include "engine/study/model.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace canvass::exchange {

/// What one column of a file is for.
struct ColumnUse {
  enum class Role { unnamed, ignored, person, wave, arm, area, stratum, cluster, weight, answered_at, answer } role = Role::unnamed;
  std::string header; ///< as in the file
  Position at;
  std::size_t wave = Study::npos; ///< of an answer or answered_at in a wide file
  /// One a wave of the study, shared by waves of one instrument; null where the wave's version lacks the variable. A wide column has
  /// only its wave's.
  std::vector<std::shared_ptr<Translator>> translators;
};

/// The header of a file settled against map and study.
struct ColumnPlan {
  std::vector<ColumnUse> uses;          ///< one a column
  std::size_t fixed_wave = Study::npos; ///< all rows are of this wave
  std::vector<std::string> ignored;
};

/// Settles every column. What nobody claims, what is claimed twice and what is claimed but not there are errors, all at once; so is an
/// area that the study's frame names and nothing tells, unless `allow_missing_frame`.
ColumnPlan settle_columns(const std::vector<std::string>& headers, const std::vector<Position>& places, const Mapping& mapping,
                          const LoadedStudy& study, const std::string& wave_option, bool allow_missing_frame, Problems& problems);

/// Index of the wave meant by a text: what `values` says, an id, a label or, where no id is like that, its number from 1.
std::size_t wave_meant(std::string_view text, const Recode& values, const Study& study);
/// Arm id meant by a text; empty if none.
std::string arm_meant(std::string_view text, const Recode& values, const Study& study);

/// Wave word and variable part of a wide header by the map's pattern: each way to take it apart.
std::vector<std::pair<std::size_t, std::string>> take_apart(std::string_view header, const Mapping& mapping, const Study& study);

} // namespace canvass::exchange

#endif
