#include "engine/store/details.hpp"

#include "engine/core/json.hpp"
#include "engine/core/text.hpp"

#include <fmt/format.h>
#include <utility>

namespace canvass::store {

namespace {

constexpr const char* place = "the store's log";

/// JSON is UTF-8; a text from a source that is not is taken as Windows-1252 rather than lost.
std::string utf8(const std::string& text) {
  return first_invalid_utf8(text) ? from_windows_1252(text) : text;
}

Json strings(const std::vector<std::string>& texts) {
  Json array = Json::array();
  for (const std::string& text : texts) {
    array.push(utf8(text));
  }
  return array;
}

std::vector<std::string> strings(const Json& array) {
  std::vector<std::string> texts;
  texts.reserve(array.items().size());
  for (const Json& item : array.items()) {
    texts.push_back(item.as_string());
  }
  return texts;
}

std::size_t size_at(const Json& json, std::string_view key) {
  return static_cast<std::size_t>(json[key].as_int());
}

Json to_json(const FrameValues& frame) {
  Json json = Json::object();
  json.set("person", utf8(frame.person)).set("wave", utf8(frame.wave)).set("arm", utf8(frame.arm)).set("area", utf8(frame.area));
  json.set("stratum", utf8(frame.stratum)).set("cluster", utf8(frame.cluster));
  if (frame.weight) {
    json.set("weight", *frame.weight);
  }
  if (frame.answered_at) {
    json.set("answered_at", frame.answered_at->seconds);
  }
  return json;
}

FrameValues frame_from(const Json& json) {
  FrameValues frame;
  frame.person = json["person"].as_string();
  frame.wave = json["wave"].as_string();
  frame.arm = json["arm"].as_string();
  frame.area = json["area"].as_string();
  frame.stratum = json["stratum"].as_string();
  frame.cluster = json["cluster"].as_string();
  if (const Json* weight = json.find("weight")) {
    frame.weight = weight->as_number();
  }
  if (const Json* at = json.find("answered_at")) {
    frame.answered_at = Moment{at->as_int()};
  }
  return frame;
}

} // namespace

std::string to_detail(const CreatedDetail& detail) {
  Json json = Json::object();
  json.set("study", detail.study);
  return json.canonical();
}

CreatedDetail created_detail(std::string_view text) {
  return {parse_json(text, place)["study"].as_string()};
}

std::string to_detail(const ImportDetail& detail) {
  Json json = Json::object();
  json.set("source", utf8(detail.source)).set("sha256", detail.sha256).set("map", utf8(detail.map)).set("events", detail.events);
  json.set("rows", detail.counts.rows).set("added", detail.counts.added).set("unchanged", detail.counts.unchanged);
  json.set("corrected", detail.counts.corrected).set("held", detail.counts.held).set("cells_corrected", detail.counts.cells_corrected);
  json.set("update", detail.update).set("simulated", detail.simulated);
  return json.canonical();
}

ImportDetail import_detail(std::string_view text) {
  const Json json = parse_json(text, place);
  ImportDetail detail;
  detail.source = json["source"].as_string();
  detail.sha256 = json["sha256"].as_string();
  detail.map = json["map"].as_string();
  detail.events = json["events"].as_int();
  detail.counts.rows = size_at(json, "rows");
  detail.counts.added = size_at(json, "added");
  detail.counts.unchanged = size_at(json, "unchanged");
  detail.counts.corrected = size_at(json, "corrected");
  detail.counts.held = size_at(json, "held");
  detail.counts.cells_corrected = size_at(json, "cells_corrected");
  detail.update = json["update"].as_bool();
  detail.simulated = json["simulated"].as_bool();
  return detail;
}

std::string to_detail(const ChangeDetail& detail) {
  Json changes = Json::array();
  for (const Change& change : detail.changes) {
    Json row = Json::object();
    row.set("name", change.name).set("before", utf8(change.before)).set("after", utf8(change.after));
    changes.push(std::move(row));
  }
  Json json = Json::object();
  json.set("reason", utf8(detail.reason)).set("changes", std::move(changes));
  if (detail.held != 0) {
    json.set("held", detail.held);
  }
  return json.canonical();
}

ChangeDetail change_detail(std::string_view text) {
  const Json json = parse_json(text, place);
  ChangeDetail detail;
  detail.held = json["held"].as_int();
  detail.reason = json["reason"].as_string();
  for (const Json& row : json["changes"].items()) {
    detail.changes.push_back({row["name"].as_string(), row["before"].as_string(), row["after"].as_string()});
  }
  return detail;
}

std::string to_detail(const HeldDetail& detail) {
  Json answers = Json::array();
  for (const std::optional<std::string>& answer : detail.record.answers) {
    answers.push(answer ? Json(utf8(*answer)) : Json());
  }
  Json json = Json::object();
  json.set("frame", to_json(detail.record.frame)).set("answers", std::move(answers)).set("reasons", strings(detail.reasons));
  json.set("file", utf8(detail.record.at.file)).set("line", detail.record.at.line).set("column", detail.record.at.column);
  return json.canonical();
}

HeldDetail held_detail(std::string_view text) {
  const Json json = parse_json(text, place);
  HeldDetail detail;
  detail.record.frame = frame_from(json["frame"]);
  for (const Json& answer : json["answers"].items()) {
    detail.record.answers.push_back(answer.is_null() ? std::nullopt : std::optional<std::string>(answer.as_string()));
  }
  detail.reasons = strings(json["reasons"]);
  detail.record.at = {json["file"].as_string(), static_cast<int>(json["line"].as_int()), static_cast<int>(json["column"].as_int())};
  return detail;
}

std::string to_detail(const RejectedDetail& detail) {
  Json json = Json::object();
  json.set("reason", utf8(detail.reason));
  return json.canonical();
}

RejectedDetail rejected_detail(std::string_view text) {
  return {parse_json(text, place)["reason"].as_string()};
}

std::string to_detail(const UndoDetail& detail) {
  Json json = Json::object();
  json.set("removed", detail.removed).set("restored", detail.restored).set("kept", strings(detail.kept));
  return json.canonical();
}

UndoDetail undo_detail(std::string_view text) {
  const Json json = parse_json(text, place);
  return {size_at(json, "removed"), size_at(json, "restored"), strings(json["kept"])};
}

std::string to_detail(const ErasureDetail& detail) {
  Json sequences = Json::array();
  for (const std::int64_t sequence : detail.sequences) {
    sequences.push(sequence);
  }
  Json json = Json::object();
  json.set("reason", utf8(detail.reason)).set("responses", strings(detail.responses)).set("sequences", std::move(sequences));
  return json.canonical();
}

ErasureDetail erasure_detail(std::string_view text) {
  const Json json = parse_json(text, place);
  ErasureDetail detail{json["reason"].as_string(), strings(json["responses"]), {}};
  for (const Json& sequence : json["sequences"].items()) {
    detail.sequences.push_back(sequence.as_int());
  }
  return detail;
}

std::string to_detail(const PlanLock& lock) {
  Json waves = Json::array();
  for (const auto& wave : lock.responses_by_wave) {
    Json row = Json::object();
    row.set("wave", wave.first).set("responses", wave.second);
    waves.push(std::move(row));
  }
  Json json = Json::object();
  json.set("plan", lock.canonical_plan).set("sha256", lock.sha256).set("at", lock.at.seconds).set("responses_by_wave", std::move(waves));
  return json.canonical();
}

PlanLock lock_detail(std::string_view text) {
  const Json json = parse_json(text, place);
  PlanLock lock{json["plan"].as_string(), json["sha256"].as_string(), Moment{json["at"].as_int()}, {}};
  for (const Json& row : json["responses_by_wave"].items()) {
    lock.responses_by_wave.emplace_back(row["wave"].as_string(), size_at(row, "responses"));
  }
  return lock;
}

std::string to_detail(const Release& release) {
  Json files = Json::array();
  for (const Release::File& file : release.files) {
    Json row = Json::object();
    row.set("name", file.name).set("sha256", file.sha256);
    files.push(std::move(row));
  }
  Json json = Json::object();
  json.set("at", release.at.seconds).set("files", std::move(files));
  return json.canonical();
}

Release release_detail(std::string_view text) {
  const Json json = parse_json(text, place);
  Release release{Moment{json["at"].as_int()}, {}};
  for (const Json& row : json["files"].items()) {
    release.files.push_back({row["name"].as_string(), row["sha256"].as_string()});
  }
  return release;
}

} // namespace canvass::store
