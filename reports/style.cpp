#include "reports/style.hpp"

#include <algorithm>
#include <cmath>
#include <span>

namespace canvass::render::style {
namespace {

double channel(std::string_view colour, std::size_t at) {
  const auto digit = [&](std::size_t i) {
    const char c = colour[i];
    return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
  };
  const double value = (digit(at) * 16 + digit(at + 1)) / 255.0;
  return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
}

// Weakest first.
constexpr std::array<Fill, 4> warm{{{"#fbc9ae", rust, ink}, {orange, rust, ink}, {"#bf4a0c", rust, paper}, {rust, rust, paper}}};
constexpr std::array<Fill, 4> cool{{{"#bfdcf4", blue, ink}, {"#6bace6", blue, ink}, {"#2073bc", blue, paper}, {blue, blue, paper}}};
constexpr std::array<Fill, 2> middle{{{neutral, dark_grey, ink}, {"#dcdcdc", dark_grey, ink}}};

/// Which of the four strengths the levels of one side take: a pair is told apart best by the second and the last.
std::size_t strength(std::size_t rank, std::size_t count, bool is_warm) {
  if (count <= 1) {
    return is_warm ? 0 : 3;
  }
  if (count == 2) {
    return is_warm ? rank : (rank == 0 ? 1 : 3);
  }
  if (count == 3) {
    return is_warm ? rank : rank + 1;
  }
  return rank * 3 / (count - 1);
}

} // namespace

double luminance(std::string_view colour) {
  return 0.2126 * channel(colour, 1) + 0.7152 * channel(colour, 3) + 0.0722 * channel(colour, 5);
}

double contrast(std::string_view one, std::string_view other) {
  const double a = luminance(one);
  const double b = luminance(other);
  return (std::max(a, b) + 0.05) / (std::min(a, b) + 0.05);
}

Fill likert_fill(std::size_t level, std::size_t disagree, std::size_t neutral_count, std::size_t agree) {
  if (level < disagree) {
    return warm[strength(disagree - 1 - level, disagree, true)];
  }
  if (level < disagree + neutral_count) {
    return middle[(level - disagree) % middle.size()];
  }
  return cool[strength(std::min(level - disagree - neutral_count, agree - 1), agree, false)];
}

} // namespace canvass::render::style
