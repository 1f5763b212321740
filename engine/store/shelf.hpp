#ifndef CANVASS_ENGINE_STORE_SHELF_HPP
#define CANVASS_ENGINE_STORE_SHELF_HPP

#include "engine/responses/response.hpp"
#include "engine/store/log.hpp"
#include "engine/store/shape.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What a back end is: a place to put the log, and what is derived from it. It knows nothing of imports or undoing; that is the
/// ledger's. To add a back end, write a Shelf and one row in open.cpp; tests/store/contract_test.cpp then runs on it.
namespace canvass::store {

struct CurrentRow {
  Response response;
  std::int64_t sequence = 0; ///< of the event that set its answers
};

struct HeldPlace {
  std::int64_t id = 0, sequence = 0, import_id = 0;
};

class Shelf {
public:
  virtual ~Shelf() = default;

  /// Everything between begin and commit is written, or nothing. Only one writer at a time: begin waits, then throws StoreError.
  /// A transaction that only reads sees one moment, whatever others write meanwhile.
  enum class Access { read, write };
  virtual void begin(Access access) = 0;
  virtual void commit() = 0;
  virtual void rollback() noexcept = 0;

  // The log
  virtual void append(const LogEvent& event, const Body& body) = 0;
  [[nodiscard]] virtual std::optional<LogEvent> last_event() const = 0;
  [[nodiscard]] virtual std::size_t count_events(std::string_view kind) const = 0;
  [[nodiscard]] virtual std::optional<std::int64_t> first_of(std::string_view kind) const = 0; ///< its sequence
  [[nodiscard]] virtual std::optional<Body> body(std::int64_t sequence) const = 0;
  /// Every event in order of sequence with its body (null: erased), or only those of the kind `wanted` (empty: all).
  /// Submissions are not asked for by kind, here and in the two functions above: they are nearly all of the log, and have no index.
  using EventFunction = std::function<void(const LogEvent&, const Body*)>;
  virtual void each_event(std::string_view wanted, bool with_body, const EventFunction& function) const = 0;
  /// Binds a body to another person, who from then on can have it erased. A handle left without bodies is forgotten.
  virtual void give_body(std::int64_t sequence, std::string_view handle) = 0;
  [[nodiscard]] virtual std::vector<std::int64_t> bodies_of(std::string_view handle) const = 0;
  /// Erases the bodies and the id behind a handle, after its erasure event was appended.
  virtual void erase(std::string_view handle) = 0;
  /// After the commit of an erasure: makes sure that the bytes are gone from the medium, too. @throws StoreError
  virtual void scrub() = 0;

  // People
  [[nodiscard]] virtual std::optional<std::string> handle_of(std::string_view person) const = 0;
  [[nodiscard]] virtual std::optional<std::string> person_of(std::string_view handle) const = 0;
  virtual void add_person(std::string_view handle, std::string_view person) = 0;
  /// Waves of a person's current responses.
  [[nodiscard]] virtual std::vector<std::string> waves_of(std::string_view person) const = 0;

  // Instruments
  /// Shape of an instrument that answers were given to; null if none were.
  [[nodiscard]] virtual const Shape* shape_of_instrument(std::string_view instrument) const = 0;
  virtual void add_instrument(const Shape& shape) = 0;

  // Current answers
  [[nodiscard]] virtual std::size_t count_current() const = 0;
  [[nodiscard]] virtual std::optional<std::int64_t> sequence_of(std::string_view person, std::string_view wave) const = 0;
  [[nodiscard]] virtual std::optional<CurrentRow> current(std::string_view person, std::string_view wave) const = 0;
  virtual void each_current(const std::function<void(CurrentRow&&)>& function) const = 0;
  /// A response that is not there yet; its instrument was added.
  virtual void put(const Response& response, std::int64_t sequence) = 0;
  virtual void remove(std::string_view person, std::string_view wave) = 0;
  /// Throws the current answers away and makes their tables anew, before they are put again from the log.
  virtual void clear_current() = 0;

  // Held rows that nobody has decided on
  [[nodiscard]] virtual std::vector<HeldPlace> open_held() const = 0;
  virtual void put_held(const HeldPlace& place) = 0;
  virtual void remove_held(std::int64_t id) = 0;

  // The whole
  /// What the back end itself finds wrong with its file.
  [[nodiscard]] virtual std::vector<std::string> faults() const = 0;
  virtual void backup(const std::string& path) const = 0;
  [[nodiscard]] virtual std::vector<std::string> warnings() const = 0;
  [[nodiscard]] virtual std::string place() const = 0; ///< for messages
};

/// Rolls back unless committed.
class ShelfTransaction {
public:
  ShelfTransaction(Shelf& shelf, Shelf::Access access) : shelf_(shelf) { shelf_.begin(access); }
  ~ShelfTransaction() {
    if (open_) {
      shelf_.rollback();
    }
  }
  ShelfTransaction(const ShelfTransaction&) = delete;
  ShelfTransaction& operator=(const ShelfTransaction&) = delete;
  void commit() {
    shelf_.commit();
    open_ = false;
  }

private:
  Shelf& shelf_;
  bool open_ = true;
};

} // namespace canvass::store

#endif
