#include "engine/core/text.hpp"
#include "engine/instrument/check.hpp"
#include "engine/instrument/reachable.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <string>
#include <utility>

namespace canvass {

namespace {

class RoutingCheck {
public:
  RoutingCheck(const Instrument& instrument, Problems& problems) : instrument_(instrument), problems_(problems) {}

  void page(const Page& page, std::size_t index) {
    std::vector<const Expression*> conditions;
    if (page.relevant) {
      conditions.push_back(&*page.relevant);
      if (!reached(conditions, "the page " + page.id, page.at)) {
        return; // its items need not be named one by one
      }
    }
    for (const Item& item : page.items) {
      std::vector<const Expression*> of_item = conditions;
      same_page(item.relevant, item.id, index);
      required(item);
      if (item.constraint && item.constraint_message.empty()) {
        problems_.warning(
            item.constraint->at,
            fmt::format("{} has a constraint without constraint_message; whoever is stopped must be told what is allowed", item.id));
      }
      if (item.relevant) {
        of_item.push_back(&*item.relevant);
        if (!reached(of_item, item.id, item.relevant->at)) {
          continue;
        }
      }
      for (const Row& row : item.rows) {
        if (row.relevant) {
          std::vector<const Expression*> of_row = of_item;
          of_row.push_back(&*row.relevant);
          same_page(row.relevant, row.id, index);
          reached(of_row, row.id, row.relevant->at);
        }
      }
    }
  }

private:
  bool reached(const std::vector<const Expression*>& conditions, const std::string& what, const Position& at) {
    if (reach_of(instrument_, conditions) != Reach::never) {
      return true;
    }
    problems_.warning(
        at, fmt::format("{} is never asked: no answers make its conditions true; check them against each other and against the routing of "
                        "what they refer to",
                        what));
    return false;
  }

  void same_page(const std::optional<Expression>& relevant, const std::string& id, std::size_t page) {
    if (!relevant) {
      return;
    }
    for (const std::string& reference : relevant->references()) {
      const std::size_t index = instrument_.variable(reference);
      if (index != Instrument::npos && instrument_.variables[index].page == page) {
        problems_.note(relevant->at, fmt::format("{} depends on {}, which stands on the same page; on paper and without JavaScript people "
                                                 "see it before they answer: put {} on a later "
                                                 "page",
                                                 id, reference, id));
        return;
      }
    }
  }

  void required(const Item& item) {
    if (item.required != Required::hard) {
      return;
    }
    const bool opinion = item.type == ItemType::battery || item.type == ItemType::text || item.type == ItemType::rank ||
                         item.desired_direction != Direction::none || in_scale(item.id);
    if (opinion) {
      problems_.warning(
          item.at,
          fmt::format("{} asks for an opinion and must be answered (required: hard); people leave or invent one: write required: soft",
                      item.id));
    } else if (item.missing.empty()) {
      problems_.note(
          item.at,
          fmt::format(
              "{} must be answered and offers no way out; add missing: with a code such as prefer not to say, or write required: soft",
              item.id));
    }
  }

  [[nodiscard]] bool in_scale(const std::string& id) const {
    return std::any_of(instrument_.scales.begin(), instrument_.scales.end(),
                       [&id](const Scale& scale) { return std::find(scale.items.begin(), scale.items.end(), id) != scale.items.end(); });
  }

  const Instrument& instrument_;
  Problems& problems_;
};

} // namespace

void check_routing(const Instrument& instrument, Problems& problems) {
  RoutingCheck check(instrument, problems);
  for (std::size_t i = 0; i < instrument.pages.size(); ++i) {
    check.page(instrument.pages[i], i);
  }
}

} // namespace canvass
