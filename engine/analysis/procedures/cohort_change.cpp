// The primary model of a cohort evaluation: does the scale score change more in the treated arm than in the control?
// MMRM arm x wave is the row that is judged; everything else here stands beside it under its own name.

#include "engine/analysis/cohort.hpp"
#include "engine/analysis/procedures/all.hpp"
#include "engine/analysis/rows.hpp"
#include "engine/core/text.hpp"
#include "engine/stats/brunner_munzel.hpp"
#include "engine/stats/descriptives.hpp"
#include "engine/stats/distributions.hpp"
#include "engine/stats/least_squares.hpp"
#include "engine/stats/mmrm.hpp"
#include "engine/stats/power.hpp"
#include "engine/stats/two_sample.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

namespace canvass::analysis {
namespace {

using report::Estimate;
using report::Unit;

/// One contrast of one treated arm, with what all its rows share.
struct Part {
  Contrast contrast;
  std::size_t arm = 1; ///< arm number, control = 0
  std::string id;      ///< "T3-T1", or "T3-T1/ARM" where there is more than one treated arm
  report::Levels at, versus;
};

class CohortChange {
public:
  CohortChange(const Context& context, const PlannedAnalysis& analysis)
      : context_(context), analysis_(analysis), study_(context.study.study),
        data_(cohort_data(context.study, context.dataset, analysis.outcome)), level_(1 - study_.plan.significance_level) {}

  ProcedureResult run() {
    if (data_.person.empty()) {
      throw DomainError("nobody in an arm has answered " + analysis_.outcome + " yet");
    }
    fit_model();
    describe_cells();
    for (const Contrast& contrast : contrasts_of(study_, analysis_)) {
      describe_changes(contrast);
      for (std::size_t arm = 1; arm < data_.arms.size(); ++arm) {
        compare(part_of(contrast, arm));
      }
      if (data_.arms.size() == 1 || !data_.arms.has_control) {
        Part part = part_of(contrast, data_.arms.size() == 1 ? 0 : 1);
        part.versus.clear();
        add_untestable(part, "no_control");
      }
    }
    dip_and_recovery();
    return std::move(result_);
  }

private:
  Part part_of(const Contrast& contrast, std::size_t arm) const {
    Part part;
    part.contrast = contrast;
    part.arm = arm;
    part.id = contrast_id(study_, contrast);
    if (data_.arms.size() > 2) {
      part.id += "/" + arm_id(study_, data_.arms, arm);
    }
    part.at = {
        {"wave", study_.waves[contrast.later].id}, {"from", study_.waves[contrast.earlier].id}, {"arm", arm_id(study_, data_.arms, arm)}};
    if (data_.arms.has_control) {
      part.versus = {{"arm", arm_id(study_, data_.arms, 0)}};
    }
    return part;
  }

  Estimate row(const Part& part, std::string_view suffix, std::string_view quantity, std::string_view method,
               Unit unit = Unit::points) const {
    Estimate made =
        row_of(analysis_, suffix.empty() ? part.id : part.id + "/" + std::string(suffix), analysis_.outcome, quantity, method, unit);
    made.at = part.at;
    made.versus = part.versus;
    return made;
  }

  void fit_model() {
    if (data_.waves.size() < 2) {
      result_.notes.push_back("One wave has been collected: changes come with the next");
      return;
    }
    try {
      model_ = stats::mmrm_arm_by_wave(data_.y, data_.arm, {level_, false});
    } catch (const DomainError& error) {
      result_.notes.push_back(std::string("The model of all waves could not be fitted: ") + error.what());
    }
  }

