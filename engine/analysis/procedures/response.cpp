// To whom questionnaires went, who answered, and how answers were weighted to stand for everybody.

#include "engine/analysis/procedures/all.hpp"
#include "engine/analysis/rows.hpp"
#include "engine/analysis/survey_rows.hpp"
#include "engine/stats/shares.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace canvass::analysis {

using report::Estimate;
using report::Unit;

namespace {

class Response {
public:
  Response(const Context& context, const PlannedAnalysis& analysis) : context_(context), analysis_(analysis) {}

  void wave(const WaveSample& sample) {
    const PublicSurvey& setup = *context_.study.study.survey;
    const Dispatch* sent = sample.wave < setup.sent.size() && !setup.sent[sample.wave].serial.empty() ? &setup.sent[sample.wave] : nullptr;
    const std::string& name = context_.study.study.waves[sample.wave].id;
    counts(name, sent == nullptr ? report::not_a_number : static_cast<double>(sent->serial.size()), static_cast<double>(sample.rows.size()),
           {{"wave", name}});
    if (sent != nullptr) {
      by_area(sample, *sent, name);
    }
    const bool one_by_one = sample.design.replicates == nullptr && sample.design.unequal == nullptr &&
                            (sample.design.stages.empty() || sample.design.stages.front().unit.empty());
    if (context_.sample->speaks_of_everybody && !sample.rows.empty() && one_by_one) {
      half_width(sample, name);
    } else if (context_.sample->speaks_of_everybody && !sample.rows.empty()) {
      result.notes.push_back(name +
                             ": no half width at 50 % is given, because people were not drawn one by one, and what that costs differs "
                             "from question to question");
    }
    const double n = static_cast<double>(sample.rows.size());
    if (sample.weighting) {
      weights(*sample.weighting, name, n);
    } else {
      weights_as_they_are(sample.design.weights, name, n);
    }
    if (sample.asked.size() > 1) {
      add("representativeness", name, n, survey::representativeness(sample.asked).r_adjusted, Unit::ratio,
          "R-indicator over areas and strata, less what chance adds");
    }
  }

  ProcedureResult result;

private:
  void counts(const std::string& part, double sent, double returned, const report::Levels& at) {
    const auto add = [&](std::string_view quantity, double number, double base, Unit unit) {
      Estimate row = row_of(analysis_, std::string(quantity) + "/" + part, "", quantity, "questionnaires counted", unit);
      row.at = at;
      row.estimate = number;
      row.n = base;
      row.count = unit == Unit::count ? number : returned;
      result.rows.push_back(row);
    };
    if (std::isfinite(sent)) {
      add("sent", sent, sent, Unit::count);
    }
    add("returned", returned, std::isfinite(sent) ? sent : returned, Unit::count);
    if (sent > 0) {
      add("response_rate", 100 * returned / sent, sent, Unit::percent);
    }
  }

  /// How sure a share can be: the share has to be named with it, and the worst is taken.
  void half_width(const WaveSample& sample, const std::string& wave) {
    const double level = 1 - context_.study.study.plan.significance_level;
    double sum = 0, squares = 0;
    for (const double weight : sample.design.weights) {
      sum += weight;
      squares += weight * weight;
    }
    const double n = sample.weighting ? sample.weighting->effective_n : sum * sum / squares;
    if (!(n > 0)) {
      return;
    }
    Estimate row = row_of(analysis_, "half_width/" + wave, "", "half_width", "normal interval of a share of 50 %, the worst case",
                          Unit::percentage_points);
    row.at = {{"wave", wave}};
    row.estimate = 100 * stats::half_width(0.5, n, level);
    row.conf_level = level;
    row.reference = 50;
    row.n = static_cast<double>(sample.rows.size());
    row.effective_n = n;
    result.rows.push_back(row);
  }

