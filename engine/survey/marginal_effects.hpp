#ifndef CANVASS_ENGINE_SURVEY_MARGINAL_EFFECTS_HPP
#define CANVASS_ENGINE_SURVEY_MARGINAL_EFFECTS_HPP

#include "engine/stats/inference.hpp"
#include "engine/survey/glm.hpp"

#include <string>
#include <vector>

namespace canvass::survey {

/// Average marginal effects on the mean of the outcome (logistic: on the share, 0.05 = 5 percentage points), weighted over the rows
/// that count. A number: the mean slope. A level of a factor: the mean of "everybody has this level" less "everybody has the
/// reference", all else as it is; a number that is only ever 0 or 1 is treated so too.
struct MarginalEffects {
  std::vector<std::string> names;        ///< of the columns, as Predictors::names()
  std::vector<stats::Inference> effects; ///< df_residual of the model
  stats::Matrix covariance;              ///< of all effects: J V J' with the model's covariance V, whatever made it
};

/// Errors by the delta method, with the people as they are. Same as: marginaleffects::avg_slopes / avg_comparisons with wts.
/// @throws DomainError the predictors are not those of the fit
MarginalEffects marginal_effects(const PreparedDesign& design, const Predictors& predictors, const GlmFit& fit, double level = 0.95);

} // namespace canvass::survey

#endif
