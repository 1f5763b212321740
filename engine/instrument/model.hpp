#ifndef CANVASS_ENGINE_INSTRUMENT_MODEL_HPP
#define CANVASS_ENGINE_INSTRUMENT_MODEL_HPP

#include "engine/core/error.hpp"
#include "engine/instrument/expression.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What is asked. Plain values; every one knows its place in the file. Made by load_instrument only.
namespace canvass {

/// One text in every declared language.
struct Text {
  std::map<std::string, std::string> by_language;
  Position at;

  /// The text in `language`, else in any; empty if there is none.
  [[nodiscard]] const std::string& in(std::string_view language) const;
  [[nodiscard]] bool empty() const noexcept { return by_language.empty(); }
};

/// Codes that are no answer all lie here: the reason why a cell is missing is its code.
inline constexpr int first_missing_code = -99;
inline constexpr int last_missing_code = -90;
constexpr bool is_missing_code(int code) noexcept {
  return code >= first_missing_code && code <= last_missing_code;
}
/// The three reasons that Canvass itself writes; every instrument has them, declared or not.
inline constexpr int code_blank = -99;  ///< asked, left empty
inline constexpr int code_routed = -95; ///< not asked: `relevant` was false. Never "no", never zero
inline constexpr int code_spoilt = -94; ///< paper: two ticks, or unreadable

struct MissingCode {
  std::string name; ///< blank, dk, pns, na, routed, spoilt, or the instrument's own
  int code = 0;
  bool system = false; ///< never offered to the respondent
  Text label;
  Position at;
};

struct Choice {
  int code = 0;
  std::string name;
  Text label;
  bool exclusive = false; ///< of a select_multiple: excludes all others
  Position at;
};

struct ChoiceList {
  std::string id;
  std::vector<Choice> choices; ///< in file order; codes unique
  Position at;

  [[nodiscard]] const Choice* find(int code) const;
  [[nodiscard]] int lowest() const;
  [[nodiscard]] int highest() const;
};

enum class ItemType { select_one, select_multiple, battery, rank, integer, decimal, text, date, time, note };
std::string_view to_string(ItemType type);

enum class Required { no, soft, hard };
enum class Direction { none, up, down }; ///< which way is better: desired_direction

struct Row { ///< of a battery
  std::string id;
  Text label;
  bool reverse = false;
  std::string referent;
  std::string element; ///< id of the element that it is a driver of; empty if of none
  Direction desired_direction = Direction::none;
  std::optional<Expression> relevant;
  Position at;
};

struct Coding { ///< how an open text is coded
  std::string frame;
  bool multiple = false;
  int coders = 1;
  double double_coded = 0;
  double min_kappa = 0;
};

struct Item {
  std::string id;
  ItemType type = ItemType::note;
  std::string list; ///< id of the choice list; empty for types without
  Text label;
  Text hint;
  std::vector<std::string> missing; ///< names of the missing codes offered on screen, in this order
  Required required = Required::no;
  bool reverse = false;
  std::string referent; ///< the place asked about: neighbourhood, local area, district ...
  std::string element;  ///< id of the element that it is a driver of; empty if of none
  Direction desired_direction = Direction::none;
  std::optional<Expression> relevant;
  std::optional<Expression> constraint;
  Text constraint_message;
  bool random_order = false;
  std::optional<double> minimum, maximum; ///< of integer and decimal
  int max_length = 0;                     ///< of text, in characters; 0 = no limit
  std::optional<Coding> coding;
  std::vector<Row> rows; ///< of a battery
  Position at;
};

struct Page {
  std::string id;
  Text title;
  std::vector<Item> items;
  std::optional<Expression> relevant;
  Position at;
};

struct FrameCode { ///< of a coding frame
  int code = 0;
  Text label;
  Position at;
};

struct CodingFrame {
  std::string id;
  std::vector<FrameCode> codes;
  Position at;
};

/// What drivers are grouped by: engagement, visibility, communication ...
struct Element {
  std::string id;
  Text label;
  Position at;
};

enum class Score { mean, sum, percent_of_max };

struct Scale {
  std::string id;
  Text label;
  std::vector<std::string> items; ///< variable ids
  Score score = Score::mean;
  int min_answered = 1; ///< fewer answered: the score is missing
  Direction desired_direction = Direction::none;
  Position at;
};

enum class Base { answered, asked };

struct Indicator {
  std::string id;
  Text label;
  Text says;           ///< what those who count do, after "39% ": "rate the local police good or excellent"; may be empty
  std::string of;      ///< variable id; empty where `formula` stands
  std::vector<int> in; ///< codes that count
  std::optional<Expression> formula;
  std::optional<Expression> among; ///< of whom the share is taken: for whom it does not hold is out of the base
  Base base = Base::answered;
  Direction desired_direction = Direction::none;
  Position at;

