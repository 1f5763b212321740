#include "engine/study/public_survey.hpp"

#include "engine/core/text.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <numeric>
#include <tuple>

namespace canvass {

namespace {

std::string folded(std::string_view name) {
  return to_lower(trim(name));
}

/// How unlike two folded names are: 0 the same, up to 1 nothing alike. A name within the other counts as near.
double unlikeness(const std::string& wanted, const std::string& other) {
  const std::size_t longer = std::max(wanted.size(), other.size());
  if (longer == 0) {
    return 0;
  }
  const std::size_t limit = std::max<std::size_t>(longer / 3, 1);
  const std::size_t distance = edit_distance(wanted, other, limit);
  double value = distance > limit ? 1 : static_cast<double>(distance) / static_cast<double>(longer);
  const std::size_t shorter = std::min(wanted.size(), other.size());
  if (shorter >= 4 && (wanted.find(other) != std::string::npos || other.find(wanted) != std::string::npos)) {
    value = std::min(value, 0.34);
  }
  return value;
}

template <typename Rows> auto find_by_id(const Rows& rows, std::string_view id) -> decltype(rows.data()) {
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return row.id == id; });
  return found == rows.end() ? nullptr : &*found;
}

/// First eight bytes as one number that sorts as they do, so that most comparisons of serials need no string.
std::uint64_t head_of(std::string_view text) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    value = value << 8U | (i < text.size() ? static_cast<unsigned char>(text[i]) : 0U);
  }
  return value;
}

} // namespace

void AreaTree::index() {
  // Ranks decide between areas that share a name: code before label before alias, then the narrower level.
  struct Entry {
    std::string name;
    int rank;
    std::size_t level, area;
  };
  std::vector<Entry> entries;
  for (std::size_t i = 0; i < areas.size(); ++i) {
    const std::size_t width = levels.size() - std::min(levels.size(), areas[i].level);
    entries.push_back({folded(areas[i].code), 0, width, i});
    entries.push_back({folded(areas[i].label), 1, width, i});
    for (const std::string& alias : areas[i].aliases) {
      entries.push_back({folded(alias), 2, width, i});
    }
  }
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return std::tie(a.name, a.rank, a.level, a.area) < std::tie(b.name, b.rank, b.level, b.area);
  });
  by_name.clear();
  for (Entry& entry : entries) {
    if (!entry.name.empty() && (by_name.empty() || by_name.back().first != entry.name)) {
      by_name.emplace_back(std::move(entry.name), entry.area);
    }
  }
}

std::size_t AreaTree::find(std::string_view name) const {
  if (by_name.empty() && !areas.empty()) { // a tree made by hand
    AreaTree indexed = *this;
    indexed.index();
    return indexed.by_name.empty() ? npos : indexed.find(name);
  }
  const std::string wanted = folded(name);
  const auto found = std::lower_bound(by_name.begin(), by_name.end(), wanted,
                                      [](const auto& entry, const std::string& sought) { return entry.first < sought; });
  return found != by_name.end() && found->first == wanted ? found->second : npos;
}

std::vector<std::string> AreaTree::nearest(std::string_view name) const {
  const std::string wanted = folded(name);
  struct Candidate {
    double unlike;
    std::size_t area;
    std::string shown;
  };
  std::vector<Candidate> candidates;
  for (std::size_t i = 0; i < areas.size(); ++i) {
    Candidate best{1, i, {}};
    const auto consider = [&](const std::string& other) {
      const double unlike = unlikeness(wanted, folded(other));
      if (!other.empty() && unlike < best.unlike) {
        best.unlike = unlike;
        best.shown = other;
      }
    };
    consider(areas[i].code);
    consider(areas[i].label);
    for (const std::string& alias : areas[i].aliases) {
      consider(alias);
    }
    if (best.unlike <= 0.34) {
      candidates.push_back(std::move(best));
    }
  }
  std::stable_sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) { return a.unlike < b.unlike; });
  std::vector<std::string> names;
  for (std::size_t i = 0; i < std::min<std::size_t>(candidates.size(), 3); ++i) {
    names.push_back(candidates[i].shown);
  }
  return names;
}

std::string AreaTree::did_you_mean(std::string_view name) const {
  const auto names = nearest(name);
  return names.empty() ? std::string() : fmt::format("; did you mean {}?", either_of(names));
}

std::size_t AreaTree::level(std::string_view id) const {
  const auto found = std::find(levels.begin(), levels.end(), id);
  return found == levels.end() ? npos : static_cast<std::size_t>(found - levels.begin());
}

std::size_t AreaTree::at_level(std::size_t area, std::size_t level) const {
  while (area != npos && areas[area].level > level) {
    area = areas[area].parent;
  }
  return area != npos && areas[area].level == level ? area : npos;
}

void Dispatch::index() {
  by_serial.resize(serial.size());
  std::iota(by_serial.begin(), by_serial.end(), std::size_t{0});
  if (std::is_sorted(serial.begin(), serial.end())) {
    return;
  }
  std::size_t shared = serial.front().size(); // "2026-", which all begin with and which tells none apart
  for (const std::string& other : serial) {
    const auto differs =
        std::mismatch(serial.front().begin(), serial.front().begin() + static_cast<std::ptrdiff_t>(shared), other.begin(), other.end());
    shared = static_cast<std::size_t>(differs.first - serial.front().begin());
  }
  std::vector<std::pair<std::uint64_t, std::uint32_t>> keys(serial.size());
  for (std::size_t i = 0; i < serial.size(); ++i) {
    keys[i] = {head_of(std::string_view(serial[i]).substr(shared)), static_cast<std::uint32_t>(i)};
  }
  std::sort(keys.begin(), keys.end(), [this](const auto& a, const auto& b) {
    return a.first != b.first ? a.first < b.first : std::tie(serial[a.second], a.second) < std::tie(serial[b.second], b.second);
  });
  for (std::size_t i = 0; i < keys.size(); ++i) {
    by_serial[i] = keys[i].second;
  }
}

