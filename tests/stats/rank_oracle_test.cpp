// Rows frozen from R 4.6.1's wilcox.test: exact with zeros and ties, one- and two-sided, shifted by mu.
#include "tests/stats/model_oracle.hpp"
#include "tests/support/catch.hpp"

#include "engine/stats/brunner_munzel.hpp"
#include "engine/stats/rank_sum.hpp"
#include "engine/stats/signed_rank.hpp"
#include "engine/stats/two_sample.hpp"

#include <cmath>
#include <map>
#include <string>
#include <vector>

using namespace canvass::stats;

namespace {

Tail tail_named(const std::string& alternative) {
  return alternative == "two.sided" ? Tail::two_sided : alternative == "less" ? Tail::less : Tail::greater;
}

} // namespace

TEST_CASE("the frozen rows of R 4.6.1", "[stats][oracle]") {
  if (!model_oracle::present()) {
    return;
  }
  const auto oracle = model_oracle::json("r461_wilcox_rows.json");
  const std::map<std::string, std::vector<double>> data = oracle["data"];
  for (const auto& row : oracle["rows"]) {
    INFO(row.dump());
    const std::vector<double> x = data.at(row[0]);
    const std::string other = row[1];
    const bool paired = row[2] == 1 || other.empty();
    const Tail tail = tail_named(row[3]);
    const double mu = row[4];
    const double statistic = row[6];
    const double p = row[7];
    if (!paired) {
      std::vector<double> shifted;
      for (const double value : x) {
        shifted.push_back(value - mu);
      }
      const auto test = rank_sum(data.at(other), shifted, RankSumMethod::exact); // x is the later sample
      CHECK(test.method == "mann-whitney exact");
      CHECK(test.u == statistic);
      CHECK(test.p(tail) == Approx(p).epsilon(1e-11)); // R divides before it sums: 1.2e-11 off at worst
      continue;
    }
    std::vector<double> differences;
    for (std::size_t i = 0; i < x.size(); ++i) {
      differences.push_back(x[i] - (other.empty() ? 0 : data.at(other)[i]) - mu);
    }
    const SignedRankMethod method = row[5].is_null() ? SignedRankMethod::pratt_exact
                                    : row[5] == "cc" ? SignedRankMethod::drop_normal_cc
                                                     : SignedRankMethod::drop_normal;
    const auto test = signed_rank(differences, method);
    CHECK(test.v_plus == statistic);
    CHECK(test.p(tail) == Approx(p).epsilon(1e-11));
  }
  CHECK(oracle["rows"].size() == 38);
}

TEST_CASE("the further rank numbers", "[stats][oracle]") {
  if (!model_oracle::present()) {
    return;
  }
  const auto extra = model_oracle::json("extra.json");
  SECTION("the example of scipy's documentation") {
    const auto& expected = extra["BM_scipy_doc"];
    const std::vector<double> x = expected["x"];
    const std::vector<double> y = expected["y"];
    const auto test = brunner_munzel(x, y);
    CHECK(test.statistic == Approx(expected["stat"].get<double>()).epsilon(1e-11));
    CHECK(test.df == Approx(expected["df"].get<double>()).epsilon(1e-11));
    CHECK(test.p_t == Approx(expected["p"].get<double>()).epsilon(1e-10));
    CHECK(test.superiority == Approx(expected["est"].get<double>()).epsilon(1e-11));
    CHECK(test.interval_t.low == Approx(expected["ci"][0].get<double>()).epsilon(1e-11));
    CHECK(test.interval_t.high == Approx(expected["ci"][1].get<double>()).epsilon(1e-11));
    CHECK(test.method == "brunner-munzel permutation (enumerated)"); // 14 and 11 people
  }
  SECTION("the permutation of eight and eight") {
    const auto& expected = extra["bm_perm_8v8"];
    const std::vector<double> u = expected["u"];
    const std::vector<double> v = expected["v"];
    const auto test = brunner_munzel(v, u);
    CHECK(test.p_t == Approx(expected["bm"].get<double>()).epsilon(1e-11));
    CHECK(test.p_permutation == Approx(expected["p"].get<double>()).epsilon(1e-11));
    CHECK(test.relabellings == 12870);
    CHECK(rank_sum(v, u, RankSumMethod::exact_abs_deviation).p_value == Approx(expected["mw_exact"].get<double>()).epsilon(1e-11));
  }
  SECTION("Cliff's delta of one item, every interval") {
    const auto& expected = extra["cliff_tense_T2"];
    const auto table = model_oracle::csv("flat_frontline_vs_control_T1T2T3_20items.csv");
    std::vector<double> control;
    std::vector<double> treated;
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
      if (table.number(i, "time") == 2) {
        (table.text(i, "arm") == "control" ? control : treated).push_back(table.number(i, "tense"));
      }
    }
    const auto cliff = cliff_delta(control, treated);
    CHECK(cliff.delta == Approx(expected["delta"].get<double>()).epsilon(1e-11));
    CHECK(cliff.variance == Approx(expected["s2_unbiased"].get<double>()).epsilon(1e-11));
    CHECK(cliff.interval.low == Approx(expected["ci_asym_t_unb"][0].get<double>()).epsilon(1e-11));
    CHECK(cliff.interval.high == Approx(expected["ci_asym_t_unb"][1].get<double>()).epsilon(1e-11));
    CHECK(cliff.interval_normal.low == Approx(expected["ci_asym_z_unb"][0].get<double>()).epsilon(1e-11));
    CHECK(cliff.interval_rank_biserial.high == Approx(expected["effectsize_rb"][1].get<double>()).epsilon(1e-11));
    const auto bm = brunner_munzel(control, treated);
    CHECK(2 * bm.interval_t.low - 1 == Approx(expected["BM_as_delta"][0].get<double>()).epsilon(1e-10));
    CHECK(2 * bm.interval_t.high - 1 == Approx(expected["BM_as_delta"][1].get<double>()).epsilon(1e-10));
    // The reference's root finder stopped at 1e-5.
    CHECK(2 * bm.interval_newcombe.low - 1 == Approx(expected["newcombe5_delta"][0].get<double>()).margin(1.2e-5));
    CHECK(2 * bm.interval_newcombe.high - 1 == Approx(expected["newcombe5_delta"][1].get<double>()).margin(1.2e-5));
    // rankFD prints four decimals.
    const auto rank_fd = model_oracle::json("rankFD_tense_T2.json");
    CHECK(bm.superiority == Approx(rank_fd["logit"][0]["Estimator"].get<double>()).margin(5.1e-5));
    CHECK(bm.interval_z.low == Approx(rank_fd["logit"][0]["Lower"].get<double>()).margin(1.1e-4));
    CHECK(bm.interval_z.high == Approx(rank_fd["logit"][0]["Upper"].get<double>()).margin(1.1e-4));
  }
}
