// Sentences about figures that cannot be right together, or cannot be told.

#include "engine/study/claim_checks.hpp"

#include "engine/core/text.hpp"
#include "engine/study/table_checks.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace canvass {

namespace {

using Kind = ClaimFinding::Kind;

/// At most two decimals: 6.75, 39.
std::string shown(double value) {
  return shortest(rounded(value, 2, RoundingRule::nearest));
}
std::string one_decimal(double value) {
  return fmt::format("{:.1f}", std::abs(value) < 0.05 ? 0.0 : value);
}
std::string with_decimals(double value, int decimals) {
  return fmt::format("{:.{}f}", value, decimals);
}
std::string printed_figure(const Claim& claim) {
  return with_decimals(claim.value.value_or(0), claim.decimals);
}
std::string decimals_phrase(int decimals) {
  return decimals == 0 ? "no decimals" : counted(decimals, "decimal", "decimals");
}

/// "39 %", "6.75 points".
std::string figure_phrase(const Claim& claim, const Rounded& value) {
  return fmt::format("{} {}", claim.value ? printed_figure(claim) : shown(value.value), claim.unit);
}
/// " (from victims * unreported / 100; 6.45 to 7.05 by rounding)"; nothing for a printed figure.
std::string origin_phrase(const Claim& claim, const Rounded& value) {
  return claim.value ? std::string() : fmt::format(" (from {}; {} to {} by rounding)", claim.formula, shown(value.low), shown(value.high));
}
std::string listed(const std::vector<std::string>& parts) {
  const std::vector<std::string> first(parts.begin(), parts.end() - 1);
  return first.empty() ? parts.back() : join(first, ", ") + " and " + parts.back();
}

/// "41.7 (2004)".
std::string dated(const Claim& claim) {
  return printed_figure(claim) + (claim.period.empty() ? std::string() : fmt::format(" ({})", claim.period));
}

/// "a fall of 2.2 to 3.2", "anything from a fall of 0.1 to a rise of 0.9".
std::string change_phrase(double low, double high, int decimals) {
  const auto size = [&](double value) { return with_decimals(std::abs(value), decimals); };
  if (low < 0 && high > 0) {
    return fmt::format("anything from a fall of {} to a rise of {}", size(low), size(high));
  }
  return high > 0 ? fmt::format("a rise of {} to {}", size(low), size(high)) : fmt::format("a fall of {} to {}", size(high), size(low));
}

std::string precision_text(std::string_view what, const std::string& earlier, int decimals_earlier, const std::string& later,
                           int decimals_later, double coarse_value, const RoundedDifference& difference) {
  const int fine = std::max(decimals_earlier, decimals_later);
  const int coarse = std::min(decimals_earlier, decimals_later);
  const double half = 0.5 * std::pow(10.0, -coarse);
  return fmt::format(
      "{}: {} and {} are printed with {} and with {}; {} stands for {} to {}, so the difference is {}, and not {} ({} with the "
      "rounding of both); print both alike",
      what, earlier, later, decimals_phrase(decimals_earlier), decimals_phrase(decimals_later), with_decimals(coarse_value, coarse),
      with_decimals(coarse_value - half, coarse + 1), with_decimals(coarse_value + half, coarse + 1),
      change_phrase(difference.low, difference.high, fine), with_decimals(std::abs(difference.printed), fine),
      change_phrase(difference.lowest, difference.highest, fine + 1));
}

class ClaimChecker {
public:
  ClaimChecker(const ClaimSet& set, const ProfileOf& profile) : set_(set), profile_(profile) {}

  std::vector<ClaimFinding> check() {
    check_formulas();
    check_groups();
    check_decimals();
    check_profiles();
    check_bases();
    return std::move(findings_);
  }

private:
  void add(Kind kind, const Claim& claim, std::optional<double> found, std::optional<double> expected, std::string text) {
    findings_.push_back({kind, set_.id, claim.id, found, expected, claim.at, std::move(text)});
  }

