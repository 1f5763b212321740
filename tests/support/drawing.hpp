#ifndef CANVASS_TESTS_SUPPORT_DRAWING_HPP
#define CANVASS_TESTS_SUPPORT_DRAWING_HPP

#include "tests/support/catch.hpp"

#include "reports/svg.hpp"

#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// Questions that tests ask of a drawing.
namespace canvass::test {

/// A name that no chart has room for.
inline const std::string long_label =
    "Rural Hamlets and Market Towns of the Upper Valley, with Donaudampfschifffahrtsgesellschaftskapitaenswitwenrente on the Water";

using render::Box;
using render::Rect;
using render::Scene;
using render::Shape;
using render::Text;

/// The shapes of one kind, in the order drawn.
template <typename Kind> std::vector<Kind> shapes_of(const std::vector<Scene>& panels) {
  std::vector<Kind> found;
  for (const Scene& panel : panels) {
    for (const Shape& shape : panel.shapes) {
      if (const auto* one = std::get_if<Kind>(&shape)) {
        found.push_back(*one);
      }
    }
  }
  return found;
}

inline std::vector<Text> texts_of(const Scene& scene) {
  std::vector<Text> texts;
  for (const Shape& shape : scene.shapes) {
    if (const auto* text = std::get_if<Text>(&shape)) {
      texts.push_back(*text);
    }
  }
  return texts;
}

inline bool says(const std::vector<Scene>& panels, std::string_view words) {
  for (const Scene& panel : panels) {
    for (const Text& text : texts_of(panel)) {
      if (text.text.find(words) != std::string::npos) {
        return true;
      }
    }
  }
  return false;
}

inline std::size_t count_rects(const std::vector<Scene>& panels, std::string_view fill) {
  std::size_t count = 0;
  for (const Scene& panel : panels) {
    for (const Shape& shape : panel.shapes) {
      const auto* rect = std::get_if<Rect>(&shape);
      count += rect != nullptr && rect->fill == fill && !rect->stroke.empty() ? 1U : 0U;
    }
  }
  return count;
}

/// What every drawing must keep: nothing outside its frame, no word on another, nothing under 12 pt, no number that is not one.
inline void check_drawing(const std::vector<Scene>& panels) {
  constexpr double slack = 0.75; // half a stroke at the edge
  REQUIRE_FALSE(panels.empty());
  for (const Scene& scene : panels) {
    CHECK(scene.height > 0);
    for (const Shape& shape : scene.shapes) {
      const Box box = bounds(shape);
      const auto* text = std::get_if<Text>(&shape);
      INFO((text != nullptr ? text->text : std::string("a shape")) << " at " << box.left << " " << box.top << " " << box.right << " "
                                                                   << box.bottom << " in " << scene.width << " x " << scene.height);
      CHECK(std::isfinite(box.left + box.right + box.top + box.bottom));
      CHECK(box.left >= -slack);
      CHECK(box.top >= -slack);
      CHECK(box.right <= scene.width + slack);
      CHECK(box.bottom <= scene.height + slack);
    }
    const std::vector<Text> texts = texts_of(scene);
    for (std::size_t i = 0; i < texts.size(); ++i) {
      CHECK(texts[i].size >= 16);
      CHECK(texts[i].text.find("nan") == std::string::npos);
      for (std::size_t j = 0; j < i; ++j) {
        INFO(texts[j].text << " / " << texts[i].text);
        CHECK_FALSE(overlap(bounds(texts[i]), bounds(texts[j])));
      }
    }
  }
}

} // namespace canvass::test

#endif
