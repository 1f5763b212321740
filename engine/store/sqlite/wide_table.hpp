#ifndef CANVASS_ENGINE_STORE_SQLITE_WIDE_TABLE_HPP
#define CANVASS_ENGINE_STORE_SQLITE_WIDE_TABLE_HPP

#include "engine/store/shape.hpp"
#include "engine/store/shelf.hpp"
#include "engine/store/sqlite/database.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace canvass::store {

/// The statements of one table of current answers. Their text is made from an instrument's variables; every name is quoted.
struct WideSql {
  std::string table;
  std::vector<std::string> columns; ///< of the answers, in order of the variables
  std::string create, insert, select, where, remove, sequence, waves, count;
};

/// "answers_" and the first 12 digits of the shape.
std::string table_name_of(const Shape& shape);
/// Columns are called like their variables; a variable called like a column of the frame gets "_answer" behind its name.
std::vector<std::string> column_names(const Shape& shape);
/// A name as SQL text: in double quotes, those in it doubled.
std::string quoted(std::string_view name);
WideSql wide_sql(const Shape& shape);
/// A view of the answers to one instrument; with an empty `instrument` of all in the table.
std::string view_sql(std::string_view view, const WideSql& sql, std::string_view instrument);
/// A name for the view of an instrument: answers_to_ID_VERSION, with '_' for what is no letter or digit.
std::string view_name_of(std::string_view instrument);

/// One table of current answers, with its statements prepared.
class WideTable {
public:
  WideTable(const Database& database, const Shape& shape);

  void put(const Response& response, std::int64_t sequence);
  [[nodiscard]] std::optional<CurrentRow> get(std::string_view person, std::string_view wave);
  [[nodiscard]] std::optional<std::int64_t> sequence_of(std::string_view person, std::string_view wave);
  [[nodiscard]] std::vector<std::string> waves_of(std::string_view person);
  void remove(std::string_view person, std::string_view wave);
  [[nodiscard]] std::size_t count();
  /// Hands over every row.
  template <typename Function> void each(const Function& function) const {
    Statement all(*database_, sql_.select);
    Cursor cursor = all.bind();
    while (cursor.next()) {
      function(read(cursor));
    }
  }

private:
  [[nodiscard]] CurrentRow read(const Cursor& cursor) const;
  void bind_cell(int index, const Cell& cell, Variable::Kind kind);

  const Database* database_;
  std::vector<ShapeColumn> columns_;
  WideSql sql_;
  Statement insert_, select_one_, remove_, sequence_, waves_, count_;
};

} // namespace canvass::store

#endif
