#include "engine/core/text.hpp"
#include "engine/study/csv_file.hpp"
#include "engine/study/parts.hpp"
#include "engine/study/sent.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <unordered_map>

namespace canvass {

namespace {

using namespace study_parts;

/// Names looked up again and again: those met before need no folding of case.
class AreaLookup {
public:
  explicit AreaLookup(const AreaTree& tree) : tree_(tree) {}
  std::size_t find(std::string_view name) {
    if (name == last_) {
      return last_area_;
    }
    auto found = seen_.find(std::string(name));
    if (found == seen_.end()) {
      found = seen_.emplace(std::string(name), tree_.find(name)).first;
    }
    last_ = found->first;
    last_area_ = found->second;
    return last_area_;
  }

private:
  const AreaTree& tree_;
  std::unordered_map<std::string, std::size_t> seen_;
  std::string_view last_ = "\n"; ///< no cell is a line break
  std::size_t last_area_ = AreaTree::npos;
};

struct Columns {
  std::size_t serial = CsvHeader::npos, area = CsvHeader::npos, stratum = CsvHeader::npos, wave = CsvHeader::npos;
};

std::optional<Columns> columns_of(const CsvHeader& header, const CsvReader& reader, const SentForm& form, Problems& problems) {
  bool fine = true;
  const auto find = [&](const SentColumn& wanted, std::string_view key, std::string_view why) {
    if (wanted.header.empty()) {
      return CsvHeader::npos;
    }
    const std::size_t column = header.find(wanted.header);
    if (column == CsvHeader::npos) {
      problems.error(reader.at(), fmt::format("there is no column \"{}\", which should hold the {} (found: {}){}; {}", wanted.header, key,
                                              join(header.names, ", "), did_you_mean(wanted.header, header.names), why));
      fine = false;
    }
    return column;
  };
  Columns columns;
  columns.serial = find(form.serial, "serial", "rename the column, or name another under `frame: person`");
  columns.area = find(form.area, "area", "without it nobody can say how many were asked where");
  columns.stratum = find(form.stratum, "stratum", "without it nobody can say how many were asked in each");
  columns.wave = find(form.wave, "wave", "rename the column, or name another in the map");
  return fine ? std::optional<Columns>(columns) : std::nullopt;
}

/// One wave's list while it is read.
struct Part {
  Dispatch sent;
  std::vector<int> line; ///< of each serial
  std::unordered_map<std::string, std::int32_t> strata;
};

/// Serials that stand twice, with both lines.
void check_unique(const Part& part, RowProblems& bad) {
  const Dispatch& sent = part.sent;
  for (std::size_t i = 1; i < sent.by_serial.size(); ++i) {
    const std::size_t before = sent.by_serial[i - 1];
    const std::size_t here = sent.by_serial[i];
    if (sent.serial[before] == sent.serial[here]) {
      bad.error({sent.file, part.line[here], 1}, fmt::format("the serial {} stands twice: on line {} and on line {}; leave one row",
                                                             sent.serial[here], part.line[before], part.line[here]));
    }
  }
}

class SentReader {
public:
  SentReader(CsvReader& reader, const SentForm& form, const Study& study, std::size_t wave, const std::string& file, Problems& problems)
      : reader_(reader), form_(form), study_(study), tree_(study.survey ? study.survey->areas : no_areas()), areas_(tree_),
        fixed_wave_(wave), file_(file), bad_(problems), parts_(study.waves.size()) {}

  std::vector<Dispatch> read(const CsvHeader& header, const Columns& columns) {
    for (int i = 0; i < form_.skip_rows && reader_.next(); ++i) {
    }
    while (reader_.next()) {
      if (row_fits(reader_, header, bad_)) {
        read_row(columns);
      }
    }
    std::vector<Dispatch> lists;
    for (std::size_t wave = 0; wave < parts_.size(); ++wave) {
      Part& part = parts_[wave];
      if (part.sent.empty()) {
        continue;
      }
      part.sent.file = file_;
      part.sent.wave = wave;
      part.sent.index();
      check_unique(part, bad_);
      lists.push_back(std::move(part.sent));
    }
    bad_.finish();
    return lists;
  }

private:
  static const AreaTree& no_areas() {
    static const AreaTree none;
    return none;
  }

