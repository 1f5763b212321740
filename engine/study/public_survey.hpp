#ifndef CANVASS_ENGINE_STUDY_PUBLIC_SURVEY_HPP
#define CANVASS_ENGINE_STUDY_PUBLIC_SURVEY_HPP

#include "engine/core/date.hpp"
#include "engine/core/error.hpp"
#include "engine/instrument/model.hpp"
#include "engine/study/claims.hpp"
#include "engine/study/sample_design.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
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
  Position at;

  /// Names in lower case with the area that each stands for, sorted; made by index(), so that find() is quick.
  std::vector<std::pair<std::string, std::size_t>> by_name;

  static constexpr std::size_t npos = static_cast<std::size_t>(-1);
  void index();
  /// By code, then label, then alias, case and outer spaces aside; of two levels that share a name the narrower. npos if none.
  [[nodiscard]] std::size_t find(std::string_view name) const;
  /// Names of areas written much like `name`, the likest first, at most three.
  [[nodiscard]] std::vector<std::string> nearest(std::string_view name) const;
  /// "; did you mean Alderby, Aldby or Selby?", or nothing.
  [[nodiscard]] std::string did_you_mean(std::string_view name) const;
  [[nodiscard]] std::size_t level(std::string_view id) const; ///< index, or npos
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
  /// A serial of the list that differs from `id` by one slip (a wrong, missing, doubled or exchanged character); empty if none.
  [[nodiscard]] std::string nearest(std::string_view id) const;
  [[nodiscard]] bool empty() const noexcept { return serial.empty(); }
};

/// How many people there are: population.csv, one count a row.
struct Population {
  std::string file, sha256, source;
  std::optional<Date> as_of;
  std::vector<std::string> variables; ///< "area", or ids of select_one variables
  struct Row {
    std::vector<int> codes; ///< aligned with `variables`: index of an area, or a code of the variable's list
    double count = 0;
    Position at;
  };
  std::vector<Row> rows; ///< each set of codes once
  Position at;

  [[nodiscard]] std::size_t variable(std::string_view id) const; ///< index, or npos
  [[nodiscard]] double total() const;
  [[nodiscard]] bool empty() const noexcept { return rows.empty(); }
  static constexpr std::size_t npos = static_cast<std::size_t>(-1);
};

enum class WeightMethod { none, poststratify, rake, linear, logit };
std::string_view to_string(WeightMethod method);

/// How answers are made to stand for everybody.
struct Weighting {
  WeightMethod method = WeightMethod::none;
  std::vector<std::vector<std::string>> margins; ///< each a set of variables of the population
  std::optional<double> lowest, highest;         ///< bounds of calibrated weight over design weight
  std::optional<double> trim;                    ///< largest weight, in means
  std::string nonresponse;                       ///< "area" or "stratum": those who answered carry those of their class who did not
  double fewest_answers = 20;                    ///< of a class of non-response; below it is joined with the nearest in rate
  double largest_factor = 3;                     ///< of a class, in times that of the whole list; above it is joined likewise
  bool leave_out_missing = false;                ///< answers whose given weight is missing leave, counted; else they are refused
  Position at;
};

enum class Lonely { refuse, certainty, adjust, average, collapse };
std::string_view to_string(Lonely lonely); ///< as a study writes it

/// A declared break: the wording, the channel or the sample changed, and what comes from `from` on is not compared with what came before.
struct SeriesBreak {
  std::string from;               ///< the first wave, or period of a published series, after it
  std::vector<std::string> items; ///< that it concerns; empty: all
  std::string why;
  Position at;
};

/// A number that somebody published: shown, and tested only where it has an n or an interval.
struct SeriesPoint {
  std::string period; ///< "2025", "2025-06": as text, in file order
  std::string unit;   ///< "Northshire", "Force B": whom it is of; empty: the study's own
  double value = 0;
  std::optional<double> n, half_width; ///< half_width: of the 95 % interval, in the unit of the value
  int decimals = 0;                    ///< as printed: 41.7 has one, 39 none; what is left out is a range of its own
  Position at;
};
struct PublishedSeries {
  std::string id;
  Text label;
  std::string file, sha256, source;
  std::string question; ///< what was asked, "good-job@1.0.0/local_police"; another question is never joined
  std::optional<Date> as_of;
  bool percent = true;
  double window_quarters = 0; ///< rolling windows of so many quarters; 0: separate samples
  Direction desired_direction = Direction::none;
  std::optional<double> design_effect; ///< of the sample behind each n; nobody published it: 1 is taken, and that is said
  bool n_is_for_all = false;           ///< the n are not those of single figures, but one that the source gives for all
  std::vector<SeriesBreak> breaks;     ///< in the order of the periods
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

/// Codes that a run of numbered codes leaves out: of P1 .. P5, P7 it is P6. In order of the letters' first appearance.
std::vector<std::string> missing_codes(const std::vector<Kpi>& kpis);

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
  std::vector<std::int32_t> area; ///< by row: index into the tree, or -1; empty unless key_is_area
  bool key_is_area = false;       ///< keys are areas of the tree: unknown names are told with the nearest
  /// Rows whose key is empty, set aside: they count in no total.
  struct Stray {
    std::vector<std::string> cells; ///< aligned with `columns`
    Position at;
  };
  std::vector<Stray> strays;
  struct Check {
    enum class Kind { formula, total, ratio } kind = Kind::formula;
    std::string column;            ///< formula: must equal the expression; total: is summed; ratio: holds the percentage as printed
    std::string expression;        ///< over columns; see table_formula.hpp
    std::optional<double> claimed; ///< total, or ratio over all rows, as a text claims it
    Position at;
  };
  std::vector<Check> checks;
  Position at;

  [[nodiscard]] std::size_t column(std::string_view name) const; ///< index, or npos
  [[nodiscard]] std::size_t row(std::string_view key) const;     ///< index, or npos; case aside
  static constexpr std::size_t npos = static_cast<std::size_t>(-1);
};

/// All of it; a cohort study has none.
struct PublicSurvey {
  AreaTree areas;
  std::vector<Dispatch> sent; ///< by wave index; one without rows where no list is there
  std::string sent_pattern;   ///< "sent-{wave}.csv"; empty: nobody recorded who was asked
  Population population;
  Weighting weighting;
  SampleDesign design;
  Lonely lonely = Lonely::refuse;
  std::vector<PublishedSeries> series;
  std::vector<SeriesBreak> breaks; ///< between waves of the study, in the order of the waves
  std::vector<Kpi> kpis;
  std::string kpis_file, kpis_sha256; ///< empty where they stand in the study itself
  std::vector<AdminTable> tables;
  std::vector<ClaimSet> claims; ///< what papers say in numbers
  std::string people_live_in;   ///< noun phrase for sentences: "Northshire"
  int flag_base = 50;           ///< fewer answers are flagged
  Position at;

  [[nodiscard]] const PublishedSeries* published(std::string_view id) const;
  [[nodiscard]] const AdminTable* table(std::string_view id) const;
};

} // namespace canvass

#endif
