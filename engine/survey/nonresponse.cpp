#include "engine/survey/nonresponse.hpp"

#include "engine/core/error.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <numeric>
#include <utility>

namespace canvass::survey {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

void check_cells(std::span<const ResponseCell> cells) {
  double sent = 0;
  for (const ResponseCell& cell : cells) {
    if (!(cell.sent >= 0 && cell.answered >= 0) || !std::isfinite(cell.sent) || !std::isfinite(cell.answered)) {
      throw DomainError(fmt::format("{}: {} sent and {} answered is not possible; counts are finite numbers, 0 or more", cell.name,
                                    cell.sent, cell.answered));
    }
    if (cell.answered > cell.sent * (1 + 1e-9)) {
      throw DomainError(
          fmt::format("{}: {} were sent out and {} came back; no more can come back than were sent", cell.name, cell.sent, cell.answered));
    }
    sent += cell.sent;
  }
  if (!(sent > 0)) {
    throw DomainError("the dispatch list is empty; a response rate needs people who were asked");
  }
}

} // namespace

double ResponseCell::rate() const {
  return sent > 0 ? answered / sent : nan;
}

ResponseRates response_rates(std::vector<ResponseCell> cells) {
  check_cells(cells);
  ResponseRates rates;
  rates.lowest = 1;
  for (const ResponseCell& cell : cells) {
    rates.sent += cell.sent;
    rates.answered += cell.answered;
    if (cell.sent > 0) {
      rates.lowest = std::min(rates.lowest, cell.rate());
      rates.highest = std::max(rates.highest, cell.rate());
    }
  }
  rates.rate = rates.answered / rates.sent;
  rates.cells = std::move(cells);
  return rates;
}

std::vector<ResponseCell> response_cells(std::span<const std::int32_t> cell, std::span<const std::uint8_t> answered, std::size_t cells,
                                         std::span<const double> weights, std::span<const std::string> names) {
  if (answered.size() != cell.size() || (!weights.empty() && weights.size() != cell.size())) {
    throw DomainError(
        fmt::format("{} people asked have {} answers and {} weights; each needs one", cell.size(), answered.size(), weights.size()));
  }
  std::vector<ResponseCell> result(cells);
  for (std::size_t c = 0; c < cells; ++c) {
    result[c].name = c < names.size() ? names[c] : fmt::format("{}", c + 1);
  }
  for (std::size_t i = 0; i < cell.size(); ++i) {
    if (cell[i] < 0 || static_cast<std::size_t>(cell[i]) >= cells) {
      throw DomainError(fmt::format("person {} of the dispatch list lies in cell {}; cells are 0 to {}", i + 1, cell[i],
                                    static_cast<std::ptrdiff_t>(cells) - 1));
    }
    ResponseCell& at = result[static_cast<std::size_t>(cell[i])];
    const double weight = weights.empty() ? 1 : weights[i];
    at.sent += weight;
    at.answered += answered[i] != 0 ? weight : 0;
  }
  return result;
}

Representativeness representativeness(std::span<const ResponseCell> cells) {
  check_cells(cells);
  double sent = 0;
  double answered = 0;
  for (const ResponseCell& cell : cells) {
    sent += cell.sent;
    answered += cell.answered;
  }
  const double mean = answered / sent;
  double squares = 0;
  double chance = 0; // what binomial chance within cells adds to the squares
  Representativeness result;
  for (const ResponseCell& cell : cells) {
    const double rate = cell.sent > 0 ? cell.rate() : mean;
    const double share = cell.sent / sent;
    squares += share * (rate - mean) * (rate - mean);
    if (cell.sent > 1) {
      chance += share * (1 - share) * rate * (1 - rate) / (cell.sent - 1);
    }
    result.partial.push_back(std::sqrt(share) * (rate - mean));
  }
  const double variance = sent > 1 ? squares * sent / (sent - 1) : squares;
  const double adjusted = std::max(0.0, variance - chance);
  result.r = 1 - 2 * std::sqrt(variance);
  result.r_adjusted = 1 - 2 * std::sqrt(adjusted);
  result.coefficient_of_variation = mean > 0 ? std::sqrt(variance) / mean : nan;
  result.worst_bias = mean > 0 ? std::sqrt(adjusted) / mean : nan;
  return result;
}

