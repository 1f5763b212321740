// Among peers: places with the intervals that they may lie in, from published series; and places of the survey's own areas.

#include "engine/analysis/protect.hpp"
#include "engine/analysis/published.hpp"
#include "engine/analysis/rows.hpp"
#include "engine/analysis/templates/blocks.hpp"
#include "engine/analysis/templates/survey/report.hpp"
#include "engine/core/text.hpp"
#include "engine/report/sentence.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace canvass::analysis {

using namespace report;

namespace {

std::string ordinal(double place) {
  const auto n = static_cast<int>(place);
  const bool teen = n % 100 > 10 && n % 100 < 14;
  const int last = n % 10;
  return std::to_string(n) + (teen ? "th" : last == 1 ? "st" : last == 2 ? "nd" : last == 3 ? "rd" : "th");
}

LeagueChart::Verdict verdict_of(const std::string& word) {
  return word == "higher"           ? LeagueChart::Verdict::higher
         : word == "lower"          ? LeagueChart::Verdict::lower
         : word == "not told apart" ? LeagueChart::Verdict::not_told_apart
                                    : LeagueChart::Verdict::not_tested;
}

NumberKind kind_of(const Estimate& row) {
  return row.unit == Unit::percent || row.unit == Unit::percentage_points ? NumberKind::percent_1 : NumberKind::raw;
}

} // namespace

std::string places_words(const Estimate& rank) {
  const std::string low = std::to_string(static_cast<int>(rank.conf_low));
  const std::string high = std::to_string(static_cast<int>(rank.conf_high));
  return low == high ? low : low + " to " + high;
}

TableCell place_cell(const Estimate* rank) {
  if (rank == nullptr) {
    return Withheld{"[z]", "does not apply"};
  }
  if (is_withheld(*rank)) {
    return Withheld{"[c]", "withheld: too few people"};
  }
  const bool has_place = std::isfinite(rank->estimate);
  const Number place{rank->estimate, NumberKind::count, rank->id};
  const std::string shared = has_flag(*rank, "tied") ? "=" : "";
  if (!std::isfinite(rank->conf_low)) {
    return has_place ? TableCell(Sentence{place, shared + ", untested"}) : TableCell(std::string("untested"));
  }
  const NumberRange between{rank->conf_low, rank->conf_high, NumberKind::count, rank->id};
  if (rank->conf_low == rank->conf_high) {
    return Number{rank->conf_low, NumberKind::count, rank->id};
  }
  return has_place ? TableCell(Sentence{place, shared + " (", between, ")"}) : TableCell(between);
}

/// What a table of places says as a whole; empty if there is none.
std::string SurveyReport::order_words(const Estimate& table, const std::string& units) const {
  const std::string of = std::to_string(static_cast<int>(table.reference));
  if (table.verdict == "not tested") {
    return "None of these figures was published with n or interval, so the places are those of the figures alone and are not tested.";
  }
  const std::string width = shortest(std::round(table.estimate * 10) / 10);
  if (table.verdict == "cannot be ranked") {
    return "No order can be given: on average " + units + " may hold " + width + " of the " + of +
           " places, which is more than half of them. The places that chance leaves open are shown, and the order of the lines is no "
           "ranking.";
  }
  return "In brackets the places that chance leaves open: on average " + units + " may hold " + width + " of the " + of + " places.";
}

