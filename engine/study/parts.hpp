#ifndef CANVASS_ENGINE_STUDY_PARTS_HPP
#define CANVASS_ENGINE_STUDY_PARTS_HPP

#include "engine/core/date.hpp"
#include "engine/core/yaml.hpp"
#include "engine/study/load.hpp"
#include "engine/study/model.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The pieces of load_study, one file each. Nothing outside engine/study includes this.
namespace canvass::study_parts {

// --- reading.cpp: values that several parts read alike

/// A text: `{en: "..", cy: ".."}`, or one string in the study's language.
Text read_text(YamlMap& map, std::string_view key, const std::string& language, Problems& problems);
/// YYYY-MM-DD, else a problem.
std::optional<Date> read_date(YamlMap& map, std::string_view key, Problems& problems);
/// "id@version", else a problem.
std::optional<InstrumentReference> read_instrument_reference(YamlMap& map, std::string_view key, Problems& problems);
/// A name with {wave} once where the wave's id stands, in the study's folder; empty where there is no such key, or a problem.
/// `what` is kept in it ("the list"), `example` is a name as it should be.
std::string read_file_of_each_wave(YamlMap& map, std::string_view key, std::string_view what, std::string_view example, Problems& problems);
/// Where the file of one wave lies.
std::string file_of_wave(const Study& study, const std::string& pattern, std::size_t wave);
/// Reports ids that occur twice, or differ only by case, with both lines.
class IdsSeen {
public:
  explicit IdsSeen(std::string what) : what_(std::move(what)) {}
  /// False (and a problem) if `id` was seen before.
  bool add(const std::string& id, const Position& at, Problems& problems);

private:
  std::string what_;
  std::vector<std::pair<std::string, Position>> seen_; ///< in lower case
};
/// The ids of a list of things that have one.
template <typename Rows> std::vector<std::string> ids_of(const Rows& rows) {
  std::vector<std::string> ids;
  ids.reserve(rows.size());
  for (const auto& row : rows) {
    ids.push_back(row.id);
  }
  return ids;
}

// --- design.cpp: who is asked and when

void read_purpose(const YamlNode* node, Study& study, Problems& problems);
void read_frame(const YamlNode* node, Study& study, Problems& problems);
void read_waves(const YamlNode* node, Study& study, Problems& problems);
void read_arms(const YamlNode* node, Study& study, Problems& problems);
void read_assignment(const YamlNode* node, Study& study, Problems& problems);
void read_events(const YamlNode* node, Study& study, Problems& problems);
void read_match_people(const YamlNode* node, Study& study, Problems& problems);
void read_sample(const YamlNode* node, Study& study, Problems& problems);
void read_same_series(const YamlNode* node, Study& study, Problems& problems);
void read_report(const YamlNode* node, Study& study, Problems& problems);
void read_disclosure(const YamlNode* node, Study& study, Problems& problems);

// --- plan.cpp: what will be tested

/// Reads `plan:`; study.waves must stand. Outcomes are checked by resolve_plan, once the instruments are known.
void read_plan(const YamlNode* node, Study& study, Problems& problems);
/// "T3-T1" as indices of waves, else a problem.
std::optional<Contrast> read_contrast(std::string_view text, const Position& at, const Study& study, Problems& problems);

// --- outcomes.cpp: the plan against the instruments

/// Writes families out and checks every outcome against the instrument of every wave that it is compared at.
void resolve_plan(LoadedStudy& loaded, Problems& problems);

// --- instruments.cpp

/// Loads the instrument of every wave, each version once. Leaves instrument_of_wave empty if one cannot be had.
void load_instruments(LoadedStudy& loaded, const StudyPaths& paths, Problems& problems);

// --- survey.cpp: what a study of the public adds

/// Reads `survey:`, `series:`, `kpis:`, `tables:` and `claims:`; files are named, not yet read. study.survey stands afterwards if there is
/// any.
void read_survey(YamlMap& map, Study& study, Problems& problems);
/// Reads the files that study.survey names, and holds them against the instruments and each other.
void load_survey(LoadedStudy& loaded, Problems& problems);

/// Warnings of what a study of the public lacks, and of what cannot be right in the numbers of others that it brings.
void check_survey(const LoadedStudy& loaded, Problems& problems);

// --- survey_areas.cpp, survey_design.cpp, survey_sent.cpp, survey_population.cpp, survey_series.cpp, survey_kpis.cpp, survey_tables.cpp,
// survey_claims.cpp

void load_areas(AreaTree& tree, Problems& problems);
/// Reads `design:` of the survey, and the files that it names.
void read_design(const YamlNode& node, Study& study, Problems& problems);
void load_design(LoadedStudy& loaded, Problems& problems);
void load_sent(LoadedStudy& loaded, Problems& problems);
void load_population(LoadedStudy& loaded, Problems& problems);
/// Code that a cell of a file names: the number, or the name of the choice.
std::optional<int> code_of_cell(std::string_view cell, const ChoiceList& list);
/// How a file of published numbers is to be read, where it is not in Canvass's own form: `read:` of a series.
struct SeriesReading {
  std::string period = "period", unit = "unit", value = "value", n = "n", half_width = "half_width"; ///< columns
  std::vector<std::pair<std::string, std::string>> where; ///< column and cell: other rows are passed over
  std::vector<std::string> ignored;                       ///< columns
  bool decimal_comma = false;
  std::optional<DateOrder> dates;           ///< of the periods, where they are days written in this order
  double times = 1;                         ///< 100 where a proportion is published and a percentage meant
  std::optional<double> n_each;             ///< number of answers behind each value, where the source gives one for all
  std::map<std::string, std::string> units; ///< other spellings of a unit
};
/// Reads `read:`.
SeriesReading read_series_reading(const YamlNode* node, Problems& problems);
void load_series(PublishedSeries& series, const SeriesReading& reading, Problems& problems);
/// One line of the scoreboard, from the study.
void read_kpis(const YamlNode* node, Study& study, Problems& problems);
void load_kpis(LoadedStudy& loaded, Problems& problems);
void read_tables(const YamlNode* node, Study& study, Problems& problems);
void load_table(AdminTable& table, const AreaTree& areas, Problems& problems);
void read_claims(const YamlNode* node, Study& study, Problems& problems);
/// `instrument`: nullptr where it could not be loaded; groups then keep no codes.
void load_claims(ClaimSet& set, const Instrument* instrument, Problems& problems);

// --- survey_breaks.cpp: where lines are cut

/// Reads `breaks:` of the study (`with_items`: a break may concern some items alone) or of a published series.
std::vector<SeriesBreak> read_breaks(const YamlNode* node, bool with_items, Problems& problems);
/// Breaks name waves, none the first; sorts them.
void check_breaks_of_waves(Study& study, Problems& problems);
/// The items that breaks name are asked.
void check_break_items(const LoadedStudy& loaded, Problems& problems);
/// Breaks name periods of the series; sorts them.
void check_breaks_of_series(PublishedSeries& series, Problems& problems);
/// Is a break declared for the variable after wave `earlier` and not after wave `later`?
bool is_broken_between(const Study& study, const Instrument& instrument, const Variable& variable, std::size_t earlier, std::size_t later);

// --- people.cpp

/// Loads the people file named in the frame, if any, and checks arms and the columns that the assignment names.
void load_people(LoadedStudy& loaded, Problems& problems);

// --- series.cpp

/// Items that differ between the versions used by the waves, without `same_series`: errors.
void check_versions(const LoadedStudy& loaded, Problems& problems);

} // namespace canvass::study_parts

#endif
