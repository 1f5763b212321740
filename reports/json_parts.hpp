#ifndef CANVASS_REPORTS_JSON_PARTS_HPP
#define CANVASS_REPORTS_JSON_PARTS_HPP

#include "engine/core/json.hpp"

#include <string_view>
#include <vector>

/// What the JSON of reports and of charts is made of.
namespace canvass::render {

/// An object that says what it is.
inline Json object(std::string_view kind) {
  Json value = Json::object();
  value.set("kind", kind);
  return value;
}

template <typename Value> Json list_json(const std::vector<Value>& values) {
  Json list = Json::array();
  for (const Value& value : values) {
    list.push(Json(value));
  }
  return list;
}

} // namespace canvass::render

#endif