  void by_area(const WaveSample& sample, const Dispatch& sent, const std::string& wave) {
    const AreaTree& tree = context_.study.study.survey->areas;
    for (std::size_t level = 0; level < tree.levels.size(); ++level) {
      std::vector<double> out(tree.areas.size(), 0);
      std::vector<double> back(tree.areas.size(), 0);
      const auto add = [&](std::vector<double>& counts, std::int32_t area) {
        const std::size_t within = area < 0 ? AreaTree::npos : tree.at_level(static_cast<std::size_t>(area), level);
        if (within != AreaTree::npos) {
          counts[within] += 1;
        }
      };
      for (const std::int32_t area : sent.area) {
        add(out, area);
      }
      for (const std::int32_t area : sample.area) {
        add(back, area);
      }
      for (std::size_t area = 0; area < tree.areas.size(); ++area) {
        if (tree.areas[area].level == level && out[area] > 0 && level > 0) {
          counts(wave + "/" + tree.levels[level] + "/" + tree.areas[area].code, out[area], back[area],
                 {{"wave", wave}, {tree.levels[level], tree.areas[area].code}});
        }
      }
    }
  }

  void weights(const survey::CalibrationReport& report, const std::string& wave, double n) {
    double people = 0;
    double answers = 0;
    std::string margin;
    const auto flush_totals = [&](const std::string& next) {
      if (next != margin) {
        people = answers = 0;
        margin = next;
        for (const auto& cell : report.cells) {
          if (cell.margin == margin) {
            people += cell.population;
            answers += cell.before;
          }
        }
      }
    };
    for (const auto& cell : report.cells) {
      flush_totals(cell.margin);
      const auto add = [&](std::string_view quantity, double share, std::string_view method) {
        Estimate row = row_of(analysis_, std::string(quantity) + "/" + wave + "/" + cell.margin + "/" + cell.cell, "", quantity, method,
                              Unit::percent);
        row.at = {{"wave", wave}, {"margin", cell.margin}, {"cell", cell.cell}};
        row.estimate = 100 * share;
        row.n = n;
        row.count = static_cast<double>(cell.n);
        result.rows.push_back(row);
      };
      if (people > 0 && answers > 0) {
        add("population_share", cell.population / people, "share of the people, as counted");
        add("answers_share", cell.before / answers, "share of the answers before weighting");
      }
    }
    summary(wave, n, report.design_effect_of_weights, report.effective_n, {report.smallest, report.median, report.largest});
  }

  /// Weights that came with the answers, or people over questionnaires sent, and were not calibrated; nothing where all are alike.
  void weights_as_they_are(const std::vector<double>& weights, const std::string& wave, double n) {
    double sum = 0, squares = 0;
    for (const double weight : weights) {
      sum += weight;
      squares += weight * weight;
    }
    if (!(sum > 0) || std::all_of(weights.begin(), weights.end(), [&](double weight) { return weight == weights.front(); })) {
      return;
    }
    std::vector<double> positive;
    std::copy_if(weights.begin(), weights.end(), std::back_inserter(positive), [](double weight) { return weight > 0; });
    std::sort(positive.begin(), positive.end());
    const auto count = static_cast<double>(positive.size());
    const double mean = sum / count;
    const double effective_n = sum * sum / squares;
    const std::size_t half = positive.size() / 2;
    const double median = positive.size() % 2 == 1 ? positive[half] : (positive[half - 1] + positive[half]) / 2;
    summary(wave, n, count / effective_n, effective_n, {positive.front() / mean, median / mean, positive.back() / mean});
  }

  /// Of weights over their mean.
  struct Spread {
    double smallest = 0, median = 0, largest = 0;
  };

  void summary(const std::string& wave, double n, double design_effect, double effective_n, const Spread& spread) {
    add("design_effect_of_weights", wave, n, design_effect, Unit::ratio);
    add("effective_n", wave, n, effective_n, Unit::count);
    add("smallest_weight", wave, n, spread.smallest, Unit::ratio);
    add("median_weight", wave, n, spread.median, Unit::ratio);
    add("largest_weight", wave, n, spread.largest, Unit::ratio);
  }

  void add(std::string_view quantity, const std::string& wave, double n, double value, Unit unit, std::string_view method = "weights") {
    Estimate row = row_of(analysis_, std::string(quantity) + "/" + wave, "", quantity, method, unit);
    row.at = {{"wave", wave}};
    row.estimate = value;
    row.n = n;
    result.rows.push_back(row);
  }

  const Context& context_;
  const PlannedAnalysis& analysis_;
};

} // namespace

ProcedureResult run_response(const Context& context, const PlannedAnalysis& analysis) {
  Response response(context, analysis);
  for (const WaveSample& wave : sample_for(context, analysis).waves) {
    response.wave(wave);
  }
  response.result.notes = context.sample->notes;
  return response.result;
}

} // namespace canvass::analysis
