#include "engine/analysis/survey_rows.hpp"

#include "engine/analysis/rows.hpp"
#include "engine/core/text.hpp"
#include "engine/stats/inference.hpp"
#include "engine/survey/proportion_interval.hpp"
#include "engine/survey/share_difference.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <initializer_list>
#include <numeric>
#include <optional>
#include <utility>

namespace canvass::analysis {

using report::Estimate;

std::vector<std::string> outcomes_of(const LoadedStudy& study, const PlannedAnalysis& analysis) {
  if (!analysis.outcome.empty()) {
    return {analysis.outcome};
  }
  if (const Family* family = study.study.plan.family(analysis.family)) {
    return family->outcomes;
  }
  std::vector<std::string> outcomes;
  for (const Indicator& indicator : study.instrument().indicators) {
    outcomes.push_back(indicator.id);
  }
  return outcomes;
}

std::vector<std::string> named_in(const PlannedAnalysis& analysis, const std::string& option, std::string_view what) {
  std::vector<std::string> names;
  if (const auto found = analysis.options.find(option); found != analysis.options.end()) {
    for (const std::string_view name : split(found->second, ' ')) {
      if (!trim(name).empty()) {
        names.emplace_back(trim(name));
      }
    }
  }
  if (names.empty()) {
    throw InputError(analysis.at, fmt::format("analysis {} needs `{}`: {}", analysis.id, option, what));
  }
  return names;
}

bool is_share_outcome(const LoadedStudy& study, std::string_view outcome) {
  const Instrument& instrument = study.instrument();
  if (instrument.indicator(outcome) != nullptr) {
    return true;
  }
  const std::size_t index = instrument.variable(outcome);
  return index != Instrument::npos && instrument.variables[index].multiple;
}

std::string element_of(const Instrument& instrument, std::string_view driver) {
  const Indicator* indicator = instrument.indicator(driver);
  const std::vector<std::string> asked = indicator != nullptr ? indicator->variables() : std::vector<std::string>{std::string(driver)};
  std::string element;
  for (const std::string& variable : asked) {
    const std::size_t index = instrument.variable(variable);
    const std::string one = index == Instrument::npos ? std::string() : instrument.variables[index].element;
    if (one.empty() || (!element.empty() && one != element)) {
      return {};
    }
    element = one;
  }
  return element;
}

Cells by_code(Cells cells) {
  std::vector<std::size_t> order(cells.ids.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return parse_int64(cells.ids[a]).value_or(0) < parse_int64(cells.ids[b]).value_or(0);
  });
  Cells sorted;
  std::vector<std::int32_t> number(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    number[order[i]] = static_cast<std::int32_t>(i);
    sorted.ids.push_back(cells.ids[order[i]]);
    sorted.labels.push_back(cells.labels[order[i]]);
  }
  for (const std::int32_t cell : cells.cell) {
    sorted.cell.push_back(cell < 0 ? cell : number[static_cast<std::size_t>(cell)]);
  }
  return sorted;
}

const Sample& sample_for(const Context& context, const PlannedAnalysis& analysis) {
  if (context.sample == nullptr) {
    throw DomainError(fmt::format("{} speaks of the public, and the study declares no `survey`; see docs/study.md", analysis.procedure));
  }
  return *context.sample;
}

Estimate estimate_row(const PlannedAnalysis& analysis, std::string_view part, std::string_view outcome, bool share) {
  return row_of(analysis, part, outcome, share ? "proportion" : "mean", share ? "weighted share, Korn-Graubard" : "weighted mean, t",
                share ? report::Unit::percent : report::Unit::points);
}

