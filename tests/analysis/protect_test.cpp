#include "tests/support/catch.hpp"

#include "engine/analysis/protect.hpp"

#include <cmath>

using namespace canvass;
using namespace canvass::analysis;
using canvass::report::Estimate;
using canvass::report::Estimates;

namespace {

Estimate share(const std::string& category, double percent, double n) {
  Estimate row;
  row.id = "answers/q1/T1/treatment/" + category;
  row.analysis = "answers";
  row.outcome = "q1";
  row.quantity = "share";
  row.at = {{"wave", "T1"}, {"arm", "treatment"}, {"category", category}};
  row.estimate = percent;
  row.n = n;
  row.count = percent * n / 100;
  return row;
}

Estimate contrast(const std::string& id, double n, double n_versus) {
  Estimate row;
  row.id = id;
  row.quantity = "difference_in_differences";
  row.estimate = 0.3;
  row.p_value = 0.02;
  row.verdict = "improved";
  row.n = n;
  row.n_versus = n_versus;
  return row;
}

} // namespace

TEST_CASE("nothing to protect", "[analysis][protect]") {
  Estimates rows;
  CHECK(protect(rows, {}) == 0);
}

TEST_CASE("a base under the limit loses every number, n, p and verdict", "[analysis][protect]") {
  Estimates rows = {contrast("a/T3-T1", 9, 30), contrast("b/T3-T1", 30, 9), contrast("c/T3-T1", 10, 10)};
  CHECK(protect(rows, {}) == 2);
  for (const std::size_t i : {0U, 1U}) {
    CHECK(is_withheld(rows[i]));
    CHECK(std::isnan(rows[i].estimate));
    CHECK(std::isnan(rows[i].n));
    CHECK(std::isnan(rows[i].n_versus));
    CHECK(std::isnan(rows[i].p_value));
    CHECK(rows[i].verdict.empty());
  }
  CHECK_FALSE(is_withheld(rows[2]));
}

TEST_CASE("everybody or nobody among fewer than twenty closes the whole question", "[analysis][protect]") {
  Estimates rows = {share("1", 0, 19), share("2", 40, 19), share("3", 60, 19)};
  CHECK(protect(rows, {}) == 3);
  rows = {share("1", 0, 20), share("2", 40, 20), share("3", 60, 20)};
  CHECK(protect(rows, {}) == 0);
  rows = {share("1", 10, 19), share("2", 40, 19), share("3", 50, 19)};
  CHECK(protect(rows, {}) == 0);
}

TEST_CASE("the same number on one or two people fewer is withheld, on three fewer not", "[analysis][protect]") {
  Estimates rows = {contrast("a/T3-T1", 35, 28), contrast("a/T3-T1/without_late", 34, 28), contrast("b/T3-T1", 35, 28),
                    contrast("b/T3-T1/without_late", 35, 25)};
  CHECK(protect(rows, {}) == 1);
  CHECK(is_withheld(rows[1]));
}

TEST_CASE("a change of a mean is withheld where one or two people answered one of its waves only", "[analysis][protect]") {
  Estimate change;
  change.id = "within/T3-T1/treatment/q1/paired_t";
  change.outcome = "q1";
  change.quantity = "change";
  change.at = {{"wave", "T3"}, {"from", "T1"}, {"arm", "treatment"}};
  change.estimate = 0.2;
  change.n = 38;
  for (const double missing : {0.0, 1.0, 2.0, 3.0}) {
    change.n_missing = missing;
    Estimates rows = {change};
    INFO(missing);
    CHECK((protect(rows, {}) == 1) == (missing == 1 || missing == 2));
  }
  // How many went up does not follow from the two waves, and gives nobody away.
  change.quantity = "share_up";
  change.n_missing = 1;
  Estimates rows = {change};
  CHECK(protect(rows, {}) == 0);
}

TEST_CASE("a reason given by a few is withheld, counts of people asked are not", "[analysis][protect]") {
  Estimate reason;
  reason.id = "answers/q1/T1/treatment/missing/pns";
  reason.quantity = "missing";
  reason.estimate = reason.count = 2;
  reason.n = 40;
  Estimate listed;
  listed.id = "flow/listed/treatment";
  listed.quantity = "listed";
  listed.estimate = listed.n = 4;
  Estimates rows = {reason, listed};
  CHECK(protect(rows, {}) == 1);
  CHECK(is_withheld(rows[0]));
  CHECK(rows[1].estimate == 4);
}

