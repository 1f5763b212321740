#include "engine/analysis/protect_models.hpp"

#include "engine/analysis/rows.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <map>
#include <string>
#include <tuple>

namespace canvass::analysis {
namespace {

using report::Estimate;

/// Analysis, outcome and wave.
using ModelKey = std::tuple<std::string, std::string, std::string>;

struct Level {
  double n = 0;
  bool hidden = false, reference = false;
};

/// By predictor and level.
using Levels = std::map<std::string, std::map<std::string, Level>>;

ModelKey key_of(const Estimate& row) {
  return {row.analysis, row.outcome, level_of(row.at, "wave")};
}

/// One level of a predictor against its reference.
bool is_of_level(const Estimate& row) {
  return row.procedure == "regression" && row.at.size() == 2 && row.versus.size() == 2;
}

/// Hides neighbours until nobody can be told from the rest.
void hide_neighbours(std::map<std::string, Level>& levels, double min_base) {
  for (;;) {
    std::size_t hidden = 0;
    double people = 0;
    Level* smallest = nullptr;
    for (auto& entry : levels) {
      Level& level = entry.second;
      if (level.hidden) {
        ++hidden;
        people += level.n;
      } else if (smallest == nullptr || level.n < smallest->n) {
        smallest = &level;
      }
    }
    if (hidden == 0 || (hidden > 1 && people >= min_base) || smallest == nullptr) {
      return;
    }
    smallest->hidden = true;
  }
}

bool reference_is_hidden(const std::map<std::string, Level>& levels) {
  for (const auto& [name, level] : levels) {
    if (level.reference && level.hidden) {
      return true;
    }
  }
  return false;
}

bool any_is_hidden(const std::map<std::string, Level>& levels) {
  for (const auto& [name, level] : levels) {
    if (level.hidden) {
      return true;
    }
  }
  return false;
}

/// Does the row tell something of a hidden level?
bool tells(const Estimate& row, const Levels& predictors) {
  if (is_of_level(row)) {
    const std::map<std::string, Level>& levels = predictors.at(row.at[1].first);
    return levels.at(row.at[1].second).hidden || reference_is_hidden(levels);
  }
  const std::string predictor = level_of(row.at, "predictor");
  for (const auto& [name, levels] : predictors) {
    const bool of_everybody = predictor == "(constant)" || row.quantity == "threshold";
    const bool of_fit = predictor.empty() && row.quantity != "threshold";
    if ((of_everybody && reference_is_hidden(levels)) || ((of_fit || predictor == name) && any_is_hidden(levels))) {
      return true;
    }
  }
  return false;
}

} // namespace

void withhold_levels_of_models(const report::Estimates& rows, std::vector<bool>& leaving, const Disclosure& policy,
                               const std::set<SummedCell>& withheld_cells) {
  std::map<ModelKey, Levels> models;
  const auto add = [&](const Estimate& row, const std::string& name, double n, bool reference) {
    const std::string& predictor = row.at[1].first;
    Level& level = models[key_of(row)][predictor][name];
    level.n = n;
    level.reference = reference;
    level.hidden = n < policy.min_base || withheld_cells.contains({row.outcome, level_of(row.at, "wave"), predictor, name});
  };
  for (const Estimate& row : rows) {
    if (is_of_level(row)) {
      add(row, row.at[1].second, row.n, false);
      add(row, row.versus[1].second, row.n_versus, true);
    }
  }
  for (auto& model : models) {
    for (auto& predictor : model.second) {
      hide_neighbours(predictor.second, policy.min_base);
    }
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto model = rows[i].procedure == "regression" ? models.find(key_of(rows[i])) : models.end();
    leaving[i] = leaving[i] || (model != models.end() && tells(rows[i], model->second));
  }
}

std::vector<double> fewest_behind_models(const report::Estimates& rows) {
  constexpr double many = std::numeric_limits<double>::infinity();
  std::map<ModelKey, double> of_model;
  for (const Estimate& row : rows) {
    if (is_of_level(row)) {
      double& fewest = of_model.try_emplace(key_of(row), many).first->second;
      fewest = std::min({fewest, row.n, row.n_versus});
    }
  }
  std::vector<double> fewest(rows.size(), many);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Estimate& row = rows[i];
    const auto model = row.procedure == "regression" ? of_model.find(key_of(row)) : of_model.end();
    if (is_of_level(row)) {
      fewest[i] = std::min(row.n, row.n_versus);
    } else if (model != of_model.end()) {
      const std::string predictor = level_of(row.at, "predictor");
      fewest[i] = predictor.empty() || predictor == "(constant)" ? model->second : many;
    }
  }
  return fewest;
}

} // namespace canvass::analysis
