#include "engine/survey/cube_layout.hpp"

#include "engine/core/error.hpp"
#include "engine/core/workers.hpp"
#include "engine/survey/calibration_residuals.hpp"
#include "engine/survey/numbering.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <numeric>
#include <utility>

namespace canvass::survey {

namespace {

/// Numbers keys and sorts what was numbered: place by number.
template <class Less> std::vector<std::size_t> places_of(std::size_t size, const Less& less) {
  std::vector<std::size_t> sorted(size);
  std::iota(sorted.begin(), sorted.end(), std::size_t{0});
  std::sort(sorted.begin(), sorted.end(), less);
  std::vector<std::size_t> place(size);
  for (std::size_t i = 0; i < size; ++i) {
    place[sorted[i]] = i;
  }
  return place;
}

std::vector<std::size_t> number_pairs(const PreparedDesign& design, Layout& layout) {
  const PreparedStage& stage = design.first();
  const CalibrationResiduals* residuals = design.residuals();
  const std::vector<double>& weights = design.weights();
  Numbering numbering;
  std::vector<std::int32_t> number(weights.size());
  std::vector<Pair> pairs;
  for (std::size_t row = 0; row < weights.size(); ++row) {
    const std::size_t unit = stage.unit(row);
    const std::size_t stratum = stage.stratum(unit);
    const std::int32_t pattern = residuals == nullptr ? 0 : residuals->pattern_of_row()[row];
    number[row] = numbering.number(joined(static_cast<std::int32_t>(stage.rows_are_units() ? stratum : unit), pattern));
    const auto at = static_cast<std::size_t>(number[row]);
    if (at == pairs.size()) {
      pairs.push_back({stratum, stage.rows_are_units() ? stratum : unit, static_cast<std::size_t>(pattern), 0, 0});
    }
    pairs[at].weight += weights[row];
    pairs[at].squared += weights[row] * weights[row];
  }
  const std::vector<std::size_t> place = places_of(pairs.size(), [&](std::size_t a, std::size_t b) {
    const Pair& left = pairs[a];
    const Pair& right = pairs[b];
    return std::array{left.stratum, left.unit, left.pattern} < std::array{right.stratum, right.unit, right.pattern};
  });
  layout.pairs.resize(pairs.size());
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    layout.pairs[place[i]] = pairs[i];
  }
  std::vector<std::size_t> pair_of_row(weights.size());
  for (std::size_t row = 0; row < weights.size(); ++row) {
    pair_of_row[row] = place[static_cast<std::size_t>(number[row])];
  }
  return pair_of_row;
}

} // namespace

Layout lay_out(const PreparedDesign& design, std::span<const std::int32_t> domain, std::size_t domains) {
  Layout layout;
  const std::vector<double>& weights = design.weights();
  const std::vector<std::size_t> pair_of_row = number_pairs(design, layout);
  Numbering numbering;
  std::vector<std::int32_t> number(weights.size(), -1);
  std::vector<Group> groups;
  std::vector<std::size_t> size; // rows of each
  for (std::size_t row = 0; row < weights.size(); ++row) {
    if (domain[row] < 0 || weights[row] == 0) {
      continue;
    }
    if (static_cast<std::size_t>(domain[row]) >= domains) {
      throw DomainError(fmt::format("row {} is in domain {}; there are {}", row + 1, domain[row], domains));
    }
    number[row] = numbering.number(joined(domain[row], static_cast<std::int32_t>(pair_of_row[row])));
    const auto at = static_cast<std::size_t>(number[row]);
    if (at == groups.size()) {
      groups.push_back({pair_of_row[row], static_cast<std::size_t>(domain[row]), 0, 0});
      size.push_back(0);
    }
    ++size[at];
  }
  const std::vector<std::size_t> place = places_of(groups.size(), [&](std::size_t a, std::size_t b) {
    return std::array{groups[a].domain, groups[a].pair} < std::array{groups[b].domain, groups[b].pair};
  });
  layout.groups.resize(groups.size());
  std::vector<std::size_t> sorted_size(groups.size());
  for (std::size_t i = 0; i < groups.size(); ++i) {
    layout.groups[place[i]] = groups[i];
    sorted_size[place[i]] = size[i];
  }
  layout.first_group.assign(domains + 1, 0);
  std::size_t rows = 0;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    Group& group = layout.groups[i];
    group.from = group.to = rows; // `to` moves on as rows are put in
    rows += sorted_size[i];
    ++layout.first_group[group.domain + 1];
  }
  std::partial_sum(layout.first_group.begin(), layout.first_group.end(), layout.first_group.begin());
  layout.order.resize(rows);
  layout.weight.resize(rows);
  layout.fit_weight.assign(rows, 0);
  for (std::size_t row = 0; row < weights.size(); ++row) {
    if (number[row] < 0) {
      continue;
    }
    const std::size_t at = layout.groups[place[static_cast<std::size_t>(number[row])]].to++;
    layout.order[at] = row;
    layout.weight[at] = weights[row];
    if (design.residuals() != nullptr) {
      layout.fit_weight[at] = design.residuals()->back()[row] * weights[row];
    }
  }
  return layout;
}