TEST_CASE("a change goes with the one that the contrast would give", "[analysis][protect]") {
  const auto change = [](const std::string& arm, double n_missing) {
    Estimate row;
    row.id = "within/T3-T1/" + arm + "/q1/paired_t";
    row.outcome = "q1";
    row.quantity = "change";
    row.at = {{"wave", "T3"}, {"from", "T1"}, {"arm", arm}};
    row.estimate = 0.2;
    row.n = 35;
    row.n_missing = n_missing;
    return row;
  };
  Estimates rows = {change("treatment", 5), change("control", 1)};
  CHECK(protect(rows, {}) == 2);
  rows = {change("treatment", 5), change("control", 3)};
  CHECK(protect(rows, {}) == 0);
  rows = {change("treatment", 0), change("control", 1)}; // the waves give the change of a complete arm anyway
  CHECK(protect(rows, {}) == 1);
}

TEST_CASE("a contrast of pairs is withheld where one person in one arm left, though the other arm is complete", "[analysis][protect]") {
  Estimate treated;
  treated.id = "within/T3-T1/treatment/q1/paired_t";
  treated.outcome = "q1";
  treated.quantity = "change";
  treated.at = {{"wave", "T3"}, {"from", "T1"}, {"arm", "treatment"}};
  treated.estimate = 0.2;
  treated.n = 39;
  Estimate between;
  between.id = "items/T3-T1/q1";
  between.outcome = "q1";
  between.at = {{"wave", "T3"}, {"from", "T1"}, {"arm", "treatment"}};
  between.versus = {{"arm", "control"}};
  between.estimate = 0.3;
  between.n = 39;
  between.n_versus = 33;
  const auto withheld = [&](const std::string& quantity, const std::string& method, double leavers, const std::string& outcome = "q1") {
    treated.n_missing = leavers;
    between.quantity = quantity;
    between.method = method;
    between.outcome = outcome;
    Estimates rows = {treated, between};
    protect(rows, {});
    return is_withheld(rows[1]);
  };
  for (const char* quantity : {"difference", "difference_in_differences", "adjusted_difference", "standardised_difference", "hedges_g"}) {
    INFO(quantity);
    CHECK(withheld(quantity, "welch t", 1));
    CHECK(withheld(quantity, "welch t", 2));
    CHECK_FALSE(withheld(quantity, "welch t", 0));
    CHECK_FALSE(withheld(quantity, "welch t", 3));
    CHECK_FALSE(withheld(quantity, "welch t", 1, "q2"));
    CHECK_FALSE(withheld(quantity, "mmrm satterthwaite", 1)); // a model of everybody is no sum over the pairs
  }
  CHECK_FALSE(withheld("cliffs_delta", "mann-whitney exact", 1)); // nor are ranks
}

TEST_CASE("reasons of a cell go together", "[analysis][protect]") {
  const auto reason = [](const std::string& name, double count, const std::string& arm) {
    Estimate row;
    row.id = "answers/q1/T1/" + arm + "/missing/" + name;
    row.analysis = "answers";
    row.outcome = "q1";
    row.quantity = "missing";
    row.at = {{"wave", "T1"}, {"arm", arm}, {"reason", name}};
    row.estimate = row.count = count;
    row.n = 60;
    return row;
  };
  Estimates rows = {reason("blank", 12, "treatment"), reason("pns", 2, "treatment"), reason("blank", 12, "control")};
  CHECK(protect(rows, {}) == 2);
  CHECK_FALSE(is_withheld(rows[2]));
}

TEST_CASE("everybody alike among fewer than twenty is withheld in whatever number says it", "[analysis][protect]") {
  const auto one = [](const std::string& quantity, double estimate, double n, double std_error) {
    Estimate row;
    row.id = "a/" + quantity;
    row.quantity = quantity;
    row.at = {{"wave", "T1"}, {"arm", "treatment"}};
    row.estimate = estimate;
    row.std_error = std_error;
    row.n = n;
    return row;
  };
  Estimates rows = {one("mean", 5, 15, 0),
                    one("standard_deviation", 0, 15, 0.1),
                    one("rank_biserial", 1, 15, 0.1),
                    one("cliffs_delta", -1, 15, 0.1),
                    one("superiority", 1, 15, 0.1),
                    one("net_change", 100, 15, 0.1)};
  CHECK(protect(rows, {}) == rows.size());
  rows = {one("mean", 5, 20, 0), one("mean", 4.5, 15, 0.2), one("rank_biserial", 0.9, 15, 0.1), one("net_change", 0, 15, 0.1)};
  CHECK(protect(rows, {}) == 0);
}

