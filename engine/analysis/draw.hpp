#ifndef CANVASS_ENGINE_ANALYSIS_DRAW_HPP
#define CANVASS_ENGINE_ANALYSIS_DRAW_HPP

#include "engine/dataset/dataset.hpp"
#include "engine/study/model.hpp"
#include "engine/survey/design.hpp"
#include "engine/survey/nonresponse.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

/// How the people of one wave were drawn, in the form that engine/survey takes: stages, chances, replicate weights, and who was asked.
namespace canvass::analysis {

/// Rows of a wave in the order of the file that says how people were drawn (a systematic sample is read in its order); as they are where
/// there is no such file. @throws InputError a wave with answers and no file; people who answered and are not in it, with their count
std::vector<std::size_t> in_order_of_draw(const LoadedStudy& study, const Dataset& dataset, std::size_t wave,
                                          std::vector<std::size_t> rows);

/// Stages, names of strata, chances and given replicate weights, for rows in_order_of_draw(). `people`: of each area, for the size of
/// strata that follows from the areas within. Weights are left as they are.
/// @throws InputError, DomainError what the engine refuses of chances and replicates, with the file's name
void add_draw(survey::Design& design, const LoadedStudy& study, const Dataset& dataset, std::size_t wave, std::span<const std::size_t> rows,
              const std::vector<double>& people);

/// Replicates that the study asks for and no file holds, made from the design as it stands, calibration included; nothing where it asks for
/// none. The bootstrap follows the plan's seed. Gives what a reader must be told, or nothing.
std::string add_made_replicates(survey::Design& design, const LoadedStudy& study, unsigned threads);

/// Who was asked and who answered, in the cells of the dispatch list; empty without one.
enum class AskedBy { area, stratum, area_and_stratum };
struct Asked {
  std::vector<survey::ResponseCell> cells;
  std::vector<std::int32_t> cell; ///< of each of the rows; -1: not on the list
};
Asked asked_of(const LoadedStudy& study, const Dataset& dataset, std::size_t wave, std::span<const std::size_t> rows, AskedBy by);

} // namespace canvass::analysis

#endif