  void describe_cells() {
    for (std::size_t arm = 0; arm < data_.arms.size(); ++arm) {
      for (std::size_t column = 0; column < data_.waves.size(); ++column) {
        std::vector<double> seen;
        for (std::size_t i = 0; i < data_.person.size(); ++i) {
          if (data_.arm[i] == arm && !std::isnan(data_.y(i, column))) {
            seen.push_back(data_.y(i, column));
          }
        }
        if (seen.empty()) {
          continue;
        }
        const auto moments = stats::describe(seen, level_);
        const std::string& wave = study_.waves[data_.waves[column]].id;
        const std::string arm_name = arm_id(study_, data_.arms, arm);
        Estimate mean =
            row_of(analysis_, "mean/" + wave + "/" + arm_name, analysis_.outcome, "mean", "mean of those who answered, t", Unit::points);
        mean.at = {{"wave", wave}, {"arm", arm_name}};
        mean.estimate = moments.mean;
        mean.std_error = moments.std_error;
        mean.df = moments.df;
        fill(mean, moments.interval);
        mean.n = static_cast<double>(seen.size());
        result_.rows.push_back(mean);
        Estimate sd = row_of(analysis_, "sd/" + wave + "/" + arm_name, analysis_.outcome, "standard_deviation", "n - 1", Unit::points);
        sd.at = mean.at;
        sd.estimate = moments.sd;
        sd.n = mean.n;
        result_.rows.push_back(sd);
        if (model_) {
          const stats::ArmByWaveCell& cell = model_->cells[arm * model_->waves + column];
          Estimate fitted =
              row_of(analysis_, "model_mean/" + wave + "/" + arm_name, analysis_.outcome, "model_mean", "mmrm satterthwaite", Unit::points);
          fitted.at = mean.at;
          fill(fitted, cell.mean);
          fitted.statistic = fitted.p_value = report::not_a_number; // a mean is not tested against zero
          fitted.n = static_cast<double>(cell.n);
          result_.rows.push_back(fitted);
        }
      }
    }
  }

  void describe_changes(const Contrast& contrast) {
    const std::size_t to = data_.column(contrast.later);
    const std::size_t from = data_.column(contrast.earlier);
    if (!model_ || to == CohortData::npos || from == CohortData::npos) {
      return;
    }
    for (std::size_t arm = 0; arm < data_.arms.size(); ++arm) {
      const stats::ArmByWaveContrast* change = model_->change(arm, to, from);
      if (change == nullptr) {
        continue;
      }
      const std::string arm_name = arm_id(study_, data_.arms, arm);
      Estimate made = row_of(analysis_, "change/" + contrast_id(study_, contrast) + "/" + arm_name, analysis_.outcome, "change",
                             "mmrm satterthwaite, within one arm", Unit::points);
      made.at = {{"wave", study_.waves[contrast.later].id}, {"from", study_.waves[contrast.earlier].id}, {"arm", arm_name}};
      fill(made, change->satterthwaite);
      made.n = static_cast<double>(change->n_both);
      made.n_missing = static_cast<double>(change->n - change->n_both);
      made.flags.push_back("description");
      result_.rows.push_back(made);
    }
  }

  void add_untestable(const Part& part, std::string_view why) {
    Estimate made = row(part, "", "difference_in_differences", "mmrm satterthwaite");
    made.flags.emplace_back(why);
    result_.rows.push_back(made);
  }

  void compare(const Part& part) {
    if (!data_.arms.has_control) {
      return;
    }
    const std::size_t to = data_.column(part.contrast.later);
    const std::size_t from = data_.column(part.contrast.earlier);
    if (to == CohortData::npos || from == CohortData::npos) {
      add_untestable(part, "not_yet_collected");
      return;
    }
    const Pairs treated = pairs_of(data_, part.arm, part.contrast.later, part.contrast.earlier);
    const Pairs control = pairs_of(data_, 0, part.contrast.later, part.contrast.earlier);
    Estimate main = row(part, "", "difference_in_differences", "mmrm satterthwaite");
    main.n = static_cast<double>(treated.before.size());
    main.n_versus = static_cast<double>(control.before.size());
    main.n_missing = static_cast<double>(treated.n_missing + control.n_missing);
    main.family = analysis_.id;
    if (analysis_.smallest_change_that_matters) {
      main.reference = *analysis_.smallest_change_that_matters;
    }
    const stats::ArmByWaveContrast* difference = model_ ? model_->difference(to, from, part.arm) : nullptr;
    if (difference == nullptr) {
      main.flags.emplace_back("model_failed");
      result_.rows.push_back(main);
      return;
    }
    fill(main, difference->satterthwaite);
    main.effective_n = static_cast<double>(difference->n + difference->n_versus);
    if (!(main.std_error > 0)) {
      main.flags.emplace_back("no_variation");
    }
    if (!study_.assignment.group.empty()) {
      attempt(part, "course groups", [&] { main = over_course_groups(part, main, treated, control); });
    }
    result_.rows.push_back(main);
    beside(part, main, *difference, treated, control);
  }

