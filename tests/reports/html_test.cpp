#include "tests/support/catch.hpp"
#include "tests/support/sample_document.hpp"
#include "tests/support/sample_survey.hpp"

#include "reports/charts/chart.hpp"
#include "reports/figure_drawing.hpp"
#include "reports/renderer.hpp"

#include <algorithm>
#include <regex>
#include <set>
#include <string>
#include <vector>

using namespace canvass;
using namespace canvass::render;

namespace {

std::string page_of(const report::Document& document) {
  return render::render_html(document, {}).front().bytes;
}

/// All first groups of `pattern`, in order.
std::vector<std::string> all(const std::string& page, const std::string& pattern) {
  const std::regex expression(pattern);
  std::vector<std::string> found;
  for (std::sregex_iterator it(page.begin(), page.end(), expression), end; it != end; ++it) {
    found.push_back((*it)[1].str());
  }
  return found;
}

std::size_t count(const std::string& page, std::string_view words) {
  std::size_t n = 0;
  for (std::size_t at = page.find(words); at != std::string::npos; at = page.find(words, at + 1)) {
    ++n;
  }
  return n;
}

/// What a reader sees: the page without its style sheet and tags.
std::string words_of(const std::string& page) {
  const std::size_t body = page.find("<body");
  return std::regex_replace(page.substr(body), std::regex("<[^>]*>"), " ");
}

report::Document hostile() {
  const std::string evil = "</title></style><script>alert(1)</script>\" onload=\"x' \x1b[31m";
  report::Document document;
  document.title = evil;
  document.subtitle = evil;
  document.decision = evil;
  document.about = {{evil, evil}};
  report::Section section{evil, evil, 2, {}, false, false};
  const report::Sentence sentence{evil, report::Strong{evil}, report::Link{evil, evil}, report::Link{evil, "nowhere"},
                                  report::Number{1, report::NumberKind::raw, evil}};
  section.blocks.emplace_back(report::Paragraph{sentence});
  section.blocks.emplace_back(report::Bullets{{sentence}});
  section.blocks.emplace_back(report::Notice{report::Notice::Kind::warning, sentence});
  section.blocks.emplace_back(report::Facts{{{evil, sentence}}});
  section.blocks.emplace_back(report::VerdictBox{evil, sentence, {{evil, sentence, evil}}});
  section.blocks.emplace_back(report::Table{evil, evil, {{evil}, {evil}}, {{evil, report::Withheld{evil, evil}}}, {sentence}});
  report::FlowChart flow{{evil}, {{evil, {evil}}}};
  section.blocks.emplace_back(report::Figure{evil, evil, evil, evil, flow, evil, {sentence}});
  document.sections = {section};
  return document;
}

} // namespace

TEST_CASE("A document of nothing is still a whole page", "[html]") {
  report::Document document;
  document.title = "Nothing yet";
  const std::string page = page_of(document);
  CHECK(page.find("<h1>Nothing yet</h1>") != std::string::npos);
  CHECK(page.find("</html>") != std::string::npos);
  CHECK(page.find("<nav") == std::string::npos);
  CHECK(words_of(page).find("SIMULATED") == std::string::npos);
}

TEST_CASE("Foreign text cannot leave its place", "[html]") {
  const std::string page = page_of(hostile());
  CHECK(page.find("<script") == std::string::npos);
  CHECK(count(page, "</style>") == 1);
  CHECK(count(page, "</title>") == 1 + 1); // the page's and the flow chart's
  CHECK(page.find("onload=\"") == std::string::npos);
  CHECK(page.find('\x1b') == std::string::npos);
  const std::size_t style_end = page.find("</style>");
  CHECK(page.substr(0, style_end).find("</script") == std::string::npos);
}

TEST_CASE("The page has a language, one title, one h1, a way past its head, and landmarks", "[html]") {
  const std::string page = page_of(test::sample_document());
  CHECK(page.compare(0, 15, "<!DOCTYPE html>") == 0);
  CHECK(page.find("<html lang=\"en-GB\">") != std::string::npos);
  CHECK(count(page, "<h1") == 1);
  CHECK(page.find("href=\"#main\"") != std::string::npos);
  CHECK(page.find("<main id=\"main\"") != std::string::npos);
  CHECK(page.find("<header") != std::string::npos);
  CHECK(page.find("<nav") != std::string::npos);
  CHECK(page.find("<footer") != std::string::npos);
  CHECK(count(page, "<script") == 0);
  for (const char* outside : {"src=", "@import", "url(", "http-equiv"}) {
    CHECK(page.find(outside) == std::string::npos); // nothing is loaded from anywhere
  }
}

TEST_CASE("Headings never skip a level", "[html]") {
  report::Document document = test::sample_document();
  document.sections[1].level = 4;
  document.sections[3].level = 4;
  int previous = 0;
  for (const std::string& level : all(page_of(document), "<h([1-6])")) {
    const int now = std::stoi(level);
    CHECK(now <= previous + 1);
    previous = now;
  }
  CHECK(previous >= 2);
}

