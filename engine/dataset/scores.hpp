#ifndef CANVASS_ENGINE_DATASET_SCORES_HPP
#define CANVASS_ENGINE_DATASET_SCORES_HPP

#include "engine/dataset/dataset.hpp"

namespace canvass {

/// Codes that an item of a scale can take, as its choice list or its declared minimum and maximum say.
struct ItemRange {
  double lowest = 0, highest = 0;
};
ItemRange range_of_item(const Instrument& instrument, const Variable& variable);

/// One scale over all rows.
/// mean: of the answered items, reversed ones as lowest + highest - code. sum: that mean times the number of items, so that a sheet with
/// a gap stays on the scale's range. percent_of_max: each item as its share of the way from lowest to highest, averaged, times 100.
/// NaN where fewer than min_answered items were answered.
ScoreColumn score_scale(const Instrument& instrument, const Dataset& dataset, const Scale& scale);

/// One indicator over all rows: 1, 0 or NaN. Base `answered`: every missing cell is NaN. Base `asked`: only what was routed past or spoilt
/// is; blank, don't know and the like are 0, unless `in` names their code.
std::vector<double> indicate(const Instrument& instrument, const Dataset& dataset, const Indicator& indicator);

} // namespace canvass

#endif
