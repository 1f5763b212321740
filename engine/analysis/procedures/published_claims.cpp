// Figures that papers print, held against each other: group against the rest, year against year, profile against everybody. A figure
// without its number of answers is shown as claimed and never tested.

#include "engine/analysis/procedures/all.hpp"
#include "engine/analysis/rows.hpp"
#include "engine/analysis/survey_rows.hpp"
#include "engine/core/text.hpp"
#include "engine/stats/shares.hpp"
#include "engine/study/claim_checks.hpp"
#include "engine/survey/proportion_interval.hpp"

#include <algorithm>
#include <cmath>

namespace canvass::analysis {

using report::Estimate;
using report::Unit;

namespace {

Unit unit_of(const Claim& claim) {
  return claim.unit == "%" ? Unit::percent : claim.unit == "points" ? Unit::points : claim.unit == "count" ? Unit::count : Unit::none;
}

report::Levels levels_of(const Claim& claim) {
  report::Levels levels;
  if (!claim.period.empty()) {
    levels.emplace_back("period", claim.period);
  }
  if (!claim.group.empty()) {
    levels.emplace_back(claim.partition, claim.group);
  }
  if (!claim.holds.empty()) {
    levels.emplace_back("profile", join(claim.holds, " and "));
  }
  return levels;
}

/// Shares of the people as the population counts them, else as the weighted answers of the last wave have them.
ProfileOf profile_of_people(const Context& context, const Sample& sample) {
  const ProfileOf counted = profile_of(context.study.study.survey->population);
  return [&context, &sample, counted](const std::string& variable, std::span<const int> codes) -> std::optional<KnownShare> {
    if (auto known = counted(variable, codes)) {
      return known;
    }
    if (sample.waves.empty() || !sample.speaks_of_everybody || codes.empty()) {
      return std::nullopt;
    }
    const WaveSample& last = sample.waves.back();
    const Cells cells = cells_of_variable(context.study, context.dataset, last, variable);
    double of_all = 0;
    double of_group = 0;
    for (std::size_t i = 0; i < cells.cell.size(); ++i) {
      if (cells.cell[i] >= 0) {
        const auto code = parse_int(cells.ids[static_cast<std::size_t>(cells.cell[i])]);
        of_all += last.design.weights[i];
        of_group += code && std::find(codes.begin(), codes.end(), *code) != codes.end() ? last.design.weights[i] : 0;
      }
    }
    return of_all > 0 ? std::optional(KnownShare{100 * of_group / of_all, "by the weighted answers"}) : std::nullopt;
  };
}

class Claims {
public:
  Claims(const Context& context, const PlannedAnalysis& analysis, const ClaimSet& set)
      : context_(context), analysis_(analysis), set_(set) {}

  void add_to(ProcedureResult& result, const ProfileOf& profile) {
    for (const Claim& claim : set_.claims) {
      result.rows.push_back(row_of_claim(claim));
    }
    for (const Claim& claim : set_.claims) {
      if (const Claim* other = compared_with(claim)) {
        compare(claim, *other, result.rows);
      }
    }
    for (const ClaimFinding& finding : check_claims(set_, profile)) {
      result.notes.push_back(set_.id + ": " + finding.text);
    }
  }

private:
  [[nodiscard]] Estimate row_of_claim(const Claim& claim) const {
    Estimate row = row_of(analysis_, set_.id + "/" + claim.id, claim.measure, "claim", "published: " + set_.source, unit_of(claim));
    row.at = levels_of(claim);
    const auto value = value_of(set_, claim);
    row.estimate = value ? value->value : report::not_a_number;
    row.n = claim.n.value_or(report::not_a_number);
    if (!claim.value) {
      row.method = "from " + claim.formula;
      row.conf_low = value ? value->low : report::not_a_number;
      row.conf_high = value ? value->high : report::not_a_number;
      row.flags.emplace_back("range_of_rounding");
    } else if (claim.unit == "%" && claim.n) {
      const double share = *claim.value / 100;
      const double level = 1 - context_.study.study.plan.significance_level;
      const stats::Interval interval = survey::proportion_interval(
          {share, std::sqrt(share * (1 - share) / *claim.n), static_cast<std::size_t>(*claim.n), *claim.n, *claim.n - 1}, level);
      row.conf_low = 100 * interval.low;
      row.conf_high = 100 * interval.high;
      row.conf_level = level;
    } else if (claim.unit == "%") {
      row.flags.emplace_back("untested");
    }
    return row;
  }

