#include "engine/study/lock.hpp"

#include "engine/core/hash.hpp"
#include "engine/core/text.hpp"
#include "engine/instrument/indicators.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace canvass {

namespace {

/// Form of the canonical plan; raised when a key changes its meaning, so that old locks are not misread.
constexpr int plan_format = 1;

Json strings(const std::vector<std::string>& texts) {
  Json array = Json::array();
  for (const std::string& text : texts) {
    array.push(text);
  }
  return array;
}

/// A whole number prints as one: 1, not 1.0, whatever way it was written.
Json number(double value) {
  if (std::abs(value) < 1e15 && std::floor(value) == value) {
    return {static_cast<long long>(value)};
  }
  return {value};
}

Json codes_of(const Instrument& instrument, const Variable& variable) {
  Json codes = Json::array();
  if (const ChoiceList* list = instrument.list(variable.list)) {
    for (const Choice& choice : list->choices) {
      codes.push(choice.code);
    }
  }
  return codes;
}

std::string_view score_name(Score score) {
  switch (score) {
  case Score::mean: return "mean";
  case Score::sum: return "sum";
  case Score::percent_of_max: return "percent_of_max";
  }
  return "mean";
}

std::string_view direction_name(Direction direction) {
  switch (direction) {
  case Direction::none: return "none";
  case Direction::up: return "up";
  case Direction::down: return "down";
  }
  return "none";
}

Json scoring_of_variable(const Instrument& instrument, const std::string& id) {
  Json scoring = Json::object();
  const std::size_t index = instrument.variable(id);
  if (index == Instrument::npos) {
    return scoring;
  }
  const Variable& variable = instrument.variables[index];
  scoring.set("codes", codes_of(instrument, variable));
  scoring.set("desired_direction", direction_name(variable.desired_direction));
  scoring.set("reverse", variable.reverse);
  return scoring;
}

/// How an outcome is made of answers.
Json scoring_of(const Instrument& instrument, const std::string& outcome) {
  Json scoring = Json::object();
  if (const Scale* scale = instrument.scale(outcome)) {
    Json items = Json::object();
    for (const std::string& id : scale->items) {
      items.set(id, scoring_of_variable(instrument, id));
    }
    scoring.set("items", std::move(items));
    scoring.set("score", score_name(scale->score));
    scoring.set("min_answered", scale->min_answered);
    scoring.set("desired_direction", direction_name(scale->desired_direction));
  } else if (const Indicator* indicator = instrument.indicator(outcome)) {
    Json in = Json::array();
    std::vector<int> codes = indicator->in;
    std::sort(codes.begin(), codes.end());
    for (const int code : codes) {
      in.push(code);
    }
    scoring.set("of", indicator->of);
    scoring.set("in", std::move(in));
    scoring.set("formula", written_rule(instrument, indicator->formula));
    if (indicator->among) { // set only then: plans of before had no such key, and their hashes hold
      scoring.set("among", written_rule(instrument, indicator->among));
    }
    scoring.set("base", indicator->base == Base::asked ? "asked" : "answered");
    scoring.set("desired_direction", direction_name(indicator->desired_direction));
  } else {
    scoring = scoring_of_variable(instrument, outcome);
  }
  return scoring;
}

Json analysis_as_json(const LoadedStudy& loaded, const PlannedAnalysis& analysis) {
  const Study& study = loaded.study;
  Json json = Json::object();
  json.set("id", analysis.id);
  json.set("procedure", analysis.procedure);
  json.set("outcome", analysis.outcome);
  Json scoring = Json::object();
  if (!analysis.outcome.empty()) {
    scoring.set(analysis.outcome, scoring_of(loaded.instrument(), analysis.outcome));
  }
  if (const Family* family = study.plan.family(analysis.family)) {
    Json members = Json::object();
    members.set("id", family->id);
    members.set("outcomes", strings(family->outcomes));
    members.set("adjust", to_string(family->adjust));
    json.set("family", std::move(members));
    for (const std::string& outcome : family->outcomes) {
      scoring.set(outcome, scoring_of(loaded.instrument(), outcome));
    }
  } else {
    json.set("family", nullptr);
  }
  json.set("scoring", std::move(scoring));

  std::vector<Contrast> contrasts = analysis.contrasts;
  std::sort(contrasts.begin(), contrasts.end(),
            [](const Contrast& a, const Contrast& b) { return std::pair(a.earlier, a.later) < std::pair(b.earlier, b.later); });
  Json names = Json::array();
  for (const Contrast& contrast : contrasts) {
    names.push(study.name(contrast));
  }
  json.set("contrasts", std::move(names));
  json.set("primary", analysis.primary ? Json(study.name(*analysis.primary)) : Json());
  json.set("smallest_change_that_matters", analysis.smallest_change_that_matters ? number(*analysis.smallest_change_that_matters) : Json());
  Json expect = Json::object();
  for (const auto& row : analysis.expect) {
    expect.set(study.name(row.first), to_string(row.second));
  }
  json.set("expect", std::move(expect));
  json.set("because", analysis.because);
  Json options = Json::object();
  for (const auto& option : analysis.options) {
    options.set(option.first, option.second);
  }
  json.set("options", std::move(options));
  return json;
}

// --- comparing

/// A value as a person reads it in "was X, is now Y".
std::string shown(const Json& value) {
  switch (value.kind()) {
  case Json::Kind::null: return "not given";
  case Json::Kind::string: return value.as_string().empty() ? std::string("not given") : value.as_string();
  case Json::Kind::boolean: return value.as_bool() ? "yes" : "no";
  case Json::Kind::array: {
    std::vector<std::string> parts;
    for (const Json& item : value.items()) {
      parts.push_back(shown(item));
    }
    return parts.empty() ? std::string("none") : join(parts, ", ");
  }
  case Json::Kind::object: {
    std::vector<std::string> parts;
    for (const auto& entry : value.entries()) {
      parts.push_back(entry.first + " " + shown(entry.second));
    }
    return parts.empty() ? std::string("none") : join(parts, ", ");
  }
  default: return value.print();
  }
}

class Comparison {
public:
  explicit Comparison(std::vector<PlanDifference>& out) : out_(out) {}

