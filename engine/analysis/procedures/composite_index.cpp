// An index of several questions: each strand's share, the mean, the share at or above a declared threshold, how well the strands hang
// together, and areas and groups. Perceived anti-social behaviour in seven strands, and worry about several crimes.

#include "engine/analysis/procedures/all.hpp"
#include "engine/analysis/rows.hpp"
#include "engine/analysis/survey_rows.hpp"
#include "engine/core/text.hpp"
#include "engine/instrument/scoring.hpp"
#include "engine/survey/cube.hpp"
#include "engine/survey/scale_reliability.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <iterator>
#include <map>
#include <optional>

namespace canvass::analysis {

using report::Estimate;
using report::Unit;

namespace {

std::optional<double> number_of(const PlannedAnalysis& analysis, const std::string& option) {
  const auto found = analysis.options.find(option);
  if (found == analysis.options.end()) {
    return std::nullopt;
  }
  const auto value = parse_double(found->second);
  if (!value) {
    throw InputError(analysis.at, fmt::format("`{}` of analysis {} is a number (\"{}\")", option, analysis.id, found->second));
  }
  return value;
}

/// "3=1 4=2": points by code; a code that is not named counts nothing.
std::map<int, double> points_by_code(const PlannedAnalysis& analysis) {
  std::map<int, double> points;
  for (const std::string& pair : named_in(analysis, "points", "points by code, such as \"3=1 4=2\"")) {
    const std::size_t equals = pair.find('=');
    const auto code = parse_int64(pair.substr(0, std::min(equals, pair.size())));
    const auto value = equals == std::string::npos ? std::nullopt : parse_double(pair.substr(equals + 1));
    if (!code || !value || !points.emplace(static_cast<int>(*code), *value).second) {
      throw InputError(analysis.at, fmt::format("`points` of analysis {} are written CODE=POINTS, each code once, such as \"3=1 4=2\" "
                                                "(\"{}\")",
                                                analysis.id, pair));
    }
  }
  return points;
}

/// The questions of an index and how they are scored. Points stand in for answers from here on.
struct Index {
  std::string id; ///< a scale of the instrument, or the analysis
  std::vector<std::string> strands;
  ScaleRule rule;                          ///< over points: none is reversed
  std::vector<std::vector<double>> points; ///< strands x rows of the wave, NaN = missing
};

/// Of a scale that the instrument has.
Index index_of_scale(const Context& context, const PlannedAnalysis& analysis, const WaveSample& wave) {
  const Instrument& instrument = context.study.instrument();
  const Scale* scale = instrument.scale(analysis.outcome);
  if (scale == nullptr) {
    std::vector<std::string> scales;
    for (const Scale& one : instrument.scales) {
      scales.push_back(one.id);
    }
    throw InputError(analysis.at, fmt::format("analysis {}: \"{}\" is no scale of the instrument{}; name one ({}), or give `items`",
                                              analysis.id, analysis.outcome, did_you_mean(analysis.outcome, scales),
                                              scales.empty() ? "it has none" : join(scales, ", ")));
  }
  for (const char* option : {"items", "points", "score", "min_answered"}) {
    if (analysis.options.contains(option)) {
      throw InputError(analysis.at, fmt::format("analysis {} names the scale {}, which says itself how it is scored; leave out `{}`",
                                                analysis.id, scale->id, option));
    }
  }
  Index index{scale->id, scale->items, scale_rule(instrument, *scale), {}};
  for (std::size_t i = 0; i < index.strands.size(); ++i) {
    std::vector<double> answers = wave.of(outcome_by_row(context.study, context.dataset, index.strands[i]));
    for (double& answer : answers) {
      answer = oriented(index.rule.items[i], answer);
    }
    index.rule.items[i].reverse = false;
    index.points.push_back(std::move(answers));
  }
  return index;
}

/// Of questions that the plan names.
Index index_of_items(const Context& context, const PlannedAnalysis& analysis, const WaveSample& wave) {
  const Instrument& instrument = context.study.instrument();
  Index index{analysis.id, named_in(analysis, "items", "the questions of the index, or give `outcome`: a scale of the instrument"), {}, {}};
  const std::map<int, double> given = analysis.options.contains("points") ? points_by_code(analysis) : std::map<int, double>();
  const auto score = analysis.options.find("score");
  if (score != analysis.options.end() && score->second != "sum" && score->second != "mean") {
    throw InputError(analysis.at, fmt::format("`score` of analysis {} is mean or sum (\"{}\")", analysis.id, score->second));
  }
  index.rule.score = score != analysis.options.end() && score->second == "sum" ? Score::sum : Score::mean;
  index.rule.min_answered = static_cast<int>(index.strands.size());
  if (const auto least = number_of(analysis, "min_answered")) {
    if (*least < 1 || *least > static_cast<double>(index.strands.size()) || *least != std::floor(*least)) {
      throw InputError(analysis.at, fmt::format("`min_answered` of analysis {} is a whole number from 1 to the number of items, {} ({})",
                                                analysis.id, index.strands.size(), shortest(*least)));
    }
    index.rule.min_answered = static_cast<int>(*least);
  }
  for (const std::string& strand : index.strands) {
    const std::size_t variable = instrument.variable(strand);
    const ChoiceList* list = variable == Instrument::npos ? nullptr : instrument.list(instrument.variables[variable].list);
    if (list == nullptr) {
      throw InputError(analysis.at,
                       fmt::format("analysis {}: \"{}\" is no question with a list of answers, so it has no points", analysis.id, strand));
    }
    const auto points_of = [&](int code) {
      const auto found = given.find(code);
      return given.empty() ? static_cast<double>(code) : found == given.end() ? 0 : found->second;
    };
    ScoredItem item;
    item.lowest = item.highest = points_of(list->choices.front().code);
    for (const Choice& choice : list->choices) {
      item.lowest = std::min(item.lowest, points_of(choice.code));
      item.highest = std::max(item.highest, points_of(choice.code));
    }
    index.rule.lowest = index.rule.score == Score::sum ? index.rule.lowest + item.lowest
                        : index.rule.items.empty()     ? item.lowest
                                                       : std::min(index.rule.lowest, item.lowest);
    index.rule.highest = index.rule.score == Score::sum ? index.rule.highest + item.highest : std::max(index.rule.highest, item.highest);
    index.rule.items.push_back(item);
    std::vector<double> answers = wave.of(outcome_by_row(context.study, context.dataset, strand));
    for (double& answer : answers) {
      answer = std::isnan(answer) ? answer : points_of(static_cast<int>(answer));
    }
    index.points.push_back(std::move(answers));
  }
  return index;
}

/// Rows of an index in the last wave.
class IndexRows {
public:
  IndexRows(const Context& context, const PlannedAnalysis& analysis, const WaveSample& wave, const Index& index)
      : context_(context), study_(context.study.study), analysis_(analysis), wave_(wave), index_(index),
        threshold_(number_of(analysis, "threshold")), part_(index.id + "/" + study_.waves[wave.wave].id) {
    std::vector<double> answers(index.strands.size());
    for (std::size_t row = 0; row < wave.rows.size(); ++row) {
      for (std::size_t i = 0; i < answers.size(); ++i) {
        answers[i] = index.points[i][row];
      }
      const double value = score_of(index.rule, answers).value;
      values_.push_back(value);
      high_.push_back(std::isnan(value) ? 2 : threshold_ && value >= *threshold_ ? 1 : 0);
    }
    if (threshold_ && (*threshold_ <= index.rule.lowest || *threshold_ > index.rule.highest)) {
      throw InputError(analysis.at,
                       fmt::format("`threshold` of analysis {} is {}, but the index lies from {} to {}, so everybody or nobody "
                                   "would be at or above it",
                                   analysis.id, shortest(*threshold_), shortest(index.rule.lowest), shortest(index.rule.highest)));
    }
  }

