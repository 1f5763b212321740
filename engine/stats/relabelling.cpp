#include "engine/stats/relabelling.hpp"

#include "engine/stats/result.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace canvass::stats {

namespace {

/// n over k as far as 64 bits hold it comfortably; beyond, a large number that is never enumerated.
std::uint64_t small_choose(std::uint64_t n, std::uint64_t k) {
  if (k > n) {
    return 0;
  }
  std::uint64_t result = 1;
  for (std::uint64_t i = 1; i <= std::min(k, n - k); ++i) {
    result = result * (n - i + 1) / i;
    if (result > (std::uint64_t{1} << 40)) {
      return std::uint64_t{1} << 40;
    }
  }
  return result;
}

double choose(double n, double k) {
  double result = 1;
  for (double i = 1; i <= std::min(k, n - k); ++i) {
    result = result * (n - i + 1) / i;
  }
  return std::round(result);
}

} // namespace

Relabelling::Relabelling(std::span<const std::uint8_t> marked, std::span<const std::int32_t> sets) {
  std::map<std::int32_t, std::vector<std::uint32_t>> members;
  for (std::size_t i = 0; i < marked.size(); ++i) {
    members[sets.empty() ? 0 : sets[i]].push_back(static_cast<std::uint32_t>(i));
  }
  for (const auto& [id, people] : members) {
    Set set;
    set.begin = static_cast<std::uint32_t>(people_.size());
    set.size = static_cast<std::uint32_t>(people.size());
    for (const std::uint32_t person : people) {
      set.chosen += marked[person] != 0 ? 1U : 0U;
      people_.push_back(person);
    }
    set.ways = small_choose(set.size, set.chosen);
    ways_ *= choose(set.size, set.chosen);
    chosen_ += set.chosen;
    sets_.push_back(set);
  }
}

std::span<const std::uint32_t> Relabelling::Drawer::next() {
  result_.clear();
  for (const Set& set : of_->sets_) {
    std::uint32_t* people = people_.data() + set.begin;
    if (set.chosen == set.size) {
      result_.insert(result_.end(), people, people + set.size);
      continue;
    }
    for (std::uint32_t i = 0; i < set.chosen; ++i) {
      std::swap(people[i], people[i + stream_.below(set.size - i)]);
    }
    result_.insert(result_.end(), people, people + set.chosen);
  }
  return result_;
}

std::vector<std::uint32_t> Relabelling::at(std::uint64_t index) const {
  std::vector<std::uint32_t> result;
  result.reserve(chosen_);
  for (const Set& set : sets_) {
    std::uint64_t rank = index % set.ways;
    index /= set.ways;
    // Combinations in lexicographic order.
    std::uint32_t left = set.chosen;
    for (std::uint32_t i = 0; i < set.size && left > 0; ++i) {
      const std::uint64_t with = small_choose(set.size - i - 1, left - 1);
      if (rank < with) {
        result.push_back(people_[set.begin + i]);
        --left;
      } else {
        rank -= with;
      }
    }
  }
  return result;
}

} // namespace canvass::stats
