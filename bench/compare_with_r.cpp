// compare_with_r FOLDER: writes one made-up cohort as scores.csv and changes.csv, computes some statistics of it, and prints a line for
// each: name, seconds, value. compare_with_r.R prints the same lines from the same files; scripts/bench sets them side by side.

#include "bench/simulation/made_cohort.hpp"
#include "engine/core/text.hpp"
#include "engine/stats/mmrm.hpp"
#include "engine/stats/signed_rank.hpp"
#include "engine/stats/westfall_young.hpp"

#include <chrono>
#include <fmt/format.h>
#include <fstream>
#include <string>
#include <vector>

namespace {

using namespace canvass;

constexpr std::size_t items = 49;

/// The median of an odd number of runs, so that a busy moment of the machine does not count.
template <typename Work> double seconds(const Work& work) {
  std::vector<double> all;
  for (int i = 0; i < 5; ++i) {
    const auto began = std::chrono::steady_clock::now();
    work();
    all.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
  }
  std::sort(all.begin(), all.end());
  return all[all.size() / 2];
}

void print(std::string_view name, double time, double value) {
  fmt::print("{}\t{:.6f}\t{}\n", name, time, shortest(value));
}

} // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    fmt::print(stderr, "usage: compare_with_r FOLDER\n");
    return 64;
  }
  const std::string folder = arguments[1];
  simulation::Truth truth;
  truth.items = items;
  truth.effect = 0.2;
  const simulation::Cohort cohort = simulation::Maker(truth).draw(RandomStream(2, "compare"));

  std::ofstream scores(folder + "/scores.csv");
  scores << "person,arm,wave,y\n";
  std::ofstream changes(folder + "/changes.csv");
  changes << "arm";
  for (std::size_t item = 1; item <= items; ++item) {
    changes << ",i" << item;
  }
  changes << '\n';
  stats::ChangeTable table;
  table.outcomes = items;
  std::vector<std::uint8_t> treated;
  std::vector<std::vector<double>> columns(items);
  for (std::size_t person = 0; person < cohort.people; ++person) {
    for (std::size_t wave = 0; wave < simulation::waves; ++wave) {
      if (!std::isnan(cohort.scores(person, wave))) {
        scores << person << ',' << cohort.arm[person] << ',' << wave << ',' << shortest(cohort.scores(person, wave)) << '\n';
      }
    }
    if (cohort.answer(person, 2, 0) == 0) {
      continue;
    }
    changes << cohort.arm[person];
    table.people += 1;
    treated.push_back(cohort.arm[person] == 1 ? 1 : 0);
    for (std::size_t item = 0; item < items; ++item) {
      const int change = cohort.answer(person, 2, item) - cohort.answer(person, 0, item);
      changes << ',' << change;
      table.changes.push_back(change);
      columns[item].push_back(change);
    }
    changes << '\n';
  }
  for (std::size_t item = 0; item < items; ++item) {
    table.names.push_back(fmt::format("i{}", item + 1));
  }
  scores.close();
  changes.close();
  if (!scores || !changes) {
    fmt::print(stderr, "cannot write into {}\n", folder);
    return 4;
  }

  stats::Inference inference;
  const double mmrm = seconds([&] { inference = stats::mmrm_arm_by_wave(cohort.scores, cohort.arm).difference(2, 0)->satterthwaite; });
  print("mmrm estimate", mmrm, inference.estimate);
  print("mmrm standard error", mmrm, inference.std_error);

  double sum = 0;
  const double ranks = seconds([&] {
    sum = 0;
    for (std::size_t item = 0; item < 20; ++item) {
      sum += stats::signed_rank(columns[item]).p_value;
    }
  });
  print("20 exact signed-rank tests, sum of p", ranks, sum);

  stats::WestfallYoungOptions options;
  options.permutations = 10'000;
  options.threads = 1;
  stats::WestfallYoungResult family;
  const double draws = seconds([&] { family = stats::westfall_young_between(table, treated, {}, options); });
  double largest = 0;
  double smallest_p = 1;
  for (const stats::WestfallYoungItem& item : family.items) {
    largest = std::max(largest, std::abs(item.statistic));
    smallest_p = std::min(smallest_p, item.p_adjusted);
  }
  print("10000 relabellings of 49 items, largest t", draws, largest);
  print("10000 relabellings of 49 items, its adjusted p (drawn)", draws, smallest_p);
  return 0;
}
