#include "engine/store/ledger.hpp"

#include "engine/core/text.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <set>
#include <stdexcept>
#include <unordered_map>

namespace canvass::store {

namespace {

/// Largest whole number that a double holds without gaps.
constexpr double whole_limit = 9007199254740992.0;

bool is_whole(double value) {
  return std::floor(value) == value && std::abs(value) <= whole_limit;
}

/// A cell that no wide table could tell from a missing one, or that is not what its kind says.
void check_cell(const Cell& cell, const Variable& variable, const std::string& id) {
  if (cell.missing != 0) {
    if (!is_missing_code(cell.missing)) {
      throw InputError({}, fmt::format("{}: {} is marked missing with {}; missing codes are {} to {}", id, variable.id, cell.missing,
                                       first_missing_code, last_missing_code));
    }
    return;
  }
  if (variable.kind == Variable::Kind::text) {
    return;
  }
  const bool is_number = std::isfinite(cell.number) && (variable.kind == Variable::Kind::decimal || is_whole(cell.number));
  if (!is_number) {
    throw InputError(
        {}, fmt::format("{}: {} of {} is not a value of the kind {}", id, shortest(cell.number), variable.id, to_string(variable.kind)));
  }
  const bool counts = variable.kind != Variable::Kind::date && variable.kind != Variable::Kind::time;
  if (counts && cell.number >= first_missing_code && cell.number <= last_missing_code) {
    throw InputError({}, fmt::format("{}: {} of {} lies among the missing codes {} to {} and cannot be kept as an answer", id,
                                     shortest(cell.number), variable.id, first_missing_code, last_missing_code));
  }
}

bool is_named(const Instrument& instrument, std::string_view name) {
  return name.size() == instrument.id.size() + 1 + instrument.version.size() && name.starts_with(instrument.id) &&
         name[instrument.id.size()] == '@' && name.ends_with(instrument.version);
}

bool is_word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

/// `text` with a person's id taken out wherever it stands as a word of its own.
std::string without_person(std::string_view text, std::string_view person) {
  std::string result;
  std::size_t from = 0;
  for (std::size_t at = person.empty() ? text.npos : text.find(person); at != text.npos; at = text.find(person, at + 1)) {
    const std::size_t end = at + person.size();
    const bool is_own_word = (at == 0 || !is_word(text[at - 1])) && (end == text.size() || !is_word(text[end]));
    if (is_own_word && at >= from) {
      result.append(text.substr(from, at - from)).append("(this person)");
      from = end;
    }
  }
  return result.append(text.substr(from));
}

std::vector<std::string> variable_ids(const Instrument& instrument) {
  std::vector<std::string> ids;
  ids.reserve(instrument.variables.size());
  for (const Variable& variable : instrument.variables) {
    ids.push_back(variable.id);
  }
  return ids;
}

std::vector<std::string> wave_ids(const LoadedStudy& study) {
  std::vector<std::string> ids;
  for (const Wave& wave : study.study.waves) {
    ids.push_back(wave.id);
  }
  return ids;
}

/// A corrected value must be one that the question offers. Routing and constraints are the validator's business.
void check_correction(const Correction& correction, const Variable& variable, const Instrument& instrument) {
  check_cell(correction.value, variable, correction.response_id);
  const int missing = correction.value.missing;
  if (missing != 0) {
    if (instrument.missing_code(missing) == nullptr && missing != code_blank && missing != code_routed && missing != code_spoilt) {
      throw InputError({}, fmt::format("{}: {} is no missing code of {}", correction.response_id, missing, name_of(instrument)));
    }
    return;
  }
  const ChoiceList* list = instrument.list(variable.list);
  if (variable.kind != Variable::Kind::code || variable.multiple || variable.choice >= 0 || list == nullptr) {
    return;
  }
  if (list->find(static_cast<int>(correction.value.number)) == nullptr) {
    std::vector<std::string> codes;
    for (const Choice& choice : list->choices) {
      codes.push_back(std::to_string(choice.code));
    }
    throw InputError({}, fmt::format("{}: {} is no code of {}; allowed are {}", correction.response_id, shortest(correction.value.number),
                                     variable.id, either_of(codes)));
  }
}

/// Puts the time of answering, and what follows of it.
void set_answered_at(Response& response, const Cell& value, const LoadedStudy& study) {
  const std::optional<Date>& closes = study.study.waves[study.study.wave(response.frame.wave)].closes;
  response.frame.answered_at.reset();
  if (value.missing == 0) {
    response.frame.answered_at = Moment{static_cast<std::int64_t>(value.number)};
  }
  response.late = closes && response.frame.answered_at && date_of(*response.frame.answered_at) > *closes;
}

} // namespace

const Instrument& instrument_for(const Response& response, const LoadedStudy& study) {
  const std::size_t wave = study.study.wave(response.frame.wave);
  if (wave == Study::npos) {
    throw InputError(
        {}, fmt::format("{}: the study has no wave '{}'; it has {}", response.id, response.frame.wave, either_of(wave_ids(study))));
  }
  const auto parts = split_id(response.id);
  if (response.frame.person.empty() || parts.first != response.frame.person || parts.second != response.frame.wave) {
    throw InputError(
        {}, fmt::format("'{}' is not the id of a response of '{}' in wave '{}'", response.id, response.frame.person, response.frame.wave));
  }
  const Instrument& instrument = *study.instrument_of_wave[wave];
  if (!is_named(instrument, response.instrument) || response.cells.size() != instrument.variables.size()) {
    throw InputError({}, fmt::format("{}: {} answers to {}, but wave {} asks the {} questions of {}", response.id, response.cells.size(),
                                     response.instrument, response.frame.wave, instrument.variables.size(), name_of(instrument)));
  }
  for (std::size_t i = 0; i < response.cells.size(); ++i) {
    check_cell(response.cells[i], instrument.variables[i], response.id);
  }
  return instrument;
}

Response parse_logged(const Body& body, std::int64_t sequence, const std::string& place) {
  try {
    return parse_canonical_body(body.answers);
  } catch (const Error& error) {
    throw StoreError(fmt::format("{}: the answers of event {} are damaged ({}); run `canvass verify`, and restore a backup", place,
                                 sequence, error.what()));
  }
}

Appender::Appender(Shelf& shelf) : shelf_(shelf), at_(now().seconds) {
  if (auto last = shelf.last_event()) {
    last_ = std::move(*last);
  }
}

std::int64_t Appender::append(std::string_view kind, std::string subject, Body body) {
  if (body.salt.empty()) {
    body.salt = new_salts(1);
  }
  return append(kind, std::move(subject), body, body_hash_of(body));
}

std::int64_t Appender::append(std::string_view kind, std::string subject, const Body& body, const Digest& body_hash) {
  last_.previous = last_.chain;
  ++last_.sequence;
  last_.at = at_;
  last_.kind = kind;
  last_.subject = std::move(subject);
  last_.body_hash = body_hash;
  last_.chain = chain_hash_of(last_);
  shelf_.append(last_, body);
  return last_.sequence;
}

Ledger::Ledger(std::unique_ptr<Shelf> shelf, const LoadedStudy& study) : shelf_(std::move(shelf)) {
  if (!shelf_->last_event()) {
    ShelfTransaction transaction(*shelf_, Shelf::Access::write);
    if (!shelf_->last_event()) { // nobody was quicker
      Appender(*shelf_).append(kind::created, study.study.id, Body{{}, {}, to_detail(CreatedDetail{study.study.id}), {}, {}});
      transaction.commit();
    }
  }
  shelf_->each_event(kind::created, false, [&](const LogEvent& event, const Body*) {
    if (event.subject != study.study.id) {
      throw StoreError(fmt::format("{} holds the answers of the study '{}', not of '{}'; name the right store with --store",
                                   shelf_->place(), event.subject, study.study.id));
    }
  });
}

Replay Ledger::replay() const {
  Replay replay;
  shelf_->each_event({}, true, [&replay](const LogEvent& event, const Body* body) {
    replay.take(event, body == nullptr ? std::string_view() : std::string_view(body->detail));
  });
  return replay;
}

std::optional<Response> Ledger::logged(std::string_view person, std::string_view wave) const {
  const auto sequence = shelf_->sequence_of(person, wave);
  if (!sequence) {
    return std::nullopt;
  }
  const auto body = shelf_->body(*sequence);
  if (!body) {
    throw StoreError(fmt::format("{}: the answers of event {} are missing from the log; run `canvass verify`, and restore a backup",
                                 shelf_->place(), *sequence));
  }
  return parse_logged(*body, *sequence, shelf_->place());
}

std::string Ledger::handle_for(const std::string& person) {
  if (auto handle = shelf_->handle_of(person)) {
    return *handle;
  }
  std::string handle = new_handles(1).front();
  shelf_->add_person(handle, person);
  return handle;
}

void Ledger::know_instrument(const Instrument& instrument, Appender& log) {
  const std::string name = name_of(instrument);
  Shape shape = shape_for(instrument);
  const Shape* known = shelf_->shape_of_instrument(name);
  if (known == nullptr) {
    log.append(kind::instrument, name, Body{{}, {}, to_detail(shape), {}, {}});
    shelf_->add_instrument(shape);
  } else if (known->shape != shape.shape) {
    throw InputError(instrument.at,
                     fmt::format("{} is not the instrument of that name that {} holds answers to: ids, types or codes differ; "
                                 "give the changed file a new version",
                                 name, shelf_->place()));
  }
}

void Ledger::correct(std::span<const Correction> corrections, const LoadedStudy& study) {
  ShelfTransaction transaction(*shelf_, Shelf::Access::write);
  Appender log(*shelf_);
  for (const Correction& correction : corrections) {
    const auto [person, wave] = split_id(correction.response_id);
    const std::optional<Response> before = logged(person, wave);
    if (!before) {
      const std::vector<std::string> waves = shelf_->waves_of(person);
      throw InputError({}, waves.empty() ? fmt::format("nobody called '{}' has answered; see `canvass status`", person)
                                         : fmt::format("'{}' has no answers in wave '{}', only in {}", person, wave, either_of(waves)));
    }
    const Instrument& instrument = instrument_for(*before, study);
    const std::size_t index = instrument.variable(correction.variable);
    Response after = *before;
    if (index == Instrument::npos && correction.variable == "answered_at") {
      set_answered_at(after, correction.value, study);
    } else if (index == Instrument::npos) {
      throw InputError({}, fmt::format("{} has no variable '{}'{}", name_of(instrument), correction.variable,
                                       did_you_mean(correction.variable, variable_ids(instrument))));
    } else {
      check_correction(correction, instrument.variables[index], instrument);
      after.cells[index] = correction.value;
    }
    if (after == *before) {
      continue;
    }
    const std::string who = handle_for(after.frame.person);
    const ChangeDetail detail{0, correction.reason, changes_between(*before, &instrument, after, instrument)};
    const std::int64_t sequence =
        log.append(kind::correction, join_id(who, after.frame.wave), Body{{}, canonical_body(after), to_detail(detail), {}, who});
    shelf_->remove(after.frame.person, after.frame.wave);
    shelf_->put(after, sequence);
  }
  transaction.commit();
}

std::size_t Ledger::undo(std::int64_t import_id, const LoadedStudy&) {
  ShelfTransaction transaction(*shelf_, Shelf::Access::write);
  Replay replay = this->replay();
  const auto found = replay.imports().find(import_id);
  if (found == replay.imports().end()) {
    throw InputError({}, replay.imports().empty()
                             ? fmt::format("there is no import {}: nothing was imported yet", import_id)
                             : fmt::format("there is no import {}; they go from 1 to {}", import_id, replay.imports().rbegin()->first));
  }
  if (found->second.undone) {
    throw InputError({}, fmt::format("import {} was undone before", import_id));
  }
  const Replay before = replay;
  UndoDetail detail;
  detail.kept = replay.kept_by_undo(import_id);

  // What changes is what the replay says once it knows of the undo.
  LogEvent event;
  event.kind = kind::undo;
  event.subject = std::to_string(import_id);
  replay.take(event, to_detail(detail));
  struct Restored {
    std::string subject;
    std::int64_t sequence = 0;
  };
  std::vector<std::string> removed;
  std::vector<Restored> restored;
  for (const auto& state : before.states()) {
    const auto after = replay.states().find(state.first);
    if (after == replay.states().end()) {
      removed.push_back(state.first);
    } else if (after->second.back() != state.second.back()) {
      restored.push_back({state.first, after->second.back()});
    }
  }
  detail.removed = removed.size();
  detail.restored = restored.size();
  Appender(*shelf_).append(kind::undo, event.subject, Body{{}, {}, to_detail(detail), {}, {}});
  for (const std::string& subject : removed) {
    const auto [handle, wave] = split_id(subject);
    shelf_->remove(shelf_->person_of(handle).value_or(std::string()), wave);
  }
  for (const Restored& row : restored) {
    const auto body = shelf_->body(row.sequence);
    if (!body) {
      throw StoreError(
          fmt::format("{}: the answers of event {} are missing from the log; run `canvass verify`", shelf_->place(), row.sequence));
    }
    const Response response = parse_logged(*body, row.sequence, shelf_->place());
    shelf_->remove(response.frame.person, response.frame.wave);
    shelf_->put(response, row.sequence);
  }
  for (const auto& row : before.open_held()) {
    if (replay.open_held().count(row.first) == 0) {
      shelf_->remove_held(row.first);
    }
  }
  transaction.commit();
  return removed.size() + restored.size();
}

/// Held rows whose person was mistyped by case or spaces only are this person's, too, unless such a person answered.
void Ledger::adopt_strays(std::string_view person, std::string_view handle) {
  const std::string wanted = to_lower(trim(person));
  std::vector<std::int64_t> bodies;
  std::set<std::string> strays;
  shelf_->each_event(kind::held, true, [&](const LogEvent& event, const Body* body) {
    if (body == nullptr || body->person == handle) {
      return;
    }
    const std::string other = held_detail(body->detail).record.frame.person;
    if (to_lower(trim(other)) == wanted && shelf_->waves_of(other).empty()) {
      bodies.push_back(event.sequence);
      strays.insert(body->person);
    }
  });
  shelf_->each_event(kind::rejected, true, [&](const LogEvent& event, const Body* body) {
    if (body != nullptr && strays.count(body->person) != 0) {
      bodies.push_back(event.sequence);
    }
  });
  for (const std::int64_t sequence : bodies) {
    shelf_->give_body(sequence, handle);
  }
}

std::size_t Ledger::withdraw(std::string_view person, std::string_view reason) {
  std::size_t erased = 0;
  {
    ShelfTransaction transaction(*shelf_, Shelf::Access::write);
    const auto handle = shelf_->handle_of(person);
    if (!handle) {
      throw InputError({}, fmt::format("{} holds nothing of anybody called '{}'", shelf_->place(), person));
    }
    adopt_strays(person, *handle);
    ErasureDetail detail;
    detail.reason = without_person(reason, person);
    for (const std::string& wave : shelf_->waves_of(person)) {
      detail.responses.push_back(join_id(*handle, wave));
      shelf_->remove(person, wave);
    }
    detail.sequences = shelf_->bodies_of(*handle);
    for (const HeldPlace& place : shelf_->open_held()) {
      if (std::find(detail.sequences.begin(), detail.sequences.end(), place.sequence) != detail.sequences.end()) {
        shelf_->remove_held(place.id);
      }
    }
    erased = detail.responses.size();
    Appender(*shelf_).append(kind::erasure, *handle, Body{{}, {}, to_detail(detail), {}, {}});
    shelf_->erase(*handle);
    transaction.commit();
  }
  shelf_->scrub();
  return erased;
}

HeldPlace Ledger::open_place(std::int64_t id) const {
  std::vector<std::string> open;
  for (const HeldPlace& place : shelf_->open_held()) {
    if (place.id == id) {
      return place;
    }
    open.push_back(std::to_string(place.id));
  }
  throw InputError({}, open.empty() ? fmt::format("there is no held row {}: none is waiting", id)
                                    : fmt::format("there is no held row {}; waiting are {}", id, join(open, ", ")));
}

std::vector<HeldRow> Ledger::held() const {
  const ShelfTransaction transaction(*shelf_, Shelf::Access::read);
  std::vector<HeldRow> rows;
  for (const HeldPlace& place : shelf_->open_held()) {
    if (const auto body = shelf_->body(place.sequence)) {
      HeldDetail detail = held_detail(body->detail);
      detail.record.raw = body->raw;
      rows.push_back({place.id, place.import_id, std::move(detail.record), std::move(detail.reasons)});
    }
  }
  return rows;
}

void Ledger::accept_held(std::int64_t id, const Response& mended, std::string_view reason, const LoadedStudy& study) {
  const Instrument& instrument = instrument_for(mended, study);
  ShelfTransaction transaction(*shelf_, Shelf::Access::write);
  const HeldPlace place = open_place(id);
  const auto body = shelf_->body(place.sequence);
  Appender log(*shelf_);
  know_instrument(instrument, log);
  ChangeDetail detail{id, std::string(reason), {}};
  if (const auto before = logged(mended.frame.person, mended.frame.wave)) {
    const auto same = [&](const auto& candidate) { return name_of(*candidate) == before->instrument; };
    const auto of_before = std::find_if(study.instrument_of_wave.begin(), study.instrument_of_wave.end(), same);
    detail.changes = changes_between(*before, of_before == study.instrument_of_wave.end() ? nullptr : of_before->get(), mended, instrument);
  }
  const std::string who = handle_for(mended.frame.person);
  const std::int64_t sequence = log.append(kind::accepted, join_id(who, mended.frame.wave),
                                           Body{{}, canonical_body(mended), to_detail(detail), body ? body->raw : std::string(), who});
  shelf_->give_body(place.sequence, who);
  shelf_->remove_held(id);
  shelf_->remove(mended.frame.person, mended.frame.wave);
  shelf_->put(mended, sequence);
  transaction.commit();
}

void Ledger::reject_held(std::span<const std::int64_t> ids, std::string_view reason) {
  ShelfTransaction transaction(*shelf_, Shelf::Access::write);
  std::unordered_map<std::int64_t, HeldPlace> open;
  for (const HeldPlace& place : shelf_->open_held()) {
    open.emplace(place.id, place);
  }
  Appender log(*shelf_);
  for (const std::int64_t id : ids) {
    const auto found = open.find(id);
    const HeldPlace place = found == open.end() ? open_place(id) : found->second; // open_place says what is wrong
    const auto body = shelf_->body(place.sequence);
    log.append(kind::rejected, std::to_string(id),
               Body{{}, {}, to_detail(RejectedDetail{std::string(reason)}), {}, body ? body->person : std::string()});
    shelf_->remove_held(id);
  }
  transaction.commit();
}

void Ledger::lock_plan(const PlanLock& lock) {
  if (lock.sha256 != to_hex(sha256(lock.canonical_plan))) {
    throw std::invalid_argument("the plan's SHA-256 is not that of its canonical text");
  }
  ShelfTransaction transaction(*shelf_, Shelf::Access::write);
  Appender(*shelf_).append(kind::lock, lock.sha256, Body{{}, {}, to_detail(lock), {}, {}});
  transaction.commit();
}

void Ledger::record_release(const Release& release) {
  if (release.files.empty()) {
    throw std::invalid_argument("a release has files");
  }
  ShelfTransaction transaction(*shelf_, Shelf::Access::write);
  const std::vector<EarlierRelease> latest = releases_in_log(1);
  const EarlierRelease* earlier = latest.empty() ? nullptr : &latest.front();
  if (earlier && earlier->people_changed == 0 && earlier->release.files == release.files) {
    return;
  }
  Appender(*shelf_).append(kind::release, release.files.front().sha256, Body{{}, {}, to_detail(release), {}, {}});
  transaction.commit();
}

void Ledger::backup(const std::string& path) const {
  shelf_->backup(path);
}

std::vector<std::string> Ledger::warnings() const {
  return shelf_->warnings();
}

} // namespace canvass::store
