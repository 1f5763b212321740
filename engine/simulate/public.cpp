#include "engine/simulate/public.hpp"

#include "engine/core/csv.hpp"
#include "engine/core/text.hpp"
#include "engine/simulate/sheets.hpp"
#include "engine/study/sent.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

namespace canvass::simulate {
namespace {

constexpr std::size_t none = static_cast<std::size_t>(-1);
constexpr int unknown_code = first_missing_code;

/// Serials and areas of those to whom a questionnaire went, given or drawn.
struct Addresses {
  std::vector<std::string> serial;
  std::vector<std::size_t> area; ///< of the tree, or npos
};

std::string serial_of(const Study& study, std::size_t wave, std::size_t number) {
  return fmt::format("{}-{:06}", study.waves[wave].id, number + 1);
}

template <typename Map, typename Value> Value of_wave(const Map& map, const Study& study, std::size_t wave, Value otherwise) {
  const auto found = map.find(study.waves[wave].id);
  return found == map.end() ? otherwise : found->second;
}

/// Shares `total` out in proportion to `weights`, in whole numbers that add up to it (largest remainders).
std::vector<std::size_t> shared_out(std::size_t total, const std::vector<double>& weights) {
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  std::vector<std::size_t> parts;
  std::vector<std::pair<double, std::size_t>> rests;
  std::size_t given = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double exact = static_cast<double>(total) * (sum > 0 ? weights[i] / sum : 1 / static_cast<double>(weights.size()));
    parts.push_back(static_cast<std::size_t>(std::floor(exact)));
    rests.emplace_back(std::floor(exact) - exact, i);
    given += parts.back();
  }
  std::sort(rests.begin(), rests.end());
  for (std::size_t i = 0; i < rests.size() && given < total; ++i, ++given) {
    ++parts[rests[i].second];
  }
  return parts;
}

Addresses draw_addresses(const LoadedStudy& study, const Design& design, const Residents& residents, std::size_t wave) {
  const auto total = static_cast<std::size_t>(of_wave(design.sent, study.study, wave, default_sent));
  const std::vector<std::size_t> leaves = residents.leaves(AreaTree::npos);
  std::vector<double> weights;
  for (const std::size_t leaf : leaves) {
    weights.push_back(design.spread_equally ? 1 : residents.people_of(leaf));
  }
  const std::vector<std::size_t> parts = leaves.empty() ? std::vector<std::size_t>{total} : shared_out(total, weights);
  Addresses addresses;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    for (std::size_t k = 0; k < parts[i]; ++k) {
      addresses.serial.push_back(serial_of(study.study, wave, addresses.serial.size()));
      addresses.area.push_back(leaves.empty() ? AreaTree::npos : leaves[i]);
    }
  }
  return addresses;
}

bool has_list(const LoadedStudy& study, std::size_t wave) {
  const auto& sent = study.study.survey->sent;
  return wave < sent.size() && !sent[wave].serial.empty();
}

Addresses addresses_of(const LoadedStudy& study, const Design& design, const Residents& residents, std::size_t wave) {
  if (!has_list(study, wave)) {
    return draw_addresses(study, design, residents, wave);
  }
  const Dispatch& list = study.study.survey->sent[wave];
  Addresses addresses;
  addresses.serial = list.serial;
  for (const std::int32_t area : list.area) {
    addresses.area.push_back(area < 0 ? AreaTree::npos : static_cast<std::size_t>(area));
  }
  addresses.area.resize(addresses.serial.size(), AreaTree::npos);
  return addresses;
}

/// A normal number for each area, the same whatever else is drawn.
std::vector<double> normal_by_area(std::uint64_t seed, const std::string& purpose, std::size_t areas) {
  std::vector<double> values;
  for (std::size_t i = 0; i < areas; ++i) {
    values.push_back(RandomStream(seed, purpose, i).normal());
  }
  return values;
}

