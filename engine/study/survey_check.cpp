#include "engine/core/text.hpp"
#include "engine/study/claim_checks.hpp"
#include "engine/study/parts.hpp"
#include "engine/study/table_checks.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>

namespace canvass::study_parts {

namespace {

/// "Alderby, Brookwell, Carrow and 12 more".
std::string some_of(const std::vector<std::string>& names) {
  constexpr std::size_t shown = 3;
  if (names.size() <= shown + 1) {
    return join(names, ", ");
  }
  const std::vector<std::string> first(names.begin(), names.begin() + shown);
  return fmt::format("{} and {} more", join(first, ", "), names.size() - shown);
}

void check_sent(const LoadedStudy& loaded, Problems& problems) {
  const Study& study = loaded.study;
  const PublicSurvey& survey = *study.survey;
  if (survey.sent_pattern.empty()) {
    if (study.sample == SampleKind::probability) {
      problems.warning(survey.at,
                       "the study does not say to whom questionnaires went, so no response rate can be given, and a share of those "
                       "who answered has no known base; add `sent: \"sent-{wave}.csv\"` to the frame");
    }
    return;
  }
  std::vector<std::string> without;
  for (const Dispatch& sent : survey.sent) {
    if (sent.empty()) {
      without.push_back(study.waves[sent.wave].id);
    }
  }
  if (!without.empty()) {
    problems.note(survey.at, fmt::format("no dispatch list is there for {}; `canvass import STUDY FILE --sent --wave {}` takes one",
                                         join(without, ", "), without.front()));
  }
}

void check_design(const LoadedStudy& loaded, Problems& problems) {
  const SampleDesign& design = loaded.study.survey->design;
  if (design.file_pattern.empty()) {
    return;
  }
  std::vector<std::string> without;
  for (std::size_t wave = 0; wave < loaded.study.waves.size(); ++wave) {
    if (design.of(wave) == nullptr) {
      without.push_back(loaded.study.waves[wave].id);
    }
  }
  if (!without.empty()) {
    problems.note(design.at,
                  fmt::format("no file is there that says how the people of {} were drawn; put it beside the study as \"{}\" before "
                              "its answers are analysed",
                              join(without, ", "), design.file_pattern));
  }
}

void check_areas(const LoadedStudy& loaded, Problems& problems) {
  const Study& study = loaded.study;
  const PublicSurvey& survey = *study.survey;
  const AreaTree& tree = survey.areas;
  if (tree.empty()) {
    return;
  }
  if (study.frame.area.empty()) {
    problems.warning(tree.at, "the study has areas, but the frame does not say which column of answers and dispatch lists names them; add "
                              "`area: COLUMN` to the frame");
  }
  const std::size_t v = survey.population.variable("area");
  if (v == Population::npos || survey.population.rows.empty()) {
    return;
  }
  std::vector<char> counted_people(tree.areas.size(), 0);
  std::size_t level = 0;
  for (const Population::Row& row : survey.population.rows) {
    const auto area = static_cast<std::size_t>(row.codes[v]);
    counted_people[area] = 1;
    level = tree.areas[area].level;
  }
  std::vector<std::string> missing;
  for (std::size_t i = 0; i < tree.areas.size(); ++i) {
    if (tree.areas[i].level == level && counted_people[i] == 0) {
      missing.push_back(tree.areas[i].label);
    }
  }
  if (!missing.empty()) {
    problems.warning(survey.population.at,
                     fmt::format("the population has no people in {} of the level {}: {}; answers from there could not be weighted",
                                 counted(static_cast<long long>(missing.size()), "area", "areas"), tree.levels[level], some_of(missing)));
  }
}

void check_weights(const LoadedStudy& loaded, Problems& problems) {
  const Study& study = loaded.study;
  const PublicSurvey& survey = *study.survey;
  const bool weighted = survey.weighting.method != WeightMethod::none || !study.frame.weight.empty();
  if (study.sample == SampleKind::probability && !weighted) {
    problems.warning(survey.at,
                     "nothing makes the answers stand for everybody: there is neither a `weight` column in the frame nor `weights` "
                     "fitted to a population, so groups that answer less count less");
  }
  if (survey.weighting.leave_out_missing && study.frame.weight.empty()) {
    problems.warning(survey.weighting.at, "`missing_weight: leave_out` stands without a `weight` column in the frame, so it does nothing");
  }
}

void check_series(const PublicSurvey& survey, Problems& problems) {
  for (const PublishedSeries& series : survey.series) {
    const auto untested =
        std::count_if(series.points.begin(), series.points.end(), [](const SeriesPoint& point) { return !point.n && !point.half_width; });
    if (untested > 0) {
      problems.note(series.at, fmt::format("{} of {} of the series {} without `n` or `half_width`: shown, never tested", untested,
                                           counted(static_cast<long long>(series.points.size()), "number", "numbers"), series.id));
    }
    if (series.design_effect && *series.design_effect < 1) {
      problems.warning(series.at,
                       fmt::format("the design effect of the series {} is below 1 ({}); 1 is taken, because an effective number of "
                                   "answers above their number is not",
                                   series.id, shortest(*series.design_effect)));
    }
    if (series.question.empty()) {
      problems.warning(series.at, fmt::format("the series {} does not say its `question`, so nobody can tell whether it measures what this "
                                              "survey measures; write instrument@version/item",
                                              series.id));
    }
  }
}

/// A series that names a question of this study's own instrument names one that it has.
void check_questions(const LoadedStudy& loaded, Problems& problems) {
  for (const PublishedSeries& series : loaded.study.survey->series) {
    for (const auto& instrument : loaded.instrument_of_wave) {
      const std::string own = instrument->id + "@" + instrument->version + "/";
      const bool names_it = series.question.rfind(own, 0) == 0;
      const std::string item = names_it ? series.question.substr(own.size()) : std::string();
      if (names_it && instrument->variable(item) == Instrument::npos && instrument->indicator(item) == nullptr) {
        std::vector<std::string> names;
        for (const Variable& variable : instrument->variables) {
          names.push_back(variable.id);
        }
        problems.warning(series.at, fmt::format("the series {} is of the question \"{}\", which {}@{} does not ask{}", series.id, item,
                                                instrument->id, instrument->version, did_you_mean(item, names)));
        break;
      }
    }
  }
}

void check_kpis(const PublicSurvey& survey, Problems& problems) {
  if (survey.kpis.empty()) {
    return;
  }
  const Position at = survey.kpis_file.empty() ? survey.kpis.front().at : Position{survey.kpis_file, 1, 1};
  const auto missing = missing_codes(survey.kpis);
  if (!missing.empty()) {
    problems.warning(at,
                     fmt::format("the numbering of the {} leaves out {}; add what is missing, or let the report say why it is not there",
                                 counted(static_cast<long long>(survey.kpis.size()), "KPI", "KPIs"), join(missing, ", ")));
  }
  for (const Kpi& kpi : survey.kpis) {
    if (kpi.indicator.empty() && kpi.series.empty() && kpi.table.empty()) {
      problems.note(kpi.at, fmt::format("the KPI {} has no source, so the report says \"no data\"", kpi.code));
    } else if (kpi.unit.empty()) {
      problems.warning(kpi.at, fmt::format("the KPI {} has no unit; write %, points or count", kpi.code));
    }
  }
}

} // namespace

void check_survey(const LoadedStudy& loaded, Problems& problems) {
  const PublicSurvey& survey = *loaded.study.survey;
  if (survey.people_live_in.empty()) {
    problems.note(survey.at,
                  "the survey does not say where the people live (`people_live_in: {en: \"Northshire\"}`), so sentences speak of "
                  "\"the area\"");
  }
  check_sent(loaded, problems);
  check_design(loaded, problems);
  check_areas(loaded, problems);
  check_weights(loaded, problems);
  check_series(survey, problems);
  check_questions(loaded, problems);
  check_kpis(survey, problems);
  for (const AdminTable& table : survey.tables) {
    for (TableFinding& finding : check_table(table, survey.areas)) {
      problems.warning(std::move(finding.at), std::move(finding.text));
    }
  }
  for (const PublishedSeries& series : survey.series) {
    for (ClaimFinding& finding : check_precision(series)) {
      problems.warning(std::move(finding.at), std::move(finding.text));
    }
  }
  for (const ClaimSet& set : survey.claims) {
    for (ClaimFinding& finding : check_claims(set, profile_of(survey.population))) {
      problems.warning(std::move(finding.at), std::move(finding.text));
    }
  }
}

} // namespace canvass::study_parts
