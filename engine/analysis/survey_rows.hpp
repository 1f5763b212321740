#ifndef CANVASS_ENGINE_ANALYSIS_SURVEY_ROWS_HPP
#define CANVASS_ENGINE_ANALYSIS_SURVEY_ROWS_HPP

#include "engine/analysis/procedure.hpp"
#include "engine/analysis/sample.hpp"
#include "engine/report/estimate.hpp"
#include "engine/stats/multiplicity.hpp"
#include "engine/survey/cube.hpp"
#include "engine/survey/estimators.hpp"
#include "engine/survey/tables.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What procedures over public surveys share: which outcomes they take, and how an estimated share or difference becomes a row.
namespace canvass::analysis {

/// The analysis' outcome, its family's, or every indicator of the instrument. @throws InputError an outcome that is not there
std::vector<std::string> outcomes_of(const LoadedStudy& study, const PlannedAnalysis& analysis);

/// The names in an option, which stand between spaces. `what` says what they are. @throws InputError none given
std::vector<std::string> named_in(const PlannedAnalysis& analysis, const std::string& option, std::string_view what);

/// True for a share of people (an indicator, or one tick of a multiple choice): reported in percent. Else a mean in points.
bool is_share_outcome(const LoadedStudy& study, std::string_view outcome);

/// The element that a driver (an item, or an indicator all of whose questions share one) belongs to; empty if to none.
std::string element_of(const Instrument& instrument, std::string_view driver);

/// The answers to a question from the lowest code to the highest, however the questionnaire lists them: "very satisfied" may stand first
/// and is still the most.
Cells by_code(Cells cells);

/// The sample, which every procedure over a public survey needs. @throws DomainError the study declares no `survey`
const Sample& sample_for(const Context& context, const PlannedAnalysis& analysis);

/// A row for a weighted share in percent, or for a weighted mean in points, still without its numbers.
report::Estimate estimate_row(const PlannedAnalysis& analysis, std::string_view part, std::string_view outcome, bool share);

/// Fills a row with a cell, or with the i-th estimate: percent and Korn-Graubard interval for a share, t interval for a mean; n, missing,
/// df, effective n, the count of those who count, and the flags "small_base", "many_left_out" (a tenth or more of those asked gave no
/// answer that counts). Without inference (`sample.speaks_of_everybody` false) neither error nor interval about residents is given: the
/// interval says what chance alone would do, and the flag "chance_only" says so.
void fill_estimate(report::Estimate& row, const survey::CubeCell& cell, bool share, const Sample& sample, const Study& study);
void fill_estimate(report::Estimate& row, const survey::Estimates& estimates, std::size_t i, bool share, const Sample& sample,
                   const Study& study);

/// The flags "small_base" and "many_left_out" by n and n_missing, and "chance_only", as above.
void add_base_flags(report::Estimate& row, const Sample& sample, const Study& study);

/// How two estimates are held against each other.
struct Comparing {
  bool share = false;    ///< of people, not a mean
  double level = 0.05;   ///< of the test; the interval's is 1 less this
  double most_df = 1e99; ///< of two parts of one sample: the degrees of freedom of its design, which no two parts exceed
};
struct Difference : survey::Contrast {
  bool from_intervals = false; ///< of shares, one of them too thin for a t test (survey/share_difference.hpp): no statistic and no df
};

/// Fills a row with a difference: percentage points or points; error, t, p and interval, and the method where it is not t. The flag
/// "chance_only" as above, and no p.
void fill_difference(report::Estimate& row, const Difference& difference, const Comparing& how, const Sample& sample);

/// Of independent samples: later less earlier, with Satterthwaite's df.
Difference difference_of_samples(const survey::CubeCell& later, const survey::CubeCell& earlier, const Comparing& how);
/// Of two domains of one covariance matrix: i less j, with Satterthwaite's df over the two.
Difference difference_within(const survey::Estimates& estimates, std::size_t i, std::size_t j, const Comparing& how);
/// A cell less everybody else who is in any cell; df is Satterthwaite's over the two sides.
Difference against_rest(const survey::CubeCell& cell, const survey::RestOfCell& rest, const Comparing& how);
/// A share less a number, where the share is too thin for a t test; nullopt where it is not, or is no share.
std::optional<Difference> thin_against_number(const survey::Estimates& estimate, double number, const Comparing& how);
/// Two differences of separate samples, the first less the second: of domains 0 and 1 now and before.
Difference difference_in_differences(const survey::Estimates& now, const survey::Estimates& before, const Comparing& how);

/// A test of a whole table by whichever statistic, with its degrees of freedom and p; the estimate is Cramer's V of the weighted table.
/// Not judged yet.
report::Estimate association_row(const PlannedAnalysis& analysis, std::string_view part, std::string_view outcome, report::Levels at,
                                 const survey::IndependenceTest& test);
/// "differs" or "not told apart", by the adjusted p where there is one.
void judge_association(report::Estimate& row, const Study& study);

/// The published series of that id. @throws InputError there is none
const PublishedSeries& series_named(const Context& context, const PlannedAnalysis& analysis, const std::string& id);

/// The last break that the study declares between two waves for what an outcome is made of, or nullptr: then nothing is compared.
const SeriesBreak* break_between(const LoadedStudy& study, const std::string& outcome, std::size_t earlier, std::size_t later);
/// Marks a row as not compared: no number, the verdict "not compared" and the flag "break".
void not_compared(report::Estimate& row);

/// Benjamini-Hochberg over the rows' p-values: p_adjusted, adjustment and, at the plan's level, a verdict: `above` / `below` by sign, else
/// `unclear`.
void judge_together(std::span<report::Estimate*> rows, const Study& study, std::string_view above, std::string_view below,
                    std::string_view unclear);
/// p_adjusted and adjustment of rows that are one family; "none" where there is one row only.
void adjust_together(std::span<report::Estimate*> rows, stats::Adjustment adjustment);
/// One comparison by its own p: the same words.
void judge_alone(report::Estimate& row, const Study& study, std::string_view above, std::string_view below, std::string_view unclear);

} // namespace canvass::analysis

#endif
