#include "tests/support/sample_document.hpp"

#include <algorithm>
#include <array>

namespace canvass::test {
namespace {

using namespace report;

Number num(double value, NumberKind kind, std::string row = {}) {
  return {value, kind, std::move(row)};
}

NumberRange range(double low, double high, NumberKind kind, std::string row = {}) {
  return {low, high, kind, std::move(row)};
}

const std::array<const char*, 12> items{"I represent the values of the community that I work in",
                                        "I have confidence in the authority vested in me as an officer",
                                        "I know what my role is",
                                        "People should do what I tell them, even where they disagree",
                                        "My force treats its officers with respect",
                                        "My supervisors explain the decisions that affect me",
                                        "I can tell victims what will happen next, and why, in words that they understand",
                                        "I feel at ease when I patrol on foot",
                                        "Members of the public thank me",
                                        "Those who break the law deserve to be treated with respect",
                                        "I would choose this job again",
                                        "The law is on my side <when it matters> & otherwise"};

Section first_page() {
  Section section{"answer", "The answer", 2, {}, true, false};
  VerdictBox box;
  box.answer = {"18 weeks on, no difference from untrained officers was shown; one that matters (", num(0.2, NumberKind::raw),
                " points) is not ruled out."};
  box.rows = {{"T2-T1",
               {"Self-legitimacy ", num(-0.31, NumberKind::change, "primary/T2-T1"), " (95% ",
                range(-0.54, -0.08, NumberKind::score, "primary/T2-T1"), "), p ", num(0.0096, NumberKind::p_value, "primary/T2-T1"), ", n ",
                num(39, NumberKind::count), " + ", num(32, NumberKind::count)},
               "lower, as expected"},
              {"T3-T1",
               {"Self-legitimacy ", num(0.05, NumberKind::change, "primary/T3-T1"), " (95% ",
                range(-0.20, 0.30, NumberKind::score, "primary/T3-T1"), "), p ", num(0.69, NumberKind::p_value, "primary/T3-T1"), ", n ",
                num(35, NumberKind::count), " + ", num(28, NumberKind::count)},
               "inconclusive"}};
  section.blocks.emplace_back(box);
  Figure figure{"fig-means-self_legitimacy",
                "Trained officers dipped after the course and came back",
                "Mean self-legitimacy with 95% intervals, by group and wave, Northshire, 2026",
                "Line chart. Trained officers fall from 3.62 to 3.34 and return to 3.66; untrained officers stay between 3.55 and 3.58. "
                "The intervals of the two "
                "groups cross at each wave.",
                sample_means(),
                "A1",
                {{"Change against untrained officers is tested with the model of Table A1, not by whether the intervals cross."}}};
  section.blocks.emplace_back(figure);
  Facts facts;
  facts.facts = {{"Items",
                  {"T3: ", num(1, NumberKind::count), " of ", num(12, NumberKind::count),
                   " differs unadjusted, none after adjustment. With no change at all, ", num(1, NumberKind::count),
                   " or more would appear in ", num(44, NumberKind::count), " of 100 reshuffles."}},
                 {"Who", {num(40, NumberKind::count), " trained, ", num(33, NumberKind::count), " matched; 35 and 28 answered at T3."}},
                 {"Cannot say",
                  {"Not randomised; one area per group, so area and training cannot be told apart; policy changed on 1 June. Chance of "
                   "seeing a change of 0.35 points at T3: "
                   "four in five."}},
                 {"Check", {"Plan locked before T1; no deviations; conventions 1; ", Link{"Table A1", "A1"}, "."}}};
  section.blocks.emplace_back(facts);
  return section;
}

Section who_answered() {
  Section section{"who-answered", "Who answered", 2, {}, false, false};
  section.blocks.emplace_back(
      Paragraph{{"Of the ", num(40, NumberKind::count), " officers trained, ", num(35, NumberKind::count),
                 " answered at T3; of their matches, ", num(28, NumberKind::count), " of ", num(33, NumberKind::count), ". The flow is in ",
                 Link{"Figure 2", "fig-flow"}, ", its numbers in ", Link{"Table A2", "A2"}, "."}});
  Figure figure{"fig-flow",
                "Seven in eight trained officers were still there at T3",
                "Participants by stage and group",
                "Flow diagram. 73 officers were in the study: 40 trained and 33 matched. 39 and 32 answered at T2, 35 and 28 at T3.",
                sample_flow(),
                "A2",
                {}};
  section.blocks.emplace_back(figure);
  section.blocks.emplace_back(Bullets{
      {{"Five trained officers left: three moved to another force, two gave no reason."},
       {"Those who left scored ", num(-0.12, NumberKind::change), " points at T1 (95% ", range(-0.61, 0.37, NumberKind::score), ")."}}});
  section.blocks.emplace_back(
      Notice{Notice::Kind::warning, {"Untrained officers worked in one area only, so that area and training cannot be told apart."}});
  return section;
}

Section item_section() {
  Section section{"items", "Item by item", 2, {}, false, false};
  section.blocks.emplace_back(
      Paragraph{{"Each item was tested between the groups, T3 against T1, and adjusted over the family of ", num(12, NumberKind::count),
                 ". The smallest raw p was ", num(0.0312, NumberKind::p_value, "items/q08"), "; adjusted it is ",
                 num(0.27, NumberKind::p_value, "items/q08"), "."}});
  section.blocks.emplace_back(
      Figure{"fig-items",
             "No item holds after adjustment but one",
             "Difference in change against untrained officers, T3-T1, scale points, 95% intervals",
             "Forest plot of twelve items. Eleven intervals cross zero; ease on foot patrol lies above it, at 0.62.",
             sample_forest(),
             "A3",
             {{"Adjusted by Westfall and Young's step-down maxima over 12 items."}}});
  section.blocks.emplace_back(Paragraph{{"How the answers are spread is below."}});
  return section;
}

Section answers_section() {
  Section section{"answers", "All answers", 3, {}, false, false};
  section.blocks.emplace_back(Paragraph{{"Under 10 answers are withheld."}});
  section.blocks.emplace_back(
      Figure{"fig-answers",
             "Most officers agree that they know their role",
             "Answers by group, T1 and T3, per cent",
             "Diverging stacked bars of five answers for three items. Agreement is between 41% and 90%; one bar is withheld.",
             sample_stacked_bars(),
             "A4",
             {{"Parts may not add to 100 because of rounding."}}});
  section.blocks.emplace_back(
      Figure{"fig-moves",
             "Most officers gave the same answer twice",
             "Share of officers who moved down, stayed, moved up, T1 to T3",
             "Stacked bars: between 40% and 63% stayed at the same answer; the rest moved about equally down and up.",
             sample_transition(),
             "A5",
             {}});
  return section;
}

Section limits_section() {
  Section section{"limits", "What cannot be said", 2, {}, false, false};
  section.blocks.emplace_back(
      Paragraph{{"The groups were matched, ", Strong{"not randomised"},
                 ". A change that both groups would have shown anyway cannot be told from one that the course made."}});
  section.blocks.emplace_back(
      Notice{Notice::Kind::information,
             {"Late answers (", num(2, NumberKind::count), ") are in the figures and marked; without them the first change is ",
              num(0.04, NumberKind::change), "."}});
  return section;
}

Table primary_table() {
  Table table{"A1",
              "Self-legitimacy: change against untrained officers",
              {{"Contrast"},
               {"Quantity"},
               {"n trained", true},
               {"n untrained", true},
               {"Difference", true},
               {"95% interval", true},
               {"df", true},
               {"p", true},
               {"p adjusted", true},
               {"Verdict"}},
              {},
              {}};
  table.rows = {
      {std::string("T2-T1"), std::string("difference in change"), num(39, NumberKind::count), num(32, NumberKind::count),
       num(-0.31, NumberKind::change, "primary/T2-T1"), range(-0.54, -0.08, NumberKind::score, "primary/T2-T1"), num(66.4, NumberKind::df),
       num(0.0096, NumberKind::p_value), num(0.0192, NumberKind::p_value), std::string("lower, as expected")},
      {std::string("T3-T1"), std::string("difference in change"), num(35, NumberKind::count), num(28, NumberKind::count),
       num(0.05, NumberKind::change, "primary/T3-T1"), range(-0.20, 0.30, NumberKind::score, "primary/T3-T1"), num(61.2, NumberKind::df),
       num(0.69, NumberKind::p_value), num(not_a_number, NumberKind::p_value), std::string("inconclusive")},
      {std::string("T3-T2"), std::string("difference in change"), num(35, NumberKind::count), num(28, NumberKind::count),
       num(0.36, NumberKind::change, "primary/T3-T2"), range(0.11, 0.61, NumberKind::score, "primary/T3-T2"), num(60.8, NumberKind::df),
       num(0.0051, NumberKind::p_value), num(0.0153, NumberKind::p_value), std::string("higher")}};
  table.notes = {{"Method: MMRM with unstructured covariance, Satterthwaite degrees of freedom. T3-T1 is primary and not adjusted."}};
  return table;
}

Section appendix() {
  Section section{"tables", "Tables", 2, {}, false, true};
  section.blocks.emplace_back(primary_table());
  Table flow{"A2", "Participants by stage", {{"Stage"}, {"Trained", true}, {"Not trained", true}}, {}, {}};
  flow.rows = {{std::string("In the study"), num(40, NumberKind::count), num(33, NumberKind::count)},
               {std::string("Answered T1"), num(40, NumberKind::count), num(33, NumberKind::count)},
               {std::string("Answered T2"), num(39, NumberKind::count), num(32, NumberKind::count)},
               {std::string("Answered T3"), num(35, NumberKind::count), num(28, NumberKind::count)}};
  section.blocks.emplace_back(flow);
  const ForestChart forest = sample_forest();
  Table items_table{"A3",
                    "Items: difference in change, T3-T1",
                    {{"Item"}, {"Difference", true}, {"95% interval", true}, {"p", true}, {"p adjusted", true}},
                    {},
                    {}};
  for (std::size_t i = 0; i < forest.rows.size(); ++i) {
    const ForestChart::Row& row = forest.rows[i];
    if (row.withheld) {
      const Withheld mark{"[c]", "withheld: under 10 answers"};
      items_table.rows.push_back({row.label, mark, mark, mark, mark});
    } else {
      items_table.rows.push_back({row.label, num(row.interval.value, NumberKind::change, row.interval.row),
                                  range(row.interval.low, row.interval.high, NumberKind::score, row.interval.row),
                                  num(0.0312 + 0.08 * static_cast<double>(i), NumberKind::p_value),
                                  num(std::min(1.0, 0.041 + 0.11 * static_cast<double>(i)), NumberKind::p_value)});
    }
  }
  section.blocks.emplace_back(items_table);
  Table answers{"A4",
                "Answers, per cent",
                {{"Item and group"},
                 {"n", true},
                 {"Strongly disagree", true},
                 {"Disagree", true},
                 {"Neither", true},
                 {"Agree", true},
                 {"Strongly agree", true}},
                {},
                {}};
  for (const auto& group : sample_stacked_bars().groups) {
    for (const auto& bar : group.bars) {
      std::vector<TableCell> row{group.label + ": " + bar.label};
      if (bar.withheld) {
        row.resize(7, Withheld{"[c]", "withheld: under 10 answers"});
      } else {
        row.emplace_back(num(bar.n, NumberKind::count));
        for (const double share : bar.shares) {
          row.emplace_back(num(share, NumberKind::percent_1));
        }
      }
      answers.rows.push_back(row);
    }
  }
  section.blocks.emplace_back(answers);
  Table moves{
      "A5", "Moves between T1 and T3, per cent", {{"Item and group"}, {"Down", true}, {"Same", true}, {"Up", true}, {"Remark"}}, {}, {}};
  for (const auto& group : sample_transition().groups) {
    for (const auto& bar : group.bars) {
      moves.rows.push_back({group.label + ": " + bar.label, num(bar.down, NumberKind::percent_1), num(bar.same, NumberKind::percent_1),
                            num(bar.up, NumberKind::percent_1), Sentence{"of ", num(bar.n, NumberKind::count), " pairs"}});
    }
  }
  section.blocks.emplace_back(moves);
  section.blocks.emplace_back(Table{"A6", "Corrections", {{"Correction"}, {"When"}}, {}, {{"None was made."}}});
  return section;
}

Estimates sample_rows() {
  Estimate change;
  change.id = "primary/T3-T1";
  change.analysis = "primary";
  change.procedure = "cohort_change";
  change.outcome = "self_legitimacy";
  change.at = {{"wave", "T3"}, {"arm", "treatment"}};
  change.versus = {{"wave", "T1"}, {"arm", "control"}};
  change.quantity = "difference_in_differences";
  change.method = "mmrm satterthwaite";
  change.unit = Unit::points;
  change.estimate = 0.05;
  change.std_error = 0.125;
  change.conf_level = 0.95;
  change.conf_low = -0.20;
  change.conf_high = 0.30;
  change.statistic = 0.4;
  change.df = 61.2;
  change.p_value = 0.69;
  change.verdict = "inconclusive";
  change.n = 35;
  change.n_versus = 28;
  change.n_missing = 10;
  change.planned = Planned::planned;
  change.flags = {"late_included", "group_confounded"};
  Estimate withheld;
  withheld.id = "items/q12";
  withheld.analysis = "items";
  withheld.procedure = "cohort_change";
  withheld.family = "self_legitimacy";
  withheld.outcome = "=cmd|' /C calc'!A0";
  withheld.quantity = "change";
  withheld.flags = {"suppressed"};
  return {change, withheld};
}

} // namespace

MeansChart sample_means() {
  MeansChart chart;
  chart.waves = {"T1: before", "T2: end of training day", "T3: after the pilot"};
  chart.days = {0, 0, 125};
  chart.axis = "Mean score (1 to 5, high = stronger)";
  chart.series = {
      {"Trained", false, {{0, {3.62, 3.41, 3.83, "m/1"}, 40}, {1, {3.34, 3.10, 3.58, "m/2"}, 39}, {2, {3.66, 3.44, 3.88, "m/3"}, 35}}},
      {"Not trained", true, {{0, {3.55, 3.31, 3.79, "m/4"}, 33}, {1, {3.58, 3.33, 3.83, "m/5"}, 32}, {2, {3.54, 3.28, 3.80, "m/6"}, 28}}}};
  chart.marks = {{1.79, "1 June: attendance policy withdrawn"}};
  return chart;
}

StackedBarsChart sample_stacked_bars() {
  StackedBarsChart chart;
  chart.categories = {"Strongly disagree", "Disagree", "Neither", "Agree", "Strongly agree"};
  chart.agree_from = 3;
  chart.groups = {{items[2],
                   {{"Trained, T1", {0, 2.5, 7.5, 50, 40}, 40, 90, false},
                    {"Trained, T3", {2.9, 5.7, 11.4, 45.7, 34.3}, 35, 80, false},
                    {"Not trained, T1", {3, 6.1, 12.1, 51.5, 27.3}, 33, 78.8, false},
                    {"Not trained, T3", {}, 0, 0, true}}},
                  {items[4],
                   {{"Trained, T1", {12.5, 22.5, 22.5, 32.5, 10}, 40, 42.5, false},
                    {"Trained, T3", {8.6, 20, 28.6, 31.4, 11.4}, 35, 42.9, false},
                    {"Not trained, T1", {9.1, 21.2, 27.3, 36.4, 6.1}, 33, 42.4, false},
                    {"Not trained, T3", {10.7, 17.9, 28.6, 32.1, 10.7}, 28, 42.9, false}}},
                  {items[6],
                   {{"Trained, T1", {0.4, 17.5, 32.5, 40, 9.6}, 40, 49.6, false},
                    {"Trained, T3", {0, 0, 31.4, 57.1, 11.4}, 35, 68.6, false},
                    {"Not trained, T1", {6.1, 24.2, 27.3, 36.4, 6.1}, 33, 42.4, false},
                    {"Not trained, T3", {7.1, 25, 26.8, 32.1, 8.9}, 28, 41.1, false}}}};
  return chart;
}

ForestChart sample_forest() {
  ForestChart chart;
  chart.axis = "Difference in change, scale points";
  chart.left = "Lower than untrained";
  chart.right = "Higher than untrained";
  chart.bound = 0.2;
  const std::array<double, 12> values{0.31, 0.24, 0.18, 0.12, 0.10, 0.04, -0.02, 0.62, -0.08, -0.15, -0.21, 0};
  for (std::size_t i = 0; i < items.size(); ++i) {
    const double reach = i == 9 ? 1.80 : 0.36;
    chart.rows.push_back({items[i],
                          {values[i], values[i] - reach, values[i] + reach, "items/q" + std::to_string(i + 1)},
                          i == 7,
                          i == 11,
                          i == 7 ? "holds" : ""});
  }
  return chart;
}

TransitionChart sample_transition() {
  return {{{items[2], {{"Trained", 22.9, 51.4, 25.7, 35, false}, {"Not trained", 17.9, 60.7, 21.4, 28, false}}},
           {items[4], {{"Trained", 28.6, 40, 31.4, 35, false}, {"Not trained", 21.4, 57.1, 21.4, 28, false}}},
           {items[6], {{"Trained", 5.7, 62.9, 31.4, 35, false}, {"Not trained", 25, 46.4, 28.6, 28, false}}}}};
}

FlowChart sample_flow() {
  return {{"Trained", "Not trained"},
          {{"In the study", {"73 officers of two areas"}},
           {"Allocated", {"40 by team, spring courses", "33 matched by rank, service and sex"}},
           {"Answered T1", {"40", "33"}},
           {"Answered T2", {"39; one left before the end of the day", "32"}},
           {"Answered T3", {"35; three moved to another force, one is on leave", "28; four gave no reason"}}}};
}

Document sample_document() {
  Document document;
  document.title = "Engagement training, Northshire";
  document.subtitle = "Evaluation for the Police and Crime Board";
  document.decision = "Extend the training to all teams?";
  document.simulated = true;
  document.release = "internal";
  document.about = {{"Study", "officer-training-2026"},
                    {"Plan", "locked 2026-02-20, 9f2c41d07ab3"},
                    {"Answers", "answers.db, 207 responses"},
                    {"Conventions", "1"},
                    {"Seed", "20260222"},
                    {"Version", "Canvass 0.1.0"}};
  document.sections = {first_page(), who_answered(), item_section(), answers_section(), limits_section(), appendix()};
  document.rows = sample_rows();
  return document;
}

} // namespace canvass::test
