#ifndef CANVASS_REPORTS_CHARTS_CHART_HPP
#define CANVASS_REPORTS_CHARTS_CHART_HPP

#include "engine/report/document.hpp"
#include "reports/svg.hpp"

#include <string>
#include <vector>

namespace canvass::render {

/// The drawing of a chart, in one panel or, where it would not fit a page, several that share their scale.
std::vector<Scene> draw(const report::Chart& chart);

/// The words "Bar chart", "Forest plot" ... for a kind of chart.
std::string chart_kind(const report::Chart& chart);

/// One SVG file of a figure, to be used outside a report: headline and subtitle inside, panels under one another, title, description.
/// `simulated` draws the word, as reports do.
std::string render_chart_svg(const report::Figure& figure, bool simulated = false);

namespace charts {

std::vector<Scene> draw(const report::MeansChart& chart);
std::vector<Scene> draw(const report::StackedBarsChart& chart);
std::vector<Scene> draw(const report::ForestChart& chart);
std::vector<Scene> draw(const report::TransitionChart& chart);
std::vector<Scene> draw(const report::FlowChart& chart);

/// What is drawn where there is nothing to draw.
std::vector<Scene> nothing_to_draw();

} // namespace charts
} // namespace canvass::render

#endif
