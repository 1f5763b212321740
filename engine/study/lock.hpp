#ifndef CANVASS_ENGINE_STUDY_LOCK_HPP
#define CANVASS_ENGINE_STUDY_LOCK_HPP

#include "engine/core/json.hpp"
#include "engine/study/model.hpp"

#include <string>
#include <string_view>
#include <vector>

/// A plan as it is locked: what was decided before the answers were seen, in a form that two people, or two years, can compare.
namespace canvass {

/// All that a result could be bent with afterwards: level, conventions, seed, arms, waves, and for each analysis its procedure, outcome
/// with its scoring written out, family with its outcomes written out, contrasts, primary, bound, expectations, options.
/// Order in the file does not count: analyses stand by id, contrasts in the order of the waves, so that tidying a study changes nothing.
Json canonical_plan(const LoadedStudy& study);

/// SHA-256 of canonical_plan(study).canonical(), hexadecimal: what `canvass plan lock` prints and the report shows.
std::string plan_sha256(const LoadedStudy& study);

/// One thing that differs between two plans, as a sentence for a person.
struct PlanDifference {
  std::string analysis; ///< id of the analysis; empty: it concerns all of them
  std::string text;     ///< "the primary contrast was T3-T1, is now T2-T1"
  bool deviates = true; ///< false: words only (a reason reworded), nothing that a number depends on
  bool added = false;   ///< the analysis is not in the older plan
  bool removed = false; ///< the analysis is not in the newer plan
};

/// What changed from `locked` to `current` (both made by canonical_plan, or read back with parse_json): first what concerns every
/// analysis, then by analysis id. Empty if the plans are the same.
std::vector<PlanDifference> diff_plans(const Json& locked, const Json& current);

enum class PlanStatus { planned, exploratory, deviated };

/// How the rows of one analysis are to be marked: exploratory if the locked plan does not have it, deviated if it or anything that
/// concerns all analyses was changed since, else planned.
PlanStatus status_of(std::string_view analysis, const Json& locked, const std::vector<PlanDifference>& differences);

/// How many answers of each wave were in when a plan was locked.
using AnswersByWave = std::vector<std::pair<std::string, std::size_t>>;

/// Which of several locks (oldest first, at least one) a study is held against: the first, since whoever locks again has seen answers. A
/// survey of the public goes on for years, and each year's plan is made before its answers: there it is the last lock that was made before
/// any answer of the newest wave, which is `newest`, an index of a wave, or npos before the first answer; the first lock where there is
/// none such.
std::size_t lock_held_against(const Study& study, const std::vector<AnswersByWave>& locks, std::size_t newest);

} // namespace canvass

#endif