  /// Everything that stands beside a tested contrast; each in its own attempt, so that one failure costs one row.
  void beside(const Part& part, const Estimate& main, const stats::ArmByWaveContrast& difference, const Pairs& treated,
              const Pairs& control) {
    add(row(part, "kenward_roger", "difference_in_differences", "mmrm kenward-roger"), difference.kenward_roger, main);
    equivalence(part, main);
    detectable(part, main);
    const Stacked both = stacked(treated, control);
    attempt(part, "did_complete", [&] {
      const auto fit = stats::difference_in_differences(both.pre, both.post, both.arm, stats::Sandwich::classical, {}, level_);
      add(row(part, "did_complete", "difference_in_differences", "difference in differences, complete pairs"), fit.inference, main);
    });
    attempt(part, "ancova_hc3", [&] {
      const auto fit = stats::ancova(both.pre, both.post, both.arm, stats::Sandwich::hc3, false, {}, level_);
      add(row(part, "ancova_hc3", "adjusted_difference", "ancova on baseline, hc3"), fit.inference, main);
    });
    attempt(part, "ancova_lin", [&] {
      const auto fit = stats::ancova(both.pre, both.post, both.arm, stats::Sandwich::hc2, true, {}, level_);
      add(row(part, "ancova_lin", "adjusted_difference", "ancova, baseline crossed with arm (Lin), hc2"), fit.inference, main);
    });
    attempt(part, "random_intercept", [&] { random_intercept_row(part, main); });
    attempt(part, "common_baseline", [&] {
      if (!common_baseline_) {
        common_baseline_ = stats::mmrm_arm_by_wave(data_.y, data_.arm, {level_, true});
      }
      const auto* found = common_baseline_->difference(data_.column(part.contrast.later), data_.column(part.contrast.earlier), part.arm);
      if (found != nullptr) {
        add(row(part, "common_baseline", "adjusted_difference", "mmrm with one baseline mean, kenward-roger"), found->kenward_roger, main);
      }
    });
    attempt(part, "standardised", [&] { effect_sizes(part, main, treated, control); });
    if (study_.assignment.group.empty()) {
      attempt(part, "as if trained in groups", [&] { as_if_grouped(part, main); });
    }
    attempt(part, "without_late", [&] { without_late(part, main); });
  }

  struct Stacked {
    std::vector<double> pre, post;
    std::vector<std::size_t> arm, person;
  };
  static Stacked stacked(const Pairs& treated, const Pairs& control) {
    Stacked all;
    for (const Pairs* pairs : {&control, &treated}) {
      all.pre.insert(all.pre.end(), pairs->before.begin(), pairs->before.end());
      all.post.insert(all.post.end(), pairs->after.begin(), pairs->after.end());
      all.person.insert(all.person.end(), pairs->person.begin(), pairs->person.end());
      all.arm.insert(all.arm.end(), pairs->before.size(), pairs == &treated ? 1U : 0U);
    }
    return all;
  }

  template <typename Work> void attempt(const Part& part, std::string_view what, const Work& work) {
    try {
      work();
    } catch (const DomainError& error) {
      result_.notes.push_back(part.id + ", " + std::string(what) + ": " + error.what());
    }
  }

  void add(Estimate made, const stats::Inference& inference, const Estimate& main) {
    fill(made, inference);
    made.n = main.n;
    made.n_versus = main.n_versus;
    made.n_missing = main.n_missing;
    made.flags.emplace_back("alternate");
    result_.rows.push_back(std::move(made));
  }

