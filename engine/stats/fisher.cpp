// Fisher's exact test; declared in contingency.hpp.
#include "engine/core/error.hpp"
#include "engine/core/random.hpp"
#include "engine/stats/contingency.hpp"
#include "engine/stats/distributions.hpp"
#include "engine/stats/samples.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <functional>
#include <map>
#include <numeric>
#include <optional>
#include <utility>

namespace canvass::stats {

namespace {

/// Tables as probable as the observed one up to this factor count as "at most as probable": R's tolerance.
constexpr double tie_in_log = 1e-7;

using Margin = std::vector<int>;

/// The table without its empty rows and columns, the shorter side as rows.
struct Compact {
  std::vector<std::vector<int>> columns; ///< counts by row
  Margin rows;
};

Compact compacted(const CountTable& table) {
  std::vector<std::size_t> rows;
  std::vector<std::size_t> columns;
  for (std::size_t i = 0; i < table.rows; ++i) {
    for (std::size_t j = 0; j < table.columns; ++j) {
      if (table.at(i, j) < 0) {
        throw DomainError("a negative count in a table; counts of people are 0 or more");
      }
      if (table.at(i, j) > 0) {
        rows.push_back(i);
        columns.push_back(j);
      }
    }
  }
  const auto unique = [](std::vector<std::size_t>& values) {
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
  };
  unique(rows);
  unique(columns);
  const bool turned = rows.size() > columns.size();
  Compact result;
  for (const std::size_t outer : turned ? rows : columns) {
    std::vector<int> column;
    for (const std::size_t inner : turned ? columns : rows) {
      column.push_back(static_cast<int>(turned ? table.at(outer, inner) : table.at(inner, outer)));
    }
    result.columns.push_back(std::move(column));
  }
  // Large columns first: the nodes left for the later ones are few.
  std::sort(result.columns.begin(), result.columns.end(),
            [](const auto& a, const auto& b) { return std::accumulate(a.begin(), a.end(), 0) > std::accumulate(b.begin(), b.end(), 0); });
  result.rows.assign(turned ? columns.size() : rows.size(), 0);
  for (const auto& column : result.columns) {
    for (std::size_t i = 0; i < column.size(); ++i) {
      result.rows[i] += column[i];
    }
  }
  return result;
}

class LogFactorials {
public:
  explicit LogFactorials(int n) : values_(static_cast<std::size_t>(n) + 1, 0.0) {
    for (std::size_t i = 2; i < values_.size(); ++i) {
      values_[i] = log_factorial(static_cast<double>(i));
    }
  }
  double operator()(int n) const { return values_[static_cast<std::size_t>(n)]; }

private:
  std::vector<double> values_;
};

/// Network of Mehta and Patel: columns are filled one after another; a node is what is left of the rows, sorted (the rest does not
/// depend on their order). Paths that reach a node with the same probability are one path with a weight. A path is closed as soon as
/// every way to finish it is improbable enough, or none is.
class Network {
public:
  Network(const Compact& table, std::int64_t limit)
      : log_factorial_(std::accumulate(table.rows.begin(), table.rows.end(), 0)), limit_(limit) {
    for (const auto& column : table.columns) {
      columns_.push_back(std::accumulate(column.begin(), column.end(), 0));
      for (const int count : column) {
        observed_ -= log_factorial_(count);
      }
      observed_ += log_factorial_(columns_.back());
    }
    rows_ = table.rows;
    std::sort(rows_.begin(), rows_.end());
    bounds_.resize(columns_.size() + 1);
  }

  /// nullopt where the limit is reached.
  std::optional<double> p_value() {
    const double threshold = observed_ + tie_in_log;
    double constant = -log_factorial_(std::accumulate(rows_.begin(), rows_.end(), 0));
    for (const int row : rows_) {
      constant += log_factorial_(row);
    }
    std::map<Margin, std::vector<Path>> nodes{{rows_, {{0.0, 1.0}}}};
    double p = 0;
    for (std::size_t stage = 0; stage < columns_.size(); ++stage) {
      std::map<Margin, std::vector<Path>> next;
      for (auto& [rows, paths] : nodes) {
        const Bounds bounds = bounds_of(stage, rows);
        if (work_ > limit_) {
          return std::nullopt;
        }
        merge(paths);
        std::vector<Path> open;
        for (const Path& path : paths) {
          if (path.log_value + bounds.largest <= threshold) {
            p += path.weight * std::exp(path.log_value + bounds.log_total + constant);
          } else if (path.log_value + bounds.smallest <= threshold) {
            open.push_back(path);
          }
        }
        if (open.empty()) {
          continue;
        }
        for_fills(rows, columns_[stage], [&](Margin left, double log_value) {
          auto& into = next[std::move(left)];
          for (const Path& path : open) {
            into.push_back({path.log_value + log_value, path.weight});
          }
          work_ += static_cast<std::int64_t>(open.size());
        });
      }
      nodes = std::move(next);
    }
    return std::min(1.0, p);
  }

private:
  struct Path {
    double log_value;
    double weight; ///< how many paths have this value
  };
  struct Bounds {
    double largest;
    double smallest;
    double log_total;
  };

