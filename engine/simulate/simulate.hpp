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

/// How much a scale's latent mean moves: in standard deviations of the latent answer, against the first wave of the control arm.
struct Effect {
  std::string scale; ///< id of a scale or variable; empty = all variables
  std::string arm;   ///< empty = every arm
  std::string wave;
  double shift = 0; ///< in the direction of the item: reversed items move the other way
  Position at;
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
std::vector<RawRecord> simulate(const LoadedStudy& study, const Design& design, std::uint64_t seed);

} // namespace canvass::simulate

#endif
