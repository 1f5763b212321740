// Figures with what their rounding leaves open, and what follows from them.

#include "engine/study/claim_checks.hpp"
#include "engine/study/table_formula.hpp"

#include <algorithm>
#include <cmath>

namespace canvass {

namespace {

double half_unit(int decimals) {
  return 0.5 * std::pow(10.0, -decimals);
}

/// Lowest and highest of a function over all corners of the figures' ranges; `of` is given one value a figure. Sums, products and
/// quotients of positive figures have theirs there.
template <typename Function> Rounded over_corners(std::span<const Rounded> figures, const Function& of) {
  std::vector<double> values;
  for (const Rounded& figure : figures) {
    values.push_back(figure.value);
  }
  Rounded result;
  result.value = of(values);
  result.low = result.high = result.value;
  for (std::size_t corner = 0; corner < std::size_t{1} << figures.size(); ++corner) {
    for (std::size_t i = 0; i < figures.size(); ++i) {
      values[i] = (corner >> i & 1U) != 0 ? figures[i].high : figures[i].low;
    }
    const double value = of(values);
    result.low = std::min(result.low, value);
    result.high = std::max(result.high, value);
  }
  return result;
}

} // namespace

const Claim* ClaimSet::claim(std::string_view name) const {
  const auto found = std::find_if(claims.begin(), claims.end(), [&](const Claim& one) { return one.id == name; });
  return found == claims.end() ? nullptr : &*found;
}

Rounded as_printed(double value, int decimals) {
  return {value, value - half_unit(decimals), value + half_unit(decimals)};
}

std::optional<Rounded> value_of(const ClaimSet& set, const Claim& claim) {
  if (claim.value) {
    return as_printed(*claim.value, claim.decimals);
  }
  std::vector<std::string> ids;
  for (const Claim& one : set.claims) {
    ids.push_back(one.id);
  }
  Problems ignored; // read when the study was loaded
  const auto formula = TableFormula::parse(claim.formula, ids, claim.at, ignored);
  if (!formula) {
    return std::nullopt;
  }
  const std::vector<std::size_t> named = formula->columns();
  std::vector<Rounded> figures;
  for (const std::size_t i : named) {
    if (!set.claims[i].value) {
      return std::nullopt;
    }
    figures.push_back(as_printed(*set.claims[i].value, set.claims[i].decimals));
  }
  std::vector<double> cells(set.claims.size(), 0);
  const Rounded result = over_corners(figures, [&](const std::vector<double>& values) {
    for (std::size_t i = 0; i < named.size(); ++i) {
      cells[named[i]] = values[i];
    }
    return formula->value(cells);
  });
  return std::isfinite(result.value) ? std::optional(result) : std::nullopt;
}

std::optional<Rounded> implied_share(const Rounded& overall, const Rounded& first, const Rounded& second) {
  if (first.low <= second.high && second.low <= first.high) {
    return std::nullopt;
  }
  const Rounded figures[] = {overall, first, second};
  return over_corners(figures, [](const std::vector<double>& v) { return 100 * (v[0] - v[2]) / (v[1] - v[2]); });
}

Reconciled reconcile(const Rounded& overall, std::span<const Group> groups, double tolerance) {
  Reconciled result;
  result.with_shares.assign(groups.begin(), groups.end());
  result.lowest = groups.front().value.low;
  result.highest = groups.front().value.high;
  Rounded known;
  Group* unknown = nullptr;
  std::size_t unknowns = 0;
  for (Group& group : result.with_shares) {
    result.lowest = std::min(result.lowest, group.value.low);
    result.highest = std::max(result.highest, group.value.high);
    if (group.share) {
      known = {known.value + group.share->value, known.low + group.share->low, known.high + group.share->high};
    } else {
      unknown = &group;
      ++unknowns;
    }
  }
  if (unknowns == 1 && groups.size() > 1) {
    unknown->share = Rounded{100 - known.value, 100 - known.high, 100 - known.low};
    unknowns = 0;
  }
  if (groups.size() == 2) {
    result.implied = implied_share(overall, groups[0].value, groups[1].value);
  }
  if (overall.high < result.lowest || overall.low > result.highest) {
    result.mixture = Mixture::outside;
    return result;
  }
  if (unknowns > 0) {
    result.mixture = result.implied ? Mixture::share_unknown : Mixture::fits;
    return result;
  }
  Rounded average;
  double spread = 0;
  for (const Group& group : result.with_shares) {
    const double share = group.share->value / 100;
    const double open = 0.5 * (group.share->high - group.share->low) / 100;
    average.value += share * group.value.value;
    // a share that is a little larger takes from the others: what counts is how far the group is from everybody
    spread += open * std::abs(group.value.value - overall.value);
    average.low += share * group.value.low;
    average.high += share * group.value.high;
  }
  average.low -= spread;
  average.high += spread;
  result.average = average;
  const double let_pass = tolerance / 100 * (result.highest - result.lowest);
  if (average.low - let_pass > overall.high || average.high + let_pass < overall.low) {
    result.mixture = Mixture::contradicted;
  }
  return result;
}

RoundedDifference rounded_difference(double earlier, int decimals_earlier, double later, int decimals_later) {
  RoundedDifference result;
  result.printed = later - earlier;
  const double coarse = half_unit(std::min(decimals_earlier, decimals_later));
  const double both = half_unit(decimals_earlier) + half_unit(decimals_later);
  result.low = result.printed - coarse;
  result.high = result.printed + coarse;
  result.lowest = result.printed - both;
  result.highest = result.printed + both;
  return result;
}

ProfileDifference compare_profiles(std::span<const std::string> first, std::span<const std::string> second) {
  const auto mirrored = [](const std::string& view) { return view.rfind("not ", 0) == 0 ? view.substr(4) : "not " + view; };
  const auto name = [](const std::string& view) { return view.rfind("not ", 0) == 0 ? view.substr(4) : view; };
  const auto lacking = [&](std::span<const std::string> of, std::span<const std::string> in) {
    std::vector<std::string> only;
    for (const std::string& view : of) {
      if (std::find(in.begin(), in.end(), mirrored(view)) == in.end()) {
        only.push_back(name(view));
      }
    }
    return only;
  };
  return {lacking(first, second), lacking(second, first)};
}

ProfileOf profile_of(const Population& population) {
  return [&population](const std::string& variable, std::span<const int> codes) -> std::optional<KnownShare> {
    const std::size_t at = population.variable(variable);
    const double everybody = population.total();
    if (at == Population::npos || !(everybody > 0) || codes.empty()) {
      return std::nullopt;
    }
    double people = 0;
    for (const Population::Row& row : population.rows) {
      people += std::find(codes.begin(), codes.end(), row.codes[at]) != codes.end() ? row.count : 0;
    }
    return KnownShare{100 * people / everybody, "by the population"};
  };
}

} // namespace canvass