  void equivalence(const Part& part, const Estimate& main) {
    if (!analysis_.smallest_change_that_matters || !(main.std_error > 0)) {
      return;
    }
    const double bound = *analysis_.smallest_change_that_matters;
    const auto test = stats::tost(main.estimate, main.std_error, main.df, -bound, bound, study_.plan.significance_level);
    Estimate made = row(part, "equivalence", "equivalence", "two one-sided tests on raw points, " + main.method);
    made.estimate = main.estimate;
    made.std_error = main.std_error;
    made.df = main.df;
    made.reference = bound;
    made.p_value = test.p_value;
    made.statistic = test.p_low >= test.p_high ? test.t_low : test.t_high;
    fill(made, test.interval);
    made.n = main.n;
    made.n_versus = main.n_versus;
    result_.rows.push_back(made);
  }

  void detectable(const Part& part, const Estimate& main) {
    if (!(main.std_error > 0)) {
      return;
    }
    Estimate made = row(part, "detectable", "detectable_effect", "noncentral t, 80% power, realised standard error");
    made.estimate = stats::detectable_effect(main.std_error, main.df, study_.plan.significance_level, 0.8);
    made.std_error = main.std_error;
    made.df = main.df;
    made.n = main.n;
    made.n_versus = main.n_versus;
    result_.rows.push_back(made);
  }

  void random_intercept_row(const Part& part, const Estimate& main) {
    const std::size_t waves = data_.waves.size();
    const std::size_t arms = data_.arms.size();
    if (!intercept_) {
      std::vector<double> y;
      std::vector<std::size_t> person;
      stats::Matrix design(data_.person.size() * waves, arms * waves);
      for (std::size_t i = 0; i < data_.person.size(); ++i) {
        for (std::size_t w = 0; w < waves; ++w) {
          const std::size_t at = i * waves + w;
          y.push_back(data_.y(i, w));
          person.push_back(i);
          design(at, data_.arm[i] * waves + w) = 1;
        }
      }
      intercept_ = stats::random_intercept(design, y, person);
    }
    std::vector<double> weights(arms * waves, 0.0);
    const std::size_t to = data_.column(part.contrast.later);
    const std::size_t from = data_.column(part.contrast.earlier);
    weights[part.arm * waves + to] = 1;
    weights[part.arm * waves + from] = -1;
    weights[to] = -1;
    weights[from] = 1;
    add(row(part, "random_intercept", "difference_in_differences", "random-intercept model, kenward-roger"),
        stats::contrast(*intercept_, weights, stats::DfMethod::kenward_roger, level_), main);
  }

  void effect_sizes(const Part& part, const Estimate& main, const Pairs& treated, const Pairs& control) {
    const auto baseline_sd = stats::pooled_sd(control.before, treated.before);
    const auto standardised =
        stats::standardised_did(main.estimate, main.std_error * main.std_error, baseline_sd.sd, baseline_sd.df, level_);
    Estimate made = row(part, "standardised", "standardised_difference", "DiD over pooled baseline SD, exact J", Unit::standardised);
    made.estimate = standardised.d;
    made.std_error = standardised.std_error;
    fill(made, standardised.interval);
    made.n = main.n;
    made.n_versus = main.n_versus;
    made.flags.emplace_back("alternate");
    result_.rows.push_back(made);

    std::vector<double> change_control;
    std::vector<double> change_treated;
    for (std::size_t i = 0; i < control.before.size(); ++i) {
      change_control.push_back(control.after[i] - control.before[i]);
    }
    for (std::size_t i = 0; i < treated.before.size(); ++i) {
      change_treated.push_back(treated.after[i] - treated.before[i]);
    }
    const auto g = stats::hedges_g(change_control, change_treated, level_);
    Estimate hedges = row(part, "hedges_g", "hedges_g", "Hedges g of the changes, exact J, noncentral t", Unit::standardised);
    hedges.estimate = g.g;
    fill(hedges, g.interval);
    hedges.n = main.n;
    hedges.n_versus = main.n_versus;
    hedges.flags.emplace_back("alternate");
    result_.rows.push_back(hedges);

    stats::BrunnerMunzelOptions options;
    options.level = level_;
    options.seed = study_.plan.seed;
    options.analysis = analysis_.id + "/" + part.id;
    const auto superiority = stats::brunner_munzel(change_control, change_treated, options);
    Estimate delta =
        row(part, "cliffs_delta", "cliffs_delta", "Cliff's delta of the changes, " + superiority.interval.method, Unit::correlation);
    delta.estimate = superiority.cliff_delta;
    delta.conf_level = level_;
    delta.conf_low = 2 * superiority.interval.low - 1;
    delta.conf_high = 2 * superiority.interval.high - 1;
    delta.p_value = superiority.p_value;
    delta.statistic = superiority.statistic;
    delta.df = superiority.df;
    delta.n = main.n;
    delta.n_versus = main.n_versus;
    delta.flags.emplace_back("alternate");
    result_.rows.push_back(delta);
  }