/// An effect as one wave needs it.
struct Shift {
  std::size_t trait = none;           ///< or
  std::vector<std::size_t> variables; ///< that move
  double by = 0;
  std::vector<std::pair<std::size_t, const std::vector<int>*>> codes;
  std::vector<char> in_area; ///< by area; empty = everywhere

  [[nodiscard]] bool concerns(const std::vector<int>& known, std::size_t area) const {
    if (!in_area.empty() && (area == AreaTree::npos || in_area[area] == 0)) {
      return false;
    }
    return std::all_of(codes.begin(), codes.end(), [&known](const auto& condition) {
      return std::find(condition.second->begin(), condition.second->end(), known[condition.first]) != condition.second->end();
    });
  }
};

/// What a wave asks, and what moves and ties its answers.
struct WavePlan {
  WaveModel model;
  std::vector<std::size_t> counted; ///< by variable of the population: index, or none
  std::vector<std::size_t> first;   ///< answers that effects ask for, drawn before all others
  std::vector<Shift> on_traits, on_variables;
  std::vector<std::vector<std::pair<std::size_t, double>>> ties; ///< by variable: traits and correlations
  std::vector<double> rest_sd;                                   ///< by variable
  std::vector<char> drawn_first;                                 ///< by variable: counted or first
};

class PublicSimulation {
public:
  PublicSimulation(const LoadedStudy& study, const Design& design, std::uint64_t seed)
      : study_(study), design_(design), seed_(seed), tree_(study.study.survey->areas), residents_(study), sheets_(study, design),
        traits_(design.traits) {
    if (traits_.empty()) {
      traits_.push_back(common_trait());
    }
    for (std::size_t t = 0; t < traits_.size(); ++t) {
      trait_areas_.push_back(normal_by_area(seed, "simulate areas of trait " + traits_[t].id, tree_.areas.size()));
    }
    response_areas_ = normal_by_area(seed, "simulate areas of response", tree_.areas.size());
    for (std::size_t wave = 0; wave < study.study.waves.size(); ++wave) {
      plans_.push_back(plan_of(wave));
    }
  }

  std::vector<RawRecord> run() {
    std::vector<RawRecord> records;
    for (std::size_t wave = 0; wave < plans_.size(); ++wave) {
      if (design_.answers.empty() || has_list(study_, wave)) {
        answer_the_list(wave, records);
      } else {
        answer_by_area(wave, records);
      }
    }
    return records;
  }

private:
  /// Where nothing is said, all answers with a better direction go together.
  Trait common_trait() const {
    Trait trait;
    trait.id = "common";
    for (const Variable& variable : study_.instrument().variables) {
      if (variable.desired_direction != Direction::none && variable.kind == Variable::Kind::code) {
        trait.items[variable.id] = variable.desired_direction == Direction::up ? design_.person_sd : -design_.person_sd;
      }
    }
    return trait;
  }

  WavePlan plan_of(std::size_t wave) const {
    WavePlan plan{WaveModel(study_, design_, wave), {}, {}, {}, {}, {}, {}, {}};
    const std::size_t variables = plan.model.rules.size();
    plan.drawn_first.assign(variables, 0);
    for (const std::string& id : residents_.variables()) {
      const auto found = plan.model.index.find(id);
      plan.counted.push_back(found == plan.model.index.end() ? none : found->second);
      if (found != plan.model.index.end()) {
        plan.drawn_first[found->second] = 1;
      }
    }
    for (const Effect& effect : design_.effects) {
      for (const auto& condition : effect.where.codes) {
        const auto found = plan.model.index.find(condition.first);
        if (found != plan.model.index.end() && plan.drawn_first[found->second] == 0) {
          plan.drawn_first[found->second] = 1;
          plan.first.push_back(found->second);
        }
      }
    }
    std::sort(plan.first.begin(), plan.first.end());
    add_effects(plan, wave);
    plan.ties.resize(variables);
    plan.rest_sd.assign(variables, 1);
    for (std::size_t t = 0; t < traits_.size(); ++t) {
      for (const auto& [id, correlation] : traits_[t].items) {
        const auto found = plan.model.index.find(id);
        if (found != plan.model.index.end()) {
          plan.ties[found->second].emplace_back(t, correlation);
          plan.rest_sd[found->second] -= correlation * correlation;
        }
      }
    }
    for (double& rest : plan.rest_sd) {
      rest = std::sqrt(std::max(0.0, rest));
    }
    return plan;
  }

