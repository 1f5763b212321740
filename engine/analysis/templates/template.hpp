#ifndef CANVASS_ENGINE_ANALYSIS_TEMPLATES_TEMPLATE_HPP
#define CANVASS_ENGINE_ANALYSIS_TEMPLATES_TEMPLATE_HPP

#include "engine/analysis/run.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace canvass::analysis {

/// A row of the template table: what `report: {template: NAME}` may say.
struct Template {
  std::string_view name;
  std::string_view summary;
  /// Analyses that the template shows besides the plan's; their ids are its own unless the plan uses them.
  std::vector<PlannedAnalysis> (*standing)(const LoadedStudy& study);
  report::Document (*make)(const Input& input, const Analysed& analysed, const Options& options);
};

std::span<const Template> templates();
const Template* find_template(std::string_view name);
/// The sentence about a template that is not there, with those that are.
std::string no_such_template(const std::string& name);

/// A standing analysis without options.
PlannedAnalysis standing(std::string id, std::string procedure);

std::vector<PlannedAnalysis> cohort_evaluation_shows(const LoadedStudy& study);
report::Document make_cohort_evaluation(const Input& input, const Analysed& analysed, const Options& options);

std::vector<PlannedAnalysis> annual_survey_shows(const LoadedStudy& study);
report::Document make_annual_survey(const Input& input, const Analysed& analysed, const Options& options);

/// Places among peers and trends of the published series that bear them: of the unit that the study is about, or of its areas.
std::vector<PlannedAnalysis> published_shows(const LoadedStudy& study);
report::Document make_published_figures(const Input& input, const Analysed& analysed, const Options& options);

std::vector<PlannedAnalysis> town_poll_shows(const LoadedStudy& study);
report::Document make_town_poll(const Input& input, const Analysed& analysed, const Options& options);

} // namespace canvass::analysis

#endif
