#ifndef CANVASS_ENGINE_RESPONSES_RESPONSE_HPP
#define CANVASS_ENGINE_RESPONSES_RESPONSE_HPP

#include "engine/core/date.hpp"
#include "engine/core/error.hpp"
#include "engine/responses/rare_text.hpp"
#include "engine/study/model.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What was answered. A RawRecord is what an importer read; only validate() makes a Response of it.
namespace canvass {

/// One value. For a missing cell `missing` is its code (-99..-90) and the rest is empty.
struct Cell {
  std::int16_t missing = 0;
  double number = 0; ///< code, integer, decimal; days of a date; minutes of a time
  RareText text;     ///< of a text variable; reads as a std::string, use .str() in {fmt} calls

  friend bool operator==(const Cell&, const Cell&) = default;
};

/// Frame values of one response: who, when, where.
struct FrameValues {
  std::string person;
  std::string wave; ///< wave id
  std::string arm;  ///< arm id; empty in a study without arms
  std::string area, stratum, cluster;
  std::optional<double> weight;
  std::optional<Moment> answered_at;

  friend bool operator==(const FrameValues&, const FrameValues&) = default;
};

/// A row as an importer read it, already mapped to variables: texts, not yet checked.
struct RawRecord {
  FrameValues frame;
  /// One a variable of the wave's instrument, in order. nullopt: the source has no such column, or the cell was empty.
  /// "-98" and the like name missing codes. Codes are plain numbers; dates are YYYY-MM-DD; times HH:MM.
  std::vector<std::optional<std::string>> answers;
  std::string raw;                 ///< the source's bytes
  Position at;                     ///< of the row
  std::vector<std::string> faults; ///< what the importer could not read, a sentence each: validate() holds the record for them
};

/// A checked answer sheet: cells align with the variables of the wave's instrument.
struct Response {
  std::string id; ///< unique in a study: "PERSON/WAVE"
  FrameValues frame;
  std::string instrument; ///< "id@version"
  std::vector<Cell> cells;
  bool late = false; ///< answered after the wave closed

  friend bool operator==(const Response&, const Response&) = default;
};

struct Validated {
  std::optional<Response> response; ///< absent if there are errors
  std::vector<std::string> reasons; ///< why it is held, a sentence each, naming variable, what was found, what is allowed
};

/// Turns raw records of one study into responses. Made once for many rows: it keeps look-up tables, and looks into `study`, which must
/// outlive it. validate() may be called from several threads at once.
class Validator {
public:
  explicit Validator(const LoadedStudy& study);
  ~Validator();
  Validator(const Validator&) = delete;
  Validator& operator=(const Validator&) = delete;

  /// Checks codes, ranges, lengths, constraints, who and wave and arm; fills what was routed past with -95 and blanks with -99.
  /// A value given where routing says "not asked" is dropped to -95, as the convention of the record. An empty tick of a select_multiple
  /// of which another choice is ticked is 0. The arm comes from the row, else from the people file. All reasons of a row at once.
  [[nodiscard]] Validated validate(const RawRecord& record) const;

private:
  struct Tables;
  const Tables* tables_;
};

/// The canonical text of a response's answers: equal answers give equal bytes, on every machine. What the log keeps.
std::string canonical_body(const Response& response);
/// Reads canonical_body back. @throws InputError a damaged body
Response parse_canonical_body(std::string_view body);

} // namespace canvass

#endif
