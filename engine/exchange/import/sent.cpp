#include "engine/exchange/import/sent.hpp"

#include "engine/core/csv.hpp"
#include "engine/core/text.hpp"
#include "engine/exchange/import/table_text.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace canvass::exchange {

namespace {

std::vector<std::string> wave_ids(const Study& study) {
  std::vector<std::string> ids;
  for (const Wave& wave : study.waves) {
    ids.push_back(wave.id);
  }
  return ids;
}

/// The wave of all rows: named, or the map's, or the only one that there is; npos where the file must tell.
std::size_t fixed_wave(const Study& study, const Mapping* map, const std::string& named, const std::string& file) {
  const std::string& id = !named.empty() || map == nullptr ? named : map->fixed_wave;
  if (id.empty()) {
    return study.waves.size() == 1 ? 0 : Study::npos;
  }
  const std::size_t wave = study.wave(id);
  if (wave == Study::npos) {
    throw InputError({file, 0, 0}, fmt::format("the study has no wave \"{}\"; it is one of {}{}", id, either_of(wave_ids(study)),
                                               did_you_mean(id, wave_ids(study))));
  }
  return wave;
}

void take(const FrameColumn& mapped, SentColumn& column) {
  if (!mapped.header.empty()) {
    column.header = mapped.header;
    column.values = mapped.values;
  }
}

/// Whether the first row of a text names a column.
bool has_column(std::string_view text, const std::string& file, std::optional<char> separator, std::string_view name) {
  CsvDialect dialect = sniff_csv(text);
  dialect.separator = separator.value_or(dialect.separator);
  CsvReader reader(text, file, dialect);
  return reader.next() &&
         std::any_of(reader.cells().begin(), reader.cells().end(), [&](std::string_view cell) { return trim(cell) == name; });
}

} // namespace

std::vector<Dispatch> import_sent(std::string bytes, const std::string& file, const Mapping* map, const Study& study,
                                  const std::string& wave) {
  Mapping own = map == nullptr ? Mapping{} : *map;
  const bool is_text = format_of(bytes, file) == TableFormat::text;
  TableText table = read_any_table(std::move(bytes), file, &own);
  for (const auto& [line, faults] : table.faults) {
    throw InputError({file, line, 1}, faults.front().text);
  }
  const std::string text = is_text ? decode_text(std::move(table.text), file, own.encoding) : std::move(table.text);
  SentForm form = sent_form(study);
  if (map != nullptr) {
    take(map->person, form.serial);
    if (!form.area.header.empty()) {
      take(map->area, form.area);
    }
    if (!form.stratum.header.empty()) {
      take(map->stratum, form.stratum);
    }
    take(map->wave, form.wave);
    form.separator = own.separator;
    form.skip_rows = map->skip_rows;
  } else if (has_column(text, file, std::nullopt, "wave")) {
    form.wave.header = "wave";
  }
  Problems problems;
  auto lists = read_sent(text, file, form, study, fixed_wave(study, map, wave, file), problems);
  problems.sort();
  if (problems.has_errors()) {
    throw InputError(std::move(problems));
  }
  return lists;
}

} // namespace canvass::exchange
