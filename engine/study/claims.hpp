#ifndef CANVASS_ENGINE_STUDY_CLAIMS_HPP
#define CANVASS_ENGINE_STUDY_CLAIMS_HPP

#include "engine/core/date.hpp"
#include "engine/core/error.hpp"
#include "engine/instrument/model.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What a paper says in numbers, one figure a row, so that the figures can be held against each other. Plain values; made by load_study.
namespace canvass {

/// "18.5% of those aged 16 to 19 were victims of a crime that they did not report."
struct Claim {
  std::string id;
  std::string text;             ///< the sentence, or a part of it
  std::string measure;          ///< figures of one measure are of the same thing; where a formula needs a figure of another, it has its own
  std::string group, partition; ///< "16 to 19" of "age"; both empty: of everybody
  std::vector<std::string> holds; ///< of people with this profile: the views they hold; "not informed" is the mirror image of "informed"
  std::string period;
  std::optional<double> value; ///< as printed; a claim without one has a formula
  int decimals = 0;            ///< as printed: 41.7 has one, 39 none; what is left out is a range of its own
  std::string unit = "%";
  std::optional<double> n;    ///< answers behind it
  std::optional<double> sent; ///< questionnaires sent: no base of anything
  std::optional<double> share;
  int share_decimals = 0;
  std::string variable; ///< question of the study that tells who is in the group; empty: not said
  std::vector<int> codes;
  std::string formula; ///< over ids of claims; see table_formula.hpp
  Position at;

  [[nodiscard]] bool of_everybody() const noexcept { return group.empty() && holds.empty(); }
};

/// The figures of one paper.
struct ClaimSet {
  std::string id;
  Text label;
  std::string file, sha256, source;
  std::optional<Date> as_of;
  std::vector<Claim> claims;
  Position at;

  [[nodiscard]] const Claim* claim(std::string_view name) const;
};

} // namespace canvass

#endif
