#include "engine/core/text.hpp"
#include "engine/instrument/check.hpp"
#include "engine/instrument/scoring.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <set>

namespace canvass {

namespace {

class ScaleCheck {
public:
  ScaleCheck(const Instrument& instrument, Problems& problems) : instrument_(instrument), problems_(problems) {}

  void scale(const Scale& scale) {
    if (scale.label.empty()) {
      problems_.note(scale.at, fmt::format("the scale {} has no label; reports will show its id", scale.id));
    }
    std::vector<const Variable*> items;
    for (const std::string& id : scale.items) {
      const std::size_t index = instrument_.variable(id);
      if (index != Instrument::npos) {
        items.push_back(&instrument_.variables[index]);
        ++scales_of_[id];
        lists_in_scales_.insert(items.back()->list);
      }
    }
    referents(scale, items);
    reversal(scale, items);
    ranges(scale);
    directions(scale, items);
    gaps(scale);
  }

  void variables() {
    for (const Variable& variable : instrument_.variables) {
      const auto found = scales_of_.find(variable.id);
      const int scales = found == scales_of_.end() ? 0 : found->second;
      const Position& at = place_of(variable);
      if (scales == 0 && variable.reverse) {
        problems_.warning(
            at, fmt::format("{} is reversed but belongs to no scale, so that reverse does nothing; add it to a scale, or remove reverse",
                            variable.id));
      } else if (scales == 0 && !variable.list.empty() && lists_in_scales_.count(variable.list) > 0 && !counted(variable.id)) {
        problems_.note(
            at,
            fmt::format(
                "{} is answered like the items of a scale but belongs to no scale or indicator; add it to one, or take it as a single item",
                variable.id));
      } else if (scales > 1) {
        problems_.note(
            at, fmt::format("{} belongs to {} scales; scores that share items go together for that reason alone", variable.id, scales));
      }
    }
  }

private:
  [[nodiscard]] const Position& place_of(const Variable& variable) const {
    const Item& item = instrument_.item_of(variable);
    return variable.row >= 0 ? item.rows[static_cast<std::size_t>(variable.row)].at : item.at;
  }

  [[nodiscard]] bool counted(const std::string& id) const {
    return std::any_of(instrument_.indicators.begin(), instrument_.indicators.end(), [&id](const Indicator& indicator) {
      const std::vector<std::string> ids = indicator.variables();
      return std::find(ids.begin(), ids.end(), id) != ids.end();
    });
  }

  void referents(const Scale& scale, const std::vector<const Variable*>& items) {
    std::vector<std::string> found;
    for (const Variable* item : items) {
      if (!item->referent.empty() && std::find(found.begin(), found.end(), item->referent) == found.end()) {
        found.push_back(item->referent);
      }
    }
    if (found.size() > 1) {
      problems_.warning(scale.at,
                        fmt::format("the scale {} mixes places asked about ({}); people answer for different areas: ask about one",
                                    scale.id, join(found, ", ")));
    }
  }

  void reversal(const Scale& scale, const std::vector<const Variable*>& items) {
    const auto reversed = std::count_if(items.begin(), items.end(), [](const Variable* item) { return item->reverse; });
    if (items.size() == 1) {
      problems_.note(scale.at, fmt::format("the scale {} has one item; its reliability cannot be estimated", scale.id));
    } else if (reversed == 0) {
      problems_.note(scale.at,
                     fmt::format("the scale {} has no reversed item; a habit of agreeing cannot be told from the opinion", scale.id));
    } else if (static_cast<std::size_t>(reversed) == items.size()) {
      problems_.warning(scale.at,
                        fmt::format("every item of the scale {} is reversed; turn the codes of the list round instead", scale.id));
    }
  }

  void ranges(const Scale& scale) {
    if (scale.score == Score::percent_of_max) {
      return;
    }
    const ScaleRule rule = scale_rule(instrument_, scale);
    for (const ScoredItem& item : rule.items) {
      if (std::fabs(item.lowest - rule.items.front().lowest) > 0 || std::fabs(item.highest - rule.items.front().highest) > 0) {
        problems_.warning(
            scale.at,
            fmt::format("the scale {} mixes items with different codes ({} has {} to {}, {} has {} to {}); write score: percent_of_max",
                        scale.id, scale.items.front(), shortest(rule.items.front().lowest), shortest(rule.items.front().highest),
                        instrument_.variables[item.variable].id, shortest(item.lowest), shortest(item.highest)));
        return;
      }
    }
  }

  /// After turning round, an item that should fall pulls against a score that should rise.
  void directions(const Scale& scale, const std::vector<const Variable*>& items) {
    if (scale.desired_direction == Direction::none) {
      return;
    }
    for (const Variable* item : items) {
      if (item->desired_direction == Direction::none) {
        continue;
      }
      const bool same = item->desired_direction == scale.desired_direction;
      if (same == item->reverse) {
        problems_.warning(
            place_of(*item),
            fmt::format("{} pulls against its scale {}: its desired_direction is {} and {}; check reverse and both directions", item->id,
                        scale.id, item->desired_direction == Direction::up ? "up" : "down",
                        item->reverse ? "it is reversed" : "it is not reversed"));
      }
    }
  }

  void gaps(const Scale& scale) {
    const int all = static_cast<int>(scale.items.size());
    if (2 * scale.min_answered < all) {
      problems_.warning(scale.at, fmt::format("the scale {} is scored from {} of {} items; ask for at least half (min_answered: {})",
                                              scale.id, scale.min_answered, all, (all + 1) / 2));
    }
    if (scale.score == Score::sum && scale.min_answered < all) {
      problems_.note(
          scale.at,
          fmt::format("the scale {} is a sum that allows gaps; where an item is missing, the others are stretched to the whole range",
                      scale.id));
    }
  }

  const Instrument& instrument_;
  Problems& problems_;
  std::map<std::string, int> scales_of_;
  std::set<std::string, std::less<>> lists_in_scales_;
};

} // namespace

void check_scales(const Instrument& instrument, Problems& problems) {
  ScaleCheck check(instrument, problems);
  for (const Scale& scale : instrument.scales) {
    check.scale(scale);
  }
  check.variables();
  for (const Indicator& indicator : instrument.indicators) {
    if (indicator.label.empty()) {
      problems.note(indicator.at, fmt::format("the indicator {} has no label; reports will show its id", indicator.id));
    }
  }
}

} // namespace canvass
