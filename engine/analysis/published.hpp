#ifndef CANVASS_ENGINE_ANALYSIS_PUBLISHED_HPP
#define CANVASS_ENGINE_ANALYSIS_PUBLISHED_HPP

#include "engine/report/estimate.hpp"
#include "engine/study/model.hpp"
#include "engine/survey/estimators.hpp"

#include <cmath>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

/// Published numbers as figures that can be tested, where anything is known of their error.
namespace canvass::analysis {

/// A published number with what follows from its n or half-width. In the unit of the value (percentages as percentages).
struct PublishedFigure {
  const SeriesPoint* point = nullptr;
  double sampling_variance = report::not_a_number; ///< NaN: neither n nor half-width was published
  double rounding_variance = 0;                    ///< of what printing left out: spread evenly over the last decimal
  double low = report::not_a_number, high = report::not_a_number;
  double effective_n = report::not_a_number; ///< that a simple random sample with this error would have; of shares

  [[nodiscard]] bool has_error() const noexcept { return std::isfinite(sampling_variance); }
  [[nodiscard]] double std_error() const { return std::sqrt(sampling_variance + rounding_variance); }
};

/// Interval: the half-width as published (it is of 95 %; at another level it is stretched), else of a share from n and the design effect
/// (Korn-Graubard). The error of a share of 0 or 100 % is the longer side of its interval.
PublishedFigure figure_of(const PublishedSeries& series, const SeriesPoint& point, double level);

/// Half the width of the interval of a share of one half, in points: what n answers bear at worst.
double worst_case_margin(double n, double design_effect = 1, double level = 0.95);

/// Periods of a series in order of time; as the file has them where one of them cannot be placed.
struct SeriesPeriods {
  std::vector<std::string> names;
  std::vector<std::optional<int>> last_month; ///< months since the year 0, aligned; all or none are there
  [[nodiscard]] std::size_t index(const std::string& name) const;
  static constexpr std::size_t npos = static_cast<std::size_t>(-1);
};
/// Places a year, month, day, quarter ("2025 Q2"), pair of years ("2024/25", ending in March), or words that end in month and year.
SeriesPeriods periods_of(const PublishedSeries& series);

/// The unit that the study is about: the one named as people_live_in, or that without a name, or the only one. nullopt if none.
std::optional<std::string> own_unit(const PublicSurvey& survey, const PublishedSeries& series);
/// A unit as a reader should see it: that without a name is where the people live.
std::string unit_label(const PublicSurvey& survey, const std::string& unit);
const SeriesPoint* point_of(const PublishedSeries& series, const std::string& period, const std::string& unit);

/// The declared break between two periods, or nullptr.
const SeriesBreak* break_between(const PublishedSeries& series, const SeriesPeriods& periods, std::size_t earlier, std::size_t later);

/// Later less earlier of one unit. Rolling windows that overlap share answers: of windows of w months that are d < w months apart, the
/// difference is that of the d months that came in less the d that went out, so its variance is d / w of what separate samples would
/// have; rounding is not shared. Statistic normal. Conventions 1: SE = sqrt(2 (k / 4) p (1 - p) deff / n), published rounding added.
struct PublishedDifference {
  survey::Contrast contrast; ///< value alone where it cannot be tested
  std::string method;
  std::string why_not; ///< not tested: why; else empty
  int shared_months = 0;
};
PublishedDifference difference_of_periods(const PublishedSeries& series, const PublishedFigure& later, const PublishedFigure& earlier,
                                          std::optional<int> months_apart, double level);

/// A row of a published figure: "published", with its interval and error. Its flag "n_for_all" says that the n is none of its own.
void fill_published(report::Estimate& row, const PublishedSeries& series, const PublishedFigure& figure, double level);

/// Why the points of a published series are no earlier waves of an outcome; empty if they are: the same question of the same instrument,
/// in a version that the study asks, and separate samples.
std::string why_not_joined(const LoadedStudy& study, const std::string& outcome, const PublishedSeries& series);

} // namespace canvass::analysis

#endif
