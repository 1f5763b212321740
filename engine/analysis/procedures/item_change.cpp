// A family of items against control: Welch t on each person's change, labels permuted over people, step-down maxima (Westfall-Young),
// and the same draws tell how many "significant" items there would be if nothing had changed.

#include "engine/analysis/cohort.hpp"
#include "engine/analysis/procedures/all.hpp"
#include "engine/analysis/rows.hpp"
#include "engine/core/text.hpp"
#include "engine/stats/least_squares.hpp"
#include "engine/stats/multiplicity.hpp"
#include "engine/stats/power.hpp"
#include "engine/stats/two_sample.hpp"
#include "engine/stats/westfall_young.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace canvass::analysis {
namespace {

using report::Estimate;
using report::Unit;

/// Changes of everybody in two arms on every outcome of the family.
struct FamilyChanges {
  stats::ChangeTable table;
  std::vector<std::uint8_t> treated;
  std::vector<std::int32_t> matched_set;
  std::vector<std::size_t> cluster; ///< course groups; who was in none is a cluster of one. Empty: not recorded
  std::vector<std::string> course;
  std::vector<int> missing; ///< by outcome: people who answered it at one of the two waves only
};

FamilyChanges family_changes(const Context& context, const Family& family, const Contrast& contrast, const Arms& arms, std::size_t arm) {
  const Study& study = context.study.study;
  const std::size_t waves = study.waves.size();
  const Dataset& dataset = context.dataset;
  FamilyChanges made;
  std::vector<std::size_t> people;
  for (std::size_t person = 0; person < dataset.persons.size(); ++person) {
    const std::size_t number = arms.number(dataset.arm_of_person[person]);
    if (number == 0 || number == arm) {
      people.push_back(person);
      made.treated.push_back(number == 0 ? 0 : 1);
    }
  }
  made.table.people = people.size();
  made.table.outcomes = family.outcomes.size();
  made.table.names = family.outcomes;
  made.table.changes.assign(people.size() * family.outcomes.size(), report::not_a_number);
  made.missing.assign(family.outcomes.size(), 0);
  for (std::size_t item = 0; item < family.outcomes.size(); ++item) {
    const std::vector<double> values = outcome_by_person(context.study, dataset, family.outcomes[item]);
    for (std::size_t i = 0; i < people.size(); ++i) {
      const double later = values[people[i] * waves + contrast.later];
      const double earlier = values[people[i] * waves + contrast.earlier];
      made.table.changes[i * family.outcomes.size() + item] = later - earlier;
      made.missing[item] += std::isnan(later) != std::isnan(earlier) ? 1 : 0;
    }
  }
  if (!study.assignment.group.empty()) {
    const std::vector<std::string> groups = people_values(context.study, dataset, study.assignment.group);
    for (const std::size_t person : people) {
      made.course.push_back(groups[person]);
    }
    made.cluster = cluster_numbers(made.course);
  }
  if (!study.assignment.matched_set.empty()) {
    const std::vector<std::string> sets = people_values(context.study, dataset, study.assignment.matched_set);
    std::vector<std::string> of_people;
    for (const std::size_t person : people) {
      of_people.push_back(sets[person]);
    }
    for (const std::size_t number : cluster_numbers(of_people)) {
      made.matched_set.push_back(static_cast<std::int32_t>(number));
    }
  }
  return made;
}

std::vector<double> column(const stats::ChangeTable& table, std::span<const std::uint8_t> treated, std::size_t item, std::uint8_t which) {
  std::vector<double> values;
  for (std::size_t person = 0; person < table.people; ++person) {
    const double change = table.at(person, item);
    if (treated[person] == which && !std::isnan(change)) {
      values.push_back(change);
    }
  }
  return values;
}

/// Course groups are recorded: each item over groups (CR2), as the scale is. `courses` counts those of the treated with a change.
struct OverCourses {
  stats::Inference inference; ///< all NaN under three courses, or where nothing varies
  std::size_t courses = 0;
};
OverCourses over_courses(const FamilyChanges& data, std::size_t item, double level) {
  std::vector<double> change;
  std::vector<std::size_t> arm;
  std::vector<std::size_t> cluster;
  std::set<std::string> courses;
  for (std::size_t person = 0; person < data.table.people; ++person) {
    const double value = data.table.at(person, item);
    if (!std::isnan(value)) {
      change.push_back(value);
      arm.push_back(data.treated[person]);
      cluster.push_back(data.cluster[person]);
      if (data.treated[person] == 1 && !data.course[person].empty()) {
        courses.insert(data.course[person]);
      }
    }
  }
  OverCourses made;
  made.courses = courses.size();
  made.inference.estimate = made.inference.std_error = made.inference.df = made.inference.statistic = made.inference.p_value =
      made.inference.conf_low = made.inference.conf_high = report::not_a_number;
  if (courses.size() >= 3) {
    const std::vector<double> before(change.size(), 0.0);
    try {
      made.inference = stats::difference_in_differences(before, change, arm, stats::Sandwich::cr2, cluster, level).inference;
    } catch (const DomainError&) {
      return made; // nothing varies: the row says not testable
    }
  }
  return made;
}

} // namespace

