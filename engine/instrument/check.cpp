#include "engine/instrument/check.hpp"

namespace canvass {

void check_instrument(const Instrument& instrument, Problems& problems) {
  Problems found;
  check_wording(instrument, found);
  check_answers(instrument, found);
  check_scales(instrument, found);
  check_routing(instrument, found);
  found.sort();
  problems.add(found);
}

} // namespace canvass
