#ifndef CANVASS_ENGINE_REPORT_ESTIMATE_HPP
#define CANVASS_ENGINE_REPORT_ESTIMATE_HPP

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace canvass::report {

inline constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

/// What a number is a number of; decides how it is printed (reports/format_number).
enum class Unit { points, percent, percentage_points, count, ratio, correlation, probability, standardised, none };

enum class Planned { planned, exploratory, deviated };
std::string_view to_string(Planned planned);
std::string_view to_string(Unit unit);

/// variable=level pairs, in reading order: wave, arm, area, category, from, to, factor, step, item.
using Levels = std::vector<std::pair<std::string, std::string>>;

/// A row is one number that anybody may read, with all that must stand beside it. Tables, charts, sentences, JSON and CSV are made
/// from rows and from nothing else. NaN and empty mean "does not apply". Field order is the order of the CSV.
struct Estimate {
  std::string id;        ///< "primary/T3-T1": stable, unique in a report; what `canvass explain` takes
  std::string analysis;  ///< id of the planned analysis, or of the standing section (flow, baseline, quality ...)
  std::string procedure; ///< row of the procedure table
  std::string family;    ///< multiplicity family; empty on alternates and descriptions
  std::string outcome;   ///< scale, indicator or variable
  Levels at;
  Levels versus;        ///< the other side of a contrast
  std::string quantity; ///< mean, change, difference_in_differences, proportion, alpha, n, ...
  std::string method;   ///< name of the convention: "mmrm satterthwaite", "signed-rank pratt exact"
  Unit unit = Unit::none;
  double estimate = not_a_number;
  double std_error = not_a_number;
  double conf_level = not_a_number;
  double conf_low = not_a_number;
  double conf_high = not_a_number;
  double statistic = not_a_number;
  double df = not_a_number;
  double df2 = not_a_number;
  double p_value = not_a_number;
  double p_adjusted = not_a_number;
  std::string adjustment;          ///< holm, westfall_young ...
  double reference = not_a_number; ///< null, bound or target
  std::string verdict;             ///< improved, met, letters "ab"
  double n = not_a_number;
  double n_versus = not_a_number;
  double n_missing = not_a_number;
  double count = not_a_number; ///< unweighted cell
  double effective_n = not_a_number;
  Planned planned = Planned::exploratory;
  std::vector<std::string> flags; ///< suppressed, late_included, boundary, separation ...
};

using Estimates = std::vector<Estimate>;

/// The first row for which everything given fits; empty strings fit all. nullptr if none.
const Estimate* find(const Estimates& rows, std::string_view id);

/// The fields of a row by name, in CSV order: the one list that JSON, CSV and the tests of both walk.
struct FieldText {
  std::string_view name;
  std::string text; ///< shortest round-trip number, or text; empty = does not apply
  bool is_number = false;
};
std::vector<FieldText> fields(const Estimate& row);
/// "wave=T3; arm=treatment".
std::string to_text(const Levels& levels);

} // namespace canvass::report

#endif
