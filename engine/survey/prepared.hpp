#ifndef CANVASS_ENGINE_SURVEY_PREPARED_HPP
#define CANVASS_ENGINE_SURVEY_PREPARED_HPP

#include "engine/survey/design.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace canvass::survey {

class CalibrationResiduals;

/// One stage of selection with every unit numbered once, whatever labels were used again in another stratum.
struct PreparedStage {
  struct Stratum {
    std::int32_t label = 0;  ///< as in Stage::stratum; 0 where there was none
    std::int32_t parent = 0; ///< unit of the stage above; 0 at the first stage
    std::size_t units = 0;   ///< drawn
    double population = 0;   ///< units in all; infinite where not known
    double multiplier = 1;   ///< what its variance counts for in the whole: product of the sampled shares of the stages above
    double size = 0;         ///< sum of weights
  };
  std::vector<std::int32_t> unit_of_row;     ///< empty: the row is the unit
  std::vector<std::int32_t> stratum_of_unit; ///< empty: one stratum
  std::vector<Stratum> strata;               ///< never empty
  std::vector<double> chance;                ///< by unit: chance to be drawn, where chances are unequal; else empty
  std::size_t units = 0;

  [[nodiscard]] bool rows_are_units() const noexcept { return unit_of_row.empty(); }
  [[nodiscard]] std::size_t unit(std::size_t row) const { return unit_of_row.empty() ? row : static_cast<std::size_t>(unit_of_row[row]); }
  [[nodiscard]] std::size_t stratum(std::size_t the_unit) const {
    return stratum_of_unit.empty() ? 0 : static_cast<std::size_t>(stratum_of_unit[the_unit]);
  }
};

/// A Design whose units are numbered and whose calibration is factorised: made once, used by every estimate. It is made from a Design
/// wherever one is handed to an estimator; who estimates often makes it first. It looks at the Design, which must outlive it.
class PreparedDesign {
public:
  /// @throws DomainError what check_design says; lonely units under LonelyPsu::refuse are told later, by the variance
  PreparedDesign(const Design& design, unsigned threads = 0); // NOLINT(google-explicit-constructor): a Design is as good as this

  [[nodiscard]] const Design& design() const noexcept { return *design_; }
  [[nodiscard]] std::size_t rows() const noexcept { return design_->rows(); }
  [[nodiscard]] const std::vector<double>& weights() const noexcept { return design_->weights; }
  /// Stages that add to the variance: the first always stands, a later one where populations are known above.
  [[nodiscard]] const std::vector<PreparedStage>& stages() const noexcept { return stages_; }
  [[nodiscard]] const PreparedStage& first() const noexcept { return stages_.front(); }
  [[nodiscard]] const CalibrationResiduals* residuals() const noexcept { return residuals_.get(); }
  [[nodiscard]] const Replicates* replicates() const noexcept { return design_->replicates.get(); }
  /// Rank of the replicate weights - 1 (or as given); NaN without replicates.
  [[nodiscard]] double replicate_df() const noexcept { return replicate_df_; }
  [[nodiscard]] unsigned threads() const noexcept { return threads_; }
  /// Name of a stratum of the first stage, as a message gives it.
  [[nodiscard]] std::string stratum_name(std::size_t stratum) const;

private:
  const Design* design_;
  unsigned threads_;
  std::vector<PreparedStage> stages_;
  std::shared_ptr<const CalibrationResiduals> residuals_;
  double replicate_df_;
};

} // namespace canvass::survey

#endif
