// One statistic of the public, whichever the plan names: of everybody, of groups and areas, and the differences between all of these.

#include "engine/analysis/figures.hpp"
#include "engine/analysis/plan_options.hpp"
#include "engine/analysis/procedures/all.hpp"
#include "engine/analysis/rows.hpp"
#include "engine/analysis/survey_rows.hpp"
#include "engine/analysis/waves_asked.hpp"
#include "engine/core/text.hpp"
#include "engine/survey/estimators.hpp"
#include "engine/survey/quantiles.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>

namespace canvass::analysis {

using report::Estimate;
using report::Unit;

namespace {

constexpr std::array<std::string_view, 8> statistics = {"mean", "total", "ratio", "quantile", "variance", "correlation", "kappa", "alpha"};
constexpr std::array<std::string_view, 12> rules = {"math", "school", "hf1", "hf2", "hf3", "hf4",
                                                    "hf5",  "hf6",    "hf7", "hf8", "hf9", "shahvaish"};
constexpr std::array<std::string_view, 6> intervals = {"mean", "beta", "xlogit", "asin", "score", "replicates"};
constexpr std::array<std::string_view, 2> pair_choices = {"none", "all"};

/// What the plan asks for, read without answers.
struct Asked {
  std::string statistic;
  std::vector<std::string> outcomes;
  std::string per;                   ///< of a ratio
  std::vector<std::string> at;       ///< of quantiles, as written
  std::vector<double> probabilities; ///< the same as numbers
  survey::QuantileOptions quantile;
  std::string by; ///< empty: everybody only
  bool pairs = false;

  [[nodiscard]] bool is(std::string_view name) const { return statistic == name; }
};

/// An option that has a meaning for one statistic only. @throws InputError it is given beside another
void only_with(const PlannedAnalysis& analysis, const Asked& asked, const std::string& option, std::string_view statistic) {
  if (analysis.options.contains(option) && !asked.is(statistic)) {
    throw InputError(analysis.at, fmt::format("analysis {} has `{}`, which belongs to `statistic: {}`, and asks for {}; leave it out",
                                              analysis.id, option, statistic, asked.statistic));
  }
}

void read_quantiles(const PlannedAnalysis& analysis, Asked& asked) {
  asked.at = words_in(analysis, "at");
  if (asked.at.empty()) {
    asked.at = {"0.5"};
  }
  for (const std::string& word : asked.at) {
    const auto p = parse_double(word);
    if (!p || !(*p > 0 && *p < 1)) { // the lowest and the highest answer are single people's
      throw InputError(analysis.at, fmt::format("`at` of analysis {} has shares between 0 and 1, such as at: \"0.25 0.5 0.75\" (\"{}\")",
                                                analysis.id, word));
    }
    asked.probabilities.push_back(*p);
  }
  asked.quantile.rule = *survey::quantile_rule(choice_in(analysis, "rule", rules));
  asked.quantile.interval = *survey::quantile_interval(choice_in(analysis, "interval", intervals));
}

/// How many outcomes and of what kind a statistic takes.
void check_outcomes(const LoadedStudy& study, const PlannedAnalysis& analysis, const Asked& asked) {
  const auto refuse = [&](const std::string& needs) {
    throw InputError(analysis.at, fmt::format("analysis {} asks for {}, which needs {} ({} named)", analysis.id, asked.statistic, needs,
                                              asked.outcomes.empty() ? "none is" : "\"" + join(asked.outcomes, " ") + "\" is"));
  };
  const std::size_t count = asked.outcomes.size();
  if (asked.is("alpha")) {
    if (count == 0 || (count == 1 && study.instrument().scale(asked.outcomes.front()) == nullptr)) {
      refuse("a scale as its `outcome`, or two or more items as `outcomes`");
    }
  } else if (asked.is("kappa")) {
    if (count != 2) {
      refuse("two questions with one list of answers as `outcomes`");
    }
    const Variable& first = question_in(study, analysis, "outcomes", asked.outcomes[0]);
    const Variable& second = question_in(study, analysis, "outcomes", asked.outcomes[1]);
    if (first.list != second.list) {
      refuse(fmt::format("two questions with one list of answers as `outcomes`, and the lists are {} and {}", first.list, second.list));
    }
  } else if (asked.is("correlation") && count < 2) {
    refuse("two or more `outcomes`");
  } else if (count == 0) {
    refuse("an `outcome`, several `outcomes` or a `family`");
  } else if (asked.is("quantile") &&
             std::any_of(asked.outcomes.begin(), asked.outcomes.end(), [&](const auto& one) { return is_share_outcome(study, one); })) {
    refuse("outcomes with several values: a scale, a number or a question with codes");
  }
}

/// @throws InputError what the plan asks for cannot be had
Asked asked_of(const LoadedStudy& study, const PlannedAnalysis& analysis) {
  Asked asked;
  asked.statistic = choice_in(analysis, "statistic", statistics);
  asked.outcomes = outcomes_named(study, analysis);
  check_outcomes(study, analysis, asked);
  only_with(analysis, asked, "per", "ratio");
  for (const char* option : {"at", "rule", "interval"}) {
    only_with(analysis, asked, option, "quantile");
  }
  if (asked.is("ratio")) {
    asked.per = named_in(analysis, "per", "the outcome whose total the total is divided by").front();
    check_is_number(study, analysis, "per", asked.per);
  }
  if (asked.is("quantile")) {
    read_quantiles(analysis, asked);
  }
  if (const std::vector<std::string> by = words_in(analysis, "by"); !by.empty()) {
    asked.by = by.front();
    check_makes_groups(study, analysis, "by", asked.by);
    if (by.size() > 1) {
      throw InputError(analysis.at, fmt::format("`by` of analysis {} is one question or level of the areas (\"{}\"); write an analysis for "
                                                "each",
                                                analysis.id, join(by, " ")));
    }
  }
  asked.pairs = choice_in(analysis, "pairs", pair_choices) == "all";
  if (asked.pairs && (asked.by.empty() || !(asked.is("mean") || asked.is("total") || asked.is("ratio")))) {
    throw InputError(analysis.at,
                     fmt::format("analysis {} asks for all pairs of {}; pairs are those of the groups of `by`, and differences "
                                 "are made of means, totals and ratios, whose covariances are known",
                                 analysis.id, asked.by.empty() ? "nobody" : asked.statistic));
  }
  check_wave(study.study, analysis);
  adjustment_of(study.study, analysis);
  return asked;
}

/// The method that a row names.
std::string method_of(const Asked& asked, bool replicates) {
  const std::string error = replicates ? "replicates, t" : "linearised, t";
  if (asked.is("quantile")) {
    return fmt::format("weighted quantile by rule {}, interval {}", survey::name_of(asked.quantile.rule),
                       survey::name_of(asked.quantile.interval));
  }
  const std::string name = asked.is("ratio")         ? "ratio of the totals to that of " + asked.per
                           : asked.is("correlation") ? "Pearson correlation"
                           : asked.is("kappa")       ? "Cohen's kappa"
                           : asked.is("alpha")       ? "Cronbach's alpha"
                                                     : "weighted " + asked.statistic;
  return name + ", " + error;
}

/// Everything about one wave.
class Wave {
public:
  Wave(const Context& context, const PlannedAnalysis& analysis, const Asked& asked, const WaveSample& wave, ProcedureResult& result)
      : context_(context), study_(context.study.study), analysis_(analysis), asked_(asked), wave_(wave), result_(result),
        id_(study_.waves[wave.wave].id), level_(1 - study_.plan.significance_level) {}

