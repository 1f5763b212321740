#include "engine/stats/power.hpp"

#include "cli/answers.hpp"
#include "cli/commands/all.hpp"
#include "cli/commands/power_survey.hpp"
#include "cli/files.hpp"
#include "cli/study_access.hpp"
#include "cli/table.hpp"
#include "engine/core/text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <fmt/format.h>

namespace canvass::cli::commands {

namespace {

constexpr Operand operands[] = {study_operand};
constexpr Option options[] = {
    {.name = "people",
     .letter = '\0',
     .value = "N,N",
     .help = "people in the trained and in the control arm (default: counted in people.csv)"},
    {.name = "sd", .letter = '\0', .value = "X", .help = "standard deviation of the score before the training, to give points as well"},
    {.name = "sent",
     .letter = '\0',
     .value = "N",
     .help = "of a survey of the public: questionnaires in a wave (default: the last dispatch list)"},
    {.name = "return", .letter = '\0', .value = "P", .help = "percentage that comes back (default: 10, 20, 30 and 40)"},
    {.name = "share", .letter = '\0', .value = "P", .help = "percentage that half widths are given for (default: 50, the worst case)"},
    {.name = "design-effect", .letter = '\0', .value = "X", .help = "how much unequal weights and clusters cost (default: 1)"},
    threads_option,
    store_option};

constexpr std::array correlations = {0.3, 0.5, 0.7}; // of a score with itself one wave later: weak, usual and strong
constexpr std::array retentions = {1.0, 0.8, 0.6};

struct Arms {
  int trained = 0;
  int control = 0;
};

Arms arms_of(const Arguments& arguments, const LoadedStudy& study) {
  if (arguments.has("people")) {
    const auto parts = arguments.list("people");
    const auto first = parts.size() == 2 ? parse_int(parts[0]) : std::nullopt;
    const auto second = parts.size() == 2 ? parse_int(parts[1]) : std::nullopt;
    if (!first || !second || *first < 2 || *second < 2) {
      throw UsageError("--people is two whole numbers from 2, as 40,33: the trained arm, then the control arm");
    }
    return {*first, *second};
  }
  const std::size_t control = study.study.control_arm();
  if (control == Study::npos) {
    throw DomainError("the study has no control arm, so a change cannot be told from what would have happened anyway, with any number of "
                      "people; mark an arm with `is_control: true`");
  }
  Arms arms;
  for (const Person& person : study.people.people) {
    (study.study.arm(person.arm) == control ? arms.control : arms.trained) += person.arm.empty() ? 0 : 1;
  }
  if (arms.trained < 2 || arms.control < 2) {
    throw DomainError(fmt::format("people.csv lists {} in the trained arms and {} in the control arm, and two each are the least; give the "
                                  "numbers you expect with --people N,N",
                                  arms.trained, arms.control));
  }
  return arms;
}

int kept(int people, double retention) {
  return static_cast<int>(std::lround(people * retention));
}

std::string two_decimals(double value) {
  return std::isfinite(value) ? fmt::format("{:.2f}", value) : "-";
}

/// Before fieldwork: in standard deviations, for what is not known yet.
std::string before(const Arms& arms, double level, std::optional<double> sd) {
  TextTable table{{{"Who stays"}, {"n", true}}, {}};
  for (const double r : correlations) {
    table.columns.push_back({fmt::format("r = {:.1f}", r), true});
    if (sd) {
      table.columns.push_back({"in points", true});
    }
  }
  for (const double retention : retentions) {
    const int trained = kept(arms.trained, retention);
    const int control = kept(arms.control, retention);
    std::vector<std::string> row = {fmt::format("{:.0f}%", retention * 100), fmt::format("{} + {}", trained, control)};
    for (const double r : correlations) {
      const double d = trained < 2 || control < 2 ? std::nan("") : stats::detectable_d_did(trained, control, r, level);
      row.push_back(two_decimals(d));
      if (sd) {
        row.push_back(two_decimals(d * *sd));
      }
    }
    table.rows.push_back(std::move(row));
  }
  return fmt::format(
      "Before fieldwork: the difference in changes, in standard deviations of the first wave, that four studies of five would "
      "see\n(two-sided, level {}; r: correlation of a person's scores between the two waves)\n\n{}",
      shortest(level), print_table(table, 0));
}

/// After fieldwork: with the standard errors that came out.
std::string after(const analysis::Analysed& analysed, const Study& study) {
  TextTable table{{{"Contrast"}, {"Outcome"}, {"n"}, {"Could be seen", true}, {"Matters from", true}, {""}}, {}};
  for (const report::Estimate& row : analysed.rows) {
    const PlannedAnalysis* planned = study.plan.analysis(row.analysis);
    if (row.quantity != "detectable_effect" || planned == nullptr || planned->outcome.empty() || !std::isfinite(row.estimate)) {
      continue;
    }
    const auto bound = planned->smallest_change_that_matters;
    table.rows.push_back({row.id.substr(0, row.id.rfind('/')), row.outcome,
                          std::isfinite(row.n) ? fmt::format("{} + {}", shortest(row.n), shortest(row.n_versus)) : "",
                          two_decimals(row.estimate), bound ? shortest(*bound) : "not said",
                          bound ? (row.estimate <= *bound ? "enough people" : "too few to tell") : ""});
  }
  if (table.rows.empty()) {
    return {};
  }
  return "\nAfter fieldwork: the difference in changes, in points, that four studies of five would see with the standard errors that came "
         "out\n\n" +
         print_table(table, 0);
}

std::optional<double> number_between(const Arguments& arguments, const std::string& name, double lowest, double highest) {
  const auto given = arguments.value(name);
  if (!given) {
    return std::nullopt;
  }
  const auto number = parse_double(*given);
  if (!number || !(*number > lowest) || (highest > 0 && !(*number < highest))) {
    throw UsageError(fmt::format("--{} cannot be '{}': it is a number above {}{}", name, *given, shortest(lowest),
                                 highest > 0 ? " and below " + shortest(highest) : ""));
  }
  return number;
}

Exit run_survey(const Arguments& arguments, Console& console, const LoadedStudy& study) {
  SurveyDesign design;
  for (const Dispatch& sent : study.study.survey->sent) {
    design.sent = sent.empty() ? design.sent : static_cast<double>(sent.serial.size());
  }
  design.sent = number_between(arguments, "sent", 0, 0).value_or(design.sent);
  if (!(design.sent > 0)) {
    throw UsageError("the study has no dispatch list yet; say with --sent how many questionnaires go out in a wave, as --sent 60000");
  }
  const auto back = number_between(arguments, "return", 0, 100);
  design.returns = back ? std::vector<double>{*back / 100} : std::vector<double>{0.1, 0.2, 0.3, 0.4};
  design.share = number_between(arguments, "share", 0, 100).value_or(50) / 100;
  design.design_effect = number_between(arguments, "design-effect", 0, 0).value_or(1);
  console.data(survey_plan(study, design));
  console.next(
      "fewer answers in an area than the half width asks for make a number nobody can act on: send more there, or report wider areas.");
  return Exit::done;
}

Exit run(const Arguments& arguments, Console& console) {
  const LoadedStudy study = load_study(arguments);
  if (study.study.survey && study.study.arms.empty()) {
    return run_survey(arguments, console, study);
  }
  for (const char* option : {"sent", "return", "share", "design-effect"}) {
    if (arguments.has(option)) {
      throw UsageError(fmt::format("--{} is for surveys of the public, and this study compares arms; leave it out", option));
    }
  }
  std::optional<double> sd;
  if (const auto given = arguments.value("sd")) {
    sd = parse_double(*given);
    if (!sd || *sd <= 0) {
      throw UsageError(fmt::format("--sd cannot be '{}': it is a number above 0", *given));
    }
  }
  console.data(before(arms_of(arguments, study), study.study.plan.significance_level, sd));
  if (std::filesystem::exists(store_path(arguments, study))) {
    const auto answers = load_answers(arguments, console);
    analysis::Options chosen = analysis_options(arguments, console);
    const analysis::Analysed analysed = analysis::analyse(answers->input(), chosen);
    console.data((answers->simulated ? "\nSIMULATED" : "") + after(analysed, study.study));
  }
  console.next(
      "an effect smaller than that is not shown to be absent by a study that does not find it; put the smallest change that matters "
      "into the plan, then lock it.");
  return Exit::done;
}

} // namespace

const Command power = {
    .name = "power",
    .group = Group::prepare,
    .summary = "what this number of people can show, before and after fieldwork",
    .operands = operands,
    .options = options,
    .run = run,
};

} // namespace canvass::cli::commands