  struct InCourses {
    std::vector<double> pre, post;
    std::vector<std::size_t> arm, clusters;
    std::size_t courses = 0; ///< among the treated
  };
  /// A control who was trained in no course is a cluster of one.
  InCourses in_courses(const Dataset& dataset, const Pairs& treated, const Pairs& control) const {
    const auto [pre, post, arm, person] = stacked(treated, control);
    const std::vector<std::string> groups = people_values(context_.study, dataset, study_.assignment.group);
    std::vector<std::string> used;
    std::set<std::string> courses;
    for (std::size_t i = 0; i < person.size(); ++i) {
      used.push_back(groups[person[i]]);
      if (arm[i] == 1 && !groups[person[i]].empty()) {
        courses.insert(groups[person[i]]);
      }
    }
    return {pre, post, arm, cluster_numbers(used), courses.size()};
  }

  /// Course groups are recorded: the contrast is tested over groups (CR2), and the model of all waves stands beside it. Under three
  /// treated groups the training cannot be told from the group, and the row says so.
  Estimate over_course_groups(const Part& part, Estimate model_row, const Pairs& treated, const Pairs& control) {
    const auto [pre, post, arm, clusters, courses] = in_courses(context_.dataset, treated, control);
    model_row.effective_n = static_cast<double>(courses);
    if (courses < 3) {
      result_.notes.push_back(part.id + ": group and training cannot be separated: " +
                              counted(static_cast<long long>(courses), "course group is", "course groups are") +
                              " recorded among the treated, and three are the least");
      model_row.flags.emplace_back("under_three_groups");
      return model_row;
    }
    const auto fit = stats::difference_in_differences(pre, post, arm, stats::Sandwich::cr2, clusters, level_);
    Estimate main = model_row;
    main.method = "difference in differences, CR2 over course groups, Satterthwaite";
    fill(main, fit.inference);
    Estimate model = model_row;
    model.id += "/mmrm";
    model.family.clear();
    model.flags.emplace_back("alternate");
    result_.rows.push_back(model);
    return main;
  }

  /// Course groups are not recorded: what the contrast would be if the treated had been trained in groups.
  void as_if_grouped(const Part& part, const Estimate& main) {
    const stats::ArmByWaveContrast* of_treated =
        model_->change(part.arm, data_.column(part.contrast.later), data_.column(part.contrast.earlier));
    const stats::ArmByWaveContrast* of_control = model_->change(0, data_.column(part.contrast.later), data_.column(part.contrast.earlier));
    const auto option = analysis_.options.find("course_size");
    const double size = option != analysis_.options.end() ? parse_double(option->second).value_or(0) : std::ceil(main.n / 3);
    for (const auto& [name, icc] : {std::pair{"icc_05", 0.05}, std::pair{"icc_10", 0.10}}) {
      const double treated_se = of_treated->satterthwaite.std_error;
      const double control_se = of_control->satterthwaite.std_error;
      const auto grouped = stats::contrast_in_groups(main.estimate, treated_se * treated_se, main.n, control_se * control_se, main.n_versus,
                                                     icc, std::max(size, 1.0), level_);
      Estimate made = row(part, name, "difference_in_differences",
                          "as if trained in courses of " + shortest(std::max(size, 1.0)) + ", intraclass correlation " + shortest(icc));
      made.reference = grouped.effect_on_variance;
      add(made, grouped.inference, main);
    }
  }

