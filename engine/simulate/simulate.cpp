#include "engine/simulate/simulate.hpp"

#include "engine/core/csv.hpp"
#include "engine/core/random.hpp"
#include "engine/core/text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <unordered_map>

namespace canvass::simulate {
namespace {

constexpr std::array<std::string_view, 5> default_texts = {"More visible patrols", "Better street lighting", "Nothing comes to mind",
                                                           "Quicker answers when we report things", "Somebody to talk to"};
constexpr double chance_of_text = .5;
constexpr double chance_of_tick = .3;
constexpr double chance_of_exclusive = .1;

double normal_probability(double z) {
  return .5 * std::erfc(-z / std::sqrt(2.0));
}

/// Inverse of normal_probability by bisection: it is asked for a few thresholds only.
double normal_quantile(double p) {
  double low = -9;
  double high = 9;
  for (int i = 0; i < 80; ++i) {
    const double middle = (low + high) / 2;
    (normal_probability(middle) < p ? low : high) = middle;
  }
  return (low + high) / 2;
}

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
  std::vector<std::pair<int, double>> missing; ///< offered missing codes with their chances
};

std::vector<double> thresholds_for(const std::vector<double>* shares, std::size_t codes) {
  std::vector<double> thresholds;
  double total = 0;
  double below = 0;
  for (const double share : shares != nullptr ? *shares : std::vector<double>()) {
    total += share;
  }
  for (std::size_t k = 0; k + 1 < codes; ++k) {
    if (shares != nullptr) {
      below += (*shares)[k];
      thresholds.push_back(normal_quantile(below / total));
    } else {
      // Evenly spaced: the middle codes are given most, as on most opinion items.
      thresholds.push_back(1.8 * (2.0 * static_cast<double>(k + 1) / static_cast<double>(codes) - 1));
    }
  }
  return thresholds;
}

/// The rules of one wave.
class WaveModel {
public:
  WaveModel(const LoadedStudy& study, const Design& design, std::size_t wave) : instrument(*study.instrument_of_wave[wave]) {
    for (const Variable& variable : instrument.variables) {
      Rule rule;
      rule.variable = &variable;
      rule.item = &instrument.item_of(variable);
      rule.sign = variable.reverse ? -1 : 1;
      if (const auto found = design.difficulty.find(variable.id); found != design.difficulty.end()) {
        rule.difficulty = found->second;
      }
      set_codes(rule, design);
      for (std::size_t s = 0; s < instrument.scales.size() && rule.factor == 0; ++s) {
        const auto& items = instrument.scales[s].items;
        rule.factor = std::find(items.begin(), items.end(), variable.id) == items.end() ? 0 : s + 1;
      }
      set_shift(rule, study, design, wave);
      for (const std::string& name : rule.item->missing) {
        const auto chance = design.missing.find(name);
        const MissingCode* code = instrument.missing_code(name);
        if (code != nullptr) {
          rule.missing.emplace_back(code->code, chance == design.missing.end() ? .01 : chance->second);
        }
      }
      index.emplace(variable.id, rules.size());
      rules.push_back(std::move(rule));
    }
  }

  const Instrument& instrument;
  std::vector<Rule> rules;
  std::unordered_map<std::string, std::size_t> index;

private:
  void set_codes(Rule& rule, const Design& design) const {
    const ChoiceList* list = rule.variable->multiple ? nullptr : instrument.list(rule.variable->list);
    if (list == nullptr) {
      return;
    }
    for (const Choice& choice : list->choices) {
      rule.codes.push_back(choice.code);
    }
    std::sort(rule.codes.begin(), rule.codes.end());
    auto shares = design.shares.find(rule.variable->id);
    if (shares == design.shares.end()) {
      shares = design.shares.find(rule.variable->list);
    }
    const bool fits = shares != design.shares.end() && shares->second.size() == rule.codes.size();
    rule.thresholds = thresholds_for(fits ? &shares->second : nullptr, rule.codes.size());
  }

