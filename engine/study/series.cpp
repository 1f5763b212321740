#include "engine/core/text.hpp"
#include "engine/study/parts.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace canvass::study_parts {

namespace {

std::string without_spaces_twice(std::string_view text) {
  std::string out;
  for (const std::string_view word : split(text, ' ')) {
    if (!trim(word).empty()) {
      out += out.empty() ? "" : " ";
      out += trim(word);
    }
  }
  return out;
}

bool same_text(const Text& a, const Text& b) {
  // A language added later is no new wording; every language that both have must agree.
  return std::all_of(a.by_language.begin(), a.by_language.end(), [&](const auto& entry) {
    const auto other = b.by_language.find(entry.first);
    return other == b.by_language.end() || without_spaces_twice(entry.second) == without_spaces_twice(other->second);
  });
}

bool same_codes(const Instrument& a, const Variable& x, const Instrument& b, const Variable& y) {
  const ChoiceList* left = a.list(x.list);
  const ChoiceList* right = b.list(y.list);
  if (left == nullptr || right == nullptr) {
    return left == right;
  }
  return std::equal(left->choices.begin(), left->choices.end(), right->choices.begin(), right->choices.end(),
                    [](const Choice& p, const Choice& q) { return p.code == q.code && same_text(p.label, q.label); });
}

std::string source_of(const std::optional<Expression>& expression) {
  return expression ? expression->source : std::string();
}

/// All that decides whether a variable is asked: the page's, the item's and the row's condition.
std::string routing_of(const Instrument& instrument, const Variable& variable) {
  const Item& item = instrument.item_of(variable);
  std::string routing = source_of(instrument.pages[variable.page].relevant) + "|" + source_of(item.relevant);
  if (variable.row >= 0) {
    routing += "|" + source_of(item.rows[static_cast<std::size_t>(variable.row)].relevant);
  }
  return routing;
}

/// What differs between two versions of one variable; empty if nothing that matters to a series.
std::vector<std::string> differences(const Instrument& a, const Variable& x, const Instrument& b, const Variable& y) {
  std::vector<std::string> found;
  if (x.kind != y.kind || x.multiple != y.multiple) {
    found.emplace_back("its type");
  }
  if (!same_text(a.label_of(x), b.label_of(y)) || !same_text(a.item_of(x).label, b.item_of(y).label)) {
    found.emplace_back("its wording");
  }
  if (x.kind == Variable::Kind::code && !x.multiple && !same_codes(a, x, b, y)) {
    found.emplace_back("its answers");
  }
  if (routing_of(a, x) != routing_of(b, y)) {
    found.emplace_back("its routing");
  }
  if (x.reverse != y.reverse) {
    found.emplace_back("its `reverse`");
  }
  return found;
}

} // namespace

void check_versions(const LoadedStudy& loaded, Problems& problems) {
  const Study& study = loaded.study;
  const Instrument& instrument = loaded.instrument();
  for (const SameSeries& entry : study.same_series) {
    const bool known = std::any_of(instrument.variables.begin(), instrument.variables.end(), [&](const Variable& variable) {
      return variable.id == entry.item || instrument.item_of(variable).id == entry.item;
    });
    if (!known) {
      std::vector<std::string> names;
      for (const Variable& variable : instrument.variables) {
        names.push_back(variable.id);
      }
      problems.error(entry.at, fmt::format("`same_series` names \"{}\", but {}@{} does not ask it{}", entry.item, instrument.id,
                                           instrument.version, did_you_mean(entry.item, names)));
    }
  }
  std::vector<const Instrument*> seen = {&instrument};
  for (std::size_t wave = 0; wave < study.waves.size(); ++wave) {
    const Instrument& other = *loaded.instrument_of_wave[wave];
    if (std::find(seen.begin(), seen.end(), &other) != seen.end()) {
      continue;
    }
    seen.push_back(&other);
    const Position at = study.waves[wave].instrument ? study.waves[wave].instrument->at : study.waves[wave].at;
    for (const Variable& variable : instrument.variables) {
      const std::size_t index = other.variable(variable.id);
      if (index == Instrument::npos) {
        continue;
      }
      const auto found = differences(other, other.variables[index], instrument, variable);
      const bool declared = std::any_of(study.same_series.begin(), study.same_series.end(), [&](const SameSeries& entry) {
        return entry.item == variable.id || entry.item == instrument.item_of(variable).id;
      });
      const bool type_differs = !found.empty() && found.front() == "its type";
      if (!found.empty() && (!declared || type_differs)) {
        problems.error(
            at, fmt::format("{} differs between {}@{} (wave {}) and {}@{} in {}, so its answers are no one series; {}", variable.id,
                            other.id, other.version, study.waves[wave].id, instrument.id, instrument.version, join(found, " and "),
                            type_differs ? std::string("give the new question an id of its own")
                                         : fmt::format("give the new question an id of its own, or say `same_series: [{{item: {}, reason: "
                                                       "\"..\"}}]`",
                                                       variable.id)));
      }
    }
  }
}

} // namespace canvass::study_parts
