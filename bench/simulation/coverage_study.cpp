// How often the intervals of a share hold the true share: samples whose truth is known, through the same functions as a report, beside
// the seven methods of R survey's svyciprop. Prints Markdown; docs/coverage-study.md holds what it printed and what follows from it.
//
//   coverage_study [SAMPLES [SEED]]        SAMPLES a cell (10000)

#include "engine/core/random.hpp"
#include "engine/core/text.hpp"
#include "engine/core/workers.hpp"
#include "engine/survey/estimators.hpp"
#include "engine/survey/proportion_interval.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <fmt/format.h>
#include <string>
#include <vector>

namespace {

using namespace canvass;
using survey::ProportionFacts;
using survey::ProportionMethod;

struct Named {
  const char* name;
  ProportionMethod method;
};
constexpr std::array methods = {Named{"Korn-Graubard (default)", ProportionMethod::korn_graubard},
                                Named{"the same, n_eff up to n", ProportionMethod::korn_graubard_rows},
                                Named{"Jeffreys", ProportionMethod::jeffreys},
                                Named{"logit", ProportionMethod::logit},
                                Named{"likelihood", ProportionMethod::likelihood},
                                Named{"asin", ProportionMethod::asin},
                                Named{"beta", ProportionMethod::beta},
                                Named{"mean", ProportionMethod::mean},
                                Named{"xlogit", ProportionMethod::xlogit},
                                Named{"wilson", ProportionMethod::wilson}};
constexpr std::array shares = {0.002, 0.01, 0.05, 0.1, 0.3, 0.5, 0.7, 0.9, 0.95, 0.99, 0.998};
constexpr double wanted = 0.935;

enum class Weights { lognormal, gamma, two_sizes };

/// One population and one way to sample from it.
struct Cell {
  double share = 0.5;
  std::size_t units = 0; ///< first-stage units, one stratum
  std::size_t size = 1;  ///< people of a unit in the sample; 1: people are the units
  double icc = 0;
  double variation = 0; ///< standard deviation of weights over their mean
  Weights kind = Weights::lognormal;
  double related = 0;    ///< people of the outcome weigh this much more (1 = twice as much)
  double heavy = 0.2;    ///< two_sizes: the part of the people that weighs more
  bool strata = false;   ///< two_sizes: the two are strata, so many of each in every sample
  double odds_ratio = 1; ///< strata: odds of the outcome among the light over those among the heavy
};

struct Tally {
  std::array<std::size_t, methods.size()> covered{}, none{};
  std::array<double, methods.size()> width{}; ///< sum over the samples that have an interval
  std::size_t samples = 0, flat = 0;          ///< flat: a default interval of zero width
  [[nodiscard]] double coverage(std::size_t m) const { return static_cast<double>(covered[m]) / static_cast<double>(samples); }
};

/// Gamma of the given shape (Marsaglia and Tsang 2000).
double gamma(RandomStream& random, double shape) {
  if (shape < 1) {
    const double u = 1 - random.uniform();
    return gamma(random, shape + 1) * std::pow(u, 1 / shape);
  }
  const double d = shape - 1.0 / 3;
  const double c = 1 / std::sqrt(9 * d);
  for (;;) {
    const double x = random.normal();
    const double v = 1 + c * x;
    if (v > 0) {
      const double v3 = v * v * v;
      if (std::log(1 - random.uniform()) < 0.5 * x * x + d - d * v3 + d * std::log(v3)) {
        return d * v3;
      }
    }
  }
}

/// Two weights with mean 1 and the cell's variation.
double heavy_weight(const Cell& cell) {
  return 1 + cell.variation * std::sqrt((1 - cell.heavy) / cell.heavy);
}
double light_weight(const Cell& cell) {
  return (1 - cell.heavy * heavy_weight(cell)) / (1 - cell.heavy);
}

double draw_weight(RandomStream& random, const Cell& cell) {
  if (cell.variation == 0) {
    return 1;
  }
  const double squared = cell.variation * cell.variation;
  switch (cell.kind) {
  case Weights::lognormal: {
    const double sd = std::sqrt(std::log1p(squared));
    return std::exp(sd * random.normal() - sd * sd / 2);
  }
  case Weights::gamma: return gamma(random, 1 / squared) * squared;
  case Weights::two_sizes: return random.uniform() < cell.heavy ? heavy_weight(cell) : light_weight(cell);
  }
  return 1;
}

struct Sample {
  std::vector<double> y, weight;
};

std::size_t heavy_people(const Cell& cell) {
  return cell.strata ? static_cast<std::size_t>(std::lround(cell.heavy * static_cast<double>(cell.units))) : 0;
}

/// Shares of the outcome in the heavy and the light stratum that make the cell's share of everybody.
std::array<double, 2> shares_of_strata(const Cell& cell) {
  const double of_heavy = cell.heavy * heavy_weight(cell); // of the population
  const auto light_share = [&](double p) { return cell.odds_ratio * p / (1 - p + cell.odds_ratio * p); };
  double low = 0, high = 1;
  for (int step = 0; step < 100; ++step) {
    const double middle = (low + high) / 2;
    (of_heavy * middle + (1 - of_heavy) * light_share(middle) < cell.share ? low : high) = middle;
  }
  return {low, light_share(low)};
}

void draw_strata(RandomStream& random, const Cell& cell, Sample& sample) {
  const std::array<double, 2> p = shares_of_strata(cell);
  const std::size_t heavy = heavy_people(cell);
  for (std::size_t i = 0; i < cell.units; ++i) {
    sample.y.push_back(random.uniform() < p[i < heavy ? 0 : 1] ? 1 : 0);
    sample.weight.push_back(i < heavy ? heavy_weight(cell) : light_weight(cell));
  }
}

/// Beta-binomial units: the correlation of two people of a unit is the ICC. With weights that are related to the outcome the sample is
/// drawn so that the weighted share is still the true one.
void draw(RandomStream& random, const Cell& cell, Sample& sample) {
  sample.y.clear();
  sample.weight.clear();
  if (cell.strata) {
    draw_strata(random, cell, sample);
    return;
  }
  // share in the sample s: s (1 + r) / (s (1 + r) + 1 - s) = share
  const double drawn = cell.share / (cell.share + (1 - cell.share) * (1 + cell.related));
  for (std::size_t unit = 0; unit < cell.units; ++unit) {
    double p = drawn;
    if (cell.icc > 0) {
      const double a = gamma(random, drawn * (1 - cell.icc) / cell.icc);
      const double b = gamma(random, (1 - drawn) * (1 - cell.icc) / cell.icc);
      p = a + b > 0 ? a / (a + b) : (random.uniform() < drawn ? 1 : 0);
    }
    for (std::size_t i = 0; i < cell.size; ++i) {
      const double y = random.uniform() < p ? 1 : 0;
      sample.y.push_back(y);
      sample.weight.push_back(draw_weight(random, cell) * (1 + cell.related * y));
    }
  }
}

/// What survey::means gives for one stratum (or two) drawn with replacement, without its preparations; `agrees` holds one against the
/// other.
ProportionFacts facts_of(const Sample& sample, const Cell& cell) {
  double weight = 0, squared = 0, yes = 0;
  for (std::size_t i = 0; i < sample.y.size(); ++i) {
    weight += sample.weight[i];
    squared += sample.weight[i] * sample.weight[i];
    yes += sample.weight[i] * sample.y[i];
  }
  ProportionFacts facts;
  facts.n = sample.y.size();
  facts.share = yes / weight;
  facts.kish_n = weight * weight / squared;
  const std::size_t heavy = heavy_people(cell);
  facts.df = static_cast<double>(cell.units) - (cell.strata ? 2 : 1);
  double variance = 0;
  std::size_t i = 0;
  const auto add_stratum = [&](std::size_t first, std::size_t last) {
    double sum = 0, squares = 0;
    for (std::size_t unit = first; unit < last; ++unit) {
      double score = 0;
      for (std::size_t k = 0; k < cell.size; ++k, ++i) {
        score += sample.weight[i] * (sample.y[i] - facts.share);
      }
      sum += score;
      squares += score * score;
    }
    const double n = static_cast<double>(last - first);
    variance += n / (n - 1) * (squares - sum * sum / n);
  };
  if (heavy > 0) {
    add_stratum(0, heavy);
  }
  add_stratum(heavy, cell.units);
  facts.std_error = std::sqrt(std::max(0.0, variance)) / weight;
  return facts;
}

bool agrees(const Cell& cell, std::uint64_t seed) {
  RandomStream random(seed, "agreement");
  Sample sample;
  draw(random, cell, sample);
  survey::Design design;
  design.weights = sample.weight;
  design.stages.resize(1);
  for (std::size_t i = 0; i < sample.y.size(); ++i) {
    design.stages[0].unit.push_back(static_cast<std::int32_t>(i / cell.size));
    design.stages[0].stratum.push_back(i < heavy_people(cell) ? 0 : 1);
  }
  stats::Matrix y(sample.y.size(), 1);
  y.values = sample.y;
  const survey::Estimates estimates = survey::means(design, y);
  const ProportionFacts facts = facts_of(sample, cell);
  const auto near = [](double a, double b) { return std::fabs(a - b) <= 1e-9 * std::max(1e-3, std::fabs(a)); };
  return near(estimates.values[0], facts.share) && near(estimates.std_error(0), facts.std_error) &&
         near(estimates.kish_n[0], facts.kish_n) && near(estimates.df[0], facts.df);
}

Tally run(const Cell& cell, std::size_t samples, std::uint64_t seed, std::uint64_t number) {
  Tally tally;
  tally.samples = samples;
  RandomStream random(seed, "coverage", number);
  Sample sample;
  for (std::size_t s = 0; s < samples; ++s) {
    draw(random, cell, sample);
    const ProportionFacts facts = facts_of(sample, cell);
    for (std::size_t m = 0; m < methods.size(); ++m) {
      const stats::Interval interval = survey::proportion_interval(facts, 0.95, methods[m].method);
      if (std::isnan(interval.low)) {
        ++tally.none[m];
        continue;
      }
      tally.covered[m] += interval.low <= cell.share && cell.share <= interval.high ? 1U : 0U;
      tally.width[m] += interval.high - interval.low;
      tally.flat += m == 0 && !(interval.high > interval.low) ? 1U : 0U;
    }
  }
  return tally;
}

struct Part {
  std::string title, row_name;
  std::vector<std::string> rows;
  std::vector<Cell> cells; ///< rows x shares
  std::vector<Tally> tallies{};
};

void add_row(Part& part, std::string name, Cell cell) {
  part.rows.push_back(std::move(name));
  for (const double share : shares) {
    cell.share = share;
    part.cells.push_back(cell);
  }
}

void run_part(Part& part, std::size_t samples, std::uint64_t seed, std::uint64_t first_number) {
  part.tallies.resize(part.cells.size());
  for_blocks(part.cells.size(), 0, [&](std::size_t i) { part.tallies[i] = run(part.cells[i], samples, seed, first_number + i); });
}

std::string per_cent(double x) {
  return fmt::format("{:.1f}", 100 * x);
}

std::string share_header(const std::string& first) {
  std::string line = "| " + first + " |";
  std::string rule = "| --- |";
  for (const double share : shares) {
    line += fmt::format(" {} |", share);
    rule += " ---: |";
  }
  return line + "\n" + rule + "\n";
}

/// Coverage of one method, cell by cell; what falls short is set in bold.
void print_cells(const Part& part, std::size_t method) {
  std::fputs(share_header(part.row_name).c_str(), stdout);
  for (std::size_t row = 0; row < part.rows.size(); ++row) {
    std::string line = "| " + part.rows[row] + " |";
    for (std::size_t k = 0; k < shares.size(); ++k) {
      const double coverage = part.tallies[row * shares.size() + k].coverage(method);
      const char* const mark = coverage < wanted ? "**" : "";
      line += fmt::format(" {}{}{} |", mark, per_cent(coverage), mark);
    }
    fmt::print("{}\n", line);
  }
  fmt::print("\n");
}

void print_methods(const Part& part) {
  fmt::print(
      "| method | lowest | where | mean | cells under 93.5 | lowest where there is an interval | no interval at most | mean width |\n"
      "| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: |\n");
  for (std::size_t m = 0; m < methods.size(); ++m) {
    double lowest = 2, sum = 0, lowest_given = 2, none = 0, width = 0, intervals = 0;
    std::size_t under = 0, where = 0;
    for (std::size_t i = 0; i < part.cells.size(); ++i) {
      const Tally& tally = part.tallies[i];
      const double coverage = tally.coverage(m);
      sum += coverage;
      under += coverage < wanted ? 1U : 0U;
      if (coverage < lowest) {
        lowest = coverage;
        where = i;
      }
      const double given = static_cast<double>(tally.samples - tally.none[m]);
      if (given > 0) {
        lowest_given = std::min(lowest_given, static_cast<double>(tally.covered[m]) / given);
      }
      none = std::max(none, static_cast<double>(tally.none[m]) / static_cast<double>(tally.samples));
      width += tally.width[m];
      intervals += given;
    }
    fmt::print("| {} | {} | {}, share {} | {} | {} of {} | {} | {} | {:.3f} |\n", methods[m].name, per_cent(lowest),
               part.rows[where / shares.size()], part.cells[where].share, per_cent(sum / static_cast<double>(part.cells.size())), under,
               part.cells.size(), per_cent(lowest_given), per_cent(none), width / intervals);
  }
  fmt::print("\n");
}

/// Mean over the rows, share by share; a sample without an interval counts as one that missed.
void print_by_share(const Part& part) {
  std::fputs(share_header("method, mean over rows").c_str(), stdout);
  for (std::size_t m = 0; m < methods.size(); ++m) {
    std::string line = fmt::format("| {} |", methods[m].name);
    for (std::size_t k = 0; k < shares.size(); ++k) {
      double sum = 0;
      for (std::size_t row = 0; row < part.rows.size(); ++row) {
        sum += part.tallies[row * shares.size() + k].coverage(m);
      }
      line += fmt::format(" {} |", per_cent(sum / static_cast<double>(part.rows.size())));
    }
    fmt::print("{}\n", line);
  }
  fmt::print("\n");
}

/// Mean width of the default beside the rule it was made from: what the cap at Kish's n costs.
void print_widths(const Part& part) {
  constexpr std::array at = {2U, 3U, 5U}; // of `shares`: .05, .1 and .5
  fmt::print("| mean width: {}, default and n_eff up to n | {} | up to n | {} | up to n | {} | up to n |\n"
             "| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n",
             part.row_name, shares[at[0]], shares[at[1]], shares[at[2]]);
  for (std::size_t row = 0; row < part.rows.size(); ++row) {
    std::string line = "| " + part.rows[row] + " |";
    for (const std::size_t k : at) {
      const Tally& tally = part.tallies[row * shares.size() + k];
      for (const std::size_t m : {0U, 1U}) {
        line += fmt::format(" {:.3f} |", tally.width[m] / static_cast<double>(tally.samples - tally.none[m]));
      }
    }
    fmt::print("{}\n", line);
  }
  fmt::print("\n");
}

std::size_t flat_intervals(const Part& part) {
  std::size_t flat = 0;
  for (const Tally& tally : part.tallies) {
    flat += tally.flat + tally.none[0];
  }
  return flat;
}

Part people(const std::string& title, const std::vector<double>& variations, Weights kind, double related, double heavy = 0.2) {
  Part part;
  part.title = title;
  part.row_name = "people, weight variation";
  for (const std::size_t n : {30U, 50U, 100U, 200U, 400U}) {
    for (const double variation : variations) {
      Cell cell;
      cell.units = n;
      cell.variation = variation;
      cell.kind = kind;
      cell.related = related;
      cell.heavy = heavy;
      add_row(part, fmt::format("n {}, {}", n, variation), cell);
    }
  }
  return part;
}

/// A fifth of the sample stands for three fifths of the people; each of the two strata drawn by itself.
Part two_strata(const std::string& title, const std::vector<double>& odds_ratios) {
  Part part;
  part.title = title;
  part.row_name = "people, odds of the light over those of the heavy";
  for (const std::size_t n : {30U, 50U, 100U, 200U, 400U}) {
    for (const double odds_ratio : odds_ratios) {
      Cell cell;
      cell.units = n;
      cell.variation = 1;
      cell.kind = Weights::two_sizes;
      cell.strata = true;
      cell.odds_ratio = odds_ratio;
      add_row(part, fmt::format("n {}, {:.2g}", n, odds_ratio), cell);
    }
  }
  return part;
}

Part clusters(const std::string& title, const std::vector<double>& iccs, double variation) {
  Part part;
  part.title = title;
  part.row_name = "df, people, ICC";
  for (const std::size_t df : {1U, 2U, 3U, 5U, 8U, 15U, 30U, 60U}) {
    for (const std::size_t n : {60U, 240U}) {
      for (const double icc : iccs) {
        Cell cell;
        cell.units = df + 1;
        cell.size = std::max<std::size_t>(2, (n + df / 2) / (df + 1));
        cell.icc = icc;
        cell.variation = variation;
        add_row(part, fmt::format("df {}, n {}, {}", df, cell.units * cell.size, icc), cell);
      }
    }
  }
  return part;
}

std::size_t number(int argc, char** argv, int at, std::size_t otherwise) {
  return argc > at ? static_cast<std::size_t>(parse_int64(argv[at]).value_or(static_cast<long long>(otherwise))) : otherwise;
}

} // namespace

