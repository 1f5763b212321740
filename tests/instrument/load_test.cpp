#include "tests/support/catch.hpp"
#include "tests/support/own_folder.hpp"

#include "engine/instrument/load.hpp"
#include "sample.hpp"

#include <filesystem>
#include <fstream>

using namespace canvass;
using sample::load;
using sample::with_items;

namespace {

/// Loads an instrument with one language and the items, each line indented as a list entry of the page.
std::string problem_of_items(const std::string& items, const std::string& after = "") {
  return load(with_items(items, after)).only();
}

const std::string one = "      - {id: q, type: select_one yesno, label: {en: \"Q?\"}}\n"; // line 24

} // namespace

TEST_CASE("the head of an instrument is checked") {
  CHECK(load("").only() == " the file is empty; an instrument starts with canvass: 1 and instrument: ID");
  CHECK(load("[1, 2]").texts().size() == 1);
  const auto changed = [](const std::string& from, const std::string& to) {
    std::string text = with_items(one);
    text.replace(text.find(from), from.size(), to);
    return load(text).only();
  };
  CHECK(changed("canvass: 1", "canvass: 2") == "1:10: this file is of format 2; this program reads format 1");
  CHECK(changed("canvass: 1", "canvass: 01").substr(0, 6) == "1:10: ");
  CHECK(changed("version: 1.0.0", "version: 1.x") ==
        "3:10: this is no version (1.x); write one to four whole numbers with points between, such as 1.0.0");
  CHECK(changed("version: 1.0.0", "version: 1.01").substr(0, 6) == "3:10: ");
  CHECK(changed("languages: [en]", "languages: [en, en]").find("5:17: the language en stands twice") == 0);
  CHECK(changed("languages: [en]", "languages: [english]").find("5:13: this is no language (english)") == 0);
  CHECK(changed("title:", "titel:").find("4:1: unknown key `titel` in the instrument; did you mean title?") != std::string::npos);
  CHECK(
      changed("title: {en: \"Sample\"}", "modes: [web, fax]").find("4:14: unknown mode (fax); allowed are web, paper, phone or doorstep") !=
      std::string::npos);
}

TEST_CASE("texts stand in quotes, in every declared language and no other") {
  CHECK(problem_of_items("      - {id: q, type: select_one yesno, label: {en: Quiet}}\n") ==
        "24:53: the label of the item q in en does not stand in quotes (found Quiet); write \"Quiet\", since YAML cuts an unquoted text at "
        "# and :");
  CHECK(problem_of_items("      - {id: q, type: select_one yesno, label: {en: \" \"}}\n") ==
        "24:53: the label of the item q in en is empty; write a text in quotes");
  CHECK(problem_of_items("      - {id: q, type: select_one yesno, label: {cy: \"A\"}}\n") ==
        "24:48: the label of the item q lacks the language en; every text stands in all declared languages\n"
        "24:49: the label of the item q is given in a language that is not declared (cy); declared are en");
  CHECK(problem_of_items("      - {id: q, type: select_one yesno, label: \"Q?\"}\n") == "no problem"); // one language: plain is enough
  std::string two = with_items(one);
  two.replace(two.find("[en]"), 4, "[en, cy]");
  const std::vector<std::string> found = load(two).texts();
  CHECK(found.size() == 12); // title, two labels of missing codes, eight of choices, one of the item
  CHECK(found[0] == "4:8: the title lacks the language cy; every text stands in all declared languages");
}

TEST_CASE("missing codes lie in -99..-90 and keep their meaning") {
  const auto with = [](const std::string& line) {
    std::string text = with_items(one);
    const std::string old = "  pns: {code: -97, label: {en: \"Prefer not to say\"}}";
    text.replace(text.find(old), old.size(), line);
    return load(text).only();
  };
  CHECK(with("  pns: {code: -89, label: {en: \"P\"}}") ==
        "8:15: the missing code pns lies outside -99..-90 (-89); choose one of -99 to -90");
  CHECK(with("  pns: {code: -98, label: {en: \"P\"}}") == "8:15: the code -98 is given to both dk and pns; give each its own");
  CHECK(with("  pns: {code: -95, label: {en: \"P\"}}") ==
        "8:15: the code -95 is routed in every instrument (found pns); choose another of -99 to -90");
  CHECK(with("  blank: {code: -96}") == "8:17: the code of blank is fixed at -99 (found -96); write -99");
  CHECK(with("  pns: {code: -97}") == "8:3: the missing code pns has no label; a respondent must be able to read it");
  CHECK(with("  DK: {code: -97, label: {en: \"P\"}}") == "8:3: the names dk and DK differ only by case; rename one");
  CHECK(with("  spoilt: {code: -94}") == "no problem");
  CHECK(with("  not-said: {code: -97, label: {en: \"P\"}}").find("8:3: a missing code has no usable name (not-said)") == 0);
}

