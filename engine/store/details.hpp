#ifndef CANVASS_ENGINE_STORE_DETAILS_HPP
#define CANVASS_ENGINE_STORE_DETAILS_HPP

#include "engine/responses/response.hpp"
#include "engine/store/store.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// What stands in `Body::detail`, by kind of event: canonical JSON, so that equal details give equal bytes. (An instrument's is a Shape.)
/// Readers throw InputError on a damaged text.
namespace canvass::store {

struct CreatedDetail {
  std::string study; ///< id
};

struct ImportDetail {
  std::string source, sha256, map;
  std::int64_t events = 0; ///< how many events after this one belong to the import
  ImportCounts counts;     ///< without the number, which is the subject
  bool update = false, simulated = false;
};

/// One cell or frame value that changed, as text. A frame value goes by its name: arm, area, stratum, cluster, weight, answered_at,
/// late, instrument.
struct Change {
  std::string name, before, after;
};

struct ChangeDetail {    ///< of correction and accepted
  std::int64_t held = 0; ///< number of the row accepted, else 0
  std::string reason;
  std::vector<Change> changes; ///< empty where an accepted row is a new response
};

struct HeldDetail {
  RawRecord record; ///< without `raw`, which stands in the body
  std::vector<std::string> reasons;
};

struct RejectedDetail {
  std::string reason;
};

struct UndoDetail {
  std::size_t removed = 0, restored = 0;
  std::vector<std::string> kept; ///< subjects
};

struct ErasureDetail {
  std::string reason;
  std::vector<std::string> responses;  ///< subjects of the responses that were current
  std::vector<std::int64_t> sequences; ///< events whose bodies were erased
};

std::string to_detail(const CreatedDetail& detail);
std::string to_detail(const ImportDetail& detail);
std::string to_detail(const ChangeDetail& detail);
std::string to_detail(const HeldDetail& detail);
std::string to_detail(const RejectedDetail& detail);
std::string to_detail(const UndoDetail& detail);
std::string to_detail(const ErasureDetail& detail);
std::string to_detail(const PlanLock& lock);
std::string to_detail(const Release& release);

CreatedDetail created_detail(std::string_view text);
ImportDetail import_detail(std::string_view text);
ChangeDetail change_detail(std::string_view text);
HeldDetail held_detail(std::string_view text);
RejectedDetail rejected_detail(std::string_view text);
UndoDetail undo_detail(std::string_view text);
ErasureDetail erasure_detail(std::string_view text);
PlanLock lock_detail(std::string_view text);
Release release_detail(std::string_view text);

/// One line for a person: what the event says. `names` of subjects are put in by the caller.
std::string summary_of(std::string_view kind, std::string_view detail);

/// A cell as a person types it: a code, a number, a day, a time, a text.
std::string cell_text(const Cell& cell, Variable::Kind kind);
/// What differs between two sheets of one response; variables are matched by id, so the instruments may differ.
std::vector<Change> changes_between(const Response& before, const Instrument* of_before, const Response& after, const Instrument& of_after);
/// Whether two sheets of one person and wave say the same: their numbers agree to 1e-12 of their size, and all else exactly. Programs
/// write the same number with 15 or with 17 digits, and no answer or weight means anything there.
bool same_sheet(const Response& a, const Response& b);
/// A sheet as an importer would have read it: for holding a response that cannot be taken.
RawRecord record_of(const Response& response, const Instrument& instrument, std::string raw, const std::string& source);

} // namespace canvass::store

#endif