int main(int argc, char** argv) {
  const std::size_t samples = number(argc, argv, 1, 10000);
  const std::uint64_t seed = number(argc, argv, 2, 20260705);
  std::vector<Part> parts = {
      people("People drawn one by one, weights that vary", {0, 0.25, 0.5, 1}, Weights::lognormal, 0),
      people("The same with weights of another shape: gamma", {1}, Weights::gamma, 0),
      people("The same with weights of another shape: a fifth weighs six times as much", {1}, Weights::two_sizes, 0),
      people("The same with weights of another shape: a twentieth weighs seven times as much", {1}, Weights::two_sizes, 0, 0.05),
      people("The same with weights of another shape: a third weighs eight times as much", {1}, Weights::two_sizes, 0, 1.0 / 3),
      two_strata("Two strata of unlike weights", {1, 9, 1.0 / 9}),
      clusters("People in clusters", {0, 0.05}, 0),
      clusters("Beyond: clusters more alike", {0.1}, 0),
      clusters("Beyond: clusters with weights that vary by 1", {0.05}, 1),
      people("Beyond: weights that vary by more than 1", {1.5, 2}, Weights::lognormal, 0),
      people("Beyond: those with the outcome weigh three times as much", {0, 0.5}, Weights::lognormal, 2)};
  std::uint64_t first = 0;
  std::size_t flat = 0;
  for (Part& part : parts) {
    if (!agrees(part.cells[part.cells.size() / 2], seed)) {
      fmt::print(stderr, "the study's own formula and survey::means differ: {}\n", part.title);
      return 1;
    }
    run_part(part, samples, seed, first);
    first += part.cells.size();
    fmt::print("### {}\n\n", part.title);
    print_methods(part);
    print_by_share(part);
    fmt::print("The default, cell by cell:\n\n");
    print_cells(part, 0);
    print_widths(part);
    flat += flat_intervals(part);
  }
  fmt::print("Default intervals that are missing or of zero width: {}.\n", flat);
  return 0;
}
