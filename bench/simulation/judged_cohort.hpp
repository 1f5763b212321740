#ifndef CANVASS_BENCH_SIMULATION_JUDGED_COHORT_HPP
#define CANVASS_BENCH_SIMULATION_JUDGED_COHORT_HPP

#include "bench/simulation/made_cohort.hpp"
#include "engine/analysis/judge.hpp"
#include "engine/stats/baseline.hpp"
#include "engine/stats/least_squares.hpp"
#include "engine/stats/mmrm.hpp"
#include "engine/stats/power.hpp"
#include "engine/stats/two_sample.hpp"

#include <vector>

/// The primary contrast of a cohort and its verdict, from the same functions that cohort_change calls and in its order, without the rows
/// that only describe. tests/analysis/verdict_rates_test.cpp holds it against the whole procedure.
namespace canvass::simulation {

struct Judged {
  stats::Inference satterthwaite, kenward_roger;
  stats::Inference complete; ///< difference in differences of those who answered T1 and T3
  stats::Inference cr2;      ///< the same over course groups; only if asked for
  analysis::Evidence evidence;
  analysis::Verdict verdict;
  analysis::Verdict icc_05, icc_10; ///< as if trained in courses
  double left = 0;                  ///< share of people without T3
};

/// `bound`: smallest change that matters. `with_courses`: course groups are recorded as well.
inline Judged judge_cohort(const Cohort& cohort, double bound, double course_size, bool with_courses) {
  Judged judged;
  const stats::ArmByWave model = stats::mmrm_arm_by_wave(cohort.scores, cohort.arm);
  const stats::ArmByWaveContrast& contrast = *model.difference(2, 0);
  judged.satterthwaite = contrast.satterthwaite;
  judged.kenward_roger = contrast.kenward_roger;

  std::vector<double> pre, post, baseline_control, baseline_treated;
  std::vector<std::size_t> arm, course;
  for (std::size_t person = 0; person < cohort.people; ++person) {
    (cohort.arm[person] == 1 ? baseline_treated : baseline_control).push_back(cohort.scores(person, 0));
    if (!std::isnan(cohort.scores(person, 2))) {
      pre.push_back(cohort.scores(person, 0));
      post.push_back(cohort.scores(person, 2));
      arm.push_back(cohort.arm[person]);
      course.push_back(cohort.course[person]);
    }
  }
  judged.left = 1 - static_cast<double>(pre.size()) / static_cast<double>(cohort.people);
  judged.complete = stats::difference_in_differences(pre, post, arm).inference;
  if (with_courses) {
    judged.cr2 = stats::difference_in_differences(pre, post, arm, stats::Sandwich::cr2, course).inference;
  }

  const stats::Inference& main = contrast.satterthwaite;
  analysis::Evidence evidence;
  evidence.difference = main.estimate;
  evidence.low = main.conf_low;
  evidence.high = main.conf_high;
  evidence.p_value = main.p_value;
  evidence.p_adjusted = main.p_value; // one primary contrast is a family of one
  evidence.q_equivalence = stats::tost(main.estimate, main.std_error, main.df, -bound, bound).p_value;
  evidence.detectable = stats::detectable_effect(main.std_error, main.df);
  evidence.bound = bound;
  evidence.n = static_cast<double>(contrast.n_both);
  evidence.n_versus = static_cast<double>(contrast.n_versus_both);
  evidence.desired = Direction::up;
  evidence.testable = main.std_error > 0;
  evidence.baseline_smd = stats::smd(baseline_control, baseline_treated).smd;
  evidence.ancova = stats::ancova(pre, post, arm).inference.estimate;
  judged.evidence = evidence;
  judged.verdict = analysis::judge(evidence);

  const auto as_if_grouped = [&](double icc) {
    const double treated = model.change(1, 2, 0)->satterthwaite.std_error;
    const double control = model.change(0, 2, 0)->satterthwaite.std_error;
    const stats::Inference grouped =
        stats::contrast_in_groups(main.estimate, treated * treated, evidence.n, control * control, evidence.n_versus, icc, course_size)
            .inference;
    analysis::Evidence changed = evidence;
    changed.low = grouped.conf_low;
    changed.high = grouped.conf_high;
    changed.p_value = changed.p_adjusted = grouped.p_value;
    changed.q_equivalence = report::not_a_number;
    return analysis::judge(changed);
  };
  judged.icc_05 = as_if_grouped(0.05);
  judged.icc_10 = as_if_grouped(0.10);
  return judged;
}

} // namespace canvass::simulation

#endif
