#ifndef CANVASS_ENGINE_INSTRUMENT_COMPARE_HPP
#define CANVASS_ENGINE_INSTRUMENT_COMPARE_HPP

#include "engine/instrument/model.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace canvass {

enum class ChangeKind {
  added,
  dropped,
  reworded, ///< its text, the text above it or its hint
  recoded,  ///< type, codes, their labels, missing codes offered, range
  rerouted, ///< who is asked
  moved,    ///< another place in the order; continues a series
  rescored  ///< reverse, or a scale's or indicator's rule; the answers themselves are the same
};
std::string_view to_string(ChangeKind kind);

/// One difference. `id` is a variable (a battery's row, a tick), a scale or an indicator.
struct Change {
  ChangeKind kind = ChangeKind::added;
  std::string id;
  std::string text; ///< what differs, as a phrase with both sides: `"Yes" is now "Yes, often"`
  Position before;  ///< line 0 where it was added
  Position after;   ///< line 0 where it was dropped
};

/// Whether what was measured under `id` before may be set beside what is measured under it now.
struct SeriesLink {
  enum class Kind { variable, scale, indicator };
  Kind kind = Kind::variable;
  std::string id;
  bool continues = false;
  std::string why; ///< empty where it continues; else the reasons: "reworded", "recoded, rerouted", "q3 is reworded"
};

struct Comparison {
  std::vector<Change> changes;    ///< in the order of the later version, dropped ones at the end
  std::vector<SeriesLink> series; ///< what both versions have, in the order of the later version

  [[nodiscard]] const SeriesLink* link(std::string_view id) const;
};

/// Compares two versions. A variable continues a series if wording (in every language both have), codes and routing are the same; a scale
/// or an indicator, if its rule is and all its variables do. Anything else is a break, unless the study says otherwise.
Comparison compare_instruments(const Instrument& before, const Instrument& after);

} // namespace canvass

#endif
