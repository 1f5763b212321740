#include "engine/core/text.hpp"
#include "engine/study/csv_file.hpp"
#include "engine/study/parts.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <unordered_map>

namespace canvass::study_parts {

namespace {

void read_people(std::string_view text, LoadedStudy& loaded, Problems& problems) {
  const Study& study = loaded.study;
  People& people = loaded.people;
  CsvReader reader(text, people.file, sniff_csv(text));
  const auto header =
      read_csv_header(reader, people.file, "the file is empty; its first row names the columns, each further row is a person", problems);
  if (!header) {
    return;
  }
  const std::size_t person_column = header->find(study.frame.person);
  const std::size_t arm_column = header->find(study.frame.arm.empty() ? "arm" : study.frame.arm);
  if (person_column == CsvHeader::npos) {
    problems.error(reader.at(),
                   fmt::format("there is no column \"{}\", which `frame: person` names (found: {}){}; rename the column, or name "
                               "another in the study",
                               study.frame.person, join(header->names, ", "), did_you_mean(study.frame.person, header->names)));
    return;
  }
  for (std::size_t i = 0; i < header->names.size(); ++i) {
    if (i != person_column) {
      people.columns.push_back(header->names[i]);
    }
  }
  const auto arms = ids_of(study.arms);
  RowProblems rows(problems);
  std::unordered_map<std::string, std::size_t> seen;
  while (reader.next()) {
    const auto& cells = reader.cells();
    if (!row_fits(reader, *header, rows)) {
      continue;
    }
    Person person;
    person.at = reader.at(person_column);
    person.id = std::string(trim(cells[person_column]));
    if (person.id.empty()) {
      rows.error(person.at,
                 fmt::format("this row names no person (\"{}\" is empty); give the person an id, or remove the row", study.frame.person));
      continue;
    }
    if (arm_column != CsvHeader::npos && !study.arms.empty()) {
      person.arm = std::string(trim(cells[arm_column]));
      if (person.arm.empty() && study.frame.arm.empty()) {
        rows.error(reader.at(arm_column), fmt::format("{} is in no arm; write one of {}", person.id, either_of(arms)));
      } else if (!person.arm.empty() && study.arm(person.arm) == Study::npos) {
        rows.error(reader.at(arm_column), fmt::format("{} is in an arm that the study does not have (found \"{}\"); it is one of {}{}",
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
      if (i != person_column) {
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
    loaded.people.file = beside_study(study.folder, study.frame.people_file);
    const StudyFile file = read_study_file(loaded.people.file, study.frame.at, problems);
    loaded.people.sha256 = file.sha256;
    if (file.fine) {
      try {
        read_people(file.text, loaded, problems);
      } catch (const InputError& error) {
        problems.add(error.problems());
      }
      people_read = !loaded.people.columns.empty() || !loaded.people.people.empty();
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
