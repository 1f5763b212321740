// Declared breaks, of waves and of published series.

#include "tests/support/catch.hpp"
#include "tests/support/public_files.hpp"

#include "engine/study/lock.hpp"

#include <string>

using namespace canvass;
using namespace canvass::testing;

namespace {

/// The public study with `breaks` before `survey:` and `of_series` in its series.
std::string errors_with(const std::string& breaks, const std::string& of_series = {}) {
  StudyFiles files;
  write_public_study(files);
  std::string study = replaced(public_study, "survey:\n", breaks + "survey:\n");
  if (!of_series.empty()) {
    study = replaced(study, "window_quarters: 4,", "window_quarters: 4, " + of_series + ",");
  }
  files.write("study.yaml", study);
  Problems problems;
  static_cast<void>(files.load(problems));
  return printed(problems, files, true);
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("a break that says nothing, or stands nowhere, is refused", "[study][breaks]") {
  CHECK(has(errors_with("breaks: y2026\n"), "`breaks` is no list; write one line a break"));
  CHECK(has(errors_with("breaks: [{from: y2027, why: \"x\"}]\n"),
            "a break is said to come with \"y2027\", which is no wave; did you mean y202"));
  CHECK(has(errors_with("breaks: [{from: y2025, why: \"x\"}]\n"), "y2025, the first wave, before which there is nothing"));
  CHECK(has(errors_with("breaks: [{from: y2026, why: \" \"}]\n"), "the reason is empty"));
  CHECK(has(errors_with("breaks: [{from: y2026, why: \"x\", items: [local_polise]}]\n"),
            "a break names the item \"local_polise\", but street@1.0.0 does not ask it; did you mean local_police?"));
  CHECK(has(errors_with("breaks: [{from: y2026, why: \"x\", items: []}]\n"), "`items` names none"));
  CHECK(has(errors_with("", "breaks: [{from: \"2026\", why: \"x\"}]"), "a break of the series national is said to come with \"2026\""));
  CHECK(has(errors_with("", "breaks: [{from: \"2025\", why: \"x\", items: [a]}]"), "unknown key `items`"));
  CHECK(has(errors_with("", "design_effect: 0"), "`design_effect` is above 0"));
}

TEST_CASE("breaks are read in the order of the waves and periods, and are part of the lock", "[study][breaks]") {
  StudyFiles files;
  write_public_study(files);
  const std::string without = plan_sha256(files.load());
  std::string study = replaced(public_study, "survey:\n",
                               "breaks: [{from: y2026, why: \"Paper became an online form\"}, "
                               "{from: y2026, items: [worry], why: \"Reworded\"}]\nsurvey:\n");
  study = replaced(study, "window_quarters: 4,", "design_effect: 1.4, breaks: [{from: \"2025\", why: \"Another agency\"}],");
  files.write("study.yaml", study);
  const LoadedStudy loaded = files.load();
  const PublicSurvey& survey = *loaded.study.survey;
  REQUIRE(survey.breaks.size() == 2);
  CHECK(survey.breaks[0].from == "y2026");
  CHECK(survey.breaks[0].items.empty());
  CHECK(survey.breaks[1].items == std::vector<std::string>{"worry"});
  REQUIRE(survey.series.front().breaks.size() == 1);
  CHECK(survey.series.front().breaks.front().why == "Another agency");
  CHECK(survey.series.front().design_effect == 1.4);
  CHECK_FALSE(survey.series.front().n_is_for_all);
  CHECK(plan_sha256(loaded) != without);
}

TEST_CASE("a reworded item is taken where a break stands between the two wordings, and nowhere else", "[study][breaks]") {
  StudyFiles files;
  write_public_study(files);
  files.write("instruments/street-0.yaml",
              replaced(replaced(public_instrument, "version: 1.0.0", "version: 0.9.0"), "do the police do here?", "do the police do?"));
  std::string mixed = replaced(public_study, "- {id: y2025,",
                               "- {id: y2024, label: {en: \"2024\"}, opens: 2024-06-01, closes: 2024-08-31}\n"
                               "  - {id: y2025,");
  mixed = replaced(mixed, "closes: 2024-08-31}", "closes: 2024-08-31, instrument: street@0.9.0}");
  mixed = replaced(mixed, "closes: 2025-08-31}", "closes: 2025-08-31, instrument: street@0.9.0}");
  const auto errors = [&](const std::string& breaks) {
    files.write("study.yaml", replaced(mixed, "survey:\n", breaks + "survey:\n"));
    Problems problems;
    static_cast<void>(files.load(problems));
    return printed(problems, files, true);
  };
  const std::string undeclared = errors("");
  CHECK(has(undeclared, "local_police is reworded between street@0.9.0 (wave y2024) and street@1.0.0"));
  CHECK(has(undeclared, "or `breaks: [{from: y2026, items: [local_police], why: \"..\"}]`"));
  CHECK(errors("breaks: [{from: y2026, items: [local_police], why: \"Reworded\"}]\n").empty());
  CHECK(errors("breaks: [{from: y2026, why: \"Reworded\"}]\n").empty());
  // At the wrong wave: 2025 still asked the old question.
  CHECK(has(errors("breaks: [{from: y2025, items: [local_police], why: \"Reworded\"}]\n"), "(wave y2025)"));
  CHECK(has(errors("breaks: [{from: y2026, items: [worry], why: \"Reworded\"}]\n"), "local_police is reworded"));
}
