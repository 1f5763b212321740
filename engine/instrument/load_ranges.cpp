#include "engine/core/text.hpp"
#include "engine/instrument/load_parts.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace canvass {

namespace {

using Node = ExpressionNode;

/// Bounds that a constraint sets on `.` in its outermost `and`s, such as `. >= 0 and . <= 10`.
struct Bounds {
  std::optional<double> lowest, highest;
};

void take_bound(const Node& node, const std::vector<Node>& nodes, bool whole, Bounds& bounds) {
  if (node.children.size() != 2) {
    return;
  }
  const Node& left = nodes[node.children[0]];
  const Node& right = nodes[node.children[1]];
  const bool as_written = left.kind == Node::Kind::self && right.kind == Node::Kind::number;
  const bool mirrored = right.kind == Node::Kind::self && left.kind == Node::Kind::number;
  if (!as_written && !mirrored) {
    return;
  }
  const double value = as_written ? right.number : left.number;
  const bool below = node.kind == Node::Kind::lt || node.kind == Node::Kind::le; // the left side is below
  const bool above = node.kind == Node::Kind::gt || node.kind == Node::Kind::ge;
  const bool strict = node.kind == Node::Kind::lt || node.kind == Node::Kind::gt;
  if ((above && as_written) || (below && mirrored)) {
    const double bound = !whole ? value : strict ? std::floor(value) + 1 : std::ceil(value);
    bounds.lowest = std::max(bounds.lowest.value_or(bound), bound);
  } else if ((below && as_written) || (above && mirrored)) {
    const double bound = !whole ? value : strict ? std::ceil(value) - 1 : std::floor(value);
    bounds.highest = std::min(bounds.highest.value_or(bound), bound);
  }
}

Bounds bounds_of(const Expression& constraint, bool whole) {
  Bounds bounds;
  std::vector<std::size_t> open;
  if (!constraint.nodes.empty()) {
    open.push_back(constraint.nodes.size() - 1);
  }
  while (!open.empty()) {
    const Node& node = constraint.nodes[open.back()];
    open.pop_back();
    if (node.kind == Node::Kind::op_and) {
      open.insert(open.end(), node.children.begin(), node.children.end());
    } else {
      take_bound(node, constraint.nodes, whole, bounds);
    }
  }
  return bounds;
}

void settle_range(Item& item, Problems& problems) {
  if (item.constraint) {
    const Bounds bounds = bounds_of(*item.constraint, item.type == ItemType::integer);
    if (bounds.lowest) {
      item.minimum = std::max(item.minimum.value_or(*bounds.lowest), *bounds.lowest);
    }
    if (bounds.highest) {
      item.maximum = std::min(item.maximum.value_or(*bounds.highest), *bounds.highest);
    }
  }
  const bool above = item.minimum && *item.minimum > last_missing_code;
  const bool below = item.maximum && *item.maximum < first_missing_code;
  if (!above && !below) {
    const std::string found = fmt::format("{} to {}", item.minimum ? shortest(*item.minimum) : "any number",
                                          item.maximum ? shortest(*item.maximum) : "any number");
    problems.error(
        item.at,
        fmt::format("the range of {} touches -99..-90, which are the missing codes (found {}); write minimum: 0, or any number above -90",
                    item.id, found));
  } else if (item.minimum && item.maximum && *item.minimum > *item.maximum) {
    problems.error(item.at, fmt::format("no number can answer {}: its lowest is {} and its highest {}", item.id, shortest(*item.minimum),
                                        shortest(*item.maximum)));
  }
  if (item.reverse && !(item.minimum && item.maximum)) {
    problems.error(
        item.at,
        fmt::format("{} is reversed but has no minimum and maximum; reverse is lowest + highest - answer and needs both", item.id));
  }
}

} // namespace

void settle_ranges(Loading& loading) {
  for (Page& page : loading.instrument.pages) {
    for (Item& item : page.items) {
      if (item.type == ItemType::integer || item.type == ItemType::decimal) {
        settle_range(item, loading.problems);
      }
    }
  }
}

} // namespace canvass
