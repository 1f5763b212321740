#include "engine/analysis/waves_asked.hpp"

#include "engine/core/text.hpp"

#include <fmt/format.h>

namespace canvass::analysis {

void check_wave(const Study& study, const PlannedAnalysis& analysis) {
  const auto option = analysis.options.find("wave");
  if (option == analysis.options.end() || option->second == "all" || study.wave(option->second) != Study::npos) {
    return;
  }
  std::vector<std::string> ids = {"all"};
  for (const Wave& wave : study.waves) {
    ids.push_back(wave.id);
  }
  throw InputError(analysis.at, fmt::format("`wave` of analysis {} is {} (\"{}\"){}", analysis.id, either_of(ids), option->second,
                                            did_you_mean(option->second, ids)));
}

std::vector<const WaveSample*> waves_asked(const Study& study, const PlannedAnalysis& analysis, const Sample& sample) {
  std::vector<const WaveSample*> waves;
  const auto option = analysis.options.find("wave");
  if (sample.waves.empty()) {
    return waves;
  }
  if (option == analysis.options.end()) {
    return {&sample.waves.back()};
  }
  if (option->second != "all") {
    const WaveSample* one = sample.of(study.wave(option->second));
    return one == nullptr ? waves : std::vector<const WaveSample*>{one};
  }
  for (const WaveSample& wave : sample.waves) {
    waves.push_back(&wave);
  }
  return waves;
}

void refuse_unless_drawn(const Sample& sample, std::string_view what) {
  if (!sample.speaks_of_everybody) {
    throw DomainError(fmt::format("{} speaks of people; of a sample that chance did not draw it cannot", what));
  }
}

} // namespace canvass::analysis