TEST_CASE("choices have codes, names and labels of their own") {
  const auto with = [](const std::string& line) {
    std::string text = with_items(one);
    const std::string old = "    - {code: 0, name: \"no\", label: {en: \"No\"}}";
    text.replace(text.find(old), old.size(), line);
    return load(text).only();
  };
  CHECK(with("    - {code: 1, name: n, label: {en: \"No\"}}") ==
        "12:7: the code 1 stands twice in yesno (first at line 11); every choice has its own code");
  CHECK(with("    - {code: 0, name: YES, label: {en: \"No\"}}") ==
        "12:7: the name YES stands twice in yesno (first at line 11); every choice has its own name");
  CHECK(with("    - {code: 0, label: {en: \"yes \"}}") ==
        "12:7: the label \"yes \" stands twice in yesno (first at line 11); a respondent could not tell them apart");
  CHECK(with("    - {code: -95, label: {en: \"No\"}}").find("12:14: the code -95 of yesno lies in -99..-90") == 0);
  CHECK(with("    - {code: 010, label: {en: \"No\"}}").find("12:14: `code` of a choice must be a whole number (found `010`)") == 0);
  CHECK(with("    - {code: no, label: {en: \"No\"}}").find("12:14: ") == 0);
  CHECK(with("    - {code: 0, lable: {en: \"No\"}}").find("12:17: unknown key `lable` in a choice; did you mean label?") !=
        std::string::npos);
  CHECK(with("") == "10:3: the list yesno has 1 choice; a question needs two or more");
}

TEST_CASE("items: type, list and keys that belong together") {
  CHECK(problem_of_items("      - {id: q, type: select_on yesno, label: {en: \"Q?\"}}\n")
            .find("24:23: the item q has an unknown type (select_on); did you mean select_one?; "
                  "allowed are select_one,") == 0);
  CHECK(problem_of_items("      - {id: q, type: select_one, label: {en: \"Q?\"}}\n") ==
        "24:23: the item q names no choice list; write type: select_one LIST");
  CHECK(problem_of_items("      - {id: q, type: text yesno, label: {en: \"Q?\"}}\n") ==
        "24:23: a text item has no choice list (found yesno); write type: text");
  CHECK(problem_of_items("      - {id: q, type: select_one yesnt, label: {en: \"Q?\"}}\n") ==
        "24:23: the item q names a choice list that does not exist (yesnt); did you mean yesno?; lists stand under choices:");
  CHECK(problem_of_items("      - {id: q, type: text, label: {en: \"Q?\"}, rows: []}\n") ==
        "24:54: rows does not belong to a text item; it is for battery; remove it");
  CHECK(problem_of_items("      - {id: q, type: note, label: {en: \"Q\"}, required: soft}\n")
            .find("24:57: required does not belong to a note item") == 0);
  CHECK(problem_of_items("      - {id: q, type: battery agree3, label: {en: \"Q?\"}}\n").find("24:9: the battery q has no rows") == 0);
  CHECK(problem_of_items("      - {id: q, type: select_one yesno, label: {en: \"Q?\"}, required: yes}\n")
            .find("24:70: `required` of an item must be no, soft or hard (found `yes`)") == 0);
  CHECK(problem_of_items("      - {id: q, type: select_one yesno, label: {en: \"Q?\"}, missing: [dk, dontknow, blank, dk]}\n") ==
        "24:74: the item q offers a missing code that is not declared (dontknow); allowed are dk or pns\n"
        "24:84: the item q offers blank, which is never offered to a respondent; allowed are dk or pns\n"
        "24:91: the item q offers dk twice; once is enough");
  CHECK(problem_of_items("      - {id: 1q, type: select_one yesno, label: {en: \"Q?\"}}\n").find("24:14: `id` of an item is no id") == 0);
  CHECK(problem_of_items("      - {id: q, type: text, label: {en: \"Q?\"}, coding: {frame: nowhere}}\n")
            .find("24:64: the item q names a coding frame that does not exist (nowhere)") == 0);
  CHECK(problem_of_items("      - {id: q, type: text, label: {en: \"Q?\"}, max_length: 0}\n").find("24:60: max_length is below 1 (0)") ==
        0);
}

