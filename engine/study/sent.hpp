#ifndef CANVASS_ENGINE_STUDY_SENT_HPP
#define CANVASS_ENGINE_STUDY_SENT_HPP

#include "engine/core/error.hpp"
#include "engine/study/model.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace canvass {

/// Where the dispatch list of a wave lies; empty where the study has no `sent` pattern.
std::string sent_path(const Study& study, std::size_t wave);

/// One column of a list, and what its values stand for where they are not what the study says.
struct SentColumn {
  std::string header; ///< empty: the list has no such column
  std::map<std::string, std::string, std::less<>> values;
};
/// How a list is laid out.
struct SentForm {
  SentColumn serial, area, stratum, wave;
  std::optional<char> separator; ///< else found out
  int skip_rows = 0;             ///< rows passed over after the header
};
/// Columns named as in the frame.
SentForm sent_form(const Study& study);

/// Reads a dispatch list: a row for each questionnaire that went out; columns that `form` does not name are passed over. Gives one list a
/// wave met, in the order of the waves; `wave` is of all rows (npos: the file's own column tells).
/// Problems, with their rows: serials that are empty or stand twice, areas that are not in the tree (with the nearest names), waves.
std::vector<Dispatch> read_sent(std::string_view text, const std::string& file, const SentForm& form, const Study& study, std::size_t wave,
                                Problems& problems);

/// A list as the study keeps it: serial, area (by code) and stratum, and nothing else that the list may have held.
std::string sent_csv(const Dispatch& sent, const Study& study);

/// What two lists of one wave differ in.
struct SentDifference {
  std::size_t added = 0, gone = 0, changed = 0; ///< changed: another area or stratum
  [[nodiscard]] bool any() const noexcept { return added + gone + changed > 0; }
};
SentDifference compare_sent(const Dispatch& before, const Dispatch& after);

} // namespace canvass

#endif