  /// A cell, put into the study's words where the map lists them; nullopt and a problem where the map lists others.
  std::optional<std::string_view> meant(std::size_t column, const SentColumn& how, std::string_view what) {
    const std::string_view text = trim(reader_.cells()[column]);
    if (how.values.empty() || text.empty()) {
      return text;
    }
    const auto found = how.values.find(text);
    if (found == how.values.end()) {
      bad_.error(reader_.at(column), fmt::format("the {} \"{}\" is not among the `values` of the map; add it there", what, text));
      return std::nullopt;
    }
    return std::string_view(found->second);
  }

  std::size_t wave_of_row(const Columns& columns) {
    if (columns.wave == CsvHeader::npos) {
      return fixed_wave_;
    }
    const auto text = meant(columns.wave, form_.wave, "wave");
    if (!text) {
      return Study::npos;
    }
    const std::size_t wave = study_.wave(*text);
    if (wave == Study::npos) {
      bad_.error(reader_.at(columns.wave), fmt::format("\"{}\" is no wave of the study; it is one of {}{}", *text,
                                                       either_of(ids_of(study_.waves)), did_you_mean(*text, ids_of(study_.waves))));
    } else if (fixed_wave_ != Study::npos && wave != fixed_wave_) {
      bad_.error(reader_.at(columns.wave),
                 fmt::format("this row is of wave {}, and the list is said to be of wave {}", *text, study_.waves[fixed_wave_].id));
      return Study::npos;
    }
    return wave;
  }

  void read_row(const Columns& columns) {
    const std::string_view serial = trim(reader_.cells()[columns.serial]);
    if (serial.empty()) {
      bad_.error(reader_.at(columns.serial),
                 fmt::format("this row has no serial (\"{}\" is empty); give it one, or remove the row", form_.serial.header));
      return;
    }
    const std::size_t wave = wave_of_row(columns);
    if (wave == Study::npos) {
      return;
    }
    const auto area = area_of_row(columns, serial);
    const auto stratum = stratum_of_row(columns, serial, parts_[wave]);
    if (!area || !stratum) {
      return;
    }
    Part& part = parts_[wave];
    part.sent.serial.emplace_back(serial);
    part.sent.area.push_back(*area);
    part.sent.stratum.push_back(*stratum);
    part.line.push_back(reader_.line());
  }

  std::optional<std::int32_t> area_of_row(const Columns& columns, std::string_view serial) {
    if (columns.area == CsvHeader::npos) {
      return -1;
    }
    const auto name = meant(columns.area, form_.area, "area");
    if (!name) {
      return std::nullopt;
    }
    const std::size_t area = name->empty() ? AreaTree::npos : areas_.find(*name);
    if (area != AreaTree::npos) {
      return static_cast<std::int32_t>(area);
    }
    bad_.error(reader_.at(columns.area),
               name->empty() ? fmt::format("{} has no area; write the code of the area it was sent to", serial)
                             : fmt::format("{} went to an area that {} does not have (found \"{}\"){}", serial,
                                           std::filesystem::path(tree_.file).filename().string(), *name, tree_.did_you_mean(*name)));
    return std::nullopt;
  }

  std::optional<std::int32_t> stratum_of_row(const Columns& columns, std::string_view serial, Part& part) {
    if (columns.stratum == CsvHeader::npos) {
      return -1;
    }
    const auto name = meant(columns.stratum, form_.stratum, "stratum");
    if (!name) {
      return std::nullopt;
    }
    if (name->empty()) {
      bad_.error(reader_.at(columns.stratum), fmt::format("{} has no stratum; write the stratum it was drawn in", serial));
      return std::nullopt;
    }
    const auto entry = part.strata.emplace(std::string(*name), static_cast<std::int32_t>(part.sent.strata.size()));
    if (entry.second) {
      part.sent.strata.emplace_back(*name);
    }
    return entry.first->second;
  }

