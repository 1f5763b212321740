// Where units stand among one another, and between which places they may stand: published figures of peers, or the survey's own areas.

#include "engine/analysis/cohort.hpp"
#include "engine/analysis/procedures/all.hpp"
#include "engine/analysis/published.hpp"
#include "engine/analysis/rows.hpp"
#include "engine/analysis/survey_rows.hpp"
#include "engine/core/text.hpp"
#include "engine/stats/distributions.hpp"
#include "engine/stats/multiplicity.hpp"
#include "engine/survey/ranks_of_units.hpp"
#include "engine/survey/share_difference.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

namespace canvass::analysis {

using report::Estimate;
using report::Unit;

namespace {

bool higher_is_better(Direction direction) {
  return direction != Direction::down;
}

/// Units with what is known of them, the best first.
struct Units {
  std::vector<std::string> ids;
  survey::Estimates estimates; ///< an error that is not known is NaN
  bool higher_better = true;
  std::vector<double> least_errors{}; ///< of shares; empty: none

  [[nodiscard]] std::size_t size() const { return ids.size(); }
  [[nodiscard]] bool tested(std::size_t i) const { return std::isfinite(estimates.covariance(i, i)) && std::isfinite(estimates.values[i]); }
  [[nodiscard]] bool any_tested() const {
    for (std::size_t i = 0; i < size(); ++i) {
      if (tested(i)) {
        return true;
      }
    }
    return false;
  }
  /// 1 + those strictly better: units with one value share a place.
  [[nodiscard]] std::size_t place(std::size_t i) const {
    return 1 + static_cast<std::size_t>(std::count_if(estimates.values.begin(), estimates.values.end(), [&](double other) {
             return higher_better ? other > estimates.values[i] : other < estimates.values[i];
           }));
  }
  [[nodiscard]] bool shares_place(std::size_t i) const {
    return std::count(estimates.values.begin(), estimates.values.end(), estimates.values[i]) > 1;
  }
};

/// The error that the interval of a thin share speaks of, on its longer side: its own variance is chance, and at 0 % none at all. 0 for
/// others.
double error_by_interval(const survey::ProportionFacts& share, double level) {
  if (!survey::is_thin(share)) {
    return 0;
  }
  const stats::Interval interval = survey::proportion_interval(share, level);
  const double longer = std::max(share.share - interval.low, interval.high - share.share);
  return std::isfinite(longer) ? longer / stats::t_quantile((1 + level) / 2, share.df) : 0;
}

/// Rows "rank" of all units, and "rank_width" of the table. `base` has id, outcome and levels of the table; `level_name` names the unit.
class RankRows {
public:
  RankRows(const PlannedAnalysis& analysis, const Study& study, const Units& units, std::string part, std::string outcome,
           report::Levels at, std::string level_name)
      : analysis_(analysis), level_(study.plan.significance_level), units_(units), part_(std::move(part)), outcome_(std::move(outcome)),
        at_(std::move(at)), level_name_(std::move(level_name)),
        table_(survey::rank_units(units.estimates, units.higher_better, study.plan.significance_level, units.least_errors)),
        any_tested_(units.any_tested()) {}

  [[nodiscard]] Estimate of_table() const {
    Estimate row = row_of(analysis_, part_ + "/table", outcome_, "rank_width", "pairwise differences, Holm over all pairs", Unit::none);
    row.at = at_;
    row.reference = static_cast<double>(units_.size());
    row.conf_level = 1 - level_;
    if (any_tested_) {
      row.estimate = table_.mean_width;
      row.verdict = table_.can_be_ranked ? "can be ranked" : "cannot be ranked";
    } else {
      row.verdict = "not tested";
    }
    return row;
  }

