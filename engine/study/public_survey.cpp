#include "engine/study/public_survey.hpp"

#include "engine/core/text.hpp"

#include <algorithm>
#include <numeric>

namespace canvass {

std::size_t AreaTree::find(std::string_view name) const {
  const std::string wanted = to_lower(trim(name));
  const auto is_wanted = [&wanted](std::string_view candidate) { return to_lower(trim(candidate)) == wanted; };
  for (std::size_t i = 0; i < areas.size(); ++i) {
    const Area& area = areas[i];
    if (is_wanted(area.code) || is_wanted(area.label) || std::any_of(area.aliases.begin(), area.aliases.end(), is_wanted)) {
      return i;
    }
  }
  return npos;
}

std::size_t AreaTree::at_level(std::size_t area, std::size_t level) const {
  while (area != npos && areas[area].level > level) {
    area = areas[area].parent;
  }
  return area != npos && areas[area].level == level ? area : npos;
}

void Dispatch::index() {
  by_serial.resize(serial.size());
  std::iota(by_serial.begin(), by_serial.end(), std::size_t{0});
  std::sort(by_serial.begin(), by_serial.end(), [this](std::size_t a, std::size_t b) { return serial[a] < serial[b]; });
}

std::size_t Dispatch::find(std::string_view id) const {
  const auto found = std::lower_bound(by_serial.begin(), by_serial.end(), id,
                                      [this](std::size_t at, std::string_view wanted) { return serial[at] < wanted; });
  return found != by_serial.end() && serial[*found] == id ? *found : npos;
}

std::string_view to_string(WeightMethod method) {
  switch (method) {
  case WeightMethod::none: return "none";
  case WeightMethod::poststratify: return "poststratify";
  case WeightMethod::rake: return "rake";
  case WeightMethod::linear: return "linear";
  case WeightMethod::logit: return "logit";
  }
  return "none";
}

} // namespace canvass
