#ifndef CANVASS_ENGINE_STORE_REPLAY_HPP
#define CANVASS_ENGINE_STORE_REPLAY_HPP

#include "engine/store/details.hpp"
#include "engine/store/log.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

/// From the log to what holds now. The one place that knows what an undo and an erasure mean; live stores and verify() both ask it.
namespace canvass::store {

struct ImportState {
  std::int64_t first = 0, last = 0; ///< sequence of the import's event, and of the last event that belongs to it
  std::int64_t at = 0;
  bool undone = false;
  ImportDetail detail;
  UndoDetail undo;
};

struct HeldState {
  std::int64_t sequence = 0; ///< of the event that holds the row
  std::int64_t import_id = 0;
};

/// States of a response are a stack of events that set its answers; its current answers are those of the top one. An undone import's
/// events leave the top of every stack; below something later they wait until that goes, too.
class Replay {
public:
  /// Events must come in order of sequence. `detail` may be empty for submission and correction: it is not needed there.
  void take(const LogEvent& event, std::string_view detail);
  /// True for the kinds whose detail take() needs.
  static bool needs_detail(std::string_view kind);

  [[nodiscard]] const std::unordered_map<std::string, std::vector<std::int64_t>>& states() const noexcept { return states_; }
  [[nodiscard]] const std::map<std::int64_t, HeldState>& open_held() const noexcept { return held_; }
  [[nodiscard]] const std::map<std::int64_t, ImportState>& imports() const noexcept { return imports_; }
  [[nodiscard]] const std::vector<ErasureDetail>& erasures() const noexcept { return erasures_; }
  [[nodiscard]] std::int64_t held_count() const noexcept { return held_count_; } ///< ever held
  /// The import to which an event belongs, or 0.
  [[nodiscard]] std::int64_t import_of(std::int64_t sequence) const;
  /// Subjects that would stay if the import were undone now, because something later touched them; in order.
  [[nodiscard]] std::vector<std::string> kept_by_undo(std::int64_t import_id) const;

private:
  void undo(std::int64_t import_id, std::string_view detail);
  void erase(std::string_view handle, const ErasureDetail& detail);

  std::unordered_map<std::string, std::vector<std::int64_t>> states_;     ///< by subject
  std::map<std::int64_t, HeldState> held_;                                ///< open rows, by number
  std::map<std::int64_t, std::pair<std::int64_t, std::string>> accepted_; ///< held number -> sequence of the held row, subject
  std::map<std::int64_t, ImportState> imports_;
  std::map<std::int64_t, std::int64_t> import_at_; ///< sequence of an import's event -> its number
  std::vector<ErasureDetail> erasures_;
  std::int64_t held_count_ = 0;
};

} // namespace canvass::store

#endif
