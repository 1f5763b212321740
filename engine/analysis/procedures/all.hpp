#ifndef CANVASS_ENGINE_ANALYSIS_PROCEDURES_ALL_HPP
#define CANVASS_ENGINE_ANALYSIS_PROCEDURES_ALL_HPP

#include "engine/analysis/procedure.hpp"

/// One declaration a file in this folder; the table in procedure.cpp lists them.
namespace canvass::analysis {

ProcedureResult run_cohort_change(const Context& context, const PlannedAnalysis& analysis);
ProcedureResult run_item_change(const Context& context, const PlannedAnalysis& analysis);
ProcedureResult run_items_within(const Context& context, const PlannedAnalysis& analysis);
ProcedureResult run_items_between(const Context& context, const PlannedAnalysis& analysis);
ProcedureResult run_items_ordinal(const Context& context, const PlannedAnalysis& analysis);
ProcedureResult run_scale_waves(const Context& context, const PlannedAnalysis& analysis);
ProcedureResult run_reliability(const Context& context, const PlannedAnalysis& analysis);
ProcedureResult run_baseline(const Context& context, const PlannedAnalysis& analysis);
ProcedureResult run_flow(const Context& context, const PlannedAnalysis& analysis);
ProcedureResult run_distribution(const Context& context, const PlannedAnalysis& analysis);
ProcedureResult run_response(const Context& context, const PlannedAnalysis& analysis);
ProcedureResult run_area_shares(const Context& context, const PlannedAnalysis& analysis);
ProcedureResult run_area_trend(const Context& context, const PlannedAnalysis& analysis);
ProcedureResult run_subgroup_shares(const Context& context, const PlannedAnalysis& analysis);
ProcedureResult run_trend(const Context& context, const PlannedAnalysis& analysis);
ProcedureResult run_published_trend(const Context& context, const PlannedAnalysis& analysis); ///< of run_trend: `series` alone
ProcedureResult run_town_change(const Context& context, const PlannedAnalysis& analysis);
ProcedureResult run_profile_drivers(const Context& context, const PlannedAnalysis& analysis);
ProcedureResult run_model_drivers(const Context& context, const PlannedAnalysis& analysis);
ProcedureResult run_multiple_response(const Context& context, const PlannedAnalysis& analysis);
ProcedureResult run_net_balance(const Context& context, const PlannedAnalysis& analysis);
ProcedureResult run_group_gap(const Context& context, const PlannedAnalysis& analysis);
ProcedureResult run_trend_over_groups(const Context& context, const PlannedAnalysis& analysis);
ProcedureResult run_area_matrix(const Context& context, const PlannedAnalysis& analysis);
ProcedureResult run_perception_gap(const Context& context, const PlannedAnalysis& analysis);
ProcedureResult run_peer_ranks(const Context& context, const PlannedAnalysis& analysis);
ProcedureResult run_kpi_status(const Context& context, const PlannedAnalysis& analysis);
ProcedureResult run_association(const Context& context, const PlannedAnalysis& analysis);
void check_association(const LoadedStudy& study, const PlannedAnalysis& analysis);
ProcedureResult run_estimate(const Context& context, const PlannedAnalysis& analysis);
void check_estimate(const LoadedStudy& study, const PlannedAnalysis& analysis);
ProcedureResult run_regression(const Context& context, const PlannedAnalysis& analysis);
void check_regression(const LoadedStudy& study, const PlannedAnalysis& analysis);
ProcedureResult run_compare_groups(const Context& context, const PlannedAnalysis& analysis);
void check_compare_groups(const LoadedStudy& study, const PlannedAnalysis& analysis);
ProcedureResult run_event_typology(const Context& context, const PlannedAnalysis& analysis);
ProcedureResult run_composite_index(const Context& context, const PlannedAnalysis& analysis);
ProcedureResult run_published_claims(const Context& context, const PlannedAnalysis& analysis);
ProcedureResult run_profile(const Context& context, const PlannedAnalysis& analysis);

/// Of a planned profile_drivers: how its two profiles fail to mirror each other; empty where they do, or only one is named.
std::string unmirrored_profiles(const PlannedAnalysis& analysis);

} // namespace canvass::analysis

#endif