  void without_late(const Part& part, const Estimate& main) {
    if (context_.without_late == nullptr) {
      return;
    }
    if (!punctual_) {
      punctual_data_ = cohort_data(context_.study, *context_.without_late, analysis_.outcome);
      punctual_ = stats::mmrm_arm_by_wave(punctual_data_.y, punctual_data_.arm, {level_, false});
    }
    const std::size_t to = punctual_data_.column(part.contrast.later);
    const std::size_t from = punctual_data_.column(part.contrast.earlier);
    const auto* found = to == CohortData::npos || from == CohortData::npos ? nullptr : punctual_->difference(to, from, part.arm);
    if (found == nullptr) {
      return;
    }
    Estimate made = row(part, "without_late", "difference_in_differences", "mmrm satterthwaite, late answers left out");
    fill(made, found->satterthwaite);
    if (main.method.find("CR2") != std::string::npos) { // the same way as the row it stands beside
      const InCourses all =
          in_courses(*context_.without_late, pairs_of(punctual_data_, part.arm, part.contrast.later, part.contrast.earlier),
                     pairs_of(punctual_data_, 0, part.contrast.later, part.contrast.earlier));
      made.method = main.method + ", late answers left out";
      fill(made, stats::difference_in_differences(all.pre, all.post, all.arm, stats::Sandwich::cr2, all.clusters, level_).inference);
    }
    made.n = static_cast<double>(found->n_both);
    made.n_versus = static_cast<double>(found->n_versus_both);
    made.n_missing = main.n_missing;
    made.flags.emplace_back("alternate");
    result_.rows.push_back(made);
  }

  void dip_and_recovery() {
    if (!model_ || data_.waves.size() < 3 || !data_.arms.has_control || data_.arms.size() != 2) {
      return;
    }
    const auto asked = contrasts_of(study_, analysis_);
    const auto is_asked = [&](std::size_t to, std::size_t from) {
      return std::any_of(asked.begin(), asked.end(), [&](const Contrast& contrast) {
        return contrast.later == data_.waves[to] && contrast.earlier == data_.waves[from];
      });
    };
    if (!is_asked(1, 0) || !is_asked(2, 1)) {
      return; // a test that the plan does not ask for would be one more chance to find something
    }
    const auto* dip = model_->difference(1, 0);
    const auto* recovery = model_->difference(2, 1);
    if (dip == nullptr || recovery == nullptr) {
      return;
    }
    const OutcomeFacts facts = outcome_facts(context_.study, analysis_.outcome);
    const auto test = stats::dip_and_recovery(dip->satterthwaite, recovery->satterthwaite, facts.direction == Direction::down);
    Estimate made =
        row_of(analysis_, "dip_and_recovery", analysis_.outcome, "dip_and_recovery", "intersection-union, mmrm satterthwaite", Unit::none);
    made.at = {
        {"wave", study_.waves[data_.waves[1]].id}, {"from", study_.waves[data_.waves[0]].id}, {"to", study_.waves[data_.waves[2]].id}};
    made.versus = {{"arm", arm_id(study_, data_.arms, 0)}};
    made.p_value = test.p_value;
    made.n = static_cast<double>(model_->n_persons);
    made.flags.emplace_back(test.signs_as_expected ? "signs_as_expected" : "signs_not_as_expected");
    result_.rows.push_back(made);
  }

  const Context& context_;
  const PlannedAnalysis& analysis_;
  const Study& study_;
  CohortData data_;
  double level_;
  std::optional<stats::ArmByWave> model_, common_baseline_, punctual_;
  std::optional<stats::MixedFit> intercept_;
  CohortData punctual_data_;
  ProcedureResult result_;
};

} // namespace

ProcedureResult run_cohort_change(const Context& context, const PlannedAnalysis& analysis) {
  if (!analysis.family.empty()) {
    return run_item_change(context, analysis);
  }
  return CohortChange(context, analysis).run();
}

} // namespace canvass::analysis
