// Verification: the chain is computed again from its first link, every body against its hash, and the current answers against what
// the log says they are.
#include "engine/core/text.hpp"
#include "engine/store/ledger.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <unordered_set>

namespace canvass::store {

namespace {

constexpr std::size_t faults_shown = 50;

/// Keeps the first faults and counts the rest: a file overwritten with noise has one a row.
class Faults {
public:
  void add(std::string text) {
    if (texts_.size() < faults_shown) {
      texts_.push_back(std::move(text));
    } else {
      ++more_;
    }
  }
  void add(const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
      add(text);
    }
  }
  std::vector<std::string> take() {
    if (more_ > 0) {
      texts_.push_back(fmt::format("and {} more faults", more_));
    }
    return std::move(texts_);
  }

private:
  std::vector<std::string> texts_;
  std::size_t more_ = 0;
};

/// Goes through the log, link by link.
class ChainCheck {
public:
  explicit ChainCheck(Faults& faults) : faults_(faults) {}

  void take(const LogEvent& event, const Body* body) {
    ++events_;
    const std::string name = fmt::format("event {} ({} {})", event.sequence, event.kind, event.subject);
    if (event.sequence != last_.sequence + 1) {
      faults_.add(fmt::format("event {} is missing from the log", last_.sequence + 1));
    } else if (event.previous != last_.chain) {
      faults_.add(name + ": its link does not follow from the event before; one of the two was changed");
    }
    if (event.chain != chain_hash_of(event)) {
      faults_.add(name + ": the event was changed after it was written");
    }
    bool is_sound = true;
    if (body == nullptr) {
      without_body_.push_back({event.sequence, name});
    } else if (body_hash_of(*body) != event.body_hash) {
      faults_.add(name + ": what it says was changed after it was written");
      is_sound = false;
    } else if (sets_answers(event.kind) && body->person != split_id(event.subject).first) {
      faults_.add(name + ": its answers are bound to another person");
    }
    try {
      replay_.take(event, body == nullptr ? std::string_view() : std::string_view(body->detail));
      if (event.kind == kind::erasure && is_sound && body != nullptr) {
        const ErasureDetail erasure = erasure_detail(body->detail);
        erased_.insert(erasure.sequences.begin(), erasure.sequences.end());
      }
      if (event.kind == kind::instrument && body != nullptr) {
        instruments_.push_back(shape_from_detail(body->detail, event.subject));
      }
    } catch (const InputError&) {
      faults_.add(name + ": what it says cannot be read");
    }
    last_ = event;
  }

  void end() {
    for (const Missing& missing : without_body_) {
      if (erased_.count(missing.sequence) == 0) {
        faults_.add(missing.name + ": what it says is gone, and no erasure says why");
      }
    }
  }

  [[nodiscard]] std::size_t events() const noexcept { return events_; }
  [[nodiscard]] std::string head() const { return to_hex(last_.chain); }
  [[nodiscard]] const Replay& replay() const noexcept { return replay_; }
  [[nodiscard]] const std::vector<Shape>& instruments() const noexcept { return instruments_; }

private:
  struct Missing {
    std::int64_t sequence = 0;
    std::string name;
  };
  Faults& faults_;
  LogEvent last_;
  std::size_t events_ = 0;
  std::vector<Missing> without_body_;
  std::unordered_set<std::int64_t> erased_;
  std::vector<Shape> instruments_;
  Replay replay_;
};

std::string first_difference(const Response& found, const Response& expected, const LoadedStudy& study) {
  const std::size_t wave = study.study.wave(expected.frame.wave);
  if (wave != Study::npos) {
    const Instrument& instrument = *study.instrument_of_wave[wave];
    if (expected.cells.size() == instrument.variables.size() && found.cells.size() == expected.cells.size()) {
      const auto changes = changes_between(found, &instrument, expected, instrument);
      if (!changes.empty()) {
        return fmt::format(" ({} is {}, the log says {})", changes.front().name, changes.front().before, changes.front().after);
      }
    }
  }
  return {};
}

bool same_held(const std::vector<HeldPlace>& found, const std::map<std::int64_t, HeldState>& expected) {
  return found.size() == expected.size() && std::all_of(found.begin(), found.end(), [&expected](const HeldPlace& place) {
           const auto row = expected.find(place.id);
           return row != expected.end() && row->second.sequence == place.sequence && row->second.import_id == place.import_id;
         });
}

} // namespace

