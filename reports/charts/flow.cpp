#include "reports/charts/chart.hpp"

#include <algorithm>
#include <optional>

namespace canvass::render::charts {
namespace {

using report::FlowChart;

constexpr double stage_width = 118;
constexpr double column_gap = 18;
constexpr double stage_gap = 26;
constexpr double padding = 9;

struct Column {
  double left = 0, width = 0;
  [[nodiscard]] double centre() const { return left + width / 2; }
};

void add_arrow(Scene& scene, double x1, double y1, double x2, double y2) {
  const double elbow = (y1 + y2) / 2 - 2;
  scene.add(Path{{{x1, y1}, {x1, elbow}, {x2, elbow}, {x2, y2 - 7}}, false, "", style::axis, 1.5, ""});
  scene.add(Path{{{x2, y2 - 1}, {x2 - 5, y2 - 9}, {x2 + 5, y2 - 9}}, true, style::axis, "", 0, ""});
}

std::vector<std::string> lines_of(const std::string& box, double width) {
  return wrap(box, width - 2 * padding, style::text_size);
}

} // namespace

std::vector<Scene> draw(const FlowChart& chart) {
  if (chart.stages.empty()) {
    return nothing_to_draw();
  }
  Scene scene;
  std::size_t count = std::max<std::size_t>(1, chart.arms.size());
  for (const FlowChart::Stage& stage : chart.stages) {
    count = std::max(count, stage.boxes.size());
  }
  const bool staged = std::any_of(chart.stages.begin(), chart.stages.end(), [](const auto& stage) { return !stage.label.empty(); });
  const double left = staged ? stage_width + 14 : 1;
  const double width = (scene.width - 1 - left - column_gap * static_cast<double>(count - 1)) / static_cast<double>(count);
  std::vector<Column> columns;
  for (std::size_t c = 0; c < count; ++c) {
    columns.push_back({left + static_cast<double>(c) * (width + column_gap), width});
  }
  const Column whole{left, scene.width - 1 - left};

  double y = 4;
  if (!chart.arms.empty()) {
    double foot = y;
    for (std::size_t c = 0; c < chart.arms.size(); ++c) {
      foot = std::max(foot, add_lines(scene, wrap(chart.arms[c], width, style::text_size, Weight::bold), columns[c].centre(), y + 14,
                                      Anchor::middle, Weight::bold));
    }
    y = foot - 8;
  }

  // The foot of the last box above each column, to start the next arrow from; a box over all columns feeds each.
  std::vector<std::optional<std::pair<double, double>>> above(count);
  for (const FlowChart::Stage& stage : chart.stages) {
    const bool spanning = stage.boxes.size() == 1 && count > 1;
    const std::vector<std::string> label = wrap(stage.label, stage_width, style::text_size, Weight::bold);
    double height = stage.label.empty() ? 0 : style::line_height * static_cast<double>(label.size()) + 2 * padding;
    for (const std::string& box : stage.boxes) {
      const std::size_t lines = lines_of(box, spanning ? whole.width : width).size();
      height = std::max(height, style::line_height * static_cast<double>(lines) + 2 * padding);
    }
    const auto baseline = [&](std::size_t lines) {
      return y + height / 2 + 5.5 - style::line_height * (static_cast<double>(lines) - 1) / 2;
    };
    if (!stage.label.empty()) {
      add_lines(scene, label, 0, baseline(label.size()), Anchor::start, Weight::bold);
    }
    for (std::size_t c = 0; c < stage.boxes.size(); ++c) {
      if (stage.boxes[c].empty()) {
        continue;
      }
      const Column& column = spanning ? whole : columns[c];
      if (spanning) {
        std::vector<double> drawn;
        for (const auto& from : above) {
          if (from && std::find(drawn.begin(), drawn.end(), from->first) == drawn.end()) {
            add_arrow(scene, from->first, from->second, from->first, y);
            drawn.push_back(from->first);
          }
        }
      } else if (above[c]) {
        add_arrow(scene, above[c]->first, above[c]->second, column.centre(), y);
      }
      scene.add(Rect{column.left, y, column.width, height, style::paper, style::blue, 1.5, 2});
      const std::vector<std::string> lines = lines_of(stage.boxes[c], column.width);
      add_lines(scene, lines, column.centre(), baseline(lines.size()), Anchor::middle);
      for (std::size_t under = spanning ? 0 : c; under < (spanning ? count : c + 1); ++under) {
        above[under] = {column.centre(), y + height};
      }
    }
    y += height + stage_gap;
  }
  scene.height = y - stage_gap + 4;
  return {scene};
}

} // namespace canvass::render::charts
