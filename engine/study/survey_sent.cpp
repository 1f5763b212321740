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
  std::size_t serial = CsvHeader::npos, area = CsvHeader::npos, stratum = CsvHeader::npos;
};

std::optional<Columns> columns_of(const CsvHeader& header, const CsvReader& reader, const Study& study, Problems& problems) {
  Columns columns;
  columns.serial = header.find(study.frame.person);
  bool fine = true;
  if (columns.serial == CsvHeader::npos) {
    problems.error(reader.at(), fmt::format("there is no column \"{}\", which `frame: person` names (found: {}){}; rename the column, or "
                                            "name another in the study",
                                            study.frame.person, join(header.names, ", "), did_you_mean(study.frame.person, header.names)));
    fine = false;
  }
  const auto optional = [&](const std::string& name, std::string_view key) {
    if (name.empty()) {
      return CsvHeader::npos;
    }
    const std::size_t column = header.find(name);
    if (column == CsvHeader::npos) {
      problems.error(reader.at(), fmt::format("there is no column \"{}\", which `frame: {}` names (found: {}){}; without it nobody can say "
                                              "how many were asked there",
                                              name, key, join(header.names, ", "), did_you_mean(name, header.names)));
      fine = false;
    }
    return column;
  };
  columns.area = study.survey && !study.survey->areas.empty() ? optional(study.frame.area, "area") : CsvHeader::npos;
  columns.stratum = optional(study.frame.stratum, "stratum");
  return fine ? std::optional<Columns>(columns) : std::nullopt;
}

/// Serials that stand twice, with both lines; `line` by row.
void check_unique(const Dispatch& sent, const std::vector<int>& line, RowProblems& rows) {
  for (std::size_t i = 1; i < sent.by_serial.size(); ++i) {
    const std::size_t before = sent.by_serial[i - 1];
    const std::size_t here = sent.by_serial[i];
    if (sent.serial[before] == sent.serial[here]) {
      rows.error({sent.file, line[here], 1}, fmt::format("the serial {} stands twice: on line {} and on line {}; leave one row",
                                                         sent.serial[here], line[before], line[here]));
    }
  }
}

void read_rows(CsvReader& reader, const CsvHeader& header, const Columns& columns, const Study& study, Dispatch& sent, Problems& problems) {
  static const AreaTree no_areas;
  const AreaTree& tree = study.survey ? study.survey->areas : no_areas;
  AreaLookup areas(tree);
  RowProblems bad(problems);
  std::unordered_map<std::string, std::int32_t> strata;
  std::vector<int> line;
  while (reader.next()) {
    if (!row_fits(reader, header, bad)) {
      continue;
    }
    const auto& cells = reader.cells();
    const std::string_view serial = trim(cells[columns.serial]);
    if (serial.empty()) {
      bad.error(reader.at(columns.serial),
                fmt::format("this row has no serial (\"{}\" is empty); give it one, or remove the row", study.frame.person));
      continue;
    }
    std::int32_t area = -1;
    if (columns.area != CsvHeader::npos) {
      const std::string_view name = trim(cells[columns.area]);
      const std::size_t found = name.empty() ? AreaTree::npos : areas.find(name);
      if (found == AreaTree::npos) {
        bad.error(reader.at(columns.area),
                  name.empty() ? fmt::format("{} has no area; write the code of the area it was sent to", serial)
                               : fmt::format("{} went to an area that {} does not have (found \"{}\"){}", serial,
                                             std::filesystem::path(tree.file).filename().string(), name, tree.did_you_mean(name)));
        continue;
      }
      area = static_cast<std::int32_t>(found);
    }
    std::int32_t stratum = -1;
    if (columns.stratum != CsvHeader::npos) {
      const std::string_view name = trim(cells[columns.stratum]);
      if (name.empty()) {
        bad.error(reader.at(columns.stratum), fmt::format("{} has no stratum; write the stratum it was drawn in", serial));
        continue;
      }
      const auto entry = strata.emplace(std::string(name), static_cast<std::int32_t>(sent.strata.size()));
      if (entry.second) {
        sent.strata.emplace_back(name);
      }
      stratum = entry.first->second;
    }
    sent.serial.emplace_back(serial);
    sent.area.push_back(area);
    sent.stratum.push_back(stratum);
    line.push_back(reader.line());
  }
  sent.index();
  check_unique(sent, line, bad);
  bad.finish();
}

} // namespace

std::string sent_path(const Study& study, std::size_t wave) {
  if (!study.survey || study.survey->sent_pattern.empty()) {
    return {};
  }
  std::string name = study.survey->sent_pattern;
  const std::string_view mark = "{wave}";
  return beside_study(study.folder, name.replace(name.find(mark), mark.size(), study.waves[wave].id));
}

Dispatch read_sent(std::string_view text, const std::string& file, const Study& study, std::size_t wave, Problems& problems) {
  Dispatch sent;
  sent.file = file;
  sent.wave = wave;
  Problems found;
  try {
    CsvReader reader(text, file, sniff_csv(text));
    const auto header = read_csv_header(
        reader, file, "the file is empty; its first row names the columns, each further row is a questionnaire that was sent", found);
    const auto columns = header ? columns_of(*header, reader, study, found) : std::nullopt;
    if (columns) {
      read_rows(reader, *header, *columns, study, sent, found);
      if (sent.empty() && !found.has_errors()) {
        found.error({file, 1, 1}, "the file lists nobody; each row after the header is a questionnaire that was sent");
      }
    }
  } catch (const InputError& error) {
    found.add(error.problems());
  }
  problems.add(found);
  return sent;
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
      survey.sent[wave] = read_sent(file.text, path, study, wave, problems);
      survey.sent[wave].sha256 = file.sha256;
    }
  }
}

} // namespace study_parts

} // namespace canvass