void SurveyReport::peer_table(Section& section, const Estimate& table_row) {
  const PublishedSeries* series = setup_.published(table_row.outcome);
  const std::string period = level_of(table_row.at, "period");
  if (series == nullptr) {
    return;
  }
  const std::string label = series->label.in(study_.language);
  const bool down = series->desired_direction == Direction::down;
  std::string named;
  Table table;
  table.caption = label + ", " + period + (series->source.empty() ? "" : " (" + series->source + ")");
  LeagueChart chart;
  const Estimate* mean = nullptr;
  for (const Estimate* one : rows_of("peer_ranks")) {
    const bool here = one->analysis == table_row.analysis && one->outcome == table_row.outcome && level_of(one->at, "period") == period;
    if (!here) {
      continue;
    }
    mean = one->quantity == "mean_of_units" ? one : mean;
    if (one->quantity != "published") {
      continue;
    }
    const std::string unit = level_of(one->at, "unit");
    const Estimate* rank = row(one->id + "/rank");
    const Estimate* against = row(one->id + "/against");
    const NumberKind kind = kind_of(*one);
    const bool is_named = has_flag(*one, "named");
    named = is_named ? unit : named;
    const bool has_range = rank != nullptr && std::isfinite(rank->conf_low);
    table.rows.push_back(
        {unit, Number{one->estimate, kind, one->id},
         std::isfinite(one->conf_low) ? range_of(one, kind) : TableCell(Withheld{"[x]", "not published"}),
         std::isfinite(one->n) ? cell_of(one, NumberKind::count, &Estimate::n) : TableCell(Withheld{"[x]", "not published"}),
         place_cell(rank), against == nullptr ? TableCell(Withheld{"[z]", "does not apply"}) : TableCell(difference_numbers(*against)),
         cell_of(against, NumberKind::p_value, &Estimate::p_adjusted), against == nullptr ? "" : against->verdict});
    LeagueChart::Row dot;
    dot.label = unit;
    dot.interval = {one->estimate, one->conf_low, one->conf_high, one->id};
    dot.n = std::isfinite(one->n) ? one->n : 0;
    dot.verdict = is_named ? (std::isfinite(one->conf_low) ? LeagueChart::Verdict::not_told_apart : LeagueChart::Verdict::not_tested)
                           : verdict_of(one->verdict);
    dot.rank = has_range ? places_words(*rank) : "";
    dot.named = is_named;
    chart.rows.push_back(std::move(dot));
    if (is_named) {
      chart.reference = LeagueChart::Reference{one->estimate, unit + " " + shortest(one->estimate) + (series->percent ? "%" : "")};
    }
  }
  const std::string against_words = named.empty() ? "the mean of all" : named;
  table.columns = {{"Of", false},
                   {series->percent ? "%" : "Value", true},
                   {"95% interval", true},
                   {"n", true},
                   {"Place (may stand)", true},
                   {"Against " + against_words + ", points", true},
                   {"p, adjusted", true},
                   {"Reading", false}};
  if (mean != nullptr) {
    chart.reference = LeagueChart::Reference{
        mean->estimate, "Mean of the " + std::to_string(static_cast<int>(mean->reference)) + ", each counting the same, " +
                            shortest(std::round(mean->estimate * 10) / 10) + (series->percent ? "%" : "")};
  }
  table.notes = peer_notes(table_row, *series, named);
  if (const auto target = target_of_series(*series, named)) {
    chart.target = LeagueChart::Reference{*target, "Target " + shortest(*target) + (series->percent ? "%" : "")};
  }
  chart.axis = series->percent ? "%" : "Value";
  chart.kind = series->percent ? NumberKind::percent_1 : NumberKind::raw;
  Figure figure;
  figure.id = "fig-peers-" + series->id;
  figure.headline = label + ", " + period;
  const std::string order = table_row.verdict == "cannot be ranked"        ? "In order of the figures, which is no ranking"
                            : series->desired_direction == Direction::none ? "The highest first"
                            : down                                         ? "The best first (less is better)"
                                                                           : "The best first (more is better)";
  figure.subtitle = order + (table_row.verdict == "not tested" ? ", by the figures alone: none was published with n or interval"
                                                               : ". With 95% intervals where they can be had; filled where told apart from "
                                                                 "the dashed line; at the right the places that each may hold");
  figure.alt =
      "League chart: " + label + " of " + std::to_string(chart.rows.size()) + " units with intervals and the places each may hold.";
  if (chart.rows.size() > 12) {
    figure.table = appendix_table(std::move(table));
  } else {
    section.blocks.emplace_back(std::move(table));
  }
  figure.chart = std::move(chart);
  section.blocks.emplace_back(std::move(figure));
}

std::vector<Sentence> SurveyReport::peer_notes(const Estimate& table_row, const PublishedSeries& series, const std::string& named) const {
  std::vector<Sentence> notes;
  notes.push_back({order_words(table_row, "a unit")});
  std::string how =
      std::string(series.desired_direction == Direction::down ? "Place 1 is the lowest value" : "Place 1 is the highest value") +
      "; = marks a place that is shared. A unit stands below those that are told apart from it as better and above those "
      "that are told apart as worse: every pair by the interval of its difference, Holm over all pairs";
  how += named.empty() ? ". Against the mean, itself among them: Benjamini and Hochberg."
                       : "; of " + named + ", which was named beforehand, over its own pairs alone.";
  notes.push_back({how});
  const bool any_n =
      std::any_of(series.points.begin(), series.points.end(), [](const SeriesPoint& point) { return point.n && !point.half_width; });
  if (any_n && table_row.verdict != "not tested") {
    std::string note;
    if (series.n_is_for_all) {
      const auto point = std::find_if(series.points.begin(), series.points.end(), [](const SeriesPoint& one) { return one.n.has_value(); });
      note = "n is not published figure by figure: the source gives " + shortest(*point->n) + " for each, which bears " +
             shortest(std::round(worst_case_margin(*point->n, series.design_effect.value_or(1)) * 10) / 10) +
             " points either way at worst. ";
    }
    note += series.design_effect ? "Its design effect is taken as published, " + shortest(*series.design_effect) + "."
                                 : "Its design effect was not published and is taken as 1, so that intervals are rather too short.";
    notes.push_back({note});
  }
  if (!series.question.empty()) {
    notes.push_back({waves_.empty() ? "Asked: " + series.question + "."
                                    : "Another question than this survey's (" + series.question + "): the two are never joined."});
  }
  return notes;
}

