#include "engine/analysis/judge.hpp"

#include "engine/analysis/cohort.hpp"
#include "engine/stats/multiplicity.hpp"
#include "engine/stats/two_sample.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace canvass::analysis {
namespace {

Verdict against_expectation(Verdict verdict, const Evidence& evidence) {
  const bool up = evidence.difference > 0;
  switch (evidence.expect) {
  case Expect::none: break;
  case Expect::up: verdict.flags.emplace_back(up ? "as_expected" : "against_expectation"); break;
  case Expect::down: verdict.flags.emplace_back(up ? "against_expectation" : "as_expected"); break;
  case Expect::same: verdict.flags.emplace_back("against_expectation"); break;
  }
  return verdict;
}

/// Holm over `family` (id and p), with `p` in the place of the row `replaced`: what that row's adjusted p would have been.
double holm_instead(const std::vector<std::pair<std::string, double>>& family, const std::string& replaced, double p) {
  std::vector<double> all;
  std::size_t place = family.size();
  for (std::size_t i = 0; i < family.size(); ++i) {
    const bool here = family[i].first == replaced;
    place = here ? i : place;
    all.push_back(here ? p : family[i].second);
  }
  return place == family.size() ? p : stats::adjust_p(all, stats::Adjustment::holm)[place];
}

} // namespace

Verdict judge(const Evidence& evidence) {
  if (!evidence.testable || evidence.n < least_complete || evidence.n_versus < least_complete || std::isnan(evidence.p_adjusted)) {
    Verdict verdict{"not testable", {}};
    if (evidence.testable && (evidence.n < least_complete || evidence.n_versus < least_complete)) {
      verdict.flags.emplace_back("under_10_complete");
    }
    return verdict;
  }
  const bool detected = evidence.p_adjusted <= evidence.level;
  if (evidence.bound && evidence.q_equivalence <= evidence.level) {
    Verdict verdict{"practically unchanged", {}};
    if (detected) {
      verdict.flags.emplace_back("detectable_smaller_than_d");
    }
    if (evidence.expect == Expect::same) {
      verdict.flags.emplace_back("as_expected");
    } else if (evidence.expect != Expect::none) {
      verdict.flags.emplace_back("against_expectation");
    }
    return verdict;
  }
  const bool other_sign = !std::isnan(evidence.ancova) && evidence.ancova * evidence.difference < 0;
  if (std::abs(evidence.baseline_smd) > 0.25 && other_sign) {
    return {"inconclusive", {"baseline_and_ancova_disagree"}};
  }
  if (detected && evidence.difference != 0) {
    const bool up = evidence.difference > 0;
    Verdict verdict;
    if (evidence.desired == Direction::none) {
      verdict.word = up ? "higher" : "lower";
    } else {
      verdict.word = up == (evidence.desired == Direction::up) ? "improved" : "worsened";
    }
    if (evidence.bound) {
      const double nearest = up ? evidence.low : -evidence.high;
      verdict.flags.emplace_back(nearest >= *evidence.bound ? "by_at_least_d" : "d_not_shown");
    }
    return against_expectation(verdict, evidence);
  }
  Verdict verdict{"inconclusive", {}};
  if (evidence.p_value <= evidence.level) {
    verdict.flags.emplace_back("alone_not_among_m");
  }
  if (!evidence.bound || evidence.detectable > *evidence.bound) {
    verdict.flags.emplace_back("too_small_to_tell");
  }
  return verdict;
}