  /// `named`: the unit was named beforehand, so that only its own pairs are its family.
  [[nodiscard]] Estimate of_unit(std::size_t i, bool named) const {
    const std::size_t m = units_.size();
    Estimate row = row_of(analysis_, part_ + "/" + units_.ids[i] + "/rank", outcome_, "rank", "", Unit::none);
    row.at = at_;
    row.at.emplace_back(level_name_, units_.ids[i]);
    row.reference = static_cast<double>(m);
    row.estimate = static_cast<double>(units_.place(i));
    if (units_.shares_place(i)) {
      row.flags.emplace_back("tied");
    }
    if (!units_.tested(i)) {
      row.method = "by value alone";
      row.flags.emplace_back("untested");
      if (any_tested_ && !table_.can_be_ranked) {
        row.estimate = report::not_a_number; // no order is shown where the others have none
      }
      return row;
    }
    const survey::UnitRank rank =
        named ? survey::rank_of_unit(units_.estimates, i, units_.higher_better, level_, units_.least_errors) : table_.units[i];
    row.method = fmt::format("pairwise differences, Holm over {} {}", named ? "its" : "all", named ? m - 1 : m * (m - 1) / 2);
    row.conf_level = 1 - level_;
    row.conf_low = static_cast<double>(rank.low);
    row.conf_high = static_cast<double>(rank.high);
    if (named ? rank.width() == m : !table_.can_be_ranked) {
      row.estimate = report::not_a_number;
      row.flags.emplace_back("no_order");
    }
    return row;
  }

private:
  const PlannedAnalysis& analysis_;
  double level_;
  const Units& units_;
  std::string part_, outcome_;
  report::Levels at_;
  std::string level_name_;
  survey::RankTable table_;
  bool any_tested_;
};

/// Indices, the best first; equal ones in the order given, unknown ones at the end.
std::vector<std::size_t> best_first(const std::vector<double>& values, bool higher_better) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto worth = [&](std::size_t i) { return std::isnan(values[i]) ? -stats::infinity : higher_better ? values[i] : -values[i]; };
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return worth(a) > worth(b); });
  return order;
}

/// One published series.
class Peers {
public:
  Peers(const Context& context, const PlannedAnalysis& analysis, const PublishedSeries& series, std::optional<std::string> named)
      : study_(context.study.study), setup_(*study_.survey), analysis_(analysis), series_(series), named_(std::move(named)),
        level_(study_.plan.significance_level) {}

  void period(const std::string& period, bool named_alone, report::Estimates& rows) const {
    std::vector<PublishedFigure> figures;
    std::vector<double> values;
    for (const SeriesPoint& point : series_.points) {
      if (point.period == period) {
        figures.push_back(figure_of(series_, point, 1 - level_));
        values.push_back(point.value);
      }
    }
    if (figures.size() < 2) {
      return;
    }
    Units units;
    units.higher_better = higher_is_better(series_.desired_direction);
    std::vector<double> sorted;
    std::vector<double> errors;
    std::vector<PublishedFigure> in_order;
    for (const std::size_t i : best_first(values, units.higher_better)) {
      units.ids.push_back(unit_label(setup_, figures[i].point->unit));
      sorted.push_back(values[i]);
      errors.push_back(figures[i].std_error());
      in_order.push_back(figures[i]);
    }
    units.estimates = survey::independent_units(sorted, errors);
    const std::string part = series_.id + "/" + period;
    const report::Levels at = {{"series", series_.id}, {"period", period}};
    const RankRows ranks(analysis_, study_, units, part, series_.id, at, "unit");
    std::size_t own = units.size();
    for (std::size_t i = 0; i < units.size(); ++i) {
      own = named_ && in_order[i].point->unit == *named_ ? i : own;
    }
    if (!named_alone) {
      rows.push_back(ranks.of_table());
    }
    const std::vector<Estimate> contrasts = named_alone ? std::vector<Estimate>() : against(units, own, part, at);
    for (std::size_t i = 0; i < units.size(); ++i) {
      if (named_alone && i != own) {
        continue;
      }
      Estimate value = row_of(analysis_, part + "/" + units.ids[i], series_.id, "published", "", Unit::percent);
      value.at = at;
      value.at.emplace_back("unit", units.ids[i]);
      fill_published(value, series_, in_order[i], 1 - level_);
      if (i == own) {
        value.flags.emplace_back("named");
      }
      const auto contrast = std::find_if(contrasts.begin(), contrasts.end(), [&](const Estimate& row) { return row.at == value.at; });
      value.verdict = contrast == contrasts.end() ? "" : contrast->verdict;
      rows.push_back(value);
      rows.push_back(ranks.of_unit(i, i == own));
      if (contrast != contrasts.end()) {
        rows.push_back(*contrast);
      }
    }
    if (!named_alone && own == units.size()) {
      rows.push_back(mean_of(units, part, at));
    }
  }

private:
  /// Every unit less the named one (Holm, as in its rank), or less the mean of all of them (Benjamini and Hochberg).
  [[nodiscard]] std::vector<Estimate> against(const Units& units, std::size_t own, const std::string& part,
                                              const report::Levels& at) const {
    std::vector<Estimate> contrasts;
    const std::size_t m = units.size();
    for (std::size_t i = 0; i < m; ++i) {
      if (i == own) {
        continue;
      }
      std::vector<double> weights(m, own < m ? 0 : -1 / static_cast<double>(m));
      weights[i] += 1;
      if (own < m) {
        weights[own] = -1;
      }
      survey::Contrast contrast = survey::contrast(units.estimates, weights, 1 - level_);
      Estimate row = row_of(analysis_, part + "/" + units.ids[i] + "/against", series_.id, "difference",
                            own < m ? "separate samples, normal" : "against the mean of all, itself among them, normal",
                            series_.percent ? Unit::percentage_points : Unit::points);
      row.family = analysis_.id + "/" + part;
      row.at = at;
      row.at.emplace_back("unit", units.ids[i]);
      row.versus = {{"unit", own < m ? units.ids[own] : "mean"}};
      row.estimate = contrast.value;
      row.conf_level = 1 - level_;
      row.std_error = contrast.std_error;
      row.conf_low = contrast.low;
      row.conf_high = contrast.high;
      row.statistic = contrast.statistic;
      row.p_value = contrast.p_value;
      contrasts.push_back(std::move(row));
    }
    judge(contrasts, own < m);
    return contrasts;
  }

