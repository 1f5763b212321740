// To whom questionnaires went, who answered, and how answers were weighted to stand for everybody.

#include "engine/analysis/procedures/all.hpp"
#include "engine/analysis/rows.hpp"
#include "engine/analysis/survey_rows.hpp"

#include <cmath>

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
    if (sample.weighting) {
      weights(*sample.weighting, name, static_cast<double>(sample.rows.size()));
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
    const auto add = [&](std::string_view quantity, double value, Unit unit) {
      Estimate row = row_of(analysis_, std::string(quantity) + "/" + wave, "", quantity, "weights", unit);
      row.at = {{"wave", wave}};
      row.estimate = value;
      row.n = n;
      result.rows.push_back(row);
    };
    add("design_effect_of_weights", report.design_effect_of_weights, Unit::ratio);
    add("effective_n", report.effective_n, Unit::count);
    add("largest_weight", report.largest, Unit::ratio);
    if (std::isfinite(report.representativeness)) {
      add("representativeness", report.representativeness, Unit::ratio);
    }
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
