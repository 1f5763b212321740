#include "engine/simulate/public.hpp"

#include <algorithm>
#include <map>

namespace canvass::simulate {

Residents::Residents(const LoadedStudy& study) : tree_(study.study.survey->areas) {
  const Population& population = study.study.survey->population;
  std::size_t area_column = Population::npos;
  for (std::size_t i = 0; i < population.variables.size(); ++i) {
    if (population.variables[i] == "area") {
      area_column = i;
    } else {
      variables_.push_back(population.variables[i]);
    }
  }
  of_area_.resize(tree_.areas.size() + 1);
  std::map<std::vector<int>, double> anywhere;
  for (const Population::Row& row : population.rows) {
    Cell cell;
    for (std::size_t i = 0; i < row.codes.size(); ++i) {
      if (i != area_column) {
        cell.codes.push_back(row.codes[i]);
      }
    }
    cell.count = row.count;
    anywhere[cell.codes] += row.count;
    if (area_column != Population::npos) {
      of_area_[static_cast<std::size_t>(row.codes[area_column])].push_back(std::move(cell));
    }
  }
  for (const auto& [codes, count] : anywhere) {
    of_area_.back().push_back({codes, count});
  }
  if (of_area_.back().empty()) {
    of_area_.back().push_back({{}, 1}); // nobody counted: nothing is known of anybody
  }
}

const std::vector<Residents::Cell>& Residents::cells(std::size_t area) const {
  while (area != AreaTree::npos && of_area_[area].empty()) {
    area = tree_.areas[area].parent;
  }
  return area == AreaTree::npos ? of_area_.back() : of_area_[area];
}

const std::vector<int>& Residents::draw(std::size_t area, RandomStream& stream) const {
  const std::vector<Cell>& people = cells(area);
  double total = 0;
  for (const Cell& cell : people) {
    total += cell.count;
  }
  double point = stream.uniform() * total;
  for (const Cell& cell : people) {
    point -= cell.count;
    if (point < 0) {
      return cell.codes;
    }
  }
  return people.back().codes;
}

std::vector<std::size_t> Residents::leaves(std::size_t area) const {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < tree_.areas.size(); ++i) {
    std::size_t up = i;
    while (up != AreaTree::npos && up != area) {
      up = tree_.areas[up].parent;
    }
    if (tree_.areas[i].level + 1 == tree_.levels.size() && (area == AreaTree::npos || up == area)) {
      found.push_back(i);
    }
  }
  return found;
}

double Residents::people_of(std::size_t area) const {
  const auto total = [](const std::vector<Cell>& people) {
    double sum = 0;
    for (const Cell& cell : people) {
      sum += cell.count;
    }
    return sum;
  };
  if (!of_area_[area].empty()) {
    return total(of_area_[area]);
  }
  // Counted at a wider level only: its people are shared out evenly among the areas in it.
  std::size_t counted = area;
  while (counted != AreaTree::npos && of_area_[counted].empty()) {
    counted = tree_.areas[counted].parent;
  }
  const double people = counted == AreaTree::npos ? total(of_area_.back()) : total(of_area_[counted]);
  return people / static_cast<double>(std::max<std::size_t>(1, leaves(counted).size()));
}

} // namespace canvass::simulate
