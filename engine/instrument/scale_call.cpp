#include "engine/instrument/scale_call.hpp"

#include "engine/instrument/scoring.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace canvass {

namespace {

using Node = ExpressionNode;
using Value = ExpressionValue;

constexpr std::size_t head = 3;    ///< children before the items: id, score, fewest answers
constexpr std::size_t of_item = 3; ///< children of an item: reference, lowest, highest
constexpr std::string_view sum = "sum";
constexpr std::string_view percent_of_max = "percent_of_max";

Node text(std::string_view written, const Position& at) {
  Node made;
  made.kind = Node::Kind::text;
  made.text = std::string(written);
  made.at = at;
  return made;
}

Node number(double value, const Position& at) {
  Node made;
  made.kind = Node::Kind::number;
  made.number = value;
  made.at = at;
  return made;
}

} // namespace

std::vector<ExpressionNode> scale_call_children(const Instrument& instrument, const Scale& scale, const Position& at) {
  const ScaleRule rule = scale_rule(instrument, scale);
  std::vector<Node> children;
  children.push_back(text(scale.id, at));
  children.push_back(text(scale.score == Score::sum ? sum : scale.score == Score::percent_of_max ? percent_of_max : "mean", at));
  children.push_back(number(scale.min_answered, at));
  for (const ScoredItem& item : rule.items) {
    Node reference;
    reference.kind = Node::Kind::reference;
    reference.text = instrument.variables[item.variable].id;
    reference.at = at;
    children.push_back(std::move(reference));
    children.push_back(number(item.reverse ? item.highest : item.lowest, at));
    children.push_back(number(item.reverse ? item.lowest : item.highest, at));
  }
  return children;
}

ExpressionValue scale_call_value(std::span<const ExpressionValue> children) {
  if (children.size() < head) {
    return {};
  }
  ScaleRule rule;
  rule.score = children[1].text == sum ? Score::sum : children[1].text == percent_of_max ? Score::percent_of_max : Score::mean;
  rule.min_answered = static_cast<int>(children[2].number);
  std::vector<double> answers;
  for (std::size_t i = head; i + of_item <= children.size(); i += of_item) {
    ScoredItem item;
    item.lowest = std::min(children[i + 1].number, children[i + 2].number);
    item.highest = std::max(children[i + 1].number, children[i + 2].number);
    item.reverse = children[i + 1].number > children[i + 2].number;
    rule.lowest += item.lowest; // as a sum needs them; the other scores have no use for the range
    rule.highest += item.highest;
    rule.items.push_back(item);
    const bool answered = children[i].kind == Value::Kind::number || children[i].kind == Value::Kind::boolean;
    answers.push_back(answered ? children[i].number : std::numeric_limits<double>::quiet_NaN());
  }
  const double score = score_of(rule, answers).value;
  Value value;
  if (!std::isnan(score)) {
    value.kind = Value::Kind::number;
    value.number = score;
  }
  return value;
}

} // namespace canvass
