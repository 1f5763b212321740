#include "engine/instrument/words.hpp"

#include "engine/core/text.hpp"

#include <algorithm>

namespace canvass {

std::string_view english(const Text& text) {
  for (const auto& [language, words] : text.by_language) {
    if (language == "en" || language.substr(0, 3) == "en-") {
      return words;
    }
  }
  return {};
}

std::vector<std::string> words_of(std::string_view text) {
  constexpr std::string_view typographic = "\xE2\x80\x99";
  std::vector<std::string> words;
  std::string word;
  int depth = 0;
  const auto close = [&] {
    if (!word.empty() && depth == 0) {
      words.push_back(to_lower(word));
    }
    word.clear();
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (text.substr(i, typographic.size()) == typographic) {
      word += '\'';
      i += typographic.size() - 1;
    } else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '\'' || c == '-' ||
               static_cast<unsigned char>(c) >= 0x80) {
      word += c;
    } else {
      close();
      depth += c == '(' ? 1 : c == ')' && depth > 0 ? -1 : 0;
    }
  }
  close();
  return words;
}

bool is_agreement(const ChoiceList& list) {
  return std::any_of(list.choices.begin(), list.choices.end(), [](const Choice& choice) {
    const std::vector<std::string> words = words_of(english(choice.label));
    return std::find(words.begin(), words.end(), "agree") != words.end();
  });
}

} // namespace canvass
