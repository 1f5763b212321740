#ifndef CANVASS_ENGINE_ANALYSIS_TEMPLATES_TEMPLATE_HPP
#define CANVASS_ENGINE_ANALYSIS_TEMPLATES_TEMPLATE_HPP

#include "engine/analysis/run.hpp"

#include <span>
#include <string_view>

namespace canvass::analysis {

/// A row of the template table: what `report: {template: NAME}` may say.
struct Template {
  std::string_view name;
  std::string_view summary;
  report::Document (*make)(const Input& input, const Analysed& analysed, const Options& options);
};

std::span<const Template> templates();
const Template* find_template(std::string_view name);

report::Document make_cohort_evaluation(const Input& input, const Analysed& analysed, const Options& options);

} // namespace canvass::analysis

#endif
