#ifndef CANVASS_CLI_LOST_CELLS_HPP
#define CANVASS_CLI_LOST_CELLS_HPP

#include "engine/store/store.hpp"

#include <string>
#include <vector>

/// What accepting a held row as it stands would lose: cells that the importer could not read are empty in the record that was kept.
namespace canvass::cli {

struct LostCell {
  std::string name;   ///< a variable, an item of several ticks, a part of the frame ("answered_at", "weight", ...), or "row"
  std::string reason; ///< as the import gave it
};

/// The importer's reasons among those of a row: what validating the record again says is the validator's, and stands against accepting
/// anyhow. "row" stands for what cannot be told to belong to one answer, such as a row of too many cells.
std::vector<LostCell> lost_cells(const store::HeldRow& row, const LoadedStudy& study);

/// Whether a mended id (a variable, or a part of the frame) puts right what was lost under `name`: itself, or a tick of its item.
bool mends(const std::string& id, const std::string& name, const Instrument* instrument);

} // namespace canvass::cli

#endif