void judge(report::Estimates& rows, const LoadedStudy& study) {
  std::map<std::string_view, const report::Estimate*> by_id;
  for (const report::Estimate& row : rows) {
    by_id.emplace(row.id, &row);
  }
  const auto beside = [&](const report::Estimate& row, std::string_view suffix) -> const report::Estimate* {
    const auto found = by_id.find(row.id + "/" + std::string(suffix));
    return found == by_id.end() ? nullptr : found->second;
  };
  std::vector<std::pair<report::Estimate*, Verdict>> verdicts;
  std::vector<std::pair<const report::Estimate*, Evidence>> evidences;
  for (report::Estimate& row : rows) {
    const bool alternate = std::find(row.flags.begin(), row.flags.end(), "alternate") != row.flags.end();
    if (row.quantity != "difference_in_differences" || alternate || row.id.find("/course_groups") != std::string::npos) {
      continue;
    }
    Evidence evidence;
    evidence.difference = row.estimate;
    evidence.low = row.conf_low;
    evidence.high = row.conf_high;
    evidence.p_value = row.p_value;
    evidence.p_adjusted = row.p_adjusted;
    evidence.level = study.study.plan.significance_level;
    evidence.n = row.n;
    evidence.n_versus = row.n_versus;
    const bool unseparable = std::find(row.flags.begin(), row.flags.end(), "under_three_groups") != row.flags.end();
    evidence.testable = std::isfinite(row.p_adjusted) && row.std_error > 0 && !unseparable;
    evidence.desired = outcome_facts(study, row.outcome).direction;
    for (const PlannedAnalysis& analysis : study.study.plan.analyses) {
      if (analysis.id != row.analysis) {
        continue;
      }
      evidence.bound = analysis.family.empty() ? analysis.smallest_change_that_matters : std::nullopt;
      for (const Contrast& contrast : contrasts_of(study.study, analysis)) {
        const std::string id = row.analysis + "/" + contrast_id(study.study, contrast);
        if (row.id == id || row.id.rfind(id + "/", 0) == 0) {
          evidence.expect = analysis.family.empty() ? expectation(analysis, contrast) : Expect::none;
          for (const auto& [variable, level] : row.at) {
            const auto smd = variable == "arm" ? by_id.find("baseline/" + row.outcome + "/smd/" + level) : by_id.end();
            if (smd != by_id.end()) {
              evidence.baseline_smd = smd->second->estimate;
            }
          }
        }
      }
    }
    if (const report::Estimate* equivalence = beside(row, "equivalence")) {
      evidence.q_equivalence = equivalence->p_adjusted;
    }
    if (const report::Estimate* detectable = beside(row, "detectable")) {
      evidence.detectable = detectable->estimate;
    }
    if (const report::Estimate* ancova = beside(row, "ancova_hc3")) {
      evidence.ancova = ancova->estimate;
    }
    verdicts.emplace_back(&row, judge(evidence));
    evidences.emplace_back(&row, evidence);
  }
  // What the verdict would be by another way of counting: the same table, the row in the place of its main row in both Holm families.
  std::map<std::string, std::vector<std::pair<std::string, double>>> tested;
  std::map<std::string, std::vector<std::pair<std::string, double>>> equivalences;
  for (const auto& [main, evidence] : evidences) {
    tested[main->family].emplace_back(main->id, main->p_value);
    if (const report::Estimate* equivalence = beside(*main, "equivalence")) {
      equivalences[main->family].emplace_back(main->id, equivalence->p_value);
    }
  }
  for (report::Estimate& row : rows) {
    for (const std::string_view other : {"icc_05", "icc_10", "without_late", "mmrm"}) {
      const std::string suffix = "/" + std::string(other);
      if (row.id.size() < suffix.size() || row.id.compare(row.id.size() - suffix.size(), suffix.size(), suffix) != 0) {
        continue;
      }
      const std::string main_id = row.id.substr(0, row.id.size() - suffix.size());
      for (const auto& [main, evidence] : evidences) {
        if (main->id == main_id) {
          Evidence changed = evidence;
          changed.difference = row.estimate;
          changed.low = row.conf_low;
          changed.high = row.conf_high;
          changed.n = row.n;
          changed.n_versus = row.n_versus;
          changed.p_value = row.p_value;
          changed.p_adjusted = holm_instead(tested[main->family], main_id, row.p_value);
          changed.testable = std::isfinite(row.p_value) && row.std_error > 0;
          changed.q_equivalence = report::not_a_number;
          changed.detectable = report::not_a_number;
          if (changed.bound && changed.testable) {
            const double df = std::isfinite(row.df) ? row.df : std::numeric_limits<double>::infinity();
            const auto test = stats::tost(row.estimate, row.std_error, df, -*changed.bound, *changed.bound, changed.level);
            changed.q_equivalence = holm_instead(equivalences[main->family], main_id, test.p_value);
          }
          row.verdict = judge(changed).word;
        }
      }
    }
  }
  for (auto& [row, verdict] : verdicts) {
    row->verdict = verdict.word;
    row->flags.insert(row->flags.end(), verdict.flags.begin(), verdict.flags.end());
  }
}

} // namespace canvass::analysis
