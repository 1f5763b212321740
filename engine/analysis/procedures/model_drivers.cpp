// What goes with an outcome when the other views are held alike: a logistic model, as average differences in percentage points; and what
// goes with two outcomes in opposite directions. Beside the effects, how the explained part of the outcome divides over the drivers and
// over the elements that they belong to.

#include "engine/analysis/cohort.hpp"
#include "engine/analysis/procedures/all.hpp"
#include "engine/analysis/rows.hpp"
#include "engine/analysis/survey_rows.hpp"
#include "engine/core/text.hpp"
#include "engine/survey/glm.hpp"
#include "engine/survey/marginal_effects.hpp"
#include "engine/survey/predictors.hpp"
#include "engine/survey/prepared.hpp"
#include "engine/survey/replicate_weights.hpp"
#include "engine/survey/shapley.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <iterator>
#include <memory>

namespace canvass::analysis {

using report::Estimate;
using report::Unit;

namespace {

constexpr std::int64_t usual_replicates = 100;
constexpr std::int64_t most_replicates = 2000;

/// Replicates for the intervals of shares; 0: shares without intervals.
std::size_t replicates_asked(const PlannedAnalysis& analysis) {
  const auto option = analysis.options.find("replicates");
  if (option == analysis.options.end()) {
    return usual_replicates;
  }
  const auto count = parse_int64(option->second);
  if (!count || *count < 0 || *count > most_replicates || (*count > 0 && *count < 40)) {
    throw InputError(analysis.at, fmt::format("`replicates` of analysis {} is a whole number from 40 to {}, or 0 for shares without "
                                              "intervals (\"{}\")",
                                              analysis.id, most_replicates, option->second));
  }
  return static_cast<std::size_t>(*count);
}

/// The drivers of each element, in the instrument's order; those of none last, under "". Nothing where no driver belongs to any.
std::vector<survey::DriverGroup> elements_of(const Instrument& instrument, const std::vector<std::string>& drivers) {
  std::vector<survey::DriverGroup> groups;
  for (const Element& element : instrument.elements) {
    groups.push_back({element.id, {}});
  }
  groups.push_back({"", {}});
  for (const std::string& driver : drivers) {
    const std::string element = element_of(instrument, driver);
    std::find_if(groups.begin(), groups.end(), [&](const survey::DriverGroup& one) {
      return one.name == element;
    })->terms.push_back(driver);
  }
  std::erase_if(groups, [](const survey::DriverGroup& one) { return one.terms.empty(); });
  if (groups.size() == 1 && groups.front().name.empty()) {
    groups.clear();
  }
  return groups;
}

/// How the explained part of an outcome divides over drivers and elements.
class Shares {
public:
  Shares(const Context& context, const PlannedAnalysis& analysis, const WaveSample& wave, const survey::Predictors& predictors,
         const std::vector<std::string>& drivers, ProcedureResult& result)
      : context_(context), analysis_(analysis), wave_(wave), predictors_(predictors),
        elements_(elements_of(context.study.instrument(), drivers)) {
    const std::size_t count = replicates_asked(analysis);
    if (drivers.size() > survey::most_drivers) {
      left_out_ = true;
      result.notes.push_back(fmt::format("the explained part is divided over up to {} drivers; {} were given, so shares are left out",
                                         survey::most_drivers, drivers.size()));
    } else if (count > 0 && wave.design.replicates == nullptr) {
      survey::ReplicateOptions options;
      options.count = count;
      options.seed = context.study.study.plan.seed;
      options.compact = true;
      options.threads = context.threads;
      try {
        replicates_ = survey::make_replicates(wave.design, survey::ReplicateMethod::bootstrap, options).design.replicates;
      } catch (const DomainError& error) {
        result.notes.push_back(std::string("shares of the explained part have no intervals: ") + error.what());
      }
    }
  }

