// Better less worse: shares on either side of an item and their difference, wave by wave.

#include "engine/analysis/procedures/all.hpp"
#include "engine/analysis/rows.hpp"
#include "engine/analysis/survey_rows.hpp"
#include "engine/core/text.hpp"

#include <algorithm>
#include <cmath>

namespace canvass::analysis {

using report::Estimate;
using report::Unit;

namespace {

std::vector<double> codes_of(const PlannedAnalysis& analysis, const std::string& option, const ChoiceList& list) {
  std::vector<double> codes;
  for (const std::string& text : named_in(analysis, option, "codes of the item")) {
    const auto code = parse_int64(text);
    if (!code || list.find(static_cast<int>(*code)) == nullptr) {
      throw InputError(analysis.at, "analysis " + analysis.id + ": " + text + " is no code of the item's list " + list.id);
    }
    codes.push_back(static_cast<double>(*code));
  }
  return codes;
}

} // namespace

ProcedureResult run_net_balance(const Context& context, const PlannedAnalysis& analysis) {
  ProcedureResult result;
  const Sample& sample = sample_for(context, analysis);
  const Study& study = context.study.study;
  const Instrument& instrument = context.study.instrument();
  const std::size_t index = instrument.variable(analysis.outcome);
  const ChoiceList* list = index == Instrument::npos ? nullptr : instrument.list(instrument.variables[index].list);
  if (list == nullptr) {
    throw InputError(analysis.at, "analysis " + analysis.id + " needs `outcome`: a question with a list of answers");
  }
  const std::vector<double> better = codes_of(analysis, "better", *list);
  const std::vector<double> worse = codes_of(analysis, "worse", *list);
  const auto among = [](const std::vector<double>& codes, double value) {
    return std::find(codes.begin(), codes.end(), value) != codes.end();
  };
  const std::vector<double> by_row = outcome_by_row(context.study, context.dataset, analysis.outcome);
  for (const WaveSample& wave : sample.waves) {
    const std::vector<double> values = wave.of(by_row);
    const std::string& name = study.waves[wave.wave].id;
    const std::vector<std::int32_t> everybody(values.size(), 0);
    const auto scored = [&](double of_better, double of_worse) {
      std::vector<double> scores;
      for (const double value : values) {
        scores.push_back(std::isnan(value) ? value : among(better, value) ? of_better : among(worse, value) ? of_worse : 0);
      }
      return survey::domain_means(*wave.prepared, scores, everybody, 1);
    };
    const auto add = [&](const std::string& part, const survey::Estimates& mean) {
      Estimate row = row_of(analysis, analysis.outcome + "/" + name + "/" + part, analysis.outcome, "proportion",
                            "weighted share, Korn-Graubard", Unit::percent);
      row.at = {{"wave", name}, {"side", part}};
      fill_estimate(row, mean, 0, true, sample, study);
      result.rows.push_back(row);
    };
    add("better", scored(1, 0));
    add("worse", scored(0, 1));
    const survey::Estimates net = scored(1, -1);
    Estimate row = row_of(analysis, analysis.outcome + "/" + name + "/net", analysis.outcome, "net_balance", "better less worse, t",
                          Unit::percentage_points);
    row.at = {{"wave", name}};
    fill_estimate(row, net, 0, false, sample, study);
    for (double Estimate::*field : {&Estimate::estimate, &Estimate::std_error, &Estimate::conf_low, &Estimate::conf_high}) {
      row.*field *= 100;
    }
    row.verdict = row.conf_low > 0 ? "more say better" : row.conf_high < 0 ? "more say worse" : "evenly split, or not told apart";
    result.rows.push_back(row);
  }
  return result;
}

} // namespace canvass::analysis
