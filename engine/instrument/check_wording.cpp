#include "engine/core/text.hpp"
#include "engine/instrument/check.hpp"
#include "engine/instrument/words.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <utility>

namespace canvass {

namespace {

using Words = std::vector<std::string>;

constexpr std::size_t longest_question = 30; ///< words
constexpr std::size_t longest_answer = 15;

/// Two words that together name one thing or are the two ends of one scale.
constexpr std::array<std::pair<std::string_view, std::string_view>, 22> one_thing = {
    {{"crime", "disorder"}, {"law", "order"},    {"health", "safety"},       {"terms", "conditions"},
     {"day", "night"},      {"pros", "cons"},    {"more", "less"},           {"better", "worse"},
     {"good", "bad"},       {"right", "wrong"},  {"once", "twice"},          {"one", "more"},
     {"two", "more"},       {"one", "two"},      {"whether", "not"},         {"yes", "no"},
     {"up", "down"},        {"police", "crime"}, {"increased", "decreased"}, {"agree", "disagree"},
     {"more", "more"},      {"again", "again"}}};

bool is_number(std::string_view word) {
  return !word.empty() && word[0] >= '0' && word[0] <= '9';
}

bool ends_with(std::string_view word, std::string_view end) {
  return word.size() >= end.size() && word.substr(word.size() - end.size()) == end;
}

bool names_one_thing(const Words& words, std::size_t joint) {
  const std::string& before = words[joint - 1];
  const std::string& after = words[joint + 1];
  if (is_number(before) || is_number(after) || ends_with(after, before) || ends_with(before, after) || after == "not" || after == "so") {
    return true; // "18 or over", "safe or unsafe", "or not"
  }
  if (joint >= 2 && (words[joint - 2] == "between" || (joint >= 3 && words[joint - 3] == "between"))) {
    return true;
  }
  return std::any_of(one_thing.begin(), one_thing.end(), [&](const auto& pair) { return before == pair.first && after == pair.second; });
}

/// The words around an "and" or "or" that joins two things to judge; empty if there is none. In a question, "or" lists its answers.
std::string two_things(const Words& words, bool is_question) {
  for (std::size_t i = 1; i + 1 < words.size(); ++i) {
    const bool joins = words[i] == "and" || (words[i] == "or" && !is_question);
    if (joins && !names_one_thing(words, i)) {
      return words[i - 1] + " " + words[i] + " " + words[i + 1];
    }
  }
  return {};
}

bool holds_phrase(const Words& words, std::string_view phrase) {
  const Words wanted = words_of(phrase);
  return std::search(words.begin(), words.end(), wanted.begin(), wanted.end()) != words.end();
}

constexpr std::array<std::string_view, 17> leading = {
    "don't you",   "do you not",    "isn't it",       "wouldn't you", "shouldn't",         "surely",
    "obviously",   "of course",     "everyone knows", "we all know",  "most people think", "most people agree",
    "experts say", "unfortunately", "sadly",          "as you know",  "how much better"};

bool is_negation(const std::string& word) {
  constexpr std::array<std::string_view, 13> plain = {"not", "no",      "never",   "none",   "nobody", "nothing", "nowhere",
                                                      "nor", "neither", "without", "cannot", "hardly", "rarely"};
  return std::find(plain.begin(), plain.end(), word) != plain.end() || ends_with(word, "n't");
}

bool is_negative_word(const std::string& word) {
  constexpr std::array<std::string_view, 22> negative = {
      "unable",        "unhappy",    "unsafe",    "unlikely",      "unfair",    "unwilling",   "unusual",  "uncommon",
      "unaware",       "uncertain",  "unclear",   "unimportant",   "unsure",    "unnecessary", "disagree", "dissatisfied",
      "disrespectful", "impossible", "incapable", "untrustworthy", "dishonest", "unacceptable"};
  return std::find(negative.begin(), negative.end(), word) != negative.end();
}

/// How many negations a text holds; "or not", "whether or not" and "agree or disagree" deny nothing.
std::pair<int, int> negations(const Words& words) {
  int plain = 0, inside = 0;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool choice = i > 0 && words[i - 1] == "or";
    plain += is_negation(words[i]) && !choice ? 1 : 0;
    inside += is_negative_word(words[i]) && !choice ? 1 : 0;
  }
  return {plain, inside};
}

class Wording {
public:
  Wording(const Instrument& instrument, Problems& problems) : instrument_(instrument), problems_(problems) {}

  void item(const Item& item) {
    if (item.type == ItemType::note) {
      return;
    }
    const ChoiceList* list = instrument_.list(item.list);
    const bool agreement = list != nullptr && is_agreement(*list);
    const bool closed = item.type == ItemType::select_one || item.type == ItemType::integer || item.type == ItemType::decimal;
    text(item.id, item.label, closed, agreement && item.type == ItemType::select_one);
    for (const Row& row : item.rows) {
      text(row.id, row.label, true, agreement);
    }
  }

  void list(const ChoiceList& list) {
    for (const Choice& choice : list.choices) {
      const std::size_t count = words_of(english(choice.label)).size();
      if (count > longest_answer) {
        problems_.note(choice.at, fmt::format("an answer of {} is long ({} words); people read the first few: aim for {} at most", list.id,
                                              count, longest_answer));
      }
    }
  }

private:
  /// `closed`: one answer is wanted, so that two questions in one cannot be answered.
  void text(const std::string& id, const Text& label, bool closed, bool agreement) {
    const std::string_view written = english(label);
    const Words words = words_of(written);
    const bool is_question = ends_with(trim(written), "?");
    if (closed) {
      const std::string joined = two_things(words, is_question);
      if (!joined.empty()) {
        problems_.warning(
            label.at,
            fmt::format("{} may ask about two things at once (\"{}\"); someone who sees them differently cannot answer: ask one, or "
                        "make two items",
                        id, joined));
      }
    }
    for (const std::string_view phrase : leading) {
      if (holds_phrase(words, phrase)) {
        problems_.warning(label.at, fmt::format("{} may lead to an answer (\"{}\"); ask without saying what is expected", id, phrase));
      }
    }
    const auto [plain, inside] = negations(words);
    if (plain >= 2 || (plain >= 1 && inside >= 1)) {
      problems_.warning(label.at, fmt::format("{} holds a double negative; say it positively", id));
    } else if (plain == 1 && agreement) {
      problems_.note(
          label.at,
          fmt::format("{} denies something, so that to disagree is a double negative; say it positively, or by an opposite word with "
                      "reverse: true",
                      id));
    }
    if (words.size() > longest_question) {
      problems_.warning(label.at, fmt::format("{} is long ({} words); aim for {} at most, and put explanations into hint", id, words.size(),
                                              longest_question));
    }
  }

  const Instrument& instrument_;
  Problems& problems_;
};

} // namespace

void check_wording(const Instrument& instrument, Problems& problems) {
  Wording wording(instrument, problems);
  for (const Page& page : instrument.pages) {
    for (const Item& item : page.items) {
      wording.item(item);
    }
  }
  for (const ChoiceList& list : instrument.lists) {
    wording.list(list);
  }
}

} // namespace canvass
