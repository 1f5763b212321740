#ifndef CANVASS_CLI_CARRY_ON_HPP
#define CANVASS_CLI_CARRY_ON_HPP

#include "engine/study/model.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Last year's study carried on: its files, a new wave, and what a person must still see to.
namespace canvass::cli {

struct CarriedOn {
  std::vector<std::pair<std::string, std::string>> files; ///< name below the new folder, and bytes
  std::vector<std::string> to_do;                         ///< a sentence each
  std::string wave;                                       ///< id of the new wave
};

/// Areas, population, series, KPIs, tables, instruments, maps and the dispatch lists of earlier waves are copied; answers are not.
/// study.yaml keeps its comments and gets one wave more, a year after the last.
/// @throws InputError it is no survey of the public, or its waves cannot be added to
CarriedOn carry_on(const LoadedStudy& old);

/// "y2025" becomes "y2026", "T3" becomes "T4"; a text without a number is given -next.
std::string next_name(std::string_view name);

} // namespace canvass::cli

#endif