std::size_t Dispatch::find(std::string_view id) const {
  const auto found = std::lower_bound(by_serial.begin(), by_serial.end(), id,
                                      [this](std::size_t at, std::string_view wanted) { return serial[at] < wanted; });
  return found != by_serial.end() && serial[*found] == id ? *found : npos;
}

std::string Dispatch::nearest(std::string_view id) const {
  // Every slip is tried and looked up: a few hundred searches, where a distance to each of 60,000 serials would be a thousand times that.
  constexpr std::size_t longest = 40;
  if (id.empty() || id.size() > longest) {
    return {};
  }
  std::string letters = "0123456789-";
  for (const char c : id) {
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
      letters = "0123456789-ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
      break;
    }
  }
  const std::string wanted(id);
  const auto known = [this](const std::string& candidate) { return find(candidate) != npos; };
  for (std::size_t i = 0; i + 1 < wanted.size(); ++i) { // exchanged
    std::string candidate = wanted;
    std::swap(candidate[i], candidate[i + 1]);
    if (candidate != wanted && known(candidate)) {
      return candidate;
    }
  }
  for (std::size_t i = 0; i < wanted.size(); ++i) { // doubled, or too much
    std::string candidate = wanted;
    candidate.erase(i, 1);
    if (known(candidate)) {
      return candidate;
    }
  }
  for (std::size_t i = 0; i <= wanted.size(); ++i) { // missing
    for (const char letter : letters) {
      std::string candidate = wanted;
      candidate.insert(i, 1, letter);
      if (known(candidate)) {
        return candidate;
      }
    }
  }
  for (std::size_t i = wanted.size(); i-- > 0;) { // wrong: the last characters first, where serials differ
    for (const char letter : letters) {
      std::string candidate = wanted;
      candidate[i] = letter;
      if (letter != wanted[i] && known(candidate)) {
        return candidate;
      }
    }
  }
  return {};
}

std::size_t Population::variable(std::string_view id) const {
  const auto found = std::find(variables.begin(), variables.end(), id);
  return found == variables.end() ? npos : static_cast<std::size_t>(found - variables.begin());
}

double Population::total() const {
  return std::accumulate(rows.begin(), rows.end(), 0.0, [](double sum, const Row& row) { return sum + row.count; });
}

std::size_t AdminTable::column(std::string_view name) const {
  const auto found = std::find(columns.begin(), columns.end(), name);
  return found == columns.end() ? npos : static_cast<std::size_t>(found - columns.begin());
}

std::size_t AdminTable::row(std::string_view wanted) const {
  const std::string sought = folded(wanted);
  const auto found = std::find_if(keys.begin(), keys.end(), [&](const std::string& name) { return folded(name) == sought; });
  return found == keys.end() ? npos : static_cast<std::size_t>(found - keys.begin());
}

const PublishedSeries* PublicSurvey::published(std::string_view id) const {
  return find_by_id(series, id);
}

const AdminTable* PublicSurvey::table(std::string_view id) const {
  return find_by_id(tables, id);
}

std::vector<std::string> missing_codes(const std::vector<Kpi>& kpis) {
  struct Run {
    std::string letters;
    std::vector<int> numbers;
  };
  std::vector<Run> runs;
  for (const Kpi& kpi : kpis) {
    const std::size_t digits = kpi.code.find_first_of("0123456789");
    const auto number = digits == std::string::npos ? std::nullopt : parse_int(std::string_view(kpi.code).substr(digits));
    if (!number || *number > 10'000) {
      continue;
    }
    const std::string letters = kpi.code.substr(0, digits);
    auto run = std::find_if(runs.begin(), runs.end(), [&](const Run& r) { return r.letters == letters; });
    if (run == runs.end()) {
      run = runs.insert(runs.end(), Run{letters, {}});
    }
    run->numbers.push_back(*number);
  }
  std::vector<std::string> missing;
  for (Run& run : runs) {
    std::sort(run.numbers.begin(), run.numbers.end());
    for (int number = 1; number < run.numbers.back(); ++number) {
      if (!std::binary_search(run.numbers.begin(), run.numbers.end(), number)) {
        missing.push_back(fmt::format("{}{}", run.letters, number));
      }
    }
  }
  return missing;
}

std::string_view to_string(WeightMethod method) {
  switch (method) {
  case WeightMethod::none: return "none";
  case WeightMethod::poststratify: return "poststratify";
  case WeightMethod::rake: return "rake";
  case WeightMethod::linear: return "linear";
  case WeightMethod::logit: return "logit";
  }
  return "none";
}

std::string_view to_string(Lonely lonely) {
  switch (lonely) {
  case Lonely::refuse: return "refuse";
  case Lonely::certainty: return "certainty";
  case Lonely::adjust: return "adjust";
  case Lonely::average: return "average";
  case Lonely::collapse: return "collapse";
  }
  return "refuse";
}

} // namespace canvass
