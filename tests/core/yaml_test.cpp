#include "tests/support/catch.hpp"

#include "engine/core/random.hpp"
#include "engine/core/text.hpp"
#include "engine/core/yaml.hpp"

#include <cstdio>
#include <fstream>
#include <string>

using namespace canvass;

namespace {

std::string listed(const Problems& problems) {
  std::string text;
  for (const Problem& problem : problems.all()) {
    text += to_string(problem) + "\n";
  }
  return text;
}

std::string problems_of(std::string_view bytes, const YamlLimits& limits = {}) {
  Problems problems;
  static_cast<void>(read_yaml(bytes, "f.yaml", problems, limits));
  return listed(problems);
}

YamlNode good(std::string_view bytes) {
  Problems problems;
  YamlNode node = read_yaml(bytes, "f.yaml", problems);
  INFO(listed(problems));
  CHECK(problems.empty());
  return node;
}

} // namespace

TEST_CASE("what YAML lets pass and a study must not, is refused with its place", "[core][yaml]") {
  CHECK(problems_of("a: 1\nb: 2\na: 3\n").find("f.yaml:3:1: the key `a` stands twice (first in line 1)") == 0);
  CHECK(problems_of("a: 1\na: 2\na: 3\n").find("f.yaml:3:1: the key `a`") != std::string::npos);
  CHECK(problems_of("é: &x 1\n").find("f.yaml:1:") == 0);
  CHECK(problems_of("a: &x 1\n").find("an anchor (&name) is not allowed") != std::string::npos);
  CHECK(problems_of("a: &x 1\nb: *x\n").find("an anchor") != std::string::npos);
  CHECK(problems_of("b: *x\n") != "");
  CHECK(problems_of("<<: {a: 1}\n").find("merge key") != std::string::npos);
  CHECK(problems_of("a: !!int 1\n").find("a tag") != std::string::npos);
  CHECK(problems_of("a: !x {b: 1}\n").find("a tag") != std::string::npos);
  CHECK(problems_of("a: 1\n---\nb: 2\n").find("f.yaml:3:1: a second document") == 0);
  CHECK(problems_of("a: 1\n...\nrest\n") != "");
  CHECK(problems_of("{a: 1} rest\n") != "");
  CHECK(problems_of("a:\n\tb: 1\n").find("f.yaml:2:1: a tab in the indentation") == 0);
  CHECK(problems_of("a: 1\n  \tb: 1\n").find("f.yaml:2:3: a tab in the indentation") == 0);
  CHECK(problems_of("[a, b]: 1\n").find("a key must be a word, not a list") != std::string::npos);
  CHECK(problems_of("? {a: 1}\n: 2\n").find("a key must be a word, not a mapping") != std::string::npos);
  CHECK(problems_of(": 2\n") != "");
  CHECK(problems_of("a: \xFF\n").find("f.yaml:1:4: this byte is not UTF-8") == 0);
  CHECK(problems_of(std::string("a: \0b\n", 7)).find("f.yaml:1:4: a NUL byte") == 0);
  CHECK(problems_of("a: [1, 2\n") != "");
  CHECK(problems_of("a: \"open\n").find("f.yaml:1:4: a quoted text opens here and never closes") == 0);
  CHECK(problems_of("a: 'it''s\n").find("f.yaml:1:4: a quoted text opens here and never closes") == 0);
  CHECK(problems_of("a: b: c\n").find("must be quoted") != std::string::npos);
  CHECK(problems_of("a: 1\n b: 2\n") != "");
}

TEST_CASE("the unquoted question is recognised", "[core][yaml]") {
  const std::string text = problems_of("label: {en: How safe do you feel here?, cy: Pa mor ddiogel?}\n");
  CHECK(text.find("f.yaml:1:") == 0);
  CHECK(text.find("a text with a question mark inside { } must be quoted") != std::string::npos);
  CHECK(problems_of("label: {en: \"How safe?\", cy: \"Pa mor?\"}\n").empty());
}

