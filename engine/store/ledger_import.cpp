// Import: everything that can be done beforehand is done before the transaction begins; then rows are told apart (new, unchanged,
// corrected, held), counted, and written behind the event that carries the counts.
#include "engine/core/text.hpp"
#include "engine/core/workers.hpp"
#include "engine/store/ledger.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <unordered_map>
#include <unordered_set>

namespace canvass::store {

namespace {

constexpr std::size_t rows_a_block = 1024;
constexpr std::size_t rows_a_report = 4096;

/// What is known of a response before the transaction.
struct Sheet {
  std::string answers;
  Digest hash{}; ///< of the body that a submission would have
};

struct HeldEvent {
  HeldDetail detail;
  std::string raw;
};

/// What an import will write, in the order of its rows.
struct Decisions {
  std::vector<std::size_t> added;
  struct Corrected {
    std::size_t index = 0;
    std::vector<Change> changes;
  };
  std::vector<Corrected> corrected;
  std::vector<HeldEvent> held;
  std::size_t unchanged = 0;
  std::size_t held_again = 0; ///< held rows that are held already, word for word
};

std::string_view raw_of(const ImportBatch& batch, std::size_t index) {
  return batch.raws.empty() ? std::string_view() : std::string_view(batch.raws[index]);
}

std::vector<Sheet> prepare(const ImportBatch& batch, const LoadedStudy& study, std::string_view salts) {
  std::vector<Sheet> sheets(batch.responses.size());
  const std::size_t blocks = (sheets.size() + rows_a_block - 1) / rows_a_block;
  for_blocks(blocks, 0, [&](std::size_t block) {
    const std::size_t end = std::min(sheets.size(), (block + 1) * rows_a_block);
    for (std::size_t i = block * rows_a_block; i < end; ++i) {
      instrument_for(batch.responses[i], study); // throws where the response does not fit
      sheets[i].answers = canonical_body(batch.responses[i]);
      sheets[i].hash = sha256_parts({salts.substr(i * salt_size, salt_size), sheets[i].answers, {}, raw_of(batch, i)});
    }
  });
  return sheets;
}

std::string differences(const std::vector<Change>& changes) {
  constexpr std::size_t shown = 5;
  std::string text;
  for (std::size_t i = 0; i < changes.size() && i < shown; ++i) {
    text += fmt::format("{}{} {}, was {}", i == 0 ? "" : "; ", changes[i].name, changes[i].after, changes[i].before);
  }
  if (changes.size() > shown) {
    text += fmt::format("; and {} more", changes.size() - shown);
  }
  return text;
}

HeldEvent held_for(const ImportBatch& batch, std::size_t index, const Instrument& instrument, std::string reason) {
  HeldEvent event;
  event.raw = raw_of(batch, index);
  event.detail.record = record_of(batch.responses[index], instrument, {}, batch.source);
  event.detail.reasons.push_back(std::move(reason));
  return event;
}

HeldEvent held_for(const HeldRow& row) {
  HeldEvent event;
  event.detail.record = row.record;
  event.detail.record.raw.clear();
  event.detail.reasons = row.reasons;
  event.raw = row.record.raw;
  return event;
}

const Instrument* instrument_named(const std::string& name, const LoadedStudy& study) {
  for (const std::shared_ptr<const Instrument>& instrument : study.instrument_of_wave) {
    if (name_of(*instrument) == name) {
      return instrument.get();
    }
  }
  return nullptr;
}

void report(const Progress& progress, std::string_view what, std::size_t done, std::size_t total) {
  if (progress && (done % rows_a_report == 0 || done == total)) {
    progress(what, done, total);
  }
}

} // namespace

ImportCounts Ledger::import(const ImportBatch& batch, const LoadedStudy& study, const Progress& progress) {
  if (!batch.raws.empty() && batch.raws.size() != batch.responses.size()) {
    throw std::invalid_argument("an import needs the raw bytes of every response, or of none");
  }
  const std::string salts = new_salts(batch.responses.size());
  const std::vector<Sheet> sheets = prepare(batch, study, salts);

  ShelfTransaction transaction(*shelf_, Shelf::Access::write);
  const std::size_t imports_before = shelf_->count_events(kind::import);
  if (imports_before > 0 && is_simulated() != batch.simulated) {
    throw InputError(
        {}, batch.simulated
                ? fmt::format("{} holds real answers, made-up ones may not be mixed in; name another store with --store", shelf_->place())
                : fmt::format("{} holds simulated answers and is marked so for ever; move it away, or name another store with "
                              "--store, and import again",
                              shelf_->place()));
  }

  // Tell the rows apart.
  Decisions decisions;
  const bool anything_there = shelf_->count_current() > 0;
  std::unordered_map<std::string_view, std::size_t> first_row;
  first_row.reserve(batch.responses.size());
  for (std::size_t i = 0; i < batch.responses.size(); ++i) {
    const Response& response = batch.responses[i];
    const Instrument& instrument = *study.instrument_of_wave[study.study.wave(response.frame.wave)]; // prepare() saw that it fits
    const auto [first, is_first] = first_row.emplace(response.id, i);
    if (!is_first) {
      if (sheets[first->second].answers == sheets[i].answers || same_sheet(batch.responses[first->second], response)) {
        ++decisions.unchanged;
      } else {
        const auto changes = changes_between(batch.responses[first->second], &instrument, response, instrument);
        decisions.held.push_back(
            held_for(batch, i, instrument,
                     fmt::format("{} stands twice in this file with other answers ({}); accept the right one or reject it", response.id,
                                 differences(changes))));
      }
      continue;
    }
    const auto sequence = anything_there ? shelf_->sequence_of(response.frame.person, response.frame.wave) : std::nullopt;
    if (!sequence) {
      decisions.added.push_back(i);
      continue;
    }
    const auto body = shelf_->body(*sequence);
    if (body && body->answers == sheets[i].answers) {
      ++decisions.unchanged;
      continue;
    }
    const std::optional<Response> before = logged(response.frame.person, response.frame.wave);
    if (same_sheet(*before, response)) { // digits that mean nothing, or a body spelt by another version of the program
      ++decisions.unchanged;
    } else {
      auto changes = changes_between(*before, instrument_named(before->instrument, study), response, instrument);
      if (batch.update) {
        decisions.corrected.push_back({i, std::move(changes)});
      } else {
        decisions.held.push_back(held_for(batch, i, instrument,
                                          fmt::format("{} is there already with other answers ({}); import with --update to correct it, "
                                                      "or accept or reject this row",
                                                      response.id, differences(changes))));
      }
    }
  }
  for (const HeldRow& row : batch.held) {
    decisions.held.push_back(held_for(row));
  }
  if (!decisions.held.empty()) {
    std::set<std::pair<std::string, std::string>> there;
    for (const HeldPlace& place : shelf_->open_held()) {
      if (const auto body = shelf_->body(place.sequence)) {
        there.emplace(body->detail, body->raw);
      }
    }
    const auto known = std::remove_if(decisions.held.begin(), decisions.held.end(), [&](const HeldEvent& row) {
      return there.count({to_detail(row.detail), row.raw}) != 0;
    });
    decisions.held_again = static_cast<std::size_t>(decisions.held.end() - known);
    decisions.held.erase(known, decisions.held.end());
  }

  // Count, then write.
  ImportDetail detail{batch.source, batch.source_sha256, batch.map, 0, {}, batch.update, batch.simulated};
  ImportCounts& counts = detail.counts;
  counts.rows = batch.responses.size() + batch.held.size();
  counts.added = decisions.added.size();
  counts.unchanged = decisions.unchanged;
  counts.corrected = decisions.corrected.size();
  counts.held = decisions.held.size() + decisions.held_again;
  for (const Decisions::Corrected& row : decisions.corrected) {
    counts.cells_corrected += row.changes.size();
  }
  detail.events = static_cast<std::int64_t>(decisions.added.size() + decisions.corrected.size() + decisions.held.size());
  counts.import_id = static_cast<std::int64_t>(imports_before) + 1;

  Appender log(*shelf_);
  for (const std::shared_ptr<const Instrument>& instrument : study.instrument_of_wave) {
    const std::string name = name_of(*instrument);
    const auto uses = [&](std::size_t i) { return batch.responses[i].instrument == name; };
    if (std::any_of(decisions.added.begin(), decisions.added.end(), uses) ||
        std::any_of(decisions.corrected.begin(), decisions.corrected.end(), [&](const auto& row) { return uses(row.index); })) {
      know_instrument(*instrument, log);
    }
  }
  log.append(kind::import, std::to_string(counts.import_id), Body{{}, {}, to_detail(detail), batch.header, {}});

  std::unordered_map<std::string_view, std::string> handles;
  std::vector<std::string> fresh = new_handles(decisions.added.size() + decisions.held.size());
  std::size_t fresh_used = 0;
  const auto handle = [&](const std::string& person) -> const std::string& {
    const auto found = handles.find(person);
    if (found != handles.end()) {
      return found->second;
    }
    auto known = shelf_->handle_of(person);
    if (!known && fresh_used < fresh.size()) {
      known = std::move(fresh[fresh_used++]);
      shelf_->add_person(*known, person);
    }
    return handles.emplace(person, known ? std::move(*known) : handle_for(person)).first->second;
  };
  std::size_t done = 0;
  const auto total = static_cast<std::size_t>(detail.events);
  for (const std::size_t i : decisions.added) {
    const Response& response = batch.responses[i];
    const std::string& who = handle(response.frame.person);
    const Body body{salts.substr(i * salt_size, salt_size), sheets[i].answers, {}, std::string(raw_of(batch, i)), who};
    const std::int64_t sequence = log.append(kind::submission, join_id(who, response.frame.wave), body, sheets[i].hash);
    shelf_->put(response, sequence);
    report(progress, "writing answers", ++done, total);
  }
  for (const Decisions::Corrected& row : decisions.corrected) {
    const Response& response = batch.responses[row.index];
    const std::string& who = handle(response.frame.person);
    const ChangeDetail change{0, "changed in " + batch.source, row.changes};
    const std::int64_t sequence =
        log.append(kind::correction, join_id(who, response.frame.wave),
                   Body{{}, sheets[row.index].answers, to_detail(change), std::string(raw_of(batch, row.index)), who});
    shelf_->remove(response.frame.person, response.frame.wave);
    shelf_->put(response, sequence);
    report(progress, "writing answers", ++done, total);
  }
  auto number = static_cast<std::int64_t>(shelf_->count_events(kind::held));
  for (const HeldEvent& row : decisions.held) {
    const std::string& person = row.detail.record.frame.person;
    const std::string who = person.empty() ? std::string() : handle(person);
    const std::int64_t sequence = log.append(kind::held, std::to_string(++number), Body{{}, {}, to_detail(row.detail), row.raw, who});
    shelf_->put_held({number, sequence, counts.import_id});
    report(progress, "writing answers", ++done, total);
  }
  transaction.commit();
  return counts;
}

} // namespace canvass::store
