#ifndef CANVASS_ENGINE_RESPONSES_SHEET_HPP
#define CANVASS_ENGINE_RESPONSES_SHEET_HPP

#include "engine/responses/response.hpp"

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

/// One instrument's answers, checked against tables that are made once. Inside engine/responses only.
namespace canvass::responses {

/// What one variable may hold, as tables: a good answer is recognised without building a string or walking the instrument.
struct VariableRule {
  const Variable* variable = nullptr;
  std::vector<int> codes;       ///< sorted
  std::array<bool, 10> digit{}; ///< digit[c]: c is one of the codes
  double minimum = 0, maximum = 0;
  bool has_minimum = false, has_maximum = false;
  int max_length = 0;
  int row_gate = -1; ///< index into Sheet's gates, or -1
};

/// Variables that one item expands to: [first, last).
struct ItemRule {
  const Item* item = nullptr;
  std::size_t first = 0, last = 0;
  int page_gate = -1, item_gate = -1;
  std::vector<bool> exclusive; ///< of a select_multiple, by variable: this choice excludes the others
};

class Sheet {
public:
  explicit Sheet(std::shared_ptr<const Instrument> instrument);

  /// Checks the answers of one record. Cells are complete (routed -95, blank -99) even where there are reasons.
  void check(const RawRecord& record, std::vector<Cell>& cells, std::vector<std::string>& reasons) const;

  [[nodiscard]] const Instrument& instrument() const noexcept { return *instrument_; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; } ///< "id@version"

private:
  struct State; ///< cells of the record at hand and the gates evaluated so far

  void check_item(const ItemRule& rule, State& state, std::vector<std::string>& reasons) const;
  void check_ticks(const ItemRule& rule, State& state, std::vector<std::string>& reasons) const;
  void check_ranks(const ItemRule& rule, const State& state, std::vector<std::string>& reasons) const;
  void check_constraint(const ItemRule& rule, const State& state, std::vector<std::string>& reasons) const;
  void read_cell(std::size_t index, std::string_view text, Cell& cell, std::vector<std::string>& reasons) const;
  [[nodiscard]] bool open(int gate, State& state) const;
  [[nodiscard]] ExpressionValue value_of(std::string_view id, const State& state) const;
  [[nodiscard]] ExpressionValue value_of_cell(std::size_t index, const Cell& cell) const;
  [[nodiscard]] bool is_declared_missing(int code) const noexcept;
  [[nodiscard]] std::string allowed(const VariableRule& rule) const;

  std::shared_ptr<const Instrument> instrument_;
  std::string name_;
  std::vector<VariableRule> rules_;
  std::vector<ItemRule> items_;
  std::vector<const Expression*> gates_;
  std::array<bool, 10> missing_{};                             ///< missing_[code + 99]
  std::unordered_map<std::string_view, std::size_t> index_of_; ///< variable by id
  std::unordered_map<std::string_view, std::size_t> item_of_;  ///< items that expand to several variables, by id
};

} // namespace canvass::responses

#endif
