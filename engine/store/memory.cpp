#include "engine/store/memory.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>
#include <unordered_map>
#include <utility>

namespace canvass::store {

namespace {

/// Every change leaves its opposite behind; a rollback runs them backwards.
class MemoryShelf final : public Shelf {
public:
  void begin(Access) override { undo_.clear(); }
  void commit() override { undo_.clear(); }
  void rollback() noexcept override {
    for (auto step = undo_.rbegin(); step != undo_.rend(); ++step) {
      (*step)();
    }
    undo_.clear();
  }

  void append(const LogEvent& event, const Body& body) override {
    events_.push_back(event);
    bodies_.insert_or_assign(event.sequence, body);
    undo_.emplace_back([this] {
      bodies_.erase(events_.back().sequence);
      events_.pop_back();
    });
  }

  std::optional<LogEvent> last_event() const override { return events_.empty() ? std::nullopt : std::optional<LogEvent>(events_.back()); }

  std::size_t count_events(std::string_view wanted) const override {
    return static_cast<std::size_t>(
        std::count_if(events_.begin(), events_.end(), [wanted](const LogEvent& e) { return e.kind == wanted; }));
  }

  std::optional<std::int64_t> first_of(std::string_view wanted) const override {
    const auto found = std::find_if(events_.begin(), events_.end(), [wanted](const LogEvent& e) { return e.kind == wanted; });
    return found == events_.end() ? std::nullopt : std::optional<std::int64_t>(found->sequence);
  }

  std::optional<Body> body(std::int64_t sequence) const override {
    const auto found = bodies_.find(sequence);
    return found == bodies_.end() ? std::nullopt : std::optional<Body>(found->second);
  }

  void each_event(std::string_view wanted, bool with_body, const EventFunction& function) const override {
    for (const LogEvent& event : events_) {
      if (wanted.empty() || event.kind == wanted) {
        const auto found = with_body ? bodies_.find(event.sequence) : bodies_.end();
        function(event, found == bodies_.end() ? nullptr : &found->second);
      }
    }
  }

  void give_body(std::int64_t sequence, std::string_view handle) override {
    const auto found = bodies_.find(sequence);
    if (found == bodies_.end()) {
      return;
    }
    std::string before = std::exchange(found->second.person, std::string(handle));
    undo_.emplace_back([this, sequence, before] { bodies_.at(sequence).person = before; });
    if (before != handle && bodies_of(before).empty()) {
      forget(before);
    }
  }

  std::vector<std::int64_t> bodies_of(std::string_view handle) const override {
    std::vector<std::int64_t> sequences;
    for (const auto& body : bodies_) {
      if (!handle.empty() && body.second.person == handle) {
        sequences.push_back(body.first);
      }
    }
    return sequences;
  }

  void erase(std::string_view handle) override {
    for (const std::int64_t sequence : bodies_of(handle)) {
      undo_.emplace_back([this, sequence, body = bodies_.at(sequence)] { bodies_.insert_or_assign(sequence, body); });
      bodies_.erase(sequence);
    }
    forget(std::string(handle));
  }

  void scrub() override {} // nothing of it was ever on a disk

  std::optional<std::string> handle_of(std::string_view person) const override { return at(handles_, person); }
  std::optional<std::string> person_of(std::string_view handle) const override { return at(persons_, handle); }

  void add_person(std::string_view handle, std::string_view person) override {
    const std::string who(person);
    const std::string name(handle);
    handles_.emplace(who, name);
    persons_.emplace(name, who);
    undo_.emplace_back([this, who, name] {
      handles_.erase(who);
      persons_.erase(name);
    });
  }

  std::vector<std::string> waves_of(std::string_view person) const override {
    std::vector<std::string> waves;
    for (auto row = current_.lower_bound({std::string(person), {}}); row != current_.end() && row->first.first == person; ++row) {
      waves.push_back(row->first.second);
    }
    return waves;
  }

