#include "engine/core/text.hpp"
#include "engine/study/csv_file.hpp"
#include "engine/study/parts.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace canvass::study_parts {

namespace {

const std::vector<std::string> kpi_columns = {"code",      "label",        "indicator", "series", "series_unit", "table",
                                              "table_row", "table_column", "direction", "target", "unit"};

/// What both ways of writing a KPI share: texts by key, checked alike.
template <typename Get> Kpi make_kpi(const Get& get, const std::string& language, const Position& at, Problems& problems) {
  Kpi kpi;
  kpi.at = at;
  kpi.code = get("code");
  if (const std::string label = get("label"); !label.empty()) {
    kpi.label.by_language[language] = label;
    kpi.label.at = at;
  }
  kpi.indicator = get("indicator");
  kpi.series = get("series");
  kpi.series_unit = get("series_unit");
  kpi.table = get("table");
  kpi.table_row = get("table_row");
  kpi.table_column = get("table_column");
  kpi.unit = get("unit");
  if (kpi.code.empty()) {
    problems.error(at, "this KPI has no code; give it the code that the board knows it by, such as P3");
  }
  const std::string direction = get("direction");
  if (direction == "down") {
    kpi.desired_direction = Direction::down;
  } else if (!direction.empty() && direction != "up") {
    problems.error(at,
                   fmt::format("the direction of {} is neither up nor down (found \"{}\"); say which way is better", kpi.code, direction));
  }
  if (const std::string target = get("target"); !target.empty()) {
    kpi.target = parse_double(target);
    if (!kpi.target) {
      problems.error(
          at, fmt::format("the target of {} is no number (found \"{}\"); write it with a decimal point and no unit", kpi.code, target));
    }
  }
  return kpi;
}

/// A code stands once; "p3" and "P3" are one.
void check_codes(const std::vector<Kpi>& kpis, Problems& problems) {
  for (std::size_t i = 0; i < kpis.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (!kpis[i].code.empty() && to_lower(kpis[i].code) == to_lower(kpis[j].code)) {
        problems.error(kpis[i].at, fmt::format("the KPI {} stands twice, here and on line {}; leave one", kpis[i].code, kpis[j].at.line));
        break;
      }
    }
  }
}

void check_source(const Kpi& kpi, const LoadedStudy& loaded, Problems& problems) {
  const PublicSurvey& survey = *loaded.study.survey;
  const int sources = (kpi.indicator.empty() ? 0 : 1) + (kpi.series.empty() ? 0 : 1) + (kpi.table.empty() ? 0 : 1);
  if (sources > 1) {
    problems.error(kpi.at, fmt::format("the KPI {} has {} sources; it is measured by an indicator, a series or a table, one of them",
                                       kpi.code, sources));
    return;
  }
  if (!kpi.indicator.empty() && !loaded.instrument_of_wave.empty()) {
    const Instrument& instrument = loaded.instrument();
    if (instrument.indicator(kpi.indicator) == nullptr && instrument.scale(kpi.indicator) == nullptr) {
      auto names = ids_of(instrument.indicators);
      const auto scales = ids_of(instrument.scales);
      names.insert(names.end(), scales.begin(), scales.end());
      problems.error(kpi.at, fmt::format("the KPI {} is measured by \"{}\", which is no indicator or scale of {}@{}{}", kpi.code,
                                         kpi.indicator, instrument.id, instrument.version, did_you_mean(kpi.indicator, names)));
    }
  }
  if (!kpi.series.empty()) {
    const PublishedSeries* series = survey.published(kpi.series);
    if (series == nullptr) {
      problems.error(kpi.at, fmt::format("the KPI {} is taken from \"{}\", which is no series of the study{}", kpi.code, kpi.series,
                                         did_you_mean(kpi.series, ids_of(survey.series))));
    } else if (!series->points.empty()) {
      std::vector<std::string> units;
      for (const SeriesPoint& point : series->points) {
        if (std::find(units.begin(), units.end(), point.unit) == units.end()) {
          units.push_back(point.unit);
        }
      }
      if (std::find(units.begin(), units.end(), kpi.series_unit) == units.end()) {
        problems.error(kpi.at, fmt::format("the KPI {} is of the unit \"{}\", which the series {} does not have (found: {}){}", kpi.code,
                                           kpi.series_unit, kpi.series, join(units, ", "), did_you_mean(kpi.series_unit, units)));
      }
    }
  } else if (!kpi.series_unit.empty()) {
    problems.error(kpi.at, fmt::format("the KPI {} has a series_unit and no series; name the series, or empty the cell", kpi.code));
  }
  if (!kpi.table.empty()) {
    const AdminTable* table = survey.table(kpi.table);
    if (table == nullptr) {
      problems.error(kpi.at, fmt::format("the KPI {} is taken from \"{}\", which is no table of the study{}", kpi.code, kpi.table,
                                         did_you_mean(kpi.table, ids_of(survey.tables))));
    } else if (!table->keys.empty()) {
      if (table->row(kpi.table_row) == AdminTable::npos) {
        problems.error(kpi.at, fmt::format("the KPI {} is in the row \"{}\", which the table {} does not have (found: {}){}", kpi.code,
                                           kpi.table_row, kpi.table, join(table->keys, ", "), did_you_mean(kpi.table_row, table->keys)));
      }
      if (table->column(kpi.table_column) == AdminTable::npos) {
        problems.error(kpi.at, fmt::format("the KPI {} is in the column \"{}\", which the table {} does not have (found: {}){}", kpi.code,
                                           kpi.table_column, kpi.table, join(table->columns, ", "),
                                           did_you_mean(kpi.table_column, table->columns)));
      }
    }
  } else if (!kpi.table_row.empty() || !kpi.table_column.empty()) {
    problems.error(kpi.at,
                   fmt::format("the KPI {} has a table_row or table_column and no table; name the table, or empty the cells", kpi.code));
  }
}