VerifyReport Ledger::verify(const LoadedStudy& study, bool repair) {
  VerifyReport report;
  Faults faults;
  ShelfTransaction transaction(*shelf_, repair ? Shelf::Access::write : Shelf::Access::read);
  ChainCheck chain(faults);
  try {
    faults.add(shelf_->faults());
    shelf_->each_event({}, true, [&chain](const LogEvent& event, const Body* body) { chain.take(event, body); });
  } catch (const StoreError& error) { // pages of the file cannot be read: what was read so far is told
    faults.add(error.what());
    report.events = chain.events();
    report.faults = faults.take();
    return report;
  }
  chain.end();
  report.events = chain.events();
  report.head = chain.head();
  report.responses = chain.replay().states().size();

  // The current answers, one by one; rows that are right are not kept in memory.
  std::vector<std::string> wrong;
  std::size_t found_rows = 0;
  const auto read_logged = [&](const std::string& subject, std::int64_t sequence) -> std::optional<Response> {
    const auto body = shelf_->body(sequence);
    if (!body) {
      return std::nullopt; // told above
    }
    try {
      Response response = parse_canonical_body(body->answers);
      const auto [handle, wave] = split_id(subject);
      if (shelf_->person_of(handle) != response.frame.person || wave != response.frame.wave) {
        faults.add(fmt::format("event {}: its answers name {}, but its subject belongs to somebody else", sequence, response.id));
      }
      return response;
    } catch (const InputError&) {
      faults.add(fmt::format("event {}: its answers cannot be read", sequence));
      return std::nullopt;
    }
  };
  for (const auto& state : chain.replay().states()) {
    const auto expected = read_logged(state.first, state.second.back());
    if (!expected) {
      continue;
    }
    std::optional<CurrentRow> found;
    try {
      found = shelf_->current(expected->frame.person, expected->frame.wave);
    } catch (const StoreError& error) {
      wrong.emplace_back(error.what());
      continue;
    }
    if (!found) {
      wrong.push_back(expected->id + ": its answers are missing from the table of answers");
    } else if (!(found->response == *expected) || found->sequence != state.second.back()) {
      ++found_rows;
      wrong.push_back(expected->id + ": the table of answers differs from the log" + first_difference(found->response, *expected, study));
    } else {
      ++found_rows;
    }
  }
  const std::size_t rows = shelf_->count_current();
  if (rows > found_rows) {
    const std::size_t extra = rows - found_rows;
    for (std::size_t i = 0; i < extra; ++i) {
      wrong.push_back("a row of the table of answers stands in no log");
    }
  }
  const bool held_differs = !same_held(shelf_->open_held(), chain.replay().open_held());

  if (!repair) {
    faults.add(wrong);
    if (held_differs) {
      faults.add("the list of held rows differs from the log");
    }
  } else if (!wrong.empty() || held_differs) {
    for (const HeldPlace& place : shelf_->open_held()) {
      shelf_->remove_held(place.id);
    }
    for (const auto& row : chain.replay().open_held()) {
      shelf_->put_held({row.first, row.second.sequence, row.second.import_id});
    }
    shelf_->clear_current();
    for (const Shape& shape : chain.instruments()) {
      shelf_->add_instrument(shape);
    }
    for (const auto& state : chain.replay().states()) {
      const auto body = shelf_->body(state.second.back());
      if (!body) {
        continue;
      }
      try {
        shelf_->put(parse_canonical_body(body->answers), state.second.back());
      } catch (const InputError&) { // told above
      }
    }
    report.rebuilt = wrong.size() + (held_differs ? 1 : 0);
  }
  if (repair) {
    transaction.commit();
  }
  report.faults = faults.take();
  return report;
}

} // namespace canvass::store
