#include "engine/study/check.hpp"

#include "engine/core/text.hpp"
#include "engine/study/parts.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <set>

namespace canvass {

namespace {

/// "9 months", "18-week": an interval typed into a label; empty if there is none.
std::string interval_in(std::string_view label) {
  const std::string lower = to_lower(label);
  static constexpr std::array<std::string_view, 4> units = {"day", "week", "month", "year"};
  static constexpr std::array<std::string_view, 13> words = {"one",   "two",  "three", "four",   "five",   "six",     "seven",
                                                             "eight", "nine", "ten",   "eleven", "twelve", "eighteen"};
  for (const std::string_view unit : units) {
    for (std::size_t at = lower.find(unit); at != std::string::npos; at = lower.find(unit, at + 1)) {
      std::size_t end = at;
      while (end > 0 && (lower[end - 1] == ' ' || lower[end - 1] == '-')) {
        --end;
      }
      if (end == at) {
        continue;
      }
      std::size_t begin = end;
      while (begin > 0 && ((lower[begin - 1] >= 'a' && lower[begin - 1] <= 'z') || (lower[begin - 1] >= '0' && lower[begin - 1] <= '9'))) {
        --begin;
      }
      const std::string_view count = std::string_view(lower).substr(begin, end - begin);
      const bool digits = !count.empty() && std::all_of(count.begin(), count.end(), [](char c) { return c >= '0' && c <= '9'; });
      if (digits || std::find(words.begin(), words.end(), count) != words.end()) {
        const std::size_t after = at + unit.size();
        return std::string(label.substr(begin, after - begin + (after < lower.size() && lower[after] == 's' ? 1 : 0)));
      }
    }
  }
  return {};
}

void check_purpose(const Study& study, Problems& problems) {
  if (study.purpose.find_out.empty()) {
    problems.warning(study.at,
                     "the study does not say its `purpose`; write what it is to find out, from whom, what is already known, and how "
                     "people will hear of the result");
  }
  if (trim(study.decision).empty()) {
    problems.warning(study.at, "the study does not say which `decision` it serves; write the question that the reader has to decide");
  }
}

void check_waves(const Study& study, Problems& problems) {
  for (const Wave& wave : study.waves) {
    if (!wave.when()) {
      problems.warning(wave.at, fmt::format("wave {} has no date, so the report cannot say how long after the others it was; add `date: "
                                            "YYYY-MM-DD`, or `opens:` and `closes:`",
                                            wave.id));
    }
    const std::string typed = interval_in(wave.label.in(study.language));
    if (!typed.empty()) {
      std::string computed;
      if (&wave != &study.waves.front() && wave.when() && study.waves.front().when()) {
        computed = fmt::format(" (the dates say {} after {})", distance_in_words(*study.waves.front().when(), *wave.when()),
                               study.waves.front().id);
      }
      problems.warning(wave.label.at,
                       fmt::format("the label of wave {} types an interval (\"{}\"){}; leave it out: intervals are computed from "
                                   "the dates",
                                   wave.id, typed, computed));
    }
  }
  for (std::size_t i = 1; i < study.waves.size(); ++i) {
    const Wave& before = study.waves[i - 1];
    const Wave& wave = study.waves[i];
    if (!wave.when() || !before.when()) {
      continue;
    }
    if (*wave.when() == *before.when()) {
      problems.note(wave.at,
                    fmt::format("waves {} and {} are on the same day: a change between them is of mood and memory as much as of view, "
                                "and lasting change is not shown by it",
                                before.id, wave.id));
    } else if (before.closes && *before.closes >= *wave.when()) {
      problems.warning(wave.at, fmt::format("wave {} opens ({}) before wave {} closes ({}); an answer in between could belong to either",
                                            wave.id, to_string(*wave.when()), before.id, to_string(*before.closes)));
    }
  }
}

void check_events(const Study& study, Problems& problems) {
  const auto first = study.waves.front().when();
  const Wave& last = study.waves.back();
  const auto end = last.closes ? last.closes : last.when();
  for (const Event& event : study.events) {
    if (first && end && (event.date < *first || event.date > *end)) {
      problems.warning(event.at,
                       fmt::format("the event \"{}\" ({}) lies outside the study ({} to {}), so no figure shows it; mend the date, or "
                                   "remove it",
                                   event.what, to_string(event.date), to_string(*first), to_string(*end)));
    }
  }
}

/// People of each arm, by value of a column of the people file; empty values are left out.
std::map<std::string, std::set<std::string>> values_by_arm(const People& people, const std::string& column) {
  std::map<std::string, std::set<std::string>> values;
  const std::size_t index = people.column(column);
  if (index == People::npos) {
    return values;
  }
  for (const Person& person : people.people) {
    if (!person.values[index].empty()) {
      values[person.arm].insert(person.values[index]);
    }
  }
  return values;
}

std::size_t blanks_in(const People& people, const std::string& column, const std::string& arm) {
  const std::size_t index = people.column(column);
  return index == People::npos
             ? 0
             : static_cast<std::size_t>(std::count_if(people.people.begin(), people.people.end(), [&](const Person& person) {
                 return person.values[index].empty() && (arm.empty() || person.arm == arm);
               }));
}

void check_arm_sizes(const LoadedStudy& loaded, Problems& problems) {
  const Study& study = loaded.study;
  if (loaded.people.people.empty()) {
    return;
  }
  for (const Arm& arm : study.arms) {
    const auto size =
        std::count_if(loaded.people.people.begin(), loaded.people.people.end(), [&](const Person& p) { return p.arm == arm.id; });
    const bool told = std::any_of(loaded.people.people.begin(), loaded.people.people.end(), [](const Person& p) { return !p.arm.empty(); });
    if (told && size < 10) {
      problems.warning(arm.at, fmt::format("the arm {} has {} in {}; with under 10 who answered, change is not testable", arm.id,
                                           counted(size, "person", "people"), loaded.people.file));
    }
  }
}

/// Ids that look alike on paper become two people by a slip of the keyboard.
void check_twins(const People& people, Problems& problems) {
  std::map<std::string, const Person*> seen;
  for (const Person& person : people.people) {
    const auto [entry, is_new] = seen.emplace(to_lower(person.id), &person);
    if (!is_new) {
      problems.warning(person.at,
                       fmt::format("{} and {} (line {}) differ only by upper and lower case; give one of them another id, unless the ids "
                                   "are codes that nobody types",
                                   person.id, entry->second->id, entry->second->at.line));
      return; // one is enough to show the habit
    }
  }
}

void check_assignment(const LoadedStudy& loaded, Problems& problems) {
  const Study& study = loaded.study;
  const Assignment& assignment = study.assignment;
  if (study.arms.empty()) {
    problems.note(study.at, "the study has no arms: change can be described, but nothing separates the cause from all else that happened "
                            "between the waves");
    return;
  }
  const Position at = assignment.at.line > 0 ? assignment.at : study.at;
  if (assignment.at.line <= 0 || assignment.kind == AssignmentKind::none) {
    problems.warning(
        at, "the study does not say how people came into their arms; add `assignment: {kind: randomised | matched | self_selected}`");
  } else if (assignment.kind != AssignmentKind::randomised && assignment.why_not_random.empty()) {
    problems.warning(at, "people were not randomised, and the study does not say why; add `why_not_random` to the assignment");
  }
  if (assignment.kind == AssignmentKind::matched && assignment.matched_set.empty()) {
    problems.note(at, "people are matched but the sets are not recorded (`matched_set: COLUMN`), so reshuffles go over all people");
  }
  check_arm_sizes(loaded, problems);

  if (assignment.group.empty()) {
    problems.note(at,
                  "course groups are not recorded (`group: COLUMN`): people trained together answer alike, so the verdict is shown again "
                  "with assumed likeness within courses");
  } else {
    for (auto& [arm, groups] : values_by_arm(loaded.people, assignment.group)) {
      const std::size_t index = study.arm(arm);
      if (index != Study::npos && !study.arms[index].is_control && groups.size() < 3) {
        problems.warning(at, fmt::format("the arm {} was trained in {}: under three, group and training cannot be separated", arm,
                                         counted(static_cast<long long>(groups.size()), "group", "groups")));
      }
    }
    for (const Arm& arm : study.arms) {
      const std::size_t blanks = arm.is_control ? 0 : blanks_in(loaded.people, assignment.group, arm.id);
      if (blanks > 0) {
        problems.warning(at, fmt::format("{} of the arm {} without a course group in {} (column {})",
                                         counted(static_cast<long long>(blanks), "person", "people"), arm.id, loaded.people.file,
                                         assignment.group));
      }
    }
  }

  if (assignment.area.empty()) {
    problems.note(at, "areas are not recorded (`area: COLUMN`), so nobody can see whether the arms come from different places");
    return;
  }
  const auto areas = values_by_arm(loaded.people, assignment.area);
  const bool one_each = areas.size() > 1 && std::all_of(areas.begin(), areas.end(), [](const auto& row) { return row.second.size() == 1; });
  std::set<std::string> all;
  for (const auto& row : areas) {
    all.insert(row.second.begin(), row.second.end());
  }
  if (one_each && all.size() > 1) {
    problems.warning(at, "each arm comes from one area, so area and training cannot be told apart; the report says so on its first page");
  }
}

/// Points between the lowest and highest score of a scale; 0 if it cannot be told.
double range_of(const Instrument& instrument, const Scale& scale) {
  if (scale.score == Score::percent_of_max) {
    return 100;
  }
  double range = 0;
  for (const std::string& id : scale.items) {
    const std::size_t index = instrument.variable(id);
    const ChoiceList* list = index == Instrument::npos ? nullptr : instrument.list(instrument.variables[index].list);
    if (list == nullptr || list->choices.empty()) {
      return 0;
    }
    const double points = list->highest() - list->lowest();
    range = scale.score == Score::sum ? range + points : std::max(range, points);
  }
  return range;
}

void check_analysis(const LoadedStudy& loaded, const PlannedAnalysis& analysis, Problems& problems) {
  const Instrument& instrument = loaded.instrument();
  const Scale* scale = instrument.scale(analysis.outcome);
  if (analysis.contrasts.size() > 1 && !analysis.primary) {
    problems.warning(analysis.at,
                     fmt::format("the analysis {} has {} contrasts and none is `primary`; the verdict needs one, chosen in advance",
                                 analysis.id, analysis.contrasts.size()));
  }
  if (analysis.primary && !analysis.smallest_change_that_matters) {
    problems.warning(analysis.at,
                     fmt::format("the analysis {} does not say the `smallest_change_that_matters`; without it, \"no change\" can "
                                 "never be shown and a null reads \"too small to tell\"",
                                 analysis.id));
  }
  const bool expects_same =
      std::any_of(analysis.expect.begin(), analysis.expect.end(), [](const auto& row) { return row.second == Expect::same; });
  if (expects_same && !analysis.primary && !analysis.smallest_change_that_matters) {
    problems.warning(
        analysis.at,
        fmt::format("the analysis {} expects no change, which can be shown only against a `smallest_change_that_matters`", analysis.id));
  }
  if (!analysis.expect.empty() && trim(analysis.because).empty()) {
    problems.warning(analysis.at, fmt::format("the analysis {} states an expectation without its reason; add `because`", analysis.id));
  }
  if (scale != nullptr && analysis.smallest_change_that_matters) {
    const double range = range_of(instrument, *scale);
    if (range > 0 && *analysis.smallest_change_that_matters >= range) {
      problems.warning(analysis.at,
                       fmt::format("the smallest change that matters in {} ({}) is as wide as the scale {} itself ({} points); it is "
                                   "meant in points of the scale",
                                   analysis.id, shortest(*analysis.smallest_change_that_matters), scale->id, shortest(range)));
    }
  }
  if (analysis.primary && scale != nullptr && scale->desired_direction == Direction::none) {
    problems.note(analysis.at,
                  fmt::format("the scale {} has no `desired_direction`, so the verdict of {} says higher or lower, not improved or "
                              "worsened",
                              scale->id, analysis.id));
  }
}

void check_plan(const LoadedStudy& loaded, Problems& problems) {
  const Plan& plan = loaded.study.plan;
  if (plan.at.line <= 0 || plan.analyses.empty()) {
    problems.warning(plan.at.line > 0 ? plan.at : loaded.study.at,
                     "nothing is planned, so every result will be marked exploratory; add `plan:` "
                     "with `analyses:`");
    return;
  }
  const bool of_the_public = loaded.study.survey && loaded.study.arms.empty(); // many questions, none of which is the one
  if (plan.families.empty() && !of_the_public) {
    problems.warning(plan.at,
                     "the plan has no `families`, so tests of single items would not be adjusted for their number; add one a scale, such "
                     "as {items_of: SCALE, adjust: westfall_young}");
  }
  std::vector<std::string> primaries;
  for (const PlannedAnalysis& analysis : plan.analyses) {
    check_analysis(loaded, analysis, problems);
    if (analysis.primary) {
      primaries.push_back(analysis.id);
    }
  }
  if (primaries.size() > 1) {
    problems.warning(plan.at, fmt::format("{} analyses have a primary contrast ({}); the answer on the first page comes from the first",
                                          primaries.size(), join(primaries, ", ")));
  } else if (primaries.empty() && !of_the_public) {
    problems.warning(plan.at, "no analysis has a `primary` contrast, so the report cannot give one answer");
  }
  for (const Family& family : plan.families) {
    const bool used =
        std::any_of(plan.analyses.begin(), plan.analyses.end(), [&](const PlannedAnalysis& a) { return a.family == family.id; });
    if (!used) {
      problems.warning(
          family.at, fmt::format("the family {} is tested by no analysis; add one with `family: {}`, or remove it", family.id, family.id));
    }
    if (family.adjust == Adjustment::none && family.outcomes.size() > 1) {
      problems.warning(family.at,
                       fmt::format("the {} outcomes of the family {} are not adjusted (`adjust: none`); by chance alone about {} in 100 "
                                   "such families of independent outcomes show a difference",
                                   family.outcomes.size(), family.id,
                                   shortest(std::round(
                                       100 * (1 - std::pow(1 - plan.significance_level, static_cast<double>(family.outcomes.size())))))));
    }
  }
}

} // namespace

void check_study(const LoadedStudy& loaded, Problems& problems) {
  const bool of_the_public = loaded.study.survey && loaded.study.arms.empty();
  const Study& study = loaded.study;
  check_purpose(study, problems);
  check_waves(study, problems);
  check_events(study, problems);
  check_twins(loaded.people, problems);
  if (of_the_public) {
    study_parts::check_survey(loaded, problems);
  } else {
    check_assignment(loaded, problems);
  }
  check_plan(loaded, problems);
  if (study.disclosure.min_base < 10) {
    problems.warning(study.at,
                     fmt::format("the smallest base is set to {}; in groups of under 10, colleagues can recognise each other's answers",
                                 study.disclosure.min_base));
  }
}

} // namespace canvass
