#include "engine/store/shape.hpp"

#include <array>
#include <optional>
#include <utility>

namespace canvass::store {

namespace {

struct KindName {
  Variable::Kind kind;
  std::string_view name;
};

constexpr std::array kind_names{
    KindName{Variable::Kind::code, "code"}, KindName{Variable::Kind::integer, "integer"}, KindName{Variable::Kind::decimal, "decimal"},
    KindName{Variable::Kind::text, "text"}, KindName{Variable::Kind::date, "date"},       KindName{Variable::Kind::time, "time"},
};

Variable::Kind kind_from(std::string_view name) {
  for (const KindName& row : kind_names) {
    if (row.name == name) {
      return row.kind;
    }
  }
  throw InputError({}, "the store's log names the kind of variable '" + std::string(name) + "', which this program does not know");
}

/// Lowest and highest value a code column may hold besides missing codes.
std::pair<int, int> range_of(const Instrument& instrument, const Variable& variable) {
  if (variable.multiple) {
    return {0, 1};
  }
  const ChoiceList* list = instrument.list(variable.list);
  if (variable.choice >= 0) { // a rank: 1 for the first choice, and so on
    const std::string& choices = variable.list.empty() ? instrument.item_of(variable).list : variable.list;
    const ChoiceList* ranked = instrument.list(choices);
    return {1, ranked == nullptr ? 1 : static_cast<int>(ranked->choices.size())};
  }
  if (list == nullptr || list->choices.empty()) {
    return {0, 0};
  }
  return {list->lowest(), list->highest()};
}

} // namespace

std::string_view to_string(Variable::Kind kind) {
  for (const KindName& row : kind_names) {
    if (row.kind == kind) {
      return row.name;
    }
  }
  return "?";
}

std::string name_of(const Instrument& instrument) {
  return instrument.id + "@" + instrument.version;
}

Shape shape_for(const Instrument& instrument) {
  Shape shape;
  shape.instrument = name_of(instrument);
  shape.shape = shape_of(instrument);
  shape.sha256 = instrument.sha256;
  shape.columns.reserve(instrument.variables.size());
  for (const Variable& variable : instrument.variables) {
    ShapeColumn column{variable.id, variable.kind, 0, 0};
    if (variable.kind == Variable::Kind::code) {
      const std::pair<int, int> range = range_of(instrument, variable);
      column.lowest = range.first;
      column.highest = range.second;
    }
    shape.columns.push_back(std::move(column));
  }
  return shape;
}

std::string to_detail(const Shape& shape) {
  Json columns = Json::array();
  for (const ShapeColumn& column : shape.columns) {
    Json row = Json::object();
    row.set("variable", column.variable).set("kind", to_string(column.kind));
    if (column.kind == Variable::Kind::code) {
      row.set("lowest", column.lowest).set("highest", column.highest);
    }
    columns.push(std::move(row));
  }
  Json detail = Json::object();
  detail.set("shape", shape.shape).set("sha256", shape.sha256).set("columns", std::move(columns));
  return detail.canonical();
}

Shape shape_from_detail(std::string_view detail, std::string instrument) {
  const Json json = parse_json(detail, "the store's log");
  Shape shape;
  shape.instrument = std::move(instrument);
  shape.shape = json["shape"].as_string();
  shape.sha256 = json["sha256"].as_string();
  for (const Json& row : json["columns"].items()) {
    shape.columns.push_back({row["variable"].as_string(), kind_from(row["kind"].as_string()), static_cast<int>(row["lowest"].as_int()),
                             static_cast<int>(row["highest"].as_int())});
  }
  return shape;
}

} // namespace canvass::store