void fill_estimate(Estimate& row, const survey::CubeCell& cell, bool share, const Sample& sample, const Study& study) {
  const double factor = share ? 100 : 1;
  const double level = 1 - study.plan.significance_level;
  row.estimate = factor * cell.share;
  row.std_error = factor * cell.std_error;
  row.df = std::isfinite(cell.df) ? cell.df : report::not_a_number;
  row.n = static_cast<double>(cell.n);
  row.n_missing = static_cast<double>(cell.missing);
  row.effective_n = cell.kish_n;
  row.conf_level = level;
  if (cell.n == 0) {
    row.std_error = row.conf_level = row.df = report::not_a_number;
    return;
  }
  if (share) {
    const stats::Interval interval = survey::proportion_interval(cell.facts(), level);
    row.conf_low = 100 * interval.low;
    row.conf_high = 100 * interval.high;
  } else {
    const stats::Inference inference = stats::inference_from(cell.share, cell.std_error, cell.df, level);
    row.conf_low = inference.conf_low;
    row.conf_high = inference.conf_high;
  }
  add_base_flags(row, sample, study);
}

void add_base_flags(Estimate& row, const Sample& sample, const Study& study) {
  const double asked = row.n + row.n_missing;
  if (study.survey && row.n < study.survey->flag_base) {
    row.flags.emplace_back("small_base");
  }
  if (row.n_missing >= 0.1 * asked && row.n_missing > 0) {
    row.flags.emplace_back("many_left_out");
  }
  if (!sample.speaks_of_everybody) {
    row.flags.emplace_back("chance_only");
  }
}

void fill_estimate(Estimate& row, const survey::Estimates& estimates, std::size_t i, bool share, const Sample& sample, const Study& study) {
  fill_estimate(row, survey::cell_of(estimates, i), share, sample, study);
}

void fill_difference(Estimate& row, const Difference& difference, const Comparing& how, const Sample& sample) {
  const double factor = how.share ? 100 : 1;
  row.unit = how.share ? report::Unit::percentage_points : report::Unit::points;
  row.estimate = factor * difference.value;
  row.std_error = factor * difference.std_error;
  row.conf_level = 1 - how.level;
  row.conf_low = factor * difference.low;
  row.conf_high = factor * difference.high;
  if (difference.from_intervals) {
    row.method = "intervals of the shares, squared and added";
  }
  if (sample.speaks_of_everybody) {
    row.df = std::isfinite(difference.df) ? difference.df : report::not_a_number;
    row.statistic = difference.statistic;
    row.p_value = difference.p_value;
  } else {
    row.flags.emplace_back("chance_only");
  }
}

namespace {

using survey::CubeCell;

/// A difference whose parts have variances and degrees of freedom of their own, its error known from elsewhere if they are not independent:
/// t with Satterthwaite's df.
Difference t_difference(double value, double std_error, const std::array<double, 2>& errors, const std::array<double, 2>& dfs,
                        const Comparing& how) {
  Difference made;
  made.value = value;
  made.std_error = std_error;
  const std::array variances{errors[0] * errors[0], errors[1] * errors[1]};
  made.df = dfs[0] > 0 && dfs[1] > 0 ? std::min(stats::satterthwaite_df(variances, dfs), how.most_df) : report::not_a_number;
  const stats::Inference inference = stats::inference_from(value, std_error, made.df, 1 - how.level);
  made.statistic = inference.statistic;
  made.p_value = inference.p_value;
  made.low = inference.conf_low;
  made.high = inference.conf_high;
  return made;
}

Difference from_intervals(const survey::ShareDifference& from, double std_error) {
  Difference made;
  made.value = from.value;
  made.std_error = std_error;
  made.low = from.low;
  made.high = from.high;
  made.p_value = from.p_value;
  made.statistic = made.df = report::not_a_number;
  made.from_intervals = true;
  return made;
}

/// From the intervals of the shares, where one of them is too thin for a t test; nullopt where none is. Of each two shares, which go
/// together, `pair_errors` has the error of their difference.
std::optional<Difference> thin_difference(std::initializer_list<std::pair<const CubeCell*, double>> parts,
                                          std::span<const double> pair_errors, double std_error, const Comparing& how) {
  std::vector<survey::SignedShare> shares;
  bool thin = false;
  for (const auto& [cell, sign] : parts) {
    if (!how.share || cell->n == 0) {
      return std::nullopt;
    }
    shares.push_back({cell->facts(), sign});
    thin = thin || survey::is_thin(shares.back().share);
  }
  if (!thin) {
    return std::nullopt;
  }
  return from_intervals(survey::difference_of_shares(shares, pair_errors, 1 - how.level), std_error);
}

Difference difference_of_parts(const CubeCell& first, const CubeCell& second, double std_error, const Comparing& how) {
  if (const auto thin = thin_difference({{&first, 1.0}, {&second, -1.0}}, std::array{std_error}, std_error, how)) {
    return *thin;
  }
  return t_difference(first.share - second.share, std_error, {first.std_error, second.std_error}, {first.df, second.df}, how);
}

double error_of_difference(const survey::Estimates& estimates, std::size_t i, std::size_t j) {
  return std::sqrt(estimates.covariance(i, i) + estimates.covariance(j, j) - 2 * estimates.covariance(i, j));
}

} // namespace