  void field(const std::string& analysis, const Json& before, const Json& after, std::string_view key, std::string_view words,
             bool deviates = true) {
    if (before[key].canonical() != after[key].canonical()) {
      add(analysis, fmt::format("{} was {}, is now {}", words, shown(before[key]), shown(after[key])), deviates);
    }
  }
  void add(const std::string& analysis, std::string text, bool deviates = true) {
    out_.push_back({analysis, std::move(text), deviates, false, false});
  }

  /// Lists of names: what came and what went, rather than both lists in full.
  void names(const std::string& analysis, const Json& before, const Json& after, std::string_view words) {
    const auto only_in = [](const Json& a, const Json& b) {
      std::vector<std::string> names;
      for (const Json& item : a.items()) {
        const bool there =
            std::any_of(b.items().begin(), b.items().end(), [&](const Json& other) { return other.as_string() == item.as_string(); });
        if (!there) {
          names.push_back(item.as_string());
        }
      }
      return names;
    };
    const auto gone = only_in(before, after);
    const auto come = only_in(after, before);
    if (!gone.empty()) {
      add(analysis, fmt::format("{} lost {}", words, join(gone, ", ")));
    }
    if (!come.empty()) {
      add(analysis, fmt::format("{} gained {}", words, join(come, ", ")));
    }
  }

private:
  std::vector<PlanDifference>& out_;
};

const Json* analysis_in(const Json& plan, std::string_view id) {
  for (const Json& analysis : plan["analyses"].items()) {
    if (analysis["id"].as_string() == id) {
      return &analysis;
    }
  }
  return nullptr;
}

void compare_scoring(const std::string& id, const Json& before, const Json& after, Comparison& comparison) {
  for (const auto& entry : after["scoring"].entries()) {
    const Json* old = before["scoring"].find(entry.first);
    if (old == nullptr || old->canonical() == entry.second.canonical()) {
      continue; // an outcome that came or went is said elsewhere
    }
    const Json& now = entry.second;
    const std::string whose = fmt::format("of {}", entry.first);
    comparison.field(id, *old, now, "score", "the score " + whose);
    comparison.field(id, *old, now, "min_answered", "the number of items needed for a score " + whose);
    comparison.field(id, *old, now, "desired_direction", "the desired direction " + whose);
    comparison.field(id, *old, now, "of", "the question behind the indicator " + entry.first);
    comparison.field(id, *old, now, "in", "the codes that count " + whose);
    comparison.field(id, *old, now, "formula", "the formula " + whose);
    comparison.field(id, *old, now, "among", "the people that the share is taken of, " + whose);
    comparison.field(id, *old, now, "base", "the base " + whose);
    comparison.field(id, *old, now, "codes", "the codes " + whose);
    comparison.field(id, *old, now, "reverse", "reversing " + whose);
    Json items_before = Json::array();
    Json items_after = Json::array();
    for (const auto& item : (*old)["items"].entries()) {
      items_before.push(item.first);
    }
    for (const auto& item : now["items"].entries()) {
      items_after.push(item.first);
      const Json* same = (*old)["items"].find(item.first);
      if (same != nullptr && same->canonical() != item.second.canonical()) {
        const std::string item_whose = fmt::format("of the item {} in {}", item.first, entry.first);
        comparison.field(id, *same, item.second, "codes", "the codes " + item_whose);
        comparison.field(id, *same, item.second, "reverse", "reversing " + item_whose);
        comparison.field(id, *same, item.second, "desired_direction", "the desired direction " + item_whose);
      }
    }
    comparison.names(id, items_before, items_after, "the scale " + entry.first);
  }
}

void compare_analysis(const Json& before, const Json& after, Comparison& comparison) {
  const std::string& id = after["id"].as_string();
  comparison.field(id, before, after, "procedure", "the procedure");
  comparison.field(id, before, after, "outcome", "the outcome");
  const bool both_families = !before["family"].is_null() && !after["family"].is_null();
  if (both_families) {
    comparison.field(id, before["family"], after["family"], "id", "the name of the family", false);
    comparison.field(id, before["family"], after["family"], "adjust", "the adjustment");
    comparison.names(id, before["family"]["outcomes"], after["family"]["outcomes"], "the family");
  } else if (before["family"].is_null() != after["family"].is_null()) {
    const auto name = [](const Json& family) { return family.is_null() ? std::string("none") : family["id"].as_string(); };
    comparison.add(id, fmt::format("the family was {}, is now {}", name(before["family"]), name(after["family"])));
  }
  comparison.names(id, before["contrasts"], after["contrasts"], "the list of contrasts");
  comparison.field(id, before, after, "primary", "the primary contrast");
  comparison.field(id, before, after, "smallest_change_that_matters", "the smallest change that matters");
  comparison.field(id, before, after, "expect", "the expectation");
  comparison.field(id, before, after, "because", "the reason", false);
  comparison.field(id, before, after, "options", "the list of options");
  compare_scoring(id, before, after, comparison);
}

/// What decides the numbers of a survey besides its analyses: how answers are weighted, and what they are held against.
Json survey_as_json(const Study& study) {
  const PublicSurvey& survey = *study.survey;
  const auto optional = [](const std::optional<double>& value) { return value ? number(*value) : Json(); };
  Json json = Json::object();
  json.set("sample", to_string(study.sample));
  json.set("weights", to_string(survey.weighting.method));
  Json margins = Json::array();
  for (const auto& margin : survey.weighting.margins) {
    margins.push(join(margin, " x "));
  }
  json.set("margins", std::move(margins));
  json.set("trim", optional(survey.weighting.trim));
  json.set("lowest", optional(survey.weighting.lowest));
  json.set("highest", optional(survey.weighting.highest));
  json.set("missing_weight", survey.weighting.leave_out_missing ? "leave_out" : "refuse");
  json.set("lonely_psu", to_string(survey.lonely));
  Json targets = Json::array();
  for (const Kpi& kpi : survey.kpis) {
    if (kpi.target) {
      targets.push(
          fmt::format("{} {} {}", kpi.code, kpi.desired_direction == Direction::down ? "at most" : "at least", shortest(*kpi.target)));
    }
  }
  json.set("targets", std::move(targets));
  if (!survey.weighting.nonresponse
           .empty()) { // this and what follows is set only then: plans of before had no such key, and their hashes hold
    json.set("nonresponse", fmt::format("by {}, {} answers, factor {}", survey.weighting.nonresponse,
                                        shortest(survey.weighting.fewest_answers), shortest(survey.weighting.largest_factor)));
  }
  if (!survey.design.empty()) {
    json.set("design", in_words(survey.design));
  }
  if (!survey.breaks.empty()) {
    Json breaks = Json::array();
    for (const SeriesBreak& one : survey.breaks) {
      breaks.push(one.items.empty() ? one.from : one.from + " of " + join(one.items, " and "));
    }
    json.set("breaks", std::move(breaks));
  }
  return json;
}

void compare_surveys(const Json& before, const Json& after, Comparison& comparison) {
  comparison.field("", before, after, "sample", "the kind of sample");
  comparison.field("", before, after, "weights", "the method of weighting");
  comparison.field("", before, after, "margins", "the list of margins");
  comparison.field("", before, after, "trim", "the largest weight");
  comparison.field("", before, after, "lowest", "the lower bound of weights");
  comparison.field("", before, after, "highest", "the upper bound of weights");
  comparison.field("", before, after, "missing_weight", "what happens to missing weights");
  comparison.field("", before, after, "lonely_psu", "what happens to a stratum with one unit");
  comparison.field("", before, after, "nonresponse", "the classes of non-response");
  comparison.field("", before, after, "design", "how people were drawn");
  comparison.names("", before["targets"], after["targets"], "the list of targets");
  comparison.names("", before["breaks"], after["breaks"], "the list of breaks");
}

} // namespace

