// Towns before and after: separate samples of each town, its change, and the change against comparison towns.

#include "engine/analysis/procedures/all.hpp"
#include "engine/analysis/rows.hpp"
#include "engine/analysis/survey_rows.hpp"
#include "engine/core/text.hpp"
#include "engine/stats/inference.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <optional>

namespace canvass::analysis {

using report::Estimate;
using report::Unit;

namespace {

/// A town, or several taken together: index in the tree, and the level its answers are looked up at.
struct Place {
  std::string id;
  std::size_t area = AreaTree::npos;
  bool comparison = false;
};

std::vector<Place> places_of(const AreaTree& tree, const PlannedAnalysis& analysis) {
  const auto option = analysis.options.find("comparison");
  std::size_t comparison = AreaTree::npos;
  if (option != analysis.options.end()) {
    comparison = tree.find(option->second);
    if (comparison == AreaTree::npos) {
      throw InputError(analysis.at, "analysis " + analysis.id + " compares with \"" + option->second + "\", which is no area" +
                                        tree.did_you_mean(option->second));
    }
  }
  std::size_t level = tree.levels.size() - 1;
  if (const auto named = analysis.options.find("level"); named != analysis.options.end()) {
    level = tree.level(named->second);
    if (level == AreaTree::npos) {
      throw InputError(analysis.at,
                       "analysis " + analysis.id + " names the level \"" + named->second + "\"; there are " + join(tree.levels, ", "));
    }
  }
  std::vector<Place> places;
  for (std::size_t area = 0; area < tree.areas.size(); ++area) {
    if (tree.areas[area].level == level &&
        (comparison == AreaTree::npos || tree.at_level(area, tree.areas[comparison].level) != comparison)) {
      places.push_back({tree.areas[area].code, area, false});
    }
  }
  if (comparison != AreaTree::npos) {
    places.push_back({tree.areas[comparison].code, comparison, true});
  }
  return places;
}

/// A place in one wave.
struct Side {
  survey::Estimates mean;
  std::size_t place = 0;
  std::size_t count = 0;
};

class TownChange {
public:
  TownChange(const Context& context, const PlannedAnalysis& analysis, const Sample& sample)
      : context_(context), study_(context.study.study), analysis_(analysis), sample_(sample),
        places_(places_of(study_.survey->areas, analysis)) {}

  void outcome(const std::string& name) {
    const std::vector<double> by_row = outcome_by_row(context_.study, context_.dataset, name);
    const bool share = is_share_outcome(context_.study, name);
    std::vector<std::vector<Side>> waves; // by wave, by place
    for (const WaveSample& wave : sample_.waves) {
      waves.push_back(sides(wave, wave.of(by_row)));
      for (std::size_t i = 0; i < places_.size(); ++i) {
        rows.push_back(side_row(name, share, wave, waves.back()[i], i));
      }
    }
    if (waves.size() < 2) {
      return;
    }
    const std::size_t last = waves.size() - 1;
    const std::string& after = study_.waves[sample_.waves[last].wave].id;
    const std::string& before = study_.waves[sample_.waves[0].wave].id;
    const Comparing how{share, study_.plan.significance_level};
    const Comparing in_all{share, study_.plan.significance_level, sample_.waves[last].df + sample_.waves[0].df};
    for (std::size_t i = 0; i < places_.size(); ++i) {
      const Difference change = difference_of_samples(survey::cell_of(waves[last][i].mean, 0), survey::cell_of(waves[0][i].mean, 0), how);
      const auto add = [&](const std::string& part, std::string_view method, const Difference& difference, report::Levels versus) {
        Estimate row = row_of(analysis_, name + "/" + part + "/" + places_[i].id, name, "difference", method, Unit::percentage_points);
        row.at = {{"wave", after}, {"town", places_[i].id}};
        row.versus = std::move(versus);
        fill_difference(row, difference, how, sample_);
        row.n = static_cast<double>(waves[last][i].mean.n[0]);
        row.n_versus = static_cast<double>(waves[0][i].mean.n[0]);
        if (row.n == 0 || row.n_versus == 0) {
          row.estimate = row.std_error = row.conf_low = row.conf_high = row.p_value = row.statistic = report::not_a_number;
        }
        judge_alone(row, study_, "higher", "lower", std::isfinite(row.estimate) ? "no clear change" : "not available");
        if (break_between(context_.study, name, sample_.waves[0].wave, sample_.waves[last].wave) != nullptr) {
          not_compared(row);
        }
        rows.push_back(row);
      };
      add("change", "separate samples, t", change, {{"wave", before}});
      if (places_.back().comparison && !places_[i].comparison) {
        const Difference differences = difference_in_differences(beside_comparison(sample_.waves[last], by_row, i),
                                                                 beside_comparison(sample_.waves[0], by_row, i), in_all);
        add("against_comparison", "difference in differences of separate samples, t", differences,
            {{"wave", before}, {"town", places_.back().id}});
        rows.back().n_versus = std::min(
            {rows.back().n_versus, static_cast<double>(waves[last].back().mean.n[0]), static_cast<double>(waves[0].back().mean.n[0])});
      }
    }
  }

