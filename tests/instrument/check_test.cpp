#include "tests/support/catch.hpp"

#include "engine/instrument/check.hpp"
#include "engine/instrument/reachable.hpp"
#include "sample.hpp"

using namespace canvass;
using sample::with_items;

namespace {

/// What one family says of an instrument that loads, a line each.
std::string said(void (*family)(const Instrument&, Problems&), const std::string& text) {
  const auto loaded = sample::load(text);
  REQUIRE(loaded.only() == "no problem");
  sample::Loaded checked;
  family(loaded.instrument, checked.problems);
  const std::string all = checked.only();
  return all == "no problem" ? "" : all;
}

/// What the wording check says of one statement to agree with. The label stands at 24:49.
std::string of_statement(const std::string& text) {
  return said(check_wording, with_items("      - {id: q, type: select_one agree3, label: {en: \"" + text + "\"}}\n"));
}

bool holds(const std::string& text, const std::string& part) {
  INFO(text);
  return text.find(part) != std::string::npos;
}

std::string line(const std::string& id, const std::string& rest) {
  return "      - {id: " + id + ", label: {en: \"" + id + "?\"}, " + rest + "}\n";
}

} // namespace

TEST_CASE("two questions in one are found, one thing with two names is not") {
  CHECK(of_statement("The police are fair and helpful") == "24:49: warning: q may ask about two things at once (\"fair and helpful\"); "
                                                           "someone who sees them differently cannot answer: ask one, or make two items");
  CHECK(holds(of_statement("Social, economic and environmental conditions matter"), "economic and environmental"));
  CHECK(holds(of_statement("Officers listen or explain"), "listen or explain"));
  CHECK(of_statement("The police deal with crime and disorder").empty());
  CHECK(of_statement("People here feel safe or unsafe").empty());
  CHECK(of_statement("It is open between nine and five").empty());
  CHECK(of_statement("People of 18 or over may vote").empty());
  CHECK(of_statement("The police (officers and staff) are fair").empty());
  CHECK(said(check_wording, with_items("      - {id: q, type: select_one yesno, label: {en: \"Do you rent or own?\"}}\n"))
            .empty()); // a question lists its answers
  CHECK(said(check_wording, with_items("      - {id: q, type: text, label: {en: \"What is good and what is bad?\"}}\n"))
            .empty()); // an open one may have two
}

TEST_CASE("leading, negated and long wording is found") {
  CHECK(holds(of_statement("Surely the police do well"), "q may lead to an answer (\"surely\")"));
  CHECK(holds(of_statement("Don\xE2\x80\x99t you agree"), "q may lead to an answer (\"don't you\")"));
  CHECK(holds(of_statement("The police do not listen"), "24:49: note: q denies something"));
  CHECK(holds(of_statement("It is not unusual to wait"), "warning: q holds a double negative"));
  CHECK(holds(of_statement("Nobody ever does nothing"), "warning: q holds a double negative"));
  CHECK(of_statement("I know whether or not to call").empty());
  std::string words = "one";
  for (int i = 0; i < 30; ++i) {
    words += " word";
  }
  CHECK(holds(of_statement(words), "q is long (31 words); aim for 30 at most"));
}

TEST_CASE("lists: balance, overlaps, gaps, use") {
  const auto with_list = [](const std::string& choices, const std::string& type = "select_one") {
    std::string text = with_items("      - {id: q, type: " + type + " own, label: {en: \"Q?\"}}\n" + line("y", "type: select_one yesno") +
                                  line("a", "type: select_one agree3") + line("s", "type: select_multiple spots"));
    text.insert(text.find("  yesno:"), "  own:\n" + choices);
    return said(check_answers, text);
  };
  const auto choice = [](int code, const std::string& label) {
    return "    - {code: " + std::to_string(code) + ", label: {en: \"" + label + "\"}}\n";
  };
  CHECK(with_list(choice(1, "Excellent") + choice(2, "Very good") + choice(3, "Good") + choice(4, "Fair") + choice(5, "Poor")) ==
        "10:3: warning: the list own is not balanced (3 answers are favourable and 1 unfavourable); offer as many answers on either side");
  CHECK(with_list(choice(1, "Excellent") + choice(2, "Good") + choice(3, "Fair") + choice(4, "Poor") + choice(5, "Very poor")).empty());
  CHECK(with_list(choice(1, "Not at all confident") + choice(2, "Fairly confident") + choice(3, "Very confident")).empty()); // one end only
  CHECK(holds(with_list(choice(1, "16 to 24") + choice(2, "24 to 34")),
              "two answers of own overlap (16 to 24 and 24 to 34); somebody at 24 finds two"));
  CHECK(holds(with_list(choice(1, "16-24") + choice(2, "26\xE2\x80\x93"
                                                       "34 years")),
              "two answers of own leave a gap (16 to 24 and 26 to 34); somebody at 25 finds none"));
  CHECK(with_list(choice(1, "16-24") + choice(2, "25-34") + choice(3, "35 or over")).empty());
  CHECK(holds(with_list(choice(1, "One") + "    - {code: 2, exclusive: true, label: {en: \"None\"}}\n"), "exclusive does nothing in own"));
  CHECK(with_list(choice(1, "One") + "    - {code: 2, exclusive: true, label: {en: \"None\"}}\n", "select_multiple").empty());
  CHECK(holds(said(check_answers, with_items(line("y", "type: select_one yesno"))), "the list agree3 is used by no item"));
  CHECK(holds(said(check_answers, with_items(line("t", "type: text"), "frames:\n  f:\n    - {code: 1, label: \"F\"}\n")),
              "the coding frame f is used by no item"));
}

