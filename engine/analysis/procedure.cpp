#include "engine/analysis/procedure.hpp"

#include "engine/analysis/procedures/all.hpp"

#include <array>

namespace canvass::analysis {
namespace {

constexpr std::array<std::string_view, 1> cohort_options = {"course_size"};
constexpr std::array<std::string_view, 1> subgroup_options = {"by"};
constexpr std::array<std::string_view, 1> town_options = {"comparison"};
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
    Procedure{"subgroup_shares", "shares by the answers to other questions, each group against the rest", subgroup_options,
              run_subgroup_shares},
    Procedure{"trend", "shares year by year, and the last year against each before it; separate samples", {}, run_trend},
    Procedure{"town_change", "towns before and after, separate samples, and against comparison towns", town_options, run_town_change},
    Procedure{"kpi_status", "the board's indicators: value, target, met, missed or not clear from the interval", {}, run_kpi_status},
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
