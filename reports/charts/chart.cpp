#include "reports/charts/chart.hpp"

#include <iterator>

namespace canvass::render {
namespace {

void move_down(Scene& scene, double by) {
  for (Shape& shape : scene.shapes) {
    if (auto* line = std::get_if<Line>(&shape)) {
      line->y1 += by;
      line->y2 += by;
    } else if (auto* rect = std::get_if<Rect>(&shape)) {
      rect->y += by;
    } else if (auto* path = std::get_if<Path>(&shape)) {
      for (auto& point : path->points) {
        point.second += by;
      }
    } else if (auto* circle = std::get_if<Circle>(&shape)) {
      circle->y += by;
    } else if (auto* text = std::get_if<Text>(&shape)) {
      text->y += by;
    }
  }
}

constexpr std::string_view figure_prefix = "fig-";

std::string_view bare_name(std::string_view id) {
  return id.substr(0, figure_prefix.size()) == figure_prefix ? id.substr(figure_prefix.size()) : id;
}

std::vector<const report::Figure*> figures_of(const report::Document& document) {
  std::vector<const report::Figure*> figures;
  for (const report::Section& section : document.sections) {
    for (const report::Block& block : section.blocks) {
      if (const auto* figure = std::get_if<report::Figure>(&block)) {
        figures.push_back(figure);
      }
    }
  }
  return figures;
}

struct KindOf {
  std::string operator()(const report::MeansChart&) const { return "Line chart with intervals"; }
  std::string operator()(const report::StackedBarsChart&) const { return "Diverging stacked bar chart"; }
  std::string operator()(const report::ForestChart&) const { return "Forest plot"; }
  std::string operator()(const report::TransitionChart&) const { return "Stacked bar chart of changes"; }
  std::string operator()(const report::FlowChart&) const { return "Flow diagram"; }
  std::string operator()(const report::TrendChart&) const { return "Line chart over time with intervals"; }
  std::string operator()(const report::LeagueChart&) const { return "Dot chart of areas or forces with intervals"; }
  std::string operator()(const report::DriverChart&) const { return "Bar chart with intervals"; }
  std::string operator()(const report::QuadrantChart&) const { return "Scatter chart in four quadrants"; }
  std::string operator()(const report::BeforeAfterChart&) const { return "Dot chart of before and after"; }
  std::string operator()(const report::ProfileChart&) const { return "Bar chart with intervals"; }
};

} // namespace

std::vector<Scene> draw(const report::Chart& chart) {
  return std::visit([](const auto& one) { return charts::draw(one); }, chart);
}

std::string chart_kind(const report::Chart& chart) {
  return std::visit(KindOf{}, chart);
}

std::string render_chart_svg(const report::Figure& figure, bool simulated) {
  Scene whole;
  double y = add_lines(whole, wrap(figure.headline, whole.width, style::text_size, Weight::bold), 0, 16, Anchor::start, Weight::bold);
  if (!figure.subtitle.empty()) {
    y = add_lines(whole, wrap(figure.subtitle, whole.width, style::text_size), 0, y, Anchor::start, Weight::regular, style::quiet);
  }
  y -= 4;
  for (Scene& panel : draw(figure.chart)) {
    move_down(panel, y);
    whole.shapes.insert(whole.shapes.end(), std::make_move_iterator(panel.shapes.begin()), std::make_move_iterator(panel.shapes.end()));
    y += panel.height + 12;
  }
  whole.height = y;
  return to_svg(whole, {"chart", figure.headline, figure.alt, simulated, true});
}

std::vector<std::string> figure_names(const report::Document& document) {
  std::vector<std::string> names;
  for (const report::Figure* figure : figures_of(document)) {
    names.emplace_back(bare_name(figure->id));
  }
  return names;
}

const report::Figure* find_figure(const report::Document& document, std::string_view name) {
  for (const report::Figure* figure : figures_of(document)) {
    if (bare_name(figure->id) == bare_name(name)) {
      return figure;
    }
  }
  return nullptr;
}

namespace charts {

std::vector<Scene> nothing_to_draw() {
  Scene scene;
  scene.height = 60;
  scene.add(Rect{1, 1, scene.width - 2, 58, style::paper, style::axis, 1, 0});
  scene.add(Text{scene.width / 2, 36, "There are no figures to draw", Anchor::middle, Weight::regular, style::quiet, style::text_size});
  return {scene};
}

} // namespace charts
} // namespace canvass::render
