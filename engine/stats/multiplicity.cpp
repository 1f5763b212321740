#include "engine/stats/multiplicity.hpp"

#include "engine/core/error.hpp"
#include "engine/stats/result.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

namespace canvass::stats {

namespace {

/// All below take ascending p-values and return adjusted ones in that order.

std::vector<double> step_down_holm(const std::vector<double>& p) {
  std::vector<double> q(p.size());
  double running = 0;
  for (std::size_t i = 0; i < p.size(); ++i) {
    running = std::max(running, static_cast<double>(p.size() - i) * p[i]);
    q[i] = std::min(1.0, running);
  }
  return q;
}

/// Step-up: from the largest p down, the smallest of factor(i) * p[i] so far; i counts from 1.
template <typename Factor> std::vector<double> step_up(const std::vector<double>& p, Factor factor) {
  std::vector<double> q(p.size());
  double running = 1;
  for (std::size_t i = p.size(); i-- > 0;) {
    running = std::min(running, factor(static_cast<double>(i + 1)) * p[i]);
    q[i] = running;
  }
  return q;
}

std::vector<double> hommel(const std::vector<double>& p) {
  const std::size_t m = p.size();
  std::vector<double> q(m, nan);
  if (m < 2) {
    return p;
  }
  double smallest = infinity;
  for (std::size_t i = 0; i < m; ++i) {
    smallest = std::min(smallest, static_cast<double>(m) * p[i] / static_cast<double>(i + 1));
  }
  std::vector<double> adjusted(m, smallest);
  std::fill(q.begin(), q.end(), smallest);
  for (std::size_t size = m - 1; size > 1; --size) {
    const auto j = static_cast<double>(size);
    const std::size_t head = m - size + 1; // the first `head` p-values, then size - 1 more
    double bound = infinity;
    for (std::size_t i = head; i < m; ++i) {
      bound = std::min(bound, j * p[i] / static_cast<double>(i - head + 2));
    }
    for (std::size_t i = 0; i < head; ++i) {
      q[i] = std::min(j * p[i], bound);
    }
    for (std::size_t i = head; i < m; ++i) {
      q[i] = q[head - 1];
    }
    for (std::size_t i = 0; i < m; ++i) {
      adjusted[i] = std::max(adjusted[i], q[i]);
    }
  }
  for (std::size_t i = 0; i < m; ++i) {
    adjusted[i] = std::min(1.0, std::max(adjusted[i], p[i]));
  }
  return adjusted;
}

std::vector<double> adjust_sorted(const std::vector<double>& p, Adjustment adjustment) {
  const auto m = static_cast<double>(p.size());
  switch (adjustment) {
  case Adjustment::none: return p;
  case Adjustment::bonferroni: {
    std::vector<double> q;
    q.reserve(p.size());
    for (const double value : p) {
      q.push_back(std::min(1.0, m * value));
    }
    return q;
  }
  case Adjustment::holm: return step_down_holm(p);
  case Adjustment::hochberg: return step_up(p, [m](double i) { return m - i + 1; });
  case Adjustment::hommel: return hommel(p);
  case Adjustment::bh: return step_up(p, [m](double i) { return m / i; });
  case Adjustment::by: {
    double harmonic = 0;
    for (std::size_t i = 1; i <= p.size(); ++i) {
      harmonic += 1 / static_cast<double>(i);
    }
    return step_up(p, [m, harmonic](double i) { return m / i * harmonic; });
  }
  }
  return p;
}

} // namespace

std::string_view name(Adjustment adjustment) {
  switch (adjustment) {
  case Adjustment::none: return "none";
  case Adjustment::bonferroni: return "bonferroni";
  case Adjustment::holm: return "holm";
  case Adjustment::hochberg: return "hochberg";
  case Adjustment::hommel: return "hommel";
  case Adjustment::bh: return "bh";
  case Adjustment::by: return "by";
  }
  return "";
}

std::optional<Adjustment> adjustment_named(std::string_view text) {
  for (const Adjustment adjustment : adjustments) {
    if (name(adjustment) == text) {
      return adjustment;
    }
  }
  return std::nullopt;
}

std::vector<double> adjust_p(std::span<const double> p_values, Adjustment adjustment) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < p_values.size(); ++i) {
    if (std::isnan(p_values[i])) {
      continue;
    }
    if (!(p_values[i] >= 0 && p_values[i] <= 1)) {
      throw DomainError(fmt::format("the p-value {} is not between 0 and 1", p_values[i]));
    }
    order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return p_values[a] < p_values[b]; });
  std::vector<double> sorted;
  sorted.reserve(order.size());
  for (const std::size_t i : order) {
    sorted.push_back(p_values[i]);
  }
  const std::vector<double> adjusted = adjust_sorted(sorted, adjustment);
  std::vector<double> result(p_values.size(), nan);
  for (std::size_t i = 0; i < order.size(); ++i) {
    result[order[i]] = adjusted[i];
  }
  return result;
}

} // namespace canvass::stats