  void judge(std::vector<Estimate>& contrasts, bool by_holm) const {
    std::vector<double> p;
    for (const Estimate& row : contrasts) {
      p.push_back(row.p_value);
    }
    const std::vector<double> adjusted = stats::adjust_p(p, by_holm ? stats::Adjustment::holm : stats::Adjustment::bh);
    for (std::size_t i = 0; i < contrasts.size(); ++i) {
      Estimate& row = contrasts[i];
      row.p_adjusted = adjusted[i];
      if (std::isfinite(adjusted[i])) {
        row.adjustment = by_holm ? "holm" : "bh";
        row.verdict = adjusted[i] > level_ ? "not told apart" : row.estimate > 0 ? "higher" : "lower";
      } else {
        row.verdict = "not tested";
        row.conf_level = report::not_a_number;
        row.flags.emplace_back("untested");
      }
    }
  }

  [[nodiscard]] Estimate mean_of(const Units& units, const std::string& part, const report::Levels& at) const {
    const std::vector<double> weights(units.size(), 1 / static_cast<double>(units.size()));
    const survey::Contrast mean = survey::contrast(units.estimates, weights, 1 - level_);
    Estimate row = row_of(analysis_, part + "/mean", series_.id, "mean_of_units", "each unit counts the same",
                          series_.percent ? Unit::percent : Unit::points);
    row.at = at;
    row.estimate = mean.value;
    row.std_error = mean.std_error;
    row.conf_low = mean.low;
    row.conf_high = mean.high;
    row.conf_level = std::isfinite(mean.std_error) ? 1 - level_ : report::not_a_number;
    row.reference = static_cast<double>(units.size());
    return row;
  }

  const Study& study_;
  const PublicSurvey& setup_;
  const PlannedAnalysis& analysis_;
  const PublishedSeries& series_;
  std::optional<std::string> named_;
  double level_;
};

std::string option_of(const PlannedAnalysis& analysis, const std::string& key) {
  const auto found = analysis.options.find(key);
  return found == analysis.options.end() ? std::string() : std::string(trim(found->second));
}

ProcedureResult of_series(const Context& context, const PlannedAnalysis& analysis) {
  ProcedureResult result;
  const PublicSurvey& setup = *context.study.study.survey;
  for (const std::string& id : named_in(analysis, "series", "published series")) {
    const PublishedSeries* series = &series_named(context, analysis, id);
    std::optional<std::string> named = own_unit(setup, *series);
    if (const std::string wanted = option_of(analysis, "unit"); !wanted.empty()) {
      const bool known =
          std::any_of(series->points.begin(), series->points.end(), [&](const SeriesPoint& point) { return point.unit == wanted; });
      if (!known) {
        throw InputError(analysis.at, fmt::format("analysis {} names \"{}\", of which the series {} has no number; write the unit as the "
                                                  "file does",
                                                  analysis.id, wanted, id));
      }
      named = wanted;
    }
    const SeriesPeriods periods = periods_of(*series);
    const std::string wanted = option_of(analysis, "period");
    const std::size_t last = wanted.empty() ? periods.names.size() - 1 : periods.index(wanted);
    if (periods.names.empty() || last == SeriesPeriods::npos) {
      throw InputError(analysis.at,
                       fmt::format("analysis {} names the period \"{}\", of which the series {} has no number", analysis.id, wanted, id));
    }
    const Peers peers(context, analysis, *series, named);
    const std::size_t before = result.rows.size();
    peers.period(periods.names[last], false, result.rows);
    if (result.rows.size() == before) {
      result.notes.push_back(fmt::format("{}: one unit alone has no place among peers", id));
    }
    for (std::size_t period = last; named && period-- > 0;) {
      peers.period(periods.names[period], true, result.rows);
    }
    if (!series->design_effect &&
        std::any_of(series->points.begin(), series->points.end(), [](const SeriesPoint& point) { return point.n && !point.half_width; })) {
      result.notes.push_back(fmt::format("{}: its design effect was not published and is taken as 1, so its intervals are too short rather "
                                         "than too long",
                                         id));
    }
    if (series->desired_direction == Direction::none) {
      result.notes.push_back(fmt::format("{}: the series does not say which way is better; the highest is first", id));
    }
  }
  return result;
}

