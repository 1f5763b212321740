#include "reports/figure_drawing.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace canvass::render {
namespace {

constexpr double least_slice = 60;
constexpr double whole_height = 420; ///< of a page of some 990

std::string row(const char* kind, const std::string& drawing) {
  return fmt::format("<div class=\"{}\">\n{}</div>\n", kind, drawing);
}

} // namespace

bool is_whole(const std::vector<Scene>& panels) {
  return panels.size() == 1 && (panels.front().cuts.empty() || panels.front().height <= whole_height);
}

std::vector<double> slices_of(const Scene& scene) {
  std::vector<double> ends{scene.body};
  for (const double cut : scene.cuts) {
    if (cut - ends.back() >= least_slice && scene.foot - cut >= least_slice) {
      ends.push_back(cut);
    }
  }
  ends.push_back(scene.foot);
  return ends;
}

std::string figure_drawing(const std::vector<Scene>& panels, const SvgHead& head) {
  if (is_whole(panels)) {
    return to_svg(panels.front(), head);
  }
  std::string out = "<div class=\"slices\" role=\"presentation\">\n";
  for (std::size_t p = 0; p < panels.size(); ++p) {
    const Scene& panel = panels[p];
    out += row(p == 0 ? "slices-head" : "slice slice-between", to_svg_slice(panel, 0, panel.body, head.simulated));
    const std::vector<double> ends = slices_of(panel);
    for (std::size_t i = 0; i + 1 < ends.size(); ++i) {
      out += row("slice", to_svg_slice(panel, ends[i], ends[i + 1], false, p == 0 && i == 0 ? &head : nullptr));
    }
    const bool last = p + 1 == panels.size();
    out += row(last ? "slices-foot" : "slice slice-between", to_svg_slice(panel, panel.foot, panel.height, false));
  }
  return out + "</div>\n";
}

} // namespace canvass::render
