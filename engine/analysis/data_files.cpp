// counts.csv and scores.csv: what a spreadsheet needs to check a number of the report.

#include "engine/analysis/cohort.hpp"
#include "engine/analysis/protect.hpp"
#include "engine/analysis/run.hpp"
#include "engine/analysis/sample.hpp"
#include "engine/core/csv.hpp"
#include "engine/core/text.hpp"
#include "engine/dataset/dataset.hpp"
#include "engine/stats/descriptives.hpp"

#include <cmath>
#include <map>

namespace canvass::analysis {
namespace {

std::string number(double value) {
  return std::isfinite(value) ? shortest(value) : std::string();
}

/// Answers of one item by wave and arm; transitions between waves too in an internal release.
void counts_of(const LoadedStudy& loaded, const Dataset& dataset, const Variable& variable, Release release, std::string& out) {
  const Study& study = loaded.study;
  const Instrument& instrument = loaded.instrument();
  const ChoiceList* list = instrument.list(variable.list);
  const CohortData data = cohort_data(loaded, dataset, variable.id);
  const Disclosure& policy = study.disclosure;
  for (std::size_t arm = 0; arm < data.arms.size(); ++arm) {
    const std::string arm_name = arm_id(study, data.arms, arm);
    for (std::size_t column = 0; column < data.waves.size(); ++column) {
      std::map<int, int> counts;
      int n = 0;
      for (std::size_t i = 0; i < data.person.size(); ++i) {
        if (data.arm[i] == arm && !std::isnan(data.y(i, column))) {
          ++counts[static_cast<int>(data.y(i, column))];
          ++n;
        }
      }
      bool closed = n < policy.min_base;
      for (const Choice& choice : list->choices) {
        closed = closed || (n < policy.min_base_extreme && (counts[choice.code] == 0 || counts[choice.code] == n));
      }
      for (const Choice& choice : list->choices) {
        out += csv_row({variable.id, arm_name, study.waves[data.waves[column]].id, "", std::to_string(choice.code), "",
                        release == Release::open && closed ? "[c]" : std::to_string(counts[choice.code])});
      }
    }
    if (release == Release::open) {
      continue;
    }
    for (std::size_t later = 1; later < data.waves.size(); ++later) {
      for (std::size_t earlier = 0; earlier < later; ++earlier) {
        const Pairs pairs = pairs_of(data, arm, data.waves[later], data.waves[earlier]);
        std::map<std::pair<int, int>, int> moves;
        for (std::size_t i = 0; i < pairs.before.size(); ++i) {
          ++moves[{static_cast<int>(pairs.before[i]), static_cast<int>(pairs.after[i])}];
        }
        for (const auto& [codes, count] : moves) {
          out += csv_row({variable.id, arm_name, study.waves[data.waves[later]].id, study.waves[data.waves[earlier]].id,
                          std::to_string(codes.second), std::to_string(codes.first), std::to_string(count)});
        }
      }
    }
  }
}

/// n, mean and variance of a scale by arm and wave, and of its change between waves.
void scores_of(const LoadedStudy& loaded, const Dataset& dataset, const Scale& scale, Release release, std::string& out) {
  const Study& study = loaded.study;
  const CohortData data = cohort_data(loaded, dataset, scale.id);
  const auto add = [&](std::size_t arm, std::size_t wave, const std::string& from, std::span<const double> values, bool gives_away) {
    const stats::Moments moments = stats::describe(values);
    const bool closed = release == Release::open && (moments.n < study.disclosure.min_base || gives_away ||
                                                     (moments.n < study.disclosure.min_base_extreme && moments.sd == 0));
    out += csv_row({scale.id, arm_id(study, data.arms, arm), study.waves[wave].id, from, closed ? "[c]" : std::to_string(moments.n),
                    closed ? "[c]" : number(moments.mean), closed ? "[c]" : number(moments.sd * moments.sd)});
  };
  for (std::size_t arm = 0; arm < data.arms.size(); ++arm) {
    for (std::size_t column = 0; column < data.waves.size(); ++column) {
      std::vector<double> values;
      for (std::size_t i = 0; i < data.person.size(); ++i) {
        if (data.arm[i] == arm && !std::isnan(data.y(i, column))) {
          values.push_back(data.y(i, column));
        }
      }
      add(arm, data.waves[column], "", values, false);
    }
    for (std::size_t later = 1; later < data.waves.size(); ++later) {
      for (std::size_t earlier = 0; earlier < later; ++earlier) {
        const Pairs pairs = pairs_of(data, arm, data.waves[later], data.waves[earlier]);
        std::vector<double> changes;
        for (std::size_t i = 0; i < pairs.before.size(); ++i) {
          changes.push_back(pairs.after[i] - pairs.before[i]);
        }
        add(arm, data.waves[later], study.waves[data.waves[earlier]].id, changes, gives_away(static_cast<double>(pairs.n_missing)));
      }
    }
  }
}

} // namespace

std::vector<DataFile> data_files(const Input& input, const Options& options) {
  if (input.study.study.survey && options.release == Release::open) {
    return {}; // beside weighted shares with all their digits, the counts of everybody could tell small groups from each other
  }
  const Dataset dataset = build_dataset(input.study, input.responses);
  const Instrument& instrument = input.study.instrument();
  std::string counts = csv_row({"item", "arm", "wave", "from_wave", "code", "from_code", "count"});
  for (const Variable& variable : instrument.variables) {
    if (variable.kind == Variable::Kind::code && !variable.multiple && instrument.list(variable.list) != nullptr) {
      counts_of(input.study, dataset, variable, options.release, counts);
    }
  }
  std::string scores = csv_row({"scale", "arm", "wave", "from_wave", "n", "mean", "variance"});
  for (const Scale& scale : instrument.scales) {
    scores_of(input.study, dataset, scale, options.release, scores);
  }
  // As with the report: what nobody outside may see never lies under the name of what anybody may.
  const std::string mark = options.release == Release::internal ? "-internal" : "";
  return {{"counts" + mark + ".csv", counts}, {"scores" + mark + ".csv", scores}};
}

DataFile weights_file(const LoadedStudy& study, std::span<const Response> responses) {
  if (!study.study.survey) {
    throw InputError(study.study.at, "the study is no survey of the public, so its answers have no weights");
  }
  const Dataset dataset = build_dataset(study, responses);
  std::string text = csv_row({study.study.frame.person, "wave", "weight_before", "weight"});
  for (const WaveSample& wave : sample_of(study, dataset).waves) {
    const survey::Calibration* calibration = wave.design.calibration.get();
    for (std::size_t i = 0; i < wave.rows.size(); ++i) {
      const double before = calibration == nullptr ? wave.design.weights[i] : calibration->before[i];
      text += csv_row({dataset.persons[static_cast<std::size_t>(dataset.person[wave.rows[i]])], study.study.waves[wave.wave].id,
                       shortest(before), shortest(wave.design.weights[i])});
    }
  }
  return {"weights.csv", text};
}

} // namespace canvass::analysis
