#include "engine/store/sqlite/wide_table.hpp"

#include "engine/core/text.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <set>

namespace canvass::store {

namespace {

struct FrameColumn {
  std::string_view name, definition;
};

/// What every table of answers has before the answers. `instrument` and `sequence` are left out of the views.
constexpr std::array frame_columns{
    FrameColumn{"person", "text not null"},
    FrameColumn{"wave", "text not null"},
    FrameColumn{"arm", "text not null"},
    FrameColumn{"area", "text not null"},
    FrameColumn{"stratum", "text not null"},
    FrameColumn{"cluster", "text not null"},
    FrameColumn{"weight", "real"},
    FrameColumn{"answered_at", "text"},
    FrameColumn{"late", "integer not null check (late between 0 and 1)"},
    FrameColumn{"instrument", "text not null"},
    FrameColumn{"sequence", "integer not null references event (sequence)"},
};
constexpr std::size_t frame_in_views = frame_columns.size() - 2;
constexpr int first_answer = static_cast<int>(frame_columns.size());
constexpr std::size_t most_columns = 1900; // SQLite takes 2,000 columns a table

/// Column type and check. Ranges only: a list of codes makes an import twenty times slower. Where an answer is a text, a missing
/// code is an integer, which no text equals.
std::string definition_of(const ShapeColumn& column, const std::string& name) {
  const std::string missing = fmt::format("{} between {} and {}", name, first_missing_code, last_missing_code);
  switch (column.kind) {
  case Variable::Kind::code:
    if (column.lowest == 0 && column.highest == 0) {
      return "integer not null";
    }
    return fmt::format("integer not null check ({} between {} and {} or {})", name, column.lowest, column.highest, missing);
  case Variable::Kind::integer: return "integer not null";
  case Variable::Kind::decimal: return "real not null";
  case Variable::Kind::text:
  case Variable::Kind::date:
  case Variable::Kind::time: return fmt::format("any not null check (typeof({}) = 'text' or {})", name, missing);
  }
  return "any not null";
}

std::string time_text(double minutes) {
  const int whole = static_cast<int>(minutes);
  return fmt::format("{:02}:{:02}", whole / 60, whole % 60);
}

double minutes_of(std::string_view text, const Database& database) {
  const std::size_t colon = text.find(':');
  if (colon != std::string_view::npos && text.size() == colon + 3) {
    int value = 0;
    bool is_number = true;
    for (const char c : text) {
      if (c != ':') {
        is_number = is_number && c >= '0' && c <= '9';
        value = value * 10 + (c - '0');
      }
    }
    if (is_number) {
      return (value / 100) * 60 + value % 100;
    }
  }
  throw StoreError(fmt::format("{}: '{}' in a table of answers is not a time HH:MM; run `canvass verify --repair`", database.path(), text));
}

double days_of(std::string_view text, const Database& database) {
  if (const auto date = parse_date(text)) {
    return date->days;
  }
  throw StoreError(
      fmt::format("{}: '{}' in a table of answers is not a date YYYY-MM-DD; run `canvass verify --repair`", database.path(), text));
}

std::string literal(std::string_view text) {
  std::string result = "'";
  for (const char c : text) {
    result += c;
    if (c == '\'') {
      result += c;
    }
  }
  return result + "'";
}

} // namespace

std::string table_name_of(const Shape& shape) {
  return "answers_" + shape.shape.substr(0, 12);
}

std::string quoted(std::string_view name) {
  std::string result = "\"";
  for (const char c : name) {
    result += c;
    if (c == '"') {
      result += c;
    }
  }
  return result + "\"";
}

std::vector<std::string> column_names(const Shape& shape) {
  std::set<std::string> taken;
  for (const FrameColumn& column : frame_columns) {
    taken.emplace(column.name);
  }
  for (const ShapeColumn& column : shape.columns) {
    if (std::none_of(frame_columns.begin(), frame_columns.end(),
                     [&](const FrameColumn& frame) { return frame.name == to_lower(column.variable); })) {
      taken.insert(to_lower(column.variable));
    }
  }
  std::vector<std::string> names;
  names.reserve(shape.columns.size());
  for (const ShapeColumn& column : shape.columns) {
    std::string name = column.variable;
    if (std::any_of(frame_columns.begin(), frame_columns.end(), [&](const FrameColumn& frame) { return frame.name == to_lower(name); })) {
      do {
        name += "_answer";
      } while (!taken.insert(to_lower(name)).second);
    }
    names.push_back(std::move(name));
  }
  return names;
}

std::string view_name_of(std::string_view instrument) {
  std::string name = "answers_to_";
  for (const char c : instrument) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    name += is_plain ? c : '_';
  }
  return name;
}

