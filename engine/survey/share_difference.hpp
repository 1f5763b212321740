#ifndef CANVASS_ENGINE_SURVEY_SHARE_DIFFERENCE_HPP
#define CANVASS_ENGINE_SURVEY_SHARE_DIFFERENCE_HPP

#include "engine/survey/proportion_interval.hpp"

#include <span>

namespace canvass::survey {

/// Too few stand on the rarer side of a share (fewer than 30, in Kish's number), or too few units behind it (fewer than 4 degrees of
/// freedom), for its observed variance to carry a test: of a share of 5 % a sample of 80 shows 0 % once in sixty, with no variance at all,
/// and a t test against others then finds a difference beyond all doubt.
bool is_thin(const ProportionFacts& share);

struct ShareDifference {
  double value = 0, low = 0, high = 0;
  double p_value = 0; ///< level at which the interval touches 0; never given below 1e-12
};

/// One of the shares that a difference is made of, taken (1) or taken off (-1).
struct SignedShare {
  ProportionFacts share;
  double sign = 1;
};

/// The interval of a sum of signed shares from the intervals of the shares: the distances from each share to its limits, squared and added.
/// A thin share's limits are those of proportion_interval, another's are share +- t se. `pair_errors`: of the first and the second share,
/// of the third and the fourth and so on, the error of the two together by the design, which tells how they go together; pairs are
/// independent of each other, and so are the two of a pair without an entry. `less` is taken off the sum: a number that the shares are held
/// against. Source: Newcombe 1998 (method 10, with other limits); Zou and Donner 2008 for more, and for shares that are not independent.
/// @throws DomainError as proportion_interval
ShareDifference difference_of_shares(std::span<const SignedShare> shares, std::span<const double> pair_errors = {}, double level = 0.95,
                                     double less = 0);

} // namespace canvass::survey

#endif
