#include "engine/core/text.hpp"
#include "engine/study/parts.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace canvass::study_parts {

namespace {

/// Text of an optional key; empty if absent. An empty text is a problem: a line that says nothing was forgotten.
std::string plain(YamlMap& map, std::string_view key, Problems& problems) {
  const auto text = map.string(key);
  if (!text) {
    return {};
  }
  if (trim(*text).empty()) {
    problems.error(map.at(key), fmt::format("`{}` is empty; write it, or leave the line out", key));
    return {};
  }
  return *text;
}

/// Keys by which people type an interval. Intervals are computed from the dates, so that text and dates cannot disagree.
constexpr std::array<std::string_view, 10> interval_keys = {"after",  "interval",  "weeks",   "months", "days",
                                                            "period", "follow_up", "elapsed", "gap",    "later"};

/// `sent: "sent-{wave}.csv"`: where the lists of those to whom questionnaires went lie.
void read_sent_pattern(YamlMap& map, Study& study, Problems& problems) {
  std::string pattern = read_file_of_each_wave(map, "sent", "the list", "sent-{wave}.csv", problems);
  if (!pattern.empty()) {
    study.survey.emplace();
    study.survey->at = map.at("sent");
    study.survey->sent_pattern = std::move(pattern);
  }
}

Wave read_wave(const YamlNode& node, const Study& study, Problems& problems) {
  YamlMap map(node, "a wave", problems);
  Wave wave;
  wave.at = node.at;
  wave.id = map.required_id("id").value_or("");
  wave.label = read_text(map, "label", study.language, problems);
  wave.date = read_date(map, "date", problems);
  wave.opens = read_date(map, "opens", problems);
  wave.closes = read_date(map, "closes", problems);
  wave.instrument = read_instrument_reference(map, "instrument", problems);
  for (const std::string_view key : interval_keys) {
    if (const YamlNode* typed = map.has(key) ? map.node(key) : nullptr) { // asked for only if there: else it would count as allowed
      problems.error(typed->at,
                     fmt::format("an interval is typed (`{}: {}`); intervals are computed from the dates, so that the two cannot "
                                 "disagree; write `date: YYYY-MM-DD`, or `opens:` and `closes:`, instead",
                                 key, typed->text));
    }
  }
  if (wave.date && (wave.opens || wave.closes)) {
    problems.error(map.at("date"), "a wave has either `date` or `opens` and `closes`; leave one of the two out");
  }
  if (wave.closes && !wave.opens && !wave.date && !map.has("opens")) {
    problems.error(map.at("closes"), "`closes` stands without `opens`; add the day on which the wave opens");
  }
  if (wave.opens && wave.closes && *wave.closes < *wave.opens) {
    problems.error(map.at("closes"), fmt::format("the wave closes ({}) before it opens ({}); exchange the two, or mend one",
                                                 to_string(*wave.closes), to_string(*wave.opens)));
  }
  map.finish();
  return wave;
}

} // namespace

void read_purpose(const YamlNode* node, Study& study, Problems& problems) {
  if (node == nullptr) {
    return;
  }
  YamlMap map(*node, "the purpose", problems);
  const auto read = [&](std::string_view key) {
    if (!map.has(key)) {
      problems.error(node->at,
                     fmt::format("the purpose lacks `{}`; it answers four questions: find_out, from_whom, already_known, feedback", key));
    }
    return plain(map, key, problems);
  };
  study.purpose.find_out = read("find_out");
  study.purpose.from_whom = read("from_whom");
  study.purpose.already_known = read("already_known");
  study.purpose.feedback = read("feedback");
  map.finish();
}

void read_frame(const YamlNode* node, Study& study, Problems& problems) {
  if (node == nullptr) {
    return;
  }
  study.frame.at = node->at;
  YamlMap map(*node, "the frame", problems);
  if (map.has("person")) {
    study.frame.person = plain(map, "person", problems);
  }
  study.frame.arm = plain(map, "arm", problems);
  study.frame.area = plain(map, "area", problems);
  study.frame.stratum = plain(map, "stratum", problems);
  study.frame.cluster = plain(map, "cluster", problems);
  study.frame.weight = plain(map, "weight", problems);
  study.frame.people_file = plain(map, "people", problems);
  read_sent_pattern(map, study, problems);
  map.finish();

  const std::array<std::pair<std::string_view, const std::string*>, 6> columns = {{{"person", &study.frame.person},
                                                                                   {"arm", &study.frame.arm},
                                                                                   {"area", &study.frame.area},
                                                                                   {"stratum", &study.frame.stratum},
                                                                                   {"cluster", &study.frame.cluster},
                                                                                   {"weight", &study.frame.weight}}};
  for (std::size_t i = 0; i < columns.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (!columns[i].second->empty() && *columns[i].second == *columns[j].second) {
        problems.error(map.at(columns[i].first), fmt::format("`{}` and `{}` of the frame name the same column (\"{}\"); each needs its own",
                                                             columns[j].first, columns[i].first, *columns[i].second));
      }
    }
  }
}

