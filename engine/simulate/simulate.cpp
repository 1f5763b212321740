#include "engine/simulate/simulate.hpp"

#include "engine/simulate/public.hpp"
#include "engine/simulate/sheets.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace canvass::simulate {
namespace {

/// What is known of one person before any wave.
struct Traits {
  double person = 0, group = 0;
  std::size_t arm = 0;
  std::unordered_map<std::string, double> errors; ///< of each variable (and factor) in the wave before
};

class Simulation {
public:
  Simulation(const LoadedStudy& study, const Design& design, std::uint64_t seed)
      : study_(study), design_(design), seed_(seed), sheets_(study, design),
        people_(study.people.people.empty() ? make_people(study, design, seed) : study.people) {
    for (std::size_t wave = 0; wave < study.study.waves.size(); ++wave) {
      waves_.emplace_back(study, design, wave);
    }
    const double rest = 1 - design.person_sd * design.person_sd - design.group_sd * design.group_sd;
    rest_sd_ = std::sqrt(std::max(0.0, rest));
  }

  std::vector<RawRecord> run() {
    draw_groups();
    std::vector<std::vector<RawRecord>> of_wave(waves_.size());
    for (std::size_t i = 0; i < people_.people.size(); ++i) {
      simulate_person(i, of_wave);
    }
    std::vector<RawRecord> records;
    for (auto& wave : of_wave) {
      for (RawRecord& record : wave) {
        record.at = {"simulated", static_cast<int>(records.size()) + 1, 0};
        records.push_back(std::move(record));
      }
    }
    return records;
  }

private:
  void draw_groups() {
    const std::string& name = design_.group_column.empty() ? study_.study.assignment.group : design_.group_column;
    group_column_ = people_.column(name);
    area_column_ = people_.column(study_.study.frame.area);
    RandomStream stream(seed_, "simulate groups");
    for (const Person& person : people_.people) {
      if (group_column_ != People::npos && groups_.count(person.values[group_column_]) == 0) {
        groups_.emplace(person.values[group_column_], stream.normal() * design_.group_sd);
      }
    }
  }

  void simulate_person(std::size_t i, std::vector<std::vector<RawRecord>>& of_wave) {
    const Person& person = people_.people[i];
    RandomStream latent(seed_, "simulate answers", i);
    RandomStream gaps(seed_, "simulate gaps", i); // apart, so that another rate of missing leaves the answers as they were
    Traits traits;
    traits.person = latent.normal() * design_.person_sd;
    traits.group = group_column_ == People::npos ? 0 : groups_.at(person.values[group_column_]);
    const std::size_t arm = study_.study.arm(person.arm);
    traits.arm = arm == Study::npos ? study_.study.arms.size() : arm;
    bool gone = false;
    for (std::size_t wave = 0; wave < waves_.size(); ++wave) {
      RawRecord record = answer(traits, waves_[wave], wave == 0, latent, gaps);
      const bool misses = gaps.uniform() < chance_to_miss(wave, traits.person);
      record.frame.answered_at = sheets_.moment_of(wave, gaps);
      gone = gone || (misses && wave > 0 && design_.dropout);
      if (gone || misses) {
        continue;
      }
      record.frame.person = person.id;
      record.frame.wave = study_.study.waves[wave].id;
      record.frame.arm = person.arm;
      if (area_column_ != People::npos) {
        record.frame.area = person.values[area_column_];
      }
      sheets_.route(record, waves_[wave]);
      of_wave[wave].push_back(std::move(record));
    }
  }

  double chance_to_miss(std::size_t wave, double person) const {
    const auto found = design_.wave_missing.find(study_.study.waves[wave].id);
    if (found == design_.wave_missing.end() || found->second <= 0) {
      return 0;
    }
    if (found->second >= 1 || design_.dropout_by_level == 0) {
      return found->second;
    }
    const double logit = std::log(found->second / (1 - found->second)) - design_.dropout_by_level * person;
    return 1 / (1 + std::exp(-logit));
  }

  /// The error of a thing in this wave, tied to that of the wave before.
  double carried(Traits& traits, const std::string& name, bool first_wave, double fresh) const {
    double& error = traits.errors[name];
    error = first_wave ? fresh : design_.stability * error + std::sqrt(1 - design_.stability * design_.stability) * fresh;
    return error;
  }

  RawRecord answer(Traits& traits, const WaveModel& model, bool first_wave, RandomStream& latent, RandomStream& gaps) {
    RawRecord record;
    record.answers.resize(model.rules.size());
    std::vector<double> factors;
    for (std::size_t s = 0; s <= model.instrument.scales.size(); ++s) {
      factors.push_back(carried(traits, "factor " + std::to_string(s), first_wave, latent.normal()));
    }
    const double shared = std::sqrt(design_.item_correlation);
    const double own = std::sqrt(1 - design_.item_correlation);
    for (std::size_t v = 0; v < model.rules.size(); ++v) {
      const Rule& rule = model.rules[v];
      const double error = carried(traits, rule.variable->id, first_wave, latent.normal());
      const double common = rule.factor == 0 ? error : shared * factors[rule.factor] + own * error;
      const double z = rule.difficulty + rule.sign * (traits.person + traits.group + rule.shift[traits.arm] + rest_sd_ * common);
      record.answers[v] = sheets_.value_of(rule, z, latent);
    }
    sheets_.finish(record, model, latent, gaps);
    return record;
  }

  const LoadedStudy& study_;
  const Design& design_;
  std::uint64_t seed_;
  SheetMaker sheets_;
  People people_;
  std::vector<WaveModel> waves_;
  std::unordered_map<std::string, double> groups_;
  std::size_t group_column_ = People::npos;
  std::size_t area_column_ = People::npos;
  double rest_sd_ = 1;
};

} // namespace

std::vector<RawRecord> simulate(const LoadedStudy& study, const Design& design, std::uint64_t seed) {
  return study.study.survey ? simulate_public(study, design, seed) : Simulation(study, design, seed).run();
}

} // namespace canvass::simulate
