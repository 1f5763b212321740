#ifndef CANVASS_ENGINE_ANALYSIS_PROTECT_MODELS_HPP
#define CANVASS_ENGINE_ANALYSIS_PROTECT_MODELS_HPP

#include "engine/analysis/complement.hpp"
#include "engine/report/estimate.hpp"
#include "engine/study/model.hpp"

#include <set>
#include <vector>

/// Levels of a model's predictors: where few people have one, its coefficient speaks of them.
namespace canvass::analysis {

/// A level (the reference, too) with fewer than `min_base` people, or whose cell is withheld elsewhere, is hidden; then as many of the
/// other levels of the predictor, the smallest first, that two or more with `min_base` people among them are: the mean of everybody and all
/// coefficients but one would tell the one. With a hidden level go the test of its predictor and how well the model fits; with a hidden
/// reference the constant, the thresholds and all levels of the predictor. `leaving` is aligned with `rows` and is added to.
void withhold_levels_of_models(const report::Estimates& rows, std::vector<bool>& leaving, const Disclosure& policy,
                               const std::set<SummedCell>& withheld_cells);

/// Fewest people behind what each row of a model says of a level: of the level and of its reference; of a row of everybody that a level's
/// mean could be read from (constant, thresholds, how well it fits), of all levels. Infinite for other rows.
std::vector<double> fewest_behind_models(const report::Estimates& rows);

} // namespace canvass::analysis

#endif