void read_waves(const YamlNode* node, Study& study, Problems& problems) {
  if (node == nullptr) {
    problems.error(study.at, "the study has no waves; add `waves:` with one line a wave, such as {id: T1, date: 2026-02-22}");
    return;
  }
  if (node->kind != YamlNode::Kind::sequence || node->items.empty()) {
    problems.error(node->at, "`waves` is no list of waves; write one line a wave, such as - {id: T1, date: 2026-02-22}");
    return;
  }
  IdsSeen ids("wave");
  for (const YamlNode& item : node->items) {
    Wave wave = read_wave(item, study, problems);
    if (!wave.id.empty()) {
      ids.add(wave.id, wave.at, problems);
    }
    const auto before =
        std::find_if(study.waves.rbegin(), study.waves.rend(), [](const Wave& earlier) { return earlier.when().has_value(); });
    if (wave.when() && before != study.waves.rend() && *wave.when() < *before->when()) {
      problems.error(wave.at,
                     fmt::format("wave {} ({}) stands after wave {} ({}, line {}) but is earlier; list the waves in order of time, or "
                                 "mend a date",
                                 wave.id, to_string(*wave.when()), before->id, to_string(*before->when()), before->at.line));
    }
    study.waves.push_back(std::move(wave));
  }
}

void read_arms(const YamlNode* node, Study& study, Problems& problems) {
  if (node == nullptr) {
    return;
  }
  if (node->kind != YamlNode::Kind::mapping || node->entries.empty()) {
    problems.error(
        node->at, "`arms` is no mapping of arms; write one line an arm, such as control: {label: {en: \"Not trained\"}, is_control: true}");
    return;
  }
  IdsSeen ids("arm");
  for (const YamlEntry& entry : node->entries) {
    Arm arm;
    arm.id = entry.key;
    arm.at = entry.key_at;
    if (!is_id(arm.id)) {
      problems.error(
          entry.key_at,
          fmt::format("\"{}\" cannot be the id of an arm; ids have letters, digits, _ . and -, and start with a letter or _", arm.id));
    }
    ids.add(arm.id, arm.at, problems);
    if (entry.value.kind != YamlNode::Kind::null) {
      YamlMap map(entry.value, "an arm", problems);
      arm.label = read_text(map, "label", study.language, problems);
      arm.people = read_text(map, "people", study.language, problems);
      arm.is_control = map.boolean("is_control").value_or(false);
      map.finish();
    }
    study.arms.push_back(std::move(arm));
  }
  if (study.arms.size() < 2) {
    problems.error(node->at, "there is one arm only; a comparison needs two, one of them with `is_control: true`; where nobody serves as "
                             "control, leave `arms` out");
    return;
  }
  std::vector<const Arm*> controls;
  for (const Arm& arm : study.arms) {
    if (arm.is_control) {
      controls.push_back(&arm);
    }
  }
  if (controls.empty()) {
    problems.error(node->at, fmt::format("no arm is the control ({}); mark one with `is_control: true`", join(ids_of(study.arms), ", ")));
  }
  for (std::size_t i = 1; i < controls.size(); ++i) {
    problems.error(controls[i]->at, fmt::format("two arms are the control: {} (line {}) and {}; leave `is_control: true` at one",
                                                controls[0]->id, controls[0]->at.line, controls[i]->id));
  }
}

void read_assignment(const YamlNode* node, Study& study, Problems& problems) {
  if (node == nullptr) {
    return;
  }
  study.assignment.at = node->at;
  YamlMap map(*node, "the assignment", problems);
  const auto kind = map.one_of("kind", {"randomised", "matched", "self_selected", "none"});
  if (!map.has("kind")) {
    problems.error(node->at, "the assignment lacks `kind`; it is one of randomised, matched, self_selected or none");
  }
  if (kind) {
    study.assignment.kind = *kind == "randomised"      ? AssignmentKind::randomised
                            : *kind == "matched"       ? AssignmentKind::matched
                            : *kind == "self_selected" ? AssignmentKind::self_selected
                                                       : AssignmentKind::none;
  }
  study.assignment.unit = map.one_of("unit", {"person", "group", "area"}).value_or("person");
  study.assignment.why_not_random = plain(map, "why_not_random", problems);
  study.assignment.matched_set = plain(map, "matched_set", problems);
  study.assignment.group = plain(map, "group", problems);
  study.assignment.area = plain(map, "area", problems);
  map.finish();
  if (study.assignment.kind == AssignmentKind::randomised && !study.assignment.why_not_random.empty()) {
    problems.error(map.at("why_not_random"), "`why_not_random` stands beside `kind: randomised`; leave out the one that does not hold");
  }
  if (kind && study.assignment.kind != AssignmentKind::none && study.arms.empty()) {
    problems.error(node->at, fmt::format("an assignment ({}) is described but there are no arms; add `arms:`, or say `kind: none`", *kind));
  }
}

