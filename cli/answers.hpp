#ifndef CANVASS_CLI_ANSWERS_HPP
#define CANVASS_CLI_ANSWERS_HPP

#include "cli/command.hpp"
#include "engine/analysis/run.hpp"

#include <memory>
#include <string>
#include <vector>

namespace canvass::cli {

/// A study with its current answers, from its folder and store or from a pack. What `analyse`, `report`, `explain` and `chart` begin with.
/// Held by pointer: `input` refers to the rest.
struct Answers {
  LoadedStudy study;
  std::vector<Response> responses;
  std::vector<analysis::LockedPlan> locks;
  std::size_t withdrawn = 0;
  std::size_t held = 0;
  bool simulated = false;
  bool from_pack = false;     ///< then there is no store
  bool without_store = false; ///< figures of others alone, and nobody has answered: there is none either

  [[nodiscard]] analysis::Input input() const { return {study, responses, locks, withdrawn, held, simulated}; }
};

/// Reads the study that STUDY names and its store, which is not written to; STUDY may be a pack, which holds both. @throws InputError,
/// StoreError
std::unique_ptr<const Answers> load_answers(const Arguments& arguments, Console& console);

/// --release.
inline constexpr std::string_view release_names[] = {"public", "internal"};
inline constexpr Option release_option{
    "release", '\0', "WHO", "public (the default): small groups are withheld; internal: for the evaluator, nothing is", release_names};
analysis::Release release_of(const Arguments& arguments);

/// --area: the code of the area that it names; empty if it was not given. @throws UsageError a study without areas, no such area
inline constexpr Option area_option{"area", '\0', "NAME", "of one area of a public survey, by its name, code or alias"};
std::string area_of(const Arguments& arguments, const LoadedStudy& study);

/// Options of an analysis from --only, --release and --threads, with progress on the terminal.
analysis::Options analysis_options(const Arguments& arguments, Console& console);

/// Prints the notes of analyses on the words' side, failures as warnings. Gives data_cannot_bear_it if `only` was asked for and failed.
Exit print_notes(const analysis::Analysed& analysed, const analysis::Options& options, Console& console);

} // namespace canvass::cli

#endif