  report::Estimates rows;

private:
  [[nodiscard]] std::vector<Side> sides(const WaveSample& wave, const std::vector<double>& values) const {
    const AreaTree& tree = study_.survey->areas;
    std::vector<Side> sides;
    for (std::size_t i = 0; i < places_.size(); ++i) {
      const std::size_t level = tree.areas[places_[i].area].level;
      std::vector<std::int32_t> here;
      Side side;
      side.place = i;
      for (std::size_t row = 0; row < values.size(); ++row) {
        const std::int32_t area = wave.area[row];
        const bool inside = area >= 0 && tree.at_level(static_cast<std::size_t>(area), level) == places_[i].area;
        here.push_back(inside ? 0 : -1);
        side.count += inside && values[row] == 1 ? 1U : 0U;
      }
      side.mean = survey::domain_means(*wave.prepared, values, here, 1);
      sides.push_back(std::move(side));
    }
    return sides;
  }

  [[nodiscard]] Estimate side_row(const std::string& name, bool share, const WaveSample& wave, const Side& side, std::size_t i) const {
    const std::string& wave_id = study_.waves[wave.wave].id;
    Estimate row = row_of(analysis_, name + "/" + wave_id + "/" + places_[i].id, name, share ? "proportion" : "mean",
                          share ? "share, Korn-Graubard" : "mean, t", share ? Unit::percent : Unit::points);
    row.at = {{"wave", wave_id}, {"town", places_[i].id}};
    fill_estimate(row, side.mean, 0, share, sample_, study_);
    row.count = share ? static_cast<double>(side.count) : report::not_a_number;
    if (places_[i].comparison) {
      row.flags.emplace_back("comparison");
    }
    return row;
  }

  /// A place and the comparison in one wave: one sample, which margins and strata may tie together.
  [[nodiscard]] survey::Estimates beside_comparison(const WaveSample& wave, const std::vector<double>& by_row, std::size_t i) const {
    const AreaTree& tree = study_.survey->areas;
    const auto is_in = [&](std::int32_t area, const Place& place) {
      return area >= 0 && tree.at_level(static_cast<std::size_t>(area), tree.areas[place.area].level) == place.area;
    };
    std::vector<std::int32_t> domain;
    for (const std::int32_t area : wave.area) {
      domain.push_back(is_in(area, places_[i]) ? 0 : is_in(area, places_.back()) ? 1 : -1);
    }
    return survey::domain_means(*wave.prepared, wave.of(by_row), domain, 2);
  }

  const Context& context_;
  const Study& study_;
  const PlannedAnalysis& analysis_;
  const Sample& sample_;
  std::vector<Place> places_;
};

} // namespace

ProcedureResult run_town_change(const Context& context, const PlannedAnalysis& analysis) {
  const Sample& sample = sample_for(context, analysis);
  TownChange change(context, analysis, sample);
  std::vector<std::string> notes;
  for (const std::string& outcome : outcomes_of(context.study, analysis)) {
    change.outcome(outcome);
    const SeriesBreak* cut =
        sample.waves.size() < 2 ? nullptr : break_between(context.study, outcome, sample.waves.front().wave, sample.waves.back().wave);
    if (cut != nullptr) {
      notes.push_back(fmt::format("{}: before and after are not compared, because of a break at {}: {}", outcome, cut->from, cut->why));
    }
  }
  return {std::move(change.rows), std::move(notes)};
}

} // namespace canvass::analysis