  void add_rows() {
    add_domains({std::vector<std::int32_t>(wave_.rows.size(), 0), 1}, {""});
    if (!asked_.by.empty()) {
      Cells cells = cells_by(context_.study, context_.dataset, wave_, asked_.by);
      const std::size_t count = cells.ids.size();
      add_domains({std::move(cells.cell), count}, cells.ids);
    }
  }

private:
  [[nodiscard]] std::vector<double> values(const std::string& outcome) const {
    return wave_.of(outcome_by_row(context_.study, context_.dataset, outcome));
  }

  /// Items with the reversed ones turned.
  [[nodiscard]] stats::Matrix items(const std::vector<std::string>& ids) const {
    const Instrument& instrument = context_.study.instrument();
    stats::Matrix matrix(wave_.rows.size(), ids.size());
    for (std::size_t item = 0; item < ids.size(); ++item) {
      const std::vector<double> column = values(ids[item]);
      const std::size_t index = instrument.variable(ids[item]);
      const ChoiceList* list = index == Instrument::npos ? nullptr : instrument.list(instrument.variables[index].list);
      const bool turned = list != nullptr && instrument.variables[index].reverse;
      for (std::size_t row = 0; row < column.size(); ++row) {
        matrix(row, item) = turned ? list->lowest() + list->highest() - column[row] : column[row];
      }
    }
    return matrix;
  }

  /// Rows of one statistic: everybody (one domain without a name), or the groups of `by`.
  struct Rows {
    std::string outcome, stem; ///< the stem begins the ids
    report::Levels also;       ///< levels behind those of wave and group
    std::string quantity;
    Unit unit = Unit::points;
    bool share = false;
  };

