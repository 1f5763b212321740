#ifndef CANVASS_ENGINE_STUDY_CLAIM_CHECKS_HPP
#define CANVASS_ENGINE_STUDY_CLAIM_CHECKS_HPP

#include "engine/study/public_survey.hpp"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Published figures held against each other. A printed figure stands for everything that rounds to it, and nothing is called wrong that
/// some choice of the digits left out would put right.
namespace canvass {

/// A figure with what its rounding leaves open.
struct Rounded {
  double value = 0;
  double low = 0, high = 0;
};
Rounded as_printed(double value, int decimals);
/// The figure of a claim: as printed, else what its formula gives over the printed figures it names, at most 12. nullopt where a divisor is
/// zero or a figure is not there.
std::optional<Rounded> value_of(const ClaimSet& set, const Claim& claim);

/// A figure of everybody is an average of those of the groups that everybody is made of.
struct Group {
  std::string name;
  Rounded value;
  std::optional<Rounded> share; ///< percentage of the people who are in it
};
/// Percentage of everybody who must be in the first of two groups for the average to come out: (overall - second) / (first - second).
/// nullopt where the two figures cannot be told apart after rounding.
std::optional<Rounded> implied_share(const Rounded& overall, const Rounded& first, const Rounded& second);
enum class Mixture {
  fits,
  outside,       ///< no shares of the groups give the figure of everybody
  contradicted,  ///< the shares that would are not those that there are
  share_unknown, ///< of two groups: it hangs on a share that nobody gives
};
struct Reconciled {
  Mixture mixture = Mixture::fits;
  double lowest = 0, highest = 0; ///< of the groups, by rounding
  std::optional<Rounded> average; ///< what the groups give with their shares, where all are known
  std::optional<Rounded> implied; ///< share of the first of two groups
  std::vector<Group> with_shares; ///< the groups, a lone unknown share filled up to 100
  [[nodiscard]] bool fits() const { return mixture == Mixture::fits; }
};
/// Who answers one question differs from who answers at all: so many points of a share are let pass.
inline constexpr double share_tolerance = 2;
/// @param groups at least one, together everybody
/// @param tolerance points of a group's share that are let pass
Reconciled reconcile(const Rounded& overall, std::span<const Group> groups, double tolerance = share_tolerance);

/// The difference of two figures that are printed with different numbers of decimals.
struct RoundedDifference {
  double printed = 0;             ///< later less earlier, as printed
  double low = 0, high = 0;       ///< with what the coarser figure may stand for: 41.7 and 39 are 2.2 to 3.2 apart
  double lowest = 0, highest = 0; ///< with the rounding of both: 2.15 to 3.25
};
RoundedDifference rounded_difference(double earlier, int decimals_earlier, double later, int decimals_later);

/// Two profiles are mirror images where each holds exactly what the other does not.
struct ProfileDifference {
  std::vector<std::string> only_first, only_second; ///< views, without their "not"
  [[nodiscard]] bool mirrored() const { return only_first.empty() && only_second.empty(); }
};
ProfileDifference compare_profiles(std::span<const std::string> first, std::span<const std::string> second);

struct ClaimFinding {
  enum class Kind {
    formula,       ///< a printed figure is not what its formula gives
    outside,       ///< the figure of everybody lies outside those of its groups
    contradicted,  ///< it needs groups of another size than they have
    share_unknown, ///< it hangs on the size of a group, which nobody gives
    shares,        ///< the groups' shares do not make 100
    no_complement, ///< a group without the others that it is part of everybody with
    decimals,      ///< a difference of figures with different numbers of decimals
    profiles,      ///< profiles that are no mirror images
    no_base,       ///< percentages without a number of answers
  };
  Kind kind = Kind::formula;
  std::string set, claim;                ///< claim: the first that is meant; empty for a series
  std::optional<double> found, expected; ///< as claimed; as reckoned. Shares of groups, of a mixture
  Position at;
  std::string text; ///< a sentence for a person
};
std::string_view to_string(ClaimFinding::Kind kind);

/// Percentage of the people who gave one of some codes, and by whose count: "by the population".
struct KnownShare {
  double percent = 0;
  std::string source;
};
/// nullopt where nobody knows.
using ProfileOf = std::function<std::optional<KnownShare>(const std::string& variable, std::span<const int> codes)>;
ProfileOf profile_of(const Population& population);

/// Everything that cannot be right, or cannot be told, in the figures of one paper; by kind, then in the order of its rows.
std::vector<ClaimFinding> check_claims(const ClaimSet& set, const ProfileOf& profile);
/// Neighbours of a series that are printed with different numbers of decimals, the first of each unit.
std::vector<ClaimFinding> check_precision(const PublishedSeries& series);

} // namespace canvass

#endif