Json canonical_plan(const LoadedStudy& loaded) {
  const Study& study = loaded.study;
  Json plan = Json::object();
  plan.set("format", plan_format);
  plan.set("study", study.id);
  plan.set("significance_level", number(study.plan.significance_level));
  plan.set("conventions", study.plan.conventions);
  plan.set("seed", static_cast<long long>(study.plan.seed));
  plan.set("permutations", static_cast<long long>(study.plan.permutations));
  plan.set("assignment", to_string(study.assignment.kind));
  plan.set("matched_set", study.assignment.matched_set);
  plan.set("group", study.assignment.group);
  Json arms = Json::array();
  for (const Arm& arm : study.arms) {
    arms.push(arm.is_control ? arm.id + " (control)" : arm.id);
  }
  plan.set("arms", std::move(arms));
  Json waves = Json::array();
  for (std::size_t wave = 0; wave < study.waves.size(); ++wave) {
    const Instrument& instrument = *loaded.instrument_of_wave[wave];
    waves.push(fmt::format("{} ({}@{})", study.waves[wave].id, instrument.id, instrument.version));
  }
  plan.set("waves", std::move(waves));
  if (study.survey) {
    plan.set("survey", survey_as_json(study));
  }

  std::vector<const PlannedAnalysis*> analyses;
  for (const PlannedAnalysis& analysis : study.plan.analyses) {
    analyses.push_back(&analysis);
  }
  std::sort(analyses.begin(), analyses.end(), [](const PlannedAnalysis* a, const PlannedAnalysis* b) { return a->id < b->id; });
  Json list = Json::array();
  for (const PlannedAnalysis* analysis : analyses) {
    list.push(analysis_as_json(loaded, *analysis));
  }
  plan.set("analyses", std::move(list));
  return plan;
}

