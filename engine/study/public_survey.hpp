#ifndef CANVASS_ENGINE_STUDY_PUBLIC_SURVEY_HPP
#define CANVASS_ENGINE_STUDY_PUBLIC_SURVEY_HPP

#include "engine/core/date.hpp"
#include "engine/core/error.hpp"
#include "engine/instrument/model.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What a study of the public adds: where people live, to whom questionnaires went, how many there are in all, what others have
/// published, and what a board holds the force to. Plain values; every one knows its place. Made by load_study only.
namespace canvass {

struct Area {
  std::string code;                                  ///< as sent lists and margins name it
  std::string label;                                 ///< as a reader should see it
  std::size_t level = 0;                             ///< index into AreaTree::levels
  std::size_t parent = static_cast<std::size_t>(-1); ///< index into AreaTree::areas; npos for the top
  std::vector<std::string> aliases;                  ///< other spellings
  Position at;
};

/// force > division > area, as areas.csv gives it. Parents stand before their children.
struct AreaTree {
  std::string file, sha256;
  std::vector<std::string> levels; ///< ids, the widest first: force, division, area
  std::vector<Area> areas;

  static constexpr std::size_t npos = static_cast<std::size_t>(-1);
  /// By code, label or alias, case and outer spaces aside; npos if none.
  [[nodiscard]] std::size_t find(std::string_view name) const;
  /// The area of `level` that an area lies in: itself if it is of that level; npos if it is wider.
  [[nodiscard]] std::size_t at_level(std::size_t area, std::size_t level) const;
  [[nodiscard]] bool empty() const noexcept { return areas.empty(); }
};

/// To whom questionnaires of one wave went: the denominator. Columns of equal length.
struct Dispatch {
  std::string file, sha256;
  std::size_t wave = 0;
  std::vector<std::string> serial;   ///< unique
  std::vector<std::int32_t> area;    ///< index into AreaTree::areas, or -1
  std::vector<std::int32_t> stratum; ///< index into `strata`, or -1 where the list has no such column
  std::vector<std::string> strata;
  std::vector<std::size_t> by_serial; ///< indices sorted by serial; made by index()

  void index();
  static constexpr std::size_t npos = static_cast<std::size_t>(-1);
  [[nodiscard]] std::size_t find(std::string_view id) const;
};

/// How many people there are: population.csv, one count a row.
struct Population {
  std::string file, sha256, source;
  std::optional<Date> as_of;
  std::vector<std::string> variables; ///< "area", or ids of select_one variables
  struct Row {
    std::vector<int> codes; ///< aligned with `variables`: index of an area, or a code of the variable's list
    double count = 0;
  };
  std::vector<Row> rows;
  Position at;
};

enum class WeightMethod { none, poststratify, rake, linear, logit };
std::string_view to_string(WeightMethod method);

/// How answers are made to stand for everybody.
struct Weighting {
  WeightMethod method = WeightMethod::none;
  std::vector<std::vector<std::string>> margins; ///< each a set of variables of the population
  std::optional<double> lowest, highest;         ///< bounds of calibrated weight over design weight
  std::optional<double> trim;                    ///< largest weight, in means
  Position at;
};

enum class Lonely { refuse, certainty, adjust, average, collapse };

/// A number that somebody published: shown, and tested only where it has an n or an interval.
struct SeriesPoint {
  std::string period; ///< "2025", "2025-06": as text, in file order
  std::string unit;   ///< "Northshire", "Force B": whom it is of; empty: the study's own
  double value = 0;
  std::optional<double> n, half_width;
  Position at;
};
struct PublishedSeries {
  std::string id;
  Text label;
  std::string file, sha256, source, question; ///< question: what was asked, "good-job@1.0.0/local_police"; another question is never joined
  std::optional<Date> as_of;
  bool percent = true;
  double window_quarters = 0; ///< rolling windows of so many quarters; 0: separate samples
  Direction desired_direction = Direction::none;
  std::vector<SeriesPoint> points;
  Position at;
};

/// A line of the board's scoreboard.
struct Kpi {
  std::string code; ///< "P3"
  Text label;
  std::string indicator;                      ///< measured by this study; or
  std::string series, series_unit;            ///< by the last point of a published series; or
  std::string table, table_row, table_column; ///< by a cell of an administrative table; all empty: no data
  Direction desired_direction = Direction::up;
  std::optional<double> target;
  std::string unit; ///< "%", "count", "points"
  Position at;
};

/// Counts, targets and budgets kept by others, with what must hold in them.
struct AdminTable {
  std::string id;
  Text label;
  std::string file, sha256, source;
  std::optional<Date> as_of;
  std::string key;                             ///< column that names the row
  std::vector<std::string> columns;            ///< all but the key
  std::vector<std::string> keys;               ///< by row
  std::vector<std::vector<std::string>> cells; ///< rows x columns, as written
  std::vector<Position> row_at;
  bool key_is_area = false; ///< keys are areas of the tree: unknown names are told with the nearest
  struct Check {
    enum class Kind { formula, total, ratio } kind = Kind::formula;
    std::string column, expression; ///< formula: column = expression over columns; ratio: a percentage printed with its rounding
    std::optional<double> claimed;  ///< total or ratio of all rows, as a text claims it
    Position at;
  };
  std::vector<Check> checks;
  Position at;
};

/// All of it; a cohort study has none.
struct PublicSurvey {
  AreaTree areas;
  std::vector<Dispatch> sent; ///< by wave index; one without rows where no list is there
  std::string sent_pattern;   ///< "sent-{wave}.csv"
  Population population;
  Weighting weighting;
  Lonely lonely = Lonely::refuse;
  std::vector<PublishedSeries> series;
  std::vector<Kpi> kpis;
  std::vector<AdminTable> tables;
  std::string people_live_in; ///< noun phrase for sentences: "Northshire"
  int flag_base = 50;         ///< fewer answers are flagged
  Position at;
};

} // namespace canvass

#endif
