// How often the verdicts are right: made-up cohorts whose truth is known, through the same statistics and the same table of verdicts as
// a report. Prints Markdown; docs/simulation-study.md holds what it printed and what follows from it.
//
//   simulation_study [COHORTS [SEED]]        COHORTS under the null (20000); each effect gets half, each family of items a tenth

#include "bench/simulation/judged_cohort.hpp"
#include "engine/core/error.hpp"
#include "engine/core/text.hpp"
#include "engine/core/workers.hpp"
#include "engine/stats/multiplicity.hpp"
#include "engine/stats/westfall_young.hpp"

#include <chrono>
#include <cstdio>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <utility>

namespace {

using namespace canvass;
using namespace canvass::simulation;

constexpr double bound = 0.2; // the smallest change that matters
constexpr double level = 0.05;
constexpr std::size_t cohorts_in_block = 20;

/// A share with its Monte Carlo standard error: "4.93 (0.22)".
std::string share(std::size_t count, std::size_t of) {
  const double p = static_cast<double>(count) / static_cast<double>(of);
  return fmt::format("{:.2f} ({:.2f})", 100 * p, 100 * std::sqrt(p * (1 - p) / static_cast<double>(of)));
}

template <typename Test> std::string share_of(const std::vector<Judged>& all, const Test& test) {
  return share(static_cast<std::size_t>(std::count_if(all.begin(), all.end(), test)), all.size());
}

bool changed(const analysis::Verdict& verdict) {
  return verdict.word == "improved" || verdict.word == "worsened";
}

bool flagged(const analysis::Verdict& verdict, std::string_view flag) {
  return std::find(verdict.flags.begin(), verdict.flags.end(), flag) != verdict.flags.end();
}

bool covers(const stats::Inference& inference, double truth) {
  return inference.conf_low <= truth && truth <= inference.conf_high;
}

struct Scenario {
  std::string name;
  Truth truth;
  std::size_t cohorts = 0;
  std::vector<Judged> all{};
};

/// Every cohort has a stream of its own, and a place of its own in `all`: same numbers at any number of threads.
void run(Scenario& scenario, std::uint64_t seed) {
  const Maker maker(scenario.truth);
  const bool in_courses = scenario.truth.course_icc > 0;
  scenario.all.resize(scenario.cohorts);
  for_blocks((scenario.cohorts + cohorts_in_block - 1) / cohorts_in_block, 0, [&](std::size_t block) {
    const std::size_t end = std::min(scenario.cohorts, (block + 1) * cohorts_in_block);
    for (std::size_t i = block * cohorts_in_block; i < end; ++i) {
      const Cohort cohort = maker.draw(RandomStream(seed, scenario.name, i));
      try {
        scenario.all[i] = judge_cohort(cohort, bound, static_cast<double>(scenario.truth.course_size), in_courses);
      } catch (const DomainError&) {
        scenario.all[i].verdict.word = "not testable"; // the model could not be fitted: counted, never left out
        scenario.all[i].icc_05 = scenario.all[i].icc_10 = scenario.all[i].verdict;
      }
    }
  });
}

void print_verdicts(const std::vector<Scenario>& scenarios) {
  fmt::print("| cohorts | truth | n | a change is claimed | improved | worsened | practically unchanged | inconclusive | of these too "
             "small to tell | not testable |\n"
             "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n");
  for (const Scenario& scenario : scenarios) {
    const auto word = [&](std::string_view wanted) {
      return share_of(scenario.all, [&](const Judged& one) { return one.verdict.word == wanted; });
    };
    fmt::print("| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |\n", scenario.name, shortest(scenario.truth.effect), scenario.cohorts,
               share_of(scenario.all, [](const Judged& one) { return changed(one.verdict); }), word("improved"), word("worsened"),
               word("practically unchanged"), word("inconclusive"),
               share_of(scenario.all, [](const Judged& one) { return flagged(one.verdict, "too_small_to_tell"); }), word("not testable"));
  }
  fmt::print("\n");
}

void print_intervals(const std::vector<Scenario>& scenarios) {
  fmt::print(
      "| cohorts | truth | bias | SD of the estimates | mean SE | Satterthwaite covers | Kenward-Roger covers | complete pairs: bias | "
      "cover "
      "| p ≤ .05 | lower bound ≥ d | without T3 |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n");
  for (const Scenario& scenario : scenarios) {
    const double truth = scenario.truth.effect;
    double sum = 0, squares = 0, errors = 0, complete = 0, left = 0, fitted = 0;
    for (const Judged& one : scenario.all) {
      if (std::isnan(one.satterthwaite.estimate)) {
        continue;
      }
      fitted += 1;
      sum += one.satterthwaite.estimate - truth;
      squares += (one.satterthwaite.estimate - truth) * (one.satterthwaite.estimate - truth);
      errors += one.satterthwaite.std_error;
      complete += one.complete.estimate - truth;
      left += one.left;
    }
    const double bias = sum / fitted;
    const double sd = std::sqrt((squares - fitted * bias * bias) / (fitted - 1));
    fmt::print("| {} | {} | {:+.4f} ({:.4f}) | {:.4f} | {:.4f} | {} | {} | {:+.4f} | {} | {} | {} | {:.1f} % |\n", scenario.name,
               shortest(truth), bias, sd / std::sqrt(fitted), sd, errors / fitted,
               share_of(scenario.all, [&](const Judged& one) { return covers(one.satterthwaite, truth); }),
               share_of(scenario.all, [&](const Judged& one) { return covers(one.kenward_roger, truth); }), complete / fitted,
               share_of(scenario.all, [&](const Judged& one) { return covers(one.complete, truth); }),
               share_of(scenario.all, [](const Judged& one) { return one.satterthwaite.p_value <= level; }),
               share_of(scenario.all, [](const Judged& one) { return one.satterthwaite.conf_low >= bound; }), 100 * left / fitted);
  }
  fmt::print("\n");
}

void print_courses(const std::vector<Scenario>& scenarios) {
  fmt::print(
      "| cohorts | courses not recorded: a change is claimed | verdict as if ICC .05 | as if ICC .10 | courses recorded: CR2 p ≤ .05 |\n"
      "| --- | ---: | ---: | ---: | ---: |\n");
  for (const Scenario& scenario : scenarios) {
    if (scenario.truth.course_icc > 0) {
      fmt::print("| {} | {} | {} | {} | {} |\n", scenario.name,
                 share_of(scenario.all, [](const Judged& one) { return changed(one.verdict); }),
                 share_of(scenario.all, [](const Judged& one) { return changed(one.icc_05); }),
                 share_of(scenario.all, [](const Judged& one) { return changed(one.icc_10); }),
                 share_of(scenario.all, [](const Judged& one) { return one.cr2.p_value <= level; }));
    }
  }
  fmt::print("\n");
}

/// Of one cohort's family of items, T3 - T1.
struct FamilyOutcome {
  std::size_t affected = 0;
  int adjusted_true = 0, adjusted_false = 0; ///< affected and not affected items with p_adjusted <= level
  int raw_false = 0, holm_false = 0;
  int count = 0;
  double count_expected = 0, count_p = 1, count_p_binomial = 1;
};

FamilyOutcome judge_family(const Cohort& cohort, const Truth& truth, std::uint64_t seed, std::size_t number) {
  stats::ChangeTable table;
  table.people = cohort.people;
  table.outcomes = cohort.items;
  std::vector<std::uint8_t> treated;
  for (std::size_t person = 0; person < cohort.people; ++person) {
    treated.push_back(cohort.arm[person] == 1 ? 1 : 0);
    for (std::size_t item = 0; item < cohort.items; ++item) {
      const int before = cohort.answer(person, 0, item);
      const int after = cohort.answer(person, 2, item);
      table.changes.push_back(after == 0 ? std::numeric_limits<double>::quiet_NaN() : after - before);
    }
  }
  for (std::size_t item = 0; item < cohort.items; ++item) {
    table.names.push_back(fmt::format("i{}", item + 1));
  }
  stats::WestfallYoungOptions options;
  options.permutations = 999;
  options.seed = seed;
  options.analysis = fmt::format("cohort {}", number);
  options.threads = 1;
  const stats::WestfallYoungResult result = stats::westfall_young_between(table, treated, {}, options);
  std::vector<double> raw;
  for (const stats::WestfallYoungItem& item : result.items) {
    raw.push_back(item.p_value);
  }
  const std::vector<double> holm = stats::adjust_p(raw, stats::Adjustment::holm);
  FamilyOutcome outcome;
  outcome.affected = truth.effect == 0 ? 0 : truth.affected == 0 ? truth.items : truth.affected;
  for (std::size_t item = 0; item < result.items.size(); ++item) {
    const bool moved = item < outcome.affected;
    outcome.adjusted_true += moved && result.items[item].p_adjusted <= level ? 1 : 0;
    outcome.adjusted_false += !moved && result.items[item].p_adjusted <= level ? 1 : 0;
    outcome.raw_false += !moved && raw[item] <= level ? 1 : 0;
    outcome.holm_false += !moved && holm[item] <= level ? 1 : 0;
  }
  outcome.count = result.count;
  outcome.count_expected = result.count_expected;
  outcome.count_p = result.count_p;
  outcome.count_p_binomial = result.count_p_binomial;
  return outcome;
}

void print_families(const std::vector<Scenario>& families, std::uint64_t seed) {
  fmt::print("| families | n | any false, Westfall-Young | any false, Holm | any false, unadjusted | of the affected items found | mean K "
             "| mean E(K) "
             "| P(K) ≤ .05, calibrated | P(K) ≤ .05, binomial |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n");
  for (const Scenario& family : families) {
    const Maker maker(family.truth);
    std::vector<FamilyOutcome> all(family.cohorts);
    for_blocks((family.cohorts + cohorts_in_block - 1) / cohorts_in_block, 0, [&](std::size_t block) {
      const std::size_t end = std::min(family.cohorts, (block + 1) * cohorts_in_block);
      for (std::size_t i = block * cohorts_in_block; i < end; ++i) {
        all[i] = judge_family(maker.draw(RandomStream(seed, family.name, i)), family.truth, seed, i);
      }
    });
    const auto of = [&](const auto& test) {
      return share(static_cast<std::size_t>(std::count_if(all.begin(), all.end(), test)), all.size());
    };
    double count = 0, expected = 0, found = 0, affected = 0;
    for (const FamilyOutcome& one : all) {
      count += one.count;
      expected += one.count_expected;
      found += one.adjusted_true;
      affected += static_cast<double>(one.affected);
    }
    const auto n = static_cast<double>(all.size());
    fmt::print("| {} | {} | {} | {} | {} | {} | {:.2f} | {:.2f} | {} | {} |\n", family.name, all.size(),
               of([](const FamilyOutcome& one) { return one.adjusted_false > 0; }),
               of([](const FamilyOutcome& one) { return one.holm_false > 0; }),
               of([](const FamilyOutcome& one) { return one.raw_false > 0; }),
               affected > 0 ? fmt::format("{:.1f} %", 100 * found / affected) : std::string("-"), count / n, expected / n,
               of([](const FamilyOutcome& one) { return one.count_p <= level; }),
               of([](const FamilyOutcome& one) { return one.count_p_binomial <= level; }));
  }
}

std::vector<Scenario> scenarios(std::size_t cohorts) {
  std::vector<Scenario> all = {{"null, 40 + 33", {}, cohorts}};
  for (const double effect : {0.1, 0.2, 0.3, 0.4, 0.5}) {
    Truth truth;
    truth.effect = effect;
    all.push_back({fmt::format("effect {}", shortest(effect)), truth, cohorts / 2});
  }
  Truth everybody;
  everybody.leaving = Leaving::nobody;
  all.push_back({"null, nobody leaves", everybody, cohorts / 2});
  Truth few;
  few.treated = 16;
  few.control = 14;
  all.push_back({"null, 16 + 14", few, cohorts / 2});
  Truth mixed;
  mixed.effect_sd = 0.5;
  all.push_back({"null on average, people differ", mixed, cohorts / 2});
  for (const double icc : {0.05, 0.10}) {
    Truth courses;
    courses.course_icc = icc;
    all.push_back({fmt::format("null, courses of 10, ICC {:.2f}", icc), courses, cohorts / 2});
  }
  Truth not_at_random;
  not_at_random.leaving = Leaving::by_own_change;
  all.push_back({"null, treated leave by their own change", not_at_random, cohorts / 2});
  return all;
}

std::vector<Scenario> families(std::size_t cohorts) {
  Truth five;
  five.effect = 0.8;
  five.affected = 5;
  Truth courses;
  courses.course_icc = 0.10;
  Truth alike;
  alike.item_correlation = 0.5;
  return {{"null", {}, cohorts},
          {"null, errors of items correlate .5", alike, cohorts},
          {"5 of 20 items moved by 0.8", five, cohorts},
          {"null, courses of 10, ICC 0.10", courses, cohorts}};
}

int study(std::size_t cohorts, std::uint64_t seed) {
  const auto began = std::chrono::steady_clock::now();
  std::vector<Scenario> all = scenarios(cohorts);
  for (Scenario& scenario : all) {
    run(scenario, seed);
    fmt::print(stderr, "{}: {:.0f} s\n", scenario.name, std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
  }
  fmt::print("### Verdicts\n\nPer cent of cohorts; Monte Carlo standard error in brackets.\n\n");
  print_verdicts(all);
  fmt::print("### Estimates and intervals\n\nRaw points of the scale; coverage of 95 % intervals in per cent.\n\n");
  print_intervals(all);
  fmt::print("### Course groups\n\nPer cent of cohorts in which a change is claimed although there is none.\n\n");
  print_courses(all);
  fmt::print("### Families of 20 items, 999 draws\n\nPer cent of families, level .05.\n\n");
  print_families(families(cohorts / 10), seed);
  fmt::print(stderr, "all: {:.0f} s\n", std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
  return 0;
}

} // namespace

int main(int count, char** arguments) {
  const auto number = [&](int at, long long otherwise) -> std::optional<long long> {
    return count > at ? parse_int64(arguments[at]) : std::optional(otherwise);
  };
  const auto cohorts = number(1, 20'000);
  const auto seed = number(2, 20260222);
  if (count > 3 || !cohorts || *cohorts < 20 || *cohorts > 1'000'000 || !seed || *seed < 0) {
    fmt::print(stderr, "usage: simulation_study [COHORTS [SEED]]; COHORTS is a number from 20 to 1000000, SEED a number from 0\n");
    return 64;
  }
  return study(static_cast<std::size_t>(*cohorts), static_cast<std::uint64_t>(*seed));
}
