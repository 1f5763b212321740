#include "reports/renderer.hpp"

namespace canvass::render {

const Renderer* find_renderer(std::string_view name) {
  for (const Renderer& renderer : renderers) {
    if (renderer.name == name) {
      return &renderer;
    }
  }
  return nullptr;
}

std::vector<std::string> renderer_names() {
  std::vector<std::string> names;
  for (const Renderer& renderer : renderers) {
    names.emplace_back(renderer.name);
  }
  return names;
}

} // namespace canvass::render
