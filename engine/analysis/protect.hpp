#ifndef CANVASS_ENGINE_ANALYSIS_PROTECT_HPP
#define CANVASS_ENGINE_ANALYSIS_PROTECT_HPP

#include "engine/analysis/complement.hpp"
#include "engine/report/estimate.hpp"
#include "engine/study/model.hpp"

#include <compare>
#include <cstddef>
#include <set>
#include <string>

namespace canvass::analysis {

/// A change of one outcome between two waves, in whichever arm.
struct ChangeOf {
  std::string outcome, wave, from;
  friend auto operator<=>(const ChangeOf&, const ChangeOf&) = default;
};

ChangeOf change_of(const report::Estimate& row);
/// True for a change, or a contrast of changes between arms, that is a difference of sums over the people who answered both waves.
bool is_sum_over_pairs(const report::Estimate& row);

/// One or two people: what they answered could be worked out, by the other of the two at least.
bool gives_away(double people);

/// Disclosure control of an open release, over all rows at once:
/// - a base under `min_base` (either side of a contrast) is withheld;
/// - the shares of one question in one cell (item x wave x arm) are one partition: under `min_base_extreme` people and one category at
///   0 or 100 %, the whole partition goes, because a part of it could be worked out from the rest;
/// - a reason for a missing answer that fewer than `min_base` people gave is withheld;
/// - the same number on slightly different people gives the difference away: an alternate whose base differs from that of its main row by
///   one or two people is withheld. So is a change of a mean or share within an arm where one or two people in all answered only one of
///   its two waves: their answers follow from the waves and the change, and one of the two could take his own away. Three or more give
///   only a sum of at least three;
/// - a contrast of such changes between arms that is computed from the same pairs goes, too: the waves of a complete arm give that arm's
///   change, and the contrast the other's. Contrasts of models that keep everybody stay: they are no sum over the pairs;
/// - a change of one arm goes with that of another that is withheld so: the contrast and the one would give the other;
/// - all reasons for missing answers of a cell go together, since their sum stands beside the shares;
/// - a quantile at or beyond which fewer than ten people lie is withheld; a design effect or a ratio of odds goes with the row it is made
/// of;
/// - a level of a model's predictor with a small base goes with what would tell it (protect_models.hpp);
/// - under `min_base_extreme` people, numbers that say that all were the same (no spread, all up, all above all) are withheld like 100 %.
/// - numbers of an area or group of a survey are rounded (one decimal of a percentage under ten times `min_base` answers, else three),
/// since
///   all digits of a sum of known weights can tell who answered what;
/// A withheld row loses every number, n, p and verdict and carries the flag "withheld". Counts of people who were asked and who
/// answered stay: they say nothing of what was answered.
/// Returns the number of rows withheld.
/// `few_left`: changes of which one or two people in some arm answered only one wave, also where no row here says so (a part of a
/// release withholds what the whole does).
/// `universe`: the cells of a survey and what they add up to; a neighbour of a withheld cell goes with it where the sum is published
/// (complement.hpp).
std::size_t protect(report::Estimates& rows, const Disclosure& policy, std::set<ChangeOf> few_left = {}, const Universe& universe = {});

bool is_withheld(const report::Estimate& row);

} // namespace canvass::analysis

#endif