  static void merge(std::vector<Path>& paths) {
    std::sort(paths.begin(), paths.end(), [](const Path& a, const Path& b) { return a.log_value < b.log_value; });
    std::size_t kept = 0;
    for (std::size_t i = 1; i < paths.size(); ++i) {
      if (paths[i].log_value - paths[kept].log_value < 1e-11) {
        paths[kept].weight += paths[i].weight;
      } else {
        paths[++kept] = paths[i];
      }
    }
    paths.resize(paths.empty() ? 0 : kept + 1);
  }

  /// Every way to take `column` people out of `rows`: what is left (sorted) and log(column! / product of the cells' factorials).
  void for_fills(const Margin& rows, int column, const std::function<void(Margin, double)>& use) {
    Margin left = rows;
    std::vector<int> after(rows.size() + 1, 0);
    for (std::size_t i = rows.size(); i-- > 0;) {
      after[i] = after[i + 1] + rows[i];
    }
    const std::function<void(std::size_t, int, double)> fill = [&](std::size_t i, int rest, double log_value) {
      if (i == rows.size()) {
        Margin sorted = left;
        std::sort(sorted.begin(), sorted.end());
        use(std::move(sorted), log_value);
        return;
      }
      for (int take = std::max(0, rest - after[i + 1]); take <= std::min(rows[i], rest); ++take) {
        left[i] = rows[i] - take;
        fill(i + 1, rest - take, log_value - log_factorial_(take));
      }
      left[i] = rows[i];
    };
    fill(0, column, log_factorial_(column));
  }

  Bounds bounds_of(std::size_t stage, const Margin& rows) {
    if (stage == columns_.size()) {
      return {0, 0, 0};
    }
    const auto known = bounds_[stage].find(rows);
    if (known != bounds_[stage].end()) {
      return known->second;
    }
    Bounds bounds{-infinity, infinity, log_factorial_(std::accumulate(rows.begin(), rows.end(), 0))};
    for (const int row : rows) {
      bounds.log_total -= log_factorial_(row);
    }
    if (work_ <= limit_) {
      for_fills(rows, columns_[stage], [&](const Margin& left, double log_value) {
        ++work_;
        const Bounds rest = bounds_of(stage + 1, left);
        bounds.largest = std::max(bounds.largest, log_value + rest.largest);
        bounds.smallest = std::min(bounds.smallest, log_value + rest.smallest);
      });
    }
    bounds_[stage].emplace(rows, bounds);
    return bounds;
  }

  LogFactorials log_factorial_;
  std::int64_t limit_;
  std::int64_t work_ = 0;
  Margin rows_;
  std::vector<int> columns_;
  double observed_ = 0;
  std::vector<std::map<Margin, Bounds>> bounds_;
};

double drawn_p(const Compact& table, const FisherOptions& options) {
  std::vector<std::uint32_t> row_of;
  std::vector<int> columns;
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    row_of.insert(row_of.end(), static_cast<std::size_t>(table.rows[i]), static_cast<std::uint32_t>(i));
  }
  const LogFactorials log_factorials(static_cast<int>(row_of.size()));
  double observed = 0;
  for (const auto& column : table.columns) {
    columns.push_back(std::accumulate(column.begin(), column.end(), 0));
    for (const int count : column) {
      observed -= log_factorials(count);
    }
  }
  RandomStream stream(options.seed, options.analysis + "/fisher");
  std::int64_t as_extreme = 0;
  std::vector<int> cells(table.rows.size());
  for (std::int64_t b = 0; b < options.draws; ++b) {
    stream.shuffle(std::span<std::uint32_t>(row_of));
    double value = 0;
    std::size_t at = 0;
    for (const int column : columns) {
      std::fill(cells.begin(), cells.end(), 0);
      for (int i = 0; i < column; ++i) {
        ++cells[row_of[at++]];
      }
      for (const int count : cells) {
        value -= log_factorials(count);
      }
    }
    as_extreme += value <= observed + tie_in_log ? 1 : 0;
  }
  return (1 + static_cast<double>(as_extreme)) / (1 + static_cast<double>(options.draws));
}

/// Cell (0, 0) of a 2 x 2 table given the margins, at an odds ratio: Fisher's noncentral hypergeometric distribution.
class FourCells {
public:
  explicit FourCells(const CountTable& table) {
    const double row = static_cast<double>(table.at(0, 0) + table.at(0, 1));
    const double column = static_cast<double>(table.at(0, 0) + table.at(1, 0));
    const double n = static_cast<double>(table.total());
    low_ = std::max(0.0, row + column - n);
    high_ = std::min(row, column);
    observed_ = static_cast<double>(table.at(0, 0));
    for (double x = low_; x <= high_; ++x) {
      log_density_.push_back(log_choose(column, x) + log_choose(n - column, row - x));
    }
  }
  [[nodiscard]] double observed() const { return observed_; }
  [[nodiscard]] double low() const { return low_; }
  [[nodiscard]] double high() const { return high_; }

