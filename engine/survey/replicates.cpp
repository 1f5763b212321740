#include "engine/survey/replicates.hpp"

#include "engine/core/error.hpp"
#include "engine/core/workers.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <cstring>
#include <fmt/format.h>

namespace canvass::survey {

namespace {

/// What a replicate weight at `at` is, given the row's weight.
double weight_at(const Replicates& replicates, std::size_t at, double weight) {
  if (!replicates.doubles.empty()) {
    return replicates.doubles[at];
  }
  if (!replicates.weights.empty()) {
    return static_cast<double>(replicates.weights[at]);
  }
  return static_cast<double>(replicates.factors[at]) * weight;
}

struct Variables {
  const double* z;
  std::size_t m;
  const double* scale;        ///< by row, or null
  const std::int32_t* domain; ///< by row
};

/// Adds weight x value of rows [from, to) to sums (one row of `count` a domain and variable).
template <class Weight>
void add_rows(const Weight* weights, std::size_t count, std::size_t from, std::size_t to, const Variables& of, std::vector<double>& sums) {
  for (std::size_t row = from; row < to; ++row) {
    if (of.domain[row] < 0) {
      continue;
    }
    const Weight* of_row = weights + row * count;
    double* sum = sums.data() + static_cast<std::size_t>(of.domain[row]) * of.m * count;
    for (std::size_t j = 0; j < of.m; ++j, sum += count) {
      const double value = of.scale == nullptr ? of.z[row * of.m + j] : of.z[row * of.m + j] * of.scale[row];
      if (value == 0) {
        continue;
      }
      for (std::size_t r = 0; r < count; ++r) {
        sum[r] += value * static_cast<double>(of_row[r]);
      }
    }
  }
}

/// Two numbers in one register: g++ and clang both have these, and -O2 alone leaves the loop one number at a time.
using Pair = double __attribute__((vector_size(16)));

template <class Weight> Pair pair_of(const Weight* weights) {
  return Pair{static_cast<double>(weights[0]), static_cast<double>(weights[1])};
}

template <> Pair pair_of(const std::int32_t* weights) {
  using Two = std::int32_t __attribute__((vector_size(8)));
  Two two;
  std::memcpy(&two, weights, sizeof two);
  return __builtin_convertvector(two, Pair);
}

/// Adds weight x value over rows [0, rows) for replicates [first, first + 8) to sums; the sums stay in registers.
template <class Weight> void add_eight(const Weight* weights, std::size_t count, std::size_t rows, const double* values, double* sums) {
  Pair a{sums[0], sums[1]};
  Pair b{sums[2], sums[3]};
  Pair c{sums[4], sums[5]};
  Pair d{sums[6], sums[7]};
  for (std::size_t row = 0; row < rows; ++row, weights += count) {
    const Pair value{values[row], values[row]};
    a += value * pair_of(weights);
    b += value * pair_of(weights + 2);
    c += value * pair_of(weights + 4);
    d += value * pair_of(weights + 6);
  }
  std::memcpy(sums, &a, sizeof a);
  std::memcpy(sums + 2, &b, sizeof b);
  std::memcpy(sums + 4, &c, sizeof c);
  std::memcpy(sums + 6, &d, sizeof d);
}

/// The same for two variables: a weight is read and widened once.
template <class Weight>
void add_eight(const Weight* weights, std::size_t count, std::size_t rows, const double* values, const double* others, double* sums,
               double* other_sums) {
  Pair a[4];
  Pair b[4];
  std::memcpy(a, sums, sizeof a);
  std::memcpy(b, other_sums, sizeof b);
  for (std::size_t row = 0; row < rows; ++row, weights += count) {
    const Pair value{values[row], values[row]};
    const Pair other{others[row], others[row]};
    const Pair w0 = pair_of(weights);
    const Pair w1 = pair_of(weights + 2);
    const Pair w2 = pair_of(weights + 4);
    const Pair w3 = pair_of(weights + 6);
    a[0] += value * w0;
    a[1] += value * w1;
    a[2] += value * w2;
    a[3] += value * w3;
    b[0] += other * w0;
    b[1] += other * w1;
    b[2] += other * w2;
    b[3] += other * w3;
  }
  std::memcpy(sums, a, sizeof a);
  std::memcpy(other_sums, b, sizeof b);
}

/// Adds weight x value of at most 128 rows to sums (m x count).
template <class Weight>
void add_block(const Weight* weights, std::size_t count, std::size_t rows, std::size_t m, const double* values, double* sums) {
  const std::size_t whole = count / 8 * 8;
  for (std::size_t j = 0; j < m; ++j) {
    const double* of_variable = values + j * rows_at_once;
    double* sum = sums + j * count;
    for (std::size_t r = 0; r < whole; r += 8) {
      if (j + 1 < m && j % 2 == 0) {
        add_eight(weights + r, count, rows, of_variable, of_variable + rows_at_once, sum + r, sum + count + r);
      } else if (j % 2 == 0) {
        add_eight(weights + r, count, rows, of_variable, sum + r);
      }
    }
    for (std::size_t r = whole; r < count; ++r) {
      for (std::size_t row = 0; row < rows; ++row) {
        sum[r] += of_variable[row] * static_cast<double>(weights[row * count + r]);
      }
    }
  }
}

stats::Matrix summed(const std::vector<std::vector<double>>& sums, std::size_t count, std::size_t m) {
  stats::Matrix totals(count, m);
  for (const std::vector<double>& sum : sums) {
    for (std::size_t j = 0; j < m; ++j) {
      for (std::size_t r = 0; r < count; ++r) {
        totals(r, j) += sum[j * count + r];
      }
    }
  }
  return totals;
}

/// Rank of a cross-product of columns of one length.
double rank_of(const Eigen::MatrixXd& cross_product) {
  Eigen::MatrixXd scaled = cross_product;
  const Eigen::VectorXd length = cross_product.diagonal().cwiseMax(0).cwiseSqrt();
  for (Eigen::Index i = 0; i < scaled.rows(); ++i) {
    for (Eigen::Index j = 0; j < scaled.cols(); ++j) {
      const double by = length(i) * length(j);
      scaled(i, j) = by > 0 ? scaled(i, j) / by : 0;
    }
  }
  const Eigen::VectorXd values = Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(scaled, Eigen::EigenvaluesOnly).eigenvalues();
  const double least = std::max(0.0, values.maxCoeff()) * 1e-10; // 1e-5 of the largest singular value
  return static_cast<double>((values.array() > least).count());
}

} // namespace

stats::Matrix replicate_totals(const PreparedDesign& design, const stats::Matrix& z, std::span<const std::int32_t> domain,
                               std::size_t domains) {
  if (domain.empty()) {
    return replicate_totals(design, z.columns, [&](std::size_t from, std::size_t to, double* values) {
      for (std::size_t row = from; row < to; ++row) {
        for (std::size_t j = 0; j < z.columns; ++j) {
          values[j * rows_at_once + row - from] = z(row, j);
        }
      }
    });
  }
  const Replicates& replicates = *design.replicates();
  const std::size_t rows = design.rows();
  const std::size_t count = replicates.count;
  const std::size_t m = z.columns * domains;
  constexpr std::size_t most_blocks = 64;
  const std::size_t block_rows = std::max<std::size_t>(1U << 14U, (rows + most_blocks - 1) / most_blocks);
  const std::size_t blocks = (rows + block_rows - 1) / block_rows;
  const bool by_factor = !replicates.factors.empty();
  const Variables of{z.values.data(), z.columns, by_factor ? design.weights().data() : nullptr, domain.data()};
  std::vector<std::vector<double>> sums(blocks, std::vector<double>(m * count, 0));
  for_blocks(blocks, design.threads(), [&](std::size_t block) {
    const std::size_t from = block * block_rows;
    const std::size_t to = std::min(rows, from + block_rows);
    if (by_factor) {
      add_rows(replicates.factors.data(), count, from, to, of, sums[block]);
    } else if (!replicates.weights.empty()) {
      add_rows(replicates.weights.data(), count, from, to, of, sums[block]);
    } else {
      add_rows(replicates.doubles.data(), count, from, to, of, sums[block]);
    }
  });
  return summed(sums, count, m);
}

stats::Matrix replicate_totals(const PreparedDesign& design, std::size_t m,
                               const std::function<void(std::size_t from, std::size_t to, double* values)>& fill) {
  const Replicates& replicates = *design.replicates();
  const std::size_t rows = design.rows();
  const std::size_t count = replicates.count;
  constexpr std::size_t most_blocks = 64;
  const std::size_t block_rows = std::max<std::size_t>(1U << 14U, (rows + most_blocks - 1) / most_blocks);
  const std::size_t blocks = (rows + block_rows - 1) / block_rows;
  std::vector<std::vector<double>> sums(blocks, std::vector<double>(m * count, 0));
  for_blocks(blocks, design.threads(), [&](std::size_t block) {
    std::vector<double> values(m * rows_at_once);
    const std::size_t end = std::min(rows, (block + 1) * block_rows);
    for (std::size_t from = block * block_rows; from < end; from += rows_at_once) {
      const std::size_t to = std::min(end, from + rows_at_once);
      fill(from, to, values.data());
      if (!replicates.weights.empty()) {
        add_block(replicates.weights.data() + from * count, count, to - from, m, values.data(), sums[block].data());
      } else if (!replicates.doubles.empty()) {
        add_block(replicates.doubles.data() + from * count, count, to - from, m, values.data(), sums[block].data());
      } else {
        for (std::size_t j = 0; j < m; ++j) {
          for (std::size_t row = from; row < to; ++row) {
            values[j * rows_at_once + row - from] *= design.weights()[row];
          }
        }
        add_block(replicates.factors.data() + from * count, count, to - from, m, values.data(), sums[block].data());
      }
    }
  });
  return summed(sums, count, m);
}

double replicate_rank(const Design& design) {
  const Replicates& replicates = *design.replicates;
  const std::size_t count = replicates.count;
  const auto n = static_cast<Eigen::Index>(count);
  const auto add = [&](Eigen::MatrixXd& cross_product, std::size_t first, std::size_t step, std::size_t rows) {
    Eigen::MatrixXd block(n, static_cast<Eigen::Index>(rows));
    for (std::size_t i = 0; i < rows; ++i) {
      const std::size_t row = first + i * step;
      for (std::size_t r = 0; r < count; ++r) {
        block(static_cast<Eigen::Index>(r), static_cast<Eigen::Index>(i)) = weight_at(replicates, row * count + r, design.weights[row]);
      }
    }
    cross_product.selfadjointView<Eigen::Lower>().rankUpdate(block);
  };
  const auto rank = [&](const Eigen::MatrixXd& lower) { return rank_of(lower.selfadjointView<Eigen::Lower>()); };
  const std::size_t rows = design.rows();
  const std::size_t some = 8 * count;
  if (rows > 4 * some) {
    Eigen::MatrixXd cross_product = Eigen::MatrixXd::Zero(n, n);
    add(cross_product, 0, rows / some, some);
    if (rank(cross_product) == static_cast<double>(count)) {
      return static_cast<double>(count);
    }
  }
  Eigen::MatrixXd cross_product = Eigen::MatrixXd::Zero(n, n);
  constexpr std::size_t block_rows = 4096;
  for (std::size_t first = 0; first < rows; first += block_rows) {
    add(cross_product, first, 1, std::min(block_rows, rows - first));
  }
  return rank(cross_product);
}

} // namespace canvass::survey
