#include "engine/core/text.hpp"
#include "engine/study/csv_file.hpp"
#include "engine/study/parts.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace canvass::study_parts {

namespace {

PublicSurvey& survey_of(Study& study, const Position& at) {
  if (!study.survey) {
    study.survey.emplace();
    study.survey->at = at;
  }
  return *study.survey;
}

/// A text that must say something: a number of others without its source cannot be checked by anybody.
std::string needed_text(YamlMap& map, std::string_view key, std::string_view why, Problems& problems) {
  const auto text = map.string(key);
  if (!map.has(key) || (text && trim(*text).empty())) {
    problems.error(map.at(key), fmt::format("`{}` is missing; {}", key, why));
  }
  return text.value_or("");
}

std::string needed_file(YamlMap& map, const Study& study, Problems& problems) {
  const std::string name = needed_text(map, "file", "name the CSV file beside the study", problems);
  return name.empty() ? std::string() : beside_study(study.folder, name);
}

std::optional<Date> needed_date(YamlMap& map, std::string_view key, std::string_view why, Problems& problems) {
  const auto date = read_date(map, key, problems);
  if (!map.has(key)) {
    problems.error(map.at(), fmt::format("`{}` is missing; {}", key, why));
  }
  return date;
}

Direction direction_of(const std::optional<std::string>& word, Direction usual) {
  return !word ? usual : *word == "up" ? Direction::up : *word == "down" ? Direction::down : Direction::none;
}

void read_areas(const YamlNode& node, Study& study, AreaTree& tree, Problems& problems) {
  YamlMap map(node, "the areas", problems);
  tree.at = node.at;
  tree.file = needed_file(map, study, problems);
  tree.levels = map.strings("levels");
  map.finish();
  if (tree.levels.empty()) {
    problems.error(map.at("levels"), "`levels` is missing; list the kinds of areas, the widest first, such as [force, division, area]");
  }
  for (std::size_t i = 0; i < tree.levels.size(); ++i) {
    if (!is_id(tree.levels[i])) {
      problems.error(map.at("levels"), fmt::format("`{}` cannot be the name of a level; use letters, digits, _ . and -", tree.levels[i]));
    }
    if (std::find(tree.levels.begin(), tree.levels.begin() + static_cast<std::ptrdiff_t>(i), tree.levels[i]) !=
        tree.levels.begin() + static_cast<std::ptrdiff_t>(i)) {
      problems.error(map.at("levels"), fmt::format("the level `{}` stands twice", tree.levels[i]));
    }
  }
}

void read_population(const YamlNode& node, Study& study, Population& population, Problems& problems) {
  YamlMap map(node, "the population", problems);
  population.at = node.at;
  population.file = needed_file(map, study, problems);
  population.source = needed_text(map, "source", "say who counted, such as \"census, mid-year estimates\"", problems);
  population.as_of = needed_date(map, "as_of", "write the day that the counts speak of, YYYY-MM-DD", problems);
  map.finish();
}

/// Margins: a list of lists of variables; a lone name is a list of one.
std::vector<std::vector<std::string>> read_margins(YamlMap& map, Problems& problems) {
  std::vector<std::vector<std::string>> margins;
  for (const YamlNode* item : map.sequence("margins")) {
    std::vector<std::string> margin;
    if (item->kind == YamlNode::Kind::scalar) {
      margin.push_back(item->text);
    } else if (item->kind == YamlNode::Kind::sequence && !item->items.empty()) {
      for (const YamlNode& name : item->items) {
        if (name.kind != YamlNode::Kind::scalar) {
          problems.error(name.at, "a margin is a list of variables, such as [sex, age_band]");
          continue;
        }
        if (std::find(margin.begin(), margin.end(), name.text) != margin.end()) {
          problems.error(name.at, fmt::format("the variable \"{}\" stands twice in one margin", name.text));
          continue;
        }
        margin.push_back(name.text);
      }
    } else {
      problems.error(item->at, "a margin is a list of variables, such as [sex, age_band]");
    }
    if (!margin.empty()) {
      margins.push_back(std::move(margin));
    }
  }
  return margins;
}

void read_weights(const YamlNode& node, Weighting& weights, Problems& problems) {
  YamlMap map(node, "the weights", problems);
  weights.at = node.at;
  const auto method = map.one_of("method", {"none", "poststratify", "rake", "linear", "logit"});
  if (!map.has("method")) {
    problems.error(node.at, "the weights lack `method`; it is none, poststratify, rake, linear or logit");
  }
  for (const WeightMethod known : {WeightMethod::poststratify, WeightMethod::rake, WeightMethod::linear, WeightMethod::logit}) {
    if (method && *method == to_string(known)) {
      weights.method = known;
    }
  }
  weights.margins = read_margins(map, problems);
  weights.trim = map.number("trim");
  weights.lowest = map.number("lowest");
  weights.highest = map.number("highest");
  if (const YamlNode* classes = map.node("nonresponse")) {
    YamlMap inner(*classes, "the classes of non-response", problems);
    weights.nonresponse = inner.one_of("by", {"area", "stratum"}).value_or("");
    if (!inner.has("by")) {
      problems.error(classes->at, "the classes of non-response lack `by`; it is area or stratum");
    }
    weights.fewest_answers = inner.number("fewest_answers").value_or(weights.fewest_answers);
    weights.largest_factor = inner.number("largest_factor").value_or(weights.largest_factor);
    inner.finish();
    if (!(weights.fewest_answers >= 1)) {
      problems.error(inner.at("fewest_answers"),
                     fmt::format("`fewest_answers` of a class is 1 or more (found {})", shortest(weights.fewest_answers)));
    }
    if (!(weights.largest_factor > 1)) {
      problems.error(inner.at("largest_factor"),
                     fmt::format("`largest_factor` of a class, in times that of the whole list, is above 1 (found {})",
                                 shortest(weights.largest_factor)));
    }
  }
  weights.leave_out_missing = map.one_of("missing_weight", {"refuse", "leave_out"}).value_or("refuse") == "leave_out";
  map.finish();

  if (weights.method != WeightMethod::none && weights.margins.empty() && method) {
    problems.error(node.at, fmt::format("`method: {}` needs `margins`, such as [[area], [sex, age_band]]", *method));
  }
  if (method && weights.method == WeightMethod::none && !weights.margins.empty()) {
    problems.error(map.at("margins"), "`margins` stand beside `method: none`; name a method, such as rake, or leave the margins out");
  }
  if (weights.method == WeightMethod::poststratify && weights.margins.size() > 1) {
    problems.error(
        map.at("margins"),
        fmt::format("`method: poststratify` fits one margin (found {}); join them in one list, or `rake` them", weights.margins.size()));
  }
  if (weights.trim && !(*weights.trim > 1)) {
    problems.error(map.at("trim"), fmt::format("`trim` is the largest weight in means, above 1 (found {})", shortest(*weights.trim)));
  }
  if (weights.lowest && !(*weights.lowest >= 0 && *weights.lowest < 1)) {
    problems.error(map.at("lowest"), fmt::format("`lowest` bounds the new weight over the old one from below: 0 up to 1 (found {})",
                                                 shortest(*weights.lowest)));
  }
  if (weights.highest && !(*weights.highest > 1)) {
    problems.error(map.at("highest"), fmt::format("`highest` bounds the new weight over the old one from above: above 1 (found {})",
                                                  shortest(*weights.highest)));
  }
  if (weights.method == WeightMethod::logit && (!weights.lowest || !weights.highest)) {
    problems.error(node.at, "`method: logit` needs both bounds, `lowest` and `highest`, such as 0.3 and 3");
  }
}

void read_series(const YamlNode* node, Study& study, Problems& problems) {
  if (node == nullptr) {
    return;
  }
  if (node->kind != YamlNode::Kind::sequence) {
    problems.error(node->at, "`series` is no list; write one line a series, such as - {id: national_confidence, file: series.csv, ..}");
    return;
  }
  PublicSurvey& survey = survey_of(study, node->at);
  IdsSeen ids("series");
  for (const YamlNode& item : node->items) {
    YamlMap map(item, "a series", problems);
    PublishedSeries series;
    series.at = item.at;
    series.id = map.required_id("id").value_or("");
    series.label = read_text(map, "label", study.language, problems);
    series.file = needed_file(map, study, problems);
    series.source = needed_text(map, "source", "say who published the numbers", problems);
    series.as_of = needed_date(map, "as_of", "write the day on which the numbers were published or looked up, YYYY-MM-DD", problems);
    series.question = map.string("question").value_or("");
    series.percent = map.boolean("percent").value_or(true);
    series.window_quarters = map.number("window_quarters").value_or(0);
    series.desired_direction = direction_of(map.one_of("desired_direction", {"up", "down", "none"}), Direction::none);
    series.design_effect = map.number("design_effect");
    series.breaks = read_breaks(map.node("breaks"), false, problems);
    const SeriesReading reading = read_series_reading(map.node("read"), problems);
    series.n_is_for_all = reading.n_each.has_value();
    map.finish();
    if (series.design_effect && !(*series.design_effect > 0)) {
      problems.error(map.at("design_effect"), fmt::format("`design_effect` is above 0, such as 1.3 (found {}); leave it out where it was "
                                                          "not published",
                                                          shortest(*series.design_effect)));
      series.design_effect.reset();
    }
    if (series.window_quarters < 0 || series.window_quarters > 40) {
      problems.error(map.at("window_quarters"),
                     fmt::format("`window_quarters` is the length of a rolling window, 0 to 40 quarters (found {})",
                                 shortest(series.window_quarters)));
    }
    const std::size_t sign = series.question.find('@');
    const std::size_t slash = series.question.find('/', sign == std::string::npos ? 0 : sign);
    if (!series.question.empty() && (sign == 0 || sign == std::string::npos || slash == std::string::npos ||
                                     slash + 1 == series.question.size() || !is_id(std::string_view(series.question).substr(0, sign)))) {
      problems.error(map.at("question"),
                     fmt::format("`question` does not name what was asked (found \"{}\"); write instrument@version/item, "
                                 "such as good-job@1.0.0/local_police",
                                 series.question));
    }
    if (!series.id.empty()) {
      ids.add(series.id, series.at, problems);
    }
    load_series(series, reading, problems);
    check_breaks_of_series(series, problems);
    survey.series.push_back(std::move(series));
  }
}

} // namespace

