// All items: the forest of contrasts with raw and adjusted p, what people answered, and who moved where.

#include "engine/analysis/protect.hpp"
#include "engine/analysis/templates/cohort/report.hpp"
#include "engine/core/text.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace canvass::analysis {

using namespace report;

namespace {

std::string shortened(const std::string& label, std::size_t characters) {
  if (count_characters(label) <= characters) {
    return label;
  }
  return std::string(first_characters(label, characters - 3)) + "...";
}

} // namespace

Figure CohortReport::forest(const PlannedAnalysis& analysis, const Contrast& contrast, std::size_t arm) {
  const std::string prefix = contrast_row_id(analysis, contrast, arm);
  const Family* family = study_.plan.family(analysis.family);
  ForestChart chart;
  Table table;
  table.caption = "Items of " + (family->items_of.empty() ? analysis.family : in_sentence(label_of(family->items_of))) + ", " +
                  contrast_id(study_, contrast) + ": change of the treated minus change of the control, in points";
  table.columns = {{"Item", false}, {"n treated", true},  {"n control", true},        {"Difference", true}, {"95% interval", true},
                   {"p", true},     {"p adjusted", true}, {"Below .05 under", false}, {"Verdict", false},   {"Plan", false}};
  std::vector<const Estimate*> rows;
  for (const std::string& item : family->outcomes) {
    if (const Estimate* found = row(prefix + "/" + item)) {
      rows.push_back(found);
    }
  }
  std::stable_sort(rows.begin(), rows.end(), [](const Estimate* a, const Estimate* b) {
    const double left = std::isfinite(a->estimate) ? a->estimate : -1e300;
    const double right = std::isfinite(b->estimate) ? b->estimate : -1e300;
    return left > right;
  });
  std::size_t survive = 0;
  for (const Estimate* found : rows) {
    const bool survives = found->p_adjusted <= study_.plan.significance_level;
    survive += survives ? 1U : 0U;
    ForestChart::Row line;
    line.label = found->outcome + ": " + shortened(label_of(found->outcome), 60);
    line.interval = {found->estimate, found->conf_low, found->conf_high, found->id};
    line.survives = survives;
    line.withheld = is_withheld(*found) || !std::isfinite(found->estimate);
    chart.rows.push_back(line);
    const Estimate* spread = row("between/change/" + contrast_id(study_, contrast) +
                                 (arms_.size() > 2 ? "/" + arm_id(study_, arms_, arm) : "") + "/" + found->outcome + "/convention_spread");
    std::string conventions;
    if (spread != nullptr && std::isfinite(spread->estimate)) {
      conventions = shortest(spread->estimate) + " of " + shortest(spread->count) + " conventions";
    }
    const bool left = found->family.empty() && !is_withheld(*found);
    table.rows.push_back(
        {found->outcome + ": " + label_of(found->outcome), cell(found, NumberKind::count, &Estimate::n),
         cell(found, NumberKind::count, &Estimate::n_versus), cell(found, NumberKind::change), range(found, NumberKind::change),
         cell(found, NumberKind::p_value, &Estimate::p_value), cell(found, NumberKind::p_value, &Estimate::p_adjusted), conventions,
         left ? std::string("left the family: ") + (std::find(found->flags.begin(), found->flags.end(), "constant") != found->flags.end()
                                                        ? "all changes equal"
                                                        : "too few answers")
              : verdict_words(*found, std::nullopt),
         mark(*found)});
  }
  const Estimate* count = row(prefix + "/k_of_m");
  const bool over_courses = count != nullptr && !std::isfinite(count->p_value) && std::isfinite(count->estimate);
  table.notes.push_back(over_courses
                            ? Sentence{"Course groups are recorded: p and interval are over groups (CR2), p adjusted by " +
                                       (rows.empty() ? std::string("-") : rows.front()->adjustment) + "."}
                            : Sentence{"p and p adjusted (" + (rows.empty() ? std::string("-") : rows.front()->adjustment) +
                                       ") come from the same reshuffles of people between the arms; intervals are Welch's, unadjusted."});
  Figure figure;
  figure.id = "fig-items-" + analysis.id + "-" + contrast_id(study_, contrast) + (arms_.size() > 2 ? "-" + arm_id(study_, arms_, arm) : "");
  figure.headline = survive == 0
                        ? "No item differs from control after adjustment"
                        : counted(static_cast<long long>(survive), "item differs", "items differ") + " from control after adjustment";
  figure.subtitle = "Difference in change from control by item, " + contrast_id(study_, contrast) + ", points, with 95% intervals";
  figure.alt = "Forest plot of " + std::to_string(rows.size()) +
               " items sorted by difference from control; filled markers survive adjustment, hollow ones do not. " +
               std::to_string(survive) + " filled.";
  if (!rows.empty() && std::isfinite(rows.front()->estimate) && std::isfinite(rows.back()->estimate)) {
    figure.alt += " Largest: " + rows.front()->outcome + " " + shortest(std::round(rows.front()->estimate * 100) / 100) +
                  "; smallest: " + rows.back()->outcome + " " + shortest(std::round(rows.back()->estimate * 100) / 100) + ".";
  }
  chart.axis = "Points";
  chart.left = "lower than control";
  chart.right = "higher than control";
  figure.chart = chart;
  figure.table = appendix_table(table);
  figure.notes.push_back({"Filled: survives adjustment. Hollow: does not."});
  std::vector<std::string> apart;
  for (const Estimate* found : rows) {
    if (std::find(found->flags.begin(), found->flags.end(), "interval_disagrees") != found->flags.end() && !is_withheld(*found)) {
      apart.push_back(found->outcome);
    }
  }
  if (!apart.empty()) {
    figure.notes.push_back({"Unadjusted p and interval are on different sides for " + join(apart, ", ") +
                            ": p comes from reshuffles, the interval from Welch's t. The adjusted p decides."});
  }
  if (count != nullptr && std::isfinite(count->reference)) {
    figure.notes.push_back({"If nothing differed, ", Number{count->reference, NumberKind::score, count->id},
                            " of these items would be expected below p .05."});
  }
  return figure;
}

