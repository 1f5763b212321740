#include "engine/instrument/compare.hpp"

#include "engine/core/text.hpp"
#include "engine/instrument/indicators.hpp"
#include "engine/instrument/scoring.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>
#include <set>
#include <utility>

namespace canvass {

namespace {

std::string shortened(std::string_view text) {
  constexpr std::size_t most = 60;
  return count_characters(text) > most ? std::string(first_characters(text, most)) + "..." : std::string(text);
}

/// `"a" is now "b"` for the first language in which two texts differ; empty if none does. Only languages that both have are compared.
std::string difference(const Text& a, const Text& b) {
  if (a.empty() != b.empty()) {
    const Text& there = a.empty() ? b : a;
    return fmt::format("\"{}\" is {}", shortened(there.by_language.begin()->second), a.empty() ? "new" : "gone");
  }
  for (const auto& [language, text] : a.by_language) {
    const auto other = b.by_language.find(language);
    if (other != b.by_language.end() && other->second != text) {
      return fmt::format("\"{}\" is now \"{}\"", shortened(text), shortened(other->second));
    }
  }
  return {};
}

std::string now(const std::string& what, const std::string& a, const std::string& b) {
  const auto shown = [](const std::string& text) { return text.empty() ? std::string("nothing") : shortened(text); };
  return a == b ? "" : fmt::format("{} was {} and is now {}", what, shown(a), shown(b));
}

std::string number_text(const std::optional<double>& value) {
  return value ? shortest(*value) : "";
}

/// One variable of one version with all that belongs to it.
struct Side {
  const Instrument& instrument;
  const Variable& variable;

