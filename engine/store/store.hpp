#ifndef CANVASS_ENGINE_STORE_STORE_HPP
#define CANVASS_ENGINE_STORE_STORE_HPP

#include "engine/core/date.hpp"
#include "engine/core/error.hpp"
#include "engine/core/progress.hpp"
#include "engine/responses/response.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Where answers are kept. Values in, values out: the truth is an append-only, hash-chained log of events; current answers are made
/// from it. Every call is one transaction: all of it or nothing, also after kill -9.
namespace canvass::store {

struct HeldRow {
  std::int64_t id = 0; ///< number by which `canvass held` names it
  std::int64_t import_id = 0;
  RawRecord record;
  std::vector<std::string> reasons;
};

/// What an import wants written, validated beforehand.
struct ImportBatch {
  std::string source; ///< file name without folder
  std::string source_sha256;
  std::string header; ///< raw bytes of the header row(s)
  std::string map;    ///< the map's text
  std::vector<Response> responses;
  std::vector<std::string> raws; ///< raw bytes of each response's row, aligned with responses
  std::vector<HeldRow> held;
  bool update = false; ///< a same id with another body becomes corrections, else it is held
  bool simulated = false;
};

struct ImportCounts {
  std::int64_t import_id = 0;
  std::size_t rows = 0, added = 0, unchanged = 0, corrected = 0, held = 0; ///< rows = added + unchanged + corrected + held
  std::size_t cells_corrected = 0;
};

struct Correction {
  std::string response_id; ///< "PERSON/WAVE"
  std::string variable;    ///< or "answered_at", where the instrument has no variable of that name
  Cell value;              ///< of answered_at: seconds since 1970, or missing for "not known"
  std::string reason;
};

/// One line of the log as a person may read it.
struct Event {
  std::int64_t sequence = 0;
  Moment at;
  std::string kind;    ///< created, instrument, import, submission, correction, held, accepted, rejected, undo, erasure, lock, release
  std::string subject; ///< response id, import number, plan hash ...
  std::string summary;
};

struct ImportSummary {
  std::int64_t id = 0;
  Moment at;
  std::string source;
  std::size_t added = 0, corrected = 0, held = 0;
  bool undone = false;
  bool simulated = false;
  /// Of an import that was undone: responses that left, answers put back to what they were before it, and ids of responses that
  /// stayed because something later touched them (a correction, a later import, an accepted row).
  std::size_t removed = 0, restored = 0;
  std::vector<std::string> kept;
};

/// The plan as it was locked.
struct PlanLock {
  std::string canonical_plan; ///< canonical JSON
  std::string sha256;
  Moment at;
  std::vector<std::pair<std::string, std::size_t>> responses_by_wave; ///< how many there were at that moment
};

/// A public report as it was written: what may have left the house.
struct Release {
  struct File {
    std::string name;   ///< without folder
    std::string sha256; ///< hexadecimal
    bool operator==(const File&) const = default;
  };
  Moment at;
  std::vector<File> files; ///< at least one
};

/// The latest release, and what happened to the answers since. Two releases that differ by a few people's answers give these away to
/// whoever subtracts one from the other.
struct EarlierRelease {
  Release release;
  std::size_t people_changed = 0; ///< people whose answers came, were corrected, taken back or erased after it
};

struct VerifyReport {
  std::size_t events = 0, responses = 0;
  std::vector<std::string> faults; ///< empty: chain whole, wide tables equal to what the log says
  std::size_t rebuilt = 0;         ///< rows put right; these are no longer faults
  std::string head;                ///< last link of the chain, hexadecimal: noted elsewhere, it shows that nothing was cut off the end
};

class Store {
public:
  virtual ~Store() = default;

  /// Writes an import: responses, held rows, the counts; one transaction. @throws StoreError (disk full, read-only, busy ...)
  virtual ImportCounts import(const ImportBatch& batch, const LoadedStudy& study, const Progress& progress) = 0;
  /// Changes answers of one response; old and new stay in the log. @throws InputError unknown response or variable
  virtual void correct(std::span<const Correction> corrections, const LoadedStudy& study) = 0;
  /// Takes an import back, as an event: its responses leave the current answers, its corrections are reversed; what something later
  /// touched stays, and imports() names it. Returns the number of responses changed. @throws InputError no such import, or undone before
  virtual std::size_t undo(std::int64_t import_id, const LoadedStudy& study) = 0;
  /// Consent withdrawn: erases every body of a person; the chain stays whole. Returns the number of responses erased.
  /// @throws InputError nobody of that id
  virtual std::size_t withdraw(std::string_view person, std::string_view reason) = 0;

  [[nodiscard]] virtual std::vector<HeldRow> held() const = 0;
  /// A held row becomes a response (`mended` is validated by the caller), or is rejected with a reason.
  virtual void accept_held(std::int64_t id, const Response& mended, std::string_view reason, const LoadedStudy& study) = 0;
  void reject_held(std::int64_t id, std::string_view reason) { reject_held(std::span(&id, 1), reason); }
  /// All of them or, where one is not held, none. @throws InputError one is not held
  virtual void reject_held(std::span<const std::int64_t> ids, std::string_view reason) = 0;

  /// Current responses, ordered by wave order of the study, then person id.
  [[nodiscard]] virtual std::vector<Response> responses(const LoadedStudy& study) const = 0;
  [[nodiscard]] virtual std::optional<Response> response(std::string_view id, const LoadedStudy& study) const = 0;
  [[nodiscard]] virtual std::vector<std::string> withdrawn() const = 0; ///< ids of responses erased, without bodies; salted names
  [[nodiscard]] virtual std::vector<ImportSummary> imports() const = 0;
  [[nodiscard]] virtual std::vector<Event> events() const = 0;

  virtual void lock_plan(const PlanLock& lock) = 0;
  [[nodiscard]] virtual std::vector<PlanLock> plan_locks() const = 0; ///< oldest first
  /// Notes a public report. The same files as in the latest release, with no answers changed since, are no new release.
  /// @throws std::invalid_argument no file
  virtual void record_release(const Release& release) = 0;
  [[nodiscard]] virtual std::optional<EarlierRelease> latest_release() const = 0;
  /// The last `releases_kept`, oldest first: each of them may lie on a desk beside the next one.
  [[nodiscard]] virtual std::vector<EarlierRelease> earlier_releases() const = 0;
  static constexpr std::size_t releases_kept = 20;
  /// True for ever once a simulated import was written.
  [[nodiscard]] virtual bool is_simulated() const = 0;

  /// Recomputes the chain and the current answers from the log; `repair` rebuilds the wide tables.
  virtual VerifyReport verify(const LoadedStudy& study, bool repair) = 0;
  /// A consistent copy, made while others may write. @throws StoreError
  virtual void backup(const std::string& path) const = 0;
  /// What the user should know of the place where the store lies (a folder shared with Windows, say); mostly empty.
  [[nodiscard]] virtual std::vector<std::string> warnings() const { return {}; }
};

enum class Open { read_only, read_write, create };

/// Opens a store: "memory:" or a path of an SQLite file. @throws StoreError: not there, a newer version than this program, a network
/// drive, read-only, not a Canvass store; each in one sentence that says what to do
std::unique_ptr<Store> open(const std::string& where, Open mode, const LoadedStudy& study);

} // namespace canvass::store

#endif
