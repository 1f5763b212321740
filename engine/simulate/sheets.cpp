#include "engine/simulate/sheets.hpp"

#include "engine/core/csv.hpp"
#include "engine/core/text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>

namespace canvass::simulate {
namespace {

constexpr std::array<std::string_view, 5> default_texts = {"More visible patrols", "Better street lighting", "Nothing comes to mind",
                                                           "Quicker answers when we report things", "Somebody to talk to"};
constexpr double chance_of_text = .5;
constexpr double chance_of_missing = .01;
constexpr double chance_of_exclusive = .1;

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

std::string number_of(const Rule& rule, double z) {
  const double low = rule.item->minimum.value_or(0);
  const double high = std::max(low, rule.item->maximum.value_or(low + 100));
  const double value = low + (high - low) * normal_probability(z);
  if (rule.variable->kind == Variable::Kind::integer) {
    return std::to_string(static_cast<long long>(std::clamp(std::round(value), std::ceil(low), std::floor(high))));
  }
  return shortest(std::clamp(std::round(value * 10) / 10, low, high));
}

void keep_exclusive_alone(RawRecord& record, const WaveModel& model, std::size_t first, std::size_t last, bool chosen) {
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

/// Exclusive choices stand alone; ranks are 1 to n.
void tick_and_rank(RawRecord& record, const WaveModel& model, RandomStream& latent) {
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

/// Blanks and offered missing codes: an item of many ticks or ranks is left out as a whole.
void leave_gaps(RawRecord& record, const WaveModel& model, RandomStream& gaps) {
  const Item* before = nullptr;
  std::optional<std::string> whole; ///< what happened to the item that several variables share
  bool hit = false;
  for (std::size_t v = 0; v < model.rules.size(); ++v) {
    const Rule& rule = model.rules[v];
    const bool parts = rule.variable->choice >= 0;
    if (!parts || rule.item != before) {
      double point = gaps.uniform();
      hit = point < rule.blank;
      whole.reset();
      point -= rule.blank;
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

} // namespace

double normal_probability(double z) {
  return .5 * std::erfc(-z / std::sqrt(2.0));
}

WaveModel::WaveModel(const LoadedStudy& study, const Design& design, std::size_t wave) : instrument(*study.instrument_of_wave[wave]) {
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
    set_missing(rule, design);
    index.emplace(variable.id, rules.size());
    rules.push_back(std::move(rule));
  }
}

void WaveModel::set_codes(Rule& rule, const Design& design) const {
  const ChoiceList* list = rule.variable->multiple ? nullptr : instrument.list(rule.variable->list);
  if (const auto found = design.ticks.find(rule.variable->id); found != design.ticks.end()) {
    rule.tick = found->second;
  }
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

void WaveModel::set_shift(Rule& rule, const LoadedStudy& study, const Design& design, std::size_t wave) const {
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
void WaveModel::set_missing(Rule& rule, const Design& design) const {
  const auto own = design.missing_of.find(rule.item->type == ItemType::battery ? rule.variable->id : rule.item->id);
  const auto chance_of = [&](const std::string& name, const std::map<std::string, double>& general, double otherwise) {
    if (own != design.missing_of.end()) {
      if (const auto found = own->second.find(name); found != own->second.end()) {
        return found->second;
      }
    }
    const auto found = general.find(name);
    return found == general.end() ? otherwise : found->second;
  };
  rule.blank = chance_of("blank", {}, design.blank);
  for (const std::string& name : rule.item->missing) {
    if (const MissingCode* code = instrument.missing_code(name)) {
      rule.missing.emplace_back(code->code, chance_of(name, design.missing, chance_of_missing));
    }
  }
}

SheetMaker::SheetMaker(const LoadedStudy& study, const Design& design) : study_(study), validator_(study), texts_(design.texts) {
  if (texts_.empty()) {
    texts_.assign(default_texts.begin(), default_texts.end());
  }
}

std::string SheetMaker::value_of(const Rule& rule, double z, RandomStream& latent) const {
  switch (rule.variable->kind) {
  case Variable::Kind::code:
    if (rule.variable->multiple) {
      return normal_probability(-z) < rule.tick ? "1" : "0";
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

std::string SheetMaker::date_of_answer(RandomStream& latent) const {
  const Date end = study_.study.waves.front().when().value_or(Date{20'454}); // 2026-01-01
  return to_string(Date{end.days - 1 - static_cast<std::int32_t>(latent.below(365))});
}

void SheetMaker::finish(RawRecord& record, const WaveModel& model, RandomStream& latent, RandomStream& gaps) const {
  tick_and_rank(record, model, latent);
  leave_gaps(record, model, gaps);
}

void SheetMaker::route(RawRecord& record, const WaveModel& model) const {
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

std::optional<Moment> SheetMaker::moment_of(std::size_t wave, RandomStream& stream) const {
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

} // namespace canvass::simulate