TEST_CASE("ranges keep clear of the missing codes") {
  const auto number = [](const std::string& rest) {
    return problem_of_items("      - {id: q, type: integer, label: {en: \"Q?\"}" + rest + "}\n");
  };
  CHECK(number("") == "24:9: the range of q touches -99..-90, which are the missing codes (found any number to any number); write minimum: "
                      "0, or any number above -90");
  CHECK(number(", maximum: 10").find("found any number to 10") != std::string::npos);
  CHECK(number(", minimum: -90").find("found -90 to any number") != std::string::npos);
  CHECK(number(", minimum: -89") == "no problem");
  CHECK(number(", maximum: -100") == "no problem");
  CHECK(number(", minimum: 5, maximum: 4").find("minimum is above maximum (5 and 4); exchange them") != std::string::npos);
  CHECK(number(", minimum: 0, reverse: true").find("q is reversed but has no minimum and maximum") != std::string::npos);
  const auto loaded = load(with_items(
      "      - {id: q, type: integer, label: {en: \"Q?\"}, constraint: . > 0 and 10 >= ., constraint_message: {en: \"1 to 10\"}}\n"));
  CHECK(loaded.only() == "no problem");
  CHECK(loaded.instrument.pages[0].items[0].minimum == 1.0);
  CHECK(loaded.instrument.pages[0].items[0].maximum == 10.0);
}

TEST_CASE("ids are shared by nothing, not even but for case, nor with a generated column") {
  CHECK(problem_of_items(one + one) == "25:9: the id q is used twice (first for an item at line 24); every id stands once");
  CHECK(problem_of_items(one + "      - {id: Q, type: select_one yesno, label: {en: \"Q?\"}}\n") ==
        "25:9: the ids q and Q differ only by case (first at line 24); databases and SPSS cannot tell them apart: rename one");
  CHECK(problem_of_items("      - {id: m, type: select_multiple spots, label: {en: \"M?\"}}\n      - {id: m_9, type: select_one yesno, "
                         "label: {en: \"Q?\"}}\n") ==
        "25:9: the id m_9 equals the column m_9 that m makes for one of its choices (line 24); rename m_9");
  CHECK(problem_of_items(one, "scales:\n  q: {items: [q]}\n") ==
        "26:3: the id q is used twice (first for an item at line 24); every id stands once");
  CHECK(load(with_items(one, "  - id: P\n    items:\n      - {id: r, type: note, label: {en: \"N\"}}\n")).only() ==
        "25:5: the page id P is used twice (first at line 22); every page has its own");
}

TEST_CASE("too many columns are refused") {
  std::string rows;
  for (int i = 0; i < 1901; ++i) {
    rows += "          - {id: r" + std::to_string(i) + ", label: {en: \"R\"}}\n";
  }
  const std::string battery = "      - id: b\n        type: battery agree3\n        label: {en: \"B\"}\n        rows:\n";
  CHECK(problem_of_items(battery + rows) ==
        "24:9: the instrument has too many columns (1901); at most 1900 are allowed: split it, or shorten its lists");
  CHECK(problem_of_items(battery + rows.substr(0, rows.rfind("          - "))) == "no problem");
}

