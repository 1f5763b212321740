#include "engine/stats/power.hpp"

#include "engine/core/error.hpp"
#include "engine/stats/distributions.hpp"
#include "engine/stats/samples.hpp"

#include <algorithm>
#include <cmath>

namespace canvass::stats {

namespace {

/// The root of a falling-then-positive function: `reached(x)` is false below the answer and true above it.
template <typename Reached> double smallest_with(Reached reached, double high) {
  double low = 0;
  for (int i = 0; i < 200; ++i) {
    const double middle = low + (high - low) / 2;
    if (middle == low || middle == high) {
      break;
    }
    (reached(middle) ? high : low) = middle;
  }
  return low + (high - low) / 2;
}

void check_alpha_and_power(double alpha, double power) {
  check_level(alpha, "alpha");
  check_level(power, "power");
  if (power <= alpha) {
    throw DomainError("power has to be above the significance level");
  }
}

} // namespace

double power_of_t(double effect_in_std_errors, double df, double critical) {
  return noncentral_t_sf(critical, df, effect_in_std_errors) + noncentral_t_cdf(-critical, df, effect_in_std_errors);
}

double detectable_at_critical(double df, double critical, double power) {
  check_level(power, "power");
  if (!(df > 0) || !(critical >= 0) || std::isinf(critical)) {
    return nan;
  }
  if (power_of_t(0, df, critical) >= power) {
    return 0;
  }
  double high = critical + 2;
  while (power_of_t(high, df, critical) < power && high < 1e6) {
    high *= 2;
  }
  return smallest_with([&](double effect) { return power_of_t(effect, df, critical) >= power; }, high);
}

double detectable_in_std_errors(double df, double alpha, double power) {
  check_alpha_and_power(alpha, power);
  return df > 0 ? detectable_at_critical(df, t_quantile(1 - alpha / 2, df), power) : nan;
}

double detectable_effect(double std_error, double df, double alpha, double power) {
  return std_error > 0 ? std_error * detectable_in_std_errors(df, alpha, power) : nan;
}

double detectable_d_paired(int n, double alpha, double power) {
  return n < 2 ? nan : detectable_in_std_errors(n - 1, alpha, power) / std::sqrt(static_cast<double>(n));
}

double detectable_d_two_sample(int n_first, int n_second, double alpha, double power) {
  if (n_first < 1 || n_second < 1 || n_first + n_second < 3) {
    return nan;
  }
  return detectable_in_std_errors(n_first + n_second - 2, alpha, power) * std::sqrt(1.0 / n_first + 1.0 / n_second);
}

double detectable_d_ancova(int n_first, int n_second, double correlation, double alpha, double power) {
  if (!(std::fabs(correlation) <= 1)) {
    throw DomainError("a correlation lies between -1 and 1");
  }
  return detectable_d_two_sample(n_first, n_second, alpha, power) * std::sqrt(1 - correlation * correlation);
}

double detectable_d_did(int n_first, int n_second, double correlation, double alpha, double power) {
  if (!(std::fabs(correlation) <= 1)) {
    throw DomainError("a correlation lies between -1 and 1");
  }
  return detectable_d_two_sample(n_first, n_second, alpha, power) * std::sqrt(2 * (1 - correlation));
}

int people_per_group(double d, double alpha, double power) {
  check_alpha_and_power(alpha, power);
  if (!(std::fabs(d) > 0) || std::isinf(d)) {
    throw DomainError("a difference of 0 is found by no number of people");
  }
  const auto enough = [&](int n) {
    const double df = 2.0 * n - 2;
    return power_of_t(std::fabs(d) * std::sqrt(n / 2.0), df, t_quantile(1 - alpha / 2, df)) >= power;
  };
  int high = 2;
  while (!enough(high)) {
    if (high > 1'000'000'000) {
      throw DomainError("the difference is too small: more than a thousand million people a group");
    }
    high *= 2;
  }
  int low = high == 2 ? 1 : high / 2;
  while (high - low > 1) {
    const int middle = low + (high - low) / 2;
    (enough(middle) ? high : low) = middle;
  }
  return high;
}

double detectable_proportion_difference(double base, double n_first, double n_second, double alpha, double power) {
  check_alpha_and_power(alpha, power);
  if (!(base >= 0 && base <= 1) || !(n_first > 0 && n_second > 0)) {
    throw DomainError("a proportion between 0 and 1 and people in both samples are needed");
  }
  const double z_alpha = normal_quantile(1 - alpha / 2);
  const double z_power = normal_quantile(power);
  const auto reached = [&](double difference) {
    const double other = base + difference;
    const double pooled = (n_first * base + n_second * other) / (n_first + n_second);
    const double null_error = std::sqrt(std::max(0.0, pooled * (1 - pooled)) * (1 / n_first + 1 / n_second));
    const double error = std::sqrt(base * (1 - base) / n_first + std::max(0.0, other * (1 - other)) / n_second);
    return difference >= z_alpha * null_error + z_power * error;
  };
  const double room = 1 - base;
  return room > 0 && reached(room) ? smallest_with(reached, room) : nan;
}

} // namespace canvass::stats