Difference difference_of_samples(const CubeCell& later, const CubeCell& earlier, const Comparing& how) {
  const double v = later.std_error * later.std_error;
  const double w = earlier.std_error * earlier.std_error;
  return difference_of_parts(later, earlier, std::sqrt(v + w), how);
}

Difference difference_within(const survey::Estimates& estimates, std::size_t i, std::size_t j, const Comparing& how) {
  return difference_of_parts(survey::cell_of(estimates, i), survey::cell_of(estimates, j), error_of_difference(estimates, i, j), how);
}

Difference against_rest(const CubeCell& cell, const survey::RestOfCell& rest, const Comparing& how) {
  return difference_of_parts(cell, rest.rest, rest.std_error, how);
}

std::optional<Difference> thin_against_number(const survey::Estimates& estimate, double number, const Comparing& how) {
  const CubeCell cell = survey::cell_of(estimate, 0);
  if (!how.share || cell.n == 0 || !survey::is_thin(cell.facts())) {
    return std::nullopt;
  }
  return from_intervals(survey::difference_of_shares(std::array{survey::SignedShare{cell.facts(), 1}}, {}, 1 - how.level, number),
                        cell.std_error);
}

Difference difference_in_differences(const survey::Estimates& now, const survey::Estimates& before, const Comparing& how) {
  const std::array cells{survey::cell_of(now, 0), survey::cell_of(now, 1), survey::cell_of(before, 0), survey::cell_of(before, 1)};
  const std::array errors{error_of_difference(now, 0, 1), error_of_difference(before, 0, 1)};
  const double std_error = std::sqrt(errors[0] * errors[0] + errors[1] * errors[1]);
  if (const auto thin =
          thin_difference({{&cells[0], 1.0}, {&cells[1], -1.0}, {&cells[2], -1.0}, {&cells[3], 1.0}}, errors, std_error, how)) {
    return *thin;
  }
  const auto df_of = [](const CubeCell& a, const CubeCell& b) {
    const std::array variances{a.std_error * a.std_error, b.std_error * b.std_error};
    const std::array dfs{a.df, b.df};
    return dfs[0] > 0 && dfs[1] > 0 ? stats::satterthwaite_df(variances, dfs) : report::not_a_number;
  };
  const double value = cells[0].share - cells[1].share - cells[2].share + cells[3].share;
  return t_difference(value, std_error, errors, {df_of(cells[0], cells[1]), df_of(cells[2], cells[3])}, how);
}

Estimate association_row(const PlannedAnalysis& analysis, std::string_view part, std::string_view outcome, report::Levels at,
                         const survey::IndependenceTest& test) {
  Estimate row = row_of(analysis, part, outcome, "association", test.method, report::Unit::correlation);
  row.at = std::move(at);
  const auto smaller = static_cast<double>(std::min(test.table.rows(), test.table.columns()));
  row.estimate = std::sqrt(test.pearson / static_cast<double>(test.table.n) / (smaller - 1));
  row.statistic = test.statistic;
  row.df = test.df1;
  row.df2 = std::isfinite(test.df2) ? test.df2 : report::not_a_number; // chi-square has none
  row.p_value = test.p_value;
  row.n = static_cast<double>(test.table.n);
  row.n_missing = static_cast<double>(test.table.missing);
  return row;
}