TEST_CASE("questions for knowledge need a don't know") {
  const std::string question = "      - {id: k, type: select_one yesno, label: {en: \"Do you know who your local officer is?\"}";
  CHECK(holds(said(check_answers, with_items(question + "}\n")), "24:9: warning: k asks for knowledge and offers no \"don't know\""));
  CHECK_FALSE(holds(said(check_answers, with_items(question + ", missing: [dk]}\n")), "asks for knowledge"));
}

TEST_CASE("scales: referents, reversed items, unlike codes, directions") {
  const std::string a = line("a", "type: select_one agree3, referent: \"ward\"");
  const std::string b = line("b", "type: select_one agree3, reverse: true, referent: \"town\"");
  const std::string c = line("c", "type: select_one agree3, reverse: true");
  const std::string n = line("n", "type: integer, minimum: 0, maximum: 10");
  const std::string label = "label: {en: \"S\"}, ";
  CHECK(said(check_scales, with_items(a + b, "scales:\n  s: {" + label + "items: [a, b]}\n")) ==
        "27:3: warning: the scale s mixes places asked about (ward, town); people answer for different areas: ask about one");
  CHECK(holds(said(check_scales, with_items(a, "scales:\n  s: {items: [a]}\n")), "note: the scale s has no label"));
  CHECK(holds(said(check_scales, with_items(a, "scales:\n  s: {items: [a]}\n")), "note: the scale s has one item"));
  CHECK(holds(said(check_scales, with_items(a + n, "scales:\n  s: {" + label + "items: [a, n]}\n")),
              "note: the scale s has no reversed item"));
  CHECK(holds(said(check_scales, with_items(b + c, "scales:\n  s: {" + label + "items: [b, c]}\n")),
              "warning: every item of the scale s is reversed"));
  CHECK(holds(said(check_scales, with_items(c + n, "scales:\n  s: {" + label + "items: [c, n]}\n")),
              "mixes items with different codes (c has 1 to 3, n has 0 to 10)"));
  CHECK(said(check_scales, with_items(c + n, "scales:\n  s: {" + label + "items: [c, n], score: percent_of_max}\n")).empty());
  CHECK(holds(said(check_scales, with_items(a + b + c)), "25:9: warning: b is reversed but belongs to no scale"));
  CHECK(holds(said(check_scales, with_items(a + b + c + line("z", "type: select_one agree3"), "scales:\n  s: {items: [a, c]}\n")),
              "27:9: note: z is answered like the items of a scale but belongs to no scale or indicator"));
  CHECK_FALSE(holds(said(check_scales, with_items(a + c + line("z", "type: select_one agree3"),
                                                  "scales:\n  s: {items: [a, c]}\nindicators:\n  i: {formula: \"${z} = 1\"}\n")),
                    "z is answered"));
  CHECK(
      holds(said(check_scales, with_items(a + c, "scales:\n  s: {items: [a, c]}\n  t: {items: [c, a]}\n")), "note: a belongs to 2 scales"));
  const std::string up = line("u", "type: select_one agree3, desired_direction: up");
  const std::string wrong = line("w", "type: select_one agree3, reverse: true, desired_direction: up");
  const std::string checked =
      said(check_scales, with_items(up + wrong, "scales:\n  s: {" + label + "items: [u, w], desired_direction: up}\n"));
  CHECK(checked ==
        "25:9: warning: w pulls against its scale s: its desired_direction is up and it is reversed; check reverse and both directions");
  CHECK(holds(said(check_scales, with_items(a + c + n, "scales:\n  s: {items: [a, c, n], min_answered: 1}\n")),
              "is scored from 1 of 3 items"));
  CHECK(holds(said(check_scales, with_items(a + c, "scales:\n  s: {items: [a, c], score: sum, min_answered: 1}\n")),
              "note: the scale s is a sum that allows gaps"));
}

