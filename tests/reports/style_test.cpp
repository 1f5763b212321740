#include "tests/support/catch.hpp"

#include "report_assets.hpp"
#include "reports/style.hpp"

#include <algorithm>
#include <string>
#include <vector>

using namespace canvass::render;

// WCAG 2.2: text 4.5:1 (1.4.3), parts of graphics 3:1 against what they meet (1.4.11).
constexpr double for_text = 4.5;
constexpr double for_parts = 3.0;

TEST_CASE("Contrast is WCAG's", "[style]") {
  CHECK(style::contrast("#000000", "#ffffff") == Approx(21).margin(1e-9));
  CHECK(style::contrast("#ffffff", "#ffffff") == Approx(1).margin(1e-9));
  // Published for the Analysis Function palette with two decimals.
  CHECK(style::contrast(style::blue, style::paper) == Approx(10.25).margin(0.006));
  CHECK(style::contrast(style::orange, style::paper) == Approx(3.03).margin(0.006));
  CHECK(style::contrast(style::blue, style::orange) == Approx(3.38).margin(0.006));
}

TEST_CASE("Words on paper can be read", "[style]") {
  for (const std::string_view colour : {style::ink, style::quiet, style::pink, style::blue}) {
    INFO(colour);
    CHECK(style::contrast(colour, style::paper) >= for_text);
  }
}

TEST_CASE("Series are told apart by marker and dashes, and stand out from the paper", "[style]") {
  std::vector<style::SeriesStyle> all(style::arm_series.begin(), style::arm_series.end());
  all.push_back(style::control_series);
  for (std::size_t i = 0; i < all.size(); ++i) {
    CHECK(style::contrast(all[i].colour, style::paper) >= for_parts);
    CHECK(style::contrast(all[i].outline, style::paper) >= for_parts);
    for (std::size_t j = 0; j < i; ++j) {
      CHECK(all[i].dashes != all[j].dashes);
      CHECK_FALSE((all[i].marker == all[j].marker && all[i].colour == all[j].colour));
    }
  }
  CHECK(style::contrast(style::axis, style::paper) >= for_parts);
}

TEST_CASE("Every fill of every scale is outlined, carries its label, and differs from its neighbour", "[style]") {
  for (std::size_t disagree = 0; disagree <= 5; ++disagree) {
    for (std::size_t neutral = 0; neutral <= 2; ++neutral) {
      for (std::size_t agree = 0; agree <= 5; ++agree) {
        const std::size_t levels = disagree + neutral + agree;
        std::string_view previous;
        for (std::size_t level = 0; level < levels; ++level) {
          const style::Fill fill = style::likert_fill(level, disagree, neutral, agree);
          INFO(level << " of " << disagree << "+" << neutral << "+" << agree);
          CHECK(style::contrast(fill.outline, style::paper) >= for_parts);
          CHECK(style::contrast(fill.text, fill.colour) >= for_text);
          if (std::max(disagree, agree) <= 4) {
            CHECK(fill.colour != previous);
          }
          previous = fill.colour;
        }
      }
    }
  }
  for (const style::Fill& fill : {style::fill_down, style::fill_same, style::fill_up}) {
    CHECK(style::contrast(fill.outline, style::paper) >= for_parts);
    CHECK(style::contrast(fill.text, fill.colour) >= for_text);
  }
}

TEST_CASE("The strongest levels of a five-point scale are the strongest colours", "[style]") {
  CHECK(style::likert_fill(0, 2, 1, 2).colour == style::orange);
  CHECK(style::likert_fill(2, 2, 1, 2).colour == style::neutral);
  CHECK(style::likert_fill(4, 2, 1, 2).colour == style::blue);
}

TEST_CASE("Pairs of colours of the page's style sheet can be read", "[style]") {
  struct Pair {
    const char* text;
    const char* behind;
  };
  // Each pair stands in one rule of report.css (or text in its parent's colour).
  const Pair pairs[] = {{"#0b0c0c", "#ffffff"}, {"#484949", "#ffffff"}, {"#1a5c96", "#ffffff"}, {"#12436d", "#ffffff"},
                        {"#ffffff", "#801650"}, {"#801650", "#ffffff"}, {"#083d29", "#cfe4dc"}, {"#651b1b", "#f4d7d7"},
                        {"#2b2c2c", "#f3f3f3"}, {"#12436d", "#e6eef7"}, {"#0b0c0c", "#fdf0e9"}, {"#0b0c0c", "#f3f3f3"},
                        {"#0b0c0c", "#ffdd00"}};
  REQUIRE(assets::embedded_texts().size() == 1);
  const std::string css(assets::embedded_texts()[0].text);
  for (const Pair& pair : pairs) {
    INFO(pair.text << " on " << pair.behind);
    CHECK(css.find(pair.text) != std::string::npos);
    CHECK(css.find(pair.behind) != std::string::npos);
    CHECK(style::contrast(pair.text, pair.behind) >= for_text);
  }
}

TEST_CASE("Bars under intervals are outlined, and the interval over them can be seen", "[style]") {
  for (const style::Fill& fill : {style::bar_first, style::bar_second, style::bar_quiet}) {
    INFO(fill.colour);
    CHECK(style::contrast(fill.outline, style::paper) >= for_parts);
    CHECK(style::contrast(style::ink, fill.colour) >= for_parts);
  }
  // Names, dots, intervals and grid of the row that is meant.
  CHECK(style::contrast(style::ink, style::tint) >= for_text);
  CHECK(style::contrast(style::blue, style::tint) >= for_parts);
  CHECK(style::contrast(style::dark_grey, style::tint) >= for_parts);
}
