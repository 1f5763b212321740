#ifndef CANVASS_CLI_TAKING_HPP
#define CANVASS_CLI_TAKING_HPP

#include "cli/command.hpp"
#include "engine/store/store.hpp"

#include <string>
#include <unordered_map>
#include <vector>

/// From raw records to the store, the same way for a file (`import`) and for made-up answers (`simulate`).
namespace canvass::cli {

/// Sorts records into responses and held rows. A sheet that stands in the file a second time with other answers is held.
class Taking {
public:
  Taking(const LoadedStudy& study, store::ImportBatch& batch) : study_(study), batch_(batch), validator_(study) {}

  void take(const RawRecord& record);
  /// Ids that stand in no row of the people file, each once, in the order met.
  [[nodiscard]] const std::vector<std::string>& unknown_people() const noexcept { return unknown_; }

private:
  /// Why a second sheet of one person and wave cannot be taken; empty if it says what the first says.
  [[nodiscard]] std::vector<std::string> contradiction(const Response& second, const Response& first, const Position& first_at,
                                                       const Position& second_at) const;

  const LoadedStudy& study_;
  store::ImportBatch& batch_;
  Validator validator_;
  std::vector<std::string> unknown_;
  struct First {
    std::size_t index = 0; ///< into batch_.responses
    Position at;
  };
  std::unordered_map<std::string, First> first_; ///< by response id: where it stood first in this file
};

/// What an import would do to a store as it is now, without writing to it.
store::ImportCounts forecast(const store::ImportBatch& batch, const std::vector<Response>& current);

/// Prints the counts (they add up), then the held rows with their reasons, then unknown ids beside the nearest known one.
void print_taking(const store::ImportBatch& batch, const store::ImportCounts& counts, const Taking& taking, const LoadedStudy& study,
                  Console& console);

/// Made-up and real answers never share a store. @throws InputError they would
void keep_apart(const store::Store& store, bool simulated, const std::string& path);

} // namespace canvass::cli

#endif
