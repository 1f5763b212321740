#ifndef CANVASS_REPORTS_CHARTS_CHART_HPP
#define CANVASS_REPORTS_CHARTS_CHART_HPP

#include "engine/report/document.hpp"
#include "reports/svg.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace canvass::render {

/// The drawing of a chart, in one panel or, where it would not fit a page, several that share their scale.
std::vector<Scene> draw(const report::Chart& chart);

/// The words "Bar chart", "Forest plot" ... for a kind of chart.
std::string chart_kind(const report::Chart& chart);

/// One SVG file of a figure, to be used outside a report: headline and subtitle inside, panels under one another, title, description.
/// `simulated` draws the word, as reports do.
std::string render_chart_svg(const report::Figure& figure, bool simulated = false);

/// The figures of a document by the names that `canvass chart` takes: the id without "fig-", in the order of the report.
std::vector<std::string> figure_names(const report::Document& document);
/// The figure of that name, with or without "fig-", or nullptr.
const report::Figure* find_figure(const report::Document& document, std::string_view name);

namespace charts {

std::vector<Scene> draw(const report::MeansChart& chart);
std::vector<Scene> draw(const report::StackedBarsChart& chart);
std::vector<Scene> draw(const report::ForestChart& chart);
std::vector<Scene> draw(const report::TransitionChart& chart);
std::vector<Scene> draw(const report::FlowChart& chart);
std::vector<Scene> draw(const report::TrendChart& chart);
std::vector<Scene> draw(const report::LeagueChart& chart);
std::vector<Scene> draw(const report::DriverChart& chart);
std::vector<Scene> draw(const report::QuadrantChart& chart);
std::vector<Scene> draw(const report::BeforeAfterChart& chart);
std::vector<Scene> draw(const report::ProfileChart& chart);

/// What is drawn where there is nothing to draw.
std::vector<Scene> nothing_to_draw();

} // namespace charts
} // namespace canvass::render

#endif
