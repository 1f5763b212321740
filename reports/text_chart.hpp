#ifndef CANVASS_REPORTS_TEXT_CHART_HPP
#define CANVASS_REPORTS_TEXT_CHART_HPP

#include "engine/report/chart.hpp"

#include <cstddef>
#include <string>

namespace canvass::render {

/// A chart for a terminal: one line a mark, with its figures beside it. Bars are made of the digits of their categories, so that nothing
/// hangs on a shade of grey.
std::string text_chart(const report::Chart& chart, std::size_t width);

} // namespace canvass::render

#endif
