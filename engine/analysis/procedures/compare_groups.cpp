// Groups of people by a t test or a test of ranks under the design, and a mean against a number that was named beforehand.

#include "engine/analysis/plan_options.hpp"
#include "engine/analysis/procedures/all.hpp"
#include "engine/analysis/rows.hpp"
#include "engine/analysis/survey_rows.hpp"
#include "engine/analysis/waves_asked.hpp"
#include "engine/core/text.hpp"
#include "engine/survey/group_tests.hpp"
#include "engine/survey/prepared.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <optional>

namespace canvass::analysis {

using report::Estimate;
using report::Unit;

namespace {

constexpr std::array<std::string_view, 5> tests = {"t", "wilcoxon", "van_der_waerden", "median", "kruskal_wallis"};

struct Asked {
  std::string test;
  std::vector<std::string> outcomes;
  std::string by;                          ///< empty: one group against `reference`
  std::vector<std::string> group, against; ///< answers of the two sides; both empty: every answer is a group
  std::optional<double> reference;

  [[nodiscard]] bool two_sides() const { return !group.empty(); }
};

/// Codes of the answers to `by`, or of the areas of that level.
std::vector<std::string> levels_of(const LoadedStudy& study, const PlannedAnalysis& analysis, const std::string& by) {
  std::vector<std::string> levels;
  if (const AreaTree& tree = study.study.survey->areas; tree.level(by) != AreaTree::npos) {
    for (const Area& area : tree.areas) {
      if (area.level == tree.level(by)) {
        levels.push_back(area.code);
      }
    }
    return levels;
  }
  const Variable& question = question_in(study, analysis, "by", by);
  for (const Choice& choice : study.instrument().list(question.list)->choices) {
    levels.push_back(std::to_string(choice.code));
  }
  return levels;
}

void read_sides(const LoadedStudy& study, const PlannedAnalysis& analysis, Asked& asked) {
  const std::vector<std::string> levels = levels_of(study, analysis, asked.by);
  asked.group = words_in(analysis, "group");
  asked.against = words_in(analysis, "against");
  if (asked.test == "kruskal_wallis" && (!asked.group.empty() || !asked.against.empty())) {
    throw InputError(analysis.at,
                     fmt::format("analysis {} names two groups beside `test: kruskal_wallis`, which takes every answer to {} as a "
                                 "group; leave `group` and `against` out, or use wilcoxon",
                                 analysis.id, asked.by));
  }
  if (asked.group.empty() && !asked.against.empty()) {
    throw InputError(analysis.at, fmt::format("analysis {} has `against` without `group`; name the codes of both", analysis.id));
  }
  for (const auto* side : {&asked.group, &asked.against}) {
    for (const std::string& code : *side) {
      if (std::find(levels.begin(), levels.end(), code) == levels.end()) {
        throw InputError(analysis.at,
                         fmt::format("`{}` of analysis {} names \"{}\", which is no code of {}; there are {}",
                                     side == &asked.group ? "group" : "against", analysis.id, code, asked.by, join(levels, ", ")));
      }
    }
  }
  for (const std::string& code : asked.group) {
    if (std::find(asked.against.begin(), asked.against.end(), code) != asked.against.end()) {
      throw InputError(analysis.at, fmt::format("analysis {} has \"{}\" in `group` and in `against`; put it in one", analysis.id, code));
    }
  }
  if (!asked.group.empty() && asked.against.empty()) {
    std::copy_if(levels.begin(), levels.end(), std::back_inserter(asked.against),
                 [&](const std::string& code) { return std::find(asked.group.begin(), asked.group.end(), code) == asked.group.end(); });
    if (asked.against.empty()) {
      throw InputError(analysis.at,
                       fmt::format("`group` of analysis {} has every code of {}; leave somebody to compare with", analysis.id, asked.by));
    }
  }
  const bool takes_two = asked.test == "t" || asked.test == "wilcoxon";
  if (takes_two && asked.group.empty()) {
    if (levels.size() != 2) {
      throw InputError(analysis.at, fmt::format("`test: {}` of analysis {} compares two groups, and {} has {}; name them as `group` and "
                                                "`against`{}",
                                                asked.test, analysis.id, asked.by, levels.size(),
                                                asked.test == "wilcoxon" ? ", or use kruskal_wallis" : ""));
    }
    asked.group = {levels[0]};
    asked.against = {levels[1]};
  }
}

Asked asked_of(const LoadedStudy& study, const PlannedAnalysis& analysis) {
  Asked asked;
  asked.test = choice_in(analysis, "test", tests);
  asked.outcomes = outcomes_named(study, analysis);
  if (asked.outcomes.empty()) {
    throw InputError(analysis.at, fmt::format("analysis {} needs an `outcome`, several `outcomes` or a `family`: what the groups are "
                                              "compared by",
                                              analysis.id));
  }
  const bool has_by = analysis.options.contains("by");
  if (const auto reference = analysis.options.find("reference"); reference != analysis.options.end()) {
    asked.reference = parse_double(trim(reference->second));
    if (!asked.reference || asked.test != "t" || has_by) {
      throw InputError(analysis.at,
                       fmt::format("`reference` of analysis {} is a number that the mean of everybody is held against by `test: t`, "
                                   "without `by` (\"{}\"{})",
                                   analysis.id, reference->second,
                                   has_by              ? " beside `by`"
                                   : asked.test != "t" ? " beside " + asked.test
                                                       : std::string()));
    }
    for (const char* side : {"group", "against"}) {
      if (analysis.options.contains(side)) {
        throw InputError(analysis.at, fmt::format("analysis {} has `{}` beside `reference`; leave one of them out", analysis.id, side));
      }
    }
  } else if (!has_by) {
    throw InputError(analysis.at,
                     fmt::format("analysis {} needs `by`, the question that makes the groups, or `reference`, a number", analysis.id));
  } else if (study.study.survey) { // a study without says so when it is run
    const std::vector<std::string> by = named_in(analysis, "by", "the question that makes the groups");
    if (by.size() > 1) {
      throw InputError(analysis.at, fmt::format("`by` of analysis {} is one question or level of the areas (\"{}\"); write an analysis for "
                                                "each",
                                                analysis.id, join(by, " ")));
    }
    asked.by = by.front();
    read_sides(study, analysis, asked);
  }
  check_wave(study.study, analysis);
  adjustment_of(study.study, analysis);
  return asked;
}

/// The groups by row, in the order of their names.
struct Groups {
  std::vector<std::int32_t> of_row;
  std::vector<std::string> names; ///< "1", or "2+3" of several answers
};

/// Two sides: `against` is 0 and `group` 1, so that a difference is the group's less the other's.
Groups groups_of(const Context& context, const Asked& asked, const WaveSample& wave) {
  Cells cells = cells_by(context.study, context.dataset, wave, asked.by);
  if (!asked.two_sides()) {
    return {std::move(cells.cell), std::move(cells.ids)};
  }
  Groups groups{std::move(cells.cell), {join(asked.against, "+"), join(asked.group, "+")}};
  for (std::int32_t& cell : groups.of_row) {
    if (cell >= 0) {
      const std::string& code = cells.ids[static_cast<std::size_t>(cell)];
      const bool first = std::find(asked.group.begin(), asked.group.end(), code) != asked.group.end();
      const bool other = std::find(asked.against.begin(), asked.against.end(), code) != asked.against.end();
      cell = first ? 1 : other ? 0 : -1;
    }
  }
  return groups;
}

survey::Contrast contrast_of(const stats::Inference& inference) {
  survey::Contrast contrast;
  contrast.value = inference.estimate;
  contrast.std_error = inference.std_error;
  contrast.statistic = inference.statistic;
  contrast.df = inference.df;
  contrast.p_value = inference.p_value;
  contrast.low = inference.conf_low;
  contrast.high = inference.conf_high;
  return contrast;
}

survey::RankScore score_of(const std::string& test) {
  return test == "van_der_waerden" ? survey::RankScore::van_der_waerden
         : test == "median"        ? survey::RankScore::median
                                   : survey::RankScore::wilcoxon;
}

/// One outcome in one wave.
class Comparison {
public:
  Comparison(const Context& context, const PlannedAnalysis& analysis, const Asked& asked, const WaveSample& wave,
             const std::string& outcome, report::Estimates& rows)
      : context_(context), study_(context.study.study), analysis_(analysis), asked_(asked), wave_(wave), outcome_(outcome), rows_(rows),
        wave_id_(study_.waves[wave.wave].id), share_(is_share_outcome(context.study, outcome)),
        y_(wave.of(outcome_by_row(context.study, context.dataset, outcome))) {}

