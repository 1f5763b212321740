#ifndef CANVASS_TESTS_SUPPORT_FLAT_HPP
#define CANVASS_TESTS_SUPPORT_FLAT_HPP

#include "engine/core/csv.hpp"
#include "engine/core/text.hpp"
#include "engine/core/yaml.hpp"
#include "engine/responses/response.hpp"
#include "engine/study/load.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

/// The open FLAT data (20 items, two films, three waves) as responses of examples/film-stress. The file lies outside the repository;
/// tests that need it say so where it is absent.
namespace canvass::testing {

inline std::string shared_folder() {
  return std::string(CANVASS_SOURCE_DIR) + "/../shared";
}

inline bool has_shared() {
  return std::filesystem::exists(shared_folder() + "/oracles/evaluation/flat_items.json");
}

inline LoadedStudy flat_study() {
  return load_study_or_throw(std::string(CANVASS_SOURCE_DIR) + "/examples/film-stress", {});
}

inline std::vector<Response> flat_responses(const LoadedStudy& study) {
  const std::string file = shared_folder() + "/oracles/evaluation/data/flat_frontline_vs_control_T1T2T3_20items.csv";
  const std::string bytes = read_file(file);
  CsvReader reader(bytes, file, {});
  reader.next();
  std::vector<std::string> headers;
  for (const std::string_view cell : reader.cells()) {
    std::string name(cell);
    std::replace(name.begin(), name.end(), '.', '_');
    headers.push_back(name);
  }
  std::vector<Response> responses;
  while (reader.next()) {
    std::map<std::string, std::string> row;
    for (std::size_t i = 0; i < headers.size(); ++i) {
      row[headers[i]] = std::string(reader.cells()[i]);
    }
    Response response;
    response.frame.person = row["id"];
    response.frame.wave = "T" + row["time"];
    response.frame.arm = row["arm"];
    response.id = response.frame.person + "/" + response.frame.wave;
    response.instrument = study.instrument().id + "@" + study.instrument().version;
    for (const Variable& variable : study.instrument().variables) {
      Cell cell;
      const auto value = parse_double(row[variable.id]);
      if (value) {
        cell.number = *value;
      } else {
        cell.missing = code_blank;
      }
      response.cells.push_back(cell);
    }
    responses.push_back(std::move(response));
  }
  return responses;
}

} // namespace canvass::testing

#endif