WideSql wide_sql(const Shape& shape) {
  if (shape.columns.size() > most_columns) {
    throw InputError({},
                     fmt::format("{} has {} variables; a store takes at most {}", shape.instrument, shape.columns.size(), most_columns));
  }
  WideSql sql;
  sql.table = table_name_of(shape);
  sql.columns = column_names(shape);
  const std::string table = quoted(sql.table);
  std::string definitions;
  std::string names;
  std::string marks;
  int parameter = 0;
  const auto add = [&](const std::string& name, std::string_view definition) {
    const std::string_view comma = parameter == 0 ? "" : ", ";
    definitions += fmt::format("{}{} {}", comma, name, definition);
    names += fmt::format("{}{}", comma, name);
    marks += fmt::format("{}?{}", comma, ++parameter);
  };
  for (const FrameColumn& column : frame_columns) {
    add(quoted(column.name), column.definition);
  }
  for (std::size_t i = 0; i < shape.columns.size(); ++i) {
    const std::string name = quoted(sql.columns[i]);
    add(name, definition_of(shape.columns[i], name));
  }
  sql.create = fmt::format("create table if not exists {} ({}, unique (person, wave)) strict", table, definitions);
  sql.insert = fmt::format("insert into {} ({}) values ({})", table, names, marks);
  sql.select = fmt::format("select {} from {}", names, table);
  sql.where = " where person = ?1 and wave = ?2";
  sql.remove = fmt::format("delete from {}{}", table, sql.where);
  sql.sequence = fmt::format("select sequence from {}{}", table, sql.where);
  sql.waves = fmt::format("select wave from {} where person = ?1 order by wave", table);
  sql.count = fmt::format("select count(*) from {}", table);
  return sql;
}

std::string view_sql(std::string_view view, const WideSql& sql, std::string_view instrument) {
  std::string names;
  for (std::size_t i = 0; i < frame_in_views; ++i) {
    names += fmt::format("{}{}", i == 0 ? "" : ", ", quoted(frame_columns[i].name));
  }
  for (const std::string& column : sql.columns) {
    names += ", " + quoted(column);
  }
  const std::string condition = instrument.empty() ? std::string() : " where instrument = " + literal(instrument);
  return fmt::format("create view {} as select {} from {}{}", quoted(view), names, quoted(sql.table), condition);
}

WideTable::WideTable(const Database& database, const Shape& shape)
    : database_(&database), columns_(shape.columns), sql_(wide_sql(shape)), insert_(database, sql_.insert),
      select_one_(database, sql_.select + sql_.where), remove_(database, sql_.remove), sequence_(database, sql_.sequence),
      waves_(database, sql_.waves), count_(database, sql_.count) {}

void WideTable::bind_cell(int index, const Cell& cell, Variable::Kind kind) {
  if (cell.missing != 0) {
    insert_.bind_one(index, static_cast<std::int64_t>(cell.missing));
    return;
  }
  switch (kind) {
  case Variable::Kind::code:
  case Variable::Kind::integer: insert_.bind_one(index, static_cast<std::int64_t>(cell.number)); break;
  case Variable::Kind::decimal: insert_.bind_one(index, cell.number); break;
  case Variable::Kind::text: insert_.bind_one(index, cell.text.str()); break;
  case Variable::Kind::date:
  case Variable::Kind::time: break; // put() binds these: their text must outlive this call
  }
}

