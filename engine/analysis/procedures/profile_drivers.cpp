// "39% overall, 97% where all five hold, 2% where none does": the outcome among people who hold every view named, and among those who hold
// none; and, where a plan names a profile of its own for the other end, among those who have that.

#include "engine/analysis/procedures/all.hpp"
#include "engine/analysis/rows.hpp"
#include "engine/analysis/survey_rows.hpp"
#include "engine/core/text.hpp"
#include "engine/stats/inference.hpp"
#include "engine/study/claim_checks.hpp"

#include <cmath>

namespace canvass::analysis {

using report::Estimate;
using report::Unit;

namespace {

constexpr std::string_view not_held = "not:";

/// One end of the comparison: indicators with what they must be.
struct Profile {
  std::string id, name;
  std::vector<std::pair<std::string, bool>> views;
};

/// "understand matters", "not:understand seen_rarely".
std::vector<std::pair<std::string, bool>> views_in(const PlannedAnalysis& analysis, const std::string& option) {
  std::vector<std::pair<std::string, bool>> views;
  for (const std::string& name : named_in(analysis, option, "indicators, each a view that a person holds or not")) {
    const bool denied = name.rfind(not_held, 0) == 0;
    views.emplace_back(denied ? name.substr(not_held.size()) : name, !denied);
  }
  return views;
}

/// By row: 1 = has the profile, 0 = has not, -1 = one of its views is not known.
std::vector<std::int32_t> who_has(const Context& context, const PlannedAnalysis& analysis, const WaveSample& wave, const Profile& profile) {
  std::vector<std::int32_t> has(wave.rows.size(), 1);
  for (const auto& [view, wanted] : profile.views) {
    if (!is_share_outcome(context.study, view)) {
      throw InputError(analysis.at, "analysis " + analysis.id + ": \"" + view + "\" is no indicator; a view is held or not");
    }
    const std::vector<double> held = wave.of(outcome_by_row(context.study, context.dataset, view));
    for (std::size_t i = 0; i < has.size(); ++i) {
      has[i] = has[i] < 0 || std::isnan(held[i]) ? -1 : (held[i] == 1) == wanted ? has[i] : 0;
    }
  }
  return has;
}

/// A profile less everybody, of which it is a part: two ratios of one covariance matrix, with the degrees of freedom of the comparison with
/// the rest. Where that comes from the intervals of two shares, so does this: it is the same difference, made smaller by the part of
/// everybody that lacks the profile. Same as: survey::svycontrast(svyratio(~I(y * has) + y, ~has + one), c(1, -1)).
Difference against_whole(const WaveSample& wave, const std::vector<double>& values, const std::vector<std::int32_t>& of, std::int32_t i,
                         const Difference& rest, const Comparing& how) {
  stats::Matrix numerators(values.size(), 2);
  stats::Matrix denominators(values.size(), 2);
  for (std::size_t row = 0; row < values.size(); ++row) {
    const double has = of[row] == i ? 1 : 0;
    numerators(row, 0) = std::isnan(values[row]) ? values[row] : has * values[row];
    numerators(row, 1) = values[row];
    denominators(row, 0) = has;
    denominators(row, 1) = 1;
  }
  const std::vector<double> less = {1, -1};
  Difference lift{survey::contrast(survey::ratios(*wave.prepared, numerators, denominators), less, 1 - how.level), rest.from_intervals};
  lift.df = rest.df;
  if (rest.from_intervals) {
    const double part = rest.value == 0 ? 1 : lift.value / rest.value;
    lift.statistic = rest.statistic;
    lift.p_value = rest.p_value;
    lift.low = part * rest.low;
    lift.high = part * rest.high;
    return lift;
  }
  const stats::Inference inference = stats::inference_from(lift.value, lift.std_error, lift.df, 1 - how.level);
  lift.statistic = inference.statistic;
  lift.p_value = inference.p_value;
  lift.low = inference.conf_low;
  lift.high = inference.conf_high;
  return lift;
}

} // namespace

std::string unmirrored_profiles(const PlannedAnalysis& analysis) {
  if (!analysis.options.contains("views") || !analysis.options.contains("negative")) {
    return {};
  }
  const auto written = [&](const std::string& option) {
    std::vector<std::string> views;
    for (const auto& [view, wanted] : views_in(analysis, option)) {
      views.push_back(wanted ? view : "not " + view);
    }
    return views;
  };
  const std::vector<std::string> views = written("views");
  const std::vector<std::string> negative = written("negative");
  const ProfileDifference difference = compare_profiles(views, negative);
  if (difference.mirrored()) {
    return {};
  }
  std::string text = "The two profiles are no mirror images: " + counted(static_cast<long long>(views.size()), "view", "views") +
                     " against " + std::to_string(negative.size());
  text += difference.only_first.empty() ? "" : "; only the first has " + join(difference.only_first, ", ");
  text += difference.only_second.empty() ? "" : "; only the other has " + join(difference.only_second, ", ");
  return text + "; the mirror image of the first stands beside them";
}

ProcedureResult run_profile_drivers(const Context& context, const PlannedAnalysis& analysis) {
  ProcedureResult result;
  const Sample& sample = sample_for(context, analysis);
  Profile all{"all", "", views_in(analysis, "views")};
  if (sample.waves.empty()) {
    return result;
  }
  const WaveSample& wave = sample.waves.back();
  const Study& study = context.study.study;
  all.name = "hold all " + std::to_string(all.views.size());
  Profile none{"none", "hold none", all.views};
  for (auto& [view, wanted] : none.views) {
    wanted = !wanted;
  }
  std::vector<Profile> profiles = {all, none};
  if (analysis.options.contains("negative")) {
    // Its id lies under that of its mirror image: where one or two people make the difference of the two, it is withheld.
    profiles.push_back({"none/negative", "hold the other", views_in(analysis, "negative")});
    profiles.back().name += " of " + std::to_string(profiles.back().views.size());
  }
  std::vector<std::vector<std::int32_t>> has;
  for (const Profile& profile : profiles) {
    has.push_back(who_has(context, analysis, wave, profile));
  }
  // Who left a view open is in neither of the profiles that are made of it.
  std::vector<std::int32_t> open(wave.rows.size(), 0);
  for (std::size_t i = 0; i < open.size(); ++i) {
    open[i] = has[0][i] < 0 ? 1 : 0;
  }
  const double level = study.plan.significance_level;
  for (const std::string& outcome : outcomes_of(context.study, analysis)) {
    const bool share = is_share_outcome(context.study, outcome);
    const std::vector<double> values = wave.of(outcome_by_row(context.study, context.dataset, outcome));
    const std::string part = outcome + "/" + study.waves[wave.wave].id;
    // The whole is made of four cells, so that a profile and the whole stand in one covariance matrix: all, none, neither, open.
    std::vector<std::int32_t> cell(wave.rows.size(), 2);
    for (std::size_t i = 0; i < cell.size(); ++i) {
      cell[i] = open[i] == 1 ? 3 : has[0][i] == 1 ? 0 : has[1][i] == 1 ? 1 : 2;
    }
    const std::vector<std::int32_t> everybody(values.size(), 0);
    const survey::Estimates whole = survey::domain_means(*wave.prepared, values, everybody, 1);
    const auto add = [&](const std::string& id, const std::string& name, const survey::Estimates& means, std::size_t i,
                         const std::vector<std::int32_t>& of) {
      Estimate row = estimate_row(analysis, part + "/" + id, outcome, share);
      row.at = {{"wave", study.waves[wave.wave].id}, {"profile", name}};
      fill_estimate(row, means, i, share, sample, study);
      double count = 0;
      for (std::size_t j = 0; j < values.size(); ++j) {
        count += values[j] == 1 && of[j] == static_cast<std::int32_t>(i) ? 1 : 0;
      }
      row.count = share ? count : report::not_a_number;
      result.rows.push_back(row);
    };
    add("overall", "everybody", whole, 0, everybody);
    std::vector<Estimate> differences;
    // A profile against everybody who is not in it, and against everybody.
    const auto compare = [&](const Profile& profile, const survey::Estimates& means, std::size_t i, const std::vector<std::int32_t>& of) {
      add(profile.id, profile.name, means, i, of);
      if (means.n[i] == 0 || means.n[i] == whole.n[0]) {
        return;
      }
      const auto number = static_cast<std::int32_t>(i);
      const Comparing how{share, level, wave.df};
      const Difference rest = against_rest(survey::cell_of(means, i), survey::rest_of_domain(*wave.prepared, values, of, number), how);
      for (const bool lift : {false, true}) {
        Estimate row = row_of(analysis, part + "/" + profile.id + (lift ? "/lift" : "/rest"), outcome, lift ? "lift" : "difference",
                              lift ? "against everybody, t" : "against everybody else, t", share ? Unit::percentage_points : Unit::points);
        row.at = {{"wave", study.waves[wave.wave].id}, {"profile", profile.id}};
        row.versus = {{"profile", lift ? "everybody" : "rest"}};
        fill_difference(row, lift ? against_whole(wave, values, of, number, rest, how) : rest, how, sample);
        row.n = static_cast<double>(means.n[i]);
        row.n_versus = static_cast<double>(whole.n[0] - (lift ? 0 : means.n[i]));
        judge_alone(row, study, "higher", "lower", "not told apart");
        differences.push_back(row);
      }
    };
    const survey::Estimates cells = survey::domain_means(*wave.prepared, values, cell, 4);
    compare(profiles[0], cells, 0, cell);
    compare(profiles[1], cells, 1, cell);
    if (profiles.size() > 2) {
      std::vector<std::int32_t> own(wave.rows.size(), 1);
      for (std::size_t i = 0; i < own.size(); ++i) {
        own[i] = has[2][i] == 1 ? 0 : has[2][i] == 0 ? 1 : 2;
      }
      compare(profiles[2], survey::domain_means(*wave.prepared, values, own, 3), 0, own);
    }
    std::move(differences.begin(), differences.end(), std::back_inserter(result.rows));
  }
  if (const std::string note = unmirrored_profiles(analysis); !note.empty()) {
    result.notes.push_back(note);
  }
  return result;
}

} // namespace canvass::analysis
