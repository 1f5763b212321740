#include "tests/support/catch.hpp"

#include "engine/core/error.hpp"
#include "engine/stats/inference.hpp"

#include <cmath>
#include <limits>
#include <vector>

using namespace canvass::stats;
using canvass::DomainError;

namespace {
constexpr double infinity = std::numeric_limits<double>::infinity();
}

TEST_CASE("an inference without a standard error has no p and no interval", "[stats][inference]") {
  for (const double bad : {0.0, -1.0, std::numeric_limits<double>::quiet_NaN()}) {
    const Inference made = inference_from(1, bad, 10);
    CHECK(made.estimate == 1);
    CHECK(std::isnan(made.p_value));
    CHECK(std::isnan(made.conf_low));
  }
  CHECK(std::isnan(inference_from(1, 1, 0).p_value));
  CHECK(std::isnan(inference_from(1, 1, 10, 1.0).conf_high));
}

TEST_CASE("an inference is a t test, a z test at infinite df", "[stats][inference]") {
  const Inference t = inference_from(2, 1, 10); // R: 2 * pt(-2, 10), 2 - qt(.975, 10)
  CHECK(t.p_value == Approx(0.0733880347707404).epsilon(1e-12));
  CHECK(t.conf_low == Approx(-0.2281388519862739).epsilon(1e-11));
  CHECK(t.conf_high == Approx(4.2281388519862739).epsilon(1e-12));
  const Inference z = inference_from(-1.96, 1, infinity, 0.9); // R: 2 * pnorm(-1.96), -1.96 + qnorm(.95)
  CHECK(z.p_value == Approx(0.0499957902964409).epsilon(1e-12));
  CHECK(z.conf_high == Approx(-0.315146373048527).epsilon(1e-11));
}

TEST_CASE("Satterthwaite's df of a sum of variances", "[stats][inference]") {
  const std::vector<double> two{1, 3};
  CHECK_THROWS_AS(satterthwaite_df(two, std::vector<double>{3}), DomainError);
  CHECK_THROWS_AS(satterthwaite_df(two, std::vector<double>{3, 0}), DomainError);
  CHECK(std::isnan(satterthwaite_df({}, {})));
  CHECK(std::isnan(satterthwaite_df(std::vector<double>{0, 0}, std::vector<double>{3, 4})));
  CHECK(satterthwaite_df(std::vector<double>{0, 2}, std::vector<double>{3, 4}) == Approx(4).epsilon(1e-14));
  CHECK(satterthwaite_df(two, std::vector<double>{5, 10}) == Approx(16.0 / (1.0 / 5 + 9.0 / 10)).epsilon(1e-14));
  CHECK(satterthwaite_df(std::vector<double>{2, 2}, std::vector<double>{7, 7}) == Approx(14).epsilon(1e-14));
}

TEST_CASE("dip and recovery: both must hold", "[stats][inference]") {
  const Inference down = inference_from(-2, 1, 20);
  const Inference up = inference_from(3, 1, 25);
  const DipAndRecovery made = dip_and_recovery(down, up);
  CHECK(made.signs_as_expected);
  CHECK(made.p_dip == Approx(0.02963276772328525).epsilon(1e-11));       // R: pt(-2, 20)
  CHECK(made.p_recovery == Approx(0.003019089782571745).epsilon(1e-11)); // R: pt(-3, 25)
  CHECK(made.p_value == made.p_dip);
  const DipAndRecovery none = dip_and_recovery(down, inference_from(-3, 1, 25));
  CHECK_FALSE(none.signs_as_expected);
  CHECK(none.p_value > 0.99);
  const DipAndRecovery mirrored = dip_and_recovery(inference_from(2, 1, 20), inference_from(-3, 1, 25), true);
  CHECK(mirrored.p_value == Approx(made.p_value).epsilon(1e-14));
  CHECK(mirrored.signs_as_expected);
  CHECK(std::isnan(dip_and_recovery(inference_from(-2, 0, 20), up).p_value));
}

TEST_CASE("contrasts of people trained in groups", "[stats][inference]") {
  CHECK_THROWS_AS(design_effect(-0.1, 10), DomainError);
  CHECK_THROWS_AS(design_effect(1.1, 10), DomainError);
  CHECK_THROWS_AS(design_effect(0.1, 0.5), DomainError);
  CHECK(design_effect(0.05, 1) == 1);
  CHECK(design_effect(0.05, 13) == Approx(1.6).epsilon(1e-14));
  CHECK_THROWS_AS(contrast_in_groups(1, .02, 1, .03, 33, .05, 13), DomainError);
  CHECK_THROWS_AS(contrast_in_groups(1, .02, 40, .03, 1, .05, 13), DomainError);
  CHECK_THROWS_AS(contrast_in_groups(1, .02, 10, .03, 33, 1, 10), DomainError); // one group is one person
  // Without correlation it is Welch's test.
  const GroupedContrast welch = contrast_in_groups(.5, .02, 40, .03, 33, 0, 13);
  CHECK(welch.inference.std_error == Approx(std::sqrt(.05)).epsilon(1e-14));
  CHECK(welch.inference.df == Approx(.0025 / (.0004 / 39 + .0009 / 32)).epsilon(1e-12));
  double last = welch.inference.p_value;
  for (const double icc : {0.05, 0.10}) {
    const GroupedContrast grouped = contrast_in_groups(.5, .02, 40, .03, 33, icc, 13);
    CHECK(grouped.effect_on_variance == Approx(1 + 12 * icc).epsilon(1e-14));
    CHECK(grouped.inference.std_error == Approx(std::sqrt(.02 * (1 + 12 * icc) + .03)).epsilon(1e-14));
    CHECK(grouped.inference.p_value > last);
    last = grouped.inference.p_value;
  }
}
