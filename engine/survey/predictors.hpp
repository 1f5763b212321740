#ifndef CANVASS_ENGINE_SURVEY_PREDICTORS_HPP
#define CANVASS_ENGINE_SURVEY_PREDICTORS_HPP

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace canvass::survey {

/// One thing that the model asks about: a number (one column) or a factor (a column of 0/1 for each level but the reference).
struct Term {
  std::string name;
  std::size_t first = 0; ///< its first column, counted without the constant
  std::size_t count = 0;
  bool factor = false;
};

/// The right-hand side of a model, without its constant, which every model adds. A missing value (NaN, level -1) makes the row a
/// missing one of the model: it stays in the design.
class Predictors {
public:
  explicit Predictors(std::size_t rows) : rows_(rows) {}

  /// @throws DomainError length, a second term of that name, an infinite value
  void add_number(std::string name, std::span<const double> values);
  /// Levels are numbers 0 .. levels.size() - 1, -1 = missing. Columns are named "name=level". Levels that nobody has get no column.
  /// @throws DomainError length, a level outside the list, fewer than two levels in use, the reference not in use
  void add_factor(std::string name, std::span<const std::int32_t> level, const std::vector<std::string>& levels, std::size_t reference = 0);

  /// The same without the named terms. @throws DomainError a name that is not there (with the names that are)
  [[nodiscard]] Predictors without(std::span<const std::string> terms) const;
  /// Columns (without the constant) of the named terms, ascending. @throws DomainError as `without`, or no name at all
  [[nodiscard]] std::vector<std::size_t> columns_of(std::span<const std::string> terms) const;

  [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
  [[nodiscard]] std::size_t columns() const noexcept { return columns_.size(); }
  [[nodiscard]] const std::vector<double>& column(std::size_t i) const { return columns_[i]; }
  [[nodiscard]] const std::vector<std::string>& names() const noexcept { return names_; } ///< of the columns
  [[nodiscard]] const std::vector<Term>& terms() const noexcept { return terms_; }

private:
  void check_new(const std::string& name, std::size_t size) const;
  std::size_t rows_;
  std::vector<std::vector<double>> columns_;
  std::vector<std::string> names_;
  std::vector<Term> terms_;
};

} // namespace canvass::survey

#endif
