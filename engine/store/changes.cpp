// The parts of details.hpp that are read by people: cells as text, differences, one line an event.
#include "engine/core/text.hpp"
#include "engine/store/details.hpp"
#include "engine/store/log.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <unordered_map>
#include <utility>

namespace canvass::store {

namespace {

std::string number_text(double value) {
  return shortest(value);
}

std::string weight_text(const std::optional<double>& weight) {
  return weight ? number_text(*weight) : std::string();
}

std::string moment_text(const std::optional<Moment>& at) {
  return at ? canvass::to_string(*at) : std::string();
}

void compare(std::vector<Change>& changes, const char* name, const std::string& before, const std::string& after) {
  if (before != after) {
    changes.push_back({name, before, after});
  }
}

std::string listed(const std::vector<Change>& changes) {
  constexpr std::size_t shown = 5;
  std::string text;
  for (std::size_t i = 0; i < changes.size() && i < shown; ++i) {
    text += fmt::format("{}{}: {} -> {}", i == 0 ? "" : ", ", changes[i].name, changes[i].before, changes[i].after);
  }
  if (changes.size() > shown) {
    text += fmt::format(" and {} more", changes.size() - shown);
  }
  return text;
}

std::string with_reason(std::string text, const std::string& reason) {
  if (!reason.empty()) {
    text += text.empty() ? reason : " (" + reason + ")";
  }
  return text;
}

std::string summary_of_import(const ImportDetail& detail) {
  const ImportCounts& counts = detail.counts;
  return fmt::format("{}: {} added, {} unchanged, {} corrected, {} held{}", detail.source, counts.added, counts.unchanged, counts.corrected,
                     counts.held, detail.simulated ? "; SIMULATED" : "");
}

std::string summary_of_undo(const UndoDetail& detail) {
  std::string text = fmt::format("{} removed, {} put back", detail.removed, detail.restored);
  if (!detail.kept.empty()) {
    text += fmt::format(", {} kept because something later touched them", detail.kept.size());
  }
  return text;
}

} // namespace

std::string cell_text(const Cell& cell, Variable::Kind kind) {
  if (cell.missing != 0) {
    return std::to_string(cell.missing);
  }
  switch (kind) {
  case Variable::Kind::text: return cell.text;
  case Variable::Kind::date: return canvass::to_string(Date{static_cast<std::int32_t>(cell.number)});
  case Variable::Kind::time: {
    const int minutes = static_cast<int>(cell.number);
    return fmt::format("{:02}:{:02}", minutes / 60, minutes % 60);
  }
  case Variable::Kind::code:
  case Variable::Kind::integer:
  case Variable::Kind::decimal: return number_text(cell.number);
  }
  return {};
}

std::vector<Change> changes_between(const Response& before, const Instrument* of_before, const Response& after,
                                    const Instrument& of_after) {
  std::vector<Change> changes;
  compare(changes, "arm", before.frame.arm, after.frame.arm);
  compare(changes, "area", before.frame.area, after.frame.area);
  compare(changes, "stratum", before.frame.stratum, after.frame.stratum);
  compare(changes, "cluster", before.frame.cluster, after.frame.cluster);
  compare(changes, "weight", weight_text(before.frame.weight), weight_text(after.frame.weight));
  compare(changes, "answered_at", moment_text(before.frame.answered_at), moment_text(after.frame.answered_at));
  compare(changes, "late", before.late ? "1" : "0", after.late ? "1" : "0");
  compare(changes, "instrument", before.instrument, after.instrument);
  if (of_before == nullptr) {
    return changes; // the earlier instrument is no longer at hand: the whole sheets stand in the log all the same
  }
  std::unordered_map<std::string_view, std::size_t> earlier;
  if (of_before != &of_after) {
    for (std::size_t i = 0; i < of_before->variables.size(); ++i) {
      earlier.emplace(of_before->variables[i].id, i);
    }
  }
  for (std::size_t i = 0; i < of_after.variables.size() && i < after.cells.size(); ++i) {
    const Variable& variable = of_after.variables[i];
    std::size_t j = i;
    if (of_before != &of_after) {
      const auto found = earlier.find(variable.id);
      j = found == earlier.end() ? before.cells.size() : found->second;
    }
    if (j >= before.cells.size()) {
      changes.push_back({variable.id, "", cell_text(after.cells[i], variable.kind)});
    } else if (!(before.cells[j] == after.cells[i])) {
      const Variable::Kind kind = of_before == &of_after ? variable.kind : of_before->variables[j].kind;
      changes.push_back({variable.id, cell_text(before.cells[j], kind), cell_text(after.cells[i], variable.kind)});
    }
  }
  return changes;
}

bool same_sheet(const Response& a, const Response& b) {
  constexpr double as_near = 1e-12;
  const auto same_number = [](double x, double y) { return x == y || std::abs(x - y) <= as_near * std::max(std::abs(x), std::abs(y)); };
  const auto same_cell = [&](const Cell& x, const Cell& y) {
    return x.missing == y.missing && x.text == y.text && same_number(x.number, y.number);
  };
  if (a.frame.weight.has_value() != b.frame.weight.has_value() || (a.frame.weight && !same_number(*a.frame.weight, *b.frame.weight))) {
    return false;
  }
  FrameValues frame = b.frame;
  frame.weight = a.frame.weight;
  return a.id == b.id && a.instrument == b.instrument && a.late == b.late && a.frame == frame &&
         std::equal(a.cells.begin(), a.cells.end(), b.cells.begin(), b.cells.end(), same_cell);
}

RawRecord record_of(const Response& response, const Instrument& instrument, std::string raw, const std::string& source) {
  RawRecord record;
  record.frame = response.frame;
  record.answers.reserve(response.cells.size());
  for (std::size_t i = 0; i < response.cells.size(); ++i) {
    record.answers.emplace_back(cell_text(response.cells[i], instrument.variables[i].kind));
  }
  record.raw = std::move(raw);
  record.at.file = source;
  return record;
}

std::string summary_of(std::string_view what, std::string_view detail) {
  if (detail.empty()) {
    return {};
  }
  if (what == kind::created) {
    return "store of the study " + created_detail(detail).study;
  }
  if (what == kind::import) {
    return summary_of_import(import_detail(detail));
  }
  if (what == kind::correction || what == kind::accepted) {
    const ChangeDetail change = change_detail(detail);
    return with_reason((change.held != 0 ? fmt::format("held row {}{}", change.held, change.changes.empty() ? "" : ", ") : std::string()) +
                           listed(change.changes),
                       change.reason);
  }
  if (what == kind::held) {
    return join(held_detail(detail).reasons, "; ");
  }
  if (what == kind::rejected) {
    return rejected_detail(detail).reason;
  }
  if (what == kind::undo) {
    return summary_of_undo(undo_detail(detail));
  }
  if (what == kind::erasure) {
    const ErasureDetail erasure = erasure_detail(detail);
    return with_reason(counted(static_cast<long long>(erasure.responses.size()), "response", "responses") + " erased", erasure.reason);
  }
  if (what == kind::lock) {
    std::string text = "plan locked";
    for (const auto& wave : lock_detail(detail).responses_by_wave) {
      text += fmt::format("{} {} {}", text == "plan locked" ? ";" : ",", wave.first, wave.second);
    }
    return text;
  }
  if (what == kind::release) {
    std::string text = "public report";
    for (const Release::File& file : release_detail(detail).files) {
      text += fmt::format("{} {} (SHA-256 {})", text == "public report" ? ":" : ",", file.name, file.sha256);
    }
    return text;
  }
  return {};
}

} // namespace canvass::store