  /// @throws DomainError the data cannot bear the test; rows of groups stand before it is made
  void add_rows() {
    if (asked_.reference) {
      add_against_number();
      return;
    }
    const Groups groups = groups_of(context_, asked_, wave_);
    const survey::Estimates means = survey::domain_means(*wave_.prepared, y_, groups.of_row, groups.names.size());
    for (std::size_t i = 0; i < groups.names.size(); ++i) {
      // the group that is named stands first
      const std::size_t side = asked_.two_sides() ? 1 - i : i;
      add_mean(means, side, {{asked_.by, groups.names[side]}}, "/" + asked_.by + "/" + groups.names[side]);
    }
    if (asked_.test == "t") {
      const survey::MeanTest test = survey::two_sample_t(*wave_.prepared, y_, groups.of_row, level());
      Estimate row = begun("difference", "/" + asked_.by + "/t", "t of two groups under the design");
      add_sides(row, groups, means, 1, 0);
      const Comparing how{share_, 1 - level(), wave_.df};
      const Difference thin = difference_within(means, 1, 0, how); // a t test of a share that few people make finds what is not there
      fill_difference(row, thin.from_intervals ? thin : Difference{contrast_of(test.difference)}, how, *context_.sample);
      row.n_missing = static_cast<double>(test.missing);
      rows_.push_back(std::move(row));
      return;
    }
    add_ranks(groups, means);
  }

private:
  [[nodiscard]] double level() const { return 1 - study_.plan.significance_level; }

