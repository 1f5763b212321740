// Every item, treated against control: at each later wave and on the change, under every published convention.

#include "engine/analysis/cohort.hpp"
#include "engine/analysis/procedures/all.hpp"
#include "engine/analysis/rows.hpp"
#include "engine/core/workers.hpp"
#include "engine/stats/brunner_munzel.hpp"
#include "engine/stats/contingency.hpp"
#include "engine/stats/convention_spread.hpp"
#include "engine/stats/rank_sum.hpp"
#include "engine/stats/two_sample.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <vector>

namespace canvass::analysis {
namespace {

using report::Estimate;
using report::Unit;

/// One comparison of two samples: the levels its rows carry and the id they begin with.
struct Comparison {
  std::string part;
  report::Levels at, versus;
  std::size_t n_missing = 0;
};

class ItemComparison {
public:
  ItemComparison(const Context& context, const PlannedAnalysis& analysis, std::string item)
      : context_(context), analysis_(analysis), item_(std::move(item)), level_(context.study.study.plan.significance_level) {}

  void compare(const Comparison& comparison, std::span<const double> control, std::span<const double> treated) {
    control_ = control;
    treated_ = treated;
    const std::vector<stats::RankSumResult> rank_sums = stats::rank_sum_by_every_method(control, treated);
    for (std::size_t i = 0; i < rank_sums.size(); ++i) {
      const stats::RankSumResult& test = rank_sums[i];
      Estimate row = made(comparison, std::string(stats::name(stats::rank_sum_methods[i])), "cliffs_delta", test.method, Unit::correlation);
      row.estimate = test.rank_biserial;
      row.statistic = test.u;
      row.p_value = test.p_value;
      add(row);
    }
    stats::BrunnerMunzelOptions options;
    options.level = 1 - level_;
    options.seed = context_.study.study.plan.seed;
    options.analysis = analysis_.id + "/" + comparison.part;
    options.permutations = 20'000;
    const auto munzel = stats::brunner_munzel(control, treated, options);
    Estimate superiority = made(comparison, "brunner_munzel", "superiority", munzel.method, Unit::probability);
    superiority.estimate = munzel.superiority;
    superiority.std_error = munzel.std_error;
    superiority.statistic = munzel.statistic;
    superiority.df = munzel.df;
    superiority.p_value = munzel.p_value;
    fill(superiority, munzel.interval);
    if (munzel.separated) {
      superiority.flags.emplace_back("separation");
    }
    add(superiority);
    const auto welch = stats::welch(control, treated, 1 - level_);
    Estimate mean = made(comparison, "welch", "difference", welch.method, Unit::points);
    mean.estimate = welch.difference;
    mean.std_error = welch.std_error;
    mean.statistic = welch.statistic;
    mean.df = welch.df;
    mean.p_value = welch.p_value;
    fill(mean, welch.interval);
    add(mean);
    const auto g = stats::hedges_g(control, treated, 1 - level_);
    Estimate hedges = made(comparison, "hedges_g", "hedges_g", g.method + ", exact J, noncentral t", Unit::standardised);
    hedges.estimate = g.g;
    fill(hedges, g.interval);
    add(hedges);
    const stats::CountTable table = stats::two_sample_table(control, treated);
    stats::FisherOptions fisher_options;
    fisher_options.seed = options.seed;
    fisher_options.analysis = options.analysis;
    const auto fisher = stats::fisher_exact(table, fisher_options);
    Estimate exact = made(comparison, "fisher", "independence", fisher.method, Unit::none);
    exact.p_value = fisher.p_value;
    add(exact);
    const auto trend = stats::linear_by_linear(table);
    Estimate linear = made(comparison, "linear_by_linear", "linear_association", trend.method, Unit::correlation);
    linear.estimate = trend.correlation;
    linear.statistic = trend.statistic;
    linear.df = 1;
    linear.p_value = trend.p_value;
    add(linear);
    const auto spread = stats::two_sample_spread(control, treated, rank_sums, level_);
    Estimate conventions = made(comparison, "convention_spread", "conventions_below_level", "between-arm conventions", Unit::count);
    conventions.estimate = spread.significant;
    conventions.count = spread.computed;
    conventions.conf_low = spread.smallest;
    conventions.conf_high = spread.largest;
    add(conventions);
  }

