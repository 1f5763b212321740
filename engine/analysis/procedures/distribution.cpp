// What people answered: every category of every item by wave and arm, the share that agrees, and what was missing and why.

#include "engine/analysis/cohort.hpp"
#include "engine/analysis/procedures/all.hpp"
#include "engine/analysis/rows.hpp"
#include "engine/stats/proportion.hpp"

#include <algorithm>
#include <map>

namespace canvass::analysis {

using report::Estimate;
using report::Unit;

ProcedureResult run_distribution(const Context& context, const PlannedAnalysis& analysis) {
  const std::string of_answers = context.study.study.survey ? "share of answers, not weighted" : "share of answers";
  ProcedureResult result;
  const Study& study = context.study.study;
  const Instrument& instrument = context.study.instrument();
  const Dataset& dataset = context.dataset;
  const Arms arms = arms_of(study);
  for (const Variable& variable : instrument.variables) {
    const ChoiceList* list = instrument.list(variable.list);
    const Column* column = dataset.column(variable.id);
    if (variable.kind != Variable::Kind::code || variable.multiple || list == nullptr || column == nullptr) {
      continue;
    }
    std::vector<int> codes;
    for (const Choice& choice : list->choices) {
      codes.push_back(choice.code);
    }
    std::sort(codes.begin(), codes.end());
    const int upper_half = codes[std::min(codes.size() - 1, codes.size() / 2 + codes.size() % 2)];
    for (const std::size_t wave : collected_waves(study, dataset)) {
      for (std::size_t arm = 0; arm < arms.size(); ++arm) {
        std::map<int, int> counts;
        std::map<int, int> reasons;
        int n = 0;
        int missing = 0;
        for (std::size_t row = 0; row < dataset.rows(); ++row) {
          if (dataset.wave[row] != static_cast<std::int16_t>(wave) ||
              arms.number(dataset.arm_of_person[static_cast<std::size_t>(dataset.person[row])]) != arm) {
            continue;
          }
          const int reason = column->missing_code(row);
          if (reason != 0) {
            ++reasons[reason];
            ++missing;
          } else {
            ++counts[static_cast<int>(column->value(row))];
            ++n;
          }
        }
        if (n + missing == 0) {
          continue;
        }
        const std::string part = variable.id + "/" + study.waves[wave].id + "/" + arm_id(study, arms, arm);
        const report::Levels at = {{"wave", study.waves[wave].id}, {"arm", arm_id(study, arms, arm)}};
        const auto add = [&](const std::string& suffix, std::string_view quantity, int count, const std::string& category) {
          Estimate row = row_of(analysis, part + "/" + suffix, variable.id, quantity, of_answers, Unit::percent);
          row.at = at;
          if (!category.empty()) {
            row.at.emplace_back("category", category);
          }
          row.count = count;
          row.n = n;
          row.n_missing = missing;
          row.estimate = n > 0 ? 100.0 * count / n : report::not_a_number;
          return row;
        };
        int agree = 0;
        for (const int code : codes) {
          result.rows.push_back(add(std::to_string(code), "share", counts[code], std::to_string(code)));
          agree += code >= upper_half ? counts[code] : 0;
        }
        if (codes.size() >= 3) {
          Estimate row = add("agree", "share_upper", agree, "");
          fill(row, stats::wilson_interval(agree, std::max(n, 1), 1 - study.plan.significance_level));
          row.conf_low = n > 0 ? 100 * row.conf_low : report::not_a_number;
          row.conf_high = n > 0 ? 100 * row.conf_high : report::not_a_number;
          row.method = of_answers + ", Wilson";
          row.reference = upper_half;
          result.rows.push_back(row);
        }
        for (const auto& [code, count] : reasons) {
          const MissingCode* named = instrument.missing_code(code);
          Estimate row = row_of(analysis, part + "/missing/" + (named != nullptr ? named->name : std::to_string(code)), variable.id,
                                "missing", "answers missing, by reason", Unit::count);
          row.at = at;
          row.at.emplace_back("reason", named != nullptr ? named->name : std::to_string(code));
          row.estimate = row.count = count;
          row.n = n + missing;
          result.rows.push_back(row);
        }
      }
    }
  }
  return result;
}

} // namespace canvass::analysis
