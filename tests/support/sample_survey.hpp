#ifndef CANVASS_TESTS_SUPPORT_SAMPLE_SURVEY_HPP
#define CANVASS_TESTS_SUPPORT_SAMPLE_SURVEY_HPP

#include "engine/report/document.hpp"

#include <cstddef>

/// An invented survey of the public with every chart that such a report has. Nothing in it was measured anywhere.
namespace canvass::test {

report::Document sample_survey();

report::TrendChart sample_trend();
report::LeagueChart sample_league(std::size_t rows); ///< areas, one withheld where there are more than three
report::LeagueChart sample_peers();
report::DriverChart sample_drivers(bool two_outcomes);
report::QuadrantChart sample_quadrants();
report::BeforeAfterChart sample_before_after();
report::ProfileChart sample_profile();

} // namespace canvass::test

#endif
