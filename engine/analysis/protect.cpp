#include "engine/analysis/protect.hpp"

#include "engine/analysis/protect_models.hpp"
#include "engine/analysis/rows.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace canvass::analysis {
namespace {

using report::Estimate;

constexpr double few_answers = 10; ///< in least bases: numbers of fewer are rounded as printed

bool counts_people(const Estimate& row) {
  static const std::set<std::string, std::less<>> quantities = {"listed",   "answered",      "answered_every_wave", "late",      "sent",
                                                                "returned", "response_rate", "attrition",           "half_width"};
  return quantities.contains(row.quantity);
}

bool is_share(const Estimate& row) {
  static const std::set<std::string, std::less<>> quantities = {"share",      "share_upper", "share_up", "share_same",
                                                                "share_down", "proportion",  "floor",    "ceiling"};
  return quantities.contains(row.quantity);
}

/// A figure that somebody else has published, or a comparison of such: it gives nothing away that is not known.
bool is_published(const Estimate& row) {
  return (row.procedure == "peer_ranks" || row.procedure == "trend") && !row.at.empty() && row.at.front().first == "series";
}

/// The cell whose shares add up: outcome and levels without the category; shares of answers and of changes apart.
std::string partition_of(const Estimate& row) {
  std::string key = row.analysis + "|" + row.outcome + "|";
  const bool change = row.quantity == "share_up" || row.quantity == "share_same" || row.quantity == "share_down";
  key += change ? "change" : row.quantity == "floor" || row.quantity == "ceiling" ? row.quantity : "answers";
  for (const auto& [variable, level] : row.at) {
    if (variable != "category" && variable != "reason") {
      key += "|" + variable + "=" + level;
    }
  }
  return key;
}

/// Estimated by a model from everybody who answered any wave.
bool keeps_everybody(const Estimate& row) {
  static constexpr std::string_view models[] = {"mmrm", "random-intercept model", "as if trained"};
  return std::any_of(std::begin(models), std::end(models), [&](std::string_view model) { return row.method.starts_with(model); });
}

/// A change within an arm that is a difference of sums over people: with the sums of both waves it gives the sum over those who answered
/// only one. Shares of people who went up or down, and rank statistics, do not.
bool is_linear_change(const Estimate& row) {
  return row.versus.empty() && !level_of(row.at, "from").empty() &&
         (row.quantity == "change" || row.quantity == "change_in_share" || row.quantity == "hedges_g");
}

/// A contrast of changes between arms that is a difference of sums over the people of both waves. Models that keep everybody are not.
bool is_linear_contrast(const Estimate& row) {
  static const std::set<std::string, std::less<>> quantities = {"difference", "difference_in_differences", "adjusted_difference",
                                                                "standardised_difference", "hedges_g"};
  return !row.versus.empty() && !level_of(row.at, "from").empty() && quantities.contains(row.quantity) && !keeps_everybody(row);
}

/// Everybody the same, told by another number than a share: no spread, all above all, all up or all down.
bool is_unanimous(const Estimate& row) {
  static const std::set<std::string, std::less<>> signed_one = {"rank_biserial", "cliffs_delta"};
  if (signed_one.contains(row.quantity)) {
    return std::abs(row.estimate) >= 1;
  }
  if (row.quantity == "superiority") {
    return row.estimate <= 0 || row.estimate >= 1;
  }
  if (row.quantity == "net_change") {
    return std::abs(row.estimate) >= 100;
  }
  return row.versus.empty() && (row.std_error == 0 || (row.quantity == "standard_deviation" && row.estimate == 0));
}

double to_decimals(double value, int decimals) {
  const double factor = std::pow(10.0, decimals);
  return std::isfinite(value) ? std::round(value * factor) / factor + 0.0 : value; // no -0
}

/// The digits that count, wherever the point stands.
double to_digits(double value, int digits) {
  const double size = std::abs(value);
  return std::isfinite(size) && size > 0 ? to_decimals(value, digits - 1 - static_cast<int>(std::floor(std::log10(size)))) : value;
}

/// Leaves of a number of an area or group what is printed, or a little more where many answered. A share in all its digits is a sum of
/// known weights: with the number of answers and the margins that made the weights it can have one solution only, person by person.
/// Totals, ratios and coefficients may be of any size, so that their digits count and not their decimals.
void round_off(Estimate& row, bool few) {
  const int of_unit = row.unit == report::Unit::percent || row.unit == report::Unit::percentage_points ? 1 : 2;
  const bool any_size = row.procedure == "regression" ||
                        (row.procedure == "estimate" && (row.unit == report::Unit::count || row.unit == report::Unit::ratio));
  for (double Estimate::*field : {&Estimate::estimate, &Estimate::std_error, &Estimate::conf_low, &Estimate::conf_high}) {
    row.*field = any_size ? to_digits(row.*field, few ? 2 : 4) : to_decimals(row.*field, few ? of_unit : of_unit + 2);
  }
  row.statistic = to_decimals(row.statistic, 2);
  row.p_value = to_digits(row.p_value, 2);
  row.p_adjusted = to_digits(row.p_adjusted, 2);
  row.df = to_decimals(row.df, 0);
  row.df2 = to_decimals(row.df2, 0);
  row.effective_n = few ? report::not_a_number : to_decimals(row.effective_n, 0);
  row.count = few ? report::not_a_number : row.count;
}

/// Fewest answers behind any of the cells that a row speaks of; infinite where it speaks of everybody only.
double fewest_in_part(const Estimate& row, const Universe& universe) {
  double fewest = std::numeric_limits<double>::infinity();
  for (const SummedCell& cell : universe.cells_of ? universe.cells_of(row) : cells_named(row)) {
    const auto found = cell.variable.empty() ? universe.cells.end() : universe.cells.find(cell);
    if (found != universe.cells.end()) {
      fewest = std::min(fewest, found->second.n);
    }
  }
  return fewest;
}

/// The order that a place belongs to.
std::string order_of(const Estimate& row) {
  std::string key = row.analysis + "|" + row.outcome;
  for (const auto& [variable, level] : row.at) {
    key += "|" + variable + (variable == "wave" ? "=" + level : "");
  }
  return key;
}

void withhold(Estimate& row) {
  const double none = report::not_a_number;
  row.estimate = row.std_error = row.conf_level = row.conf_low = row.conf_high = none;
  row.statistic = row.df = row.df2 = row.p_value = row.p_adjusted = row.reference = none;
  row.n = row.n_versus = row.n_missing = row.count = row.effective_n = none;
  row.verdict.clear();
  row.flags = {"withheld"};
}

/// The contrast or cell that an alternate stands beside: the longest prefix of its id, cut at slashes, that is itself a row.
const Estimate* main_of(const Estimate& row, const std::map<std::string, const Estimate*, std::less<>>& by_id) {
  std::string id = row.id;
  for (std::size_t slash = id.rfind('/'); slash != std::string::npos; slash = id.rfind('/')) {
    id.resize(slash);
    const auto found = by_id.find(id);
    if (found != by_id.end()) {
      return found->second;
    }
  }
  return nullptr;
}

/// A number that another row's number makes: it goes where that goes, also where its own base would let it stay.
bool says_it_again(const Estimate& row) {
  static const std::set<std::string, std::less<>> quantities = {"design_effect", "design_effect_without", "odds_ratio", "rate_ratio"};
  return quantities.contains(row.quantity);
}

/// So few people hold the value of a quantile or one beyond it that it is nearly an answer of one of them.
constexpr double fewest_beyond_quantile = 10;

} // namespace