  [[nodiscard]] bool answered() const {
    return std::any_of(values_.begin(), values_.end(), [](double value) { return !std::isnan(value); });
  }

  /// Each strand: those whose points are `from` or more.
  void strands(double from, report::Estimates& rows) const {
    for (std::size_t i = 0; i < index_.strands.size(); ++i) {
      std::vector<std::uint8_t> counts;
      for (const double points : index_.points[i]) {
        counts.push_back(std::isnan(points) ? 2 : points >= from ? 1 : 0);
      }
      const std::vector<std::span<const std::uint8_t>> outcomes = {counts};
      const std::vector<std::int32_t> everybody(counts.size(), 0);
      Estimate row = share_row(part_ + "/strand/" + index_.strands[i], index_.strands[i], {});
      row.reference = from;
      fill(row, survey::share_cube(*wave_.prepared, outcomes, everybody, 1).at(0, 0), counts, everybody, 0);
      rows.push_back(std::move(row));
    }
  }

  void overall(report::Estimates& rows) const {
    const std::vector<std::int32_t> everybody(values_.size(), 0);
    cells("", {everybody, {""}, {""}}, rows);
  }

  /// Mean and share of each cell, and the share against everybody who is in another.
  void cells(const std::string& variable, const Cells& cells, report::Estimates& rows) const {
    const std::size_t k = cells.ids.size();
    const survey::Estimates means = survey::domain_means(*wave_.prepared, values_, cells.cell, k);
    const std::vector<std::span<const std::uint8_t>> outcomes = {high_};
    const survey::Cube cube = survey::share_cube(*wave_.prepared, outcomes, cells.cell, k, survey::WithRest::yes);
    std::vector<Estimate> contrasts;
    std::vector<std::size_t> of_share;
    for (std::size_t i = 0; i < k; ++i) {
      const std::string stem = part_ + (variable.empty() ? "" : "/" + variable + "/" + cells.ids[i]);
      const report::Levels at = variable.empty() ? report::Levels() : report::Levels{{variable, cells.ids[i]}};
      Estimate mean = row_of(analysis_, stem, index_.id, "mean", "weighted mean, t", Unit::points);
      mean.at = {{"wave", study_.waves[wave_.wave].id}};
      mean.at.insert(mean.at.end(), at.begin(), at.end());
      fill_estimate(mean, means, i, false, *context_.sample, study_);
      rows.push_back(std::move(mean));
      if (!threshold_) {
        continue;
      }
      Estimate row = share_row(stem + "/high", index_.id, at);
      row.reference = *threshold_;
      fill(row, cube.at(0, i), high_, cells.cell, static_cast<std::int32_t>(i));
      of_share.push_back(rows.size());
      rows.push_back(std::move(row));
      const survey::RestOfCell& rest = cube.rest(0, i);
      if (cube.at(0, i).n == 0 || rest.rest.n == 0) {
        of_share.pop_back();
        continue;
      }
      Estimate against = row_of(analysis_, stem + "/high/rest", index_.id, "difference", "against the rest, t", Unit::percentage_points);
      against.at = rows.back().at;
      against.versus = {{variable, "rest"}};
      against.family = analysis_.id + "/" + index_.id + "/" + variable;
      const Comparing how{true, study_.plan.significance_level, wave_.df};
      fill_difference(against, against_rest(cube.at(0, i), rest, how), how, *context_.sample);
      against.n = static_cast<double>(cube.at(0, i).n);
      against.n_versus = static_cast<double>(rest.rest.n);
      contrasts.push_back(std::move(against));
    }
    std::vector<Estimate*> family;
    for (Estimate& contrast : contrasts) {
      family.push_back(&contrast);
    }
    judge_together(family, study_, "higher", "lower", "not told apart");
    for (std::size_t i = 0; i < contrasts.size(); ++i) {
      rows[of_share[i]].verdict = contrasts[i].verdict;
    }
    std::move(contrasts.begin(), contrasts.end(), std::back_inserter(rows));
  }