  void check_formulas() {
    for (const Claim& claim : set_.claims) {
      if (!claim.value || claim.formula.empty()) {
        continue;
      }
      Claim reckoned = claim;
      reckoned.value.reset();
      const auto given = canvass::value_of(set_, reckoned);
      const Rounded printed = as_printed(*claim.value, claim.decimals);
      if (given && (given->high < printed.low || given->low > printed.high)) {
        add(Kind::formula, claim, claim.value, given->value,
            fmt::format("{} is printed as {}, but {} gives {} ({} to {} by rounding); mend the one that is wrong", claim.id,
                        printed_figure(claim), claim.formula, shown(given->value), shown(given->low), shown(given->high)));
      }
    }
  }

  /// The groups of one partition stand where the first of them does.
  void check_groups() {
    for (std::size_t i = 0; i < set_.claims.size(); ++i) {
      const Claim& first = set_.claims[i];
      std::vector<const Claim*> members;
      bool is_first = !first.group.empty();
      for (std::size_t j = 0; j < set_.claims.size() && is_first; ++j) {
        const Claim& other = set_.claims[j];
        if (other.measure == first.measure && other.partition == first.partition && other.period == first.period &&
            other.unit == first.unit) {
          is_first = j >= i;
          members.push_back(&other);
        }
      }
      if (!is_first) {
        continue;
      }
      if (members.size() == 1) {
        add(Kind::no_complement, first, first.value, std::nullopt,
            fmt::format("{} of {} stands alone: nothing says what it is of the others of {}, so nobody can tell whether the group differs",
                        first.measure, first.group, first.partition));
        continue;
      }
      for (const Claim& overall : set_.claims) {
        if (overall.of_everybody() && overall.measure == first.measure && overall.period == first.period && overall.unit == first.unit) {
          check_mixture(overall, members);
        }
      }
    }
  }

  [[nodiscard]] std::optional<KnownShare> share_of(const Claim& claim) const {
    if (claim.share) {
      return KnownShare{*claim.share, "by the paper itself"};
    }
    return profile_ && !claim.variable.empty() ? profile_(claim.variable, claim.codes) : std::nullopt;
  }

  void check_mixture(const Claim& overall, const std::vector<const Claim*>& members) {
    const auto whole = canvass::value_of(set_, overall);
    std::vector<Group> groups;
    std::string source;
    double shares = 0;
    std::size_t with_share = 0;
    for (const Claim* member : members) {
      const auto value = canvass::value_of(set_, *member);
      if (!whole || !value) {
        return;
      }
      groups.push_back({member->group, *value, std::nullopt});
      if (const auto share = share_of(*member)) {
        groups.back().share =
            member->share ? as_printed(share->percent, member->share_decimals) : Rounded{share->percent, share->percent, share->percent};
        source = share->source;
        shares += share->percent;
        ++with_share;
      }
    }
    const Claim& first = *members.front();
    if (shares > 100 + share_tolerance || (with_share == groups.size() && shares < 100 - share_tolerance)) {
      add(Kind::shares, first, shares, 100,
          fmt::format("the groups of {} make {} % of the people together, not 100; they overlap, or one is missing", first.partition,
                      one_decimal(shares)));
      return;
    }
    const Reconciled found = reconcile(*whole, groups);
    const std::string begins =
        fmt::format("{} is {} of everybody{}, but", overall.measure, figure_phrase(overall, *whole), origin_phrase(overall, *whole));
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < groups.size(); ++i) {
      parts.push_back(fmt::format("{} of {}", figure_phrase(*members[i], groups[i].value), groups[i].name));
    }
    const std::string all = listed(parts);
    if (found.mixture == Mixture::outside) {
      add(Kind::outside, first, whole->value, std::nullopt,
          fmt::format("{} the groups of {} have {}: an average of them lies between {} and {}, whatever their sizes", begins,
                      first.partition, all, shown(found.lowest), shown(found.highest)));
    } else if (found.mixture == Mixture::share_unknown) {
      add(Kind::share_unknown, first, std::nullopt, found.implied->value,
          fmt::format("{} {} make that only where {}; nothing says how many are: give their `share`, or say `where` they are found", begins,
                      all, implied_phrase(*found.implied, groups.front().name)));
    } else if (found.mixture == Mixture::contradicted) {
      const Rounded share = *found.with_shares.front().share;
      const std::string reading =
          found.implied ? fmt::format("make that only where {}, and {} are, {}", implied_phrase(*found.implied, groups.front().name),
                                      one_decimal(share.value) + " %", source)
                        : fmt::format("make {} with the sizes that they have, {}", shown(found.average->value), source);
      add(Kind::contradicted, first, share.value, found.implied ? found.implied->value : found.average->value,
          fmt::format("{} {} {}: the figures are not of the same people; say of whom each is", begins, all, reading));
    }
  }

