#include "tests/support/catch.hpp"

#include "engine/report/sentence.hpp"
#include "engine/report/survey_sentence.hpp"

using namespace canvass::report;

namespace {

Estimate share() {
  Estimate row;
  row.id = "trends/confident/2026";
  row.outcome = "confident";
  row.unit = Unit::percent;
  row.estimate = 39;
  row.conf_low = 37.9;
  row.conf_high = 40.1;
  row.n = 11790;
  return row;
}

Estimate change(const std::string& verdict) {
  Estimate row;
  row.id = "trends/confident/2026-2025";
  row.unit = Unit::percentage_points;
  row.estimate = -1.4;
  row.conf_low = -3.0;
  row.conf_high = 0.2;
  row.verdict = verdict;
  return row;
}

} // namespace

TEST_CASE("a share that is withheld or that nobody answered has no number", "[report][survey]") {
  Estimate row = share();
  row.flags = {"withheld"};
  row.estimate = row.n = not_a_number;
  CHECK(plain_words(share_sentence(row, {"rate the police good", "Confident"})) == "Confident: withheld, too few answers.");
  row.flags.clear();
  CHECK(plain_words(share_sentence(row, {"", ""})) == "confident: nobody answered.");
  CHECK(plain_words(difference_numbers(row)) == "not available");
}

TEST_CASE("a share of people has interval and n, one of answers says whom it is of", "[report][survey]") {
  Estimate row = share();
  const ShareWords words{"rate the local police good or excellent", "Confident"};
  CHECK(plain_words(share_sentence(row, words)) == "<39> rate the local police good or excellent (<37.9 to 40.1>; n <11790>).");
  row.flags = {"chance_only"};
  const std::string text = plain_words(share_sentence(row, words));
  CHECK(text == "<39> of those who answered rate the local police good or excellent (n <11790>; by chance alone <37.9 to 40.1>).");
  CHECK(text.find("residents") == std::string::npos);
  CHECK(plain_words(share_sentence(row, {"", "Confident"})).find("Confident, of those who answered: <39>") == 0);
}

TEST_CASE("a change is named only where the verdict names one", "[report][survey]") {
  CHECK(plain_words(change_phrase(change("no clear change"), "2025")) == "No clear change on 2025 (<-1.4> points, <-3 to 0.2>)");
  CHECK(plain_words(change_phrase(change("lower"), "2023")).find("Lower than 2023 (") == 0);
  CHECK(plain_words(change_phrase(change("higher"), "2023")).find("Higher than 2023 (") == 0);
  Estimate withheld = change("");
  withheld.flags = {"withheld"};
  withheld.estimate = not_a_number;
  CHECK(plain_words(change_phrase(withheld, "2025")) == "Change on 2025 not available");
}