TEST_CASE("items nobody reaches are found, also through the routing of others") {
  const auto routed = [](const std::string& of_b, const std::string& of_c) {
    return said(check_routing, with_items(line("a", "type: select_one agree3, missing: [dk]") +
                                          line("b", "type: select_one yesno, relevant: \"" + of_b + "\"") + "  - id: p2\n    items:\n" +
                                          line("c", "type: text, relevant: \"" + of_c + "\"")));
  };
  CHECK(holds(routed("${a} = 1", "${a} = 1 and ${a} = 2"), "c is never asked"));
  CHECK_FALSE(holds(routed("${a} = 1", "${a} = 1 and ${b} = 1"), "never asked"));
  CHECK(holds(routed("${a} = 1", "${b} = 1 and ${a} = 2"), "28:59: warning: c is never asked")); // b is asked only of those with a = 1
  CHECK_FALSE(holds(routed("${a} = 1", "is_missing(${b}, routed) and ${a} = 2"), "never asked"));
  CHECK(holds(routed("${a} = 1", "is_missing(${b}, routed) and ${a} = 1"), "c is never asked"));
  CHECK(holds(routed("${a} = 1", "is_missing(${a}, pns)"), "c is never asked")); // a does not offer it
  CHECK_FALSE(holds(routed("${a} = 1", "is_missing(${a}, dk)"), "never asked"));
  CHECK(holds(routed("${a} = 1", "${a} + ${a} = 7"), "c is never asked")); // codes are tried out whatever is calculated
  CHECK(holds(routed("${a} = 1", "answered(${a})"), "note: b depends on a, which stands on the same page"));
  const auto numeric = [](const std::string& condition) {
    return said(check_routing, with_items(line("n", "type: integer, minimum: 0, maximum: 10") + line("m", "type: decimal, minimum: 0") +
                                          line("t", "type: text") + line("d", "type: date") + "  - id: p2\n    items:\n" +
                                          line("c", "type: note, relevant: \"" + condition + "\"")));
  };
  CHECK(holds(numeric("${n} > 10"), "c is never asked"));
  CHECK(numeric("${n} >= 10").empty());
  CHECK(holds(numeric("${n} > 3 and ${n} < 4"), "c is never asked"));
  CHECK(numeric("${m} > 3 and ${m} < 4").empty());
  CHECK(holds(numeric("${t} = 'a' and ${t} != 'a'"), "c is never asked"));
  CHECK(numeric("${t} != 'a'").empty());
  CHECK(holds(numeric("${d} < date('2026-01-01') and ${d} > date('2026-01-01')"), "c is never asked"));
  CHECK(numeric("${n} * 2 = 100").empty()); // not decided, so nothing is claimed
  CHECK(holds(said(check_routing, with_items(line("a", "type: select_one agree3"),
                                             "  - id: p2\n    relevant: ${a} = 1 and ${a} = 2\n    items:\n" + line("c", "type: text"))),
              "25:5: warning: the page p2 is never asked"));
}

TEST_CASE("opinions are never hard to leave out") {
  CHECK(holds(said(check_routing, with_items(line("a", "type: select_one agree3, required: hard, desired_direction: up"))),
              "a asks for an opinion and must be answered"));
  CHECK(holds(said(check_routing, with_items(line("a", "type: text, required: hard"))), "a asks for an opinion"));
  CHECK(holds(said(check_routing, with_items(line("a", "type: select_one yesno, required: hard"))),
              "note: a must be answered and offers no way out"));
  CHECK(said(check_routing, with_items(line("a", "type: select_one yesno, required: hard, missing: [pns]"))).empty());
  CHECK(said(check_routing, with_items(line("a", "type: select_one agree3, required: soft"))).empty());
  CHECK(holds(said(check_routing, with_items(line("a", "type: text, constraint: . != 'x'"))),
              "a has a constraint without constraint_message"));
}