  void add_effects(WavePlan& plan, std::size_t wave) const {
    for (const Effect& effect : design_.effects) {
      Shift shift;
      shift.by = effect.shift;
      bool asked = effect.wave.empty() || effect.wave == study_.study.waves[wave].id;
      for (const auto& [id, codes] : effect.where.codes) {
        const auto found = plan.model.index.find(id);
        asked = asked && found != plan.model.index.end(); // nobody has told it in this wave
        shift.codes.emplace_back(found == plan.model.index.end() ? 0 : found->second, &codes);
      }
      if (!asked) {
        continue;
      }
      for (std::size_t area = 0; area < tree_.areas.size() && !effect.where.areas.empty(); ++area) {
        bool inside = false;
        for (std::size_t up = area; up != AreaTree::npos; up = tree_.areas[up].parent) {
          inside = inside || std::find(effect.where.areas.begin(), effect.where.areas.end(), up) != effect.where.areas.end();
        }
        shift.in_area.push_back(inside ? 1 : 0);
      }
      if (!effect.trait.empty()) {
        const auto found = std::find_if(traits_.begin(), traits_.end(), [&](const Trait& trait) { return trait.id == effect.trait; });
        shift.trait = static_cast<std::size_t>(found - traits_.begin());
        plan.on_traits.push_back(std::move(shift));
        continue;
      }
      const Scale* scale = plan.model.instrument.scale(effect.scale);
      for (std::size_t v = 0; v < plan.model.rules.size(); ++v) {
        const std::string& id = plan.model.rules[v].variable->id;
        if (effect.scale.empty() || effect.scale == id ||
            (scale != nullptr && std::find(scale->items.begin(), scale->items.end(), id) != scale->items.end())) {
          shift.variables.push_back(v);
        }
      }
      plan.on_variables.push_back(std::move(shift));
    }
  }

  [[nodiscard]] double odds_of(const std::vector<int>& codes) const {
    double odds = 1;
    for (std::size_t i = 0; i < codes.size(); ++i) {
      const auto variable = design_.response_by.find(residents_.variables()[i]);
      if (variable != design_.response_by.end()) {
        const auto code = variable->second.find(codes[i]);
        odds *= code == variable->second.end() ? 1 : code->second;
      }
    }
    return odds;
  }

  /// The list decides who could answer; the share that does is met on the average of the list.
  void answer_the_list(std::size_t wave, std::vector<RawRecord>& records) {
    const Addresses addresses = addresses_of(study_, design_, residents_, wave);
    const double wanted = of_wave(design_.response, study_.study, wave, default_response);
    const std::string purpose = "simulate addressee " + study_.study.waves[wave].id;
    std::vector<double> odds;
    for (std::size_t i = 0; i < addresses.serial.size(); ++i) {
      RandomStream stream(seed_, purpose, i);
      const std::size_t area = addresses.area[i];
      const double place = area == AreaTree::npos ? 0 : response_areas_[area] * design_.response_area_sd;
      odds.push_back(odds_of(residents_.draw(area, stream)) * std::exp(place));
    }
    double low = -20;
    double high = 20;
    for (int step = 0; step < 60; ++step) {
      const double middle = (low + high) / 2;
      double sum = 0;
      for (const double of_one : odds) {
        sum += 1 / (1 + std::exp(-middle) / of_one);
      }
      (sum < wanted * static_cast<double>(odds.size()) ? low : high) = middle;
    }
    for (std::size_t i = 0; i < odds.size(); ++i) {
      RandomStream stream(seed_, purpose, i);
      const std::vector<int>& codes = residents_.draw(addresses.area[i], stream);
      if (wanted >= 1 || (wanted > 0 && stream.uniform() < 1 / (1 + std::exp(-low) / odds[i]))) {
        records.push_back(sheet(wave, i, addresses.serial[i], addresses.area[i], codes, records.size()));
      }
    }
  }

