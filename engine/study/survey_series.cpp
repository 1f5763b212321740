#include "engine/core/text.hpp"
#include "engine/study/csv_file.hpp"
#include "engine/study/parts.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>

namespace canvass::study_parts {

namespace {

int decimals_of(std::string_view number) {
  const std::size_t point = number.find('.');
  return point == std::string_view::npos ? 0 : static_cast<int>(number.size() - point - 1);
}

/// First day that a period speaks of ("2025", "2025-06", "2025-06-30"), or nullopt where it is written otherwise ("2025/26").
std::optional<Date> start_of(std::string_view period) {
  const std::string text(period);
  for (const char* rest : {"", "-01", "-01-01"}) {
    if (const auto date = parse_date(text + rest)) {
      return date;
    }
  }
  return std::nullopt;
}

struct Columns {
  std::size_t period, unit, value, n, half_width;
};

std::optional<double> optional_number(const CsvReader& reader, std::size_t column, std::string_view what, RowProblems& bad) {
  if (column == CsvHeader::npos || trim(reader.cells()[column]).empty()) {
    return std::nullopt;
  }
  const std::string_view text = trim(reader.cells()[column]);
  const auto number = parse_double(text);
  if (!number || !(*number > 0)) {
    bad.error(reader.at(column),
              fmt::format("\"{}\" is no {}; write a number above 0, or leave the cell empty where it was not published", text, what));
    return std::nullopt;
  }
  return number;
}

void read_points(CsvReader& reader, const CsvHeader& header, const Columns& columns, PublishedSeries& series, Problems& problems) {
  RowProblems bad(problems);
  std::map<std::pair<std::string, std::string>, int> seen;
  while (reader.next()) {
    if (!row_fits(reader, header, bad)) {
      continue;
    }
    const auto& cells = reader.cells();
    SeriesPoint point;
    point.at = reader.at(columns.value);
    point.period = std::string(trim(cells[columns.period]));
    point.unit = columns.unit == CsvHeader::npos ? std::string() : std::string(trim(cells[columns.unit]));
    const std::string_view text = trim(cells[columns.value]);
    const auto value = parse_double(text);
    if (point.period.empty()) {
      bad.error(reader.at(columns.period), "this row has no period; write the year, month or quarter that the number is of");
      continue;
    }
    if (!value) {
      bad.error(point.at, text.empty()
                              ? std::string("this row has no value; write the number as published, or remove the row")
                              : fmt::format("\"{}\" is no number; write it with a decimal point and no sign after it, as 51.5", text));
      continue;
    }
    if (series.percent && (*value < -100 || *value > 100)) {
      bad.error(point.at, fmt::format("{} is no percentage; mend it, or say `percent: false` where the series is of something else", text));
      continue;
    }
    point.value = *value;
    point.decimals = decimals_of(text);
    point.n = optional_number(reader, columns.n, "number of answers", bad);
    point.half_width = optional_number(reader, columns.half_width, "half width of an interval", bad);
    const auto [entry, is_new] = seen.emplace(std::pair(point.period, to_lower(point.unit)), reader.line());
    if (!is_new) {
      bad.error(point.at, fmt::format("{}{}{} stands twice, here and on line {}; leave one row", point.unit, point.unit.empty() ? "" : ", ",
                                      point.period, entry->second));
      continue;
    }
    if (const auto start = start_of(point.period); start && series.as_of && *start > *series.as_of) {
      problems.warning(point.at, fmt::format("the period {} begins after the series was looked up ({}); mend the period, or `as_of`",
                                             point.period, to_string(*series.as_of)));
    }
    series.points.push_back(std::move(point));
  }
  bad.finish();
  if (series.points.empty() && bad.empty()) {
    problems.error({series.file, 1, 1}, "the file has no numbers; each row after the header is one: period, unit, value, n, half_width");
  }
}

} // namespace

void load_series(PublishedSeries& series, Problems& problems) {
  if (series.file.empty()) {
    return;
  }
  const StudyFile file = read_study_file(series.file, series.at, problems);
  series.sha256 = file.sha256;
  if (!file.fine) {
    return;
  }
  try {
    CsvReader reader(file.text, series.file, sniff_csv(file.text));
    const auto header = read_csv_header(
        reader, series.file, "the file is empty; it has a row for each published number: period, unit, value, n, half_width", problems);
    if (!header) {
      return;
    }
    const std::size_t period = required_column(*header, reader, "period", problems);
    const std::size_t value = required_column(*header, reader, "value", problems);
    refuse_other_columns(*header, reader, {"period", "unit", "value", "n", "half_width"}, problems);
    if (period != CsvHeader::npos && value != CsvHeader::npos) {
      read_points(reader, *header, {period, header->find("unit"), value, header->find("n"), header->find("half_width")}, series, problems);
    }
  } catch (const InputError& error) {
    problems.add(error.problems());
  }
}

} // namespace canvass::study_parts
