#include "engine/core/csv.hpp"
#include "engine/core/escape.hpp"
#include "engine/core/hash.hpp"
#include "engine/core/text.hpp"
#include "engine/study/parts.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <unordered_map>

namespace canvass::study_parts {

namespace {

/// A file with a wrong column has a problem in every row: so many are printed, the rest is counted.
constexpr std::size_t most_row_problems = 50;

class RowProblems {
public:
  explicit RowProblems(Problems& problems) : problems_(problems) {}
  void error(Position at, std::string text) {
    last_ = at;
    if (++count_ <= most_row_problems) {
      problems_.error(std::move(at), std::move(text));
    }
  }
  void finish() {
    if (count_ > most_row_problems) {
      problems_.error(last_, fmt::format("and {} more problems of this kind in this file", count_ - most_row_problems));
    }
  }

private:
  Problems& problems_;
  std::size_t count_ = 0;
  Position last_;
};

/// Refuses what is not UTF-8 in words that fit this file: it has no map in which an encoding could be named.
bool is_utf8_text(std::string_view bytes, const std::string& file, Problems& problems) {
  if (bytes.substr(0, 2) == "\xFF\xFE" || bytes.substr(0, 2) == "\xFE\xFF") {
    problems.error({file, 1, 1}, "the file is UTF-16 (\"Unicode text\"); save it as CSV UTF-8");
    return false;
  }
  const auto nul = bytes.find('\0');
  const auto invalid = first_invalid_utf8(bytes);
  if (!invalid && nul == std::string_view::npos) {
    return true;
  }
  const std::size_t offset = std::min(nul, invalid.value_or(std::string_view::npos));
  const std::string_view before = bytes.substr(0, offset);
  const std::size_t line_start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  const Position at{file, static_cast<int>(std::count(before.begin(), before.end(), '\n')) + 1,
                    static_cast<int>(count_characters(before.substr(line_start))) + 1};
  if (offset == nul) {
    problems.error(at, "a NUL byte stands here, so this is no text file; save it as CSV UTF-8");
  } else {
    problems.error(
        at, fmt::format("the file is not UTF-8 (byte {:02X}; most likely Windows-1252, as Excel's plain \"CSV\" writes it); save it as "
                        "\"CSV UTF-8\"",
                        static_cast<unsigned>(static_cast<unsigned char>(bytes[offset]))));
  }
  return false;
}

struct Header {
  std::size_t person = People::npos, arm = People::npos;
  std::vector<std::string> names;
};

std::optional<Header> read_header(const CsvReader& reader, const Study& study, Problems& problems) {
  Header header;
  bool fine = true;
  for (std::size_t i = 0; i < reader.cells().size(); ++i) {
    const std::string name(trim(reader.cells()[i]));
    if (has_control_character(name)) {
      problems.error(reader.at(i), fmt::format("the name of column {} holds a line break or another control character; remove it", i + 1));
      fine = false;
    }
    if (name.empty()) {
      problems.error(reader.at(i), fmt::format("column {} has no name; name it, or remove it", i + 1));
      fine = false;
    } else if (std::find(header.names.begin(), header.names.end(), name) != header.names.end()) {
      problems.error(reader.at(i), fmt::format("two columns are named \"{}\"; rename or remove one", name));
      fine = false;
    }
    header.names.push_back(name);
  }
  const auto column = [&](const std::string& name) {
    const auto found = std::find(header.names.begin(), header.names.end(), name);
    return found == header.names.end() ? People::npos : static_cast<std::size_t>(found - header.names.begin());
  };
  header.person = column(study.frame.person);
  if (header.person == People::npos) {
    problems.error(reader.at(),
                   fmt::format("there is no column \"{}\", which `frame: person` names (found: {}){}; rename the column, or name "
                               "another in the study",
                               study.frame.person, join(header.names, ", "), did_you_mean(study.frame.person, header.names)));
    fine = false;
  }
  header.arm = column(study.frame.arm.empty() ? "arm" : study.frame.arm);
  return fine ? std::optional<Header>(std::move(header)) : std::nullopt;
}

void read_people(std::string_view text, LoadedStudy& loaded, Problems& problems) {
  const Study& study = loaded.study;
  People& people = loaded.people;
  CsvReader reader(text, people.file, sniff_csv(text));
  if (!reader.next()) {
    problems.error({people.file, 1, 1}, "the file is empty; its first row names the columns, each further row is a person");
    return;
  }
  const auto header = read_header(reader, study, problems);
  if (!header) {
    return;
  }
  for (std::size_t i = 0; i < header->names.size(); ++i) {
    if (i != header->person) {
      people.columns.push_back(header->names[i]);
    }
  }
  const auto arms = ids_of(study.arms);
  RowProblems rows(problems);
  std::unordered_map<std::string, std::size_t> seen;
  while (reader.next()) {
    const auto& cells = reader.cells();
    if (cells.size() != header->names.size()) {
      rows.error(reader.at(), fmt::format("this row has {}, the header has {}; mend the row",
                                          counted(static_cast<long long>(cells.size()), "cell", "cells"), header->names.size()));
      continue;
    }
    const auto controlled = std::find_if(cells.begin(), cells.end(), [](const auto& cell) { return has_control_character(cell); });
    if (controlled != cells.end()) {
      rows.error(reader.at(static_cast<std::size_t>(controlled - cells.begin())),
                 "this cell holds a line break or another control character; remove it");
      continue;
    }
    Person person;
    person.at = reader.at(header->person);
    person.id = std::string(trim(cells[header->person]));
    if (person.id.empty()) {
      rows.error(person.at,
                 fmt::format("this row names no person (\"{}\" is empty); give the person an id, or remove the row", study.frame.person));
      continue;
    }
    if (header->arm != People::npos && !study.arms.empty()) {
      person.arm = std::string(trim(cells[header->arm]));
      if (person.arm.empty() && study.frame.arm.empty()) {
        rows.error(reader.at(header->arm), fmt::format("{} is in no arm; write one of {}", person.id, either_of(arms)));
      } else if (!person.arm.empty() && study.arm(person.arm) == Study::npos) {
        rows.error(reader.at(header->arm), fmt::format("{} is in an arm that the study does not have (found \"{}\"); it is one of {}{}",
                                                       person.id, person.arm, either_of(arms), did_you_mean(person.arm, arms)));
      }
    }
    const auto [entry, is_new] = seen.emplace(person.id, people.people.size());
    if (!is_new) {
      const Person& first = people.people[entry->second];
      rows.error(person.at, first.arm != person.arm ? fmt::format("{} is in two arms: {} (line {}) and {} (line {}); leave one row",
                                                                  person.id, first.arm, first.at.line, person.arm, person.at.line)
                                                    : fmt::format("{} stands twice: on line {} and on line {}; leave one row", person.id,
                                                                  first.at.line, person.at.line));
      continue;
    }
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (i != header->person) {
        person.values.emplace_back(trim(cells[i]));
      }
    }
    people.people.push_back(std::move(person));
  }
  rows.finish();
  people.index();
  if (people.people.empty()) {
    problems.error({people.file, 1, 1}, "the file names no people; each row after the header is a person");
  }
}

/// The columns of the people file that the assignment names must be there.
void check_assignment_columns(const LoadedStudy& loaded, bool people_read, Problems& problems) {
  const Assignment& assignment = loaded.study.assignment;
  const std::pair<std::string_view, const std::string*> named[] = {
      {"matched_set", &assignment.matched_set}, {"group", &assignment.group}, {"area", &assignment.area}};
  for (const auto& [key, column] : named) {
    if (column->empty()) {
      continue;
    }
    if (loaded.study.frame.people_file.empty()) {
      problems.error(assignment.at,
                     fmt::format("`{}: {}` names a column of the people file, but the frame names no such file; add `people: "
                                 "people.csv` to the frame",
                                 key, *column));
    } else if (people_read && loaded.people.column(*column) == People::npos) {
      problems.error(assignment.at,
                     fmt::format("`{}: {}` names a column that {} does not have (found: {}){}", key, *column, loaded.people.file,
                                 join(loaded.people.columns, ", "), did_you_mean(*column, loaded.people.columns)));
    }
  }
}

} // namespace

