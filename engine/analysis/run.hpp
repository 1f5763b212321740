#ifndef CANVASS_ENGINE_ANALYSIS_RUN_HPP
#define CANVASS_ENGINE_ANALYSIS_RUN_HPP

#include "engine/core/date.hpp"
#include "engine/core/progress.hpp"
#include "engine/report/document.hpp"
#include "engine/report/estimate.hpp"
#include "engine/responses/response.hpp"
#include "engine/study/model.hpp"

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// From answers to protected rows, and from rows to a report. Knows no store and no file.
namespace canvass::analysis {

/// A plan as it was locked.
struct LockedPlan {
  std::string canonical; ///< canonical JSON
  std::string sha256;
  Moment at;
  std::vector<std::pair<std::string, std::size_t>> responses_by_wave; ///< how many there were at that moment
};

/// Everything that is known when an analysis starts.
struct Input {
  const LoadedStudy& study;
  std::span<const Response> responses; ///< current ones, late ones included
  std::span<const LockedPlan> locks;   ///< oldest first
  std::size_t withdrawn = 0;           ///< responses erased at the wish of people
  std::size_t held = 0;                ///< rows waiting with their reasons
  bool simulated = false;
};

enum class Release {
  open,    ///< for anybody: small cells are withheld
  internal ///< for the evaluator: nothing is withheld, and each page says so
};

struct Options {
  std::string only; ///< id of one analysis; empty: all
  std::string area; ///< code of the area that the report is about; empty: all of them
  Release release = Release::open;
  unsigned threads = 0;
  Progress progress;
};

/// What a planned analysis, or a standing one (flow, baseline, quality ...), came to.
struct AnalysisOutcome {
  std::string id;
  std::string procedure;
  std::vector<std::string> notes; ///< sentences: what could not be computed and why, fallbacks taken, plan differences
  bool failed = false;            ///< the data could not bear it; `notes` says why
};

struct Analysed {
  report::Estimates rows; ///< adjusted, judged, protected
  std::vector<AnalysisOutcome> outcomes;
  std::size_t withheld = 0; ///< rows that protection emptied
};

/// Index of the newest wave that has an answer; npos where none has.
std::size_t newest_wave(const Study& study, std::span<const Response> responses);

/// The lock that the rows are held against (lock_held_against); nullptr where the plan was never locked.
const LockedPlan* plan_held_against(const Input& input);

/// Runs the plan and the standing analyses of the study's report template. A DomainError of one analysis becomes a note.
/// @throws InputError a plan that names what does not exist, or `only` that names nothing
Analysed analyse(const Input& input, const Options& options);

/// Fills the study's report template.
report::Document make_report(const Input& input, const Analysed& analysed, const Options& options);

/// Just the figure `name` (as in the report, without "fig-"). @throws InputError there is no such figure; lists those there are
report::Figure make_figure(const Input& input, const Analysed& analysed, const Options& options, std::string_view name);

/// A file written beside a report, for a spreadsheet to check it from.
struct DataFile {
  std::string name, bytes;
};
/// counts.csv (answers by item, arm and wave; transitions in an internal release) and scores.csv (scale scores: n, mean, variance and
/// covariances by arm and waves; a row a person, without ids and shuffled, in an internal release).
std::vector<DataFile> data_files(const Input& input, const Options& options);

/// weights.csv of a survey of the public: person, wave, the weight before calibration (given, or people over questionnaires sent, with
/// classes of non-response) and the weight as every number uses it. With ids: for whoever checks, never for the public.
/// @throws InputError no survey of the public; DomainError as an analysis
DataFile weights_file(const LoadedStudy& study, std::span<const Response> responses);

/// One number, taken apart.
struct Explanation {
  report::Estimate row;
  std::string what;                                       ///< a sentence: what the number says
  std::vector<std::pair<std::string, std::string>> facts; ///< label, text: counts, exclusions, convention, reference
  std::vector<std::string> replication;                   ///< lines: "R: wilcox.test(...) gives .039", with program and version
  std::string formula; ///< a spreadsheet formula over counts.csv or scores.csv; empty where none can do it, `formula_note` says why
  std::string formula_note;
};
/// @throws InputError no such row, with the nearest ids
Explanation explain(const Input& input, const Analysed& analysed, std::string_view row_id);

/// Problems of the plan that only the procedures know: unknown procedures and options, outcomes of the wrong kind, a bound that cannot
/// be decided at this number of people.
void check_plan(const LoadedStudy& study, Problems& problems);

} // namespace canvass::analysis

#endif
