#include "cli/taking.hpp"

#include "engine/core/text.hpp"
#include "engine/store/details.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <unordered_map>

namespace canvass::cli {

namespace {

constexpr std::size_t most_reasons_shown = 20;
constexpr std::size_t most_ids_shown = 20;
constexpr std::size_t most_rows_shown = 5;
constexpr std::size_t most_changes_shown = 5;
constexpr std::size_t longest_id_shown = 60; // characters

long long signed_count(std::size_t count) {
  return static_cast<long long>(count);
}

/// Whether the list of those who were asked tells somebody's area.
bool list_tells_area(const Study& study, const Response& response) {
  const std::size_t wave = study.wave(response.frame.wave);
  if (wave >= study.survey->sent.size()) {
    return false;
  }
  const Dispatch& sent = study.survey->sent[wave];
  const std::size_t at = sent.empty() ? Dispatch::npos : sent.find(response.frame.person);
  return at != Dispatch::npos && sent.area[at] >= 0;
}

std::string ids_of(const std::vector<const Response*>& responses) {
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < responses.size() && i < most_rows_shown; ++i) {
    ids.emplace_back(first_characters(responses[i]->frame.person, longest_id_shown));
  }
  return join(ids, ", ") + (responses.size() > most_rows_shown ? ", ..." : "");
}

/// What is not wrong but strange: answers that count for no area, answers given before a wave opened.
void warn_of_frame(const std::vector<Response>& responses, const Study& study, Console& console) {
  std::vector<const Response*> placeless;
  std::vector<const Response*> early;
  const bool has_areas = study.survey && !study.survey->areas.empty() && !study.frame.area.empty();
  for (const Response& response : responses) {
    if (has_areas && response.frame.area.empty() && !list_tells_area(study, response)) {
      placeless.push_back(&response);
    }
    const std::optional<Date>& opens = study.waves[study.wave(response.frame.wave)].opens;
    if (opens && response.frame.answered_at && date_of(*response.frame.answered_at) < *opens) {
      early.push_back(&response);
    }
  }
  const std::string all = std::to_string(responses.size());
  if (!placeless.empty()) {
    console.problem({Severity::warning,
                     {},
                     fmt::format("of {} of {} answer sheets nothing tells the area ({}); they count for the whole, and for no area",
                                 placeless.size(), all, ids_of(placeless))});
  }
  if (!early.empty()) {
    console.problem({Severity::warning,
                     {},
                     fmt::format("{} of {} answer sheets were answered before their wave opened ({}); look whether the dates are in the "
                                 "order that was read, and whether they are of this wave",
                                 early.size(), all, ids_of(early))});
  }
}

/// Each reason once, with the rows that it holds.
void print_held(const std::vector<store::HeldRow>& held, Console& console) {
  std::vector<std::pair<std::string_view, std::vector<const Position*>>> reasons; // in the order met
  std::unordered_map<std::string_view, std::size_t> place;
  for (const store::HeldRow& row : held) {
    for (const std::string& reason : row.reasons) {
      const auto [found, is_new] = place.emplace(reason, reasons.size());
      if (is_new) {
        reasons.emplace_back(reason, std::vector<const Position*>());
      }
      reasons[found->second].second.push_back(&row.record.at);
    }
  }
  for (std::size_t i = 0; i < reasons.size() && i < most_reasons_shown; ++i) {
    const auto& [reason, rows] = reasons[i];
    std::string others;
    if (rows.size() > 1) {
      std::vector<std::string> lines;
      for (std::size_t k = 1; k < rows.size() && k < most_rows_shown; ++k) {
        lines.push_back(std::to_string(rows[k]->line));
      }
      others = fmt::format(" ({} in all: also {} {}{})", counted(signed_count(rows.size()), "row", "rows"),
                           lines.size() == 1 ? "row" : "rows", join(lines, ", "), rows.size() > most_rows_shown ? ", ..." : "");
    }
    console.problem({Severity::warning, *rows.front(), fmt::format("held: {}{}", reason, others)});
  }
  if (reasons.size() > most_reasons_shown) {
    console.say(fmt::format("... and {} more reasons; canvass held lists every row.", reasons.size() - most_reasons_shown));
  }
}

} // namespace

std::vector<std::string> Taking::contradiction(const Response& second, const Response& first, const Position& first_at,
                                               const Position& second_at) const {
  if (store::same_sheet(first, second)) {
    return {};
  }
  const Instrument& instrument = *study_.instrument_of_wave[study_.study.wave(second.frame.wave)];
  const std::vector<store::Change> changes = store::changes_between(first, &instrument, second, instrument);
  std::string differ;
  for (std::size_t i = 0; i < changes.size() && i < most_changes_shown; ++i) {
    differ += fmt::format("{}{} {}, then {}", i == 0 ? "" : "; ", changes[i].name, changes[i].before, changes[i].after);
  }
  return {
      fmt::format("{} stands twice in this file, in rows {} and {}, with other answers ({}{}); the first is taken, accept or reject the "
                  "second",
                  second.id, first_at.line, second_at.line, differ,
                  changes.size() > most_changes_shown ? fmt::format("; and {} more", changes.size() - most_changes_shown) : "")};
}

