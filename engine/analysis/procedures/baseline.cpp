// Were the arms alike before anything happened? Every column of people.csv and every scale at the first wave.

#include "engine/stats/baseline.hpp"

#include "engine/analysis/cohort.hpp"
#include "engine/analysis/procedures/all.hpp"
#include "engine/analysis/rows.hpp"
#include "engine/core/text.hpp"
#include "engine/stats/descriptives.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace canvass::analysis {
namespace {

using report::Estimate;
using report::Unit;

/// Beyond this many different texts a column is an identifier or free text, not a category.
constexpr std::size_t most_categories = 12;
/// Numbers with more different values than this are shown as a mean.
constexpr std::size_t most_levels_of_number = 6;

class Baseline {
public:
  Baseline(const Context& context, const PlannedAnalysis& analysis)
      : context_(context), analysis_(analysis), study_(context.study.study), arms_(arms_of(study_)) {}

  ProcedureResult run() {
    const std::vector<std::size_t> collected = collected_waves(study_, context_.dataset);
    for (const std::string& column : context_.study.people.columns) {
      if (column != study_.assignment.group && column != study_.assignment.matched_set && !names_the_arms(column)) {
        people_column(column);
      }
    }
    if (!collected.empty()) {
      for (const Scale& scale : context_.study.instrument().scales) {
        const std::vector<double> all = outcome_by_person(context_.study, context_.dataset, scale.id);
        std::vector<std::vector<double>> by_arm(arms_.size());
        for (std::size_t person = 0; person < context_.dataset.persons.size(); ++person) {
          const std::size_t arm = arms_.number(context_.dataset.arm_of_person[person]);
          const double value = all[person * study_.waves.size() + collected.front()];
          if (arm != Arms::npos && context_.dataset.row_of(person, collected.front()) >= 0) {
            by_arm[arm].push_back(value);
          }
        }
        numbers(scale.id, by_arm, {{"wave", study_.waves[collected.front()].id}});
      }
    }
    return std::move(result_);
  }

private:
  void numbers(const std::string& name, const std::vector<std::vector<double>>& by_arm, const report::Levels& levels) {
    for (std::size_t arm = 0; arm < arms_.size(); ++arm) {
      const stats::Moments moments = stats::describe(by_arm[arm]);
      if (moments.n == 0) {
        continue;
      }
      Estimate row = row_of(analysis_, name + "/mean/" + arm_id(study_, arms_, arm), name, "mean", "mean and SD", Unit::points);
      row.at = levels;
      row.at.emplace_back("arm", arm_id(study_, arms_, arm));
      row.estimate = moments.mean;
      row.std_error = moments.sd; // of people, not of the mean: said by the method
      row.n = moments.n;
      row.n_missing = moments.missing;
      result_.rows.push_back(row);
    }
    for (std::size_t arm = 1; arm < arms_.size() && arms_.has_control; ++arm) {
      const auto difference = stats::smd(by_arm[0], by_arm[arm]);
      add_smd(name, arm, difference.smd, difference.method, difference.n_second, difference.n_first, levels);
    }
  }

  void add_smd(const std::string& name, std::size_t arm, double smd, const std::string& method, int n, int n_control,
               report::Levels levels) {
    Estimate row =
        row_of(analysis_, name + "/smd/" + arm_id(study_, arms_, arm), name, "standardised_mean_difference", method, Unit::standardised);
    row.at = std::move(levels);
    row.at.emplace_back("arm", arm_id(study_, arms_, arm));
    row.versus = {{"arm", arm_id(study_, arms_, 0)}};
    row.estimate = smd;
    row.n = n;
    row.n_versus = n_control;
    row.reference = 0.25;
    if (std::abs(smd) > 0.25) {
      row.flags.emplace_back("unbalanced");
    }
    result_.rows.push_back(row);
  }