  [[nodiscard]] report::Estimates take() { return std::move(rows_); }

private:
  Estimate made(const Comparison& comparison, std::string_view suffix, std::string_view quantity, std::string_view method,
                Unit unit) const {
    std::string id(suffix);
    for (char& c : id) {
      c = c == ' ' || c == '-' ? '_' : c;
    }
    Estimate row = row_of(analysis_, comparison.part + "/" + item_ + "/" + id, item_, quantity, method, unit);
    row.at = comparison.at;
    row.versus = comparison.versus;
    row.n = static_cast<double>(treated_.size());
    row.n_versus = static_cast<double>(control_.size());
    row.n_missing = static_cast<double>(comparison.n_missing);
    return row;
  }

  void add(Estimate row) {
    row.flags.emplace_back("alternate");
    rows_.push_back(std::move(row));
  }

  const Context& context_;
  const PlannedAnalysis& analysis_;
  std::string item_;
  report::Estimates rows_;
  double level_;
  std::span<const double> control_, treated_;
};

/// Every comparison of one item.
report::Estimates compare_item(const Context& context, const PlannedAnalysis& analysis, const std::string& id) {
  const Study& study = context.study.study;
  const CohortData data = cohort_data(context.study, context.dataset, id);
  ItemComparison item(context, analysis, id);
  for (std::size_t arm = 1; arm < data.arms.size(); ++arm) {
    const std::string suffix = data.arms.size() > 2 ? "/" + arm_id(study, data.arms, arm) : "";
    const report::Levels versus = {{"arm", arm_id(study, data.arms, 0)}};
    for (std::size_t column = 0; column < data.waves.size(); ++column) {
      std::vector<double> control;
      std::vector<double> treated;
      Comparison comparison;
      const std::string& wave = study.waves[data.waves[column]].id;
      for (std::size_t i = 0; i < data.person.size(); ++i) {
        if (data.arm[i] != 0 && data.arm[i] != arm) {
          continue;
        }
        const double value = data.y(i, column);
        if (std::isnan(value)) {
          ++comparison.n_missing;
        } else {
          (data.arm[i] == 0 ? control : treated).push_back(value);
        }
      }
      if (control.empty() || treated.empty()) {
        continue;
      }
      comparison.part = "at/" + wave + suffix;
      comparison.at = {{"wave", wave}, {"arm", arm_id(study, data.arms, arm)}};
      comparison.versus = versus;
      item.compare(comparison, control, treated);
    }
    for (const Contrast& contrast : contrasts_of(study, analysis)) {
      const auto change = [&](std::size_t number, std::size_t& missing) {
        const Pairs pairs = pairs_of(data, number, contrast.later, contrast.earlier);
        missing += pairs.n_missing;
        std::vector<double> values;
        for (std::size_t i = 0; i < pairs.before.size(); ++i) {
          values.push_back(pairs.after[i] - pairs.before[i]);
        }
        return values;
      };
      Comparison comparison;
      const std::vector<double> control = change(0, comparison.n_missing);
      const std::vector<double> treated = change(arm, comparison.n_missing);
      if (control.empty() || treated.empty()) {
        continue;
      }
      comparison.part = "change/" + contrast_id(study, contrast) + suffix;
      comparison.at = {
          {"wave", study.waves[contrast.later].id}, {"from", study.waves[contrast.earlier].id}, {"arm", arm_id(study, data.arms, arm)}};
      comparison.versus = versus;
      item.compare(comparison, control, treated);
    }
  }
  return item.take();
}

} // namespace

ProcedureResult run_items_between(const Context& context, const PlannedAnalysis& analysis) {
  if (!arms_of(context.study.study).has_control) {
    throw DomainError("there is no control group to compare with");
  }
  const std::vector<std::string> items = ordered_items(context.study.instrument());
  std::vector<report::Estimates> rows(items.size());
  for_blocks(items.size(), context.threads, [&](std::size_t i) { rows[i] = compare_item(context, analysis, items[i]); });
  ProcedureResult result;
  for (report::Estimates& of_item : rows) {
    std::move(of_item.begin(), of_item.end(), std::back_inserter(result.rows));
  }
  return result;
}

} // namespace canvass::analysis
