#ifndef CANVASS_ENGINE_EXCHANGE_IMPORT_TRANSLATE_HPP
#define CANVASS_ENGINE_EXCHANGE_IMPORT_TRANSLATE_HPP

#include "engine/core/error.hpp"
#include "engine/exchange/mapping.hpp"
#include "engine/instrument/model.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace canvass::exchange {

/// Turns the cells of one column into answers to one variable (or to the ticks of one item) of one instrument.
class Translator {
public:
  Translator(const Translator&) = delete;
  Translator& operator=(const Translator&) = delete;

  using Answers = std::vector<std::optional<std::string>>;

  /// Reports what cannot work with this variable into `problems`. `column.variable` is known to the instrument.
  Translator(const Mapping& mapping, const ColumnMap& column, const Instrument& instrument, Problems& problems);

  /// Writes into `answers` (one a variable of the instrument), over what stands there. Returns why the cell cannot be read; empty if it
  /// could.
  std::string read(std::string_view cell, Answers& answers);
  [[nodiscard]] const std::string& variable() const noexcept { return column_.variable; }

private:
  struct Entry {
    enum class Kind { empty, value, fault } kind = Kind::empty;
    std::string text;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
  };

  void learn_labels(const Instrument& instrument, const ChoiceList* list);
  void check_recodes(const Instrument& instrument, Problems& problems);
  void note_missing_that_are_answers(Problems& problems);
  [[nodiscard]] std::optional<std::string> missing_of(std::string_view cell) const;
  [[nodiscard]] bool is_answer(int value) const;
  [[nodiscard]] Entry translate(std::string_view cell) const;
  [[nodiscard]] Entry translate_code(std::string_view cell) const;
  [[nodiscard]] Entry translate_number(std::string_view cell) const;
  [[nodiscard]] Entry translate_date(std::string_view cell) const;
  [[nodiscard]] Entry translate_time(std::string_view cell) const;
  [[nodiscard]] std::string read_split(std::string_view cell, Answers& answers) const;
  [[nodiscard]] Entry fault(std::string_view cell, std::string_view allowed) const;

  ColumnMap column_;
  DateOrder dates_;
  bool decimal_comma_;
  Variable::Kind kind_ = Variable::Kind::code;
  bool tick_ = false;
  bool rank_ = false;
  std::size_t index_ = 0;                          ///< of the variable
  std::vector<std::pair<int, std::size_t>> ticks_; ///< code and variable, where `split` stands
  std::vector<int> codes_;
  std::vector<std::string> label_texts_; ///< for messages
  int lowest_ = 0, highest_ = 0;
  std::optional<double> minimum_, maximum_;
  std::unordered_map<std::string, std::string> labels_; ///< plain label -> code
  Recode missing_;                                      ///< trimmed cell -> missing code
  std::unordered_map<std::string, Entry, Hash, std::equal_to<>> seen_;
  std::array<const Entry*, 128> seen_short_{}; ///< cells of one byte
};

} // namespace canvass::exchange

#endif