TEST_CASE("expressions refer to what is asked before and compare with what can be answered") {
  const auto relevant = [](const std::string& expression) {
    // The expression starts at 25:59.
    return problem_of_items(one + "      - {id: z, type: text, label: {en: \"Z?\"}, relevant: \"" + expression + "\"}\n" +
                            "      - {id: m, type: select_multiple spots, label: {en: \"M?\"}}\n");
  };
  CHECK(relevant("${q} = 1") == "no problem");
  CHECK(relevant("${k} = 1") == "25:59: `relevant` refers to k, which does not exist");
  CHECK(relevant("${q} = 7") == "25:66: q is compared with 7, which is not in its list; allowed are 1, 0");
  CHECK(relevant("in(${q}, 1, 7)") == "25:71: q is compared with 7, which is not in its list; allowed are 1, 0");
  CHECK(relevant("${q} > 4").find("25:66: q is compared with 4, which lies outside its codes") == 0);
  CHECK(relevant("${q} = -98") == "25:66: q is compared with the missing code -98, which is never true; write is_missing(${q}, dk)");
  CHECK(relevant("${q} = 'yes'") ==
        "25:66: q is answered with codes and is compared with the text 'yes'; allowed are 1, 0; write 1 instead of 'yes'");
  CHECK(relevant("is_missing(${q}, dont)").find("25:76: is_missing names a missing code that is not declared (dont)") == 0);
  CHECK(relevant("selected(${m}, 1)") ==
        "25:68: `relevant` refers to m, which is asked later (page p); it may use only what is asked before");
  CHECK(relevant("selected(${q}, 1)") == "25:68: selected is for a select_multiple item; compare q itself, as in ${q} = 1");
  CHECK(relevant("${z} = 'a'") == "25:59: `relevant` of z refers to itself; it may use only what is asked before");
  CHECK(relevant(". = 1") == "25:59: `.` stands for the answer in a constraint only; in `relevant` write ${id}");
  CHECK(relevant("${q}") == "25:59: `relevant` is a number and not a condition; compare it with something, as in ${id} = 1");
  CHECK(relevant("${q} and ${q} = 1").find("25:59: `and`, `or`, not() and count() take conditions, and this is a number") == 0);
  CHECK(relevant("${q} = date('2026-01-01')") == "25:64: a number is compared with a date; both sides must be of one kind");
  CHECK(relevant("years_between(${q}, date('2026-01-01')) > 1").find("25:73: years_between needs two dates (found a number)") == 0);
  CHECK(relevant("${q} + 'a' = 1").find("25:66: + - * / need numbers (found a text)") == 0);
}

TEST_CASE("columns of expressions are exact, quoted or not, and not guessed where escapes would shift them") {
  const std::string start = "      - id: z\n        type: text\n        label: {en: \"Z?\"}\n        relevant: "; // the value: 28:19
  CHECK(problem_of_items(one + start + "${k} = 1\n").substr(0, 6) == "28:19:");
  CHECK(problem_of_items(one + start + "\"${k} = 1\"\n").substr(0, 6) == "28:20:");
  CHECK(problem_of_items(one + start + "'${q} = 1 and ${k} = 1'\n").substr(0, 6) == "28:33:");
  CHECK(problem_of_items(one + start + "'${q} = ''a'' and ${k} = 1'\n").substr(0, 6) == "28:19:");
  CHECK(problem_of_items(one + start + "${q} = 1 and\n          ${k} = 1\n").substr(0, 6) == "28:19:");
}

TEST_CASE("items of many ticks are bound to their ticks") {
  const auto loaded =
      load(with_items("      - {id: m, type: select_multiple spots, label: {en: \"M?\"}, constraint: count_selected(.) <= 2, "
                      "constraint_message: {en: \"Two at most\"}}\n"
                      "      - {id: z, type: text, label: {en: \"Z?\"}, relevant: \"answered(${m}) and not(selected(${m}, 9))\"}\n"));
  CHECK(loaded.only() == "no problem");
  const std::vector<Item>& items = loaded.instrument.pages[0].items;
  CHECK(items[0].constraint->references() == std::vector<std::string>{"m_1", "m_2", "m_9"});
  CHECK(items[1].relevant->references() == std::vector<std::string>{"m_1", "m_9"});
  const auto two = sample::answers_of({{"m_1", 1}, {"m_2", 1}, {"m_9", 0}});
  CHECK(holds(*items[0].constraint, two, {}) == true);
  CHECK(holds(*items[1].relevant, two, {}) == true);
  CHECK(holds(*items[1].relevant, sample::answers_of({{"m_1", 0}, {"m_2", 0}, {"m_9", 1}}), {}) == false);
  CHECK(holds(*items[0].constraint, sample::answers_of({{"m_1", 1}, {"m_2", 1}, {"m_9", 1}}), {}) == false);
  CHECK_FALSE(holds(*items[0].constraint, sample::answers_of({{"m_1", -99}, {"m_2", -99}, {"m_9", -99}}), {}).has_value());
  CHECK(problem_of_items(
            "      - {id: m, type: select_multiple spots, label: {en: \"M?\"}, constraint: . = 1, constraint_message: {en: \"One\"}}\n")
            .find("m has many ticks and `.` no single value") != std::string::npos);
  CHECK(problem_of_items("      - {id: m, type: select_multiple spots, label: {en: \"M?\"}}\n      - {id: z, type: text, label: {en: "
                         "\"Z?\"}, relevant: \"selected(${m}, 4)\"}\n") ==
        "25:74: selected asks for a code that is not in the list (4); allowed are 1, 2, 9");
}

