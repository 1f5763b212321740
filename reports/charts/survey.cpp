#include "reports/charts/chart.hpp"

namespace canvass::render::charts {

std::vector<Scene> draw(const report::TrendChart& /*chart*/) {
  return nothing_to_draw();
}

std::vector<Scene> draw(const report::LeagueChart& /*chart*/) {
  return nothing_to_draw();
}

std::vector<Scene> draw(const report::DriverChart& /*chart*/) {
  return nothing_to_draw();
}

std::vector<Scene> draw(const report::QuadrantChart& /*chart*/) {
  return nothing_to_draw();
}

std::vector<Scene> draw(const report::BeforeAfterChart& /*chart*/) {
  return nothing_to_draw();
}

std::vector<Scene> draw(const report::ProfileChart& /*chart*/) {
  return nothing_to_draw();
}

} // namespace canvass::render::charts