  const Shape* shape_of_instrument(std::string_view instrument) const override {
    const auto found = shapes_.find(std::string(instrument));
    return found == shapes_.end() ? nullptr : &found->second;
  }

  void add_instrument(const Shape& shape) override {
    const bool is_new = shapes_.emplace(shape.instrument, shape).second;
    if (is_new) {
      undo_.emplace_back([this, name = shape.instrument] { shapes_.erase(name); });
    }
  }

  std::size_t count_current() const override { return current_.size(); }

  std::optional<std::int64_t> sequence_of(std::string_view person, std::string_view wave) const override {
    const auto found = current_.find({std::string(person), std::string(wave)});
    return found == current_.end() ? std::nullopt : std::optional<std::int64_t>(found->second.sequence);
  }

  std::optional<CurrentRow> current(std::string_view person, std::string_view wave) const override {
    const auto found = current_.find({std::string(person), std::string(wave)});
    return found == current_.end() ? std::nullopt : std::optional<CurrentRow>(found->second);
  }

  void each_current(const std::function<void(CurrentRow&&)>& function) const override {
    for (const auto& row : current_) {
      function(CurrentRow(row.second));
    }
  }

  void put(const Response& response, std::int64_t sequence) override {
    Key key{response.frame.person, response.frame.wave};
    if (!current_.emplace(key, CurrentRow{response, sequence}).second) {
      throw std::logic_error(response.id + " has current answers already");
    }
    undo_.emplace_back([this, key] { current_.erase(key); });
  }

  void remove(std::string_view person, std::string_view wave) override {
    const auto found = current_.find({std::string(person), std::string(wave)});
    if (found != current_.end()) {
      undo_.emplace_back([this, key = found->first, row = found->second] { current_.insert_or_assign(key, row); });
      current_.erase(found);
    }
  }

  void clear_current() override {
    undo_.emplace_back([this, rows = current_] { current_ = rows; });
    current_.clear();
  }

  std::vector<HeldPlace> open_held() const override {
    std::vector<HeldPlace> places;
    for (const auto& row : held_) {
      places.push_back(row.second);
    }
    return places;
  }

  void put_held(const HeldPlace& place) override {
    held_[place.id] = place;
    undo_.emplace_back([this, id = place.id] { held_.erase(id); });
  }

  void remove_held(std::int64_t id) override {
    const auto found = held_.find(id);
    if (found != held_.end()) {
      undo_.emplace_back([this, place = found->second] { held_[place.id] = place; });
      held_.erase(found);
    }
  }

  std::vector<std::string> faults() const override { return {}; }
  void backup(const std::string&) const override { throw StoreError("a store in memory has no file to copy; name a file with --store"); }
  std::vector<std::string> warnings() const override { return {}; }
  std::string place() const override { return "the store in memory"; }

private:
  using Key = std::pair<std::string, std::string>; ///< person, wave
  using Names = std::unordered_map<std::string, std::string>;

  static std::optional<std::string> at(const Names& names, std::string_view key) {
    const auto found = names.find(std::string(key));
    return found == names.end() ? std::nullopt : std::optional<std::string>(found->second);
  }

  void forget(const std::string& handle) {
    const auto found = persons_.find(handle);
    if (found != persons_.end()) {
      undo_.emplace_back([this, handle, person = found->second] {
        persons_.emplace(handle, person);
        handles_.emplace(person, handle);
      });
      handles_.erase(found->second);
      persons_.erase(found);
    }
  }

  std::vector<LogEvent> events_;
  std::map<std::int64_t, Body> bodies_;
  Names handles_, persons_;
  std::map<std::string, Shape> shapes_;
  std::map<Key, CurrentRow> current_;
  std::map<std::int64_t, HeldPlace> held_;
  std::vector<std::function<void()>> undo_;
};

} // namespace

std::unique_ptr<Shelf> memory_shelf() {
  return std::make_unique<MemoryShelf>();
}

} // namespace canvass::store