  static std::string implied_phrase(const Rounded& implied, const std::string& group) {
    return fmt::format("{} % of the people are {} ({} to {} by rounding)", one_decimal(implied.value), group,
                       one_decimal(std::max(0.0, implied.low)), one_decimal(std::min(100.0, implied.high)));
  }

  /// A figure against the next of the same measure and people.
  void check_decimals() {
    for (std::size_t i = 0; i < set_.claims.size(); ++i) {
      const Claim& earlier = set_.claims[i];
      if (!earlier.value) {
        continue;
      }
      const auto next = std::find_if(set_.claims.begin() + static_cast<std::ptrdiff_t>(i) + 1, set_.claims.end(), [&](const Claim& other) {
        return other.value && other.measure == earlier.measure && other.unit == earlier.unit && other.group == earlier.group &&
               other.partition == earlier.partition && other.holds == earlier.holds;
      });
      if (next == set_.claims.end() || next->period == earlier.period || next->decimals == earlier.decimals) {
        continue;
      }
      const RoundedDifference difference = rounded_difference(*earlier.value, earlier.decimals, *next->value, next->decimals);
      const double coarse = earlier.decimals < next->decimals ? *earlier.value : *next->value;
      add(Kind::decimals, *next, difference.low, difference.high,
          precision_text(earlier.measure, dated(earlier), earlier.decimals, dated(*next), next->decimals, coarse, difference));
    }
  }

  void check_profiles() {
    for (std::size_t i = 0; i < set_.claims.size(); ++i) {
      const Claim& claim = set_.claims[i];
      if (claim.holds.empty()) {
        continue;
      }
      const Claim* nearest = nullptr;
      std::size_t fewest = 0;
      bool told = false;
      for (std::size_t j = 0; j < set_.claims.size(); ++j) {
        const Claim& other = set_.claims[j];
        if (j == i || other.holds.empty() || other.measure != claim.measure || other.period != claim.period) {
          continue;
        }
        const ProfileDifference difference = compare_profiles(claim.holds, other.holds);
        const std::size_t apart = difference.only_first.size() + difference.only_second.size();
        if (nearest == nullptr || apart < fewest) {
          nearest = &other;
          fewest = apart;
          told = j < i;
        }
      }
      if (nearest == nullptr) {
        add(Kind::profiles, claim, claim.value, std::nullopt,
            fmt::format("the profile {} of {} stands without its mirror image: show those who hold none of its {}, too", claim.id,
                        claim.measure, counted(static_cast<long long>(claim.holds.size()), "view", "views")));
      } else if (fewest > 0 && !told) {
        tell_profiles(claim, *nearest);
      }
    }
  }