void load_people(LoadedStudy& loaded, Problems& problems) {
  const Study& study = loaded.study;
  bool people_read = false;
  if (!study.frame.people_file.empty()) {
    loaded.people.file = (std::filesystem::path(study.folder) / study.frame.people_file).string();
    try {
      const std::string bytes = read_file(loaded.people.file);
      loaded.people.sha256 = to_hex(sha256(bytes));
      if (is_utf8_text(bytes, loaded.people.file, problems)) {
        read_people(decode_text(bytes, loaded.people.file, "utf-8"), loaded, problems);
        people_read = !loaded.people.columns.empty() || !loaded.people.people.empty();
      }
    } catch (const InputError& error) {
      for (const Problem& problem : error.problems().all()) {
        problems.error(problem.at.file.empty() ? study.frame.at : problem.at, problem.text);
      }
    }
  }
  check_assignment_columns(loaded, people_read, problems);
  if (!study.arms.empty() && study.frame.arm.empty() &&
      (study.frame.people_file.empty() || (people_read && loaded.people.column("arm") == People::npos))) {
    problems.error(
        study.frame.at.line > 0 ? study.frame.at : study.at,
        "nothing says who is in which arm; name the column in the frame (`arm: COLUMN`), or give the people file a column \"arm\"");
  }
}

} // namespace canvass::study_parts
