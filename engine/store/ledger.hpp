#ifndef CANVASS_ENGINE_STORE_LEDGER_HPP
#define CANVASS_ENGINE_STORE_LEDGER_HPP

#include "engine/store/details.hpp"
#include "engine/store/replay.hpp"
#include "engine/store/shelf.hpp"
#include "engine/store/store.hpp"

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace canvass::store {

/// Writes events one after another, each linked to the one before. For the length of one transaction.
class Appender {
public:
  explicit Appender(Shelf& shelf);
  /// Appends; the body gets a salt if it has none. Returns the event's sequence.
  std::int64_t append(std::string_view kind, std::string subject, Body body);
  /// The same for a body whose hash is known.
  std::int64_t append(std::string_view kind, std::string subject, const Body& body, const Digest& body_hash);
  /// Sequence that the next event will have.
  [[nodiscard]] std::int64_t next() const noexcept { return last_.sequence + 1; }

private:
  Shelf& shelf_;
  LogEvent last_;
  std::int64_t at_;
};

/// The store over any shelf: what importing, correcting, undoing and withdrawing mean, written once.
class Ledger final : public Store {
public:
  /// Writes the first event into an empty log. @throws StoreError the log belongs to another study
  Ledger(std::unique_ptr<Shelf> shelf, const LoadedStudy& study);

  ImportCounts import(const ImportBatch& batch, const LoadedStudy& study, const Progress& progress) override;
  void correct(std::span<const Correction> corrections, const LoadedStudy& study) override;
  std::size_t undo(std::int64_t import_id, const LoadedStudy& study) override;
  std::size_t withdraw(std::string_view person, std::string_view reason) override;
  [[nodiscard]] std::vector<HeldRow> held() const override;
  void accept_held(std::int64_t id, const Response& mended, std::string_view reason, const LoadedStudy& study) override;
  using Store::reject_held;
  void reject_held(std::span<const std::int64_t> ids, std::string_view reason) override;
  [[nodiscard]] std::vector<Response> responses(const LoadedStudy& study) const override;
  [[nodiscard]] std::optional<Response> response(std::string_view id, const LoadedStudy& study) const override;
  [[nodiscard]] std::vector<std::string> withdrawn() const override;
  [[nodiscard]] std::vector<ImportSummary> imports() const override;
  [[nodiscard]] std::vector<store::Event> events() const override;
  void lock_plan(const PlanLock& lock) override;
  [[nodiscard]] std::vector<PlanLock> plan_locks() const override;
  void record_release(const Release& release) override;
  [[nodiscard]] std::optional<EarlierRelease> latest_release() const override;
  [[nodiscard]] std::vector<EarlierRelease> earlier_releases() const override;
  [[nodiscard]] bool is_simulated() const override;
  VerifyReport verify(const LoadedStudy& study, bool repair) override;
  void backup(const std::string& path) const override;
  [[nodiscard]] std::vector<std::string> warnings() const override;

private:
  /// The events that decide what holds now, taken in order.
  [[nodiscard]] Replay replay() const;
  /// A response as the log has it, whatever the tables say.
  [[nodiscard]] std::optional<Response> logged(std::string_view person, std::string_view wave) const;
  /// Handle of a person, made if there is none.
  std::string handle_for(const std::string& person);
  /// Makes sure that answers to this instrument can be put. @throws InputError it changed under the same version
  void know_instrument(const Instrument& instrument, Appender& log);
  [[nodiscard]] HeldPlace open_place(std::int64_t id) const;
  /// The latest ones, oldest first.
  [[nodiscard]] std::vector<EarlierRelease> releases_in_log(std::size_t most) const;
  /// "handle/wave" with the person's id in place of the handle, as long as there is one.
  [[nodiscard]] std::string readable(const std::string& subject, std::unordered_map<std::string, std::string>& known) const;
  void adopt_strays(std::string_view person, std::string_view handle);

  std::unique_ptr<Shelf> shelf_;
};

/// The instrument of a response's wave, after checking that the response fits it. @throws InputError
const Instrument& instrument_for(const Response& response, const LoadedStudy& study);
/// The response of a canonical body. @throws StoreError a damaged body, naming its event
Response parse_logged(const Body& body, std::int64_t sequence, const std::string& place);

} // namespace canvass::store

#endif