TEST_CASE("scales and indicators name what there is") {
  const std::string items = one + "      - {id: t, type: text, label: {en: \"T?\"}}\n"; // after: line 26
  const auto after = [&](const std::string& text) { return problem_of_items(items, text); };
  CHECK(after("scales:\n  s: {items: [qq]}\n").find("27:15: the scale s names an item that does not exist (qq)") == 0);
  CHECK(after("scales:\n  s: {items: [q, q]}\n") == "27:18: the scale s names q twice; name it once");
  CHECK(after("scales:\n  s: {items: [t]}\n").find("27:15: the scale s cannot score t: it is a text item") == 0);
  CHECK(after("scales:\n  s: {items: [q], min_answered: 2}\n") ==
        "27:33: min_answered of the scale s is out of range (2); allowed are 1 to 1, its number of items");
  CHECK(after("scales:\n  s: {items: [q], score: median}\n")
            .find("27:26: `score` of a scale must be mean, sum or percent_of_max (found `median`)") == 0);
  CHECK(after("indicators:\n  i: {of: q, in: [1, 2]}\n") ==
        "27:22: the indicator i counts a value that cannot occur: q has no code 2; the codes of yesno are 1, 0");
  CHECK(after("indicators:\n  i: {of: q, in: [-98]}\n")
            .find("27:19: the indicator i counts a value that cannot occur: the missing code -98 (dk) is out of the base") == 0);
  CHECK(after("indicators:\n  i: {of: q, in: [-98], base: asked}\n") == "no problem");
  CHECK(after("indicators:\n  i: {of: q, in: [1], base: valid}\n")
            .find("27:29: `base` of an indicator must be answered or asked (found `valid`)") == 0);
  CHECK(after("indicators:\n  i: {of: q}\n").find("27:6: an indicator lacks the key `in`") == 0);
  CHECK(
      after("indicators:\n  i: {of: q, in: [1], formula: \"${q} = 1\"}\n").find("the indicator i has both a formula and `of` with `in`") !=
      std::string::npos);
  CHECK(after("indicators:\n  i: {formula: \"${q} = 2\"}\n") == "27:24: q is compared with 2, which is not in its list; allowed are 1, 0");
  CHECK(after("indicators:\n  i: {of: t, in: [1]}\n").find("27:11: the indicator i cannot count codes of t, a text item") == 0);
}

TEST_CASE("every problem of a file is told at once, in the order of the file") {
  const auto found = load(with_items("      - {id: q, type: select_one nolist, label: {en: Plain}}\n"
                                     "      - {id: q, type: integer, lable: {en: \"X\"}}\n",
                                     "scale:\n  s: {}\n"))
                         .texts();
  REQUIRE(found.size() == 7);
  CHECK(found[0].substr(0, 6) == "24:23:");
  CHECK(found[1].substr(0, 6) == "24:54:");
  CHECK(found.back().find("26:1: unknown key `scale` in the instrument; did you mean scales?") == 0);
}

TEST_CASE("items expand to variables in order") {
  const auto loaded = load(with_items(
      "      - {id: n, type: note, label: {en: \"Hello\"}}\n"
      "      - {id: q, type: select_one yesno, label: {en: \"Q?\"}, missing: [dk], required: soft, referent: \"ward\", desired_direction: "
      "up}\n"
      "      - {id: m, type: select_multiple spots, label: {en: \"M?\"}}\n"
      "      - {id: k, type: rank spots, label: {en: \"K?\"}}\n"
      "      - id: b\n        type: battery agree3\n        label: {en: \"B?\"}\n        order: random\n        referent: \"ward\"\n       "
      " desired_direction: up\n        rows:\n"
      "          - {id: b1, label: {en: \"One\"}}\n          - {id: b2, reverse: true, referent: \"town\", desired_direction: down, label: "
      "{en: \"Two\"}}\n"
      "      - {id: i, type: integer, label: {en: \"I?\"}, minimum: 0, maximum: 10}\n"
      "      - {id: x, type: decimal, label: {en: \"X?\"}, minimum: 0.5}\n"
      "      - {id: t, type: text, label: {en: \"T?\"}}\n"
      "      - {id: d, type: date, label: {en: \"D?\"}}\n"
      "      - {id: h, type: time, label: {en: \"H?\"}, relevant: \"${d} > date('2026-01-01') and ${x} < 2 and ${k_1} = 1\"}\n"));
  CHECK(loaded.only() == "no problem");
  const Instrument& instrument = loaded.instrument;
  std::vector<std::string> ids;
  for (const Variable& variable : instrument.variables) {
    ids.push_back(variable.id);
  }
  CHECK(ids == std::vector<std::string>{"q", "m_1", "m_2", "m_9", "k_1", "k_2", "k_9", "b1", "b2", "i", "x", "t", "d", "h"});
  const Variable& tick = instrument.variables[instrument.variable("m_9")];
  CHECK(tick.multiple);
  CHECK(tick.list.empty());
  CHECK(instrument.label_of(tick).in("en") == "None of these");
  CHECK(instrument.variables[instrument.variable("k_1")].kind == Variable::Kind::integer);
  const Variable& second = instrument.variables[instrument.variable("b2")];
  CHECK(second.list == "agree3");
  CHECK(second.reverse);
  CHECK(second.referent == "town");
  CHECK(second.desired_direction == Direction::down);
  CHECK(instrument.variables[instrument.variable("b1")].referent == "ward");
  CHECK(instrument.variables[instrument.variable("b1")].desired_direction == Direction::up);
  CHECK(instrument.label_of(second).in("en") == "Two");
  CHECK(instrument.pages[0].items[4].random_order);
  CHECK(instrument.missing.size() == 5); // two of its own, three of every instrument
  CHECK(instrument.missing_code("routed")->code == code_routed);
  CHECK(instrument.missing_code(-98)->name == "dk");
  CHECK(instrument.variable("b") == Instrument::npos);
}