/// Where the unit that the report is about stood, period by period.
void SurveyReport::place_history(Section& section, const Estimate& table_row) {
  Table table;
  for (const Estimate* one : rows_of("peer_ranks")) {
    if (one->analysis != table_row.analysis || one->outcome != table_row.outcome || one->quantity != "published" ||
        !has_flag(*one, "named")) {
      continue;
    }
    const Estimate* rank = row(one->id + "/rank");
    if (rank == nullptr) {
      continue;
    }
    table.caption = setup_.published(one->outcome)->label.in(study_.language) + ": " + level_of(one->at, "unit") + ", period by period";
    table.rows.push_back({level_of(one->at, "period"), Number{one->estimate, kind_of(*one), one->id}, place_cell(rank),
                          Number{rank->reference, NumberKind::count, rank->id}});
  }
  if (table.rows.size() < 2) {
    return;
  }
  table.columns = {{"Period", false}, {"Value", true}, {"Place", true}, {"Of", true}};
  table.notes.push_back({"A place also moves because others move: what the value itself did stands under \"What others have published\"."});
  section.blocks.emplace_back(std::move(table));
}

Section SurveyReport::among_peers() {
  Section section;
  section.id = "peers";
  section.title = "Among peers";
  for (const Estimate* one : rows_of("peer_ranks")) {
    if (one->quantity == "rank_width" && one->at.front().first == "series") {
      peer_table(section, *one);
      place_history(section, *one);
    }
  }
  return section;
}

/// One series on the first page: the own figure and its place, or what can be said of all units.
Sentence SurveyReport::peer_sentence(const PublishedSeries& series) const {
  const Estimate* table = nullptr;
  const Estimate* own = nullptr;
  std::size_t higher = 0;
  std::size_t lower = 0;
  std::size_t units = 0;
  for (const Estimate* one : rows_of("peer_ranks")) {
    if (one->outcome != series.id) {
      continue;
    }
    table = table == nullptr && one->quantity == "rank_width" ? one : table;
    if (table == nullptr || one->analysis != table->analysis || level_of(one->at, "period") != level_of(table->at, "period")) {
      continue;
    }
    own = one->quantity == "published" && has_flag(*one, "named") ? one : own;
    units += one->quantity == "published" ? 1U : 0U;
    higher += one->quantity == "difference" && one->verdict == "higher" ? 1U : 0U;
    lower += one->quantity == "difference" && one->verdict == "lower" ? 1U : 0U;
  }
  Sentence sentence;
  if (table == nullptr) {
    return sentence;
  }
  const std::string of = std::to_string(units);
  sentence.emplace_back(series.label.in(study_.language) +
                        (waves_.empty() ? " (" + level_of(table->at, "period") + "): " : ", another question: "));
  if (own == nullptr) {
    sentence.emplace_back(std::to_string(lower) + " of " + of + " lower than their mean, " + std::to_string(higher) +
                          " higher; the others are not told apart. " + order_words(*table, "a unit"));
    return sentence;
  }
  sentence.emplace_back(Number{own->estimate, kind_of(*own), own->id});
  sentence.emplace_back(series.percent ? "%" : "");
  const Estimate* rank = row(own->id + "/rank");
  if (rank == nullptr || has_flag(*rank, "untested")) {
    sentence.emplace_back(rank == nullptr || !std::isfinite(rank->estimate) ? "" : ", " + ordinal(rank->estimate) + " of " + of);
    sentence.emplace_back("; its n is unpublished, so the rank is untested.");
    return sentence;
  }
  sentence.emplace_back(" (");
  sentence.emplace_back(NumberRange{own->conf_low, own->conf_high, kind_of(*own), own->id});
  sentence.emplace_back(")");
  const bool down = series.desired_direction == Direction::down;
  const std::size_t better = down ? lower : higher;
  const std::size_t worse = down ? higher : lower;
  if (!std::isfinite(rank->estimate)) {
    sentence.emplace_back(", told apart from none of its " + std::to_string(units - 1) + " peers, so no place is given.");
    return sentence;
  }
  sentence.emplace_back(", " + ordinal(rank->estimate) + " of " + of + ", and may stand anywhere from " + ordinal(rank->conf_low) + " to " +
                        ordinal(rank->conf_high) + ": " + std::to_string(better) + " told apart as better, " + std::to_string(worse) +
                        " as worse, " + std::to_string(units - 1 - better - worse) + " not told apart.");
  return sentence;
}

} // namespace canvass::analysis
