#ifndef CANVASS_ENGINE_ANALYSIS_PROCEDURE_HPP
#define CANVASS_ENGINE_ANALYSIS_PROCEDURE_HPP

#include "engine/core/progress.hpp"
#include "engine/dataset/dataset.hpp"
#include "engine/report/estimate.hpp"
#include "engine/study/model.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace canvass::analysis {

struct Sample; // sample.hpp

/// All that a procedure may look at.
struct Context {
  const LoadedStudy& study;
  const Dataset& dataset;
  const Dataset* without_late = nullptr; ///< the same without late answers; nullptr if nobody was late
  const Sample* sample = nullptr;        ///< of a study of the public
  unsigned threads = 0;                  ///< 0 = all of the machine; results do not depend on it
  Progress progress;
};

/// Rows and what a reader must be told beside them.
struct ProcedureResult {
  report::Estimates rows;
  std::vector<std::string> notes; ///< sentences: what could not be computed and why, fallbacks taken
};

/// A row of the procedure table: what a plan may name.
struct Procedure {
  std::string_view name;
  std::string_view summary;                  ///< one line, for `canvass plan show` and the docs
  std::span<const std::string_view> options; ///< keys a planned analysis may carry besides the common ones
  ProcedureResult (*run)(const Context& context, const PlannedAnalysis& analysis);
  /// Reads the analysis without any answers, for `canvass check`; nullptr: nothing beyond the names of the options is checked there.
  /// Throws InputError: an option with a value that it cannot have.
  void (*check)(const LoadedStudy& study, const PlannedAnalysis& analysis) = nullptr;
};

/// The explicit table: one row a file in procedures/.
std::span<const Procedure> procedures();
const Procedure* find_procedure(std::string_view name);

} // namespace canvass::analysis

#endif
