#ifndef CANVASS_CLI_MEND_HPP
#define CANVASS_CLI_MEND_HPP

#include "engine/responses/response.hpp"

#include <span>
#include <string>
#include <vector>

/// Answers typed on the command line, as `q18=2`: what `correct` and `held accept` change.
namespace canvass::cli {

struct TypedAnswer {
  std::string id;    ///< variable, or a part of the frame: person, wave, arm, area, stratum, cluster, weight, answered_at
  std::string value; ///< code, number, date, text, or the name of a missing code (dk); empty: blank
};

/// @throws UsageError a word without '='
std::vector<TypedAnswer> parse_typed_answers(std::span<const std::string> words);

/// The part of the frame that a name stands for, "person" for "serial" where the study's frame says `person: serial`; empty if none.
std::string frame_part(std::string_view name, const Study& study);
/// What the study's frame calls the person.
std::string person_name(const Study& study);

/// A response as an importer would have read it: what is changed and validated again, so that routing follows the change.
RawRecord as_raw_record(const Response& response, const LoadedStudy& study);

/// One cell as a person writes it: code, number, 2026-06-27, 14:05, text; missing codes by their number.
std::string cell_text(const Cell& cell, const Variable& variable);

/// The record with the typed answers in their places. @throws InputError an id that the wave's instrument has not, with the nearest
RawRecord mended(RawRecord record, std::span<const TypedAnswer> typed, const LoadedStudy& study);

/// The instrument of a wave. @throws InputError no such wave, with those there are
const Instrument& instrument_of(const LoadedStudy& study, const std::string& wave);

} // namespace canvass::cli

#endif