namespace {

Estimate of_area(const std::string& variable, const std::string& level, double n) {
  Estimate row;
  row.outcome = "confident";
  row.quantity = "proportion";
  row.at = {{"wave", "2026"}};
  row.id = "areas/confident/2026";
  if (!variable.empty()) {
    row.at.emplace_back(variable, level);
    row.id += "/" + variable + "/" + level;
  }
  row.estimate = 40;
  row.n = n;
  return row;
}

/// Areas E1, E2 ... lie in division E; divisions in the whole.
std::optional<std::pair<std::string, std::string>> in_division(const std::string& variable, const std::string& level) {
  if (variable == "area") {
    return std::pair<std::string, std::string>{"division", level.substr(0, 1)};
  }
  return variable == "division" ? std::optional(std::pair<std::string, std::string>()) : std::nullopt;
}

Universe areas_in_divisions() {
  Universe universe;
  universe.parent_of = in_division;
  return universe;
}

std::string withheld_ids(const Estimates& rows) {
  std::string ids;
  for (const Estimate& row : rows) {
    ids += is_withheld(row) ? row.at.back().second + " " : "";
  }
  return ids;
}

} // namespace

TEST_CASE("an area that its division and its neighbours would give takes the smallest neighbour with it", "[analysis][protect]") {
  Disclosure policy;
  policy.min_base = 30;
  const Estimates all = {of_area("", "", 900),       of_area("division", "E", 400), of_area("division", "W", 500),
                         of_area("area", "E1", 12),  of_area("area", "E2", 150),    of_area("area", "E3", 238),
                         of_area("area", "W1", 250), of_area("area", "W2", 250)};
  Estimates rows = all;
  Estimate rest = of_area("area", "E2", 150);
  rest.id += "/rest";
  rest.quantity = "difference";
  rest.versus = {{"area", "rest"}};
  rows.push_back(rest);
  CHECK(protect(rows, policy, {}, areas_in_divisions()) == 3);
  CHECK(withheld_ids(rows) == "E1 E2 E2 "); // the neighbour, and what compares it
  rows = all;
  CHECK(protect(rows, policy) == 1); // without knowing what adds up
  CHECK(withheld_ids(rows) == "E1 ");
}

TEST_CASE("two small areas are safe only if enough people stand behind both together", "[analysis][protect]") {
  Disclosure policy;
  policy.min_base = 30;
  Estimates rows = {of_area("", "", 900),      of_area("division", "E", 400), of_area("area", "E1", 12),
                    of_area("area", "E2", 15), of_area("area", "E3", 100),    of_area("area", "E4", 273)};
  protect(rows, policy, {}, areas_in_divisions());
  CHECK(withheld_ids(rows) == "E1 E2 E3 ");
  rows = {of_area("", "", 900), of_area("division", "E", 400), of_area("area", "E1", 12), of_area("area", "E2", 25),
          of_area("area", "E3", 363)};
  protect(rows, policy, {}, areas_in_divisions());
  CHECK(withheld_ids(rows) == "E1 E2 ");
}

TEST_CASE("where the sum is not published, neighbours stay", "[analysis][protect]") {
  Disclosure policy;
  policy.min_base = 30;
  Estimates rows = {of_area("area", "E1", 12), of_area("area", "E2", 150), of_area("area", "E3", 238)};
  protect(rows, policy, {}, areas_in_divisions());
  CHECK(withheld_ids(rows) == "E1 ");
}

TEST_CASE("a neighbour that goes takes another of its own level with it up the tree", "[analysis][protect]") {
  Disclosure policy;
  policy.min_base = 30;
  // Division E has too few people itself: it goes, and W with it, or E would follow from the whole.
  Estimates rows = {of_area("", "", 900), of_area("division", "E", 20), of_area("division", "W", 380), of_area("division", "X", 500)};
  protect(rows, policy, {}, areas_in_divisions());
  CHECK(withheld_ids(rows) == "E W ");
}
