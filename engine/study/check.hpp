#ifndef CANVASS_ENGINE_STUDY_CHECK_HPP
#define CANVASS_ENGINE_STUDY_CHECK_HPP

#include "engine/core/error.hpp"
#include "engine/study/model.hpp"

namespace canvass {

/// What an experienced evaluator would say about a study that loads without errors: warnings and notes, never errors.
/// load_study calls it; `loaded` must be complete.
void check_study(const LoadedStudy& loaded, Problems& problems);

} // namespace canvass

#endif