ChangeOf change_of(const Estimate& row) {
  return {row.outcome, level_of(row.at, "wave"), level_of(row.at, "from")};
}

bool is_sum_over_pairs(const Estimate& row) {
  return is_linear_change(row) || is_linear_contrast(row);
}

bool gives_away(double people) {
  return people >= 1 && people <= 2;
}

bool is_withheld(const Estimate& row) {
  return std::find(row.flags.begin(), row.flags.end(), "withheld") != row.flags.end();
}

std::size_t protect(report::Estimates& rows, const Disclosure& policy, std::set<ChangeOf> few_left, const Universe& universe) {
  const auto small = [&](double n) { return std::isfinite(n) && n < policy.min_base; };
  std::set<std::string> closed;
  for (const Estimate& row : rows) {
    const bool extreme = std::isfinite(row.estimate) && (row.estimate <= 0 || row.estimate >= 100);
    if (is_share(row) && (small(row.n) || (row.n < policy.min_base_extreme && extreme))) {
      closed.insert(partition_of(row));
    }
  }
  // The reasons for missing answers add up to a number that stands beside the shares; the change of one arm follows from the contrast and
  // the change of the other.
  std::set<std::string> few_gave;
  for (const Estimate& row : rows) {
    if (row.quantity == "missing" && row.count > 0 && row.count < policy.min_base) {
      few_gave.insert(partition_of(row));
    }
    if (is_linear_change(row) && gives_away(row.n_missing)) {
      few_left.insert(change_of(row));
    }
  }
  std::map<std::string, const Estimate*, std::less<>> by_id;
  for (const Estimate& row : rows) {
    by_id.emplace(row.id, &row);
  }
  std::vector<bool> leaving(rows.size(), false);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Estimate& row = rows[i];
    if (counts_people(row) || is_published(row)) {
      continue;
    }
    bool leaves = small(row.n) || small(row.n_versus);
    leaves = leaves || (row.quantity == "quantile" && row.count < fewest_beyond_quantile);
    leaves = leaves || (is_share(row) && closed.contains(partition_of(row)));
    leaves = leaves || (row.quantity == "missing" && few_gave.contains(partition_of(row)));
    const double fewest = std::isfinite(row.n_versus) ? std::min(row.n, row.n_versus) : row.n;
    leaves = leaves || (fewest < policy.min_base_extreme && is_unanimous(row));
    if (!leaves && std::isfinite(row.n)) {
      const Estimate* main = main_of(row, by_id);
      if (main != nullptr && std::isfinite(main->n)) {
        const bool both = std::isfinite(main->n_versus) && std::isfinite(row.n_versus);
        leaves = gives_away(std::abs(main->n - row.n)) || (both && gives_away(std::abs(main->n_versus - row.n_versus)));
      }
      leaves = leaves || (is_linear_change(row) && row.n_missing > 0 && few_left.contains(change_of(row)));
      leaves = leaves || (is_linear_contrast(row) && few_left.contains(change_of(row)));
    }
    leaving[i] = leaves;
  }
  std::set<SummedCell> withheld_cells;
  if (universe.parent_of) {
    withheld_cells = complement(rows, leaving, policy, universe);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      leaving[i] = leaving[i] || (!counts_people(rows[i]) && speaks_of(rows[i], withheld_cells, universe.cells_of));
    }
  }
  withhold_levels_of_models(rows, leaving, policy, withheld_cells);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Estimate* main = says_it_again(rows[i]) ? main_of(rows[i], by_id) : nullptr;
    leaving[i] = leaving[i] || (main != nullptr && leaving[static_cast<std::size_t>(main - rows.data())]);
  }
  // A hole in an order is a place, and a place lies between two values: where one is withheld, intervals of the others stay, places go.
  std::set<std::string> with_hole;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (leaving[i] && rows[i].quantity == "rank") {
      with_hole.insert(order_of(rows[i]));
    }
  }
  const std::vector<double> behind_models = fewest_behind_models(rows);
  std::size_t withheld = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (leaving[i]) {
      withhold(rows[i]);
      ++withheld;
      continue;
    }
    const double fewest = universe.cells.empty() || counts_people(rows[i]) ? std::numeric_limits<double>::infinity()
                                                                           : std::min(fewest_in_part(rows[i], universe), behind_models[i]);
    if (std::isfinite(fewest)) {
      round_off(rows[i], fewest < few_answers * policy.min_base);
    }
    if (rows[i].quantity == "rank" && std::isfinite(rows[i].estimate) && with_hole.contains(order_of(rows[i]))) {
      rows[i].estimate = report::not_a_number;
      rows[i].flags.emplace_back("place_withheld");
    }
  }
  return withheld;
}

} // namespace canvass::analysis