  /// What a claim is read against: the other of two groups, everybody for a profile, the figure of the period before. The first of two
  /// groups stands against the second, not the other way round.
  [[nodiscard]] const Claim* compared_with(const Claim& claim) const {
    if (claim.unit != "%" || !claim.value) {
      return nullptr;
    }
    const auto same = [&](const Claim& other) {
      return other.value && other.measure == claim.measure && other.unit == claim.unit && &other != &claim;
    };
    const Claim* found = nullptr;
    std::size_t members = 0;
    for (const Claim& other : set_.claims) {
      if (!same(other)) {
        continue;
      }
      if (!claim.group.empty()) {
        if (other.partition == claim.partition && other.period == claim.period && !other.group.empty()) {
          ++members;
          found = &other;
        }
      } else if (!claim.holds.empty()) {
        found = other.of_everybody() && other.period == claim.period ? &other : found;
      } else if (other.of_everybody() && other.period != claim.period && &other < &claim) {
        found = &other; // the last one before
      }
    }
    return claim.group.empty() || (members == 1 && &claim < found) ? found : nullptr;
  }

  void compare(const Claim& claim, const Claim& other, report::Estimates& rows) const {
    const double first = *claim.value / 100;
    const double second = *other.value / 100;
    const stats::ShareComparison both = stats::compare_shares(first, second);
    const auto add = [&](std::string_view quantity, double value, Unit unit) {
      Estimate row =
          row_of(analysis_, set_.id + "/" + claim.id + "/" + std::string(quantity), claim.measure, quantity, "published shares", unit);
      row.at = levels_of(claim);
      row.versus = levels_of(other);
      if (row.versus.empty()) {
        row.versus = {{"group", "everybody"}};
      }
      row.estimate = value;
      row.n = claim.n.value_or(report::not_a_number);
      row.n_versus = other.n.value_or(report::not_a_number);
      rows.push_back(std::move(row));
    };
    add("difference", 100 * both.difference, Unit::percentage_points);
    Estimate& difference = rows.back();
    const bool apart = claim.holds.empty(); // a profile is a part of everybody
    if (claim.n && other.n && apart) {
      const stats::ShareTest test = stats::compare_pooled(first, *claim.n, second, *other.n);
      difference.method = "published shares, pooled z";
      difference.statistic = test.z;
      difference.p_value = test.p_value;
      judge_alone(difference, context_.study.study, "higher", "lower", "not told apart");
    } else {
      difference.flags.emplace_back("untested");
    }
    add("risk_ratio", both.ratio, Unit::ratio);
    add("odds_ratio", both.odds_ratio, Unit::ratio);
  }

  const Context& context_;
  const PlannedAnalysis& analysis_;
  const ClaimSet& set_;
};

} // namespace

ProcedureResult run_published_claims(const Context& context, const PlannedAnalysis& analysis) {
  ProcedureResult result;
  const Sample& sample = sample_for(context, analysis);
  const std::vector<ClaimSet>& sets = context.study.study.survey->claims;
  const auto wanted = analysis.options.find("set");
  std::vector<std::string> ids;
  bool any = false;
  const ProfileOf profile = profile_of_people(context, sample);
  for (const ClaimSet& set : sets) {
    ids.push_back(set.id);
    if (wanted == analysis.options.end() || wanted->second == set.id) {
      any = true;
      Claims(context, analysis, set).add_to(result, profile);
    }
  }
  if (!any) {
    throw InputError(analysis.at, "analysis " + analysis.id + ": the study has no claims" +
                                      (wanted == analysis.options.end() ? std::string() : " called \"" + wanted->second + "\"") +
                                      (ids.empty() ? "" : did_you_mean(wanted->second, ids)));
  }
  return result;
}

} // namespace canvass::analysis