  [[nodiscard]] Estimate begun(const std::string& quantity, const std::string& part, const std::string& method) const {
    Estimate row = row_of(analysis_, outcome_ + "/" + wave_id_ + part, outcome_, quantity, method, Unit::none);
    row.at = {{"wave", wave_id_}};
    return row;
  }

  void add_mean(const survey::Estimates& means, std::size_t i, const report::Levels& at, const std::string& part) {
    Estimate row = estimate_row(analysis_, outcome_ + "/" + wave_id_ + part, outcome_, share_);
    row.at = {{"wave", wave_id_}};
    row.at.insert(row.at.end(), at.begin(), at.end());
    fill_estimate(row, means, i, share_, *context_.sample, study_);
    rows_.push_back(std::move(row));
  }

  void add_sides(Estimate& row, const Groups& groups, const survey::Estimates& means, std::size_t side, std::size_t other) const {
    row.at.emplace_back(asked_.by, groups.names[side]);
    row.versus = {{"wave", wave_id_}, {asked_.by, groups.names[other]}};
    row.n = static_cast<double>(means.n[side]);
    row.n_versus = static_cast<double>(means.n[other]);
  }

  void add_against_number() {
    const double unit = share_ ? 100 : 1;
    stats::Matrix column(y_.size(), 1);
    column.values = y_;
    const survey::Estimates mean = survey::means(*wave_.prepared, column);
    add_mean(mean, 0, {}, "");
    const survey::MeanTest test = survey::one_sample_t(*wave_.prepared, y_, *asked_.reference / unit, survey::DfRule::convention, level());
    Estimate row = begun("difference", "/t", "t against a number under the design");
    const Comparing how{share_, 1 - level()};
    fill_difference(row, thin_against_number(mean, *asked_.reference / unit, how).value_or(Difference{contrast_of(test.difference)}), how,
                    *context_.sample);
    row.reference = *asked_.reference;
    row.n = static_cast<double>(test.n);
    row.n_missing = static_cast<double>(test.missing);
    rows_.push_back(std::move(row));
  }

