#ifndef CANVASS_TESTS_SURVEY_ORACLE_HPP
#define CANVASS_TESTS_SURVEY_ORACLE_HPP

#include "tests/support/catch.hpp"

#include "engine/core/csv.hpp"
#include "engine/core/text.hpp"
#include "engine/core/yaml.hpp"
#include "engine/survey/design.hpp"
#include "engine/survey/given_replicates.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <limits>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

/// Reference numbers of R survey 4.5 and the data they were made from. They lie outside the repository; a test that needs them begins
/// with `if (!testing::has_survey_oracles()) { testing::skip_oracles(); return; }`.
namespace canvass::testing {

inline std::string oracle_folder() {
  return std::string(CANVASS_SOURCE_DIR) + "/../shared/oracles/survey";
}

inline bool has_survey_oracles() {
  return std::filesystem::exists(oracle_folder() + "/oracle_survey_4.5.json");
}

inline void skip_oracles() {
  WARN("skipped: ../shared is not here");
  SUCCEED("skipped: ../shared is not here");
}

/// Names each key that a test asked for in the file that CANVASS_ORACLE_KEYS names, so that it can be told which references no test looks
/// at.
inline void note_key(std::string_view key) {
  if (const char* file = std::getenv("CANVASS_ORACLE_KEYS")) {
    std::ofstream(file, std::ios::app) << key << "\n";
  }
}

/// The entry of a key as make_oracles.R wrote it, say "clus1/mean/api00". @throws std::out_of_range no such key
inline const nlohmann::json& survey_oracle(std::string_view key) {
  static const nlohmann::json all = nlohmann::json::parse(read_file(oracle_folder() + "/oracle_survey_4.5.json"));
  const auto found = all.find(std::string(key));
  if (found == all.end()) {
    throw std::out_of_range("no reference numbers for " + std::string(key));
  }
  note_key(key);
  return *found;
}

inline bool has_survey_oracle(const std::string& key) {
  try {
    survey_oracle(key);
    return true;
  } catch (const std::out_of_range&) {
    return false;
  }
}

/// All numbers below a node, lists in their order and objects in that of their keys (ci, est, se); null and "NA" are NaN, other text is
/// passed over.
inline std::vector<double> numbers(const nlohmann::json& node) {
  std::vector<double> found;
  if (node.is_number()) {
    found.push_back(node.get<double>());
  } else if (node.is_null() || (node.is_string() && node.get<std::string>() == "NA")) {
    found.push_back(std::numeric_limits<double>::quiet_NaN());
  } else if (node.is_structured()) {
    for (const nlohmann::json& part : node) {
      const std::vector<double> below = numbers(part);
      found.insert(found.end(), below.begin(), below.end());
    }
  }
  return found;
}

/// A data file as columns of text, read as numbers or as codes of sorted levels (a factor of R).
class SurveyData {
public:
  SurveyData(const std::string& bytes, const std::string& name) {
    CsvReader reader(bytes, name, {});
    reader.next();
    for (const std::string_view cell : reader.cells()) {
      names_.emplace_back(cell);
    }
    columns_.resize(names_.size());
    while (reader.next()) {
      for (std::size_t i = 0; i < names_.size(); ++i) {
        columns_[i].emplace_back(reader.cells()[i]);
      }
    }
  }

  [[nodiscard]] std::size_t rows() const { return columns_.front().size(); }
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }

  [[nodiscard]] const std::vector<std::string>& text(const std::string& name) const {
    const auto found = std::find(names_.begin(), names_.end(), name);
    if (found == names_.end()) {
      throw std::out_of_range("no column " + name);
    }
    return columns_[static_cast<std::size_t>(found - names_.begin())];
  }

  /// NaN where empty or NA.
  [[nodiscard]] std::vector<double> column(const std::string& name) const {
    std::vector<double> values;
    for (const std::string& cell : text(name)) {
      values.push_back(parse_double(cell).value_or(std::numeric_limits<double>::quiet_NaN()));
    }
    return values;
  }

  /// Levels in the order of R: numbers by value, else text by letter.
  [[nodiscard]] std::vector<std::string> levels(const std::string& name) const {
    std::vector<std::string> found(text(name));
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    found.erase(std::remove_if(found.begin(), found.end(), [](const std::string& cell) { return cell.empty() || cell == "NA"; }),
                found.end());
    if (std::all_of(found.begin(), found.end(), [](const std::string& cell) { return parse_double(cell).has_value(); })) {
      std::sort(found.begin(), found.end(), [](const std::string& a, const std::string& b) { return *parse_double(a) < *parse_double(b); });
    }
    return found;
  }