TEST_CASE("size, depth and number are limited and nothing crashes", "[core][yaml]") {
  CHECK(problems_of(std::string((1u << 20) + 1, ' ')).find("at most 1048576 are read") != std::string::npos);
  for (const std::string open : {"[", "{a: ", "- ", "? ", "-\t", "[{a: ", "\"[\" : ["}) {
    std::string deep;
    while (deep.size() < 900'000) {
      deep += open;
    }
    INFO(open);
    CHECK(problems_of(deep) != "");
  }
  std::string stairs;
  for (std::size_t i = 0; i < 1'000; ++i) {
    stairs += std::string(i, ' ') + "a:\n";
  }
  CHECK(problems_of(stairs).find("nested more than 64 deep") != std::string::npos);
  CHECK(problems_of("[[1]]", {100, 2, 10}).empty());
  CHECK(problems_of("[[[1]]]", {100, 2, 10}).find("f.yaml:1:3: nested more than 2 deep") == 0);
  CHECK(problems_of("[1,2,3,4,5,6,7,8,9,10,11]", {100, 9, 10}).find("more than 10 values") != std::string::npos);
}

TEST_CASE("texts with quotes inside are read", "[core][yaml]") {
  CHECK(good("a: 'it''s'\n").find("a")->text == "it's");
  CHECK(good("a: \"say \\\"no\\\" \\\\\"\n").find("a")->text == "say \"no\" \\");
  CHECK(good("a: |\n  'not a quote\n").find("a")->text == "'not a quote\n");
  CHECK(good("a: it's 5 \"o clock\n").find("a")->text == "it's 5 \"o clock");
}

TEST_CASE("an empty file is nothing", "[core][yaml]") {
  CHECK(good("").kind == YamlNode::Kind::null);
  CHECK(good("# only a comment\n").kind == YamlNode::Kind::null);
  CHECK(good("\xEF\xBB\xBF").kind == YamlNode::Kind::null);
}

TEST_CASE("scalars keep their text: nothing is guessed", "[core][yaml]") {
  const YamlNode node = good("a: no\nb: 010\nc: \"no\"\nd: ~\ne:\nf: ''\ng: 1e3\nh: '~'\ni: |\n  two\n  lines\n");
  CHECK(node.find("a")->text == "no");
  CHECK(node.find("b")->text == "010");
  CHECK_FALSE(node.find("b")->quoted);
  CHECK(node.find("c")->quoted);
  CHECK(node.find("d")->kind == YamlNode::Kind::null);
  CHECK(node.find("e")->kind == YamlNode::Kind::null);
  CHECK(node.find("f")->kind == YamlNode::Kind::scalar);
  CHECK(node.find("f")->text.empty());
  CHECK(node.find("h")->text == "~");
  CHECK(node.find("i")->text == "two\nlines\n");
  CHECK(node.find("z") == nullptr);
}

TEST_CASE("columns count characters, not bytes", "[core][yaml]") {
  const YamlNode node = good("\xEF\xBB\xBF{é€😀: x, b: [1, ä, 2]}\r\n");
  CHECK(node.entries.at(0).key_at == Position{"f.yaml", 1, 2});
  CHECK(node.entries.at(0).value.at == Position{"f.yaml", 1, 7});
  CHECK(node.entries.at(1).value.items.at(2).at == Position{"f.yaml", 1, 20});
}