TEST_CASE("Ids are unique and every reference to one is met", "[html]") {
  report::Document document = test::sample_document();
  document.sections.push_back(document.sections[1]); // a template that repeats itself
  document.sections.push_back(
      {"main", "A section called main", 2, {report::Table{"A1-caption", "x", {{"a"}}, {{std::string("b")}}, {}}}, false, false});
  const std::string page = page_of(document);
  std::set<std::string> ids;
  for (const std::string& id : all(page, " id=\"([^\"]*)\"")) {
    INFO(id);
    CHECK(ids.insert(id).second);
    CHECK(std::regex_match(id, std::regex("[A-Za-z][A-Za-z0-9_.-]*")));
  }
  for (const std::string& target : all(page, "href=\"#([^\"]*)\"")) {
    INFO(target);
    CHECK(ids.count(target) == 1);
  }
  for (const std::string& list : all(page, "aria-labelledby=\"([^\"]*)\"")) {
    std::size_t start = 0;
    while (start < list.size()) {
      const std::size_t end = std::min(list.find(' ', start), list.size());
      INFO(list);
      CHECK(ids.count(list.substr(start, end - start)) == 1);
      start = end + 1;
    }
  }
}

TEST_CASE("Every figure has words of its own and a table", "[html]") {
  const report::Document document = test::sample_document();
  const std::string page = page_of(document);
  std::size_t figures = 0;
  for (const report::Section& section : document.sections) {
    for (const report::Block& block : section.blocks) {
      if (std::holds_alternative<report::Figure>(block)) {
        ++figures;
      }
    }
  }
  // A figure is one drawing, or slices of which one carries its words and the others are hidden from screen readers.
  CHECK(count(page, "<svg") == figures + count(page, "aria-hidden=\"true\" font-family"));
  CHECK(count(page, "role=\"img\"") == figures);
  CHECK(count(page, "class=\"slices\"") == 2);
  CHECK(count(page, "The numbers are in <a href=\"#A") == figures);
  const auto titles = all(page, "<title id=\"[^\"]*\">([^<]*)<");
  const auto descriptions = all(page, "<desc id=\"[^\"]*\">([^<]*)<");
  const auto headlines = all(page, "<p class=\"figure-title\"[^>]*><strong>([^<]*)<");
  REQUIRE(titles.size() == figures);
  REQUIRE(descriptions.size() == figures);
  REQUIRE(headlines.size() == figures);
  for (std::size_t i = 0; i < figures; ++i) {
    CHECK_FALSE(descriptions[i].empty());
    CHECK(descriptions[i] != titles[i]);
    CHECK(headlines[i].find(descriptions[i]) == std::string::npos);
  }
  CHECK(count(page, "<figure") == 0); // group by role: <figure> nests a second, nameless figure in a tagged PDF
}

TEST_CASE("A tall figure breaks between slices and repeats its head and foot, a low one is whole", "[html]") {
  Scene scene;
  scene.height = 700;
  scene.body = 40;
  scene.foot = 660;
  scene.add(Text{0, 20, "the key", Anchor::start, Weight::regular, style::ink, style::text_size});
  scene.add(Text{0, 690, "the axis", Anchor::start, Weight::regular, style::ink, style::text_size});
  scene.add(Line{300, 40, 300, 660, style::ink, 1.5, ""});
  scene.add(Line{0, 260, 660, 260, style::grid, 1, ""}); // on a cut
  for (double y = 60; y < 660; y += 20) {
    scene.cuts.push_back(y);
  }
  const std::vector<double> ends = slices_of(scene);
  CHECK(ends.front() == 40);
  CHECK(ends.back() == 660);
  for (std::size_t i = 1; i < ends.size(); ++i) {
    CHECK(ends[i] - ends[i - 1] >= 60);
    CHECK(ends[i] - ends[i - 1] < 120);
  }
  const SvgHead head{"fig", "Title", "Words", true, false};
  CHECK_FALSE(is_whole({scene}));
  const std::string html = figure_drawing({scene, scene}, head);
  CHECK(count(html, "slices-head") == 1);
  CHECK(count(html, "slices-foot") == 1);
  CHECK(count(html, "slice-between") == 2); // foot of the first panel, head of the second: on a screen alone
  CHECK(count(html, "the key") == 2);
  CHECK(count(html, "the axis") == 2);
  CHECK(count(html, "Title") == 1);
  CHECK(count(html, "Words") == 1);
  CHECK(count(html, "SIMULATED") == 2);
  const std::size_t slices = 2 * (ends.size() - 1);
  CHECK(count(html, "x1=\"300\"") == slices); // what runs through all rows is in each of them
  CHECK(count(html, "y1=\"260\"") == 2);      // a line on a cut is in one
  CHECK(count(html, "<svg") == slices + 4);
  scene.height = 300;
  CHECK(is_whole({scene}));
  CHECK(count(figure_drawing({scene}, head), "<svg") == 1);
}

