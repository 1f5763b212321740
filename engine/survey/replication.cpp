#include "engine/survey/replication.hpp"

namespace canvass::survey {

std::vector<double> replicate_weights(const Design& design, std::size_t replicate) {
  const Replicates& r = *design.replicates;
  std::vector<double> weights(design.rows());
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const std::size_t at = i * r.count + replicate;
    weights[i] = !r.doubles.empty()   ? r.doubles[at]
                 : !r.weights.empty() ? static_cast<double>(r.weights[at])
                                      : design.weights[i] * static_cast<double>(r.factors[at]);
  }
  return weights;
}

stats::Matrix covariance_of_replicates(const Replicates& replicates, const stats::Matrix& estimates, std::span<const double> full) {
  const std::size_t k = estimates.columns;
  std::vector<double> rscales = replicates.rscales;
  rscales.resize(estimates.rows, rscales.size() == 1 ? rscales[0] : 1.0);
  std::vector<double> centre(full.begin(), full.end());
  if (!replicates.about_estimate) {
    centre.assign(k, 0);
    double entering = 0;
    for (std::size_t r = 0; r < estimates.rows; ++r) {
      if (rscales[r] > 0) {
        entering += 1;
        for (std::size_t j = 0; j < k; ++j) {
          centre[j] += estimates(r, j);
        }
      }
    }
    for (double& value : centre) {
      value /= entering;
    }
  }
  stats::Matrix covariance(k, k);
  for (std::size_t r = 0; r < estimates.rows; ++r) {
    for (std::size_t i = 0; i < k; ++i) {
      const double deviation = (estimates(r, i) - centre[i]) * rscales[r] * replicates.scale;
      for (std::size_t j = 0; j <= i; ++j) {
        covariance(i, j) += deviation * (estimates(r, j) - centre[j]);
      }
    }
  }
  for (std::size_t i = 0; i < k; ++i) {
    for (std::size_t j = i + 1; j < k; ++j) {
      covariance(i, j) = covariance(j, i);
    }
  }
  return covariance;
}

} // namespace canvass::survey