  /// Number of the level by row; -1 where empty or NA.
  [[nodiscard]] std::vector<std::int32_t> codes(const std::string& name) const {
    std::map<std::string, std::int32_t> number;
    for (const std::string& level : levels(name)) {
      number.emplace(level, static_cast<std::int32_t>(number.size()));
    }
    std::vector<std::int32_t> found;
    for (const std::string& cell : text(name)) {
      const auto at = number.find(cell);
      found.push_back(at == number.end() ? -1 : at->second);
    }
    return found;
  }

  /// 1 where the cell is `value`, else 0; NaN where the cell is empty.
  [[nodiscard]] std::vector<double> is(const std::string& name, const std::string& value) const {
    std::vector<double> found;
    for (const std::string& cell : text(name)) {
      found.push_back(cell.empty() || cell == "NA" ? std::numeric_limits<double>::quiet_NaN() : cell == value ? 1 : 0);
    }
    return found;
  }

private:
  std::vector<std::string> names_;
  std::vector<std::vector<std::string>> columns_;
};

/// data/<name>.csv.
inline SurveyData survey_data(const std::string& name) {
  return SurveyData(read_file(oracle_folder() + "/data/" + name + ".csv"), name);
}

/// data/<name>.csv.gz, unpacked by the system's gzip.
inline SurveyData survey_data_packed(const std::string& name) {
  const std::string command = "gzip -dc '" + oracle_folder() + "/data/" + name + ".csv.gz'";
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  std::string bytes;
  std::array<char, 65536> buffer{};
  while (pipe) {
    const std::size_t got = fread(buffer.data(), 1, buffer.size(), pipe.get());
    if (got == 0) {
      break;
    }
    bytes.append(buffer.data(), got);
  }
  return SurveyData(bytes, name);
}

/// The data file that a named design of make_oracles.R was made from.
inline SurveyData data_of_design(const std::string& design) {
  static const std::map<std::string, std::string> files = {{"srs", "apisrs"},
                                                           {"strat", "apistrat"},
                                                           {"strat_nofpc", "apistrat"},
                                                           {"clus1", "apiclus1"},
                                                           {"clus1_nofpc", "apiclus1"},
                                                           {"clus2", "apiclus2"},
                                                           {"clus2_wr", "apiclus2"},
                                                           {"nhanes", "nhanes"},
                                                           {"yrbs", "yrbs"},
                                                           {"mu284", "mu284"},
                                                           {"lonely", "lonely"},
                                                           {"pps", "election_pps"},
                                                           {"wave_change", "two_wave_stacked"}};
  return survey_data(files.at(design));
}