TEST_CASE("a mapping read key by key tells all that is wrong with it", "[core][yaml]") {
  Problems problems;
  const YamlNode node =
      good("id: 1x\ncount: 010\nshare: 5%\nflag: yes\nkind: cohrt\nlist: {a: 1}\nrevers: true\nnames: [a, [b]]\nempty:\n");
  YamlMap map(node, "an item", problems);
  CHECK_FALSE(map.required_id("id"));
  CHECK_FALSE(map.integer("count"));
  CHECK_FALSE(map.number("share"));
  CHECK_FALSE(map.boolean("flag"));
  CHECK_FALSE(map.one_of("kind", {"cohort", "survey"}));
  CHECK(map.sequence("list").empty());
  CHECK_FALSE(map.boolean("reverse"));
  CHECK(map.strings("names") == std::vector<std::string>{"a"});
  CHECK_FALSE(map.required_string("empty"));
  CHECK_FALSE(map.required_string("label"));
  CHECK_FALSE(map.string("absent"));
  map.finish();
  const std::string text = listed(problems);
  INFO(text);
  CHECK(problems.all().size() == 10);
  CHECK(text.find("f.yaml:1:5: `id` of an item is no id (found `1x`)") != std::string::npos);
  CHECK(text.find("f.yaml:2:8: `count` of an item must be a whole number (found `010`)") != std::string::npos);
  CHECK(text.find("must be cohort or survey (found `cohrt`); did you mean cohort?") != std::string::npos);
  CHECK(text.find("f.yaml:7:1: unknown key `revers` in an item; did you mean reverse?") != std::string::npos);
  CHECK(text.find("an item lacks the key `label`") != std::string::npos);
}

TEST_CASE("a node that is no mapping gives nothing and one problem", "[core][yaml]") {
  Problems problems;
  const YamlNode node = good("[1]");
  YamlMap map(node, "the plan", problems);
  CHECK_FALSE(map.required_string("id"));
  CHECK_FALSE(map.has("id"));
  CHECK(map.strings("x").empty());
  map.finish();
  CHECK(listed(problems) == "f.yaml:1:1: the plan must be a mapping of keys and values (found a list)\n");
}

TEST_CASE("good values are read", "[core][yaml]") {
  Problems problems;
  const YamlNode node = good("id: q1\ncount: -3\nshare: 0.05\nflag: true\nkind: cohort\nname: a\nitems: [x, y]\n");
  YamlMap map(node, "an item", problems);
  CHECK(map.required_id("id") == "q1");
  CHECK(map.required_integer("count") == -3);
  CHECK(map.number("share") == 0.05);
  CHECK(map.boolean("flag") == true);
  CHECK(map.one_of("kind", {"cohort", "survey"}) == "cohort");
  CHECK(map.strings("name") == std::vector<std::string>{"a"});
  CHECK(map.sequence("items").size() == 2);
  CHECK(map.at("share") == Position{"f.yaml", 3, 8});
  CHECK(map.at("none") == map.at());
  map.finish();
  CHECK(problems.empty());
}

TEST_CASE("files that cannot be read say so", "[core][yaml]") {
  CHECK_THROWS_AS(read_file(CANVASS_BINARY_DIR "/no such file"), InputError);
  CHECK_THROWS_AS(read_file(CANVASS_BINARY_DIR), InputError);
  const std::string path = CANVASS_BINARY_DIR "/yaml_test_file";
  const std::string bytes = std::string(70'000, 'x') + "\r\n\0end";
  std::ofstream(path, std::ios::binary) << bytes;
  CHECK(read_file(path) == bytes);
  std::remove(path.c_str());
}

TEST_CASE("no bytes crash the reader", "[core][yaml]") {
  RandomStream stream(3, "yaml");
  const std::string alphabet = "ab:-?[]{},#&*!|>'\"%@`~ \n\r\t\\<=0.é";
  for (int i = 0; i < 4'000; ++i) {
    std::string text;
    for (std::uint32_t n = stream.below(60); n > 0; --n) {
      text += alphabet[stream.below(static_cast<std::uint32_t>(alphabet.size()))];
    }
    Problems problems;
    const YamlNode node = read_yaml(text, "f", problems);
    if (problems.has_errors()) {
      REQUIRE((node.kind == YamlNode::Kind::null || node.kind == YamlNode::Kind::mapping || node.kind == YamlNode::Kind::sequence));
    }
    for (const Problem& problem : problems.all()) {
      REQUIRE_FALSE(first_invalid_utf8(problem.text));
    }
  }
}
