#include "engine/core/text.hpp"
#include "engine/responses/response.hpp"

#include <cmath>
#include <fmt/format.h>

/// The canonical body: a line a field, then the cells in one line, separated by commas. Fields that are empty are left out.
///
///   canvass-response 1
///   id P07/T1
///   ...
///   cells 4
///   3,1,m99,"a text\c with a comma
namespace canvass {

namespace {

constexpr std::string_view first_line = "canvass-response 1";

void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
    case '\\': out += "\\\\"; break;
    case '\n': out += "\\n"; break;
    case '\r': out += "\\r"; break;
    case ',': out += "\\c"; break;
    default: out += c;
    }
  }
}

void append_number(std::string& out, double value) {
  const double whole = std::floor(value);
  if (whole == value && value >= 0 && value < 10) {
    out += static_cast<char>('0' + static_cast<int>(value));
  } else if (whole == value && std::abs(value) < 1e15) {
    out += std::to_string(static_cast<long long>(value));
  } else {
    out += shortest(value);
  }
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  if (!value.empty()) {
    out.append(name).append(" ");
    append_escaped(out, value);
    out += '\n';
  }
}

[[noreturn]] void damaged(std::string_view what) {
  throw InputError(Position{}, fmt::format("the record of an answer sheet is damaged ({}); restore the store from a backup", what));
}

std::string unescaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      out += text[i];
      continue;
    }
    if (++i == text.size()) {
      damaged("a lone backslash");
    }
    switch (text[i]) {
    case '\\': out += '\\'; break;
    case 'n': out += '\n'; break;
    case 'r': out += '\r'; break;
    case 'c': out += ','; break;
    default: damaged("an unknown escape");
    }
  }
  return out;
}

Cell read_cell(std::string_view text) {
  Cell cell;
  if (text.size() == 1 && text[0] >= '0' && text[0] <= '9') {
    cell.number = text[0] - '0';
    return cell;
  }
  if (text.empty()) {
    damaged("an empty cell");
  }
  if (text[0] == '"') {
    cell.text = unescaped(text.substr(1));
    return cell;
  }
  if (text[0] == 'm') {
    const auto code = parse_int(text.substr(1));
    if (!code || !is_missing_code(-*code)) {
      damaged("a missing code that is none");
    }
    cell.missing = static_cast<std::int16_t>(-*code);
    return cell;
  }
  const auto number = parse_double(text);
  if (!number) {
    damaged("a cell that is no number");
  }
  cell.number = *number;
  return cell;
}

std::string_view take_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  if (end == std::string_view::npos) {
    damaged("it ends early");
  }
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return line;
}

/// Sets one named field; false if there is none of that name.
bool set_field(Response& response, std::string_view name, std::string_view value) {
  std::string* text = name == "id"           ? &response.id
                      : name == "instrument" ? &response.instrument
                      : name == "person"     ? &response.frame.person
                      : name == "wave"       ? &response.frame.wave
                      : name == "arm"        ? &response.frame.arm
                      : name == "area"       ? &response.frame.area
                      : name == "stratum"    ? &response.frame.stratum
                      : name == "cluster"    ? &response.frame.cluster
                                             : nullptr;
  if (text != nullptr) {
    *text = unescaped(value);
    return true;
  }
  if (name == "weight") {
    response.frame.weight = parse_double(value);
    return response.frame.weight.has_value();
  }
  if (name == "answered_at") {
    const auto seconds = parse_int64(value);
    if (seconds) {
      response.frame.answered_at = Moment{*seconds};
    }
    return seconds.has_value();
  }
  if (name == "late") {
    response.late = value == "1";
    return response.late;
  }
  return false;
}

} // namespace

std::string canonical_body(const Response& response) {
  std::string out;
  out.reserve(160 + 3 * response.cells.size());
  out.append(first_line).append("\n");
  append_field(out, "id", response.id);
  append_field(out, "instrument", response.instrument);
  append_field(out, "person", response.frame.person);
  append_field(out, "wave", response.frame.wave);
  append_field(out, "arm", response.frame.arm);
  append_field(out, "area", response.frame.area);
  append_field(out, "stratum", response.frame.stratum);
  append_field(out, "cluster", response.frame.cluster);
  if (response.frame.weight) {
    append_field(out, "weight", shortest(*response.frame.weight));
  }
  if (response.frame.answered_at) {
    append_field(out, "answered_at", std::to_string(response.frame.answered_at->seconds));
  }
  if (response.late) {
    append_field(out, "late", "1");
  }
  append_field(out, "cells", std::to_string(response.cells.size()));
  bool first = true;
  for (const Cell& cell : response.cells) {
    if (!first) {
      out += ',';
    }
    first = false;
    if (cell.missing != 0) {
      out += 'm';
      out += std::to_string(-cell.missing);
    } else if (!cell.text.empty()) {
      out += '"';
      append_escaped(out, cell.text);
    } else {
      append_number(out, cell.number);
    }
  }
  out += '\n';
  return out;
}

Response parse_canonical_body(std::string_view body) {
  std::string_view rest = body;
  if (take_line(rest) != first_line) {
    damaged("its first line is not \"canvass-response 1\"");
  }
  Response response;
  std::optional<long long> count;
  while (!count) {
    const std::string_view line = take_line(rest);
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos) {
      damaged("a field without a value");
    }
    const std::string_view name = line.substr(0, space);
    const std::string_view value = line.substr(space + 1);
    if (name == "cells") {
      count = parse_int64(value);
      if (!count || *count < 0 || *count > static_cast<long long>(rest.size())) {
        damaged("the number of cells");
      }
    } else if (!set_field(response, name, value)) {
      damaged("an unknown or broken field");
    }
  }
  std::string_view cells = take_line(rest);
  if (!rest.empty()) {
    damaged("text after its end");
  }
  response.cells.reserve(static_cast<std::size_t>(*count));
  for (long long i = 0; i < *count; ++i) {
    const std::size_t comma = cells.find(',');
    response.cells.push_back(read_cell(cells.substr(0, comma)));
    if ((comma == std::string_view::npos) != (i + 1 == *count)) {
      damaged("the number of cells");
    }
    cells.remove_prefix(comma == std::string_view::npos ? cells.size() : comma + 1);
  }
  if (*count == 0 && !cells.empty()) {
    damaged("the number of cells");
  }
  return response;
}

} // namespace canvass
