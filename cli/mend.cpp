#include "cli/mend.hpp"

#include "engine/core/text.hpp"

#include <fmt/format.h>

namespace canvass::cli {

std::vector<TypedAnswer> parse_typed_answers(std::span<const std::string> words) {
  std::vector<TypedAnswer> typed;
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw UsageError(fmt::format("'{}' is no answer: write the item's id, '=' and the value, as q18=2", word));
    }
    typed.push_back({word.substr(0, equals), word.substr(equals + 1)});
  }
  return typed;
}

std::string frame_part(std::string_view name, const Study& study) {
  const FrameNames& frame = study.frame;
  const std::pair<std::string_view, const std::string*> parts[] = {{"person", &frame.person},   {"arm", &frame.arm},
                                                                   {"area", &frame.area},       {"stratum", &frame.stratum},
                                                                   {"cluster", &frame.cluster}, {"weight", &frame.weight}};
  for (const auto& [part, called] : parts) {
    if (!name.empty() && *called == name) {
      return std::string(part);
    }
  }
  if (name == "wave" || name == "answered_at") {
    return std::string(name);
  }
  for (const auto& [part, called] : parts) {
    if (name == part) {
      return std::string(part);
    }
  }
  return {};
}

std::string person_name(const Study& study) {
  return study.frame.person.empty() ? "person" : study.frame.person;
}

namespace {

/// Puts a part of the frame other than the wave. @throws InputError the value is none of its kind
void put_in_frame(FrameValues& frame, const std::string& part, const TypedAnswer& typed, const Position& at) {
  if (part == "weight") {
    frame.weight = typed.value.empty() ? std::nullopt : parse_double(typed.value);
    if (!frame.weight && !typed.value.empty()) {
      throw InputError(at, fmt::format("{}: \"{}\" is no number; write one with a decimal point, such as 1.25", typed.id, typed.value));
    }
  } else if (part == "answered_at") {
    frame.answered_at = typed.value.empty() ? std::nullopt : parse_moment(typed.value);
    if (!frame.answered_at && !typed.value.empty()) {
      throw InputError(at, fmt::format("{}: \"{}\" is no time; write a day as 2026-06-27, or a day and a time as 2026-06-27T14:05",
                                       typed.id, typed.value));
    }
  } else {
    (part == "person"    ? frame.person
     : part == "arm"     ? frame.arm
     : part == "area"    ? frame.area
     : part == "stratum" ? frame.stratum
                         : frame.cluster) = typed.value;
  }
}

} // namespace

const Instrument& instrument_of(const LoadedStudy& study, const std::string& wave) {
  const std::size_t index = study.study.wave(wave);
  if (index == Study::npos) {
    std::vector<std::string> waves;
    for (const Wave& one : study.study.waves) {
      waves.push_back(one.id);
    }
    throw InputError({study.study.file}, fmt::format("there is no wave '{}'; the study has {}", wave, either_of(waves)));
  }
  return *study.instrument_of_wave[index];
}

std::string cell_text(const Cell& cell, const Variable& variable) {
  if (cell.missing != 0) {
    return std::to_string(cell.missing);
  }
  switch (variable.kind) {
  case Variable::Kind::text: return cell.text.str();
  case Variable::Kind::date: return to_string(Date{static_cast<std::int32_t>(cell.number)});
  case Variable::Kind::time: {
    const int minutes = static_cast<int>(cell.number);
    return fmt::format("{:02}:{:02}", minutes / 60, minutes % 60);
  }
  case Variable::Kind::code:
  case Variable::Kind::integer:
  case Variable::Kind::decimal: return shortest(cell.number);
  }
  return {};
}

RawRecord as_raw_record(const Response& response, const LoadedStudy& study) {
  const Instrument& instrument = instrument_of(study, response.frame.wave);
  RawRecord record;
  record.frame = response.frame;
  record.at.file = response.id;
  for (std::size_t v = 0; v < instrument.variables.size(); ++v) {
    // Blank and routed are what the validator makes of nothing: given nothing, it decides again.
    const Cell& cell = response.cells[v];
    const bool made = cell.missing == code_blank || cell.missing == code_routed;
    record.answers.push_back(made ? std::nullopt : std::optional<std::string>(cell_text(cell, instrument.variables[v])));
  }
  return record;
}

RawRecord mended(RawRecord record, std::span<const TypedAnswer> typed, const LoadedStudy& study) {
  for (const TypedAnswer& one : typed) {
    if (one.id == "wave" && record.frame.wave != one.value) {
      const Instrument& instrument = instrument_of(study, one.value);
      if (study.study.wave(record.frame.wave) != Study::npos && &instrument_of(study, record.frame.wave) != &instrument) {
        throw InputError(record.at,
                         fmt::format("waves {} and {} have different versions of the instrument; import the row again with --wave {}",
                                     record.frame.wave, one.value, one.value));
      }
      record.frame.wave = one.value;
    }
  }
  const Instrument& instrument = instrument_of(study, record.frame.wave);
  record.answers.resize(instrument.variables.size());
  for (const TypedAnswer& one : typed) {
    const std::size_t variable = instrument.variable(one.id);
    if (variable == Instrument::npos) {
      const std::string part = frame_part(one.id, study.study);
      if (part.empty()) {
        std::vector<std::string> ids = {person_name(study.study), "wave", "arm", "area", "stratum", "cluster", "weight", "answered_at"};
        for (const Variable& known : instrument.variables) {
          ids.push_back(known.id);
        }
        throw InputError(record.at, fmt::format("there is no item '{}' in {}@{}{}", one.id, instrument.id, instrument.version,
                                                did_you_mean(one.id, ids)));
      }
      if (part != "wave") {
        put_in_frame(record.frame, part, one, record.at);
      }
      continue;
    }
    const MissingCode* missing = instrument.missing_code(one.value);
    if (missing != nullptr && instrument.variables[variable].kind != Variable::Kind::text) {
      record.answers[variable] = std::to_string(missing->code);
    } else if (one.value.empty()) {
      record.answers[variable] = std::nullopt;
    } else {
      record.answers[variable] = one.value;
    }
  }
  return record;
}

} // namespace canvass::cli
