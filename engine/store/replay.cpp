#include "engine/store/replay.hpp"

#include "engine/core/text.hpp"

#include <algorithm>
#include <iterator>

namespace canvass::store {

namespace {

std::int64_t number_of(const std::string& subject) {
  return parse_int64(subject).value_or(0);
}

} // namespace

bool Replay::needs_detail(std::string_view what) {
  return what == kind::import || what == kind::accepted || what == kind::undo || what == kind::erasure;
}

void Replay::take(const LogEvent& event, std::string_view detail) {
  if (sets_answers(event.kind)) {
    states_[event.subject].push_back(event.sequence);
    if (event.kind == kind::accepted && !detail.empty()) {
      const std::int64_t number = change_detail(detail).held;
      const auto found = held_.find(number);
      if (found != held_.end()) {
        accepted_[number] = {found->second.sequence, event.subject};
        held_.erase(found);
      }
    }
  } else if (event.kind == kind::import) {
    ImportState state;
    state.detail = import_detail(detail);
    state.first = event.sequence;
    state.last = event.sequence + state.detail.events;
    state.at = event.at;
    import_at_[event.sequence] = number_of(event.subject);
    imports_[number_of(event.subject)] = std::move(state);
  } else if (event.kind == kind::held) {
    ++held_count_;
    held_[number_of(event.subject)] = {event.sequence, import_of(event.sequence)};
  } else if (event.kind == kind::rejected) {
    held_.erase(number_of(event.subject));
  } else if (event.kind == kind::undo) {
    undo(number_of(event.subject), detail);
  } else if (event.kind == kind::erasure) {
    erase(event.subject, erasure_detail(detail));
  }
}

std::int64_t Replay::import_of(std::int64_t sequence) const {
  const auto after = import_at_.upper_bound(sequence);
  if (after == import_at_.begin()) {
    return 0;
  }
  const std::int64_t import_id = std::prev(after)->second;
  return sequence <= imports_.at(import_id).last ? import_id : 0;
}

void Replay::undo(std::int64_t import_id, std::string_view detail) {
  const auto found = imports_.find(import_id);
  if (found == imports_.end()) {
    return;
  }
  found->second.undone = true;
  found->second.undo = undo_detail(detail);
  const auto undone = [this](std::int64_t sequence) {
    const std::int64_t import = import_of(sequence);
    return import != 0 && imports_.at(import).undone;
  };
  for (auto state = states_.begin(); state != states_.end();) {
    std::vector<std::int64_t>& stack = state->second;
    while (!stack.empty() && undone(stack.back())) {
      stack.pop_back();
    }
    state = stack.empty() ? states_.erase(state) : std::next(state);
  }
  for (auto row = held_.begin(); row != held_.end();) {
    row = row->second.import_id == import_id ? held_.erase(row) : std::next(row);
  }
}

void Replay::erase(std::string_view handle, const ErasureDetail& detail) {
  for (auto state = states_.begin(); state != states_.end();) {
    state = split_id(state->first).first == handle ? states_.erase(state) : std::next(state);
  }
  for (auto row = held_.begin(); row != held_.end();) {
    const bool gone = std::find(detail.sequences.begin(), detail.sequences.end(), row->second.sequence) != detail.sequences.end();
    row = gone ? held_.erase(row) : std::next(row);
  }
  erasures_.push_back(detail);
}

std::vector<std::string> Replay::kept_by_undo(std::int64_t import_id) const {
  const auto found = imports_.find(import_id);
  std::vector<std::string> kept;
  if (found == imports_.end()) {
    return kept;
  }
  const ImportState& import = found->second;
  const auto belongs = [&import](std::int64_t sequence) { return sequence > import.first && sequence <= import.last; };
  for (const auto& state : states_) {
    const std::vector<std::int64_t>& stack = state.second;
    // What would be left after the undo, if an event of the import is among it.
    std::size_t left = stack.size();
    while (left > 0) {
      const std::int64_t owner = import_of(stack[left - 1]);
      if (owner != import_id && (owner == 0 || !imports_.at(owner).undone)) {
        break;
      }
      --left;
    }
    if (std::any_of(stack.begin(), stack.begin() + static_cast<std::ptrdiff_t>(left), belongs)) {
      kept.push_back(state.first);
    }
  }
  for (const auto& row : accepted_) {
    const auto& [sequence, subject] = row.second;
    if (belongs(sequence) && states_.count(subject) != 0) {
      kept.push_back(subject);
    }
  }
  std::sort(kept.begin(), kept.end());
  kept.erase(std::unique(kept.begin(), kept.end()), kept.end());
  return kept;
}

} // namespace canvass::store
