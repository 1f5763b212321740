#ifndef CANVASS_ENGINE_STATS_MATRIX_HPP
#define CANVASS_ENGINE_STATS_MATRIX_HPP

#include <cstddef>
#include <limits>
#include <vector>

namespace canvass::stats {

/// A dense matrix, row after row. It carries numbers between layers; the arithmetic is done in the .cpp files.
struct Matrix {
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::vector<double> values; ///< rows x columns, row-major

  Matrix() = default;
  Matrix(std::size_t row_count, std::size_t column_count, double value = 0)
      : rows(row_count), columns(column_count), values(row_count * column_count, value) {}

  double& operator()(std::size_t row, std::size_t column) { return values[row * columns + column]; }
  double operator()(std::size_t row, std::size_t column) const { return values[row * columns + column]; }
  friend bool operator==(const Matrix&, const Matrix&) = default;
};

} // namespace canvass::stats

#endif
