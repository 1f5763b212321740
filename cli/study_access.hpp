#ifndef CANVASS_CLI_STUDY_ACCESS_HPP
#define CANVASS_CLI_STUDY_ACCESS_HPP

#include "cli/arguments.hpp"
#include "cli/console.hpp"
#include "engine/store/store.hpp"
#include "engine/study/load.hpp"

#include <memory>
#include <string>
#include <string_view>

/// What nearly every command begins with: the study, its instruments and its store.
namespace canvass::cli {

/// The operand that names a study, and the option that names another store.
inline constexpr Operand study_operand{"STUDY", Operand::Kind::study};
inline constexpr Option store_option{"store", '\0', "FILE", "the store of answers (default: answers.db in the study's folder)"};
inline constexpr Option threads_option{"threads", '\0', "N",
                                       "threads to compute with (default: all of the machine); numbers do not depend on it"};

/// Instruments are looked for in the study's folder and its instruments/ (both by load_study), then in $CANVASS_INSTRUMENTS,
/// then where this program was installed, then in the source tree it was built from.
StudyPaths study_paths();

/// Loads the study that STUDY names. Warnings and notes are for `canvass check` to print. @throws InputError with all problems
LoadedStudy load_study(const Arguments& arguments);

/// The path of the store: --store, else answers.db beside study.yaml.
std::string store_path(const Arguments& arguments, const LoadedStudy& study);
/// Opens it. @throws StoreError
std::unique_ptr<store::Store> open_store(const Arguments& arguments, const LoadedStudy& study, store::Open mode);

/// --threads, 0 if not given.
unsigned threads(const Arguments& arguments);

} // namespace canvass::cli

#endif