  /// So many answers from each area, from those in it who like to answer.
  void answer_by_area(std::size_t wave, std::vector<RawRecord>& records) {
    const std::string purpose = "simulate respondent " + study_.study.waves[wave].id;
    std::size_t number = 0;
    for (const AreaAnswers& wanted : design_.answers) {
      const auto count = wanted.by_wave.find(study_.study.waves[wave].id);
      std::vector<std::pair<std::size_t, const std::vector<int>*>> people;
      std::vector<double> weights;
      for (const std::size_t leaf : residents_.leaves(wanted.area)) {
        const std::vector<Residents::Cell>& cells = residents_.cells(leaf);
        double all = 0;
        for (const Residents::Cell& cell : cells) {
          all += cell.count;
        }
        for (const Residents::Cell& cell : cells) {
          people.emplace_back(leaf, &cell.codes);
          weights.push_back(all > 0 ? residents_.people_of(leaf) * cell.count / all * odds_of(cell.codes) : 1);
        }
      }
      const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
      for (int k = 0; count != wanted.by_wave.end() && k < count->second; ++k, ++number) {
        double point = RandomStream(seed_, purpose, number).uniform() * sum;
        std::size_t who = 0;
        while (who + 1 < weights.size() && point >= weights[who]) {
          point -= weights[who++];
        }
        records.push_back(
            sheet(wave, number, serial_of(study_.study, wave, number), people[who].first, *people[who].second, records.size()));
      }
    }
  }

  std::vector<double> traits_of(const WavePlan& plan, const std::vector<int>& known, std::size_t area, RandomStream& latent) const {
    std::vector<double> own, all;
    for (std::size_t t = 0; t < traits_.size(); ++t) {
      double value = 0;
      double left = 1;
      for (const auto& [other, correlation] : traits_[t].together) {
        value += correlation * own[other];
        left -= correlation * correlation;
      }
      own.push_back(value + std::sqrt(std::max(0.0, left)) * latent.normal());
      double place = 0;
      double of_people = 1;
      for (const auto& [level, sd] : traits_[t].area_sd) {
        const std::size_t at = area == AreaTree::npos ? area : tree_.at_level(area, level);
        place += at == AreaTree::npos ? 0 : sd * trait_areas_[t][at];
        of_people -= sd * sd;
      }
      all.push_back(place + std::sqrt(std::max(0.0, of_people)) * own.back());
    }
    for (const Shift& shift : plan.on_traits) {
      all[shift.trait] += shift.concerns(known, area) ? shift.by : 0;
    }
    return all;
  }

