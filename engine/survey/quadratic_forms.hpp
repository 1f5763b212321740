#ifndef CANVASS_ENGINE_SURVEY_QUADRATIC_FORMS_HPP
#define CANVASS_ENGINE_SURVEY_QUADRATIC_FORMS_HPP

#include <span>

namespace canvass::survey {

/// How the tail of a weighted sum of chi-squares is found.
enum class TailMethod {
  satterthwaite, ///< a scaled F with the same first two moments
  saddlepoint,   ///< Lugannani and Rice in the form of Barndorff-Nielsen; where it breaks down (near the mean): satterthwaite
  exact          ///< Ruben's series; where the lambdas lie too far apart for it, the characteristic function inverted (Imhof 1961), or,
                 ///< with an infinite df, the saddlepoint
};

/// P(sum_i lambda_i X_i > x) where the X_i are independent chi-squares of 1 df, or, with a finite df, where each is over one shared
/// denominator chi2(df) / df: what a Rao-Scott statistic follows when the variance itself was estimated with df degrees of freedom.
/// df = infinity: the plain sum. Saddlepoint takes the denominator with its df rounded down, as the R package does.
/// Source: Kuonen 1999; Lumley and Scott 2014. Same as: survey::pFsum, survey::pchisqsum(lower.tail = FALSE).
/// @throws DomainError no lambda, a lambda that is not positive
double weighted_chi2_sf(double x, std::span<const double> lambda, double df, TailMethod tail);

} // namespace canvass::survey

#endif
