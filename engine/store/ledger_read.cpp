// What a ledger tells: current answers, imports, events, locks.
#include "engine/core/text.hpp"
#include "engine/store/ledger.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <tuple>

namespace canvass::store {

namespace {

/// Answers may be read with a wave's instrument if they were given to it, or to one of the same ids, types and codes.
class Alignment {
public:
  Alignment(const Shelf& shelf, const LoadedStudy& study) : shelf_(shelf), study_(study) {}

  /// Index of the response's wave. @throws InputError the study does not name it, or asks other questions now
  std::size_t wave_of(const Response& response) {
    const std::size_t wave = study_.study.wave(response.frame.wave);
    if (wave == Study::npos) {
      throw InputError(study_.study.at, fmt::format("{} holds answers of wave '{}', which the study does not name; put the wave back",
                                                    shelf_.place(), response.frame.wave));
    }
    if (fitting_.count({wave, response.instrument}) == 0) {
      const Instrument& instrument = *study_.instrument_of_wave[wave];
      const Shape* shape = shelf_.shape_of_instrument(response.instrument);
      if (shape == nullptr || shape->shape != shape_of(instrument)) {
        throw InputError(study_.study.at,
                         fmt::format("{} holds answers of wave {} to {}, but the wave now names {}, whose ids, types or codes differ; "
                                     "write `instrument: {}` into the wave",
                                     shelf_.place(), response.frame.wave, response.instrument, name_of(instrument), response.instrument));
      }
      fitting_.insert({wave, response.instrument});
    }
    return wave;
  }

private:
  const Shelf& shelf_;
  const LoadedStudy& study_;
  std::set<std::pair<std::size_t, std::string>> fitting_;
};

/// Which event answers for each response.
using Answering = std::unordered_map<std::string, std::int64_t>;

Answering answering_in(const Replay& replay) {
  Answering answering;
  for (const auto& state : replay.states()) {
    answering.emplace(state.first, state.second.back());
  }
  return answering;
}

/// People for whom another event answers now than then: each counts once, however many of his responses changed.
std::size_t people_between(const Answering& then, const Answering& now) {
  std::set<std::string, std::less<>> people;
  for (const auto& [response, event] : now) {
    const auto before = then.find(response);
    if (before == then.end() || before->second != event) {
      people.emplace(split_id(response).first);
    }
  }
  for (const auto& [response, event] : then) {
    if (!now.contains(response)) {
      people.emplace(split_id(response).first);
    }
  }
  return people.size();
}

} // namespace

std::vector<Response> Ledger::responses(const LoadedStudy& study) const {
  const ShelfTransaction transaction(*shelf_, Shelf::Access::read);
  Alignment alignment(*shelf_, study);
  struct Placed {
    std::size_t wave = 0;
    Response response;
  };
  std::vector<Placed> placed;
  shelf_->each_current([&](CurrentRow&& row) {
    const std::size_t wave = alignment.wave_of(row.response);
    placed.push_back({wave, std::move(row.response)});
  });
  std::sort(placed.begin(), placed.end(), [](const Placed& a, const Placed& b) {
    return std::tie(a.wave, a.response.frame.person) < std::tie(b.wave, b.response.frame.person);
  });
  std::vector<Response> responses;
  responses.reserve(placed.size());
  for (Placed& row : placed) {
    responses.push_back(std::move(row.response));
  }
  return responses;
}

std::optional<Response> Ledger::response(std::string_view id, const LoadedStudy& study) const {
  const ShelfTransaction transaction(*shelf_, Shelf::Access::read);
  const auto [person, wave] = split_id(id);
  auto row = shelf_->current(person, wave);
  if (!row) {
    return std::nullopt;
  }
  Alignment(*shelf_, study).wave_of(row->response);
  return std::move(row->response);
}

std::vector<std::string> Ledger::withdrawn() const {
  std::vector<std::string> ids;
  shelf_->each_event(kind::erasure, true, [&ids](const LogEvent&, const Body* body) {
    if (body != nullptr) {
      for (std::string& subject : erasure_detail(body->detail).responses) {
        ids.push_back(std::move(subject));
      }
    }
  });
  return ids;
}

std::string Ledger::readable(const std::string& subject, std::unordered_map<std::string, std::string>& known) const {
  const auto [handle, wave] = split_id(subject);
  const auto [found, is_new] = known.emplace(handle, std::string());
  if (is_new) {
    found->second = shelf_->person_of(handle).value_or(std::string(handle));
  }
  return wave.empty() ? found->second : join_id(found->second, wave);
}

std::vector<ImportSummary> Ledger::imports() const {
  const ShelfTransaction transaction(*shelf_, Shelf::Access::read);
  std::vector<ImportSummary> summaries;
  std::unordered_map<std::string, std::string> known;
  shelf_->each_event(kind::import, true, [&](const LogEvent& event, const Body* body) {
    if (body == nullptr) {
      return;
    }
    const ImportDetail detail = import_detail(body->detail);
    ImportSummary summary;
    summary.id = parse_int64(event.subject).value_or(0);
    summary.at = Moment{event.at};
    summary.source = detail.source;
    summary.added = detail.counts.added;
    summary.corrected = detail.counts.corrected;
    summary.held = detail.counts.held;
    summary.simulated = detail.simulated;
    summaries.push_back(std::move(summary));
  });
  shelf_->each_event(kind::undo, true, [&](const LogEvent& event, const Body* body) {
    const long long id = parse_int64(event.subject).value_or(0);
    const auto found = std::find_if(summaries.begin(), summaries.end(), [id](const ImportSummary& summary) { return summary.id == id; });
    if (found == summaries.end() || body == nullptr) {
      return;
    }
    const UndoDetail detail = undo_detail(body->detail);
    found->undone = true;
    found->removed = detail.removed;
    found->restored = detail.restored;
    for (const std::string& subject : detail.kept) {
      found->kept.push_back(readable(subject, known));
    }
  });
  return summaries;
}

std::vector<store::Event> Ledger::events() const {
  const ShelfTransaction transaction(*shelf_, Shelf::Access::read);
  std::vector<store::Event> lines;
  std::unordered_map<std::string, std::string> known;
  Replay replay;
  shelf_->each_event({}, true, [&](const LogEvent& event, const Body* body) {
    const std::string_view detail = body == nullptr ? std::string_view() : std::string_view(body->detail);
    if (event.kind == kind::import) {
      replay.take(event, detail); // only to know later which import an event belongs to
    }
    store::Event line{event.sequence, Moment{event.at}, event.kind, event.subject, {}};
    const bool is_persons = sets_answers(event.kind) || event.kind == kind::erasure;
    if (is_persons) {
      line.subject = readable(event.subject, known);
    }
    line.summary = body == nullptr ? "erased" : summary_of(event.kind, detail);
    if (const std::int64_t import = replay.import_of(event.sequence); import != 0 && event.kind != kind::import) {
      line.summary += fmt::format("{}import {}", line.summary.empty() ? "" : "; ", import);
    }
    lines.push_back(std::move(line));
  });
  return lines;
}

std::vector<PlanLock> Ledger::plan_locks() const {
  std::vector<PlanLock> locks;
  shelf_->each_event(kind::lock, true, [&locks](const LogEvent&, const Body* body) {
    if (body != nullptr) {
      locks.push_back(lock_detail(body->detail));
    }
  });
  return locks;
}

std::vector<EarlierRelease> Ledger::earlier_releases() const {
  const ShelfTransaction transaction(*shelf_, Shelf::Access::read);
  return releases_in_log(releases_kept);
}

std::optional<EarlierRelease> Ledger::latest_release() const {
  const ShelfTransaction transaction(*shelf_, Shelf::Access::read);
  std::vector<EarlierRelease> latest = releases_in_log(1);
  return latest.empty() ? std::nullopt : std::optional(std::move(latest.front()));
}

std::vector<EarlierRelease> Ledger::releases_in_log(std::size_t most) const {
  std::vector<std::pair<std::int64_t, EarlierRelease>> released; // by number of the event
  shelf_->each_event(kind::release, true, [&](const LogEvent& event, const Body* body) {
    if (body != nullptr) {
      released.push_back({event.sequence, {release_detail(body->detail), 0}});
    }
  });
  released.erase(released.begin(), released.end() - static_cast<std::ptrdiff_t>(std::min(most, released.size())));
  std::vector<EarlierRelease> releases;
  if (released.empty()) {
    return releases;
  }
  Replay replay;
  std::vector<Answering> then;
  shelf_->each_event({}, true, [&](const LogEvent& event, const Body* body) {
    replay.take(event, body == nullptr ? std::string_view() : std::string_view(body->detail));
    if (then.size() < released.size() && event.sequence == released[then.size()].first) {
      then.push_back(answering_in(replay));
    }
  });
  const Answering now = answering_in(replay);
  for (std::size_t i = 0; i < released.size(); ++i) {
    releases.push_back(std::move(released[i].second));
    releases.back().people_changed = people_between(then[i], now);
  }
  return releases;
}

bool Ledger::is_simulated() const {
  // Made-up and real answers are never mixed in one store, so the first import speaks for all.
  const auto first = shelf_->first_of(kind::import);
  const auto body = first ? shelf_->body(*first) : std::nullopt;
  return body && import_detail(body->detail).simulated;
}

} // namespace canvass::store
