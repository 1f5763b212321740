#ifndef CANVASS_ENGINE_STORE_SHAPE_HPP
#define CANVASS_ENGINE_STORE_SHAPE_HPP

#include "engine/core/json.hpp"
#include "engine/instrument/model.hpp"

#include <string>
#include <string_view>
#include <vector>

/// What a store must know of an instrument to keep its answers, also when the instrument's file is long gone. It stands in the log.
namespace canvass::store {

struct ShapeColumn {
  std::string variable;
  Variable::Kind kind = Variable::Kind::code;
  int lowest = 0, highest = 0; ///< of codes; both 0 for the other kinds

  friend bool operator==(const ShapeColumn&, const ShapeColumn&) = default;
};

struct Shape {
  std::string instrument; ///< "id@version"
  std::string shape;      ///< shape_of(instrument), hexadecimal: instruments that share it share a table
  std::string sha256;     ///< of the instrument's file
  std::vector<ShapeColumn> columns;
};

std::string name_of(const Instrument& instrument); ///< "id@version"
Shape shape_for(const Instrument& instrument);

std::string to_detail(const Shape& shape);
/// @throws InputError a damaged text
Shape shape_from_detail(std::string_view detail, std::string instrument);

std::string_view to_string(Variable::Kind kind);

} // namespace canvass::store

#endif