  struct At {
    double mean = 0;
    double at_most = 0;
    double at_least = 0;
  };
  [[nodiscard]] At at(double log_odds) const {
    double largest = -infinity;
    for (std::size_t i = 0; i < log_density_.size(); ++i) {
      largest = std::max(largest, log_density_[i] + log_odds * static_cast<double>(i));
    }
    At result;
    double all = 0;
    for (std::size_t i = 0; i < log_density_.size(); ++i) {
      const double x = low_ + static_cast<double>(i);
      const double weight = std::exp(log_density_[i] + log_odds * static_cast<double>(i) - largest);
      all += weight;
      result.mean += x * weight;
      result.at_most += x <= observed_ ? weight : 0;
      result.at_least += x >= observed_ ? weight : 0;
    }
    result.mean /= all;
    result.at_most /= all;
    result.at_least /= all;
    return result;
  }

private:
  double low_ = 0;
  double high_ = 0;
  double observed_ = 0;
  std::vector<double> log_density_;
};

/// exp of the log odds at which `high_enough` turns true.
template <typename Condition> double odds_where(Condition high_enough) {
  double low = -700;
  double high = 700;
  for (int i = 0; i < 200; ++i) {
    const double middle = low + (high - low) / 2;
    if (middle == low || middle == high) {
      break;
    }
    (high_enough(middle) ? high : low) = middle;
  }
  return std::exp(low + (high - low) / 2);
}

void add_odds_ratio(FisherResult& result, const CountTable& table, double level) {
  const FourCells cells(table);
  const FourCells::At null = cells.at(0);
  result.p_less = null.at_most;
  result.p_greater = null.at_least;
  const bool lowest = cells.observed() == cells.low();
  const bool highest = cells.observed() == cells.high();
  const double tail = (1 - level) / 2;
  result.odds_ratio_interval = {0, infinity, level, "exact conditional"};
  if (lowest && highest) {
    return;
  }
  result.odds_ratio = lowest    ? 0
                      : highest ? infinity
                                : odds_where([&](double log_odds) { return cells.at(log_odds).mean >= cells.observed(); });
  if (!lowest) {
    result.odds_ratio_interval.low = odds_where([&](double log_odds) { return cells.at(log_odds).at_least >= tail; });
  }
  if (!highest) {
    result.odds_ratio_interval.high = odds_where([&](double log_odds) { return cells.at(log_odds).at_most <= tail; });
  }
}

} // namespace

FisherResult fisher_exact(const CountTable& table, const FisherOptions& options, double level) {
  check_level(level);
  if (options.node_limit < 1 || options.draws < 1) {
    throw DomainError("the limit of the enumeration and the number of draws have to be at least 1");
  }
  FisherResult result;
  result.n = table.total();
  result.odds_ratio_interval = {nan, nan, level, "exact conditional"};
  if (result.n > 100'000'000) {
    throw DomainError(fmt::format("a table of {} people; Fisher's test takes up to 100 million", result.n));
  }
  const Compact compact = compacted(table);
  if (compact.rows.size() < 2 || compact.columns.size() < 2) {
    result.p_value = 1;
    result.warnings.emplace_back("one row or one column only: nothing to test");
  } else {
    const std::optional<double> p = Network(compact, options.node_limit).p_value();
    if (p) {
      result.p_value = *p;
    } else {
      result.p_value = drawn_p(compact, options);
      result.method = "Fisher, drawn tables";
      result.warnings.push_back(fmt::format("too many tables to enumerate: {} drawn", options.draws));
    }
  }
  if (table.rows == 2 && table.columns == 2 && result.n > 0) {
    add_odds_ratio(result, table, level);
  }
  return result;
}

} // namespace canvass::stats