void Taking::take(const RawRecord& record) {
  Validated checked = validator_.validate(record);
  if (checked.response) {
    const auto [first, is_first] = first_.emplace(checked.response->id, First{batch_.responses.size(), record.at});
    if (!is_first) {
      checked.reasons = contradiction(*checked.response, batch_.responses[first->second.index], first->second.at, record.at);
    }
  }
  if (checked.response && checked.reasons.empty()) {
    batch_.responses.push_back(std::move(*checked.response));
    batch_.raws.push_back(record.raw);
    return;
  }
  const std::string& person = record.frame.person;
  if (!person.empty() && !study_.people.people.empty() && study_.people.find(person) == nullptr &&
      std::find(unknown_.begin(), unknown_.end(), person) == unknown_.end()) {
    unknown_.push_back(person);
  }
  store::HeldRow row;
  row.record = record;
  row.reasons = std::move(checked.reasons);
  batch_.held.push_back(std::move(row));
}

store::ImportCounts forecast(const store::ImportBatch& batch, const std::vector<Response>& current) {
  store::ImportCounts counts;
  counts.rows = batch.responses.size() + batch.held.size();
  counts.held = batch.held.size();
  std::unordered_map<std::string_view, const Response*> known;
  for (const Response& response : current) {
    known.emplace(response.id, &response);
  }
  for (const Response& response : batch.responses) {
    const auto [place, is_new] = known.emplace(response.id, &response);
    if (is_new) {
      ++counts.added;
    } else if (store::same_sheet(*place->second, response)) {
      ++counts.unchanged;
    } else if (batch.update) {
      ++counts.corrected;
      const std::size_t cells = std::min(place->second->cells.size(), response.cells.size());
      for (std::size_t c = 0; c < cells; ++c) {
        counts.cells_corrected += place->second->cells[c] == response.cells[c] ? 0U : 1U;
      }
    } else {
      ++counts.held;
    }
  }
  return counts;
}

void print_taking(const store::ImportBatch& batch, const store::ImportCounts& counts, const Taking& taking, const LoadedStudy& study,
                  Console& console) {
  console.data(fmt::format("answer sheets {:>8}\nadded         {:>8}\nunchanged     {:>8}\ncorrected     {:>8}\nheld          {:>8}\n",
                           counts.rows, counts.added, counts.unchanged, counts.corrected, counts.held));
  if (counts.cells_corrected > 0) {
    console.say(fmt::format("{} of the corrected sheets changed.", counted(signed_count(counts.cells_corrected), "answer", "answers")));
  }
  print_held(batch.held, console);
  if (counts.held > batch.held.size()) {
    console.say(fmt::format("{} held because the store has other answers of that person in that wave; --update takes them as corrections.",
                            counted(signed_count(counts.held - batch.held.size()), "sheet is", "sheets are")));
  }
  if (!study.study.frame.weight.empty()) {
    const auto without = static_cast<std::size_t>(
        std::count_if(batch.responses.begin(), batch.responses.end(), [](const Response& response) { return !response.frame.weight; }));
    if (without > 0) {
      console.problem(
          {Severity::warning,
           {},
           fmt::format("{} of {} without a weight; an analysis that needs weights refuses them until they are mended, or the study "
                       "says `missing_weight: leave_out`",
                       without, counted(signed_count(batch.responses.size()), "answer sheet is", "answer sheets are"))});
    }
  }
  warn_of_frame(batch.responses, study.study, console);
  std::vector<std::string> known;
  if (!taking.unknown_people().empty()) {
    for (const Person& person : study.people.people) {
      known.push_back(person.id);
    }
    std::string list;
    for (std::size_t i = 0; i < taking.unknown_people().size() && i < most_ids_shown; ++i) {
      const std::string& id = taking.unknown_people()[i];
      const std::string near = id.size() > longest_id_shown ? std::string{} : nearest(id, known);
      list += (list.empty() ? "" : ", ") + std::string(first_characters(id, longest_id_shown)) +
              (id.size() > longest_id_shown ? "..." : "") + (near.empty() ? "" : fmt::format(" (nearest: {})", near));
    }
    console.say(fmt::format("{} not in {}: {}{}", counted(signed_count(taking.unknown_people().size()), "id is", "ids are"),
                            study.people.file, list, taking.unknown_people().size() > most_ids_shown ? " ..." : ""));
  }
}

void keep_apart(const store::Store& store, bool simulated, const std::string& path) {
  if (store.imports().empty() || store.is_simulated() == simulated) {
    return;
  }
  throw InputError({path}, simulated
                               ? "this store holds real answers, and made-up ones are never put beside them; name another with --store"
                               : "this store holds made-up answers and stays marked SIMULATED; move it away, or name another with --store");
}

} // namespace canvass::cli