  /// The variables that decide it, each once: those of `of` or the formula, then those of `among`.
  [[nodiscard]] std::vector<std::string> variables() const;
};

/// One column of answers. Items expand to variables in order: a battery gives one a row, a select_multiple and a rank one a choice
/// (`item_code`, values 1/0 or the rank), everything else one; a note gives none. A rank's variables are of Kind::integer: 1 is first, and
/// 1 .. number of choices are allowed.
struct Variable {
  enum class Kind { code, integer, decimal, text, date, time };
  std::string id;
  Kind kind = Kind::code;
  std::size_t page = 0, item = 0; ///< index of the page, and of the item on it
  int row = -1;                   ///< index of the battery's row, else -1
  int choice = -1;                ///< index of the choice of a select_multiple or rank, else -1
  bool multiple = false;          ///< one tick of a select_multiple: 1, 0 or missing
  std::string list;               ///< codes allowed (for Kind::code, unless `multiple`)
  bool reverse = false;
  std::string referent;
  std::string element;
  Direction desired_direction = Direction::none;
};

struct Instrument {
  std::string id;
  std::string version;
  Text title;
  std::vector<std::string> languages; ///< the first is the default
  std::vector<std::string> modes;
  std::string source; ///< where the wording comes from
  std::string licence;
  std::vector<MissingCode> missing; ///< with the three of the system
  std::vector<ChoiceList> lists;
  std::vector<Page> pages;
  std::vector<CodingFrame> frames;
  std::vector<Element> elements; ///< in the order in which reports show them
  std::vector<Scale> scales;
  std::vector<Indicator> indicators;
  std::vector<Variable> variables; ///< made from pages, in order
  std::string sha256;              ///< of the file's bytes, hexadecimal
  Position at;

  [[nodiscard]] const ChoiceList* list(std::string_view id) const;
  [[nodiscard]] const MissingCode* missing_code(std::string_view name) const;
  [[nodiscard]] const MissingCode* missing_code(int code) const;
  [[nodiscard]] const Element* element(std::string_view id) const;
  [[nodiscard]] const Scale* scale(std::string_view id) const;
  [[nodiscard]] const Indicator* indicator(std::string_view id) const;
  /// Index of a variable, or npos. Linear; callers that look up many build their own map.
  [[nodiscard]] std::size_t variable(std::string_view id) const;
  static constexpr std::size_t npos = static_cast<std::size_t>(-1);
  [[nodiscard]] const Item& item_of(const Variable& variable) const { return pages[variable.page].items[variable.item]; }
  /// What a reader should see for a variable: the row's text, the choice's text or the item's.
  [[nodiscard]] const Text& label_of(const Variable& variable) const;
};

/// The variables that the pages give, in order. load_instrument calls it once and keeps the result in `variables`.
std::vector<Variable> expand_variables(const Instrument& instrument);

/// SHA-256 over ids, kinds and codes of the variables, in order: what decides which wide table answers go to.
/// Labels, texts, scales and indicators do not count.
std::string shape_of(const Instrument& instrument);

} // namespace canvass

#endif