  void set_shift(Rule& rule, const LoadedStudy& study, const Design& design, std::size_t wave) const {
    const auto& arms = study.study.arms;
    rule.shift.assign(arms.size() + 1, 0);
    for (const Effect& effect : design.effects) {
      const Scale* scale = instrument.scale(effect.scale);
      const bool concerned =
          effect.scale.empty() || effect.scale == rule.variable->id ||
          (scale != nullptr && std::find(scale->items.begin(), scale->items.end(), rule.variable->id) != scale->items.end());
      if (!concerned || effect.wave != study.study.waves[wave].id) {
        continue;
      }
      for (std::size_t arm = 0; arm < rule.shift.size(); ++arm) {
        rule.shift[arm] += effect.arm.empty() || (arm < arms.size() && arms[arm].id == effect.arm) ? effect.shift : 0;
      }
    }
  }
};

/// What is known of one person before any wave.
struct Traits {
  double person = 0, group = 0;
  std::size_t arm = 0;
  std::unordered_map<std::string, double> errors; ///< of each variable (and factor) in the wave before
};

class Simulation {
public:
  Simulation(const LoadedStudy& study, const Design& design, std::uint64_t seed)
      : study_(study), design_(design), seed_(seed), validator_(study),
        people_(study.people.people.empty() ? make_people(study, design, seed) : study.people) {
    for (std::size_t wave = 0; wave < study.study.waves.size(); ++wave) {
      waves_.emplace_back(study, design, wave);
    }
    const double rest = 1 - design.person_sd * design.person_sd - design.group_sd * design.group_sd;
    rest_sd_ = std::sqrt(std::max(0.0, rest));
    for (const std::string& text : design.texts) {
      texts_.push_back(text);
    }
    if (texts_.empty()) {
      texts_.assign(default_texts.begin(), default_texts.end());
    }
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
      record.frame.answered_at = moment_of(wave, gaps);
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
      route(record, waves_[wave]);
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

  std::optional<Moment> moment_of(std::size_t wave, RandomStream& stream) const {
    const Wave& one = study_.study.waves[wave];
    const std::uint32_t minute = 9 * 60 + stream.below(8 * 60);
    const double within = stream.uniform();
    const auto first = one.when();
    if (!first) {
      return std::nullopt;
    }
    const Date last = one.date ? *one.date : one.closes.value_or(*first);
    const auto days = static_cast<std::int64_t>(within * (last.days - first->days + 1));
    return Moment{(first->days + days) * 86'400 + minute * 60};
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
      record.answers[v] = value_of(rule, z, latent);
    }
    tick_and_rank(record, model, latent);
    leave_gaps(record, model, gaps);
    return record;
  }

  std::string value_of(const Rule& rule, double z, RandomStream& latent) const {
    switch (rule.variable->kind) {
    case Variable::Kind::code:
      if (rule.variable->multiple) {
        return normal_probability(z) < chance_of_tick ? "1" : "0";
      } else if (rule.codes.empty()) {
        return {};
      }
      return std::to_string(rule.codes[static_cast<std::size_t>(
          std::count_if(rule.thresholds.begin(), rule.thresholds.end(), [z](double threshold) { return z > threshold; }))]);
    case Variable::Kind::integer:
    case Variable::Kind::decimal: return number_of(rule, z);
    case Variable::Kind::text: {
      const std::string& text = texts_[latent.below(static_cast<std::uint32_t>(texts_.size()))];
      const bool writes = latent.uniform() < chance_of_text;
      const auto limit = rule.item->max_length > 0 ? static_cast<std::size_t>(rule.item->max_length) : text.size();
      return writes ? std::string(first_characters(text, limit)) : std::string();
    }
    case Variable::Kind::date: return date_of_answer(latent);
    case Variable::Kind::time: return fmt::format("{:02}:{:02}", latent.below(24), latent.below(60));
    }
    return {};
  }

  std::string number_of(const Rule& rule, double z) const {
    const double low = rule.item->minimum.value_or(0);
    const double high = std::max(low, rule.item->maximum.value_or(low + 100));
    const double value = low + (high - low) * normal_probability(z);
    if (rule.variable->kind == Variable::Kind::integer) {
      return std::to_string(static_cast<long long>(std::clamp(std::round(value), std::ceil(low), std::floor(high))));
    }
    return shortest(std::clamp(std::round(value * 10) / 10, low, high));
  }

  std::string date_of_answer(RandomStream& latent) const {
    const Date end = study_.study.waves.front().when().value_or(Date{20'454}); // 2026-01-01
    return to_string(Date{end.days - 1 - static_cast<std::int32_t>(latent.below(365))});
  }

  /// Exclusive choices stand alone; ranks are 1 to n.
  void tick_and_rank(RawRecord& record, const WaveModel& model, RandomStream& latent) const {
    for (std::size_t first = 0; first < model.rules.size();) {
      std::size_t last = first + 1;
      while (last < model.rules.size() && model.rules[last].item == model.rules[first].item) {
        ++last;
      }
      const Item& item = *model.rules[first].item;
      if (item.type == ItemType::rank) {
        std::vector<std::string> ranks;
        for (std::size_t v = first; v < last; ++v) {
          ranks.push_back(std::to_string(v - first + 1));
        }
        latent.shuffle(std::span<std::string>(ranks));
        std::copy(ranks.begin(), ranks.end(), record.answers.begin() + static_cast<std::ptrdiff_t>(first));
      } else if (item.type == ItemType::select_multiple) {
        keep_exclusive_alone(record, model, first, last, latent.uniform() < chance_of_exclusive);
      }
      first = last;
    }
  }

  static void keep_exclusive_alone(RawRecord& record, const WaveModel& model, std::size_t first, std::size_t last, bool chosen) {
    const ChoiceList* list = model.instrument.list(model.rules[first].item->list);
    std::size_t exclusive = last;
    bool any = false;
    for (std::size_t v = first; v < last; ++v) {
      if (list != nullptr && list->choices[static_cast<std::size_t>(model.rules[v].variable->choice)].exclusive) {
        exclusive = exclusive == last ? v : exclusive;
        record.answers[v] = "0";
      }
      any = any || record.answers[v] == "1";
    }
    if (exclusive == last || (any && !chosen)) {
      return;
    }
    for (std::size_t v = first; v < last; ++v) {
      record.answers[v] = v == exclusive ? "1" : "0";
    }
  }

  /// Blanks and offered missing codes: an item of many ticks or ranks is left out as a whole.
  void leave_gaps(RawRecord& record, const WaveModel& model, RandomStream& gaps) const {
    const Item* before = nullptr;
    std::optional<std::string> whole; ///< what happened to the item that several variables share
    bool hit = false;
    for (std::size_t v = 0; v < model.rules.size(); ++v) {
      const Rule& rule = model.rules[v];
      const bool parts = rule.variable->choice >= 0;
      if (!parts || rule.item != before) {
        double point = gaps.uniform();
        hit = point < design_.blank;
        whole.reset();
        point -= design_.blank;
        for (const auto& [code, chance] : rule.missing) {
          if (!hit && point < chance) {
            whole = std::to_string(code);
            hit = true;
          }
          point -= chance;
        }
      }
      before = rule.item;
      if (hit || (record.answers[v] && record.answers[v]->empty())) {
        record.answers[v] = hit ? whole : std::nullopt;
      }
    }
  }

  /// Writes -95 where routing does not ask, and blanks what a constraint would refuse, as the validator sees it.
  void route(RawRecord& record, const WaveModel& model) const {
    Validated validated = validator_.validate(record);
    for (std::size_t tries = 0; !validated.response && tries < model.rules.size(); ++tries) {
      bool changed = false;
      for (const std::string& reason : validated.reasons) {
        const auto found = model.index.find(reason.substr(0, reason.find(':')));
        if (found != model.index.end() && record.answers[found->second]) {
          record.answers[found->second].reset();
          changed = true;
        }
      }
      if (!changed) {
        break;
      }
      validated = validator_.validate(record);
    }
    if (validated.response) {
      for (std::size_t v = 0; v < record.answers.size(); ++v) {
        if (validated.response->cells[v].missing == code_routed) {
          record.answers[v] = std::to_string(code_routed);
        }
      }
    }
    std::vector<std::string> cells = {record.frame.person, record.frame.wave};
    for (const auto& answer : record.answers) {
      cells.push_back(answer.value_or(""));
    }
    record.raw = csv_row(cells);
    record.raw.pop_back();
  }

  const LoadedStudy& study_;
  const Design& design_;
  std::uint64_t seed_;
  Validator validator_;
  People people_;
  std::vector<WaveModel> waves_;
  std::vector<std::string> texts_;
  std::unordered_map<std::string, double> groups_;
  std::size_t group_column_ = People::npos;
  std::size_t area_column_ = People::npos;
  double rest_sd_ = 1;
};

} // namespace

std::vector<RawRecord> simulate(const LoadedStudy& study, const Design& design, std::uint64_t seed) {
  return Simulation(study, design, seed).run();
}

} // namespace canvass::simulate
