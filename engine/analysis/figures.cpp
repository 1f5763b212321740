#include "engine/analysis/figures.hpp"

#include "engine/core/error.hpp"
#include "engine/stats/inference.hpp"
#include "engine/survey/prepared.hpp"
#include "engine/survey/scale_reliability.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

namespace canvass::analysis {
namespace {

using survey::PreparedDesign;

/// Counts people of each domain; `is_there` says of a row whether it has all that the statistic needs.
Figures counted(const PreparedDesign& design, const Domains& domains, const std::function<bool(std::size_t row)>& is_there) {
  Figures figures;
  figures.of_domain.resize(domains.count);
  std::vector<double> sum(domains.count, 0);
  std::vector<double> squares(domains.count, 0);
  for (std::size_t row = 0; row < design.rows(); ++row) {
    const double weight = design.weights()[row];
    if (domains.of_row[row] < 0 || !(weight > 0)) {
      continue;
    }
    const auto domain = static_cast<std::size_t>(domains.of_row[row]);
    Figure& figure = figures.of_domain[domain];
    if (is_there(row)) {
      ++figure.n;
      sum[domain] += weight;
      squares[domain] += weight * weight;
    } else {
      ++figure.missing;
    }
  }
  for (std::size_t domain = 0; domain < domains.count; ++domain) {
    figures.of_domain[domain].kish_n = squares[domain] > 0 ? sum[domain] * sum[domain] / squares[domain] : 0;
  }
  return figures;
}

void fill(Figure& figure, const stats::Inference& inference) {
  figure.value = inference.estimate;
  figure.std_error = inference.std_error;
  figure.df = inference.df;
  figure.statistic = inference.statistic;
  figure.p_value = inference.p_value;
  figure.low = inference.conf_low;
  figure.high = inference.conf_high;
}

/// The i-th of the estimates, which nobody asks to differ from 0.
void fill(Figure& figure, const survey::Estimates& estimates, std::size_t i, double level) {
  if (figure.n == 0) {
    return;
  }
  fill(figure, stats::inference_from(estimates.values[i], estimates.std_error(i), estimates.df[i], level));
  figure.statistic = figure.p_value = stats::nan;
  figure.design_effect = estimates.design_effect[i];
  figure.design_effect_without = estimates.design_effect_without[i];
}

/// The outcome of the people of one domain, NaN for all others.
std::vector<double> within(std::span<const double> y, const Domains& domains, std::size_t domain) {
  std::vector<double> values(y.size(), stats::nan);
  for (std::size_t row = 0; row < y.size(); ++row) {
    if (domains.of_row[row] == static_cast<std::int32_t>(domain)) {
      values[row] = y[row];
    }
  }
  return values;
}

/// A column a domain.
stats::Matrix by_domain(std::span<const double> y, const Domains& domains) {
  stats::Matrix columns(y.size(), domains.count, stats::nan);
  for (std::size_t row = 0; row < y.size(); ++row) {
    if (domains.of_row[row] >= 0) {
      columns(row, static_cast<std::size_t>(domains.of_row[row])) = y[row];
    }
  }
  return columns;
}

Figures from(const PreparedDesign& design, std::span<const double> y, const Domains& domains, survey::Estimates estimates, double level) {
  Figures figures = counted(design, domains, [&](std::size_t row) { return !std::isnan(y[row]); });
  for (std::size_t domain = 0; domain < domains.count; ++domain) {
    fill(figures.of_domain[domain], estimates, domain, level);
  }
  figures.together = std::move(estimates);
  return figures;
}

} // namespace

Figures totals_in(const PreparedDesign& design, std::span<const double> y, const Domains& domains, double level) {
  return from(design, y, domains, survey::totals(design, by_domain(y, domains)), level);
}

Figures means_in(const PreparedDesign& design, std::span<const double> y, const Domains& domains, double level) {
  return from(design, y, domains, survey::domain_means(design, y, domains.of_row, domains.count), level);
}

Figures ratios_in(const PreparedDesign& design, std::span<const double> y, std::span<const double> per, const Domains& domains,
                  double level) {
  std::vector<double> both(y.begin(), y.end());
  for (std::size_t row = 0; row < y.size(); ++row) {
    both[row] = std::isnan(per[row]) ? stats::nan : both[row];
  }
  return from(design, both, domains, survey::ratios(design, by_domain(both, domains), by_domain(per, domains)), level);
}

Figures variances_in(const PreparedDesign& design, std::span<const double> y, const Domains& domains, double level) {
  Figures figures = counted(design, domains, [&](std::size_t row) { return !std::isnan(y[row]); });
  stats::Matrix column(y.size(), 1);
  for (std::size_t domain = 0; domain < domains.count; ++domain) {
    column.values = within(y, domains, domain);
    fill(figures.of_domain[domain], survey::covariances(design, column), 0, level);
  }
  return figures;
}

Figures correlations_in(const PreparedDesign& design, std::span<const double> x, std::span<const double> y, const Domains& domains,
                        double level) {
  Figures figures = counted(design, domains, [&](std::size_t row) { return !std::isnan(x[row]) && !std::isnan(y[row]); });
  stats::Matrix columns(y.size(), 2);
  for (std::size_t domain = 0; domain < domains.count; ++domain) {
    const std::vector<double> one = within(x, domains, domain);
    for (std::size_t row = 0; row < y.size(); ++row) {
      columns(row, 0) = one[row]; // a row counts where both are there
      columns(row, 1) = y[row];
    }
    const survey::Estimates found = survey::correlations(design, columns);
    Figure& figure = figures.of_domain[domain];
    if (figure.n > 0) {
      fill(figure, stats::inference_from(found.values[0], found.std_error(0), found.df[0], level));
      figure.why_not = std::isnan(figure.value) ? "one of the two does not vary" : "";
    }
  }
  return figures;
}

std::vector<Figures> quantiles_in(const PreparedDesign& design, std::span<const double> y, std::span<const double> probabilities,
                                  const Domains& domains, const survey::QuantileOptions& options) {
  std::vector<Figures> all(probabilities.size(), counted(design, domains, [&](std::size_t row) { return !std::isnan(y[row]); }));
  for (std::size_t domain = 0; domain < domains.count; ++domain) {
    if (all.empty() || all.front().of_domain[domain].n == 0) {
      continue;
    }
    const std::vector<double> values = within(y, domains, domain);
    const std::vector<survey::Quantile> found = survey::quantiles(design, values, probabilities, options);
    for (std::size_t i = 0; i < found.size(); ++i) {
      Figure& figure = all[i].of_domain[domain];
      figure.value = found[i].value;
      figure.std_error = found[i].std_error;
      figure.df = found[i].df;
      figure.low = found[i].low;
      figure.high = found[i].high;
      std::size_t below = 0;
      std::size_t above = 0;
      for (std::size_t row = 0; row < values.size(); ++row) {
        const bool counts = design.weights()[row] > 0;
        below += counts && values[row] <= found[i].value ? 1U : 0U;
        above += counts && values[row] >= found[i].value ? 1U : 0U;
      }
      figure.beyond = std::min(below, above);
    }
  }
  return all;
}

Figures kappas_in(const PreparedDesign& design, std::span<const std::int32_t> first, std::span<const std::int32_t> second,
                  const Domains& domains, double level) {
  Figures figures = counted(design, domains, [&](std::size_t row) { return first[row] >= 0 && second[row] >= 0; });
  for (std::size_t domain = 0; domain < domains.count; ++domain) {
    std::vector<std::int32_t> one(first.begin(), first.end());
    for (std::size_t row = 0; row < one.size(); ++row) {
      one[row] = domains.of_row[row] == static_cast<std::int32_t>(domain) ? one[row] : -1;
    }
    try {
      fill(figures.of_domain[domain], survey::cohen_kappa(design, one, second, level).coefficient);
      figures.of_domain[domain].statistic = figures.of_domain[domain].p_value = stats::nan; // that they agree at all is not asked
    } catch (const DomainError& error) {
      figures.of_domain[domain].why_not = figures.of_domain[domain].n > 0 ? error.what() : "";
    }
  }
  return figures;
}

Figures alphas_in(const PreparedDesign& design, const stats::Matrix& items, const Domains& domains, double level) {
  const auto complete = [&](std::size_t row) {
    for (std::size_t item = 0; item < items.columns; ++item) {
      if (std::isnan(items(row, item))) {
        return false;
      }
    }
    return true;
  };
  Figures figures = counted(design, domains, complete);
  for (std::size_t domain = 0; domain < domains.count; ++domain) {
    stats::Matrix one = items;
    for (std::size_t row = 0; row < one.rows; ++row) {
      for (std::size_t item = 0; item < one.columns && domains.of_row[row] != static_cast<std::int32_t>(domain); ++item) {
        one(row, item) = stats::nan;
      }
    }
    try {
      fill(figures.of_domain[domain], survey::cronbach_alpha(design, one, level).coefficient);
      figures.of_domain[domain].statistic = figures.of_domain[domain].p_value =
          stats::nan; // nobody asks whether items hang together at all
    } catch (const DomainError& error) {
      figures.of_domain[domain].why_not = figures.of_domain[domain].n > 0 ? error.what() : "";
    }
  }
  return figures;
}

} // namespace canvass::analysis
