#include "engine/analysis/templates/blocks.hpp"

#include "engine/analysis/protect.hpp"

#include <cmath>
#include <string>

namespace canvass::analysis {

using namespace report;

TableCell cell_of(const Estimate* row, NumberKind kind, double Estimate::*field) {
  if (row == nullptr) {
    return Withheld{"[z]", "does not apply"};
  }
  if (is_withheld(*row)) {
    return Withheld{"[c]", "withheld: too few people"};
  }
  if (!std::isfinite(row->*field)) {
    return Withheld{"[z]", "does not apply"};
  }
  return Number{row->*field, kind, row->id};
}

TableCell range_of(const Estimate* row, NumberKind kind) {
  if (row == nullptr || (!is_withheld(*row) && !std::isfinite(row->conf_low) && !std::isfinite(row->conf_high))) {
    return Withheld{"[z]", "does not apply"};
  }
  if (is_withheld(*row)) {
    return Withheld{"[c]", "withheld: too few people"};
  }
  return NumberRange{row->conf_low, row->conf_high, kind, row->id};
}

void number_tables(std::vector<Section>& sections) {
  std::size_t number = 0;
  for (Section& section : sections) {
    for (Block& block : section.blocks) {
      if (auto* table = std::get_if<Table>(&block)) {
        table->id = std::to_string(++number);
      }
    }
  }
}

} // namespace canvass::analysis
