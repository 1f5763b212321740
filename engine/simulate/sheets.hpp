#ifndef CANVASS_ENGINE_SIMULATE_SHEETS_HPP
#define CANVASS_ENGINE_SIMULATE_SHEETS_HPP

/// How latent numbers become an answer sheet: what simulations of cohorts and of the public share. Internal to this folder.

#include "engine/core/random.hpp"
#include "engine/simulate/simulate.hpp"

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace canvass::simulate {

/// How one variable is answered.
struct Rule {
  const Variable* variable = nullptr;
  const Item* item = nullptr;
  std::vector<int> codes;         ///< ascending
  std::vector<double> thresholds; ///< between them, on the latent scale
  double difficulty = 0;
  double sign = 1;                             ///< -1: the trait shows the other way round
  std::size_t factor = 0;                      ///< scale whose items share an error; 0 = its own
  std::vector<double> shift;                   ///< by arm (the last is "no arm")
  double tick = .3;                            ///< chance of a tick
  double blank = 0;                            ///< chance to be left blank
  std::vector<std::pair<int, double>> missing; ///< offered missing codes with their chances
};

/// The rules of one wave.
class WaveModel {
public:
  WaveModel(const LoadedStudy& study, const Design& design, std::size_t wave);

  const Instrument& instrument;
  std::vector<Rule> rules; ///< by variable
  std::unordered_map<std::string, std::size_t> index;

private:
  void set_codes(Rule& rule, const Design& design) const;
  void set_shift(Rule& rule, const LoadedStudy& study, const Design& design, std::size_t wave) const;
  void set_missing(Rule& rule, const Design& design) const;
};

/// Fills in answer sheets.
class SheetMaker {
public:
  SheetMaker(const LoadedStudy& study, const Design& design);

  /// The answer that the latent number z gives.
  std::string value_of(const Rule& rule, double z, RandomStream& latent) const;
  /// Once every variable has its value: exclusive choices stand alone, ranks are drawn, gaps are left.
  void finish(RawRecord& record, const WaveModel& model, RandomStream& latent, RandomStream& gaps) const;
  /// Writes -95 where routing does not ask, and blanks what a constraint would refuse, as the validator sees it.
  void route(RawRecord& record, const WaveModel& model) const;
  /// A moment of the wave's days.
  std::optional<Moment> moment_of(std::size_t wave, RandomStream& stream) const;

private:
  std::string date_of_answer(RandomStream& latent) const;

  const LoadedStudy& study_;
  Validator validator_;
  std::vector<std::string> texts_;
};

double normal_probability(double z);

} // namespace canvass::simulate

#endif