std::string plan_sha256(const LoadedStudy& study) {
  return to_hex(sha256(canonical_plan(study).canonical()));
}

std::vector<PlanDifference> diff_plans(const Json& locked, const Json& current) {
  std::vector<PlanDifference> differences;
  Comparison comparison(differences);
  comparison.field("", locked, current, "format", "the form of the plan", false);
  comparison.field("", locked, current, "study", "the study");
  comparison.field("", locked, current, "significance_level", "the significance level");
  comparison.field("", locked, current, "conventions", "the conventions");
  comparison.field("", locked, current, "seed", "the seed");
  comparison.field("", locked, current, "permutations", "the number of permutations");
  comparison.field("", locked, current, "assignment", "the assignment");
  comparison.field("", locked, current, "matched_set", "the column of matched sets");
  comparison.field("", locked, current, "group", "the column of course groups");
  comparison.field("", locked, current, "arms", "the list of arms");
  comparison.field("", locked, current, "waves", "the list of waves");
  if (!locked["survey"].is_null() || !current["survey"].is_null()) {
    compare_surveys(locked["survey"], current["survey"], comparison);
  }

  std::vector<std::string> ids;
  for (const Json* plan : {&locked, &current}) {
    for (const Json& analysis : (*plan)["analyses"].items()) {
      ids.push_back(analysis["id"].as_string());
    }
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  for (const std::string& id : ids) {
    const Json* before = analysis_in(locked, id);
    const Json* after = analysis_in(current, id);
    if (before == nullptr) {
      differences.push_back({id, fmt::format("the analysis {} was added after the lock", id), true, true, false});
    } else if (after == nullptr) {
      differences.push_back({id, fmt::format("the analysis {} was planned and is left out", id), true, false, true});
    } else {
      compare_analysis(*before, *after, comparison);
    }
  }
  return differences;
}

PlanStatus status_of(std::string_view analysis, const Json& locked, const std::vector<PlanDifference>& differences) {
  if (analysis_in(locked, analysis) == nullptr) {
    return PlanStatus::exploratory;
  }
  const bool deviated = std::any_of(differences.begin(), differences.end(), [&](const PlanDifference& difference) {
    return difference.deviates && (difference.analysis.empty() || difference.analysis == analysis);
  });
  return deviated ? PlanStatus::deviated : PlanStatus::planned;
}

std::size_t lock_held_against(const Study& study, const std::vector<AnswersByWave>& locks, std::size_t newest) {
  if (!study.survey || newest == Study::npos) {
    return 0;
  }
  for (std::size_t lock = locks.size(); lock-- > 0;) {
    const bool had_answers = std::any_of(locks[lock].begin(), locks[lock].end(),
                                         [&](const auto& one) { return one.first == study.waves[newest].id && one.second > 0; });
    if (!had_answers) {
      return lock;
    }
  }
  return 0;
}

} // namespace canvass
