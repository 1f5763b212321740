#ifndef CANVASS_ENGINE_SIMULATE_SIMULATE_HPP
#define CANVASS_ENGINE_SIMULATE_SIMULATE_HPP

#include "engine/core/error.hpp"
#include "engine/responses/response.hpp"
#include "engine/study/model.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Made-up answers, to rehearse the report before fieldwork. Pure: same study, design and seed, same bytes.
namespace canvass::simulate {

/// A column of the people file: levels with their shares, or whole numbers from lowest to highest.
struct PeopleColumn {
  std::string name;
  std::vector<std::pair<std::string, double>> levels; ///< shares need not add up to 1
  double lowest = 0, highest = 0;                     ///< where there are no levels
  bool one_a_group = false;                           ///< the same for all of a course group
  Position at;
};

/// Whom an effect concerns, in a survey of the public: all conditions must hold; none concerns everybody.
struct Where {
  std::vector<std::pair<std::string, std::vector<int>>> codes; ///< a variable has one of these codes
  std::vector<std::size_t> areas;                              ///< or wider ones that hold the person's; empty = everywhere
};

/// How much a latent mean moves: in standard deviations of the latent answer. In a cohort, against the first wave of the control arm.
struct Effect {
  std::string scale; ///< id of a scale or variable; empty = all variables
  std::string trait; ///< instead of a scale: what its items share moves
  std::string arm;   ///< empty = every arm
  std::string wave;  ///< empty = every wave
  double shift = 0;  ///< in the direction of the item: reversed items of a cohort move the other way
  Where where;
  Position at;
};

/// What answers of one person share, in a survey of the public: latent, with variance 1.
struct Trait {
  std::string id;
  std::map<std::string, double> items;                  ///< by variable: its correlation with the trait
  std::vector<std::pair<std::size_t, double>> area_sd;  ///< by level of the areas: sd of what people of one area share
  std::vector<std::pair<std::size_t, double>> together; ///< by earlier trait: correlation of what is left
  Position at;
};

/// So many answers came from an area.
struct AreaAnswers {
  std::size_t area = 0;
  std::map<std::string, int> by_wave;
};

/// What people are like and how they answer. Read from simulation.yaml (docs/simulate.md); every value has a default.
struct Design {
  std::map<std::string, int> people; ///< by arm id; "" where the study has no arms
  std::string person_prefix = "P";
  int group_size = 0; ///< course groups of about this many; 0 = none
  std::string group_column;
  std::vector<PeopleColumn> columns;
  double person_sd = 0.7;                            ///< share of a latent answer that is the person: sd, of a total of 1
  double group_sd = 0;                               ///< of the course group
  double item_correlation = 0.3;                     ///< among the errors of one scale's items within a wave
  double stability = 0.6;                            ///< correlation of an item's error between one wave and the next
  std::map<std::string, std::vector<double>> shares; ///< by variable or list: how often each code, lowest first, is given at the start
  std::map<std::string, double> difficulty;          ///< by variable: latent shift of the item
  std::vector<Effect> effects;
  double blank = 0.01;                        ///< chance that an item is left blank
  std::map<std::string, double> missing;      ///< chance by name of a missing code, for items that offer it
  std::map<std::string, double> wave_missing; ///< by wave id: chance that a person does not answer at all
  bool dropout = true;                        ///< who misses a wave misses all later ones too
  double dropout_by_level = 0;                ///< > 0: people low on the latent answer leave more often
  std::vector<std::string> texts;             ///< for open questions
  std::map<std::string, double> ticks;        ///< by variable of a select_multiple: chance of a tick
  /// By item or row, then by name of a missing code or "blank": instead of the chances above.
  std::map<std::string, std::map<std::string, double>> missing_of;

  // Of a survey of the public.
  std::map<std::string, int> sent;                          ///< by wave: how many questionnaires go out, where there is no list
  bool spread_equally = false;                              ///< over the areas; else in proportion to their people
  std::map<std::string, double> response;                   ///< by wave: share that comes back
  std::map<std::string, std::map<int, double>> response_by; ///< by variable of the population and code: odds of coming back, against 1
  double response_area_sd = 0.2;                            ///< of the log odds, between areas
  std::vector<AreaAnswers> answers;                         ///< instead of `sent` and `response`
  std::vector<Trait> traits;                                ///< none: one that all answers with a better direction share
  Position at;
};

/// Reads simulation.yaml against a study. Collects every problem.
Design read_design(std::string_view bytes, const std::string& file, const LoadedStudy& study, Problems& problems);
/// The design of a study's folder (simulation.yaml), or the default where there is none. @throws InputError
Design load_design(const LoadedStudy& study);

/// People as the design wants them; ids P001 ... `columns` as read_people would give them.
People make_people(const LoadedStudy& study, const Design& design, std::uint64_t seed);
/// people.csv as text.
std::string people_csv(const LoadedStudy& study, const People& people);

/// One record a person and wave answered, in the order of waves, then people. What routing leaves out is -95, so the records are valid
/// as they are. People come from the study's people file if it has one, else from make_people.
/// A survey of the public is answered by those to whom its dispatch lists say a questionnaire went; where a wave has no list, one is drawn.
std::vector<RawRecord> simulate(const LoadedStudy& study, const Design& design, std::uint64_t seed);

/// A made-up dispatch list, as a file.
struct SentList {
  std::size_t wave = 0;
  std::string path; ///< where the study looks for it
  std::string csv;
};
/// The lists that a survey of the public lacks, shared out over its areas: the same that simulate() answers from.
std::vector<SentList> make_sent(const LoadedStudy& study, const Design& design);

} // namespace canvass::simulate

#endif