ProcedureResult of_areas(const Context& context, const PlannedAnalysis& analysis) {
  ProcedureResult result;
  const Sample& sample = sample_for(context, analysis);
  const Study& study = context.study.study;
  const AreaTree& tree = study.survey->areas;
  if (!sample.speaks_of_everybody) {
    throw DomainError("places of areas compare those who live there; of a sample that chance did not draw they cannot be had");
  }
  if (sample.waves.empty()) {
    return result;
  }
  const WaveSample& wave = sample.waves.back();
  const std::string& wave_id = study.waves[wave.wave].id;
  for (const std::string& level_id : named_in(analysis, "level", "a level of the areas")) {
    const std::size_t level = tree.level(level_id);
    if (level == AreaTree::npos) {
      throw InputError(analysis.at, fmt::format("analysis {} names the level \"{}\"{}; there are {}", analysis.id, level_id,
                                                did_you_mean(level_id, tree.levels), join(tree.levels, ", ")));
    }
    const Cells cells = cells_of_level(context.study, wave, level);
    for (const std::string& outcome : outcomes_of(context.study, analysis)) {
      const survey::Estimates means = survey::domain_means(*wave.prepared, wave.of(outcome_by_row(context.study, context.dataset, outcome)),
                                                           cells.cell, cells.ids.size());
      Units units;
      units.higher_better = higher_is_better(outcome_facts(context.study, outcome).direction);
      std::vector<double> values = means.values;
      std::vector<std::size_t> kept;
      for (const std::size_t i : best_first(values, units.higher_better)) {
        // Those who would be withheld leave no hole in the order either.
        if (means.n[i] >= static_cast<std::size_t>(std::max(1, study.disclosure.min_base)) && std::isfinite(values[i])) {
          kept.push_back(i);
          units.ids.push_back(cells.ids[i]);
        }
      }
      const std::string part = outcome + "/" + wave_id + "/" + level_id;
      if (kept.size() < 2) {
        result.notes.push_back(fmt::format("{}: fewer than two of the level {} have {} answers or more, so nobody has a place", outcome,
                                           level_id, study.disclosure.min_base));
        continue;
      }
      units.estimates = means;
      units.estimates.covariance = stats::Matrix(kept.size(), kept.size());
      units.estimates.values.clear();
      units.estimates.df.clear();
      for (std::size_t a = 0; a < kept.size(); ++a) {
        units.estimates.values.push_back(means.values[kept[a]]);
        units.estimates.df.push_back(means.df[kept[a]]);
        for (std::size_t b = 0; b < kept.size(); ++b) {
          units.estimates.covariance(a, b) = means.covariance(kept[a], kept[b]);
        }
        if (is_share_outcome(context.study, outcome)) {
          units.least_errors.push_back(error_by_interval(survey::cell_of(means, kept[a]).facts(), 1 - study.plan.significance_level));
        }
      }
      const RankRows ranks(analysis, study, units, part, outcome, {{"wave", wave_id}}, level_id);
      result.rows.push_back(ranks.of_table());
      result.rows.back().at.emplace_back("level", level_id);
      for (std::size_t a = 0; a < kept.size(); ++a) {
        result.rows.push_back(ranks.of_unit(a, false));
        result.rows.back().n = static_cast<double>(means.n[kept[a]]);
      }
      if (kept.size() < cells.ids.size()) {
        result.notes.push_back(fmt::format("{}: {} of the level {} have fewer than {} answers and no place", outcome,
                                           cells.ids.size() - kept.size(), level_id, study.disclosure.min_base));
      }
    }
  }
  return result;
}

} // namespace

ProcedureResult run_peer_ranks(const Context& context, const PlannedAnalysis& analysis) {
  static_cast<void>(sample_for(context, analysis));
  const bool series = analysis.options.contains("series");
  if (series == analysis.options.contains("level")) {
    throw InputError(analysis.at, fmt::format("analysis {} needs either `series` (a published series with several units) or `level` (a "
                                              "level of the areas, with `outcome`)",
                                              analysis.id));
  }
  return series ? of_series(context, analysis) : of_areas(context, analysis);
}

} // namespace canvass::analysis