  void add_domains(const Domains& domains, const std::vector<std::string>& ids) {
    const survey::PreparedDesign& design = *wave_.prepared;
    const std::vector<std::string>& outcomes = asked_.outcomes;
    if (asked_.is("alpha")) {
      const Scale* scale = outcomes.size() == 1 ? context_.study.instrument().scale(outcomes.front()) : nullptr;
      const std::string name = scale != nullptr ? scale->id : analysis_.id;
      add({name, name + "/" + id_, {}, "alpha", Unit::correlation},
          alphas_in(design, items(scale != nullptr ? scale->items : outcomes), domains, level_), ids);
      return;
    }
    if (asked_.is("kappa")) {
      const Cells first = cells_of_variable(context_.study, context_.dataset, wave_, outcomes[0]);
      const Cells second = cells_of_variable(context_.study, context_.dataset, wave_, outcomes[1]);
      add({outcomes[0], outcomes[0] + "/" + outcomes[1] + "/" + id_, {{"with", outcomes[1]}}, "kappa", Unit::correlation},
          kappas_in(design, first.cell, second.cell, domains, level_), ids);
      return;
    }
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      const std::vector<double> y = values(outcomes[i]);
      Rows rows{outcomes[i], outcomes[i] + "/" + id_, {}, asked_.statistic};
      if (asked_.is("mean")) {
        rows.share = is_share_outcome(context_.study, outcomes[i]);
        add(rows, means_in(design, y, domains, level_), ids);
      } else if (asked_.is("total")) {
        rows.unit = Unit::count;
        add(rows, totals_in(design, y, domains, level_), ids);
      } else if (asked_.is("ratio")) {
        rows.unit = Unit::ratio;
        add(rows, ratios_in(design, y, values(asked_.per), domains, level_), ids);
      } else if (asked_.is("variance")) {
        rows.unit = Unit::none;
        add(rows, variances_in(design, y, domains, level_), ids);
      } else if (asked_.is("quantile")) {
        survey::QuantileOptions options = asked_.quantile;
        options.level = level_;
        const std::vector<Figures> all = quantiles_in(design, y, asked_.probabilities, domains, options);
        for (std::size_t q = 0; q < all.size(); ++q) {
          rows.also = {{"quantile", asked_.at[q]}};
          add(rows, all[q], ids);
        }
      } else {
        for (std::size_t j = i + 1; j < outcomes.size(); ++j) {
          add({outcomes[i], outcomes[i] + "/" + outcomes[j] + "/" + id_, {{"with", outcomes[j]}}, "correlation", Unit::correlation},
              correlations_in(design, y, values(outcomes[j]), domains, level_), ids);
        }
      }
    }
  }

  [[nodiscard]] std::string part_of(const Rows& rows, const std::string& level) const {
    std::string part = rows.stem + (level.empty() ? "" : "/" + asked_.by + "/" + level);
    return rows.also.empty() || rows.also.front().first != "quantile" ? part : part + "/" + rows.also.front().second;
  }

  [[nodiscard]] report::Levels levels_of(const Rows& rows, const std::string& level) const {
    report::Levels at = {{"wave", id_}};
    if (!level.empty()) {
      at.emplace_back(asked_.by, level);
    }
    at.insert(at.end(), rows.also.begin(), rows.also.end());
    return at;
  }

  void add(const Rows& rows, const Figures& figures, const std::vector<std::string>& ids) {
    for (std::size_t i = 0; i < ids.size(); ++i) {
      add_row(rows, figures.of_domain[i], ids[i]);
    }
    if (asked_.pairs && ids.size() > 1) {
      add_pairs(rows, figures, ids);
    }
  }

  void add_row(const Rows& rows, const Figure& figure, const std::string& level) {
    const std::string part = part_of(rows, level);
    Estimate row = rows.quantity == "mean" ? estimate_row(analysis_, part, rows.outcome, rows.share)
                                           : row_of(analysis_, part, rows.outcome, rows.quantity,
                                                    method_of(asked_, wave_.prepared->replicates() != nullptr), rows.unit);
    row.at = levels_of(rows, level);
    if (rows.quantity == "mean") {
      survey::CubeCell cell;
      cell.share = figure.value;
      cell.std_error = figure.std_error;
      cell.df = figure.df;
      cell.kish_n = figure.kish_n;
      cell.n = figure.n;
      cell.missing = figure.missing;
      fill_estimate(row, cell, rows.share, *context_.sample, study_);
    } else {
      fill(row, figure);
    }
    if (!figure.why_not.empty()) {
      result_.notes.push_back(fmt::format("{} of {}{}: {}", rows.quantity, rows.outcome,
                                          level.empty() ? std::string() : " where " + asked_.by + " is " + level, figure.why_not));
    }
    result_.rows.push_back(row);
    if (rows.quantity == "mean" || rows.quantity == "total" || rows.quantity == "ratio") {
      add_design_effects(row, figure);
    }
  }

