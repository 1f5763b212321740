// What the words of a file mean in the study: waves, arms, and the headers of a wide file.
#include "engine/core/text.hpp"
#include "engine/exchange/import/columns.hpp"
#include "engine/exchange/likeness.hpp"

namespace canvass::exchange {

std::size_t wave_meant(std::string_view text, const Recode& values, const Study& study) {
  const std::string_view cell = without_zero_decimals(trimmed(text));
  if (!values.empty()) {
    const auto found = values.find(cell);
    return found == values.end() ? Study::npos : study.wave(found->second);
  }
  if (const std::size_t wave = study.wave(cell); wave != Study::npos) {
    return wave;
  }
  const std::string label = plain_label(cell);
  for (std::size_t i = 0; i < study.waves.size(); ++i) {
    for (const auto& [language, name] : study.waves[i].label.by_language) {
      if (plain_label(name) == label) {
        return i;
      }
    }
  }
  const auto number = parse_int(cell);
  return number && *number >= 1 && static_cast<std::size_t>(*number) <= study.waves.size() ? static_cast<std::size_t>(*number) - 1
                                                                                           : Study::npos;
}

std::string arm_meant(std::string_view text, const Recode& values, const Study& study) {
  const std::string_view cell = without_zero_decimals(trimmed(text));
  if (!values.empty()) {
    const auto found = values.find(cell);
    return found == values.end() ? std::string() : found->second;
  }
  if (study.arm(cell) != Study::npos) {
    return std::string(cell);
  }
  const std::string label = plain_label(cell);
  for (const Arm& arm : study.arms) {
    for (const auto& [language, name] : arm.label.by_language) {
      if (plain_label(name) == label) {
        return arm.id;
      }
    }
  }
  return {};
}

std::vector<std::pair<std::size_t, std::string>> take_apart(std::string_view header, const Mapping& mapping, const Study& study) {
  const std::string& pattern = mapping.pattern;
  const std::size_t wave_at = pattern.find("{wave}");
  const std::size_t variable_at = pattern.find("{variable}");
  std::vector<std::pair<std::size_t, std::string>> ways;
  if (wave_at == std::string::npos || variable_at == std::string::npos) {
    return ways;
  }
  const auto filled = [&](std::string text, std::string_view word) { return text.replace(text.find("{wave}"), 6, word); };
  const auto try_word = [&](std::string_view word, std::size_t wave) {
    const std::string form = plain(filled(pattern, word));
    const std::size_t at = form.find("{variable}");
    const std::string_view before = std::string_view(form).substr(0, at);
    const std::string_view after = std::string_view(form).substr(at + 10);
    if (header.size() > before.size() + after.size() && header.substr(0, before.size()) == before &&
        header.substr(header.size() - after.size()) == after) {
      ways.emplace_back(wave, std::string(header.substr(before.size(), header.size() - before.size() - after.size())));
    }
  };
  if (!mapping.pattern_waves.empty()) {
    for (const auto& [word, id] : mapping.pattern_waves) {
      if (const std::size_t wave = study.wave(id); wave != Study::npos) {
        try_word(word, wave);
      }
    }
    return ways;
  }
  for (std::size_t wave = 0; wave < study.waves.size(); ++wave) {
    try_word(study.waves[wave].id, wave);
    if (study.wave(std::to_string(wave + 1)) == Study::npos) {
      try_word(std::to_string(wave + 1), wave);
    }
  }
  return ways;
}

} // namespace canvass::exchange