  RawRecord sheet(std::size_t wave, std::size_t number, const std::string& serial, std::size_t area, const std::vector<int>& codes,
                  std::size_t row) const {
    const WavePlan& plan = plans_[wave];
    const std::string& id = study_.study.waves[wave].id;
    RandomStream latent(seed_, "simulate public answers " + id, number);
    RandomStream gaps(seed_, "simulate public gaps " + id,
                      number); // apart, so that another rate of missing leaves the answers as they were
    RawRecord record;
    record.answers.resize(plan.model.rules.size());
    std::vector<int> known(plan.model.rules.size(), unknown_code);
    for (std::size_t i = 0; i < plan.counted.size() && i < codes.size(); ++i) {
      if (plan.counted[i] != none) {
        known[plan.counted[i]] = codes[i];
        record.answers[plan.counted[i]] = std::to_string(codes[i]);
      }
    }
    std::vector<double> shifts(plan.model.rules.size(), 0);
    const auto value = [&](std::size_t v, double tied) {
      const double z = plan.model.rules[v].difficulty + shifts[v] + tied + plan.rest_sd[v] * latent.normal();
      record.answers[v] = sheets_.value_of(plan.model.rules[v], z, latent);
    };
    for (const std::size_t v : plan.first) {
      shifts[v] = shift_of(plan, v, known, area);
      value(v, 0);
      known[v] = parse_int(*record.answers[v]).value_or(unknown_code);
    }
    const std::vector<double> traits = traits_of(plan, known, area, latent);
    for (const Shift& shift : plan.on_variables) {
      if (shift.concerns(known, area)) {
        for (const std::size_t v : shift.variables) {
          shifts[v] += shift.by;
        }
      }
    }
    for (std::size_t v = 0; v < plan.model.rules.size(); ++v) {
      if (plan.drawn_first[v] == 0) {
        double tied = 0;
        for (const auto& [trait, correlation] : plan.ties[v]) {
          tied += correlation * traits[trait];
        }
        value(v, tied);
      }
    }
    sheets_.finish(record, plan.model, latent, gaps);
    record.frame.person = serial;
    record.frame.wave = id;
    record.frame.area = area == AreaTree::npos || study_.study.frame.area.empty() ? "" : tree_.areas[area].code;
    record.frame.answered_at = sheets_.moment_of(wave, gaps);
    record.at = {"simulated", static_cast<int>(row) + 1, 0};
    sheets_.route(record, plan.model);
    return record;
  }

  static double shift_of(const WavePlan& plan, std::size_t variable, const std::vector<int>& known, std::size_t area) {
    double sum = 0;
    for (const Shift& shift : plan.on_variables) {
      const bool moves = std::find(shift.variables.begin(), shift.variables.end(), variable) != shift.variables.end();
      sum += moves && shift.concerns(known, area) ? shift.by : 0;
    }
    return sum;
  }

  const LoadedStudy& study_;
  const Design& design_;
  std::uint64_t seed_;
  const AreaTree& tree_;
  Residents residents_;
  SheetMaker sheets_;
  std::vector<Trait> traits_;
  std::vector<std::vector<double>> trait_areas_; ///< by trait, then area
  std::vector<double> response_areas_;
  std::vector<WavePlan> plans_;
};

} // namespace

std::vector<RawRecord> simulate_public(const LoadedStudy& study, const Design& design, std::uint64_t seed) {
  return PublicSimulation(study, design, seed).run();
}

std::vector<SentList> make_sent(const LoadedStudy& study, const Design& design) {
  std::vector<SentList> lists;
  const Study& of = study.study;
  if (!of.survey || of.survey->sent_pattern.empty() || !design.answers.empty()) {
    return lists;
  }
  const Residents residents(study);
  for (std::size_t wave = 0; wave < of.waves.size(); ++wave) {
    if (has_list(study, wave)) {
      continue;
    }
    const Addresses addresses = draw_addresses(study, design, residents, wave);
    std::vector<std::string> names = {of.frame.person};
    for (const std::string& name : {of.frame.area, of.frame.stratum}) {
      if (!name.empty()) {
        names.push_back(name);
      }
    }
    names.emplace_back("made_up"); // for ever: no list of real addresses has it
    SentList list;
    list.wave = wave;
    list.path = sent_path(of, wave);
    list.csv = csv_row(names);
    for (std::size_t i = 0; i < addresses.serial.size(); ++i) {
      std::vector<std::string> row = {addresses.serial[i]};
      row.resize(names.size() - 1, addresses.area[i] == AreaTree::npos ? "" : of.survey->areas.areas[addresses.area[i]].code);
      row.emplace_back("SIMULATED");
      list.csv += csv_row(row);
    }
    lists.push_back(std::move(list));
  }
  return lists;
}

} // namespace canvass::simulate
