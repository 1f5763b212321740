#ifndef CANVASS_ENGINE_DATASET_SCORES_HPP
#define CANVASS_ENGINE_DATASET_SCORES_HPP

#include "engine/dataset/dataset.hpp"

namespace canvass {

/// One scale over all rows, by score_of: NaN where fewer than min_answered items were answered.
ScoreColumn score_scale(const Instrument& instrument, const Dataset& dataset, const Scale& scale);

/// One indicator over all rows, by indicator_of: 1, 0 or, out of its base, NaN.
std::vector<double> indicate(const Instrument& instrument, const Dataset& dataset, const Indicator& indicator);

/// Which rows were asked for an outcome (scale, indicator or variable): 0 where its value is missing because a question was routed past,
/// does not apply, or is asked of others only (`among`), else 1. Whoever was asked and gave no answer that counts is missing; the others
/// are not.
std::vector<std::uint8_t> asked_by_row(const LoadedStudy& study, const Dataset& dataset, std::string_view id,
                                       std::span<const double> values);

} // namespace canvass

#endif
