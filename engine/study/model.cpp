#include "engine/study/model.hpp"

#include <algorithm>

namespace canvass {

namespace {

template <typename Rows> std::size_t index_of(const Rows& rows, std::string_view id) {
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return row.id == id; });
  return found == rows.end() ? Study::npos : static_cast<std::size_t>(found - rows.begin());
}

} // namespace

std::string_view to_string(AssignmentKind kind) {
  switch (kind) {
  case AssignmentKind::none: return "none";
  case AssignmentKind::randomised: return "randomised";
  case AssignmentKind::matched: return "matched";
  case AssignmentKind::self_selected: return "self_selected";
  }
  return "none";
}

std::string_view to_string(SampleKind kind) {
  switch (kind) {
  case SampleKind::census: return "census";
  case SampleKind::probability: return "probability";
  case SampleKind::quota: return "quota";
  case SampleKind::self_selected: return "self_selected";
  }
  return "census";
}

std::string_view to_string(Expect expect) {
  switch (expect) {
  case Expect::none: return "none";
  case Expect::up: return "up";
  case Expect::down: return "down";
  case Expect::same: return "same";
  }
  return "none";
}

std::string_view to_string(Adjustment adjustment) {
  switch (adjustment) {
  case Adjustment::none: return "none";
  case Adjustment::holm: return "holm";
  case Adjustment::hochberg: return "hochberg";
  case Adjustment::hommel: return "hommel";
  case Adjustment::bh: return "bh";
  case Adjustment::by: return "by";
  case Adjustment::westfall_young: return "westfall_young";
  }
  return "none";
}

const Family* Plan::family(std::string_view id) const {
  const std::size_t index = index_of(families, id);
  return index == Study::npos ? nullptr : &families[index];
}

const PlannedAnalysis* Plan::analysis(std::string_view id) const {
  const std::size_t index = index_of(analyses, id);
  return index == Study::npos ? nullptr : &analyses[index];
}

const Person* People::find(std::string_view id) const {
  // `by_id` is made by load_people; people put together by hand are searched in order.
  if (by_id.size() != people.size()) {
    const std::size_t index = index_of(people, id);
    return index == npos ? nullptr : &people[index];
  }
  const auto found = std::lower_bound(by_id.begin(), by_id.end(), id,
                                      [&](std::size_t index, std::string_view wanted) { return people[index].id < wanted; });
  return found != by_id.end() && people[*found].id == id ? &people[*found] : nullptr;
}

std::size_t People::column(std::string_view name) const {
  const auto found = std::find(columns.begin(), columns.end(), name);
  return found == columns.end() ? npos : static_cast<std::size_t>(found - columns.begin());
}

void People::index() {
  by_id.resize(people.size());
  for (std::size_t i = 0; i < by_id.size(); ++i) {
    by_id[i] = i;
  }
  std::sort(by_id.begin(), by_id.end(), [&](std::size_t a, std::size_t b) { return people[a].id < people[b].id; });
}

std::size_t Study::wave(std::string_view wanted) const {
  return index_of(waves, wanted);
}

std::size_t Study::arm(std::string_view wanted) const {
  return index_of(arms, wanted);
}

std::size_t Study::control_arm() const {
  const auto found = std::find_if(arms.begin(), arms.end(), [](const Arm& arm) { return arm.is_control; });
  return found == arms.end() ? npos : static_cast<std::size_t>(found - arms.begin());
}

std::string Study::name(const Contrast& contrast) const {
  return waves[contrast.later].id + "-" + waves[contrast.earlier].id;
}

} // namespace canvass