GroupSums sum_groups(const Layout& layout, std::size_t first, std::size_t end, std::span<const std::span<const std::uint8_t>> outcomes) {
  GroupSums sums;
  sums.first = first;
  const std::size_t size = (end - first) * outcomes.size();
  for (SumsOfAnswer* of : {&sums.no, &sums.yes}) {
    of->n.assign(size, 0);
    of->weight.assign(size, 0);
    of->squared.assign(size, 0);
    of->fit.assign(size, 0);
  }
  sums.missing.assign(size, 0);
  struct Sums {
    double n = 0, weight = 0, squared = 0, fit = 0;
  };
  for (std::size_t g = first; g < end; ++g) {
    const Group& group = layout.groups[g];
    for (std::size_t j = 0; j < outcomes.size(); ++j) {
      const std::span<const std::uint8_t> outcome = outcomes[j];
      std::array<Sums, 3> answers; // no, yes, missing
      for (std::size_t i = group.from; i < group.to; ++i) {
        const std::uint8_t value = outcome[layout.order[i]];
        Sums& of = answers[value > 1 ? 2 : value];
        const double weight = layout.weight[i];
        of.n += 1;
        of.weight += weight;
        of.squared += weight * weight;
        of.fit += layout.fit_weight[i];
      }
      const std::size_t at = (g - first) * outcomes.size() + j;
      for (std::size_t answer = 0; answer < 2; ++answer) {
        SumsOfAnswer& to = answer == 0 ? sums.no : sums.yes;
        to.n[at] = answers[answer].n;
        to.weight[at] = answers[answer].weight;
        to.squared[at] = answers[answer].squared;
        to.fit[at] = answers[answer].fit;
      }
      sums.missing[at] = answers[2].n;
    }
  }
  return sums;
}

GroupSums sum_all_groups(const Layout& layout, std::span<const std::span<const std::uint8_t>> outcomes, unsigned threads) {
  constexpr std::size_t blocks = 16;
  std::vector<GroupSums> parts(blocks);
  for_blocks(blocks, threads, [&](std::size_t b) {
    parts[b] = sum_groups(layout, layout.groups.size() * b / blocks, layout.groups.size() * (b + 1) / blocks, outcomes);
  });
  GroupSums all = std::move(parts.front());
  const auto add = [](std::vector<double>& to, const std::vector<double>& from) { to.insert(to.end(), from.begin(), from.end()); };
  for (std::size_t b = 1; b < blocks; ++b) {
    for (const auto& [to, from] : {std::pair{&all.no, &parts[b].no}, std::pair{&all.yes, &parts[b].yes}}) {
      add(to->n, from->n);
      add(to->weight, from->weight);
      add(to->squared, from->squared);
      add(to->fit, from->fit);
    }
    add(all.missing, parts[b].missing);
  }
  return all;
}

} // namespace canvass::survey
