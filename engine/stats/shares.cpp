#include "engine/stats/shares.hpp"

#include "engine/core/error.hpp"
#include "engine/stats/distributions.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace canvass::stats {

namespace {

void need_share(double share) {
  if (!(share >= 0 && share <= 1)) {
    throw DomainError(fmt::format("a share of people is 0 to 1 (found {})", share));
  }
}

void need_answers(double n) {
  if (!(n > 0)) {
    throw DomainError(fmt::format("a number of answers is above 0 (found {})", n));
  }
}

} // namespace

ShareComparison compare_shares(double first, double second) {
  need_share(first);
  need_share(second);
  return {first - second, first / second, first * (1 - second) / (second * (1 - first))};
}

ShareTest compare_pooled(double first, double n_first, double second, double n_second) {
  need_share(first);
  need_share(second);
  need_answers(n_first);
  need_answers(n_second);
  const double pooled = (first * n_first + second * n_second) / (n_first + n_second);
  const double variance = pooled * (1 - pooled) * (1 / n_first + 1 / n_second);
  if (!(variance > 0)) {
    return {};
  }
  ShareTest test;
  test.z = (first - second) / std::sqrt(variance);
  test.p_value = normal_two_sided_p(test.z);
  return test;
}

double half_width(double share, double n, double level) {
  need_share(share);
  need_answers(n);
  return normal_quantile(0.5 + level / 2) * std::sqrt(share * (1 - share) / n);
}

double answers_for_half_width(double half_width, double share, double level) {
  need_share(share);
  if (!(half_width > 0)) {
    throw DomainError(fmt::format("a half width is above 0 (found {})", half_width));
  }
  const double z = normal_quantile(0.5 + level / 2);
  return std::max(1.0, std::ceil(z * z * share * (1 - share) / (half_width * half_width)));
}

double answers_to_tell_apart(double first, double second, double alpha) {
  need_share(first);
  need_share(second);
  const double difference = first - second;
  if (!(std::abs(difference) > 0)) {
    return std::numeric_limits<double>::infinity();
  }
  const double pooled = (first + second) / 2;
  const double z = normal_quantile(1 - alpha / 2);
  return std::max(1.0, std::ceil(2 * z * z * pooled * (1 - pooled) / (difference * difference)));
}

} // namespace canvass::stats