  CsvReader& reader_;
  const SentForm& form_;
  const Study& study_;
  const AreaTree& tree_;
  AreaLookup areas_;
  std::size_t fixed_wave_;
  const std::string& file_;
  RowProblems bad_;
  std::vector<Part> parts_;
};

/// Area and stratum of a serial, as text.
std::pair<std::int32_t, std::string_view> drawn_in(const Dispatch& sent, std::size_t at) {
  return {sent.area[at], sent.stratum[at] < 0 ? std::string_view() : sent.strata[static_cast<std::size_t>(sent.stratum[at])]};
}

} // namespace

std::string sent_path(const Study& study, std::size_t wave) {
  if (!study.survey || study.survey->sent_pattern.empty()) {
    return {};
  }
  return file_of_wave(study, study.survey->sent_pattern, wave);
}

SentForm sent_form(const Study& study) {
  SentForm form;
  form.serial.header = study.frame.person;
  form.area.header = study.survey && !study.survey->areas.empty() ? study.frame.area : std::string();
  form.stratum.header = study.frame.stratum;
  return form;
}

std::vector<Dispatch> read_sent(std::string_view text, const std::string& file, const SentForm& form, const Study& study, std::size_t wave,
                                Problems& problems) {
  std::vector<Dispatch> lists;
  Problems found;
  try {
    CsvDialect dialect = sniff_csv(text);
    dialect.separator = form.separator.value_or(dialect.separator);
    CsvReader reader(text, file, dialect);
    const auto header = read_csv_header(
        reader, file, "the file is empty; its first row names the columns, each further row is a questionnaire that was sent", found);
    const auto columns = header ? columns_of(*header, reader, form, found) : std::nullopt;
    if (columns && columns->wave == CsvHeader::npos && wave == Study::npos) {
      found.error({file, 1, 1}, fmt::format("nothing says of which wave this list is; it is one of {}", either_of(ids_of(study.waves))));
    } else if (columns) {
      lists = SentReader(reader, form, study, wave, file, found).read(*header, *columns);
      if (lists.empty() && !found.has_errors()) {
        found.error({file, 1, 1}, "the file lists nobody; each row after the header is a questionnaire that was sent");
      }
    }
  } catch (const InputError& error) {
    found.add(error.problems());
  }
  problems.add(found);
  return lists;
}

std::string sent_csv(const Dispatch& sent, const Study& study) {
  const SentForm form = sent_form(study);
  std::vector<std::string> row = {form.serial.header};
  for (const SentColumn* column : {&form.area, &form.stratum}) {
    if (!column->header.empty()) {
      row.push_back(column->header);
    }
  }
  std::string text = csv_row(row, false);
  for (std::size_t i = 0; i < sent.serial.size(); ++i) {
    row.clear();
    row.push_back(sent.serial[i]);
    const auto [area, stratum] = drawn_in(sent, i);
    if (!form.area.header.empty()) {
      row.push_back(area < 0 ? std::string() : study.survey->areas.areas[static_cast<std::size_t>(area)].code);
    }
    if (!form.stratum.header.empty()) {
      row.emplace_back(stratum);
    }
    text += csv_row(row, false);
  }
  return text;
}

SentDifference compare_sent(const Dispatch& before, const Dispatch& after) {
  SentDifference difference;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < after.serial.size(); ++i) {
    const std::size_t at = before.find(after.serial[i]);
    if (at == Dispatch::npos) {
      ++difference.added;
      continue;
    }
    ++kept;
    difference.changed += drawn_in(before, at) == drawn_in(after, i) ? 0U : 1U;
  }
  difference.gone = before.serial.size() - kept;
  return difference;
}

namespace study_parts {

void load_sent(LoadedStudy& loaded, Problems& problems) {
  Study& study = loaded.study;
  PublicSurvey& survey = *study.survey;
  survey.sent.resize(study.waves.size());
  for (std::size_t wave = 0; wave < study.waves.size(); ++wave) {
    survey.sent[wave].wave = wave;
    const std::string path = sent_path(study, wave);
    std::error_code error;
    if (path.empty() || !std::filesystem::exists(path, error)) {
      continue; // a wave without a list has no response rate, and may have none yet
    }
    const StudyFile file = read_study_file(path, survey.at, problems);
    if (file.fine) {
      auto lists = read_sent(file.text, path, sent_form(study), study, wave, problems);
      if (!lists.empty()) {
        survey.sent[wave] = std::move(lists.front());
      }
      survey.sent[wave].sha256 = file.sha256;
    }
  }
}

} // namespace study_parts

} // namespace canvass