void read_events(const YamlNode* node, Study& study, Problems& problems) {
  if (node == nullptr) {
    return;
  }
  if (node->kind != YamlNode::Kind::sequence) {
    problems.error(node->at, "`events` is no list; write one line an event, such as - {date: 2026-06-01, what: \"Policy withdrawn\"}");
    return;
  }
  for (const YamlNode& item : node->items) {
    YamlMap map(item, "an event", problems);
    Event event;
    event.at = item.at;
    const auto date = read_date(map, "date", problems);
    if (!map.has("date")) {
      problems.error(item.at, "the event has no `date`; write the day on which it happened, YYYY-MM-DD");
    }
    event.what = map.required_string("what").value_or("");
    map.finish();
    if (date && !trim(event.what).empty()) {
      event.date = *date;
      study.events.push_back(std::move(event));
    } else if (date && map.has("what")) {
      problems.error(item.at, "the event does not say `what` happened; write it in a few words");
    }
  }
  std::stable_sort(study.events.begin(), study.events.end(), [](const Event& a, const Event& b) { return a.date < b.date; });
}

void read_match_people(const YamlNode* node, Study& study, Problems& problems) {
  if (node == nullptr) {
    return;
  }
  YamlMap map(*node, "match_people", problems);
  if (const YamlNode* codes = map.has("codes") ? map.node("codes") : nullptr) {
    problems.error(codes->at,
                   "self-generated codes cannot be matched by this version; give each person an id (`by: id`) or hand out tokens "
                   "(`by: token`)");
  } else if (!map.has("by")) {
    problems.error(node->at, "`match_people` lacks `by`; it is id or token");
  }
  study.match_by = map.one_of("by", {"id", "token"}).value_or("id");
  map.finish();
}

void read_sample(const YamlNode* node, Study& study, Problems& problems) {
  if (node == nullptr) {
    return;
  }
  YamlMap map(*node, "the sample", problems);
  const auto kind = map.one_of("kind", {"census", "probability", "quota", "self_selected"});
  if (!map.has("kind")) {
    problems.error(node->at, "the sample lacks `kind`; it is one of census, probability, quota or self_selected");
  }
  if (kind) {
    study.sample = *kind == "probability"     ? SampleKind::probability
                   : *kind == "quota"         ? SampleKind::quota
                   : *kind == "self_selected" ? SampleKind::self_selected
                                              : SampleKind::census;
  }
  map.finish();
}

void read_same_series(const YamlNode* node, Study& study, Problems& problems) {
  if (node == nullptr) {
    return;
  }
  if (node->kind != YamlNode::Kind::sequence) {
    problems.error(node->at, "`same_series` is no list; write one line an item, such as - {item: q18, reason: \"only a comma was added\"}");
    return;
  }
  IdsSeen seen("item");
  for (const YamlNode& item : node->items) {
    YamlMap map(item, "an entry of same_series", problems);
    if (!map.has("item")) {
      problems.error(item.at, "the entry does not say which `item` continues its series");
    }
    const auto items = map.strings("item");
    const auto reason = map.required_string("reason").value_or("");
    map.finish();
    if (trim(reason).empty() && map.has("reason")) {
      problems.error(map.at("reason"), "the reason is empty; a reader must be able to judge why the two wordings measure the same");
    }
    for (const std::string& id : items) {
      if (seen.add(id, item.at, problems)) {
        study.same_series.push_back({id, reason, item.at});
      }
    }
  }
}

void read_report(const YamlNode* node, Study& study, Problems& problems) {
  if (node == nullptr) {
    return;
  }
  YamlMap map(*node, "the report", problems);
  study.report_template = map.required_id("template").value_or(study.report_template);
  map.finish();
}

void read_disclosure(const YamlNode* node, Study& study, Problems& problems) {
  if (study.survey) { // convention 1: what is said of the public rests on at least so many answers
    study.disclosure = {30, 30};
  }
  if (node == nullptr) {
    return;
  }
  YamlMap map(*node, "disclosure", problems);
  const auto read = [&](std::string_view key, int usual) {
    const auto value = map.integer(key);
    if (value && *value < 1) {
      problems.error(map.at(key), fmt::format("`{}` is a number of people, 1 or more (found {})", key, *value));
      return usual;
    }
    return value.value_or(usual);
  };
  study.disclosure.min_base = read("min_base", study.disclosure.min_base);
  study.disclosure.min_base_extreme = read("min_base_extreme", std::max(study.disclosure.min_base_extreme, study.disclosure.min_base));
  if (study.disclosure.min_base_extreme < study.disclosure.min_base) {
    problems.error(map.at("min_base_extreme"),
                   fmt::format("`min_base_extreme` ({}) is below `min_base` ({}); 0 % and 100 % need at least the "
                               "same base",
                               study.disclosure.min_base_extreme, study.disclosure.min_base));
  }
  map.finish();
}

} // namespace canvass::study_parts
