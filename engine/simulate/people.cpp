#include "engine/core/csv.hpp"
#include "engine/core/random.hpp"
#include "engine/core/text.hpp"
#include "engine/simulate/simulate.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace canvass::simulate {
namespace {

constexpr int default_people = 60;
constexpr int default_group_size = 12;

std::string drawn(const PeopleColumn& column, RandomStream& stream) {
  if (column.levels.empty()) {
    const auto width = static_cast<std::uint32_t>(std::floor(column.highest) - std::ceil(column.lowest)) + 1;
    return shortest(std::ceil(column.lowest) + stream.below(width));
  }
  double total = 0;
  for (const auto& level : column.levels) {
    total += level.second;
  }
  double point = stream.uniform() * total;
  for (const auto& level : column.levels) {
    point -= level.second;
    if (point < 0) {
      return level.first;
    }
  }
  return column.levels.back().first;
}

/// The design's columns, and those that the study's assignment and frame name but the design leaves out.
std::vector<PeopleColumn> all_columns(const LoadedStudy& study, const Design& design) {
  std::vector<PeopleColumn> columns = design.columns;
  const auto add = [&](const std::string& name) {
    const bool known = std::any_of(columns.begin(), columns.end(), [&](const PeopleColumn& c) { return c.name == name; });
    if (!name.empty() && !known) {
      PeopleColumn column;
      column.name = name;
      column.levels = {{"North", 1}, {"South", 1}, {"West", 1}};
      columns.push_back(std::move(column));
    }
  };
  add(study.study.assignment.area);
  add(study.study.frame.area);
  return columns;
}

} // namespace

People make_people(const LoadedStudy& study, const Design& design, std::uint64_t seed) {
  const std::string group_column = design.group_column.empty() ? study.study.assignment.group : design.group_column;
  const int group_size = design.group_size > 0 ? design.group_size : default_group_size;
  const std::string& matched_column = study.study.assignment.matched_set;
  const auto columns = all_columns(study, design);
  People people;
  people.file = "people.csv";
  const bool arms = !study.study.arms.empty();
  if (arms) {
    people.columns.push_back(study.study.frame.arm.empty() ? "arm" : study.study.frame.arm);
  }
  for (const std::string& column : {group_column, matched_column}) {
    if (!column.empty()) {
      people.columns.push_back(column);
    }
  }
  for (const PeopleColumn& column : columns) {
    people.columns.push_back(column.name);
  }
  std::vector<std::pair<std::string, int>> sizes;
  if (!arms) {
    const auto found = design.people.find("");
    sizes.emplace_back("", found == design.people.end() ? default_people : found->second);
  }
  for (const Arm& arm : study.study.arms) {
    const auto found = design.people.find(arm.id);
    sizes.emplace_back(arm.id, found == design.people.end() ? default_people : found->second);
  }
  std::size_t total = 0;
  for (const auto& size : sizes) {
    total += static_cast<std::size_t>(size.second);
  }
  const std::size_t digits = std::max<std::size_t>(3, std::to_string(total).size());
  std::size_t group = 0;
  RandomStream stream(seed, "simulate people");
  for (const auto& [arm, size] : sizes) {
    std::vector<std::string> of_group(columns.size());
    for (int i = 0; i < size; ++i) {
      const bool new_group = i % group_size == 0;
      group += new_group ? 1 : 0;
      Person person;
      person.id = fmt::format("{}{:0{}}", design.person_prefix, people.people.size() + 1, digits);
      person.arm = arm;
      if (arms) {
        person.values.push_back(arm);
      }
      if (!group_column.empty()) {
        person.values.push_back(fmt::format("G{:02}", group));
      }
      if (!matched_column.empty()) {
        person.values.push_back(fmt::format("M{:0{}}", i + 1, digits)); // the i-th of every arm form a set
      }
      for (std::size_t c = 0; c < columns.size(); ++c) {
        std::string value = drawn(columns[c], stream);
        if (columns[c].one_a_group) {
          if (new_group) {
            of_group[c] = value;
          }
          value = of_group[c];
        }
        person.values.push_back(std::move(value));
      }
      people.people.push_back(std::move(person));
    }
  }
  return people;
}

std::string people_csv(const LoadedStudy& study, const People& people) {
  std::vector<std::string> row = {study.study.frame.person};
  row.insert(row.end(), people.columns.begin(), people.columns.end());
  std::string text = csv_row(row);
  for (const Person& person : people.people) {
    row.assign(1, person.id);
    row.insert(row.end(), person.values.begin(), person.values.end());
    text += csv_row(row);
  }
  return text;
}

} // namespace canvass::simulate