void WideTable::put(const Response& response, std::int64_t sequence) {
  const FrameValues& frame = response.frame;
  const std::string answered_at = frame.answered_at ? canvass::to_string(*frame.answered_at) : std::string();
  std::vector<std::string> made; // texts that are made here live until the row is written
  made.reserve(columns_.size());
  Cursor cursor = insert_.bind(frame.person, frame.wave, frame.arm, frame.area, frame.stratum, frame.cluster, frame.weight,
                               frame.answered_at ? std::optional<std::string_view>(answered_at) : std::nullopt, response.late ? 1 : 0,
                               response.instrument, sequence);
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const int index = first_answer + static_cast<int>(i) + 1;
    const Cell& cell = response.cells[i];
    const Variable::Kind kind = columns_[i].kind;
    if (cell.missing == 0 && (kind == Variable::Kind::date || kind == Variable::Kind::time)) {
      made.push_back(kind == Variable::Kind::date ? canvass::to_string(Date{static_cast<std::int32_t>(cell.number)})
                                                  : time_text(cell.number));
      insert_.bind_one(index, made.back());
    } else {
      bind_cell(index, cell, kind);
    }
  }
  cursor.run();
}

CurrentRow WideTable::read(const Cursor& cursor) const {
  CurrentRow row;
  Response& response = row.response;
  FrameValues& frame = response.frame;
  frame.person = cursor.get<std::string>(0);
  frame.wave = cursor.get<std::string>(1);
  frame.arm = cursor.get<std::string>(2);
  frame.area = cursor.get<std::string>(3);
  frame.stratum = cursor.get<std::string>(4);
  frame.cluster = cursor.get<std::string>(5);
  frame.weight = cursor.get<std::optional<double>>(6);
  if (!cursor.is_null(7)) {
    frame.answered_at = parse_moment(cursor.get<std::string_view>(7));
  }
  response.late = cursor.get<int>(8) != 0;
  response.instrument = cursor.get<std::string>(9);
  row.sequence = cursor.get<std::int64_t>(10);
  response.id = join_id(frame.person, frame.wave);
  response.cells.resize(columns_.size());
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const int index = first_answer + static_cast<int>(i);
    Cell& cell = response.cells[i];
    const Variable::Kind kind = columns_[i].kind;
    if (kind == Variable::Kind::decimal) {
      cell.number = cursor.get<double>(index);
    } else if (!cursor.is_text(index)) {
      cell.number = static_cast<double>(cursor.get<std::int64_t>(index));
    } else if (kind == Variable::Kind::date) {
      cell.number = days_of(cursor.get<std::string_view>(index), *database_);
      continue;
    } else if (kind == Variable::Kind::time) {
      cell.number = minutes_of(cursor.get<std::string_view>(index), *database_);
      continue;
    } else {
      cell.text = cursor.get<std::string_view>(index);
      continue;
    }
    if (cell.number >= first_missing_code && cell.number <= last_missing_code) {
      cell.missing = static_cast<std::int16_t>(cell.number);
      cell.number = 0;
    }
  }
  return row;
}

std::optional<CurrentRow> WideTable::get(std::string_view person, std::string_view wave) {
  Cursor cursor = select_one_.bind(person, wave);
  return cursor.next() ? std::optional<CurrentRow>(read(cursor)) : std::nullopt;
}

std::optional<std::int64_t> WideTable::sequence_of(std::string_view person, std::string_view wave) {
  Cursor cursor = sequence_.bind(person, wave);
  return cursor.next() ? std::optional<std::int64_t>(cursor.get<std::int64_t>(0)) : std::nullopt;
}

std::vector<std::string> WideTable::waves_of(std::string_view person) {
  std::vector<std::string> waves;
  Cursor cursor = waves_.bind(person);
  while (cursor.next()) {
    waves.push_back(cursor.get<std::string>(0));
  }
  return waves;
}

void WideTable::remove(std::string_view person, std::string_view wave) {
  remove_.bind(person, wave).run();
}

std::size_t WideTable::count() {
  Cursor cursor = count_.bind();
  cursor.next();
  return static_cast<std::size_t>(cursor.get<std::int64_t>(0));
}

} // namespace canvass::store
