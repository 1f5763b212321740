// Other published ways to look at a scale over the waves: Friedman's test in each arm, and the mixed analysis of variance.

#include "engine/analysis/cohort.hpp"
#include "engine/analysis/procedures/all.hpp"
#include "engine/analysis/rows.hpp"
#include "engine/stats/repeated_anova.hpp"

namespace canvass::analysis {
namespace {

using report::Estimate;
using report::Unit;

stats::Matrix of_arm(const CohortData& data, std::size_t arm) {
  std::size_t people = 0;
  for (const std::size_t number : data.arm) {
    people += number == arm ? 1 : 0;
  }
  stats::Matrix y(people, data.y.columns);
  std::size_t row = 0;
  for (std::size_t i = 0; i < data.person.size(); ++i) {
    if (data.arm[i] == arm) {
      for (std::size_t w = 0; w < data.y.columns; ++w) {
        y(row, w) = data.y(i, w);
      }
      ++row;
    }
  }
  return y;
}

void scale(const Context& context, const PlannedAnalysis& analysis, const std::string& id, ProcedureResult& result) {
  const Study& study = context.study.study;
  const CohortData data = cohort_data(context.study, context.dataset, id);
  if (data.waves.size() < 2) {
    return;
  }
  for (std::size_t arm = 0; arm < data.arms.size(); ++arm) {
    try {
      const auto test = stats::friedman(of_arm(data, arm));
      Estimate row = row_of(analysis, id + "/friedman/" + arm_id(study, data.arms, arm), id, "kendalls_w", "Friedman, ties corrected",
                            Unit::correlation);
      row.at = {{"arm", arm_id(study, data.arms, arm)}};
      row.estimate = test.kendall_w;
      row.statistic = test.chi_square;
      row.df = test.df;
      row.p_value = test.p_value;
      row.n = static_cast<double>(test.n);
      row.n_missing = static_cast<double>(test.n_missing);
      row.flags.emplace_back("description");
      result.rows.push_back(row);
      Estimate f = row;
      f.id = analysis.id + "/" + id + "/iman_davenport/" + arm_id(study, data.arms, arm);
      f.method = "Friedman, Iman-Davenport F";
      f.statistic = test.iman_davenport_f;
      f.df = test.iman_davenport_df1;
      f.df2 = test.iman_davenport_df2;
      f.p_value = test.iman_davenport_p;
      result.rows.push_back(f);
    } catch (const DomainError& error) {
      result.notes.push_back(id + ", Friedman, " + arm_label(study, data.arms, arm) + ": " + error.what());
    }
  }
  try {
    const auto anova = stats::mixed_anova(data.y, data.arm);
    for (const stats::AnovaEffect& effect : anova.effects) {
      const auto add = [&](std::string_view suffix, std::string_view method, double p, double epsilon) {
        Estimate row =
            row_of(analysis, id + "/anova/" + effect.name + std::string(suffix), id, "generalised_eta_squared", method, Unit::correlation);
        row.estimate = effect.generalised_eta_squared;
        row.statistic = effect.f;
        row.df = effect.df1;
        row.df2 = effect.df2;
        row.p_value = p;
        row.reference = epsilon;
        row.n = static_cast<double>(anova.n);
        row.n_missing = static_cast<double>(anova.n_missing);
        row.flags.emplace_back("alternate");
        result.rows.push_back(row);
      };
      add("", "mixed anova, complete people", effect.p_value, report::not_a_number);
      if (effect.gg_epsilon == effect.gg_epsilon) {
        add("/gg", "mixed anova, Greenhouse-Geisser", effect.gg_p, effect.gg_epsilon);
        add("/hf", "mixed anova, Huynh-Feldt (Lecoutre)", effect.hf_p, effect.hf_epsilon);
        add("/mauchly", "Mauchly's sphericity test", effect.mauchly_p, effect.mauchly_w);
      }
    }
  } catch (const DomainError& error) {
    result.notes.push_back(id + ", analysis of variance: " + error.what());
  }
}

} // namespace

ProcedureResult run_scale_waves(const Context& context, const PlannedAnalysis& analysis) {
  ProcedureResult result;
  for (const Scale& found : context.study.instrument().scales) {
    if (analysis.outcome.empty() || analysis.outcome == found.id) {
      scale(context, analysis, found.id, result);
    }
  }
  return result;
}

} // namespace canvass::analysis