  [[nodiscard]] const Item& item() const { return instrument.item_of(variable); }
  [[nodiscard]] const Row* row() const { return variable.row < 0 ? nullptr : &item().rows[static_cast<std::size_t>(variable.row)]; }
  [[nodiscard]] const Position& at() const { return row() != nullptr ? row()->at : item().at; }
  [[nodiscard]] const ChoiceList* list() const { return instrument.list(item().list); }
};

void add(std::vector<std::string>& to, std::string text) {
  if (!text.empty()) {
    to.push_back(std::move(text));
  }
}

std::vector<std::string> reworded(const Side& a, const Side& b) {
  std::vector<std::string> found;
  add(found, difference(a.item().label, b.item().label));
  if (a.row() != nullptr && b.row() != nullptr) {
    add(found, difference(a.row()->label, b.row()->label));
  }
  add(found, difference(a.item().hint, b.item().hint));
  return found;
}

/// Codes and labels of the list an item is answered from, as a respondent meets them.
void compare_lists(const Side& a, const Side& b, std::vector<std::string>& found) {
  const ChoiceList* const left = a.list();
  const ChoiceList* const right = b.list();
  if (left == nullptr || right == nullptr) {
    return;
  }
  for (const Choice& choice : left->choices) {
    const Choice* const other = right->find(choice.code);
    if (other == nullptr) {
      found.push_back(fmt::format("the code {} (\"{}\") is gone", choice.code, shortened(choice.label.in("en"))));
      continue;
    }
    const std::string text = difference(choice.label, other->label);
    if (!text.empty()) {
      found.push_back(fmt::format("the code {}: {}", choice.code, text));
    }
    if (choice.exclusive != other->exclusive) {
      found.push_back(fmt::format("the code {} {} exclusive", choice.code, other->exclusive ? "is now" : "is no longer"));
    }
  }
  bool same_codes = left->choices.size() == right->choices.size();
  for (const Choice& choice : right->choices) {
    if (left->find(choice.code) == nullptr) {
      found.push_back(fmt::format("the code {} (\"{}\") is new", choice.code, shortened(choice.label.in("en"))));
      same_codes = false;
    }
  }
  const auto same_code = [](const Choice& x, const Choice& y) { return x.code == y.code; };
  if (same_codes && found.empty() && !std::equal(left->choices.begin(), left->choices.end(), right->choices.begin(), same_code)) {
    found.emplace_back("the answers are offered in another order");
  }
}

/// An expression without its spelling: `${a}=1` and `${a} = 1` ask the same people. Brackets show in the tree, not here.
std::string canonical(const std::optional<Expression>& expression) {
  if (!expression) {
    return {};
  }
  std::string text;
  for (const ExpressionNode& node : expression->nodes) {
    text += fmt::format("{}:{}:{}(", static_cast<int>(node.kind), shortest(node.number), node.text);
    for (const std::size_t child : node.children) {
      text += std::to_string(child) + ",";
    }
    text += ")";
  }
  return text;
}

void compare_conditions(const std::optional<Expression>& a, const std::optional<Expression>& b, std::string_view of,
                        std::vector<std::string>& found) {
  if (canonical(a) != canonical(b)) {
    const auto shown = [](const std::optional<Expression>& e) { return e ? "`" + shortened(e->source) + "`" : std::string("absent"); };
    found.push_back(fmt::format("{} was {} and is now {}", of, shown(a), shown(b)));
  }
}

std::vector<std::string> recoded(const Side& a, const Side& b) {
  std::vector<std::string> found;
  add(found, now("the type", std::string(to_string(a.item().type)), std::string(to_string(b.item().type))));
  compare_lists(a, b, found);
  add(found, now("the missing codes offered", join(a.item().missing, ", "), join(b.item().missing, ", ")));
  add(found, now("the lowest number", number_text(a.item().minimum), number_text(b.item().minimum)));
  add(found, now("the highest number", number_text(a.item().maximum), number_text(b.item().maximum)));
  compare_conditions(a.item().constraint, b.item().constraint, "constraint", found);
  if (a.item().random_order != b.item().random_order) {
    found.emplace_back(b.item().random_order ? "the order shown is now random" : "the order shown is no longer random");
  }
  return found;
}

std::vector<std::string> rerouted(const Side& a, const Side& b) {
  std::vector<std::string> found;
  compare_conditions(a.instrument.pages[a.variable.page].relevant, b.instrument.pages[b.variable.page].relevant, "relevant of its page",
                     found);
  compare_conditions(a.item().relevant, b.item().relevant, "relevant", found);
  if (a.row() != nullptr && b.row() != nullptr) {
    compare_conditions(a.row()->relevant, b.row()->relevant, "relevant of its row", found);
  }
  return found;
}

/// The ids that must be lifted out so that what both versions have stands in one order: all but a longest increasing run.
std::set<std::string, std::less<>> moved_ids(const Instrument& before, const Instrument& after) {
  std::map<std::string, std::size_t, std::less<>> place;
  for (std::size_t i = 0; i < before.variables.size(); ++i) {
    place.emplace(before.variables[i].id, i);
  }
  std::vector<std::pair<std::string, std::size_t>> common;
  for (const Variable& variable : after.variables) {
    const auto found = place.find(variable.id);
    if (found != place.end()) {
      common.emplace_back(variable.id, found->second);
    }
  }
  constexpr std::size_t none = static_cast<std::size_t>(-1);
  std::vector<std::size_t> last; // index into common of the smallest end of a run of each length
  std::vector<std::size_t> previous(common.size(), none);
  for (std::size_t i = 0; i < common.size(); ++i) {
    const auto spot =
        std::lower_bound(last.begin(), last.end(), i, [&](std::size_t a, std::size_t b) { return common[a].second < common[b].second; });
    previous[i] = spot == last.begin() ? none : *(spot - 1);
    if (spot == last.end()) {
      last.push_back(i);
    } else {
      *spot = i;
    }
  }
  std::set<std::string, std::less<>> moved;
  for (const auto& entry : common) {
    moved.insert(entry.first);
  }
  for (std::size_t i = last.empty() ? none : last.back(); i != none; i = previous[i]) {
    moved.erase(common[i].first);
  }
  return moved;
}

std::string rule_of(const Instrument&, const Scale& scale) {
  return written_rule(scale);
}

std::string rule_of(const Instrument& instrument, const Indicator& indicator) {
  const std::string among = indicator.among ? " among " + written_rule(instrument, indicator.among) : "";
  const std::string_view base = indicator.base == Base::asked ? "asked" : "who answered";
  if (indicator.formula) {
    return fmt::format("{} of those {}{}", written_rule(instrument, indicator.formula), base, among);
  }
  std::vector<int> codes = indicator.in;
  std::sort(codes.begin(), codes.end());
  std::vector<std::string> written;
  for (const int code : codes) {
    written.push_back(std::to_string(code));
  }
  return fmt::format("{} in {} of those {}{}", indicator.of, join(written, ", "), base, among);
}

bool names_scales(const Indicator& indicator) {
  return (indicator.formula && !indicator.formula->scales().empty()) || (indicator.among && !indicator.among->scales().empty());
}

class Comparer {
public:
  Comparer(const Instrument& before, const Instrument& after) : before_(before), after_(after), moved_(moved_ids(before, after)) {}

