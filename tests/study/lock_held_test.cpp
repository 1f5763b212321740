#include "tests/support/catch.hpp"
#include "tests/support/public_files.hpp"

#include "engine/study/lock.hpp"

using namespace canvass;
using namespace canvass::testing;

TEST_CASE("a survey that goes on is held against the plan that was locked before its newest answers", "[study][lock]") {
  StudyFiles files;
  write_public_study(files);
  Study study = files.load().study;
  const AnswersByWave first = {{"y2025", 0}};
  const AnswersByWave next_year = {{"y2025", 180}, {"y2026", 0}};
  const AnswersByWave too_late = {{"y2025", 180}, {"y2026", 12}};
  CHECK(lock_held_against(study, {first}, 1) == 0);
  CHECK(lock_held_against(study, {first, next_year}, 1) == 1);
  CHECK(lock_held_against(study, {first, next_year}, 0) == 0); // only last year's answers are in
  CHECK(lock_held_against(study, {first, next_year, too_late}, 1) == 1);
  CHECK(lock_held_against(study, {first, too_late}, 1) == 0);
  CHECK(lock_held_against(study, {too_late}, 1) == 0);
  CHECK(lock_held_against(study, {first, next_year}, Study::npos) == 0); // nobody has answered
  study.survey.reset();                                                  // a cohort has one plan
  CHECK(lock_held_against(study, {first, next_year}, 1) == 0);
}