void judge_association(Estimate& row, const Study& study) {
  const double p = std::isnan(row.p_adjusted) ? row.p_value : row.p_adjusted;
  row.verdict = p <= study.plan.significance_level ? "differs" : "not told apart";
}

const PublishedSeries& series_named(const Context& context, const PlannedAnalysis& analysis, const std::string& id) {
  const PublicSurvey& setup = *context.study.study.survey;
  if (const PublishedSeries* series = setup.published(id)) {
    return *series;
  }
  std::vector<std::string> ids;
  for (const PublishedSeries& one : setup.series) {
    ids.push_back(one.id);
  }
  throw InputError(analysis.at, fmt::format("analysis {} names \"{}\", which is no series of the study{}; there are {}", analysis.id, id,
                                            did_you_mean(id, ids), ids.empty() ? "none" : join(ids, ", ")));
}

const SeriesBreak* break_between(const LoadedStudy& study, const std::string& outcome, std::size_t earlier, std::size_t later) {
  if (!study.study.survey || study.study.survey->breaks.empty()) {
    return nullptr;
  }
  const Instrument& instrument = study.instrument();
  std::vector<std::string> variables = {outcome};
  if (const Indicator* indicator = instrument.indicator(outcome)) {
    variables = indicator->variables();
  } else if (const Scale* scale = instrument.scale(outcome)) {
    variables = scale->items;
  }
  const auto concerns = [&](const SeriesBreak& one) {
    return one.items.empty() || std::any_of(variables.begin(), variables.end(), [&](const std::string& variable) {
             const std::size_t index = instrument.variable(variable);
             const std::string item = index == Instrument::npos ? variable : instrument.item_of(instrument.variables[index]).id;
             return std::find(one.items.begin(), one.items.end(), variable) != one.items.end() ||
                    std::find(one.items.begin(), one.items.end(), item) != one.items.end();
           });
  };
  const SeriesBreak* last = nullptr;
  for (const SeriesBreak& one : study.study.survey->breaks) {
    const std::size_t from = study.study.wave(one.from);
    last = from != Study::npos && earlier < from && from <= later && concerns(one) ? &one : last;
  }
  return last;
}

void not_compared(Estimate& row) {
  const double none = report::not_a_number;
  row.estimate = row.std_error = row.conf_level = row.conf_low = row.conf_high = none;
  row.statistic = row.df = row.p_value = row.p_adjusted = none;
  row.adjustment.clear();
  row.verdict = "not compared";
  row.flags = {"break"};
}

void judge_alone(Estimate& row, const Study& study, std::string_view above, std::string_view below, std::string_view unclear) {
  const double p = std::isnan(row.p_adjusted) ? row.p_value : row.p_adjusted;
  if (std::isfinite(row.estimate) && !std::isfinite(p) && !std::isfinite(row.conf_low) && !std::isfinite(row.conf_high)) {
    row.verdict = "not tested";
    return;
  }
  const bool apart = std::isfinite(p) ? p <= study.plan.significance_level : row.conf_low > 0 || row.conf_high < 0;
  row.verdict = std::string(!apart ? unclear : row.estimate > 0 ? above : below);
}

void adjust_together(std::span<Estimate*> rows, stats::Adjustment adjustment) {
  std::vector<double> p;
  for (const Estimate* row : rows) {
    p.push_back(row->p_value);
  }
  const std::vector<double> adjusted = stats::adjust_p(p, adjustment);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i]->p_adjusted = adjusted[i];
    rows[i]->adjustment = rows.size() == 1 ? "none" : std::string(stats::name(adjustment));
  }
}

void judge_together(std::span<Estimate*> rows, const Study& study, std::string_view above, std::string_view below,
                    std::string_view unclear) {
  std::vector<double> p;
  for (const Estimate* row : rows) {
    p.push_back(row->p_value);
  }
  const std::vector<double> adjusted = stats::adjust_p(p, stats::Adjustment::bh);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i]->p_adjusted = adjusted[i];
    rows[i]->adjustment = std::isfinite(adjusted[i]) ? "bh" : "";
    judge_alone(*rows[i], study, above, below, unclear);
  }
}

} // namespace canvass::analysis
