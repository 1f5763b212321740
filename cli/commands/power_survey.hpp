#ifndef CANVASS_CLI_COMMANDS_POWER_SURVEY_HPP
#define CANVASS_CLI_COMMANDS_POWER_SURVEY_HPP

#include "engine/study/model.hpp"

#include <optional>
#include <string>
#include <vector>

namespace canvass::cli::commands {

/// How a survey of the public is to be made. Shares are 0 .. 1.
struct SurveyDesign {
  double sent = 0;             ///< questionnaires in a wave
  std::vector<double> returns; ///< shares that come back: one table line each
  double share = 0.5;          ///< that half widths are given for; .5 is the worst
  double design_effect = 1;
};

/// What the areas of each level can show, and how many answers one of the narrowest level takes. In equal parts: an area with more people
/// that is sent more shows more.
std::string survey_plan(const LoadedStudy& study, const SurveyDesign& design);

} // namespace canvass::cli::commands

#endif
