#include "engine/core/escape.hpp"

#include <array>

namespace canvass {
namespace {

/// The code point U+202A..U+202E or U+2066..U+2069, U+200E, U+200F or U+061C at the start of `text`: they change the order in which
/// text is shown. Returns its bytes, or 0.
std::size_t bidirectional_control(std::string_view text) noexcept {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  if (byte(0) == 0xD8 && byte(1) == 0x9C) {
    return 2;
  }
  if (byte(0) != 0xE2) {
    return 0;
  }
  if (byte(1) == 0x80 && (byte(2) == 0x8E || byte(2) == 0x8F || (byte(2) >= 0xAA && byte(2) <= 0xAE))) {
    return 3;
  }
  return byte(1) == 0x81 && byte(2) >= 0xA6 && byte(2) <= 0xA9 ? 3 : 0;
}

void append_hex(std::string& out, unsigned byte) {
  constexpr std::string_view digits = "0123456789abcdef";
  out += "\\x";
  out += digits[(byte >> 4) & 15u];
  out += digits[byte & 15u];
}

} // namespace

std::string without_bidirectional(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    if (const std::size_t control = bidirectional_control(text.substr(i)); control > 0) {
      i += control;
    } else {
      out += text[i++];
    }
  }
  return out;
}

std::string escape_html(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 16);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (const std::size_t control = bidirectional_control(text.substr(i)); control > 0) {
      i += control - 1; // it could make a reader see other words than stand there
      continue;
    }
    switch (c) {
    case '&': out += "&amp;"; break;
    case '<': out += "&lt;"; break;
    case '>': out += "&gt;"; break;
    case '"': out += "&quot;"; break;
    case '\'': out += "&#39;"; break;
    default: {
      const auto byte = static_cast<unsigned char>(c);
      if ((byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7F) {
        out += "\xEF\xBF\xBD"; // not allowed in HTML or XML, not even as a reference
      } else {
        out += c;
      }
    }
    }
  }
  return out;
}

std::string escape_terminal(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte >= 0x80) {
      if (const std::size_t length = bidirectional_control(text.substr(i)); length > 0) {
        i += length;
        continue;
      }
      // U+0080..U+009F: a terminal may take them for escape sequences.
      if (byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0) {
        append_hex(out, static_cast<unsigned char>(text[i + 1]));
        i += 2;
        continue;
      }
      out += text[i++];
      continue;
    }
    switch (text[i]) {
    case '\n': out += '\n'; break;
    case '\t': out += '\t'; break;
    case '\r': out += "\\r"; break;
    default:
      if (byte < 0x20 || byte == 0x7F) {
        append_hex(out, byte);
      } else {
        out += text[i];
      }
    }
    ++i;
  }
  return out;
}

bool has_control_character(std::string_view text, std::string_view allowed) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool is_ascii = byte < 0x20 || byte == 0x7F;
    const bool is_upper = byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if (is_upper || (is_ascii && allowed.find(text[i]) == std::string_view::npos)) {
      return true;
    }
  }
  return false;
}

} // namespace canvass