void CohortReport::answers_figures(Section& section, const std::string& scale, const std::vector<std::string>& items) {
  std::vector<std::string> shown;
  for (const std::string& item : items) {
    const std::size_t index = instrument_.variable(item);
    if (index != Instrument::npos && instrument_.list(instrument_.variables[index].list) != nullptr &&
        !instrument_.variables[index].multiple) {
      shown.push_back(item);
    }
  }
  if (shown.empty()) {
    return;
  }
  Table table;
  const ChoiceList* list = instrument_.list(instrument_.variables[instrument_.variable(shown.front())].list);
  std::vector<const Choice*> ordered;
  for (const Choice& choice : list->choices) {
    ordered.push_back(&choice);
  }
  std::sort(ordered.begin(), ordered.end(), [](const Choice* a, const Choice* b) { return a->code < b->code; });
  table.caption = label_of(scale) + ": answers to each item by wave and arm, per cent";
  table.columns = {{"Item, wave and arm", false}, {"n", true}};
  for (const Choice* choice : ordered) {
    table.columns.push_back({choice->label.in(study_.language), true});
  }
  const std::size_t agree_from = std::min(ordered.size() - 1, ordered.size() / 2 + ordered.size() % 2);
  table.columns.push_back({"Upper answers", true});
  table.columns.push_back({"95% interval", true});
  std::vector<StackedBarsChart::Group> groups;
  for (const std::string& item : shown) {
    StackedBarsChart::Group group;
    group.label = item + ": " + label_of(item);
    for (std::size_t i = 0; i < arms_.size(); ++i) {
      const std::size_t arm = arms_.has_control ? (i + 1) % arms_.size() : i;
      for (const std::size_t wave : waves_) {
        const std::string part = "answers/" + item + "/" + study_.waves[wave].id + "/" + arm_id(study_, arms_, arm);
        StackedBarsChart::Bar bar;
        bar.label = (arms_.size() > 1 ? arm_label(study_, arms_, arm) + ", " : "") + study_.waves[wave].id;
        const Estimate* first = row(part + "/" + std::to_string(ordered.front()->code));
        if (first == nullptr) {
          continue;
        }
        std::vector<TableCell> cells = {item + ", " + study_.waves[wave].id + ", " + arm_label(study_, arms_, arm),
                                        cell(first, NumberKind::count, &Estimate::n)};
        for (const Choice* choice : ordered) {
          const Estimate* share = row(part + "/" + std::to_string(choice->code));
          bar.withheld = bar.withheld || share == nullptr || is_withheld(*share) || !std::isfinite(share->estimate);
          bar.shares.push_back(share == nullptr ? 0 : share->estimate);
          cells.push_back(cell(share, NumberKind::percent_1));
        }
        const Estimate* upper = row(part + "/agree");
        cells.push_back(cell(upper, NumberKind::percent_1));
        cells.push_back(range(upper, NumberKind::percent_1));
        table.rows.push_back(cells);
        if (upper != nullptr) {
          bar.agree = upper->estimate;
        }
        bar.n = first->n;
        group.bars.push_back(bar);
      }
    }
    groups.push_back(group);
  }
  const std::string table_id = appendix_table(table);
  if (groups.empty()) {
    return;
  }
  StackedBarsChart chart;
  for (const Choice* choice : ordered) {
    chart.categories.push_back(choice->label.in(study_.language));
  }
  chart.agree_from = agree_from;
  chart.agree_label = "Upper answers";
  chart.disagree_label = "Lower answers";
  chart.groups = std::move(groups);
  Figure figure;
  figure.id = "fig-answers-" + scale;
  figure.headline = label_of(scale) + ": what people answered";
  figure.subtitle = "Share giving each answer, by arm and wave, with n and the share of upper answers (" +
                    ordered[agree_from]->label.in(study_.language) + " and above)";
  figure.alt = "Diverging stacked bars of " + std::to_string(chart.groups.size()) +
               " items, one bar an arm and wave; every share stands in table " + table_id + ".";
  figure.chart = std::move(chart);
  figure.table = table_id;
  figure.notes.push_back({"Base: everybody who answered the item in that wave. Percentages may not add up to 100 because of rounding."});
  section.blocks.emplace_back(std::move(figure));
}