  void add_ranks(const Groups& groups, const survey::Estimates& means) {
    const survey::RankTest test = survey::rank_test(*wave_.prepared, y_, groups.of_row, score_of(asked_.test));
    const bool two = test.df1 == 1;
    Estimate row = begun(two ? "rank_difference" : "rank_test", "/" + asked_.by + "/" + asked_.test, test.method);
    row.n = static_cast<double>(test.n);
    row.n_missing = static_cast<double>(test.missing);
    std::vector<std::size_t> met;
    for (std::size_t i = 0; i < groups.names.size(); ++i) {
      if (means.n[i] > 0) {
        met.push_back(i);
      }
    }
    // The engine gives the second group less the first. Sides stand with the group that is named last; without sides the first answer is
    // compared with the second, as in every test of two groups.
    const double turned = asked_.two_sides() ? 1 : -1;
    if (two) {
      add_sides(row, groups, means, turned > 0 ? met.back() : met.front(), turned > 0 ? met.front() : met.back());
    } else {
      row.at.emplace_back("by", asked_.by);
    }
    if (two) {
      const stats::Inference inference = stats::inference_from(turned * test.difference, test.std_error, test.df2, level());
      fill(row, inference);
      row.unit = Unit::standardised;
    } else {
      row.method += ", F";
      row.statistic = test.statistic / test.df1;
      row.df = test.df1;
      row.df2 = test.df2;
      row.p_value = test.p_value;
    }
    rows_.push_back(std::move(row));
  }

  const Context& context_;
  const Study& study_;
  const PlannedAnalysis& analysis_;
  const Asked& asked_;
  const WaveSample& wave_;
  const std::string& outcome_;
  report::Estimates& rows_;
  std::string wave_id_;
  bool share_;
  std::vector<double> y_;
};

} // namespace

void check_compare_groups(const LoadedStudy& study, const PlannedAnalysis& analysis) {
  asked_of(study, analysis);
}

ProcedureResult run_compare_groups(const Context& context, const PlannedAnalysis& analysis) {
  ProcedureResult result;
  const Sample& sample = sample_for(context, analysis);
  const Asked asked = asked_of(context.study, analysis);
  refuse_unless_drawn(sample, "a test of groups");
  const Study& study = context.study.study;
  for (const WaveSample* wave : waves_asked(study, analysis, sample)) {
    for (const std::string& outcome : asked.outcomes) {
      try {
        Comparison(context, analysis, asked, *wave, outcome, result.rows).add_rows();
      } catch (const DomainError& error) {
        result.notes.push_back(fmt::format("{} in {} is not tested: {}", outcome, study.waves[wave->wave].id, error.what()));
      }
    }
  }
  std::vector<Estimate*> family;
  for (Estimate& row : result.rows) {
    if (row.quantity == "difference" || row.quantity == "rank_difference" || row.quantity == "rank_test") {
      row.family = analysis.family.empty() ? analysis.id : analysis.family;
      family.push_back(&row);
    }
  }
  adjust_together(family, adjustment_of(study, analysis));
  for (Estimate* row : family) {
    if (row->quantity == "rank_test") {
      judge_association(*row, study);
    } else {
      judge_alone(*row, study, "higher", "lower", "not told apart");
    }
  }
  return result;
}

} // namespace canvass::analysis
