#ifndef CANVASS_REPORTS_TEXT_SURVEY_CHARTS_HPP
#define CANVASS_REPORTS_TEXT_SURVEY_CHARTS_HPP

#include "engine/report/chart.hpp"

#include <cstddef>
#include <string>

/// The charts of surveys of the public for a terminal: the figures of each mark, and a strip where there is room for one.
namespace canvass::render {

std::string text_trend(const report::TrendChart& chart, std::size_t width);
std::string text_league(const report::LeagueChart& chart, std::size_t width);
std::string text_drivers(const report::DriverChart& chart, std::size_t width);
std::string text_quadrants(const report::QuadrantChart& chart, std::size_t width);
std::string text_before_after(const report::BeforeAfterChart& chart, std::size_t width);
std::string text_profile(const report::ProfileChart& chart, std::size_t width);

} // namespace canvass::render

#endif
