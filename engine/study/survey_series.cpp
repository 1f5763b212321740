#include "engine/core/text.hpp"
#include "engine/study/csv_file.hpp"
#include "engine/study/parts.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <set>

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
  std::vector<std::pair<std::size_t, std::string>> where; ///< column and cell
};

std::string with_point(std::string_view text, const SeriesReading& how) {
  std::string number(trim(text));
  if (how.decimal_comma) {
    std::replace(number.begin(), number.end(), ',', '.');
  }
  return number;
}

bool is_wanted(const std::vector<std::string_view>& cells, const Columns& columns) {
  return std::all_of(columns.where.begin(), columns.where.end(),
                     [&cells](const auto& condition) { return trim(cells[condition.first]) == condition.second; });
}

/// The number that `times` gives, with as many decimals as the printed one then has: .56 is 56 and no more than that is known.
void scale(SeriesPoint& point, double times) {
  if (!(times < 1 || times > 1)) {
    return;
  }
  point.decimals = std::max(0, point.decimals - static_cast<int>(std::lround(std::log10(times))));
  const double unit = std::pow(10, point.decimals);
  point.value = std::round(point.value * times * unit) / unit;
  if (point.half_width) {
    *point.half_width *= times;
  }
}

std::optional<double> optional_number(const CsvReader& reader, std::size_t column, const SeriesReading& how, std::string_view what,
                                      RowProblems& bad) {
  if (column == CsvHeader::npos || trim(reader.cells()[column]).empty()) {
    return std::nullopt;
  }
  const std::string text = with_point(reader.cells()[column], how);
  const auto number = parse_double(text);
  if (!number || !(*number > 0)) {
    bad.error(reader.at(column),
              fmt::format("\"{}\" is no {}; write a number above 0, or leave the cell empty where it was not published", text, what));
    return std::nullopt;
  }
  return number;
}

/// The period of a cell; empty, and a problem, where it is no day in the order that the file is said to use.
std::string period_of(const CsvReader& reader, std::size_t column, const SeriesReading& how, RowProblems& bad) {
  std::string text(trim(reader.cells()[column]));
  if (text.empty()) {
    bad.error(reader.at(column), "this row has no period; write the year, month or quarter that the number is of");
  } else if (how.dates) {
    const auto day = parse_date(text, *how.dates);
    if (!day) {
      bad.error(reader.at(column), fmt::format("\"{}\" is no day in the order that `dates` gives; mend it, or `dates`", text));
    }
    return day ? to_string(*day) : std::string();
  }
  return text;
}

/// Two spellings of one unit would be two units, each with gaps: said once for each.
void refuse_spellings(const PublishedSeries& series, Problems& problems) {
  std::map<std::string, const SeriesPoint*> spelt;
  std::set<std::string> said;
  for (const SeriesPoint& point : series.points) {
    const auto [entry, is_new] = spelt.emplace(to_lower(point.unit), &point);
    const std::string& first = entry->second->unit;
    if (!is_new && first != point.unit && said.insert(point.unit).second) {
      problems.error(point.at, fmt::format("\"{}\" and \"{}\" (line {}) are one unit in two spellings; write one of them, or under `read:` "
                                           "units: {{\"{}\": \"{}\"}}",
                                           point.unit, first, entry->second->at.line, point.unit, first));
    }
  }
}