  /// The column that people were sorted into arms by says nothing about whether the arms are alike.
  bool names_the_arms(const std::string& column) const {
    const std::vector<std::string> texts = people_values(context_.study, context_.dataset, column);
    return !study_.arms.empty() && std::all_of(texts.begin(), texts.end(), [&](const std::string& text) {
      return text.empty() || study_.arm(text) != Study::npos;
    }) && std::any_of(texts.begin(), texts.end(), [](const std::string& text) { return !text.empty(); });
  }

  void people_column(const std::string& column) {
    const std::vector<std::string> texts = people_values(context_.study, context_.dataset, column);
    std::set<std::string> levels;
    bool numeric = true;
    for (const std::string& text : texts) {
      if (!text.empty()) {
        levels.insert(text);
        numeric = numeric && parse_double(text).has_value();
      }
    }
    if (levels.empty()) {
      return;
    }
    if (numeric && levels.size() > most_levels_of_number) {
      std::vector<std::vector<double>> by_arm(arms_.size());
      for (std::size_t person = 0; person < texts.size(); ++person) {
        const std::size_t arm = arms_.number(context_.dataset.arm_of_person[person]);
        if (arm != Arms::npos) {
          by_arm[arm].push_back(texts[person].empty() ? report::not_a_number : *parse_double(texts[person]));
        }
      }
      numbers(column, by_arm, {});
      return;
    }
    if (levels.size() > most_categories) {
      result_.notes.push_back("Column " + column + " of " + context_.study.people.file + " has " + std::to_string(levels.size()) +
                              " different values and is not shown");
      return;
    }
    const std::vector<std::string> names(levels.begin(), levels.end());
    std::vector<double> codes;
    for (std::size_t i = 0; i < names.size(); ++i) {
      codes.push_back(static_cast<double>(i));
    }
    std::vector<std::vector<double>> by_arm(arms_.size());
    for (std::size_t person = 0; person < texts.size(); ++person) {
      const std::size_t arm = arms_.number(context_.dataset.arm_of_person[person]);
      if (arm != Arms::npos) {
        const auto at = std::find(names.begin(), names.end(), texts[person]);
        by_arm[arm].push_back(at == names.end() ? report::not_a_number : static_cast<double>(at - names.begin()));
      }
    }
    for (std::size_t arm = 0; arm < arms_.size(); ++arm) {
      const auto missing = std::count_if(by_arm[arm].begin(), by_arm[arm].end(), [](double code) { return std::isnan(code); });
      const double n = static_cast<double>(by_arm[arm].size()) - static_cast<double>(missing);
      for (std::size_t i = 0; i < names.size(); ++i) {
        const auto count = std::count(by_arm[arm].begin(), by_arm[arm].end(), codes[i]);
        Estimate row = row_of(analysis_, column + "/" + names[i] + "/" + arm_id(study_, arms_, arm), column, "proportion",
                              "share of people", Unit::percent);
        row.at = {{"category", names[i]}, {"arm", arm_id(study_, arms_, arm)}};
        row.count = static_cast<double>(count);
        row.n = n;
        row.n_missing = static_cast<double>(missing);
        row.estimate = n > 0 ? 100 * row.count / n : report::not_a_number;
        result_.rows.push_back(row);
      }
    }
    for (std::size_t arm = 1; arm < arms_.size() && arms_.has_control; ++arm) {
      const auto difference = stats::smd_categories(by_arm[0], by_arm[arm], codes);
      double largest = 0;
      for (const double smd : difference.smd) {
        if (std::abs(smd) > std::abs(largest)) {
          largest = smd;
        }
      }
      add_smd(column, arm, largest, "largest SMD of a category", difference.n_second, difference.n_first, {});
    }
  }

  const Context& context_;
  const PlannedAnalysis& analysis_;
  const Study& study_;
  Arms arms_;
  ProcedureResult result_;
};

} // namespace

ProcedureResult run_baseline(const Context& context, const PlannedAnalysis& analysis) {
  return Baseline(context, analysis).run();
}

} // namespace canvass::analysis