TEST_CASE("the shape depends on ids, kinds and codes only") {
  const std::string text = with_items(one);
  const std::string shape = shape_of(load(text).instrument);
  const auto changed = [&](const std::string& from, const std::string& to) {
    std::string other = text;
    other.replace(other.find(from), from.size(), to);
    return shape_of(load(other).instrument);
  };
  CHECK(shape.size() == 64);
  CHECK(changed("\"Yes\"", "\"Indeed\"") == shape);
  CHECK(changed("version: 1.0.0", "version: 1.0.1") == shape);
  CHECK(changed("{code: 0,", "{code: 2,") != shape);
  CHECK(changed("{id: q,", "{id: r,") != shape);
  CHECK(changed("type: select_one yesno", "type: select_multiple yesno") != shape);
}

TEST_CASE("instruments are found by what they say they are") {
  namespace fs = std::filesystem;
  const fs::path folder = testing::own_folder("find_instrument");
  const auto write = [&](const std::string& name, const std::string& text) { std::ofstream(folder / name, std::ios::binary) << text; };
  const auto problem = [&](std::string_view id, std::string_view version) {
    try {
      return find_instrument({folder.string()}, id, version, {"study.yaml", 4, 13});
    } catch (const InputError& error) {
      return std::string(error.what());
    }
  };
  CHECK(problem("a", "1").find("study.yaml:4:13: the instrument a@1 was not found in ") == 0);
  const std::vector<std::string> folders = {(folder / "not-there").string(), folder.string()};
  write("one.yaml", "canvass: 1\ninstrument: alpha   # the first\nversion: \"1.0.0\"\n");
  write("two.yml", "instrument: alpha\nversion: 2.0.0\nthis does not parse: [\n");
  write("study.yaml", "canvass: 1\nstudy: s\ninstrument: alpha@1.0.0\nversion: 3\n");
  write("notes.txt", "instrument: alpha\nversion: 4\n");
  CHECK(list_instruments(folders).size() == 2);
  CHECK(find_instrument(folders, "alpha", "1.0.0") == (folder / "one.yaml").string());
  CHECK(find_instrument(folders, "alpha", "2.0.0") == (folder / "two.yml").string()); // so that its problems can be told
  CHECK(problem("alpha", "3.0.0").find("; other versions are there: alpha@1.0.0 (") != std::string::npos);
  CHECK(problem("alpah", "1.0.0").find("; did you mean alpha?") != std::string::npos);
  write("copy.yaml", "canvass: 1\ninstrument: alpha\nversion: 1.0.0\n");
  CHECK(problem("alpha", "1.0.0").find("study.yaml:4:13: two files say that they are alpha@1.0.0: ") == 0);
  const fs::path first = folder / "first";
  fs::create_directories(first);
  write("first/own.yaml", "instrument: alpha\nversion: 1.0.0\n");
  CHECK(find_instrument({first.string(), folder.string()}, "alpha", "1.0.0") == (first / "own.yaml").string()); // the first folder wins
  fs::remove_all(folder);
}