void read_points(CsvReader& reader, const CsvHeader& header, const Columns& columns, const SeriesReading& how, PublishedSeries& series,
                 Problems& problems) {
  RowProblems bad(problems);
  std::map<std::pair<std::string, std::string>, int> seen;
  bool any = false;
  while (reader.next()) {
    const bool fits = row_fits(reader, header, bad);
    const auto& cells = reader.cells();
    if (!fits || !is_wanted(cells, columns)) {
      continue;
    }
    any = true;
    SeriesPoint point;
    point.at = reader.at(columns.value);
    point.period = period_of(reader, columns.period, how, bad);
    point.unit = columns.unit == CsvHeader::npos ? std::string() : std::string(trim(cells[columns.unit]));
    if (const auto other = how.units.find(point.unit); other != how.units.end()) {
      point.unit = other->second;
    }
    const std::string text = with_point(cells[columns.value], how);
    const auto value = parse_double(text);
    if (point.period.empty()) {
      continue;
    }
    if (!value) {
      bad.error(point.at, text.empty()
                              ? std::string("this row has no value; write the number as published, or remove the row")
                              : fmt::format("\"{}\" is no number; write it with a decimal point and no sign after it, as 51.5", text));
      continue;
    }
    point.value = *value;
    point.decimals = decimals_of(text);
    point.n = optional_number(reader, columns.n, how, "number of answers", bad);
    if (!point.n) {
      point.n = how.n_each;
    }
    point.half_width = optional_number(reader, columns.half_width, how, "half width of an interval", bad);
    scale(point, how.times);
    if (series.percent && (point.value < -100 || point.value > 100)) {
      bad.error(point.at, fmt::format("{} is no percentage; mend it, or say `percent: false` where the series is of something else", text));
      continue;
    }
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
  refuse_spellings(series, problems);
  if (!any && bad.empty()) {
    problems.error({series.file, 1, 1},
                   columns.where.empty() ? "the file has no numbers; each row after the header is one: period, unit, value, n, half_width"
                                         : "no row of the file is as `where` says; look at how its cells are written");
  }
}

} // namespace

SeriesReading read_series_reading(const YamlNode* node, Problems& problems) {
  SeriesReading how;
  if (node == nullptr) {
    return how;
  }
  YamlMap map(*node, "`read`", problems);
  how.period = map.string("period").value_or(how.period);
  how.unit = map.string("unit").value_or(how.unit);
  how.value = map.string("value").value_or(how.value);
  how.n = map.string("n").value_or(how.n);
  how.half_width = map.string("half_width").value_or(how.half_width);
  how.ignored = map.strings("ignore");
  how.decimal_comma = map.one_of("decimals", {"point", "comma"}) == "comma";
  if (const auto order = map.one_of("dates", {"ymd", "dmy", "mdy"})) {
    how.dates = *order == "dmy" ? DateOrder::dmy : *order == "mdy" ? DateOrder::mdy : DateOrder::ymd;
  }
  how.times = map.number("times").value_or(1);
  if (!(how.times > 0)) {
    problems.error(map.at("times"), fmt::format("`times` must be above 0, such as 100 for proportions (found {})", shortest(how.times)));
    how.times = 1;
  }
  how.n_each = map.number("n_each");
  if (how.n_each && !(*how.n_each > 0)) {
    problems.error(map.at("n_each"),
                   fmt::format("`n_each` must be above 0 (found {}); leave it out where it is not published", shortest(*how.n_each)));
    how.n_each.reset();
  }
  const auto pairs = [&](std::string_view key, const auto& take) {
    const YamlNode* inner = map.node(key);
    if (inner != nullptr && inner->kind != YamlNode::Kind::mapping) {
      problems.error(inner->at, fmt::format("`{}` is no mapping; write {{one: other}}", key));
      return;
    }
    for (const YamlEntry& entry : inner == nullptr ? std::vector<YamlEntry>() : inner->entries) {
      take(entry.key, entry.value.text);
    }
  };
  pairs("where", [&](const std::string& column, const std::string& cell) { how.where.emplace_back(column, cell); });
  pairs("units", [&](const std::string& other, const std::string& unit) { how.units[other] = unit; });
  map.finish();
  return how;
}

void load_series(PublishedSeries& series, const SeriesReading& how, Problems& problems) {
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
    Columns columns{required_column(*header, reader, how.period, problems),
                    header->find(how.unit),
                    required_column(*header, reader, how.value, problems),
                    header->find(how.n),
                    header->find(how.half_width),
                    {}};
    std::vector<std::string> known = {how.period, how.unit, how.value, how.n, how.half_width};
    known.insert(known.end(), how.ignored.begin(), how.ignored.end());
    bool fine = columns.period != CsvHeader::npos && columns.value != CsvHeader::npos;
    for (const auto& [name, cell] : how.where) {
      known.push_back(name);
      columns.where.emplace_back(required_column(*header, reader, name, problems), cell);
      fine = fine && columns.where.back().first != CsvHeader::npos;
    }
    refuse_other_columns(*header, reader, known, problems);
    if (fine) {
      read_points(reader, *header, columns, how, series, problems);
    }
  } catch (const InputError& error) {
    problems.add(error.problems());
  }
}

} // namespace canvass::study_parts