/// srs, strat, strat_nofpc, clus1, clus1_nofpc, clus2, clus2_wr, nhanes, yrbs, mu284, lonely, pps (with replacement), wave_change.
inline survey::Design survey_design(const std::string& name) {
  const SurveyData data = data_of_design(name);
  survey::Design design;
  survey::Stage first;
  if (name == "srs") {
    first.population = data.column("fpc");
    for (const double population : first.population) {
      design.weights.push_back(population / static_cast<double>(data.rows()));
    }
    design.stages = {first};
  } else if (name == "strat" || name == "strat_nofpc") {
    design.weights = data.column("pw");
    first.stratum = data.codes("stype");
    design.stratum_names = data.levels("stype");
    if (name == "strat") {
      first.population = data.column("fpc");
    }
    design.stages = {first};
  } else if (name == "clus1" || name == "clus1_nofpc") {
    design.weights = data.column("pw");
    first.unit = data.codes("dnum");
    if (name == "clus1") {
      first.population = data.column("fpc");
    }
    design.stages = {first};
  } else if (name == "clus2" || name == "clus2_wr") {
    first.unit = data.codes("dnum");
    survey::Stage second;
    second.unit = data.codes("snum");
    design.weights = data.column("pw");
    if (name == "clus2") {
      first.population = data.column("fpc1");
      second.population = data.column("fpc2");
      std::map<std::int32_t, double> drawn;
      for (const std::int32_t unit : first.unit) {
        ++drawn[unit];
      }
      for (std::size_t row = 0; row < data.rows(); ++row) { // svydesign makes the weights of the populations
        design.weights[row] = first.population[row] / static_cast<double>(drawn.size()) * second.population[row] / drawn[first.unit[row]];
      }
    }
    design.stages = {first, second};
  } else if (name == "mu284") {
    first.unit = data.codes("id1");
    first.population = data.column("n1");
    survey::Stage second;
    second.unit = data.codes("id2");
    second.population = data.column("n2");
    std::map<std::int32_t, double> drawn;
    for (const std::int32_t unit : first.unit) {
      ++drawn[unit];
    }
    for (std::size_t row = 0; row < data.rows(); ++row) {
      design.weights.push_back(first.population[row] / static_cast<double>(drawn.size()) * second.population[row] / drawn[first.unit[row]]);
    }
    design.stages = {first, second};
  } else if (name == "pps") {
    design.weights = data.column("wt");
  } else {
    const std::map<std::string, std::array<std::string, 3>> columns = {{"nhanes", {"WTMEC2YR", "SDMVSTRA", "SDMVPSU"}},
                                                                       {"yrbs", {"weight", "stratum", "psu"}},
                                                                       {"lonely", {"wgt", "region", "district"}},
                                                                       {"wave_change", {"pw", "", "dnum"}}};
    const std::array<std::string, 3>& named = columns.at(name);
    design.weights = data.column(named[0]);
    if (!named[1].empty()) {
      first.stratum = data.codes(named[1]);
      design.stratum_names = data.levels(named[1]);
    }
    first.unit = data.codes(named[2]);
    design.stages = {first};
  }
  return design;
}

/// A replicate design of make_oracles.R: jk1, jk1_fpc, jkn, jkn_fpc, nhanes_brr, nhanes_fay, nhanes_jkn, boot, subboot, mrb.
inline survey::Design survey_replicates(const std::string& name, bool about_estimate) {
  const SurveyData data = survey_data_packed("rep_" + name);
  const nlohmann::json& facts = survey_oracle("rep/" + name + "/mse_" + (about_estimate ? "TRUE" : "FALSE") + "/mean");
  survey::Design design;
  design.weights = data.column("w0");
  std::vector<std::vector<double>> columns;
  for (const std::string& column : data.names()) {
    columns.push_back(data.column(column));
  }
  survey::GivenReplicates given;
  given.prefix = "rw";
  given.method = survey::ReplicateMethod::jk1; // the scales of the reference take its place
  survey::Replicates replicates = survey::given_replicates(data.names(), columns, given);
  replicates.scale = facts.at("scale").get<double>();
  replicates.rscales = numbers(facts.at("rscales"));
  if (replicates.rscales.size() == 1) {
    replicates.rscales.assign(replicates.count, replicates.rscales.front());
  }
  replicates.about_estimate = about_estimate;
  design.replicates = std::make_shared<const survey::Replicates>(std::move(replicates));
  return design;
}

/// Counts the numbers that a test compares, and says how many when it goes.
class Compared {
public:
  explicit Compared(std::string what) : what_(std::move(what)) {}
  ~Compared() { std::cout << what_ << ": " << count_ << " numbers compared\n"; }
  Compared(const Compared&) = delete;
  Compared& operator=(const Compared&) = delete;

  /// Relative to the reference, or to `scale` where that is larger (a covariance near 0 beside variances). NaN is NaN.
  void near(const std::string& key, double ours, double theirs, double relative = 1e-8, double scale = 0) {
    ++count_;
    INFO(key);
    if (std::isnan(theirs)) {
      CHECK(std::isnan(ours));
      return;
    }
    CHECK(ours == Approx(theirs).epsilon(0).margin(relative * std::max(std::abs(theirs), scale)));
  }

  void near(const std::string& key, const std::vector<double>& ours, const std::vector<double>& theirs, double relative = 1e-8,
            double scale = 0) {
    INFO(key);
    REQUIRE(ours.size() == theirs.size());
    for (std::size_t i = 0; i < ours.size(); ++i) {
      near(key + "[" + std::to_string(i) + "]", ours[i], theirs[i], relative, scale);
    }
  }

  [[nodiscard]] std::size_t count() const { return count_; }

private:
  std::string what_;
  std::size_t count_ = 0;
};

} // namespace canvass::testing

#endif
