#ifndef CANVASS_ENGINE_ANALYSIS_JUDGE_HPP
#define CANVASS_ENGINE_ANALYSIS_JUDGE_HPP

#include "engine/report/estimate.hpp"
#include "engine/study/model.hpp"

#include <optional>
#include <string>
#include <vector>

/// The table of verdicts (conventions 1), written once.
namespace canvass::analysis {

/// What a verdict is made from. NaN = not known.
struct Evidence {
  double difference = report::not_a_number; ///< D, against control, as answered (not turned)
  double low = report::not_a_number;        ///< its interval
  double high = report::not_a_number;
  double p_value = report::not_a_number;
  double p_adjusted = report::not_a_number;
  double q_equivalence = report::not_a_number; ///< Holm-adjusted equivalence p
  double detectable = report::not_a_number;
  std::optional<double> bound; ///< d, the smallest change that matters
  double level = 0.05;
  double n = 0, n_versus = 0; ///< complete people in each arm
  Direction desired = Direction::none;
  Expect expect = Expect::none;
  bool testable = true;                 ///< a control, both waves, SE above 0
  double baseline_smd = 0;              ///< treated against control at the earlier wave
  double ancova = report::not_a_number; ///< ANCOVA's estimate of the same contrast
  bool in_family = false;               ///< p_adjusted comes from a family of more than one
};

struct Verdict {
  std::string word;               ///< improved, worsened, higher, lower, practically unchanged, inconclusive, not testable
  std::vector<std::string> flags; ///< as_expected, against_expectation, by_at_least_d, d_not_shown, detectable_smaller_than_d,
                                  ///< alone_not_among_m, too_small_to_tell, baseline_and_ancova_disagree
};

/// Fewest complete people in an arm for a verdict.
inline constexpr double least_complete = 10;

/// The first row of the table that holds.
Verdict judge(const Evidence& evidence);

/// Fills verdict and flags of every judged row (difference_in_differences with a family) from the rows beside it.
void judge(report::Estimates& rows, const LoadedStudy& study);

} // namespace canvass::analysis

#endif