  void tell_profiles(const Claim& claim, const Claim& other) {
    const ProfileDifference difference = compare_profiles(claim.holds, other.holds);
    const auto only = [](const std::vector<std::string>& views, const std::string& id) {
      return views.empty() ? std::string() : fmt::format("; only {} has {}", id, join(views, ", "));
    };
    std::string bases;
    for (const Claim* one : {&claim, &other}) {
      bases += fmt::format("{}{} {}", bases.empty() ? "" : ", ", one->id, one->n ? "n = " + shortest(*one->n) : "without n");
    }
    add(Kind::profiles, claim, static_cast<double>(claim.holds.size()), static_cast<double>(other.holds.size()),
        fmt::format("the profiles {} and {} of {} are no mirror images: {} against {}{}{} ({}); show the mirror image of each", claim.id,
                    other.id, claim.measure, counted(static_cast<long long>(claim.holds.size()), "view", "views"), other.holds.size(),
                    only(difference.only_first, claim.id), only(difference.only_second, other.id), bases));
  }

  void check_bases() {
    std::vector<std::string> without;
    const Claim* first = nullptr;
    std::optional<double> sent;
    for (const Claim& claim : set_.claims) {
      if (claim.unit == "%" && claim.value && !claim.n) {
        without.push_back(claim.id);
        first = first == nullptr ? &claim : first;
        sent = sent ? sent : claim.sent;
      }
    }
    if (first == nullptr) {
      return;
    }
    constexpr std::size_t named = 4;
    std::string names = join(std::span(without).first(std::min(named, without.size())), ", ");
    names += without.size() > named ? fmt::format(" and {} more", without.size() - named) : "";
    add(Kind::no_base, *first, sent, std::nullopt,
        fmt::format("{} of {} {} no n ({}): shown as claimed, never tested and never a result{}; add the number of answers",
                    counted(static_cast<long long>(without.size()), "percentage", "percentages"), set_.id,
                    without.size() == 1 ? "has" : "have", names,
                    sent ? fmt::format(". {} questionnaires sent are no base: they do not say how many came back", shown(*sent)) : ""));
  }

  const ClaimSet& set_;
  const ProfileOf& profile_;
  std::vector<ClaimFinding> findings_;
};

} // namespace

std::string_view to_string(ClaimFinding::Kind kind) {
  switch (kind) {
  case Kind::formula: return "formula";
  case Kind::outside: return "outside";
  case Kind::contradicted: return "contradicted";
  case Kind::share_unknown: return "share_unknown";
  case Kind::shares: return "shares";
  case Kind::no_complement: return "no_complement";
  case Kind::decimals: return "decimals";
  case Kind::profiles: return "profiles";
  case Kind::no_base: return "no_base";
  }
  return "formula";
}

std::vector<ClaimFinding> check_claims(const ClaimSet& set, const ProfileOf& profile) {
  return ClaimChecker(set, profile).check();
}

std::vector<ClaimFinding> check_precision(const PublishedSeries& series) {
  std::vector<ClaimFinding> findings;
  // beyond two decimals it is a computer's number, whose trailing zeros are gone
  constexpr int people_print = 2;
  std::vector<std::string> told;
  for (std::size_t i = 0; i < series.points.size(); ++i) {
    const SeriesPoint& earlier = series.points[i];
    const auto next = std::find_if(series.points.begin() + static_cast<std::ptrdiff_t>(i) + 1, series.points.end(),
                                   [&](const SeriesPoint& other) { return other.unit == earlier.unit; });
    if (next == series.points.end() || next->decimals == earlier.decimals || std::max(next->decimals, earlier.decimals) > people_print ||
        std::find(told.begin(), told.end(), earlier.unit) != told.end()) {
      continue;
    }
    told.push_back(earlier.unit);
    const RoundedDifference difference = rounded_difference(earlier.value, earlier.decimals, next->value, next->decimals);
    const auto dated_point = [](const SeriesPoint& point) {
      return fmt::format("{} ({})", with_decimals(point.value, point.decimals), point.period);
    };
    findings.push_back(
        {Kind::decimals, series.id, "", difference.low, difference.high, next->at,
         precision_text(series.id + (earlier.unit.empty() ? "" : ", " + earlier.unit), dated_point(earlier), earlier.decimals,
                        dated_point(*next), next->decimals, earlier.decimals < next->decimals ? earlier.value : next->value, difference)});
  }
  return findings;
}

} // namespace canvass
