#ifndef CANVASS_ENGINE_ANALYSIS_PLAN_OPTIONS_HPP
#define CANVASS_ENGINE_ANALYSIS_PLAN_OPTIONS_HPP

#include "engine/stats/multiplicity.hpp"
#include "engine/study/model.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Options of planned analyses, read strictly: what is wrong is an InputError with the analysis' place, what was found and what is allowed.
/// `canvass check` reads them by the same functions as the run.
namespace canvass::analysis {

/// The option's value, which must be one of `allowed`; where it is not given, the first of them.
std::string choice_in(const PlannedAnalysis& analysis, const std::string& option, std::span<const std::string_view> allowed);

/// The option's words, which stand between spaces; none where it is not given.
std::vector<std::string> words_in(const PlannedAnalysis& analysis, const std::string& option);

/// `outcomes`, else `outcome`, else those of the family, else nothing. Each is an indicator, a scale, or a question whose answers are codes
/// or numbers. @throws InputError an outcome that is none of these
std::vector<std::string> outcomes_named(const LoadedStudy& study, const PlannedAnalysis& analysis);

/// Is it an indicator, a scale, or a question whose answers are codes or numbers? @throws InputError it is not; `option` names it
void check_is_number(const LoadedStudy& study, const PlannedAnalysis& analysis, std::string_view option, const std::string& name);

/// The variable, whose answers come from a list. @throws InputError it is not; `option` names it
const Variable& question_in(const LoadedStudy& study, const PlannedAnalysis& analysis, std::string_view option, const std::string& name);

/// A question whose answers come from a list, or a level of the areas. @throws InputError it is neither
void check_makes_groups(const LoadedStudy& study, const PlannedAnalysis& analysis, std::string_view option, const std::string& name);

/// How the tests of one analysis are taken together: as its family says, else by Holm. @throws InputError the family draws people anew
stats::Adjustment adjustment_of(const Study& study, const PlannedAnalysis& analysis);

} // namespace canvass::analysis

#endif