TEST_CASE("Every chart of rows can be sliced between its rows", "[html]") {
  for (const report::Chart& chart :
       {report::Chart(test::sample_league(145)), report::Chart(test::sample_drivers(true)), report::Chart(test::sample_before_after()),
        report::Chart(test::sample_forest()), report::Chart(test::sample_stacked_bars()), report::Chart(test::sample_transition())}) {
    for (const Scene& panel : draw(chart)) {
      REQUIRE_FALSE(panel.cuts.empty());
      CHECK(std::is_sorted(panel.cuts.begin(), panel.cuts.end()));
      CHECK(panel.cuts.front() > panel.body);
      CHECK(panel.cuts.back() < panel.foot);
      CHECK(panel.foot < panel.height);
      std::vector<double> edges = panel.cuts;
      edges.insert(edges.end(), {panel.body, panel.foot});
      for (const Shape& shape : panel.shapes) {
        const auto* text = std::get_if<Text>(&shape);
        if (text == nullptr) {
          continue;
        }
        const Box box = bounds(*text);
        for (const double edge : edges) {
          INFO(text->text << " at " << edge);
          CHECK_FALSE((box.top < edge - 0.5 && box.bottom > edge + 0.5)); // no cut goes through words
        }
      }
    }
  }
}

TEST_CASE("Every table has a caption, and every head cell a scope", "[html]") {
  const std::string page = page_of(test::sample_document());
  CHECK(count(page, "<table") >= 5);
  CHECK(count(page, "<table") == count(page, "<caption"));
  CHECK(count(page, "<th ") == count(page, "<th scope=\"col\"") + count(page, "<th scope=\"row\""));
  CHECK(count(page, "<th>") == 0);
  CHECK(count(page, "colspan") + count(page, "rowspan") == 0);
  CHECK(count(page, "tabindex=\"0\"") == count(page, "class=\"scroll\""));
}

TEST_CASE("Nothing is marked by an asterisk", "[html]") {
  const std::string page = page_of(test::sample_document());
  CHECK(words_of(page).find('*') == std::string::npos);
}

TEST_CASE("A simulated report says so on every printed page, section and chart", "[html]") {
  report::Document document = test::sample_document();
  const std::string page = page_of(document);
  CHECK(page.find("@top-left { content: \"SIMULATED") != std::string::npos);
  CHECK(page.find("<title>SIMULATED: ") != std::string::npos);
  CHECK(count(page, "<p class=\"mark-simulated\">SIMULATED</p>") == 4); // sections of level 2 after the first page
  CHECK(count(page, ">SIMULATED: made-up answers</text>") == 5);        // each figure once, in the part that every page repeats
  document.simulated = false;
  document.release = "public";
  const std::string real = page_of(document);
  CHECK(words_of(real).find("SIMULATED") == std::string::npos);
  CHECK(real.find("@top-left") == std::string::npos);
  CHECK(words_of(real).find("Not for publication") == std::string::npos);
}

TEST_CASE("Numbers are printed once, with the sign of print and the row that they come from", "[html]") {
  const std::string page = page_of(test::sample_document());
  CHECK(page.find("<span class=\"number\" data-row=\"primary/T2-T1\">\u22120.31</span>") != std::string::npos);
  CHECK(page.find("<span class=\"number\" data-row=\"primary/T3-T1\">\u22120.20 to 0.30</span>") != std::string::npos);
  CHECK(std::regex_search(words_of(page), std::regex("\\s-[0-9]")) == false);
}

TEST_CASE("A link to nothing is words, a number that is not there is said", "[html]") {
  report::Document document;
  document.title = "Links";
  report::Section section{"s", "S", 2, {}, false, false};
  section.blocks.emplace_back(report::Paragraph{{report::Link{"Table Z9", "Z9"}}});
  section.blocks.emplace_back(
      report::Table{"A1", "c", {{"a"}, {"b", true}}, {{std::string("x"), report::Number{}}, {std::string("only a head")}}, {}});
  document.sections = {section};
  const std::string page = page_of(document);
  CHECK(page.find("href=\"#Z9\"") == std::string::npos);
  CHECK(page.find("Table Z9") != std::string::npos);
  CHECK(page.find("<span class=\"visually-hidden\">not available</span>") != std::string::npos);
  CHECK(count(page, "<td") == 2); // the short row is filled
}

TEST_CASE("Equal documents give equal bytes", "[html]") {
  for (const render::Renderer& renderer : render::renderers) {
    const auto one = renderer.render(test::sample_document(), {});
    const auto two = renderer.render(test::sample_document(), {});
    REQUIRE(one.size() == two.size());
    for (std::size_t i = 0; i < one.size(); ++i) {
      CHECK(one[i].bytes == two[i].bytes);
    }
  }
}
