// Every item within each arm, from wave to wave: description, under every published convention. Never a finding by itself.

#include "engine/analysis/cohort.hpp"
#include "engine/analysis/procedures/all.hpp"
#include "engine/analysis/rows.hpp"
#include "engine/core/workers.hpp"
#include "engine/stats/convention_spread.hpp"
#include "engine/stats/paired.hpp"
#include "engine/stats/paired_tables.hpp"
#include "engine/stats/signed_rank.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <vector>

namespace canvass::analysis {
namespace {

using report::Estimate;
using report::Unit;

/// Codes of the item's list, ascending.
std::vector<double> codes_of(const Instrument& instrument, const Variable& variable) {
  std::vector<double> codes;
  if (const ChoiceList* list = instrument.list(variable.list)) {
    for (const Choice& choice : list->choices) {
      codes.push_back(choice.code);
    }
    std::sort(codes.begin(), codes.end());
  }
  return codes;
}

/// One item within each arm, over every contrast.
report::Estimates describe_item(const Context& context, const PlannedAnalysis& analysis, const Variable& variable,
                                const std::vector<double>& codes) {
  report::Estimates rows;
  const Study& study = context.study.study;
  const double level = study.plan.significance_level;
  const auto add = [&](Estimate row) {
    row.flags.emplace_back("description");
    rows.push_back(std::move(row));
  };
  const CohortData data = cohort_data(context.study, context.dataset, variable.id);
  const double upper_half = codes[codes.size() / 2 + codes.size() % 2]; // agree and strongly agree of five; 3 and 4 of four
  for (const Contrast& contrast : contrasts_of(study, analysis)) {
    for (std::size_t arm = 0; arm < data.arms.size(); ++arm) {
      const Pairs pairs = pairs_of(data, arm, contrast.later, contrast.earlier);
      if (pairs.before.empty()) {
        continue;
      }
      const std::string part = contrast_id(study, contrast) + "/" + arm_id(study, data.arms, arm) + "/" + variable.id;
      const auto made = [&](std::string_view suffix, std::string_view quantity, std::string_view method, Unit unit) {
        Estimate row = row_of(analysis, part + "/" + std::string(suffix), variable.id, quantity, method, unit);
        row.at = {
            {"wave", study.waves[contrast.later].id}, {"from", study.waves[contrast.earlier].id}, {"arm", arm_id(study, data.arms, arm)}};
        row.n = static_cast<double>(pairs.before.size());
        row.n_missing = static_cast<double>(pairs.n_missing);
        return row;
      };
      const auto shift = stats::paired_shift(pairs.before, pairs.after, 1 - level);
      Estimate net = made("net_change", "net_change", shift.method, Unit::percentage_points);
      net.estimate = 100 * shift.net_change;
      net.conf_level = 1 - level;
      net.conf_low = 100 * shift.net_change_interval.low;
      net.conf_high = 100 * shift.net_change_interval.high;
      add(net);
      for (const auto& [name, count] : {std::pair{"up", shift.up}, std::pair{"same", shift.same}, std::pair{"down", shift.down}}) {
        Estimate share = made(std::string("share_") + name, std::string("share_") + name, "share of people", Unit::percent);
        share.count = count;
        share.estimate = 100.0 * count / shift.n;
        add(share);
      }
      Estimate superiority = made("ps_dep", "superiority", "P(up) + P(same)/2", Unit::probability);
      superiority.estimate = shift.superiority;
      fill(superiority, shift.superiority_interval);
      add(superiority);
      for (const stats::SignedRankMethod method : stats::signed_rank_methods) {
        const auto test = stats::signed_rank(pairs.before, pairs.after, method);
        Estimate row =
            made("signed_rank/" + std::string(stats::name(method)), "rank_biserial", "signed-rank " + test.method, Unit::correlation);
        row.estimate = test.rank_biserial;
        row.statistic = test.v_plus;
        row.df = test.df;
        row.p_value = test.p_value;
        row.count = test.zeros;
        add(row);
      }
      const auto spread = stats::signed_rank_spread(pairs.before, pairs.after, level);
      Estimate conventions = made("convention_spread", "conventions_below_level", "signed-rank conventions", Unit::count);
      conventions.estimate = spread.significant;
      conventions.count = spread.computed;
      add(conventions);
      const auto sign = stats::sign_test(pairs.before, pairs.after);
      Estimate sign_row = made("sign", "sign_test", sign.method, Unit::none);
      sign_row.p_value = sign.p_value;
      sign_row.count = sign.zeros;
      add(sign_row);
      Estimate sign_mid = sign_row;
      sign_mid.id = analysis.id + "/" + part + "/sign_mid";
      sign_mid.method = "sign test, mid-p";
      sign_mid.p_value = sign.p_mid;
      sign_mid.flags.clear();
      add(sign_mid);
      const auto t = stats::paired_t(pairs.before, pairs.after, 1 - level);
      Estimate t_row = made("paired_t", "change", t.method, Unit::points);
      t_row.estimate = t.difference;
      t_row.std_error = t.std_error;
      t_row.df = t.df;
      t_row.statistic = t.statistic;
      t_row.p_value = t.p_value;
      fill(t_row, t.interval);
      add(t_row);
      Estimate d_av = made("g_av", "hedges_g", "mean change over the average SD, exact J", Unit::standardised);
      d_av.estimate = t.g_av;
      fill(d_av, t.g_av_interval);
      add(d_av);
      const auto mcnemar = stats::mcnemar(pairs.before, pairs.after, upper_half, 1 - level);
      for (const auto& [name, method, p] :
           {std::tuple{"mcnemar_mid", "McNemar, mid-p", mcnemar.p_mid}, std::tuple{"mcnemar_exact", "McNemar, exact", mcnemar.p_exact},
            std::tuple{"mcnemar_asymptotic", "McNemar, chi-square", mcnemar.p_asymptotic},
            std::tuple{"mcnemar_edwards", "McNemar, Edwards correction", mcnemar.p_edwards}}) {
        Estimate row = made(name, "change_in_share", method, Unit::percentage_points);
        row.estimate = 100 * mcnemar.difference;
        row.conf_level = 1 - level;
        row.conf_low = 100 * mcnemar.interval.low;
        row.conf_high = 100 * mcnemar.interval.high;
        row.p_value = p;
        row.reference = upper_half;
        add(row);
      }
      const auto homogeneity = stats::marginal_homogeneity(pairs.before, pairs.after, codes);
      for (const auto& [name, method, statistic, df, p] :
           {std::tuple{"stuart_maxwell", "Stuart-Maxwell", homogeneity.stuart_maxwell, homogeneity.df, homogeneity.p_stuart_maxwell},
            std::tuple{"bhapkar", "Bhapkar", homogeneity.bhapkar, homogeneity.df, homogeneity.p_bhapkar},
            std::tuple{"ordinal_homogeneity", "marginal homogeneity, scores 1, 2, 3", homogeneity.ordinal_z, report::not_a_number,
                       homogeneity.ordinal_p}}) {
        Estimate row = made(name, "marginal_homogeneity", method, Unit::none);
        row.statistic = statistic;
        row.df = df;
        row.p_value = p;
        row.count = homogeneity.empty;
        add(row);
      }
    }
  }
  return rows;
}

} // namespace

ProcedureResult run_items_within(const Context& context, const PlannedAnalysis& analysis) {
  struct Item {
    const Variable* variable = nullptr;
    std::vector<double> codes;
  };
  std::vector<Item> items;
  for (const Variable& variable : context.study.instrument().variables) {
    Item item{&variable, codes_of(context.study.instrument(), variable)};
    if (variable.kind == Variable::Kind::code && !variable.multiple && item.codes.size() >= 3) {
      items.push_back(std::move(item));
    }
  }
  std::vector<report::Estimates> rows(items.size());
  for_blocks(items.size(), context.threads,
             [&](std::size_t i) { rows[i] = describe_item(context, analysis, *items[i].variable, items[i].codes); });
  ProcedureResult result;
  for (report::Estimates& of_item : rows) {
    std::move(of_item.begin(), of_item.end(), std::back_inserter(result.rows));
  }
  return result;
}

} // namespace canvass::analysis