  /// @throws DomainError as cronbach_alpha
  void alpha(report::Estimates& rows) const {
    stats::Matrix items(values_.size(), index_.strands.size());
    for (std::size_t i = 0; i < items.columns; ++i) {
      for (std::size_t row = 0; row < items.rows; ++row) {
        items(row, i) = index_.points[i][row];
      }
    }
    const survey::Reliability alpha = survey::cronbach_alpha(*wave_.prepared, items, 1 - study_.plan.significance_level);
    Estimate row = row_of(analysis_, part_ + "/alpha", index_.id, "alpha", "alpha under the design, t", Unit::correlation);
    row.at = {{"wave", study_.waves[wave_.wave].id}};
    canvass::analysis::fill(row, alpha.coefficient);
    row.statistic = row.p_value = report::not_a_number; // nobody asks whether strands hang together at all
    row.n = static_cast<double>(alpha.n);
    row.n_missing = static_cast<double>(alpha.missing);
    row.count = static_cast<double>(index_.strands.size());
    if (!context_.sample->speaks_of_everybody) {
      row.flags.emplace_back("chance_only");
    }
    rows.push_back(std::move(row));
  }

private:
  [[nodiscard]] Estimate share_row(const std::string& part, const std::string& outcome, const report::Levels& at) const {
    Estimate row = row_of(analysis_, part, outcome, "proportion", "weighted share, Korn-Graubard", Unit::percent);
    row.at = {{"wave", study_.waves[wave_.wave].id}};
    row.at.insert(row.at.end(), at.begin(), at.end());
    return row;
  }

  void fill(Estimate& row, const survey::CubeCell& cell, const std::vector<std::uint8_t>& counts, const std::vector<std::int32_t>& in,
            std::int32_t wanted) const {
    fill_estimate(row, cell, true, *context_.sample, study_);
    row.count = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      row.count += in[i] == wanted && counts[i] == 1 ? 1 : 0;
    }
  }

  const Context& context_;
  const Study& study_;
  const PlannedAnalysis& analysis_;
  const WaveSample& wave_;
  const Index& index_;
  std::optional<double> threshold_;
  std::string part_;
  std::vector<double> values_;     ///< scores
  std::vector<std::uint8_t> high_; ///< at or above the threshold; 2 = no score
};

} // namespace

ProcedureResult run_composite_index(const Context& context, const PlannedAnalysis& analysis) {
  ProcedureResult result;
  const Sample& sample = sample_for(context, analysis);
  if (sample.waves.empty()) {
    return result;
  }
  const WaveSample& wave = sample.waves.back();
  const Index index = analysis.outcome.empty() ? index_of_items(context, analysis, wave) : index_of_scale(context, analysis, wave);
  const IndexRows rows(context, analysis, wave, index);
  const std::optional<double> from = number_of(analysis, "counts_from");
  if (!rows.answered()) {
    return result;
  }
  rows.overall(result.rows);
  if (from) {
    rows.strands(*from, result.rows);
  }
  try {
    rows.alpha(result.rows);
  } catch (const DomainError& error) {
    result.notes.push_back(fmt::format("alpha of {}: {}", index.id, error.what()));
  }
  if (analysis.options.contains("by")) {
    for (const std::string& variable : named_in(analysis, "by", "questions or levels of the areas")) {
      rows.cells(variable, cells_by(context.study, context.dataset, wave, variable), result.rows);
    }
  }
  return result;
}

} // namespace canvass::analysis