void read_survey(YamlMap& map, Study& study, Problems& problems) {
  if (const YamlNode* node = map.node("survey")) {
    PublicSurvey& survey = survey_of(study, node->at);
    survey.at = node->at;
    YamlMap inner(*node, "the survey", problems);
    survey.people_live_in = read_text(inner, "people_live_in", study.language, problems).in(study.language);
    if (const YamlNode* areas = inner.node("areas")) {
      read_areas(*areas, study, survey.areas, problems);
    }
    if (const YamlNode* population = inner.node("population")) {
      read_population(*population, study, survey.population, problems);
    }
    if (const YamlNode* weights = inner.node("weights")) {
      read_weights(*weights, survey.weighting, problems);
    }
    if (const YamlNode* design = inner.node("design")) {
      read_design(*design, study, problems);
    }
    const auto lonely = inner.one_of("lonely_psu", {"refuse", "certainty", "adjust", "average", "collapse"});
    for (const Lonely known : {Lonely::certainty, Lonely::adjust, Lonely::average, Lonely::collapse}) {
      if (lonely && *lonely == to_string(known)) {
        survey.lonely = known;
      }
    }
    if (const auto base = inner.integer("flag_base")) {
      survey.flag_base = *base;
      if (*base < 1) {
        problems.error(inner.at("flag_base"), fmt::format("`flag_base` is a number of answers, 1 or more (found {})", *base));
      }
    }
    inner.finish();
    if (!survey.weighting.margins.empty() && survey.population.file.empty()) {
      problems.error(survey.weighting.at, "the weights have margins, but there is no `population` to fit them to; add population: {file: "
                                          "population.csv, source: \"..\", as_of: ..}");
    }
  }
  read_series(map.node("series"), study, problems);
  if (const YamlNode* node = map.node("breaks")) {
    survey_of(study, node->at).breaks = read_breaks(node, true, problems);
    check_breaks_of_waves(study, problems);
  }
  if (const YamlNode* node = map.node("kpis")) {
    survey_of(study, node->at);
    read_kpis(node, study, problems);
  }
  if (const YamlNode* node = map.node("tables")) {
    survey_of(study, node->at);
    read_tables(node, study, problems);
  }
  if (const YamlNode* node = map.node("claims")) {
    survey_of(study, node->at);
    read_claims(node, study, problems);
  }
}

void load_survey(LoadedStudy& loaded, Problems& problems) {
  if (!loaded.study.survey) {
    return;
  }
  PublicSurvey& survey = *loaded.study.survey;
  if (!survey.areas.file.empty()) {
    load_areas(survey.areas, problems);
  }
  load_sent(loaded, problems);
  load_design(loaded, problems);
  if (!loaded.instrument_of_wave.empty()) {
    load_population(loaded, problems);
    check_break_items(loaded, problems);
  }
  for (AdminTable& table : survey.tables) {
    load_table(table, survey.areas, problems);
  }
  for (ClaimSet& set : survey.claims) {
    load_claims(set, loaded.instrument_of_wave.empty() ? nullptr : &loaded.instrument(), problems);
  }
  load_kpis(loaded, problems);
}

} // namespace canvass::study_parts
