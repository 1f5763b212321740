#include "engine/core/text.hpp"
#include "engine/instrument/load_parts.hpp"

#include <fmt/format.h>
#include <map>

namespace canvass {

namespace {

/// More columns than this do not fit a SQLite table with its frame (2,000).
constexpr std::size_t most_variables = 1900;

struct Named {
  std::string id;
  std::string what; ///< "the item", "the scale" ...
  Position at;
};

/// Items, rows, scales and indicators share one space of names, since an analysis may name any of them.
class Names {
public:
  explicit Names(Problems& problems) : problems_(problems) {}

  void add(const std::string& id, std::string what, const Position& at) {
    const auto [found, is_new] = seen_.emplace(to_lower(id), Named{id, what, at});
    if (is_new) {
      return;
    }
    const Named& first = found->second;
    if (first.id == id) {
      problems_.error(
          at, fmt::format("the id {} is used twice (first for {} at line {}); every id stands once", id, first.what, first.at.line));
    } else {
      problems_.error(
          at, fmt::format("the ids {} and {} differ only by case (first at line {}); databases and SPSS cannot tell them apart: rename one",
                          first.id, id, first.at.line));
    }
  }

  /// The column `item_code` of a choice.
  void add_generated(const std::string& id, const Item& item) {
    const auto [found, is_new] = seen_.emplace(to_lower(id), Named{id, "a column of " + item.id, item.at});
    if (!is_new) {
      const Named& first = found->second;
      // The place to act on is the id that somebody wrote.
      problems_.error(first.at, fmt::format("the id {} equals the column {} that {} makes for one of its choices (line {}); rename {}",
                                            first.id, id, item.id, item.at.line, first.id));
    }
  }

private:
  Problems& problems_;
  std::map<std::string, Named> seen_;
};

} // namespace

void check_ids(Loading& loading) {
  const Instrument& instrument = loading.instrument;
  Names names(loading.problems);
  for (const Page& page : instrument.pages) {
    for (const Item& item : page.items) {
      names.add(item.id, "an item", item.at);
      for (const Row& row : item.rows) {
        names.add(row.id, "a row", row.at);
      }
    }
  }
  for (const Scale& scale : instrument.scales) {
    names.add(scale.id, "a scale", scale.at);
  }
  for (const Indicator& indicator : instrument.indicators) {
    names.add(indicator.id, "an indicator", indicator.at);
  }
  for (const Variable& variable : instrument.variables) {
    if (variable.choice >= 0) {
      names.add_generated(variable.id, instrument.item_of(variable));
      if (!is_id(variable.id)) {
        loading.problems.error(
            instrument.item_of(variable).at,
            fmt::format("the column {} that a choice makes is too long (at most 64 characters); shorten the id", variable.id));
      }
    }
  }
  if (instrument.variables.size() > most_variables) {
    loading.problems.error(instrument.item_of(instrument.variables[most_variables]).at,
                           fmt::format("the instrument has too many columns ({}); at most {} are allowed: split it, or shorten its lists",
                                       instrument.variables.size(), most_variables));
  }
}

} // namespace canvass
