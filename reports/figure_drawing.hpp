#ifndef CANVASS_REPORTS_FIGURE_DRAWING_HPP
#define CANVASS_REPORTS_FIGURE_DRAWING_HPP

#include "reports/svg.hpp"

#include <string>
#include <vector>

namespace canvass::render {

/// The panels of a figure as HTML. What fits well under half a page is one drawing that is never torn. A taller one is laid in slices, as
/// the rows of a table whose head (key, heads of columns) and foot (axis) a printer repeats: a page breaks between two slices and is
/// filled, and the head and foot between two panels, which a screen shows, are left out on paper.
std::string figure_drawing(const std::vector<Scene>& panels, const SvgHead& head);

/// Whether figure_drawing keeps the figure whole.
bool is_whole(const std::vector<Scene>& panels);

/// The heights at which a scene is sliced between `body` and `foot`, ends included: no slice is lower than some rows of words.
std::vector<double> slices_of(const Scene& scene);

} // namespace canvass::render

#endif
