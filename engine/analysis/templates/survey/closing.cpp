// Limits that follow from the design, the method, and the appendix.

#include "engine/analysis/templates/survey/report.hpp"
#include "engine/core/text.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace canvass::analysis {

using namespace report;

namespace {

/// What answers weigh before they are calibrated.
std::string base_weights_in_words(const Study& study) {
  const PublicSurvey& survey = *study.survey;
  const bool sent = std::any_of(survey.sent.begin(), survey.sent.end(), [](const Dispatch& list) { return !list.empty(); });
  std::string words = !study.frame.weight.empty()                                      ? "as given with the answers"
                      : sent && survey.population.variable("area") != Population::npos ? "people over questionnaires sent"
                                                                                       : "all answers alike";
  if (!survey.weighting.nonresponse.empty()) {
    words += ", carrying those of their class who did not answer";
  }
  return words;
}

/// Which rule the errors follow.
std::string variance_in_words(const SampleDesign& design) {
  if (design.replicates) {
    return fmt::format("Variance: from replicate weights ({}), {}.", to_string(design.replicates->method),
                       design.replicates->columns.empty() ? "made from the design and weighted anew each"
                                                          : "as they came with the sample, each estimate found anew under every one");
  }
  std::string text = "Variance: Taylor linearisation over ";
  text += design.stages.size() > 1 ? fmt::format("{} stages of the design", design.stages.size()) : "the first stage of the design";
  text += ", with finite populations where they are known.";
  if (!design.chance.empty()) {
    text += fmt::format(" Units were drawn with unequal chances and without replacement ({}{}).", to_string(design.joint),
                        design.joint == SampleDesign::Joint::brewer ? ""
                        : design.yates_grundy                       ? ", Yates and Grundy's form"
                                                                    : ", Horvitz and Thompson's form");
  }
  return text;
}

} // namespace

Section SurveyReport::limitations() {
  Section section;
  section.id = "limitations";
  section.title = "Limitations";
  std::vector<Sentence> all;
  const auto add = [&](const std::string& text) { all.push_back({text}); };
  if (study_.sample == SampleKind::self_selected || study_.sample == SampleKind::quota) {
    add("Chance did not choose who answered. Numbers speak of those who answered, not of everybody who lives there; ranges cover chance "
        "only.");
  } else {
    add("Intervals are for sampling error only. Weighting mends what age, sex and area can mend; that those who answer think otherwise "
        "than those who do not, it cannot.");
  }
  add("What goes with an answer is a link, not a cause: everybody was asked everything at one time.");
  add("Worry and confidence are what people say. What happens to them is counted elsewhere.");
  for (const SameSeries& series : study_.same_series) {
    add("Item " + series.item + " was changed between waves and is taken as one series all the same: " + series.reason);
  }
  for (const SeriesBreak& one : setup_.breaks) {
    add("From " + wave_label(one.from) + " on, " + (one.items.empty() ? "nothing" : join(one.items, " and ")) +
        (one.items.empty() ? " is" : " is not") + " compared with what came before: " + one.why + ".");
  }
  if (input_.withdrawn > 0) {
    add(counted(static_cast<long long>(input_.withdrawn), "answer was", "answers were") + " withdrawn and erased.");
  }
  if (analysed_.withheld > 0) {
    add(counted(static_cast<long long>(analysed_.withheld), "number is", "numbers are") +
        " withheld in the files of this release, because fewer than " + std::to_string(study_.disclosure.min_base) +
        " answers stand behind them or they would give such a number away.");
  }
  section.blocks.emplace_back(Bullets{all});
  return section;
}

Section SurveyReport::method() {
  Section section;
  section.id = "method";
  section.title = "Method";
  std::vector<Sentence> lines;
  const auto add = [&](const std::string& text) { lines.push_back({text}); };
  if (setup_.weighting.method == WeightMethod::none || setup_.weighting.margins.empty()) {
    add("Weights: " + base_weights_in_words(study_) + "; not calibrated.");
  } else {
    std::vector<std::string> margins;
    for (const std::vector<std::string>& margin : setup_.weighting.margins) {
      margins.push_back(join(margin, " by "));
    }
    add("Weights: " + base_weights_in_words(study_) + ", then calibrated (" + std::string(to_string(setup_.weighting.method)) + ") to " +
        join(margins, "; ") + ". The variance is that of the residuals of the calibration.");
  }
  add(variance_in_words(setup_.design));
  add("Intervals of shares: Korn and Graubard's, with effective n never above n, and drawn towards the Kish number where few answered one "
      "way; usable at 0% and "
      "at 100%.");
  add("Differences of areas and groups against the rest come from one covariance matrix; p by Benjamini and Hochberg over the areas or "
      "groups "
      "of one indicator. Waves are separate samples.");
  if (!rows_of("association").empty()) {
    add("Whether groups differ at all: Rao and Scott's second-order test of the weighted table, F; p by Holm over the tests of one "
        "analysis.");
  }
  if (!rows_of("model_drivers").empty()) {
    add("Drivers: logistic models, read as average marginal effects; Shapley shares of the weighted linear R2, with bootstrap replicates "
        "(Rao and Wu) of the sample, weighted anew.");
  }
  if (!rows_of("composite_index").empty()) {
    add("Indices: sums or means over the questions that were answered, where as many as the rule asks for were; a threshold is declared in "
        "the plan. Alpha is that of the weighted covariances, its interval by linearisation.");
  }
  if (!rows_of("estimate").empty() || !rows_of("regression").empty() || !rows_of("compare_groups").empty()) {
    add("Further estimates: errors are those of the design, of models by pseudo-likelihood; a design effect is the variance over that of a "
        "simple random sample as large, drawn without replacement where it is known how many people there are. Tests of one analysis are "
        "adjusted together, by Holm where nothing else is declared.");
  }
  if (!rows_of("peer_ranks").empty()) {
    add("Places of areas and peers: every pair by the interval of its difference, Holm over all pairs (of a unit named beforehand, over "
        "its "
        "own); a unit may stand between 1 + those told apart as better and the number of units less those told apart as worse.");
  }
  std::string reassured;
  for (const Indicator& indicator : instrument_.indicators) {
    if (indicator.formula && !indicator.label.empty()) {
      reassured += (reassured.empty() ? "" : "; ") + indicator.label.in(study_.language) + ": " + indicator.formula->source;
    }
  }
  if (!reassured.empty()) {
    add("Indicators made by a formula. " + reassured + ".");
  }
  if (options_.release == Release::internal) {
    add("Rounding: half away from zero, from full precision. Every number stands unrounded in report.csv and report.json under its row "
        "id.");
  } else {
    add("Rounding: half away from zero, from full precision. Numbers of everybody stand unrounded in report.csv and report.json under "
        "their "
        "row ids; those of areas and groups are rounded there, too (to what is printed, or to three decimals where many answered), because "
        "all digits of a sum of known weights can tell who answered what. The evaluator's release has them all.");
  }
  section.blocks.emplace_back(Bullets{lines});
  section.blocks.emplace_back(Paragraph{
      {"Marks in tables: [c] withheld because too few people stand behind it; [x] not published; [z] does not apply; n are answers."}});
  return section;
}

Section SurveyReport::appendix() {
  Section section;
  section.id = "appendix";
  section.title = "Appendix tables";
  section.appendix = true;
  for (Table& table : tables_) {
    section.blocks.emplace_back(table);
  }
  return section;
}

} // namespace canvass::analysis