WeightingClasses weighting_classes(std::span<const ResponseCell> cells, const ClassOptions& options) {
  check_cells(cells);
  double sent = 0;
  double answered = 0;
  for (const ResponseCell& cell : cells) {
    sent += cell.sent;
    answered += cell.answered;
  }
  if (!(answered > 0)) {
    throw DomainError(fmt::format("nobody of {} answered; there is nothing to weight", sent));
  }
  std::vector<std::size_t> order(cells.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto rate_of = [&](std::size_t c) { return cells[c].sent > 0 ? cells[c].rate() : answered / sent; };
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return rate_of(a) < rate_of(b); });
  // Cells in order of their rates; the poorest class is joined with the neighbour nearest in rate until every class will do.
  struct Run {
    std::vector<std::size_t> cells;
    double sent = 0, answered = 0;
    [[nodiscard]] double rate() const { return sent > 0 ? answered / sent : nan; }
  };
  std::vector<Run> runs;
  for (const std::size_t c : order) {
    Run run;
    run.cells = {c};
    run.sent = cells[c].sent;
    run.answered = cells[c].answered;
    runs.push_back(std::move(run));
  }
  const double overall = sent / answered;
  const auto poor = [&](const Run& run) {
    return run.answered < options.fewest_answers || !(run.answered > 0) || run.sent / run.answered > options.largest_factor * overall;
  };
  while (runs.size() > 1) {
    std::size_t worst = runs.size();
    for (std::size_t i = 0; i < runs.size(); ++i) {
      if (poor(runs[i]) && (worst == runs.size() || runs[i].answered < runs[worst].answered)) {
        worst = i;
      }
    }
    if (worst == runs.size()) {
      break;
    }
    const auto distance = [&](std::size_t other) {
      const double apart = std::fabs(runs[other].rate() - runs[worst].rate());
      return std::isnan(apart) ? 0 : apart; // nobody asked there: it costs nothing
    };
    std::size_t into = worst == 0 ? 1 : worst - 1;
    if (worst > 0 && worst + 1 < runs.size() && distance(worst + 1) < distance(worst - 1)) {
      into = worst + 1;
    }
    const std::size_t left = std::min(worst, into);
    Run& kept = runs[left];
    const Run& gone = runs[left + 1];
    kept.cells.insert(kept.cells.end(), gone.cells.begin(), gone.cells.end());
    kept.sent += gone.sent;
    kept.answered += gone.answered;
    runs.erase(runs.begin() + static_cast<std::ptrdiff_t>(left) + 1);
  }
  // Classes are numbered in the order in which cells first show them.
  std::vector<std::size_t> run_of(cells.size());
  for (std::size_t i = 0; i < runs.size(); ++i) {
    for (const std::size_t c : runs[i].cells) {
      run_of[c] = i;
    }
  }
  WeightingClasses result;
  result.of_cell.assign(cells.size(), -1);
  std::vector<std::int32_t> number(runs.size(), -1);
  for (std::size_t c = 0; c < cells.size(); ++c) {
    const Run& run = runs[run_of[c]];
    if (number[run_of[c]] < 0) {
      number[run_of[c]] = static_cast<std::int32_t>(result.classes.size());
      ResponseCell made;
      made.sent = run.sent;
      made.answered = run.answered;
      result.classes.push_back(std::move(made));
      result.factor.push_back(run.sent / run.answered);
    }
    result.of_cell[c] = number[run_of[c]];
    ResponseCell& made = result.classes[static_cast<std::size_t>(number[run_of[c]])];
    made.name += (made.name.empty() ? "" : ", ") + cells[c].name;
    result.joined += run.cells.size() > 1 ? 1U : 0U;
  }
  return result;
}

std::vector<double> nonresponse_weights(std::span<const double> weights, std::span<const std::int32_t> cell,
                                        const WeightingClasses& classes) {
  if (weights.size() != cell.size()) {
    throw DomainError(fmt::format("{} weights have {} cells; each row needs one", weights.size(), cell.size()));
  }
  double sent = 0;
  double answered = 0;
  for (const ResponseCell& made : classes.classes) {
    sent += made.sent;
    answered += made.answered;
  }
  std::vector<double> result(weights.begin(), weights.end());
  for (std::size_t row = 0; row < result.size(); ++row) {
    if (cell[row] < -1 || cell[row] >= static_cast<std::int32_t>(classes.of_cell.size())) {
      throw DomainError(fmt::format("row {} lies in cell {}; cells are 0 to {}, and -1 where not known", row + 1, cell[row],
                                    static_cast<std::ptrdiff_t>(classes.of_cell.size()) - 1));
    }
    const double factor =
        cell[row] < 0 ? sent / answered : classes.factor[static_cast<std::size_t>(classes.of_cell[static_cast<std::size_t>(cell[row])])];
    result[row] *= factor;
  }
  return result;
}

} // namespace canvass::survey