void CohortReport::transition_figures(Section& section, const std::vector<std::string>& items, const Contrast& contrast) {
  std::vector<TransitionChart::Group> groups;
  Table table;
  table.caption = "Who moved: answers up, the same and down, " + contrast_id(study_, contrast) + ", per cent of people who answered both";
  table.columns = {{"Item and arm", false}, {"n", true},           {"Down", true}, {"Same", true}, {"Up", true},
                   {"Up minus down", true}, {"95% interval", true}};
  for (const std::string& item : items) {
    TransitionChart::Group group;
    group.label = item + ": " + shortened(label_of(item), 80);
    for (std::size_t i = 0; i < arms_.size(); ++i) {
      const std::size_t arm = arms_.has_control ? (i + 1) % arms_.size() : i;
      const std::string part = "within/" + contrast_id(study_, contrast) + "/" + arm_id(study_, arms_, arm) + "/" + item;
      const Estimate* up = row(part + "/share_up");
      const Estimate* same = row(part + "/share_same");
      const Estimate* down = row(part + "/share_down");
      const Estimate* net = row(part + "/net_change");
      if (up == nullptr || same == nullptr || down == nullptr) {
        continue;
      }
      table.rows.push_back({item + ", " + arm_label(study_, arms_, arm), cell(up, NumberKind::count, &Estimate::n),
                            cell(down, NumberKind::percent_1), cell(same, NumberKind::percent_1), cell(up, NumberKind::percent_1),
                            cell(net, NumberKind::points_change), range(net, NumberKind::points_change)});
      const bool withheld = is_withheld(*up) || is_withheld(*down) || is_withheld(*same);
      group.bars.push_back({arm_label(study_, arms_, arm), down->estimate, same->estimate, up->estimate, up->n, withheld});
    }
    if (!group.bars.empty()) {
      groups.push_back(group);
    }
  }
  if (groups.empty()) {
    return;
  }
  const std::string table_id = appendix_table(table);
  TransitionChart chart;
  chart.groups = std::move(groups);
  Figure figure;
  figure.id = "fig-moves-" + contrast_id(study_, contrast) + "-" + items.front();
  figure.headline = "Who moved, " + contrast_id(study_, contrast);
  figure.subtitle = "Share of people whose answer went down, stayed or went up, by arm";
  figure.alt = "Stacked bars of down, same and up for " + std::to_string(chart.groups.size()) +
               " items by arm; every share stands in table " + table_id + ".";
  figure.chart = std::move(chart);
  figure.table = table_id;
  figure.notes.push_back({"Base: people who answered the item in both waves."});
  section.blocks.emplace_back(std::move(figure));
}

