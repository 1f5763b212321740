#include "engine/analysis/templates/survey/report.hpp"

#include "engine/analysis/cohort.hpp"
#include "engine/analysis/survey_rows.hpp"
#include "engine/analysis/templates/blocks.hpp"
#include "engine/analysis/templates/template.hpp"
#include "engine/core/text.hpp"
#include "engine/report/sentence.hpp"

#include <algorithm>
#include <set>

namespace canvass::analysis {

using namespace report;

namespace {

/// Outcomes of the first page: those that the plan's trends name, else its changes of towns, else `confident` and `reassured`, else the
/// first two indicators.
std::vector<std::string> headlines_of(const LoadedStudy& study) {
  const Instrument& instrument = study.instrument();
  std::vector<std::string> outcomes;
  std::string_view planned_by;
  for (const char* procedure : {"trend", "town_change"}) {
    for (const PlannedAnalysis& analysis : study.study.plan.analyses) {
      if (analysis.procedure == procedure && !analysis.outcome.empty() && (outcomes.empty() || procedure == planned_by)) {
        outcomes.push_back(analysis.outcome);
        planned_by = procedure;
      }
    }
  }
  if (outcomes.empty()) {
    for (const char* usual : {"confident", "reassured"}) {
      if (instrument.indicator(usual) != nullptr) {
        outcomes.emplace_back(usual);
      }
    }
  }
  for (std::size_t i = 0; outcomes.empty() && i < instrument.indicators.size(); ++i) {
    outcomes.push_back(instrument.indicators[i].id);
  }
  outcomes.resize(std::min<std::size_t>(outcomes.size(), 2));
  return outcomes;
}

} // namespace

SurveyReport::SurveyReport(const Input& input, const Analysed& analysed, const Options& options)
    : input_(input), analysed_(analysed), options_(options), study_(input.study.study), setup_(*input.study.study.survey),
      instrument_(input.study.instrument()) {
  for (const Estimate& one : analysed.rows) {
    by_id_.emplace(one.id, &one);
  }
  std::set<std::string> answered;
  for (const Response& response : input.responses) {
    answered.insert(response.frame.wave);
  }
  for (const Wave& wave : study_.waves) {
    if (answered.contains(wave.id)) {
      waves_.push_back(wave.id);
    }
  }
}

const Estimate* SurveyReport::row(std::string_view id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second;
}

std::vector<const Estimate*> SurveyReport::rows_of(std::string_view procedure) const {
  std::vector<const Estimate*> rows;
  for (const Estimate& one : analysed_.rows) {
    if (one.procedure == procedure) {
      rows.push_back(&one);
    }
  }
  return rows;
}

std::string SurveyReport::label_of(const std::string& outcome) const {
  return outcome_facts(input_.study, outcome).label;
}

ShareWords SurveyReport::words_of(const std::string& outcome) const {
  ShareWords words;
  words.label = label_of(outcome);
  if (const Indicator* indicator = instrument_.indicator(outcome); indicator != nullptr && !indicator->says.empty()) {
    words.says = indicator->says.in(study_.language);
  }
  return words;
}

std::string SurveyReport::area_label(std::string_view code) const {
  const std::size_t area = setup_.areas.find(code);
  return area == AreaTree::npos ? std::string(code) : setup_.areas.areas[area].label;
}

std::string SurveyReport::level_label(const std::string& variable, const std::string& level) const {
  if (setup_.areas.level(variable) != AreaTree::npos) {
    return area_label(level);
  }
  const std::size_t index = instrument_.variable(variable);
  const ChoiceList* list = index == Instrument::npos ? nullptr : instrument_.list(instrument_.variables[index].list);
  const auto code = parse_int64(level);
  const Choice* choice = list == nullptr || !code ? nullptr : list->find(static_cast<int>(*code));
  return choice == nullptr ? level : choice->label.in(study_.language);
}

std::string SurveyReport::variable_label(const std::string& variable) const {
  std::string words = variable;
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

std::string SurveyReport::last_wave() const {
  return waves_.empty() ? std::string() : waves_.back();
}

std::string SurveyReport::wave_label(const std::string& id) const {
  const std::size_t wave = study_.wave(id);
  return wave == Study::npos || study_.waves[wave].label.empty() ? id : study_.waves[wave].label.in(study_.language);
}

const Estimate* SurveyReport::in_wave(const std::string& outcome, const std::string& wave) const {
  for (const Estimate* one : rows_of("trend")) {
    const bool of_wave = one->at.size() == 1 && one->at.front().first == "wave";
    if (one->outcome == outcome && one->versus.empty() && of_wave && one->at.front().second == wave) {
      return one;
    }
  }
  return nullptr;
}

const Estimate* SurveyReport::between_waves(const std::string& outcome, const std::string& later, const std::string& earlier) const {
  for (const Estimate* one : rows_of("trend")) {
    const bool of_waves = !one->versus.empty() && one->at.front().first == "wave" && one->versus.front().first == "wave";
    if (one->outcome == outcome && of_waves && one->at.front().second == later && one->versus.front().second == earlier) {
      return one;
    }
  }
  return nullptr;
}

std::vector<std::string> SurveyReport::headlines() const {
  return headlines_of(input_.study);
}

namespace {

/// `target` of the plan's first trend for which `fits` holds.
template <typename Fits> std::optional<double> planned_target(const Study& study, const Fits& fits) {
  for (const PlannedAnalysis& analysis : study.plan.analyses) {
    const auto option = analysis.options.find("target");
    if (analysis.procedure == "trend" && option != analysis.options.end() && fits(analysis)) {
      return parse_double(trim(option->second));
    }
  }
  return std::nullopt;
}

} // namespace

std::optional<double> SurveyReport::target_of(const std::string& outcome) const {
  for (const Kpi& kpi : setup_.kpis) {
    if (kpi.target && kpi.indicator == outcome) {
      return kpi.target;
    }
  }
  return planned_target(study_, [&](const PlannedAnalysis& one) { return one.outcome == outcome; });
}

std::optional<double> SurveyReport::target_of_series(const PublishedSeries& series, const std::string& unit) const {
  for (const Kpi& kpi : setup_.kpis) {
    if (kpi.target && kpi.series == series.id && (kpi.series_unit.empty() || kpi.series_unit == unit)) {
      return kpi.target;
    }
  }
  return planned_target(study_, [&](const PlannedAnalysis& one) {
    const auto option = one.options.find("series");
    const auto names = option == one.options.end() ? std::vector<std::string_view>() : split(option->second, ' ');
    return one.outcome.empty() && std::find(names.begin(), names.end(), series.id) != names.end();
  });
}

std::string SurveyReport::appendix_table(Table table) {
  table.id = "A" + std::to_string(tables_.size() + 1);
  tables_.push_back(std::move(table));
  return tables_.back().id;
}

void SurveyReport::warn_of(std::string_view procedure, Section& section) const {
  for (const AnalysisOutcome& outcome : analysed_.outcomes) {
    for (const std::string& note : outcome.notes) {
      if (outcome.procedure == procedure) {
        section.blocks.emplace_back(Notice{Notice::Kind::warning, {capitalised(note) + "."}});
      }
    }
  }
}

Document SurveyReport::begun_as(const std::string& kind) const {
  return begun(input_, analysed_, options_, kind + (waves_.empty() ? std::string() : ", " + wave_label(waves_.back())));
}

Document SurveyReport::annual() {
  Document document = begun_as("Public survey");
  document.sections.push_back(first_page());
  if (!waves_.empty()) {
    document.sections.push_back(who_answered());
    document.sections.push_back(trend());
    for (Section section : {area_tables(), subgroups(), composites(), linked(), matrix(), further(), scoreboard(), among_peers(),
                            published(), claims(), records()}) {
      if (!section.blocks.empty()) {
        document.sections.push_back(std::move(section));
      }
    }
  }
  document.sections.push_back(limitations());
  document.sections.push_back(method());
  number_tables(document.sections);
  if (!tables_.empty()) {
    document.sections.push_back(appendix());
  }
  return document;
}

std::vector<PlannedAnalysis> annual_survey_shows(const LoadedStudy& study) {
  std::vector<PlannedAnalysis> all = {standing("response", "response"), standing("trends", "trend"), standing("areas", "area_shares")};
  std::string groups;
  if (study.study.survey) {
    for (const std::string& variable : study.study.survey->population.variables) {
      groups += variable == "area" ? "" : (groups.empty() ? "" : " ") + variable;
    }
    if (!study.study.survey->kpis.empty()) {
      all.push_back(standing("kpi", "kpi_status"));
    }
    if (!study.study.survey->claims.empty()) {
      all.push_back(standing("claims", "published_claims"));
    }
  }
  if (!groups.empty()) {
    all.push_back(standing("groups", "subgroup_shares"));
    all.back().options["by"] = groups;
    if (study.study.sample == SampleKind::census || study.study.sample == SampleKind::probability) {
      std::vector<std::string> outcomes = headlines_of(study);
      std::erase_if(outcomes, [&](const std::string& outcome) { // a score or a number makes no table
        const std::size_t index = study.instrument().variable(outcome);
        return !is_share_outcome(study, outcome) &&
               (index == Instrument::npos || study.instrument().list(study.instrument().variables[index].list) == nullptr);
      });
      if (!outcomes.empty()) {
        all.push_back(standing("differences", "association"));
        all.back().options["by"] = groups;
        all.back().options["outcomes"] = join(outcomes, " ");
      }
    }
  }
  for (PlannedAnalysis& one : published_shows(study)) {
    all.push_back(std::move(one));
  }
  if (!study.study.survey || (study.study.sample != SampleKind::census && study.study.sample != SampleKind::probability)) {
    return all; // places compare those who live there
  }
  std::string levels;
  for (const std::string& level : study.study.survey->areas.levels) {
    levels += &level == &study.study.survey->areas.levels.front() ? "" : (levels.empty() ? "" : " ") + level;
  }
  for (const std::string& outcome : levels.empty() ? std::vector<std::string>() : headlines_of(study)) {
    all.push_back(standing("places_" + outcome, "peer_ranks"));
    all.back().outcome = outcome;
    all.back().options["level"] = levels;
  }
  return all;
}

Document make_annual_survey(const Input& input, const Analysed& analysed, const Options& options) {
  if (!input.study.study.survey) {
    throw InputError(input.study.study.at, "the template annual_survey needs a `survey`: who lives where, and how answers are weighted");
  }
  SurveyReport report(input, analysed, options);
  return options.area.empty() ? report.annual() : report.area(options.area);
}

} // namespace canvass::analysis