  void add(const std::string& outcome, std::span<const double> values, report::Estimates& rows) const {
    if (left_out_) {
      return;
    }
    const Study& study = context_.study.study;
    const std::string& wave = study.waves[wave_.wave].id;
    const survey::ShapleyShares shares =
        survey::shapley_shares(*wave_.prepared, values, predictors_, {}, replicates_.get(), 1 - study.plan.significance_level, elements_);
    const auto add = [&](const std::string& part, const std::string& quantity, const report::Levels& at, double value,
                         const stats::Interval& interval) {
      std::string method = quantity == "r_squared" ? "weighted linear R2" : "Shapley share of the weighted linear R2";
      method += interval.method == "no replicates" ? "" : ", " + interval.method;
      Estimate row = row_of(analysis_, outcome + "/" + wave + "/" + part, outcome, quantity, method, Unit::percent);
      row.at = {{"wave", wave}};
      row.at.insert(row.at.end(), at.begin(), at.end());
      row.estimate = 100 * value;
      if (std::isfinite(interval.low)) {
        row.conf_level = interval.level;
        row.conf_low = 100 * interval.low;
        row.conf_high = 100 * interval.high;
      }
      row.n = static_cast<double>(shares.n);
      row.n_missing = static_cast<double>(shares.missing);
      rows.push_back(std::move(row));
    };
    add("explained", "r_squared", {}, shares.r_squared, shares.r_squared_interval);
    for (const survey::ShapleyShare& one : shares.drivers) {
      add("share/" + one.name, "share_of_explained", {{"driver", one.name}}, one.of_explained, one.of_explained_interval);
    }
    for (const survey::ShapleyShare& one : shares.sums) {
      const std::string name = one.name.empty() ? "other" : one.name;
      add("element/" + name, "share_of_explained", {{"element", name}}, one.of_explained, one.of_explained_interval);
    }
  }

private:
  const Context& context_;
  const PlannedAnalysis& analysis_;
  const WaveSample& wave_;
  const survey::Predictors& predictors_;
  std::vector<survey::DriverGroup> elements_;
  std::shared_ptr<const survey::Replicates> replicates_;
  bool left_out_ = false;
};

} // namespace

ProcedureResult run_model_drivers(const Context& context, const PlannedAnalysis& analysis) {
  ProcedureResult result;
  const Sample& sample = sample_for(context, analysis);
  const std::vector<std::string> drivers = named_in(analysis, "drivers", "indicators or items that may go with the outcome");
  if (sample.waves.empty()) {
    return result;
  }
  if (!sample.speaks_of_everybody) {
    throw DomainError("a model of what goes with what speaks of people; of a sample that chance did not draw it cannot");
  }
  const WaveSample& wave = sample.waves.back();
  const Study& study = context.study.study;
  const double level = 1 - study.plan.significance_level;
  survey::Predictors predictors(wave.rows.size());
  for (const std::string& driver : drivers) {
    predictors.add_number(driver, wave.of(outcome_by_row(context.study, context.dataset, driver)));
  }
  const survey::PreparedDesign& design = *wave.prepared;
  const Shares shares(context, analysis, wave, predictors, drivers, result);
  report::Estimates divided;
  std::vector<std::string> outcomes = outcomes_of(context.study, analysis);
  if (const auto second = analysis.options.find("second"); second != analysis.options.end()) {
    outcomes.push_back(second->second);
  }
  for (const std::string& outcome : outcomes) {
    if (!is_share_outcome(context.study, outcome)) {
      throw InputError(analysis.at, "analysis " + analysis.id + ": \"" + outcome + "\" is no indicator; the model is one of shares");
    }
    const std::vector<double> values = wave.of(outcome_by_row(context.study, context.dataset, outcome));
    const survey::GlmFit fit = survey::fit_glm(design, survey::Family::logistic, values, predictors, level);
    const survey::MarginalEffects effects = survey::marginal_effects(design, predictors, fit, level);
    for (std::size_t i = 0; i < effects.names.size(); ++i) {
      Estimate row = row_of(analysis, outcome + "/" + study.waves[wave.wave].id + "/effect/" + drivers[i], outcome, "marginal_effect",
                            "logistic model, average marginal effect", Unit::percentage_points);
      row.at = {{"wave", study.waves[wave.wave].id}, {"driver", drivers[i]}};
      fill(row, effects.effects[i]);
      row.estimate *= 100;
      row.std_error *= 100;
      row.conf_low *= 100;
      row.conf_high *= 100;
      row.n = static_cast<double>(fit.n);
      row.n_missing = static_cast<double>(fit.missing);
      judge_alone(row, study, "goes with more", "goes with less", "no clear link");
      result.rows.push_back(row);
    }
    shares.add(outcome, values, divided);
  }
  // The same driver, two outcomes, both links shown: good for the one and bad for the other, by the direction that each should move in.
  if (outcomes.size() == 2) {
    const std::size_t k = drivers.size();
    const auto wished = [&](const std::string& outcome) {
      return outcome_facts(context.study, outcome).direction == Direction::down ? -1.0 : 1.0;
    };
    const double first_wish = wished(outcomes[0]);
    const double second_wish = wished(outcomes[1]);
    for (std::size_t i = 0; i < k; ++i) {
      Estimate& first = result.rows[i];
      Estimate& second = result.rows[k + i];
      const bool both = first.verdict != "no clear link" && second.verdict != "no clear link";
      if (both && (first_wish * first.estimate > 0) != (second_wish * second.estimate > 0)) {
        first.flags.emplace_back("good_and_bad");
        second.flags.emplace_back("good_and_bad");
      }
    }
  }
  std::move(divided.begin(), divided.end(), std::back_inserter(result.rows));
  return result;
}

} // namespace canvass::analysis
