#ifndef CANVASS_REPORTS_CHART_JSON_HPP
#define CANVASS_REPORTS_CHART_JSON_HPP

#include "engine/core/json.hpp"
#include "engine/report/chart.hpp"

namespace canvass::render {

/// A chart as programs read it: what is drawn, at full precision. What is withheld is the word, without a number.
Json chart_json(const report::Chart& chart);

} // namespace canvass::render

#endif
