#ifndef CANVASS_TESTS_STATS_MODEL_ORACLE_HPP
#define CANVASS_TESTS_STATS_MODEL_ORACLE_HPP

#include "tests/support/catch.hpp"

#include "engine/stats/inference.hpp"
#include "engine/stats/matrix.hpp"

#include <cmath>
#include <fstream>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

/// Reference numbers and public data that stand beside the source tree, not in it. Tests that need them say so and pass without them;
/// the numbers in tests/reference cover the same code.
namespace model_oracle {

inline std::string folder() {
  return std::string(CANVASS_SOURCE_DIR) + "/../shared/oracles/evaluation/";
}

/// False, with a visible word, where the folder is not there.
inline bool present() {
  if (std::ifstream(folder() + "flat_mmrm.json")) {
    return true;
  }
  WARN("skipped: ../shared is not here");
  return false;
}

inline nlohmann::json json(const std::string& name) {
  std::ifstream in(folder() + name);
  return nlohmann::json::parse(in);
}

/// A table of texts with a header; quotes are dropped (no field holds a comma).
struct Table {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;

  [[nodiscard]] std::size_t column(const std::string& name) const {
    for (std::size_t i = 0; i < header.size(); ++i) {
      if (header[i] == name) {
        return i;
      }
    }
    FAIL("no column " << name);
    return 0;
  }
  [[nodiscard]] double number(std::size_t row, const std::string& name) const {
    const std::string& text = rows[row][column(name)];
    return text.empty() || text == "NA" ? std::numeric_limits<double>::quiet_NaN() : std::stod(text);
  }
  [[nodiscard]] const std::string& text(std::size_t row, const std::string& name) const { return rows[row][column(name)]; }
};

inline Table csv(const std::string& name) {
  std::ifstream in(folder() + "data/" + name);
  Table table;
  std::string line;
  while (std::getline(in, line)) {
    std::vector<std::string> fields;
    std::string field;
    std::istringstream parts(line);
    while (std::getline(parts, field, ',')) {
      std::string clean;
      for (const char c : field) {
        if (c != '"' && c != '\r') {
          clean.push_back(c);
        }
      }
      fields.push_back(clean);
    }
    if (!line.empty() && line.back() == ',') {
      fields.emplace_back();
    }
    if (table.header.empty()) {
      table.header = fields;
    } else {
      table.rows.push_back(fields);
    }
  }
  return table;
}

/// persons x waves with the arm of each person (control 0), from the long scale-score files.
struct Wide {
  canvass::stats::Matrix y;
  std::vector<std::size_t> arm;
};

inline Wide wide_scores(const std::string& name) {
  const Table table = csv(name);
  std::map<std::string, std::size_t> rows;
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    rows.emplace(table.text(i, "id"), rows.size());
  }
  Wide wide;
  wide.y = canvass::stats::Matrix(rows.size(), 3, std::numeric_limits<double>::quiet_NaN());
  wide.arm.assign(rows.size(), 0);
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const std::size_t row = rows.at(table.text(i, "id"));
    wide.y(row, static_cast<std::size_t>(table.number(i, "time")) - 1) = table.number(i, "y");
    wide.arm[row] = table.text(i, "arm") == "control" ? 0 : 1;
  }
  return wide;
}

/// The same in long form with R's treatment coding: 1, arm, w2, w3, arm:w2, arm:w3.
struct Long {
  canvass::stats::Matrix design;
  std::vector<double> y;
  std::vector<std::size_t> person;
  std::vector<std::size_t> wave;
};

inline Long long_scores(const Wide& wide, bool common_baseline = false) {
  Long result;
  std::vector<std::vector<double>> rows;
  for (std::size_t i = 0; i < wide.y.rows; ++i) {
    for (std::size_t w = 0; w < wide.y.columns; ++w) {
      if (std::isnan(wide.y(i, w))) {
        continue;
      }
      const double arm = static_cast<double>(wide.arm[i]);
      const double w2 = w == 1 ? 1 : 0;
      const double w3 = w == 2 ? 1 : 0;
      if (common_baseline) {
        rows.push_back({1, w2, w3, arm * w2, arm * w3});
      } else {
        rows.push_back({1, arm, w2, w3, arm * w2, arm * w3});
      }
      result.y.push_back(wide.y(i, w));
      result.person.push_back(i);
      result.wave.push_back(w);
    }
  }
  result.design = canvass::stats::Matrix(rows.size(), rows[0].size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t j = 0; j < rows[i].size(); ++j) {
      result.design(i, j) = rows[i][j];
    }
  }
  return result;
}

inline std::vector<double> unit(std::size_t n, std::size_t i) {
  std::vector<double> weights(n, 0);
  weights[i] = 1;
  return weights;
}

} // namespace model_oracle

#endif
