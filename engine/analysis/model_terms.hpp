#ifndef CANVASS_ENGINE_ANALYSIS_MODEL_TERMS_HPP
#define CANVASS_ENGINE_ANALYSIS_MODEL_TERMS_HPP

#include "engine/analysis/procedure.hpp"
#include "engine/analysis/sample.hpp"
#include "engine/survey/predictors.hpp"

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

/// The right-hand side of a model, from the names in a plan: a question with a list of answers or a level of the areas is a factor, an
/// indicator or one tick is 0 or 1, a scale or a number is a number.
namespace canvass::analysis {

/// What a column of the model compares.
struct ModelColumn {
  std::string term;
  std::string level, reference; ///< of a factor, or "1" and "0" of a share; both empty for a number
  std::size_t n = 0;            ///< people who count and have the level
  std::size_t n_reference = 0;  ///< people who count and have the reference
};

struct ModelTerms {
  survey::Predictors predictors;
  std::vector<ModelColumn> columns; ///< one a column of the predictors
};

/// The references that `reference: "sex=2 age_band=1"` names, by predictor.
/// @throws InputError no predictor of that name, one that is no factor, a level that it has not
std::map<std::string, std::string> references_of(const LoadedStudy& study, const PlannedAnalysis& analysis,
                                                 const std::vector<std::string>& predictors);

/// @throws InputError a predictor that is neither a group nor a number
void check_predictor(const LoadedStudy& study, const PlannedAnalysis& analysis, const std::string& name);

/// Over the people of a wave whose outcome is there; levels that none of those who count has get no column. Where no reference is named it
/// is the first of the list that anybody has. @throws DomainError a factor that does not vary, a reference that nobody has
ModelTerms model_terms(const Context& context, const WaveSample& wave, std::span<const double> outcome,
                       const std::vector<std::string>& predictors, const std::map<std::string, std::string>& references);

} // namespace canvass::analysis

#endif