std::vector<Section> CohortReport::items() {
  std::vector<Section> sections;
  if (!family_analyses().empty()) {
    Section section;
    section.id = "items";
    section.title = "All items against control";
    section.blocks.emplace_back(Paragraph{
        {study_.assignment.group.empty()
             ? std::string("Many items are tested at once, so each p is adjusted for its family. How many would look significant if "
                           "nothing differed is told by the same reshuffles.")
             : std::string("Many items are tested at once, so each p is adjusted for its family. People trained together are not "
                           "exchangeable one by one, so no reshuffles tell how many would look significant if nothing differed.")}});
    for (const PlannedAnalysis* analysis : family_analyses()) {
      for (const Contrast& contrast : contrasts_of(study_, *analysis)) {
        for (std::size_t arm = 1; arm < arms_.size(); ++arm) {
          const Estimate* count = row(contrast_row_id(*analysis, contrast, arm) + "/k_of_m");
          if (count == nullptr) {
            continue;
          }
          Figure figure = forest(*analysis, contrast, arm);
          std::size_t survive = 0;
          for (const ForestChart::Row& line : std::get<ForestChart>(figure.chart).rows) {
            survive += line.survives ? 1U : 0U;
          }
          Sentence sentence = items_sentence(
              *count, survive, contrast_id(study_, contrast) + (arms_.size() > 2 ? ", " + arm_label(study_, arms_, arm) : ""));
          const Estimate* control = row(analysis->id + "/" + contrast_id(study_, contrast) + "/k_of_m_within/" + arm_id(study_, arms_, 0));
          const Estimate* treated =
              row(analysis->id + "/" + contrast_id(study_, contrast) + "/k_of_m_within/" + arm_id(study_, arms_, arm));
          if (control != nullptr && treated != nullptr && std::isfinite(control->estimate) && std::isfinite(treated->estimate)) {
            sentence.emplace_back(" Within the arms alone, ");
            sentence.emplace_back(Number{treated->estimate, NumberKind::count, treated->id});
            sentence.emplace_back((treated->estimate == 1 ? " item of " : " items of ") + people_of(arm) + " and ");
            sentence.emplace_back(Number{control->estimate, NumberKind::count, control->id});
            sentence.emplace_back(" of " + people_of(0) + " moved; being significant in one arm and not in the other is never a finding.");
          }
          section.blocks.emplace_back(Paragraph{sentence});
          section.blocks.emplace_back(figure);
        }
      }
      for (const std::string& note : notes_of(analysis->id)) {
        section.blocks.emplace_back(Notice{Notice::Kind::information, {note + "."}});
      }
    }
    sections.push_back(std::move(section));
  }
  Section answers;
  answers.id = "answers";
  answers.title = "What people answered";
  for (const Scale& scale : instrument_.scales) {
    if (!waves_.empty()) {
      answers_figures(answers, scale.id, scale.items);
    }
  }
  if (!answers.blocks.empty()) {
    sections.push_back(std::move(answers));
  }
  if (waves_.size() > 1) {
    Section moves;
    moves.id = "moves";
    moves.title = "Who moved";
    Contrast contrast{waves_.back(), waves_.front(), {}};
    for (const PlannedAnalysis* analysis : scale_analyses()) {
      if (analysis->primary && collected(analysis->primary->later) && collected(analysis->primary->earlier)) {
        contrast = *analysis->primary;
        break;
      }
    }
    for (const Scale& scale : instrument_.scales) {
      transition_figures(moves, scale.items, contrast);
    }
    if (!moves.blocks.empty()) {
      sections.push_back(std::move(moves));
    }
  }
  return sections;
}

} // namespace canvass::analysis