void read_kpi_file(LoadedStudy& loaded, Problems& problems) {
  PublicSurvey& survey = *loaded.study.survey;
  const StudyFile file = read_study_file(survey.kpis_file, survey.at, problems);
  survey.kpis_sha256 = file.sha256;
  if (!file.fine) {
    return;
  }
  try {
    CsvReader reader(file.text, survey.kpis_file, sniff_csv(file.text));
    const auto header =
        read_csv_header(reader, survey.kpis_file, "the file is empty; it has a row for each KPI: " + join(kpi_columns, ", "), problems);
    if (!header || required_column(*header, reader, "code", problems) == CsvHeader::npos) {
      return;
    }
    refuse_other_columns(*header, reader, kpi_columns, problems);
    RowProblems bad(problems);
    while (reader.next()) {
      if (row_fits(reader, *header, bad)) {
        const auto get = [&](std::string_view key) {
          const std::size_t column = header->find(key);
          return column == CsvHeader::npos ? std::string() : std::string(trim(reader.cells()[column]));
        };
        survey.kpis.push_back(make_kpi(get, loaded.study.language, reader.at(), problems));
      }
    }
    bad.finish();
  } catch (const InputError& error) {
    problems.add(error.problems());
  }
}

} // namespace

void read_kpis(const YamlNode* node, Study& study, Problems& problems) {
  if (node->kind == YamlNode::Kind::scalar && !trim(node->text).empty()) {
    study.survey->kpis_file = beside_study(study.folder, node->text);
    return;
  }
  if (node->kind != YamlNode::Kind::sequence) {
    problems.error(node->at,
                   "`kpis` is neither a file nor a list; write `kpis: kpis.csv`, or one line a KPI, such as - {code: P3, indicator: "
                   "confident, target: 42}");
    return;
  }
  for (const YamlNode& item : node->items) {
    YamlMap map(item, "a KPI", problems);
    const Text label = read_text(map, "label", study.language, problems);
    const auto get = [&](std::string_view key) { return key == "label" ? std::string() : map.string(key).value_or(""); };
    Kpi kpi = make_kpi(get, study.language, item.at, problems);
    kpi.label = label;
    map.finish();
    study.survey->kpis.push_back(std::move(kpi));
  }
}

void load_kpis(LoadedStudy& loaded, Problems& problems) {
  PublicSurvey& survey = *loaded.study.survey;
  if (!survey.kpis_file.empty()) {
    read_kpi_file(loaded, problems);
  }
  check_codes(survey.kpis, problems);
  for (const Kpi& kpi : survey.kpis) {
    check_source(kpi, loaded, problems);
  }
}

} // namespace canvass::study_parts
