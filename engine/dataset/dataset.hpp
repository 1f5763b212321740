#ifndef CANVASS_ENGINE_DATASET_DATASET_HPP
#define CANVASS_ENGINE_DATASET_DATASET_HPP

#include "engine/responses/response.hpp"
#include "engine/study/model.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What is analysed: typed columns, a reason for every missing cell, scores.
namespace canvass {

/// One variable over all responses. Codes are stored in one byte where the instrument's codes allow it.
struct Column {
  std::string id;
  Variable::Kind kind = Variable::Kind::code;
  std::vector<std::int8_t> small;   ///< codes and missing codes, where all fit -99..127
  std::vector<double> numbers;      ///< else the values; missing cells hold the code
  std::vector<std::int8_t> missing; ///< beside numbers and texts: 0 or the missing code
  std::vector<std::string> texts;

  [[nodiscard]] std::size_t size() const noexcept;
  [[nodiscard]] bool is_missing(std::size_t row) const;
  [[nodiscard]] int missing_code(std::size_t row) const; ///< 0 if answered
  [[nodiscard]] double value(std::size_t row) const;     ///< as answered; NaN if missing
};

/// A scale score a response. Score uses reversed items as lowest + highest - code over the list's codes.
struct ScoreColumn {
  std::string scale;
  std::vector<double> values;         ///< NaN where fewer than min_answered items were answered
  std::vector<std::int16_t> answered; ///< items answered
  double lowest = 0, highest = 0;     ///< range a score can take
};

/// Rows are responses. person, wave, arm index into persons, waves and arms of the study; arm -1 = none.
struct Dataset {
  std::vector<std::string> persons;  ///< every person of people.csv, then those who answered without being in it; ids
  std::vector<int> arm_of_person;    ///< arm index or -1
  std::size_t listed = 0;            ///< the first `listed` persons stand in people.csv
  std::vector<std::int32_t> person;  ///< by row
  std::vector<std::int16_t> wave;    ///< by row
  std::vector<std::int8_t> late;     ///< by row: 1 if answered after the wave closed
  std::vector<std::int32_t> area;    ///< by row: index into the study's AreaTree, or -1; empty without a tree
  std::vector<std::int32_t> stratum; ///< by row: index into `strata`, or -1; empty where the study names none
  std::vector<std::string> strata;
  std::vector<std::int32_t> cluster; ///< by row: index into `clusters`, or -1; empty where the study names none
  std::vector<std::string> clusters;
  std::vector<double> weight;      ///< by row: as given with the answers, NaN = missing; empty where the study names none
  std::vector<Column> columns;     ///< of the report's instrument; a variable a wave's version lacks is -95 there
  std::vector<ScoreColumn> scores; ///< one a scale

  [[nodiscard]] std::size_t rows() const noexcept { return person.size(); }
  [[nodiscard]] const Column* column(std::string_view id) const;
  [[nodiscard]] const ScoreColumn* score(std::string_view scale) const;
  /// Row of a person in a wave, or -1.
  [[nodiscard]] std::int32_t row_of(std::size_t person_index, std::size_t wave_index) const;
  std::vector<std::int32_t> row_index; ///< persons x waves, row-major; -1 = no response
  std::size_t waves = 0;
};

/// Builds the dataset. Responses with `late` are kept; `with_late = false` leaves them out (the headline is given both ways).
Dataset build_dataset(const LoadedStudy& study, std::span<const Response> responses, bool with_late = true);

/// The outcome `id` (scale, indicator or variable) of every row, as below.
/// @throws InputError no such outcome
std::vector<double> outcome_by_row(const LoadedStudy& study, const Dataset& dataset, std::string_view id);

/// The outcome `id` (scale, indicator or variable) of every person and wave: persons x waves, row-major, NaN = missing.
/// Variables come with the item's direction as answered (not reversed); indicators as 1/0.
/// @throws InputError no such outcome
std::vector<double> outcome_by_person(const LoadedStudy& study, const Dataset& dataset, std::string_view id);

} // namespace canvass

#endif
