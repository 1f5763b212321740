// What a board sees first: the two headlines, what moved, where, the scoreboard, peers, who answered, how to check.

#include "engine/analysis/protect.hpp"
#include "engine/analysis/published.hpp"
#include "engine/analysis/templates/blocks.hpp"
#include "engine/analysis/templates/survey/report.hpp"
#include "engine/core/text.hpp"
#include "engine/report/sentence.hpp"

#include <algorithm>
#include <cmath>

namespace canvass::analysis {

using namespace report;

namespace {

Sentence lower_first(Sentence sentence) {
  if (auto* text = sentence.empty() ? nullptr : std::get_if<std::string>(&sentence.front()); text != nullptr && !text->empty()) {
    text->front() = static_cast<char>(std::tolower(static_cast<unsigned char>(text->front())));
  }
  return sentence;
}

} // namespace

/// The share, then the change on the wave before, and on the earliest one where that differs.
Sentence SurveyReport::headline(const std::string& outcome) const {
  const Estimate* now = in_wave(outcome, last_wave());
  if (now == nullptr) {
    return {label_of(outcome) + ": not asked in " + wave_label(last_wave()) + "."};
  }
  Sentence sentence = share_sentence(*now, words_of(outcome));
  std::vector<std::size_t> earlier;
  if (waves_.size() > 1) {
    earlier.push_back(waves_.size() - 2);
  }
  for (std::size_t wave = 0; wave + 2 < waves_.size(); ++wave) {
    const Estimate* change = between_waves(outcome, last_wave(), waves_[wave]);
    if (change != nullptr && (change->verdict == "higher" || change->verdict == "lower")) {
      earlier.push_back(wave); // the earliest year from which it can be told apart
      break;
    }
  }
  bool first = true;
  for (const std::size_t wave : earlier) {
    if (const Estimate* change = between_waves(outcome, last_wave(), waves_[wave])) {
      sentence.emplace_back(first ? " " : "; ");
      append(sentence,
             first ? change_phrase(*change, wave_label(waves_[wave])) : lower_first(change_phrase(*change, wave_label(waves_[wave]))));
      first = false;
    }
  }
  if (!first) {
    sentence.emplace_back(".");
  }
  return sentence;
}

Sentence SurveyReport::kpis() const {
  std::size_t met = 0;
  std::size_t unclear = 0;
  std::size_t without = 0;
  std::vector<std::string> missed;
  for (const Estimate* one : rows_of("kpi_status")) {
    met += one->verdict == "met" ? 1U : 0U;
    unclear += one->verdict == "not clear" ? 1U : 0U;
    without += one->verdict == "no data" || one->verdict == "no target" || one->verdict.empty() ? 1U : 0U;
    if (one->verdict == "missed") {
      missed.push_back(one->outcome);
      if (!one->at.empty() && one->at.front().first == "kpi") {
        missed.back() = one->at.front().second;
      }
    }
  }
  std::string text = std::to_string(met) + " met, " + std::to_string(missed.size()) + " missed";
  if (!missed.empty()) {
    text += missed.size() > 4 ? " (" + missed[0] + ", " + missed[1] + ", " + missed[2] + " among them)" : " (" + join(missed, ", ") + ")";
  }
  text += ", " + std::to_string(unclear) + " not clear, " + std::to_string(without) + " without data or target.";
  return {text};
}

Sentence SurveyReport::areas() const {
  const std::vector<std::string> outcomes = headlines();
  const std::string& outcome = outcomes.front();
  const std::string& level = setup_.areas.levels.back();
  std::vector<std::string> higher;
  std::vector<std::string> lower;
  std::size_t withheld = 0;
  std::vector<double> n;
  std::vector<double> margin;
  for (const Estimate* one : rows_of("area_shares")) {
    if (one->outcome != outcome || one->at.size() != 2 || one->at[1].first != level || !one->versus.empty()) {
      continue;
    }
    if (is_withheld(*one)) {
      ++withheld;
      continue;
    }
    const std::size_t area = setup_.areas.find(one->at[1].second);
    const std::string& name = area == AreaTree::npos ? one->at[1].second : setup_.areas.areas[area].label;
    if (one->verdict == "higher" || one->verdict == "lower") {
      (one->verdict == "higher" ? higher : lower).push_back(name);
    }
    n.push_back(one->n);
    margin.push_back((one->conf_high - one->conf_low) / 2);
  }
  if (n.empty()) {
    return {"No area has enough answers to be shown."};
  }
  const auto middle = [](std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
  };
  Sentence sentence;
  const auto named = [](const std::vector<std::string>& areas) { // a few can be named; of many the table has the names
    return areas.empty() || areas.size() > 4 ? std::string() : " (" + join(areas, ", ") + ")";
  };
  sentence.emplace_back(label_of(outcome) + ": " + std::to_string(lower.size()) + " of " + std::to_string(n.size() + withheld) +
                        " clearly below the rest" + named(lower) + ", " + std::to_string(higher.size()) + " above" + named(higher) +
                        "; the others cannot be told apart (typically ");
  sentence.emplace_back(Number{middle(n), NumberKind::count, ""});
  sentence.emplace_back(" answers, plus or minus ");
  sentence.emplace_back(Number{std::round(middle(margin)), NumberKind::count, ""});
  sentence.emplace_back(" points).");
  if (withheld > 0) {
    sentence.emplace_back(" " + counted(static_cast<long long>(withheld), "area is", "areas are") + " withheld for too few answers.");
  }
  return sentence;
}

Sentence SurveyReport::peers() const {
  Sentence sentence;
  for (const PublishedSeries& series : setup_.series) {
    Sentence one = peer_sentence(series);
    const auto own = own_unit(setup_, series);
    if (one.empty() && own && !series.points.empty()) { // nobody beside it
      const SeriesPeriods periods = periods_of(series);
      const SeriesPoint* point = point_of(series, periods.names.back(), *own);
      if (point == nullptr) {
        continue;
      }
      const PublishedFigure figure = figure_of(series, *point, 1 - study_.plan.significance_level);
      const NumberKind kind = series.percent ? NumberKind::percent_1 : NumberKind::raw;
      one.emplace_back(series.label.in(study_.language) + ", another question: ");
      one.emplace_back(Number{point->value, kind, ""});
      one.emplace_back(series.percent ? "%" : "");
      if (figure.has_error()) {
        one.emplace_back(" (");
        one.emplace_back(NumberRange{figure.low, figure.high, kind, ""});
      }
      one.emplace_back(figure.has_error() ? ")." : "; its n is unpublished, so it is not tested.");
    }
    if (!sentence.empty() && !one.empty()) {
      sentence.emplace_back(" ");
    }
    append(sentence, std::move(one));
  }
  return sentence;
}

Sentence SurveyReport::who() const {
  Sentence sentence;
  const std::string wave = last_wave();
  const Estimate* sent = row("response/sent/" + wave);
  const Estimate* returned = row("response/returned/" + wave);
  const Estimate* rate = row("response/response_rate/" + wave);
  if (sent != nullptr && returned != nullptr && rate != nullptr) {
    sentence.emplace_back(Number{sent->estimate, NumberKind::count, sent->id});
    sentence.emplace_back(" sent, ");
    sentence.emplace_back(Number{returned->estimate, NumberKind::count, returned->id});
    sentence.emplace_back(" returned (");
    sentence.emplace_back(Number{rate->estimate, NumberKind::percent, rate->id});
    sentence.emplace_back(")");
  } else if (returned != nullptr) {
    sentence.emplace_back(Number{returned->estimate, NumberKind::count, returned->id});
    sentence.emplace_back(" answered; nobody recorded how many were asked");
  }
  sentence.emplace_back(row("response/effective_n/" + wave) != nullptr ? ", weighted" : ", not weighted");
  const std::vector<std::string> outcomes = headlines();
  const Estimate* main = outcomes.empty() ? nullptr : in_wave(outcomes.front(), wave);
  if (main != nullptr && main->n_missing > 0) {
    sentence.emplace_back("; ");
    sentence.emplace_back(Number{100 * main->n_missing / (main->n + main->n_missing), NumberKind::percent, main->id});
    sentence.emplace_back(" gave no answer that counts and are left out");
  }
  const bool chance_only = study_.sample == SampleKind::self_selected || study_.sample == SampleKind::quota;
  sentence.emplace_back(chance_only
                            ? ". People came by themselves or to fill a quota: ranges cover chance only, and speak of those who answered."
                            : ". Intervals are for sampling error only: those who did not answer may think otherwise.");
  return sentence;
}

Sentence SurveyReport::check() const {
  Sentence sentence = plan_sentence(input_, analysed_);
  sentence.emplace_back("Conventions " + std::to_string(study_.plan.conventions) + ". ");
  if (!tables_.empty()) {
    sentence.emplace_back(Link{"Table A1", "A1"});
    sentence.emplace_back(" has every area. ");
  }
  sentence.emplace_back("canvass explain takes any number apart.");
  return sentence;
}

Section SurveyReport::first_page() {
  Section section;
  section.id = "first-page";
  section.title = "Summary";
  section.first_page = true;
  VerdictBox box;
  if (waves_.empty()) {
    box.answer = {std::string("Nobody has answered yet.")};
    section.blocks.emplace_back(box);
    return section;
  }
  const std::vector<std::string> outcomes = headlines();
  if (outcomes.empty()) {
    box.answer = {std::string("The instrument names no indicator, so there is no headline; see the tables.")};
    section.blocks.emplace_back(box);
    return section;
  }
  box.answer_label = wave_label(last_wave());
  box.answer = headline(outcomes.front());
  for (std::size_t i = 1; i < outcomes.size(); ++i) {
    box.rows.push_back({label_of(outcomes[i]), headline(outcomes[i]), ""});
  }
  section.blocks.emplace_back(box);
  section.blocks.emplace_back(trend_figure("first-", outcomes, true));
  Facts facts;
  if (!setup_.kpis.empty()) {
    facts.facts.push_back({"KPIs", kpis()});
  }
  if (setup_.areas.levels.size() > 1) {
    facts.facts.push_back({"Areas", areas()});
  }
  if (Sentence linked = links(); !linked.empty()) {
    facts.facts.push_back({"Linked", std::move(linked)});
  }
  if (Sentence others = peers(); !others.empty()) {
    facts.facts.push_back({"Peers", std::move(others)});
  }
  facts.facts.push_back({"Who", who()});
  facts.facts.push_back({"Check", check()});
  section.blocks.emplace_back(facts);
  return section;
}

} // namespace canvass::analysis
