#include "engine/core/text.hpp"
#include "engine/instrument/check.hpp"
#include "engine/instrument/words.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <optional>
#include <set>

namespace canvass {

namespace {

using Words = std::vector<std::string>;

constexpr std::array<std::string_view, 20> positive_words = {"agree",     "satisfied", "good", "excellent", "safe",    "likely", "better",
                                                             "happy",     "important", "easy", "support",   "favour",  "favor",  "increase",
                                                             "increased", "improved",  "more", "trust",     "pleased", "great"};
constexpr std::array<std::string_view, 20> negative_words = {
    "disagree", "dissatisfied", "poor",     "bad",       "unsafe",   "unlikely", "worse",    "unhappy",  "unimportant", "difficult",
    "oppose",   "against",      "decrease", "decreased", "worsened", "less",     "distrust", "terrible", "displeased",  "hard"};

template <std::size_t n> bool holds_any(const Words& words, const std::array<std::string_view, n>& wanted) {
  return std::any_of(words.begin(), words.end(),
                     [&](const std::string& word) { return std::find(wanted.begin(), wanted.end(), word) != wanted.end(); });
}

/// -1, 0 or +1: which end of a scale with two ends a label belongs to.
int polarity(const Text& label) {
  const Words words = words_of(english(label));
  const bool denied =
      std::any_of(words.begin(), words.end(), [](const std::string& w) { return w == "not" || w == "neither" || w == "no"; });
  if (denied) {
    return 0; // "neither ... nor", and "not at all ..." of a scale with one end
  }
  return holds_any(words, negative_words) ? -1 : holds_any(words, positive_words) ? 1 : 0;
}

void balance(const ChoiceList& list, Problems& problems) {
  int positive = 0, negative = 0;
  for (const Choice& choice : list.choices) {
    const int end = polarity(choice.label);
    positive += end > 0 ? 1 : 0;
    negative += end < 0 ? 1 : 0;
  }
  if (positive > 0 && negative > 0 && positive != negative) {
    problems.warning(list.at, fmt::format("the list {} is not balanced ({} and {}); offer as many answers on either side", list.id,
                                          counted(positive, "answer is favourable", "answers are favourable"),
                                          counted(negative, "unfavourable", "unfavourable")));
  }
}

struct Range {
  int low = 0, high = 0;
};

/// "16 to 24", "16-24", "16–24": the whole label, or with words after it such as "years".
std::optional<Range> range_of(std::string_view label) {
  std::vector<int> numbers;
  std::string digits;
  std::string between;
  for (const char c : std::string(label) + " ") {
    if (c >= '0' && c <= '9') {
      digits += c;
      continue;
    }
    if (!digits.empty()) {
      const std::optional<int> number = parse_int(digits);
      if (!number || (numbers.empty() && !trim(between).empty())) {
        return std::nullopt;
      }
      numbers.push_back(*number);
      if (numbers.size() == 2) {
        break;
      }
      digits.clear();
      between.clear();
    }
    between += c;
  }
  const std::string_view joint = trim(between);
  const bool joined = joint == "-" || joint == "to" || joint == "\xE2\x80\x93";
  return numbers.size() == 2 && joined && numbers[0] <= numbers[1] ? std::optional<Range>({numbers[0], numbers[1]}) : std::nullopt;
}

void ranges(const ChoiceList& list, Problems& problems) {
  for (std::size_t i = 0; i + 1 < list.choices.size(); ++i) {
    const std::optional<Range> a = range_of(english(list.choices[i].label));
    const std::optional<Range> b = range_of(english(list.choices[i + 1].label));
    if (!a || !b) {
      continue;
    }
    const Range& low = a->low <= b->low ? *a : *b;
    const Range& high = a->low <= b->low ? *b : *a;
    if (high.low <= low.high) {
      problems.warning(list.choices[i + 1].at, fmt::format("two answers of {} overlap ({} to {} and {} to {}); somebody at {} finds two",
                                                           list.id, low.low, low.high, high.low, high.high, high.low));
    } else if (high.low > low.high + 1) {
      problems.warning(list.choices[i + 1].at,
                       fmt::format("two answers of {} leave a gap ({} to {} and {} to {}); somebody at {} finds none", list.id, low.low,
                                   low.high, high.low, high.high, low.high + 1));
    }
  }
}

struct Uses {
  std::set<std::string, std::less<>> lists, exclusive, frames;
};

Uses uses_of(const Instrument& instrument) {
  Uses uses;
  for (const Page& page : instrument.pages) {
    for (const Item& item : page.items) {
      uses.lists.insert(item.list);
      if (item.type == ItemType::select_multiple) {
        uses.exclusive.insert(item.list);
      }
      if (item.coding) {
        uses.frames.insert(item.coding->frame);
      }
    }
  }
  return uses;
}

/// Questions about facts that many people cannot know: without "don't know" they guess.
bool asks_for_knowledge(const Words& words) {
  constexpr std::array<std::string_view, 10> openings = {"do you know", "are you aware",      "have you heard", "how many",
                                                         "has crime",   "have crime",         "how much crime", "what proportion",
                                                         "what share",  "in your opinion has"};
  return std::any_of(openings.begin(), openings.end(), [&](std::string_view opening) {
    const Words wanted = words_of(opening);
    return words.size() >= wanted.size() && std::equal(wanted.begin(), wanted.end(), words.begin());
  });
}

void dont_know(const Instrument& instrument, Problems& problems) {
  const MissingCode* code = instrument.missing_code("dk");
  const auto offers = [](const Item& item) { return std::find(item.missing.begin(), item.missing.end(), "dk") != item.missing.end(); };
  for (const Page& page : instrument.pages) {
    for (const Item& item : page.items) {
      const bool asks = item.type == ItemType::select_one || item.type == ItemType::integer;
      if (asks && !offers(item) && asks_for_knowledge(words_of(english(item.label)))) {
        problems.warning(item.at, fmt::format("{} asks for knowledge and offers no \"don't know\"; people will guess: {}", item.id,
                                              code == nullptr ? "declare dk under missing: and offer it" : "add missing: [dk]"));
      }
    }
  }
}

} // namespace

void check_answers(const Instrument& instrument, Problems& problems) {
  const Uses uses = uses_of(instrument);
  for (const ChoiceList& list : instrument.lists) {
    balance(list, problems);
    ranges(list, problems);
    if (uses.lists.count(list.id) == 0) {
      problems.warning(list.at, fmt::format("the list {} is used by no item; remove it, or use it", list.id));
    }
    for (const Choice& choice : list.choices) {
      if (choice.exclusive && uses.lists.count(list.id) > 0 && uses.exclusive.count(list.id) == 0) {
        problems.warning(choice.at,
                         fmt::format("exclusive does nothing in {}: only select_multiple lets people choose several; remove it", list.id));
      }
    }
  }
  for (const CodingFrame& frame : instrument.frames) {
    if (uses.frames.count(frame.id) == 0) {
      problems.warning(frame.at, fmt::format("the coding frame {} is used by no item; remove it, or name it in coding:", frame.id));
    }
  }
  dont_know(instrument, problems);
}

} // namespace canvass
