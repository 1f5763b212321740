#include "tests/support/catch.hpp"
#include "tests/support/sample_document.hpp"

#include "reports/outline.hpp"
#include "reports/renderer.hpp"

using namespace canvass;

TEST_CASE("An empty document has an empty outline", "[outline]") {
  CHECK(render::outline_of({}).sections.empty());
  CHECK(render::outline_of({}).anchor_of("A1").empty());
}

TEST_CASE("Sections, paragraphs and figures are numbered as in a board paper", "[outline]") {
  const render::Outline outline = render::outline_of(test::sample_document());
  REQUIRE(outline.sections.size() == 6);
  CHECK(outline.sections[0].number.empty()); // the first page
  CHECK(outline.sections[1].number == "1");
  CHECK(outline.sections[1].paragraphs[0] == "1.1");
  CHECK(outline.sections[2].number == "2");
  CHECK(outline.sections[3].number.empty()); // a subsection: its paragraphs run on
  CHECK(outline.sections[3].paragraphs[0] == "2.3");
  CHECK(outline.sections[4].number == "3");
  CHECK(outline.sections[5].number == "A");
  CHECK(outline.sections[0].figures[1] == 1);
  CHECK(outline.sections[3].figures[2] == 5);
  CHECK(outline.anchor_of("A4") == "A4");
  CHECK(outline.anchor_of("fig-flow") == "fig-flow");
}

TEST_CASE("The 27th appendix is AA", "[outline]") {
  report::Document document;
  document.sections.assign(27, report::Section{"x", "X", 2, {}, false, true});
  const render::Outline outline = render::outline_of(document);
  CHECK(outline.sections[25].number == "Z");
  CHECK(outline.sections[26].number == "AA");
  CHECK(outline.sections[26].anchor == "x-27");
}

TEST_CASE("Every renderer is found by its name, and by no other", "[renderer]") {
  CHECK(render::find_renderer("html-page") == nullptr);
  CHECK(render::find_renderer("") == nullptr);
  for (const std::string& name : render::renderer_names()) {
    REQUIRE(render::find_renderer(name) != nullptr);
    CHECK(render::find_renderer(name)->name == name);
    CHECK_FALSE(render::find_renderer(name)->summary.empty());
    CHECK(render::find_renderer(name)->extension.front() == '.');
  }
}