  void fill(Estimate& row, const Figure& figure) const {
    row.n = static_cast<double>(figure.n);
    row.n_missing = static_cast<double>(figure.missing);
    row.effective_n = figure.kish_n;
    if (figure.n == 0) {
      return;
    }
    row.estimate = figure.value;
    row.std_error = figure.std_error;
    row.df = std::isfinite(figure.df) ? figure.df : report::not_a_number;
    row.statistic = figure.statistic;
    row.p_value = figure.p_value;
    row.conf_level = level_;
    row.conf_low = figure.low;
    row.conf_high = figure.high;
    if (asked_.is("quantile")) {
      row.count = static_cast<double>(figure.beyond);
    }
    add_base_flags(row, *context_.sample, study_);
  }

  /// Against a simple random sample as large; without replacement only where it is known how many people there are.
  void add_design_effects(const Estimate& of, const Figure& figure) {
    const auto add = [&](const std::string& quantity, const char* method, double value) {
      Estimate row = of;
      row.id += "/" + quantity;
      row.quantity = quantity;
      row.method = method;
      row.unit = Unit::ratio;
      row.std_error = row.conf_level = row.conf_low = row.conf_high = row.df = report::not_a_number;
      row.estimate = value;
      row.flags.clear();
      result_.rows.push_back(std::move(row));
    };
    add("design_effect", "against simple random sampling with replacement", figure.design_effect);
    if (survey::population_is_known(wave_.design)) {
      add("design_effect_without", "against simple random sampling without replacement", figure.design_effect_without);
    }
  }

  void add_pairs(const Rows& rows, const Figures& figures, const std::vector<std::string>& ids) {
    for (std::size_t first = 0; first < ids.size(); ++first) {
      for (std::size_t second = first + 1; second < ids.size(); ++second) {
        const Figure& one = figures.of_domain[first];
        const Figure& other = figures.of_domain[second];
        if (one.n == 0 || other.n == 0) {
          continue;
        }
        Estimate row = row_of(analysis_, part_of(rows, ids[second]) + "/less/" + ids[first], rows.outcome, "difference",
                              "one covariance matrix, t", Unit::points);
        row.at = levels_of(rows, ids[second]);
        row.versus = levels_of(rows, ids[first]);
        row.family = analysis_.family.empty() ? analysis_.id : analysis_.family;
        const Comparing how{rows.share, 1 - level_, wave_.df};
        fill_difference(row, difference_within(*figures.together, second, first, how), how, *context_.sample);
        row.unit = rows.share ? Unit::percentage_points : rows.unit;
        row.n = static_cast<double>(other.n);
        row.n_versus = static_cast<double>(one.n);
        result_.rows.push_back(std::move(row));
      }
    }
  }

  const Context& context_;
  const Study& study_;
  const PlannedAnalysis& analysis_;
  const Asked& asked_;
  const WaveSample& wave_;
  ProcedureResult& result_;
  std::string id_;
  double level_;
};

} // namespace

void check_estimate(const LoadedStudy& study, const PlannedAnalysis& analysis) {
  asked_of(study, analysis);
}

ProcedureResult run_estimate(const Context& context, const PlannedAnalysis& analysis) {
  ProcedureResult result;
  const Sample& sample = sample_for(context, analysis);
  const Asked asked = asked_of(context.study, analysis);
  refuse_unless_drawn(sample, "an estimate with its error");
  const Study& study = context.study.study;
  for (const WaveSample* wave : waves_asked(study, analysis, sample)) {
    Wave(context, analysis, asked, *wave, result).add_rows();
  }
  std::vector<Estimate*> tested;
  for (Estimate& row : result.rows) {
    if (row.quantity == "difference" || row.quantity == "correlation") {
      row.family = analysis.family.empty() ? analysis.id : analysis.family;
      tested.push_back(&row);
    }
  }
  adjust_together(tested, adjustment_of(study, analysis));
  for (Estimate* row : tested) {
    if (row->quantity == "difference") {
      judge_alone(*row, study, "higher", "lower", "not told apart");
    } else {
      judge_alone(*row, study, "goes with more", "goes with less", "no clear link");
    }
  }
  return result;
}

} // namespace canvass::analysis
