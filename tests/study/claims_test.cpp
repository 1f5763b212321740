#include "tests/support/catch.hpp"
#include "tests/support/public_files.hpp"

#include "engine/study/claim_checks.hpp"

#include <cmath>
#include <string>

using namespace canvass;
using namespace canvass::testing;

namespace {

const std::string keys = "claims:\n  - {id: paper, file: claims.csv, source: \"A paper\", as_of: 2026-03-31}\n";

/// The small survey with this file of claims.
LoadedStudy with_claims(StudyFiles& files, const std::string& csv, Problems& problems, const std::string& yaml = keys) {
  write_public_study(files);
  files.write("study.yaml", public_study + yaml).write("claims.csv", csv);
  return files.load(problems);
}

/// Errors of loading, with their places.
std::string errors(const std::string& csv, const std::string& yaml = keys) {
  StudyFiles files;
  Problems problems;
  with_claims(files, csv, problems, yaml);
  return printed(problems, files, true);
}

std::vector<ClaimFinding> findings(const std::string& csv) {
  StudyFiles files;
  Problems problems;
  const LoadedStudy loaded = with_claims(files, csv, problems);
  INFO(printed(problems, files));
  REQUIRE_FALSE(problems.has_errors());
  return check_claims(loaded.study.survey->claims.front(), profile_of(loaded.study.survey->population));
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

Group group(double value, std::optional<double> share = {}) {
  return {"", as_printed(value, 1), share ? std::optional(as_printed(*share, 1)) : std::nullopt};
}

} // namespace

// --- errors

TEST_CASE("a file of claims that cannot be read says where and why", "[study][claims]") {
  CHECK(has(errors(""), "claims.csv:1:1: the file is empty"));
  CHECK(has(errors("id,measure,value\n"), "the file has no claims"));
  CHECK(has(errors("id,value\na,39\n"), "there is no column \"measure\""));
  CHECK(has(errors("id,measure,valeu\na,m,39\n"), "the column \"valeu\" is not known here; did you mean value?"));
  CHECK(has(errors("id,measure,value\n1a,m,39\n"), "claims.csv:2:1: \"1a\" cannot be the id of a claim"));
  CHECK(has(errors("id,measure,value\na,m,39\nA,m,40\n"), "claim"));
  CHECK(has(errors("id,measure,value\na,,39\n"), "a does not say what it measures"));
  CHECK(has(errors("id,measure,value\na,m,\n"), "this claim has no value; write the figure as printed, or the `formula` that gives it"));
  CHECK(has(errors("id,measure,value\na,m,41·7\n"), "\"41·7\" is no number"));
  CHECK(has(errors("id,measure,value\na,m,139\n"), "139 is no percentage of people"));
  CHECK(has(errors("id,measure,value,decimals\na,m,41.7,0\n"), "the value is written with 1 decimal"));
  CHECK(has(errors("id,measure,value,group\na,m,39,young\n"), "a group stands beside what it is one of"));
  CHECK(has(errors("id,measure,value,n,sent\na,m,39,600,500\n"), "more people answered (600) than were asked (500); mend one"));
  CHECK(has(errors("id,measure,value,n\na,m,39,none\n"), "\"none\" cannot be the `n` of a claim"));
  CHECK(has(errors("id,measure,value,share\na,m,39,12\n"), "`share` is the size of a group"));
  CHECK(has(errors("id,measure,value,group,of,where\na,m,39,men,sex,sex\n"), "\"sex\" does not say who is in the group"));
  CHECK(has(errors("id,measure,value,group,of,where\na,m,39,men,sex,gender=1\n"), "\"gender\" is no question of street@1.0.0"));
  CHECK(has(errors("id,measure,value,group,of,where\na,m,39,men,sex,sex=9\n"), "\"9\" is no answer to sex"));
  CHECK(has(errors("id,measure,value,formula\na,m,,b * 2\n"), "b"));
  CHECK(
      has(errors("id,measure,value,formula\na,m,39,\nb,m,,a * 2\nc,m,,b * 2\n"), "the formula of c names b, which has no printed figure"));
  CHECK(has(errors("id,measure,value\na,m,39\n", replaced(keys, ", as_of: 2026-03-31", "")), "`as_of` is missing"));
  CHECK(has(errors("id,measure,value\na,m,39\n", replaced(keys, "claims.csv", "none.csv")), "none.csv"));
  CHECK(has(errors("id,measure,value\na,m,39\n", "claims: strategy\n"), "`claims` is no list"));
  CHECK(errors("id,measure,value,n,where,group,of\na,m,39,500,,,\nb,m,41,250,sex=male,men,sex\nc,m,37,250,sex=2,women,sex\n") == "");
}

// --- figures

TEST_CASE("a figure stands for all that rounds to it", "[study][claims]") {
  const Rounded whole = as_printed(39, 0);
  CHECK(whole.low == 38.5);
  CHECK(whole.high == 39.5);
  CHECK(as_printed(41.7, 1).low == Approx(41.65).epsilon(1e-12));
}

TEST_CASE("a formula is reckoned with the rounding of its figures", "[study][claims][reference]") {
  StudyFiles files;
  Problems problems;
  // 15 % of 45 %: 14.5 x 44.5 to 15.5 x 45.5; and 30 of 41
  const LoadedStudy loaded =
      with_claims(files,
                  "id,measure,value,formula\nv,v,15,\nu,u,45,\nall,a,,v * u / 100\nr,r,41,\nc,c,30,\nkept,k,,100 * c / r\n"
                  "zero,z,0,\nbroken,b,,v / zero\n",
                  problems);
  REQUIRE_FALSE(problems.has_errors());
  const ClaimSet& set = loaded.study.survey->claims.front();
  const auto all = value_of(set, *set.claim("all"));
  REQUIRE(all);
  CHECK(all->value == Approx(6.75).epsilon(1e-12));
  CHECK(all->low == Approx(6.4525).epsilon(1e-12));
  CHECK(all->high == Approx(7.0525).epsilon(1e-12));
  CHECK(value_of(set, *set.claim("kept"))->value == Approx(73.1707317073).epsilon(1e-10));
  CHECK_FALSE(value_of(set, *set.claim("broken")));
  CHECK(set.claim("nothing") == nullptr);
}

TEST_CASE("a printed figure that its formula does not give is named", "[study][claims]") {
  const auto found = findings("id,measure,value,n,formula\nv,v,15,9,\nu,u,45,9,\nall,a,8,9,v * u / 100\n");
  REQUIRE(found.size() == 1);
  CHECK(found[0].kind == ClaimFinding::Kind::formula);
  CHECK(found[0].text == "all is printed as 8, but v * u / 100 gives 6.75 (6.45 to 7.05 by rounding); mend the one that is wrong");
  CHECK(findings("id,measure,value,n,formula\nv,v,15,9,\nu,u,45,9,\nall,a,7,9,v * u / 100\n").empty());
}

// --- everybody and the groups

TEST_CASE("the share that two groups need", "[study][claims][reference]") {
  // (6.75 - 5.1) / (18.5 - 5.1) and (6.75 - 5.2) / (12.3 - 5.2)
  const Rounded overall{6.75, 6.75, 6.75};
  CHECK(implied_share(overall, as_printed(18.5, 1), as_printed(5.1, 1))->value == Approx(100 * 1.65 / 13.4).epsilon(1e-12));
  CHECK(implied_share(overall, as_printed(12.3, 1), as_printed(5.2, 1))->value == Approx(100 * 1.55 / 7.1).epsilon(1e-12));
  CHECK_FALSE(implied_share(overall, as_printed(5.1, 1), as_printed(5.1, 1)));
  CHECK_FALSE(implied_share(overall, as_printed(5.0, 1), as_printed(5.1, 1))); // one may be the other
}

TEST_CASE("an average lies among its parts, with the weights that they have", "[study][claims][reference]") {
  const Rounded forty = as_printed(40, 1);
  const auto reconciled = [&](std::vector<Group> groups) { return reconcile(forty, groups).mixture; };
  CHECK(reconciled({group(40)}) == Mixture::fits);
  CHECK(reconciled({group(41)}) == Mixture::outside);
  CHECK(reconciled({group(41), group(45), group(50)}) == Mixture::outside);
  CHECK(reconciled({group(41), group(39)}) == Mixture::share_unknown);
  CHECK(reconciled({group(40), group(40)}) == Mixture::fits); // whatever their sizes
  CHECK(reconciled({group(50, 50), group(30)}) == Mixture::fits);
  CHECK(reconciled({group(50, 52), group(30)}) == Mixture::fits);         // two points are let pass
  CHECK(reconciled({group(50, 53), group(30)}) == Mixture::contradicted); // 40.6 +- .05 less .4
  CHECK(reconciled({group(50, 20), group(30, 20), group(40)}) == Mixture::fits);
  CHECK(reconciled({group(50, 40), group(30, 20), group(40)}) == Mixture::contradicted); // 42
  CHECK(reconciled({group(50, 40), group(30), group(40)}) == Mixture::fits);             // two sizes are open
  const std::vector<Group> three = {group(50, 40), group(30, 20), group(40)};
  CHECK(reconcile(forty, three).average->value == Approx(42).epsilon(1e-12));
}

TEST_CASE("a true average of rounded groups is never called wrong", "[study][claims][property]") {
  // shares and rates on a grid, the average of the unrounded ones printed without decimals
  for (double share = 5; share <= 95; share += 7.3) {
    for (double first = 3.3; first < 90; first += 9.7) {
      for (double second = 8.9; second < 90; second += 11.3) {
        const double overall = (share * first + (100 - share) * second) / 100;
        const std::vector<Group> groups = {{"a", as_printed(std::round(first), 0), as_printed(std::round(share), 0)},
                                           {"b", as_printed(std::round(second), 0), std::nullopt}};
        INFO(share << " " << first << " " << second);
        CHECK(reconcile(as_printed(std::round(overall), 0), groups, 0).fits());
      }
    }
  }
}

TEST_CASE("groups are told where they leave something out, overlap or stand alone", "[study][claims]") {
  const std::string head = "id,measure,value,n,group,of,share,where\nall,m,40,900,,,,\n";
  const auto alone = findings(head + "a,m,50,90,single parents,household,,\n");
  REQUIRE(alone.size() == 1);
  CHECK(alone[0].kind == ClaimFinding::Kind::no_complement);
  CHECK(has(alone[0].text, "m of single parents stands alone"));
  const auto overlap = findings(head + "a,m,50,90,men,sex,60,\nb,m,30,90,women,sex,50,\n");
  REQUIRE(overlap.size() == 1);
  CHECK(overlap[0].kind == ClaimFinding::Kind::shares);
  const auto outside = findings(head + "a,m,50,90,men,sex,,\nb,m,45,90,women,sex,,\n");
  REQUIRE(outside.size() == 1);
  CHECK(outside[0].text ==
        "m is 40 % of everybody, but the groups of sex have 50 % of men and 45 % of women: an average of them lies between "
        "44.5 and 50.5, whatever their sizes");
  // men are 4 cells of 100 + 110, 140 + 150, 180 + 190, 220 + 230 of 2,800 people: 47.1 %
  CHECK(findings(head + "a,m,50,90,men,sex,,sex=male\nb,m,31,90,women,sex,,\n").empty());
  const auto wrong = findings(head + "a,m,60,90,men,sex,,sex=male\nb,m,36,90,women,sex,,\n");
  REQUIRE(wrong.size() == 1);
  CHECK(wrong[0].kind == ClaimFinding::Kind::contradicted);
  CHECK(*wrong[0].found == Approx(100.0 * 1320 / 2800).epsilon(1e-12));
  CHECK(*wrong[0].expected == Approx(100.0 * 4 / 24).epsilon(1e-12));
  // other periods, other units and other measures are other figures
  CHECK(findings("id,measure,period,unit,value,n,group,of\nall,m,2025,%,40,900,,\na,m,2026,%,50,90,men,sex\nb,m,2026,%,45,90,women,sex\n")
            .empty());
  CHECK(findings("id,measure,unit,value,n,group,of\nall,m,points,40,900,,\na,m,%,50,90,men,sex\nb,m,%,45,90,women,sex\n").empty());
}

// --- precision, profiles, bases

TEST_CASE("the difference of a fine and a coarse figure", "[study][claims][reference]") {
  const RoundedDifference fall = rounded_difference(41.7, 1, 39, 0);
  CHECK(fall.printed == Approx(-2.7).epsilon(1e-12));
  CHECK(fall.low == Approx(-3.2).epsilon(1e-12));
  CHECK(fall.high == Approx(-2.2).epsilon(1e-12));
  CHECK(fall.lowest == Approx(-3.25).epsilon(1e-12));
  CHECK(fall.highest == Approx(-2.15).epsilon(1e-12));
  const auto small = findings("id,measure,period,value,n\na,m,2025,39.1,9\nb,m,2026,39,9\n");
  REQUIRE(small.size() == 1);
  CHECK(has(small[0].text, "the difference is anything from a fall of 0.6 to a rise of 0.4, and not 0.1"));
  CHECK(findings("id,measure,period,value,decimals,n\na,m,2025,39.1,,9\nb,m,2026,39,1,9\n").empty()); // 39.0, cut by a spreadsheet
}

TEST_CASE("profiles are compared view by view", "[study][claims]") {
  const std::vector<std::string> both = {"heard", "not ignored"};
  const std::vector<std::string> neither = {"ignored", "not heard"};
  CHECK(compare_profiles(both, neither).mirrored());
  const std::vector<std::string> one = {"not heard"};
  CHECK(compare_profiles(both, one).only_first == std::vector<std::string>{"ignored"});
  CHECK(compare_profiles(both, one).only_second.empty());
  const auto lone = findings("id,measure,holds,value,n\na,m,heard|seen,97,90\n");
  REQUIRE(lone.size() == 1);
  CHECK(has(lone[0].text, "the profile a of m stands without its mirror image: show those who hold none of its 2 views, too"));
}

TEST_CASE("numbers that are no percentages need no n", "[study][claims]") {
  CHECK(findings("id,measure,unit,value\na,m,count,145\nb,k,points,3\n").empty());
  CHECK(findings("id,measure,unit,value\na,m,%,45\n").size() == 1);
}
