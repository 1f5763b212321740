#include "cli/carry_on.hpp"

#include "engine/core/text.hpp"
#include "engine/core/yaml.hpp"
#include "engine/study/sent.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>

namespace canvass::cli {

namespace {

namespace fs = std::filesystem;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// The same day a year later; the last day of February stays that.
Date a_year_later(Date date) {
  const std::string text = to_string(date);
  const int year = parse_int(std::string_view(text).substr(0, 4)).value_or(2000);
  const auto later = parse_date(fmt::format("{:04}{}", year + 1, text.substr(4)));
  return later ? *later : *parse_date(fmt::format("{:04}-02-28", year + 1));
}

std::string yaml_quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
    }
    out += c;
  }
  return out + "\"";
}

/// The line of the new wave, as a flow mapping.
std::string wave_entry(const Wave& last, const std::string& id) {
  std::string text = "{id: " + id;
  if (!last.label.empty()) {
    text += ", label: {";
    bool first = true;
    for (const auto& [language, label] : last.label.by_language) {
      const bool has_number = std::any_of(label.begin(), label.end(), is_digit);
      text += fmt::format("{}{}: {}", first ? "" : ", ", language, yaml_quoted(has_number ? next_name(label) : id));
      first = false;
    }
    text += "}";
  }
  const std::pair<const char*, const std::optional<Date>*> dates[] = {
      {"date", &last.date}, {"opens", &last.opens}, {"closes", &last.closes}};
  for (const auto& [key, date] : dates) {
    if (*date) {
      text += fmt::format(", {}: {}", key, to_string(a_year_later(**date)));
    }
  }
  if (last.instrument) {
    text += fmt::format(", instrument: {}@{}", last.instrument->id, last.instrument->version);
  }
  return text + "}";
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  for (const std::string_view line : split(text, '\n')) {
    lines.emplace_back(line);
  }
  if (!lines.empty() && lines.back().empty()) {
    lines.pop_back();
  }
  return lines;
}

/// study.yaml with one wave more: by its lines, so that comments and layout stay.
std::string with_wave(const LoadedStudy& old, const std::string& text, const std::string& entry) {
  Problems ignored; // it was loaded before
  const YamlNode root = read_yaml(text, old.study.file, ignored);
  const YamlNode* waves = root.find("waves");
  const YamlNode& last = waves->items.back();
  std::vector<std::string> lines = lines_of(text);
  std::size_t end = lines.size(); // first line after the waves
  for (const YamlEntry& other : root.entries) {
    const auto line = static_cast<std::size_t>(other.key_at.line);
    if (other.key_at.line > last.at.line && line - 1 < end) {
      end = line - 1;
    }
  }
  const auto says_nothing = [&](const std::string& line) { return trim(line).empty() || trim(line).front() == '#'; };
  while (end > 0 && says_nothing(lines[end - 1])) {
    --end;
  }
  const std::string& before = lines[static_cast<std::size_t>(last.at.line) - 1];
  const std::size_t dash = before.find_first_not_of(' ');
  if (dash == std::string::npos || before[dash] != '-') {
    throw InputError(waves->at,
                     "the waves stand in one line, so a wave cannot be added to it; write one line a wave, such as - {id: y2026}");
  }
  lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(end), std::string(dash, ' ') + "- " + entry);
  std::string out;
  for (const std::string& line : lines) {
    out += line + "\n";
  }
  return out;
}

class Carrier {
public:
  explicit Carrier(const LoadedStudy& old) : old_(old), folder_(old.study.folder) {}

  CarriedOn carry() {
    const Study& study = old_.study;
    if (!study.survey) {
      throw InputError(
          study.at, "this is no survey of the public (it has no `survey`, `series`, `kpis`, `tables` or `claims`), so there is nothing to "
                    "carry on; begin with `canvass new` without --from");
    }
    const Wave& last = study.waves.back();
    result_.wave = next_name(last.id);
    while (study.wave(result_.wave) != Study::npos) {
      result_.wave = next_name(result_.wave);
    }
    result_.files.emplace_back("study.yaml", with_wave(old_, read_file(study.file), wave_entry(last, result_.wave)));
    copy_files(*study.survey);
    list_what_is_left(*study.survey);
    return std::move(result_);
  }

private:
  void copy(const std::string& path) {
    if (path.empty()) {
      return;
    }
    const std::string name = fs::relative(path, folder_).generic_string();
    if (name.empty() || name.compare(0, 2, "..") == 0) {
      result_.to_do.push_back(
          fmt::format("{} lies outside the old study's folder and was not copied; see that the new study finds it", path));
      return;
    }
    const bool there = std::any_of(result_.files.begin(), result_.files.end(), [&](const auto& file) { return file.first == name; });
    if (!there) {
      result_.files.emplace_back(name, read_file(path));
    }
  }

