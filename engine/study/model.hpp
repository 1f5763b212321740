#ifndef CANVASS_ENGINE_STUDY_MODEL_HPP
#define CANVASS_ENGINE_STUDY_MODEL_HPP

#include "engine/core/date.hpp"
#include "engine/core/error.hpp"
#include "engine/instrument/model.hpp"
#include "engine/study/public_survey.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Who is asked, when, and what will be tested. Plain values; every one knows its place. Made by load_study only.
namespace canvass {

struct InstrumentReference {
  std::string id, version; ///< "pcso-self-legitimacy@1.0.0"
  Position at;
};

struct Wave {
  std::string id;
  Text label;
  std::optional<Date> date;                      ///< when it was answered, for a wave of one day
  std::optional<Date> opens, closes;             ///< else the window; `late` answers are those after `closes`
  std::optional<InstrumentReference> instrument; ///< the wave's own version, if not the study's
  Position at;

  [[nodiscard]] std::optional<Date> when() const { return date ? date : opens; }
};

struct Arm {
  std::string id;
  Text label;
  Text people; ///< noun phrase for sentences: "untrained officers"; empty: the label stands in quotation marks
  bool is_control = false;
  Position at;
};

enum class AssignmentKind { none, randomised, matched, self_selected };
std::string_view to_string(AssignmentKind kind);

struct Assignment {
  AssignmentKind kind = AssignmentKind::none;
  std::string unit = "person";
  std::string why_not_random;
  std::string matched_set; ///< column of people.csv that names the matched set, if recorded
  std::string group;       ///< column of people.csv that names the course group, if recorded
  std::string area;        ///< column of people.csv that names the area, if recorded
  Position at;
};

struct Event {
  Date date;
  std::string what;
  Position at;
};

enum class SampleKind { census, probability, quota, self_selected };
std::string_view to_string(SampleKind kind);

enum class Expect { none, up, down, same };
std::string_view to_string(Expect expect);

/// A contrast "T3-T1": later minus earlier, as indices of waves.
struct Contrast {
  std::size_t later = 0, earlier = 0;
  Position at;
  friend bool operator==(const Contrast& a, const Contrast& b) { return a.later == b.later && a.earlier == b.earlier; }
};

enum class Adjustment { none, holm, hochberg, hommel, bh, by, westfall_young };
std::string_view to_string(Adjustment adjustment); ///< as a study writes it

struct Family {
  std::string id;
  std::vector<std::string> outcomes; ///< ids of variables; `items_of: SCALE` is written out
  std::string items_of;              ///< the scale, where the family was given so
  Adjustment adjust = Adjustment::holm;
  Position at;
};

/// One planned analysis. `procedure` names a row of the procedure table; its other options stand in `options` for the procedure to read.
struct PlannedAnalysis {
  std::string id;
  std::string procedure;
  std::string outcome; ///< scale, indicator or variable; empty where a family is given
  std::string family;
  std::vector<Contrast> contrasts; ///< one for a family
  std::optional<Contrast> primary;
  std::optional<double> smallest_change_that_matters;
  std::vector<std::pair<Contrast, Expect>> expect;
  std::string because;
  std::map<std::string, std::string> options; ///< any further scalar keys, as text
  Position at;
};

struct Plan {
  double significance_level = 0.05;
  int conventions = 1;
  std::uint64_t seed = 1;
  std::size_t permutations = 100'000;
  std::vector<Family> families;
  std::vector<PlannedAnalysis> analyses;
  Position at;

  [[nodiscard]] const Family* family(std::string_view id) const;
  [[nodiscard]] const PlannedAnalysis* analysis(std::string_view id) const;
};

/// A person who could have answered: one row of people.csv. `values` align with People::columns.
struct Person {
  std::string id;
  std::string arm; ///< arm id; empty if people.csv gives none
  std::vector<std::string> values;
  Position at;
};

struct People {
  std::string file;
  std::string sha256;
  std::vector<std::string> columns; ///< all columns but the person's id
  std::vector<Person> people;       ///< ids unique, in file order
  std::vector<std::size_t> by_id;   ///< indices of `people` sorted by id; made by index(), so that find() is quick

  void index();
  [[nodiscard]] const Person* find(std::string_view id) const;
  [[nodiscard]] std::size_t column(std::string_view name) const; ///< index, or npos
  static constexpr std::size_t npos = static_cast<std::size_t>(-1);
};

/// Names of the columns of a response file that are not answers.
struct FrameNames {
  std::string person = "person";
  std::string arm; ///< empty: the arm comes from people.csv
  std::string area, stratum, cluster, weight;
  std::string people_file; ///< as written in the study; empty if none
  Position at;
};

/// Small-number rules of a report.
struct Disclosure {
  int min_base = 10;         ///< fewer people: the cell is withheld
  int min_base_extreme = 20; ///< 0 % and 100 % are withheld under this base
};

struct SameSeries { ///< declared: two versions of an item continue one series
  std::string item, reason;
  Position at;
};

struct Purpose {
  std::string find_out, from_whom, already_known, feedback;
};

struct Study {
  std::string id;
  Text title;
  std::string language = "en";
  InstrumentReference instrument;
  Purpose purpose;
  std::string decision;
  FrameNames frame;
  std::vector<Wave> waves;
  std::vector<Arm> arms;
  Assignment assignment;
  std::vector<Event> events;
  SampleKind sample = SampleKind::census;
  std::string match_by = "id";
  std::vector<SameSeries> same_series;
  Plan plan;
  std::string report_template = "cohort_evaluation";
  Disclosure disclosure;
  std::optional<PublicSurvey> survey; ///< of a study of the public
  std::string folder;                 ///< where study.yaml lies
  std::string file;                   ///< its path
  std::string sha256;                 ///< of its bytes
  Position at;

  static constexpr std::size_t npos = static_cast<std::size_t>(-1);
  [[nodiscard]] std::size_t wave(std::string_view id) const;      ///< index, or npos
  [[nodiscard]] std::size_t arm(std::string_view id) const;       ///< index, or npos
  [[nodiscard]] std::size_t control_arm() const;                  ///< index, or npos
  [[nodiscard]] std::string name(const Contrast& contrast) const; ///< "T3-T1"
};

/// A study with all that it names, loaded: what every later stage is given.
struct LoadedStudy {
  Study study;
  /// The instrument of each wave (the same pointer where waves share a version), never null.
  std::vector<std::shared_ptr<const Instrument>> instrument_of_wave;
  People people;

  /// The instrument that reports speak of: that of the last wave.
  [[nodiscard]] const Instrument& instrument() const { return *instrument_of_wave.back(); }
};

} // namespace canvass

#endif