  Comparison run() {
    for (const Variable& variable : after_.variables) {
      variable_of(variable);
    }
    for (const Scale& scale : after_.scales) {
      rule(scale, before_.scale(scale.id), SeriesLink::Kind::scale, scale.items, true);
    }
    for (const Indicator& indicator : after_.indicators) {
      rule(indicator, before_.indicator(indicator.id), SeriesLink::Kind::indicator, indicator.variables(), names_scales(indicator));
    }
    dropped();
    return std::move(result_);
  }

private:
  void variable_of(const Variable& variable) {
    const Side b{after_, variable};
    const std::size_t index = before_.variable(variable.id);
    if (index == Instrument::npos) {
      result_.changes.push_back({ChangeKind::added, variable.id, renamed_from(b), {}, b.at()});
      return;
    }
    const Side a{before_, before_.variables[index]};
    std::vector<std::string> breaks;
    const auto report = [&](ChangeKind kind, const std::vector<std::string>& texts, bool is_break) {
      for (const std::string& text : texts) {
        result_.changes.push_back({kind, variable.id, text, a.at(), b.at()});
      }
      if (is_break && !texts.empty()) {
        breaks.emplace_back(to_string(kind));
      }
    };
    report(ChangeKind::reworded, reworded(a, b), true);
    report(ChangeKind::recoded, recoded(a, b), true);
    report(ChangeKind::rerouted, rerouted(a, b), true);
    if (a.variable.reverse != b.variable.reverse) {
      report(ChangeKind::rescored, {b.variable.reverse ? "it is now reversed" : "it is no longer reversed"}, false);
      turned_.insert(variable.id);
    }
    if (moved_.count(variable.id) > 0) {
      report(ChangeKind::moved, {"it stands at another place in the order"}, false);
    }
    result_.series.push_back({SeriesLink::Kind::variable, variable.id, breaks.empty(), join(breaks, ", ")});
    if (!breaks.empty()) {
      broken_[variable.id] = join(breaks, " and ");
    }
  }

  /// The id under which the same question stood before, if it is gone there: ids should be stable.
  [[nodiscard]] std::string renamed_from(const Side& b) const {
    for (const Variable& old : before_.variables) {
      const Side a{before_, old};
      if (after_.variable(old.id) == Instrument::npos && a.variable.choice < 0 && b.variable.choice < 0 &&
          difference(before_.label_of(old), after_.label_of(b.variable)).empty() && reworded(a, b).empty()) {
        return fmt::format("it has the wording of {}, which is gone; an id that stays keeps the series", old.id);
      }
    }
    return {};
  }

  /// `scores`: the items are scored, so that turning one round breaks it.
  template <typename Rule>
  void rule(const Rule& now_rule, const Rule* old_rule, SeriesLink::Kind kind, const std::vector<std::string>& ids, bool scores) {
    if (old_rule == nullptr) {
      result_.changes.push_back({ChangeKind::added, now_rule.id, "", {}, now_rule.at});
      return;
    }
    std::vector<std::string> breaks;
    const std::string was = rule_of(before_, *old_rule);
    const std::string is = rule_of(after_, now_rule);
    if (was != is) {
      result_.changes.push_back({ChangeKind::rescored, now_rule.id, fmt::format("it was {} and is now {}", shortened(was), shortened(is)),
                                 old_rule->at, now_rule.at});
      breaks.emplace_back("rescored");
    }
    for (const std::string& id : ids) {
      const auto found = broken_.find(id);
      if (found != broken_.end()) {
        breaks.push_back(fmt::format("{} is {}", id, found->second));
      } else if (scores && turned_.count(id) > 0) {
        breaks.push_back(fmt::format("{} is turned round", id));
      }
    }
    result_.series.push_back({kind, now_rule.id, breaks.empty(), join(breaks, ", ")});
  }

  void dropped() {
    for (const Variable& variable : before_.variables) {
      if (after_.variable(variable.id) == Instrument::npos) {
        result_.changes.push_back({ChangeKind::dropped, variable.id, "", Side{before_, variable}.at(), {}});
      }
    }
    for (const Scale& scale : before_.scales) {
      if (after_.scale(scale.id) == nullptr) {
        result_.changes.push_back({ChangeKind::dropped, scale.id, "", scale.at, {}});
      }
    }
    for (const Indicator& indicator : before_.indicators) {
      if (after_.indicator(indicator.id) == nullptr) {
        result_.changes.push_back({ChangeKind::dropped, indicator.id, "", indicator.at, {}});
      }
    }
  }

  const Instrument& before_;
  const Instrument& after_;
  std::set<std::string, std::less<>> moved_;
  std::map<std::string, std::string> broken_; ///< variable to reasons
  std::set<std::string> turned_;              ///< variables with another `reverse`
  Comparison result_;
};

} // namespace

std::string_view to_string(ChangeKind kind) {
  switch (kind) {
  case ChangeKind::added: return "added";
  case ChangeKind::dropped: return "dropped";
  case ChangeKind::reworded: return "reworded";
  case ChangeKind::recoded: return "recoded";
  case ChangeKind::rerouted: return "rerouted";
  case ChangeKind::moved: return "moved";
  case ChangeKind::rescored: return "rescored";
  }
  return "";
}

const SeriesLink* Comparison::link(std::string_view id) const {
  const auto found = std::find_if(series.begin(), series.end(), [id](const SeriesLink& l) { return l.id == id; });
  return found == series.end() ? nullptr : &*found;
}

Comparison compare_instruments(const Instrument& before, const Instrument& after) {
  return Comparer(before, after).run();
}

} // namespace canvass
