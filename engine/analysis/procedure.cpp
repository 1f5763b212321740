#include "engine/analysis/procedure.hpp"

#include "engine/analysis/procedures/all.hpp"

#include <array>

namespace canvass::analysis {
namespace {

constexpr std::array<std::string_view, 1> cohort_options = {"course_size"};
constexpr std::array<std::string_view, 1> subgroup_options = {"by"};
constexpr std::array<std::string_view, 2> town_options = {"comparison", "level"};
constexpr std::array<std::string_view, 2> profile_options = {"views", "negative"};
constexpr std::array<std::string_view, 1> claim_options = {"set"};
constexpr std::array<std::string_view, 3> model_options = {"drivers", "second", "replicates"};
constexpr std::array<std::string_view, 1> response_options = {"item"};
constexpr std::array<std::string_view, 2> balance_options = {"better", "worse"};
constexpr std::array<std::string_view, 3> gap_options = {"by", "group", "against"};
constexpr std::array<std::string_view, 4> matrix_options = {"table", "column", "column_cut", "outcome_cut"};
constexpr std::array<std::string_view, 3> recorded_options = {"table", "line", "column"};
constexpr std::array<std::string_view, 4> association_options = {"outcomes", "by", "statistic", "measure"};
constexpr std::array<std::string_view, 9> estimate_options = {"statistic", "outcomes", "per",   "at",  "rule",
                                                              "interval",  "by",       "pairs", "wave"};
constexpr std::array<std::string_view, 5> regression_options = {"model", "predictors", "reference", "test", "wave"};
constexpr std::array<std::string_view, 7> comparison_options = {"test", "outcomes", "by", "group", "against", "reference", "wave"};
constexpr std::array<std::string_view, 2> typology_options = {"event", "by"};
constexpr std::array<std::string_view, 7> index_options = {"items", "points", "score", "min_answered", "threshold", "counts_from", "by"};
constexpr std::array<std::string_view, 4> rank_options = {"series", "level", "unit", "period"};
constexpr std::array<std::string_view, 3> trend_options = {"series", "unit", "target"};
constexpr std::array<std::string_view, 1> ordinal_options = {"person_effect"};

constexpr std::array table = {
    Procedure{"cohort_change", "change of a scale against the control arm, the primary model; given a family, the same as item_change",
              cohort_options, run_cohort_change},
    Procedure{"item_change",
              "a family of items against the control arm: labels permuted over people, step-down maxima, calibrated count",
              {},
              run_item_change},
    Procedure{"items_within",
              "every item within each arm from wave to wave, under every published convention; description",
              {},
              run_items_within},
    Procedure{"items_between",
              "every item, treated against control, at each wave and on the change, under every convention",
              {},
              run_items_between},
    Procedure{"items_ordinal", "items as ordered categories: proportional odds, and with a person effect over all waves", ordinal_options,
              run_items_ordinal},
    Procedure{"scale_waves", "Friedman's test and the mixed analysis of variance of a scale over the waves", {}, run_scale_waves},
    Procedure{
        "reliability", "alpha with Feldt's interval, alpha if dropped, item-rest correlation, floor and ceiling", {}, run_reliability},
    Procedure{"baseline", "were the arms alike before: people.csv and the scales at the first wave", {}, run_baseline},
    Procedure{"flow", "who could have answered, who did, who was lost, and leavers against stayers", {}, run_flow},
    Procedure{"distribution", "every category of every item by wave and arm, and what was missing and why", {}, run_distribution},
    Procedure{"response", "a public survey: to whom questionnaires went, who answered, and how answers were weighted", {}, run_response},
    Procedure{"area_shares", "shares by force, division and area in the last year, each against the rest", {}, run_area_shares},
    Procedure{"area_trend", "every area year by year, and its last year against the first and the one before", {}, run_area_trend},
    Procedure{"subgroup_shares", "shares by the answers to other questions, each group against the rest", subgroup_options,
              run_subgroup_shares},
    Procedure{"trend", "shares year by year, and the last year against each before it; separate samples; of published series, too",
              trend_options, run_trend},
    Procedure{"town_change", "towns before and after, separate samples, and against comparison towns", town_options, run_town_change},
    Procedure{"profile_drivers", "an outcome among people who hold every view named, and among those who hold none", profile_options,
              run_profile_drivers},
    Procedure{
        "model_drivers",
        "what goes with an outcome, all else alike: average marginal effects, opposite signs on two outcomes, shares of what is explained",
        model_options, run_model_drivers},
    Procedure{"association", "do the groups of a question differ at all: one test of each table, taken together by Holm",
              association_options, run_association, check_association},
    Procedure{"estimate", "a total, mean, ratio, quantile, variance, correlation, kappa or alpha of everybody and of groups",
              estimate_options, run_estimate, check_estimate},
    Procedure{"regression", "a linear, logistic, Poisson or ordinal model: coefficients and a test of each predictor", regression_options,
              run_regression, check_regression},
    Procedure{"compare_groups", "groups by a t test or a test of ranks, or a mean against a number", comparison_options, run_compare_groups,
              check_compare_groups},
    Procedure{"event_typology", "worry in general and remembered times of it: the four types, and how far the two go together",
              typology_options, run_event_typology},
    Procedure{"composite_index", "an index of several questions: strands, mean, share at or above a threshold, alpha, areas and groups",
              index_options, run_composite_index},
    Procedure{"multiple_response", "a question with several ticks: the share of each, the most frequent first", response_options,
              run_multiple_response},
    Procedure{"net_balance", "better less worse, wave by wave", balance_options, run_net_balance},
    Procedure{"group_gap", "the gap between two groups of people, with its interval", gap_options, run_group_gap},
    Procedure{"trend_over_groups", "an outcome over an ordered question, with a test of trend", subgroup_options, run_trend_over_groups},
    Procedure{"area_matrix", "areas by recorded crime and by worry, with declared cut points: four types", matrix_options, run_area_matrix},
    Procedure{"perception_gap", "what people say happens beside what is recorded: ratio and gap", recorded_options, run_perception_gap},
    Procedure{"peer_ranks", "places among peers or areas, and between which places each may stand", rank_options, run_peer_ranks},
    Procedure{"kpi_status", "the board's indicators: value, target, met, missed or not clear from the interval", {}, run_kpi_status},
    Procedure{"published_claims", "figures of papers, held against each other and against who there is", claim_options,
              run_published_claims},
    Procedure{"profile", "one wave, no comparison: mean and interval of each item of a scale", {}, run_profile},
};

} // namespace

std::span<const Procedure> procedures() {
  return table;
}

const Procedure* find_procedure(std::string_view name) {
  for (const Procedure& procedure : table) {
    if (procedure.name == name) {
      return &procedure;
    }
  }
  return nullptr;
}

} // namespace canvass::analysis
