#include "reports/measure.hpp"

#include "engine/core/text.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>

namespace canvass::render {
namespace {

constexpr std::size_t first_printable = 32;
constexpr std::size_t printables = 95;

// Advance widths from U+0020 to U+007E in thousandths of the size: Adobe's Helvetica metrics, apart from the straight quotation marks,
// which are Arial's.
constexpr std::array<int, printables> regular_advances{
    278,  278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, //  !"#$%&'()*+,-./
    556,  556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, // 0 to ?
    1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, // @ to O
    667,  778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, // P to _
    333,  556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, // ` to o
    556,  556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584};     // p to ~
constexpr std::array<int, printables> bold_advances{278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278, //
                                                    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 333, 333, 584, 584, 584, 611, //
                                                    975, 722, 722, 722, 722, 667, 611, 778, 722, 278, 556, 722, 611, 833, 722, 778, //
                                                    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584, 556, //
                                                    333, 556, 611, 556, 611, 556, 333, 611, 611, 278, 278, 556, 278, 889, 611, 611, //
                                                    611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389, 280, 389, 584};

constexpr int wide_advance = 1000; ///< dashes, arrows, East Asian characters
constexpr int other_advance = 722; ///< letters with accents: the widest common capital

std::size_t character_length(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  return std::min(length, text.size() - at);
}

/// The exact width of a character, where it is known.
std::optional<int> known_advance(std::string_view character, Weight weight) {
  const auto lead = static_cast<unsigned char>(character.front());
  if (lead < 0x80) {
    if (lead < first_printable || lead >= first_printable + printables) {
      return 0;
    }
    return (weight == Weight::bold ? bold_advances : regular_advances)[lead - first_printable];
  }
  if (character == "\u2212" || character == "\u00b1") {
    return 584;
  }
  if (character == "\u2019" || character == "\u2018") {
    return weight == Weight::bold ? 278 : 222;
  }
  if (character == "\u2013") {
    return 556;
  }
  if (character == "\u2190" || character == "\u2192" || character == "\u2014") {
    return wide_advance;
  }
  return std::nullopt;
}

int advance(std::string_view character, Weight weight) {
  if (const std::optional<int> known = known_advance(character, weight)) {
    return *known;
  }
  const std::size_t columns = display_width(character);
  if (columns == 0) {
    return 0;
  }
  return columns > 1 || static_cast<unsigned char>(character.front()) >= 0xE2 ? wide_advance : other_advance;
}

/// Pieces that stay together: each word with the space, hyphen or slash after it.
std::vector<std::string_view> pieces_of(std::string_view text) {
  std::vector<std::string_view> pieces;
  std::size_t start = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == ' ' || text[at] == '-' || text[at] == '/') {
      const bool sign = text[at] == '-' && (at == start || at + 1 == text.size());
      if (!sign) {
        pieces.push_back(text.substr(start, at + 1 - start));
        start = at + 1;
      }
    }
  }
  if (start < text.size()) {
    pieces.push_back(text.substr(start));
  }
  return pieces;
}

} // namespace

double text_width(std::string_view text, double size, Weight weight) {
  int thousandths = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = character_length(text, at);
    thousandths += advance(text.substr(at, length), weight);
    at += length;
  }
  return thousandths * size / 1000.0;
}

bool has_known_width(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = character_length(text, at);
    if (!known_advance(text.substr(at, length), Weight::regular)) {
      return false;
    }
    at += length;
  }
  return true;
}

std::vector<std::string> wrap(std::string_view text, double width, double size, Weight weight) {
  std::string flat(text);
  std::replace_if(
      flat.begin(), flat.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  std::vector<std::string> lines;
  std::string line;
  const auto finish = [&] {
    const std::string_view whole = trim(line);
    if (!whole.empty()) {
      lines.emplace_back(whole);
    }
    line.clear();
  };
  for (const std::string_view piece : pieces_of(flat)) {
    const double with = text_width(trim(line + std::string(piece)), size, weight);
    if (with <= width) {
      line += piece;
      continue;
    }
    finish();
    if (text_width(trim(piece), size, weight) <= width) {
      line = piece;
      continue;
    }
    for (std::size_t at = 0; at < piece.size();) {
      const std::size_t length = character_length(piece, at);
      const std::string longer = line + std::string(piece.substr(at, length));
      if (!line.empty() && text_width(longer, size, weight) > width) {
        finish();
      }
      line += piece.substr(at, length);
      at += length;
    }
  }
  finish();
  if (lines.empty()) {
    lines.emplace_back();
  }
  return lines;
}

} // namespace canvass::render