  void copy_files(const PublicSurvey& survey) {
    copy(survey.areas.file);
    copy(survey.population.file);
    for (const PublishedSeries& series : survey.series) {
      copy(series.file);
    }
    copy(survey.kpis_file);
    for (const AdminTable& table : survey.tables) {
      copy(table.file);
    }
    for (const ClaimSet& set : survey.claims) {
      copy(set.file);
    }
    for (const Dispatch& sent : survey.sent) {
      copy(sent.file);
    }
    for (const DesignRows& drawn : survey.design.waves) {
      copy(drawn.file);
      copy(drawn.joint_file);
    }
    copy(old_.people.file);
    for (const auto& instrument : old_.instrument_of_wave) {
      const std::string name = fs::relative(instrument->at.file, folder_).generic_string();
      if (!name.empty() && name.compare(0, 2, "..") != 0) { // others come with the program
        copy(instrument->at.file);
      }
    }
    std::vector<std::string> beside;
    for (const auto& entry : fs::directory_iterator(folder_)) {
      const std::string name = entry.path().filename().string();
      const std::string_view ending = ".map.yaml";
      const bool is_map = name.size() > ending.size() && name.compare(name.size() - ending.size(), ending.size(), ending) == 0;
      if (entry.is_regular_file() && (is_map || name == "simulation.yaml")) {
        beside.push_back(entry.path().string());
      }
    }
    std::sort(beside.begin(), beside.end());
    for (const std::string& path : beside) {
      copy(path);
    }
  }

  void list_what_is_left(const PublicSurvey& survey) {
    const Study& study = old_.study;
    auto& to_do = result_.to_do;
    to_do.push_back(fmt::format(
        "study.yaml: the dates and the label of the new wave {} are last year's with a year added; put in the real ones", result_.wave));
    to_do.push_back("study.yaml: read title, purpose and decision again; they are last year's");
    if (!study.plan.analyses.empty()) {
      to_do.push_back(fmt::format("study.yaml: the plan speaks of the waves up to {}; add what is asked of {}, then lock it",
                                  study.waves.back().id, result_.wave));
    }
    if (!survey.sent_pattern.empty()) {
      to_do.push_back(fmt::format("dispatch list: canvass import STUDY FILE --sent --wave {}", result_.wave));
    }
    if (!survey.design.file_pattern.empty()) {
      to_do.push_back(fmt::format("design: how the people of {} were drawn goes into a file beside the study, named as \"{}\" says",
                                  result_.wave, survey.design.file_pattern));
    }
    if (survey.population.as_of) {
      to_do.push_back(fmt::format("population: the counts are of {}; put newer ones and their `as_of` in place, if they are out",
                                  to_string(*survey.population.as_of)));
    }
    for (const PublishedSeries& series : survey.series) {
      to_do.push_back(fmt::format("series {}: add what was published since {}, and mend `as_of`", series.id,
                                  series.as_of ? to_string(*series.as_of) : std::string("then")));
    }
    for (const AdminTable& table : survey.tables) {
      to_do.push_back(fmt::format("table {}: replace the numbers of {}, and mend `as_of` and what its checks claim", table.id,
                                  table.as_of ? to_string(*table.as_of) : std::string("last year")));
    }
    if (!survey.kpis.empty()) {
      const auto with_target = std::count_if(survey.kpis.begin(), survey.kpis.end(), [](const Kpi& kpi) { return kpi.target.has_value(); });
      to_do.push_back(fmt::format("KPIs: {} of last year, {} with a target; confirm each target, or replace it",
                                  counted(static_cast<long long>(survey.kpis.size()), "line", "lines"), with_target));
    }
    to_do.push_back(
        fmt::format("answers: none were copied; for the trend over the years, canvass backup OLD NEW/answers.db brings those of {}",
                    study.waves.size() == 1 ? study.waves.front().id : study.waves.front().id + " to " + study.waves.back().id));
  }

  const LoadedStudy& old_;
  fs::path folder_;
  CarriedOn result_;
};

} // namespace

std::string next_name(std::string_view name) {
  const auto last = std::find_if(name.rbegin(), name.rend(), is_digit);
  if (last == name.rend()) {
    return std::string(name) + "-next";
  }
  const auto end = static_cast<std::size_t>(name.rend() - last);
  std::size_t start = end;
  while (start > 0 && is_digit(name[start - 1])) {
    --start;
  }
  std::string digits(name.substr(start, end - start));
  std::size_t i = digits.size();
  while (i > 0 && digits[i - 1] == '9') {
    digits[--i] = '0';
  }
  if (i == 0) {
    digits.insert(0, "1");
  } else {
    ++digits[i - 1];
  }
  return std::string(name.substr(0, start)) + digits + std::string(name.substr(end));
}

CarriedOn carry_on(const LoadedStudy& old) {
  return Carrier(old).carry();
}

} // namespace canvass::cli
