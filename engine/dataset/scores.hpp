#ifndef CANVASS_ENGINE_DATASET_SCORES_HPP
#define CANVASS_ENGINE_DATASET_SCORES_HPP

#include "engine/dataset/dataset.hpp"

namespace canvass {

/// One scale over all rows, by score_of: NaN where fewer than min_answered items were answered.
ScoreColumn score_scale(const Instrument& instrument, const Dataset& dataset, const Scale& scale);

/// One indicator over all rows, by indicator_of: 1, 0 or, out of its base, NaN.
std::vector<double> indicate(const Instrument& instrument, const Dataset& dataset, const Indicator& indicator);

} // namespace canvass

#endif