ProcedureResult run_item_change(const Context& context, const PlannedAnalysis& analysis) {
  ProcedureResult result;
  const Study& study = context.study.study;
  const Family* family = study.plan.family(analysis.family);
  if (family == nullptr) {
    throw InputError(analysis.at, "the plan has no family called \"" + analysis.family + "\"");
  }
  const Arms arms = arms_of(study);
  const std::vector<std::size_t> collected = collected_waves(study, context.dataset);
  const double level = study.plan.significance_level;
  if (!arms.has_control) {
    throw DomainError("there is no control group, so item changes cannot be set against one; the appendix describes each arm");
  }
  const bool grouped = !study.assignment.group.empty();
  for (const Contrast& contrast : contrasts_of(study, analysis)) {
    const auto is_collected = [&](std::size_t wave) { return std::find(collected.begin(), collected.end(), wave) != collected.end(); };
    if (!is_collected(contrast.later) || !is_collected(contrast.earlier)) {
      result.notes.push_back(contrast_id(study, contrast) + ": not yet collected");
      continue;
    }
    for (std::size_t arm = 1; arm < arms.size(); ++arm) {
      const FamilyChanges data = family_changes(context, *family, contrast, arms, arm);
      std::string prefix = contrast_id(study, contrast);
      if (arms.size() > 2) {
        prefix += "/" + arm_id(study, arms, arm);
      }
      stats::WestfallYoungOptions options;
      options.permutations = static_cast<std::int64_t>(study.plan.permutations);
      options.level = level;
      options.seed = study.plan.seed;
      options.analysis = analysis.id + "/" + prefix;
      options.threads = context.threads;
      stats::WestfallYoungResult wy;
      try {
        wy = stats::westfall_young_between(data.table, data.treated, data.matched_set, options);
      } catch (const DomainError& error) {
        result.notes.push_back(prefix + ": " + error.what());
        continue;
      }
      for (const std::string& warning : wy.warnings) {
        result.notes.push_back(prefix + ": " + warning);
      }
      if (!grouped && study.assignment.kind != AssignmentKind::randomised) {
        result.notes.push_back(prefix + ": arms were not formed by chance, so permutation p-values hold if labels were exchangeable");
      }
      const report::Levels at = {
          {"wave", study.waves[contrast.later].id}, {"from", study.waves[contrast.earlier].id}, {"arm", arm_id(study, arms, arm)}};
      const report::Levels versus = {{"arm", arm_id(study, arms, 0)}};
      std::map<std::string, std::vector<double>> adjusted;
      std::vector<double> raw;
      std::vector<OverCourses> grouped_items;
      for (std::size_t i = 0; i < wy.items.size(); ++i) {
        if (grouped) {
          grouped_items.push_back(over_courses(data, i, 1 - level));
        }
        raw.push_back(!wy.items[i].in_family ? report::not_a_number : grouped ? grouped_items[i].inference.p_value : wy.items[i].p_value);
      }
      for (const stats::Adjustment method : {stats::Adjustment::holm, stats::Adjustment::hochberg, stats::Adjustment::hommel,
                                             stats::Adjustment::bh, stats::Adjustment::by}) {
        adjusted[std::string(stats::name(method))] = stats::adjust_p(raw, method);
      }
      const bool permuted = family->adjust == Adjustment::westfall_young && !grouped;
      static const std::map<Adjustment, std::string> names = {{Adjustment::none, "none"},
                                                              {Adjustment::holm, "holm"},
                                                              {Adjustment::hochberg, "hochberg"},
                                                              {Adjustment::hommel, "hommel"},
                                                              {Adjustment::bh, "bh"},
                                                              {Adjustment::by, "by"},
                                                              {Adjustment::westfall_young, "westfall_young"}};
      // Course groups recorded: people of one course are not exchangeable one by one, so no Westfall-Young (conventions).
      const std::string chosen = permuted                                                  ? "westfall_young"
                                 : grouped && family->adjust == Adjustment::westfall_young ? "holm"
                                                                                           : names.at(family->adjust);
      for (std::size_t i = 0; i < wy.items.size(); ++i) {
        const stats::WestfallYoungItem& item = wy.items[i];
        const std::vector<double> control = column(data.table, data.treated, i, 0);
        const std::vector<double> treated = column(data.table, data.treated, i, 1);
        const auto welch = stats::welch(control, treated, 1 - level);
        Estimate main = row_of(analysis, prefix + "/" + item.name, item.name, "difference_in_differences",
                               "Welch t on changes, labels permuted over people", Unit::points);
        main.at = at;
        main.versus = versus;
        main.family = item.in_family ? analysis.id + "/" + prefix : "";
        main.estimate = item.difference;
        main.std_error = welch.std_error;
        main.df = welch.df;
        main.statistic = item.statistic;
        fill(main, welch.interval);
        main.n = item.n_second;
        main.n_versus = item.n_first;
        main.n_missing = data.missing[i];
        if (grouped) {
          main.method = "difference in differences, CR2 over course groups, Satterthwaite";
          fill(main, grouped_items[i].inference);
          main.estimate = item.difference;
          main.effective_n = static_cast<double>(grouped_items[i].courses);
          if (grouped_items[i].courses < 3) {
            main.flags.emplace_back("under_three_groups");
          }
        }
        if (item.in_family) {
          main.p_value = raw[i];
          main.adjustment = chosen;
          main.p_adjusted = chosen == "westfall_young" ? item.p_adjusted : chosen == "none" ? raw[i] : adjusted.at(chosen)[i];
          if (std::isfinite(main.p_value) && (main.p_value <= level) != (main.conf_low > 0 || main.conf_high < 0)) {
            main.flags.emplace_back("interval_disagrees"); // p from the reshuffles, interval from Welch's t
          }
        } else {
          main.flags.push_back(item.left_because == "constant" ? "constant" : "too_few");
          result.notes.push_back(prefix + ": item " + item.name + " left the family (" + item.left_because + ")");
        }
        result.rows.push_back(main);
        if (!item.in_family) {
          continue;
        }
        for (const auto& [name, values] : adjusted) {
          if (name != chosen) {
            Estimate other = row_of(analysis, prefix + "/" + item.name + "/" + name, item.name, "adjusted_p",
                                    (grouped ? "CR2 p, " : "permutation p, ") + name, Unit::none);
            other.at = at;
            other.versus = versus;
            other.p_value = raw[i];
            other.p_adjusted = values[i];
            other.adjustment = name;
            other.flags.emplace_back("alternate");
            result.rows.push_back(other);
          }
        }
        Estimate seen = row_of(analysis, prefix + "/" + item.name + "/detectable", item.name, "detectable_effect",
                               permuted ? "80% power at the family's max-t quantile" : "80% power at the family's level", Unit::points);
        seen.at = at;
        seen.versus = versus;
        seen.estimate = main.std_error > 0
                            ? (permuted ? main.std_error * stats::detectable_at_critical(main.df, wy.max_t_quantile, 0.8)
                                        : stats::detectable_effect(main.std_error, main.df, level / std::max(1, wy.family_size), 0.8))
                            : report::not_a_number;
        seen.std_error = main.std_error;
        seen.df = main.df;
        seen.n = item.n_second;
        seen.n_versus = item.n_first;
        result.rows.push_back(seen);
      }
      Estimate count = row_of(analysis, prefix + "/k_of_m", "", "items_below_level", "permutation-calibrated count", Unit::count);
      count.at = at;
      count.versus = versus;
      count.estimate = wy.count;
      count.count = wy.family_size;
      count.reference = wy.count_expected;
      count.p_value = wy.count_p;
      count.n = wy.n_second;
      count.n_versus = wy.n_first;
      count.effective_n = static_cast<double>(wy.used);
      if (grouped) { // reshuffling people would break the courses up, so the count stands without a calibration
        count.method = "count of items, not calibrated: course groups are recorded";
        count.estimate = static_cast<double>(std::count_if(raw.begin(), raw.end(), [&](double p) { return p <= level; }));
        count.reference = count.p_value = count.effective_n = report::not_a_number;
        count.flags.emplace_back("not_calibrated");
        result.rows.push_back(count);
        continue;
      }
      count.flags.emplace_back(wy.enumerated ? "enumerated" : "drawn");
      result.rows.push_back(count);
      Estimate binomial = count;
      binomial.id = analysis.id + "/" + prefix + "/k_of_m/binomial";
      binomial.method = "binomial, as if items were independent: wrong, shown for comparison";
      binomial.p_value = wy.count_p_binomial;
      binomial.reference = level * wy.family_size;
      binomial.flags = {"alternate"};
      result.rows.push_back(binomial);
    }
    // How many items look "significant" inside the control arm alone: the reason why within-arm counts are never a finding.
    for (std::size_t arm = 0; arm < arms.size() && !grouped; ++arm) { // signs flipped person by person: not within courses
      FamilyChanges data = family_changes(context, *family, contrast, arms, arm);
      stats::ChangeTable own;
      own.outcomes = data.table.outcomes;
      own.names = data.table.names;
      for (std::size_t person = 0; person < data.table.people; ++person) {
        if (arm == 0 ? data.treated[person] == 0 : data.treated[person] == 1) {
          ++own.people;
          for (std::size_t i = 0; i < own.outcomes; ++i) {
            own.changes.push_back(data.table.at(person, i));
          }
        }
      }
      stats::WestfallYoungOptions options;
      options.permutations = static_cast<std::int64_t>(std::min<std::size_t>(study.plan.permutations, 20'000));
      options.level = level;
      options.seed = study.plan.seed;
      options.analysis = analysis.id + "/within/" + contrast_id(study, contrast) + "/" + arm_id(study, arms, arm);
      options.threads = context.threads;
      try {
        const auto within = stats::westfall_young_within(own, options);
        Estimate count = row_of(analysis, contrast_id(study, contrast) + "/k_of_m_within/" + arm_id(study, arms, arm), "",
                                "items_below_level", "within one arm, sign flips", Unit::count);
        count.at = {
            {"wave", study.waves[contrast.later].id}, {"from", study.waves[contrast.earlier].id}, {"arm", arm_id(study, arms, arm)}};
        count.estimate = within.count;
        count.count = within.family_size;
        count.reference = within.count_expected;
        count.p_value = within.count_p;
        count.n = within.people;
        count.flags.emplace_back("description");
        result.rows.push_back(count);
      } catch (const DomainError& error) {
        result.notes.push_back(contrast_id(study, contrast) + ", within " + arm_label(study, arms, arm) + ": " + error.what());
      }
    }
  }
  if (grouped && family->adjust == Adjustment::westfall_young) {
    result.notes.push_back("Course groups are recorded, so items are tested over groups (CR2) and adjusted by Holm, and their number is "
                           "not calibrated: people "
                           "trained together are not exchangeable one by one");
  }
  return result;
}

} // namespace canvass::analysis
