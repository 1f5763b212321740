#include "engine/exchange/likeness.hpp"

#include "engine/core/text.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace canvass::exchange {
namespace {

constexpr std::string_view no_break_space = "\xC2\xA0";

/// Pieces of words, sorted: "how" -> " ho", "how", "ow ".
std::vector<std::string> pieces(std::string_view text) {
  std::string words = " ";
  for (const char c : to_lower(plain(text))) {
    const bool part = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
    if (part) {
      words += c;
    } else if (words.back() != ' ' && c != '\'') {
      words += ' ';
    }
  }
  if (words.back() != ' ') {
    words += ' ';
  }
  std::vector<std::string> out;
  for (std::size_t i = 0; i + 3 <= words.size(); ++i) {
    out.push_back(words.substr(i, 3));
  }
  std::sort(out.begin(), out.end());
  return out;
}

} // namespace

std::string_view trimmed(std::string_view text) {
  for (;;) {
    const std::string_view before = text;
    text = trim(text);
    if (text.substr(0, 2) == no_break_space) {
      text.remove_prefix(2);
    }
    if (text.size() >= 2 && text.substr(text.size() - 2) == no_break_space) {
      text.remove_suffix(2);
    }
    if (text.size() == before.size()) {
      return text;
    }
  }
}

std::string plain(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 9> typographic = {{{no_break_space, " "},
                                                                                                {"\xE2\x80\x89", " "},
                                                                                                {"\xE2\x80\xAF", " "},
                                                                                                {"\xE2\x80\x93", "-"},
                                                                                                {"\xE2\x80\x94", "-"},
                                                                                                {"\xE2\x80\x98", "'"},
                                                                                                {"\xE2\x80\x99", "'"},
                                                                                                {"\xE2\x80\x9C", "\""},
                                                                                                {"\xE2\x80\x9D", "\""}}};
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    std::string_view piece = text.substr(i, 1);
    std::string_view put = piece;
    if (static_cast<unsigned char>(piece.front()) >= 0x80) {
      for (const auto& [from, to] : typographic) {
        if (text.substr(i, from.size()) == from) {
          piece = from;
          put = to;
        }
      }
    } else if (piece == "\t" || piece == "\n" || piece == "\r") {
      put = " ";
    }
    if (put != " ") {
      out += put;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
    i += piece.size();
  }
  while (!out.empty() && out.back() == ' ') {
    out.pop_back();
  }
  return out;
}

std::string plain_label(std::string_view text) {
  std::string out = to_lower(plain(text));
  while (!out.empty() && (out.back() == '.' || out.back() == ':' || out.back() == ' ')) {
    out.pop_back();
  }
  return out;
}

std::string bare_name(std::string_view text) {
  std::string out;
  for (const char c : to_lower(text)) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80) {
      out += c;
    }
  }
  return out;
}

double likeness(std::string_view a, std::string_view b) {
  const auto left = pieces(a);
  const auto right = pieces(b);
  if (left.empty() || right.empty()) {
    return 0;
  }
  std::vector<std::string> shared;
  std::set_intersection(left.begin(), left.end(), right.begin(), right.end(), std::back_inserter(shared));
  return 2.0 * static_cast<double>(shared.size()) / static_cast<double>(left.size() + right.size());
}

std::string_view without_zero_decimals(std::string_view text) {
  const std::size_t point = text.find('.');
  if (point == std::string_view::npos || point == 0 || point + 1 == text.size() ||
      text.find_first_not_of('0', point + 1) != std::string_view::npos || !parse_int64(text.substr(0, point))) {
    return text;
  }
  return text.substr(0, point);
}

} // namespace canvass::exchange
