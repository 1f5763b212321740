#ifndef CANVASS_ENGINE_ANALYSIS_COHORT_HPP
#define CANVASS_ENGINE_ANALYSIS_COHORT_HPP

#include "engine/analysis/procedure.hpp"
#include "engine/stats/matrix.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// A cohort as the statistics want it: people in rows, waves in columns, arms numbered with the control first.
namespace canvass::analysis {

/// The arms of a study in the order of analysis: control first, then the others as the study lists them.
/// A study without arms has one, nameless.
struct Arms {
  std::vector<std::size_t> study_index; ///< arm number -> index in Study::arms; npos for the nameless one
  bool has_control = false;

  [[nodiscard]] std::size_t size() const noexcept { return study_index.size(); }
  /// Arm number of a study index, or npos.
  [[nodiscard]] std::size_t number(int study_arm) const;
  static constexpr std::size_t npos = static_cast<std::size_t>(-1);
};
Arms arms_of(const Study& study);
/// "Trained", or "Everybody" for the nameless arm.
std::string arm_label(const Study& study, const Arms& arms, std::size_t number);
/// Id for `at`: "treatment"; "all" for the nameless arm.
std::string arm_id(const Study& study, const Arms& arms, std::size_t number);
std::string wave_label(const Study& study, std::size_t wave);

/// One outcome of everybody who has an arm and answered it at least once.
struct CohortData {
  Arms arms;
  std::vector<std::size_t> person; ///< index in Dataset::persons
  std::vector<std::size_t> arm;    ///< arm number
  std::vector<std::size_t> waves;  ///< study wave of each column of y: those with at least one answer to this outcome
  stats::Matrix y;                 ///< people x waves, NaN = missing

  /// Column of y that holds a study wave, or npos.
  [[nodiscard]] std::size_t column(std::size_t study_wave) const;
  static constexpr std::size_t npos = static_cast<std::size_t>(-1);
};
/// @throws InputError no such outcome
CohortData cohort_data(const LoadedStudy& study, const Dataset& dataset, std::string_view outcome);

/// The values of one arm at two waves, of people who answered both.
struct Pairs {
  std::vector<double> before, after;
  std::vector<std::size_t> person;
  std::size_t n_missing = 0; ///< people of the arm who answered one of the two only
};
Pairs pairs_of(const CohortData& data, std::size_t arm, std::size_t later, std::size_t earlier);

/// later - earlier of everybody who answered both, with arm numbers; aligned.
struct Changes {
  std::vector<double> before, after;
  std::vector<std::size_t> arm, person;
};
Changes changes_of(const CohortData& data, std::size_t later, std::size_t earlier);

/// What a reader should know of an outcome.
struct OutcomeFacts {
  std::string id, label;
  Direction direction = Direction::none;
  double lowest = 0, highest = 0; ///< range of the scale or codes; both 0 where there is none
  bool is_scale = false, is_indicator = false, is_variable = false;
  const Variable* variable = nullptr;
};
/// @throws InputError no such outcome
OutcomeFacts outcome_facts(const LoadedStudy& study, std::string_view outcome);

/// Ids of the items with three or more ordered answers: those that comparisons of items take.
std::vector<std::string> ordered_items(const Instrument& instrument);

/// Waves with at least one response, in order.
std::vector<std::size_t> collected_waves(const Study& study, const Dataset& dataset);
/// "T3-T1".
std::string contrast_id(const Study& study, const Contrast& contrast);
/// Every contrast of the plan's analysis, or, where it names none, each later wave against the first and the last against the one before.
std::vector<Contrast> contrasts_of(const Study& study, const PlannedAnalysis& analysis);
Expect expectation(const PlannedAnalysis& analysis, const Contrast& contrast);

/// A column of people.csv for every person of the dataset; empty where the person or the column is not there.
std::vector<std::string> people_values(const LoadedStudy& study, const Dataset& dataset, std::string_view column);
/// The texts as numbers 0 .. k-1 in order of first appearance; an empty text gets a number of its own each time (a cluster of one).
std::vector<std::size_t> cluster_numbers(std::span<const std::string> texts);

} // namespace canvass::analysis

#endif
