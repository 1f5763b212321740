#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/own_folder.hpp"
#include "tests/support/sample_document.hpp"
#include "tests/support/sample_survey.hpp"

#include "reports/charts/chart.hpp"
#include "reports/renderer.hpp"

#include <filesystem>

using namespace canvass;

TEST_CASE("Each renderer writes the sample report as it did", "[golden]") {
  const report::Document document = test::sample_document();
  for (const render::Renderer& renderer : render::renderers) {
    const std::vector<render::OutputFile> files = renderer.render(document, {"sample", 100});
    REQUIRE_FALSE(files.empty());
    CHECK(files.front().name == "sample" + std::string(renderer.extension));
    for (const render::OutputFile& file : files) {
      CANVASS_CHECK_GOLDEN("reports/" + file.name, file.bytes);
    }
  }
}

TEST_CASE("The text report fits a narrow terminal as it did", "[golden]") {
  CANVASS_CHECK_GOLDEN("reports/sample-60.txt", render::render_text(test::sample_document(), {"sample", 60}).front().bytes);
}

TEST_CASE("The text and JSON of a survey of the public are as they were", "[golden]") {
  const report::Document document = test::sample_survey();
  CANVASS_CHECK_GOLDEN("reports/survey.txt", render::render_text(document, {"survey", 100}).front().bytes);
  CANVASS_CHECK_GOLDEN("reports/survey-60.txt", render::render_text(document, {"survey", 60}).front().bytes);
  CANVASS_CHECK_GOLDEN("reports/survey.json", render::render_json(document, {"survey", 100}).front().bytes);
}

TEST_CASE("A figure of its own is one SVG file as it was", "[golden]") {
  for (const report::Document& document : {test::sample_document(), test::sample_survey()}) {
    for (const std::string& name : render::figure_names(document)) {
      const report::Figure* figure = render::find_figure(document, name);
      REQUIRE(figure != nullptr);
      CANVASS_CHECK_GOLDEN("reports/" + figure->id + ".svg", render::render_chart_svg(*figure, document.simulated));
    }
  }
}

TEST_CASE("A golden that differs is a complaint with its place, and accepting is one too", "[golden]") {
  const std::filesystem::path path = testing::own_folder("golden") / "golden.txt";
  CHECK(test::compare_with_file(path, "one\ntwo\n", false).complaint.find("does not exist") != std::string::npos);
  CHECK(test::compare_with_file(path, "one\ntwo\n", true).complaint.find("accepted") != std::string::npos);
  CHECK(test::compare_with_file(path, "one\ntwo\n", true).complaint.empty());
  CHECK(test::compare_with_file(path, "one\ntwo\n", false).complaint.empty());
  CHECK(test::compare_with_file(path, "one\nsix\n", false).complaint.find("differs at line 2") != std::string::npos);
}
