#include "engine/exchange/pack.hpp"

#include "engine/core/csv.hpp"
#include "engine/core/hash.hpp"
#include "engine/core/json.hpp"
#include "engine/core/text.hpp"
#include "engine/core/yaml.hpp"
#include "engine/study/load.hpp"
#include "engine/study/sent.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <map>
#include <set>

namespace canvass::exchange {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view withheld_text = "(left out of the pack)";
constexpr std::string_view mark = "\"canvass_pack\"";

/// New names of people, in the order in which the dataset has them: those of the people file, then the rest by id.
std::map<std::string, std::string> renumbered(const LoadedStudy& study, std::span<const Response> responses) {
  std::vector<std::string> order;
  for (const Person& person : study.people.people) {
    order.push_back(person.id);
  }
  const std::set<std::string> listed(order.begin(), order.end());
  std::set<std::string> others;
  for (const Response& response : responses) {
    if (listed.count(response.frame.person) == 0) {
      others.insert(response.frame.person);
    }
  }
  if (study.study.survey) {
    for (const Dispatch& sent : study.study.survey->sent) {
      for (const std::string& serial : sent.serial) {
        if (listed.count(serial) == 0) {
          others.insert(serial);
        }
      }
    }
    for (const DesignRows& drawn : study.study.survey->design.waves) {
      for (const std::string& person : drawn.person) {
        if (listed.count(person) == 0) {
          others.insert(person);
        }
      }
    }
  }
  order.insert(order.end(), others.begin(), others.end());
  const std::size_t digits = std::max<std::size_t>(4, std::to_string(order.size()).size());
  std::map<std::string, std::string> names;
  for (std::size_t i = 0; i < order.size(); ++i) {
    names.emplace(order[i], fmt::format("P{:0{}}", i + 1, digits));
  }
  return names;
}

/// Does a plan's option name this column, alone or in a list?
bool is_named_in(std::string_view text, std::string_view column) {
  for (std::size_t at = text.find(column); at != std::string_view::npos; at = text.find(column, at + 1)) {
    const auto part_of_word = [&](std::size_t i) {
      const char c = i < text.size() ? text[i] : ' ';
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    };
    if ((at == 0 || !part_of_word(at - 1)) && !part_of_word(at + column.size())) {
      return true;
    }
  }
  return false;
}

/// Columns of the people file that an analysis needs.
std::vector<std::size_t> kept_columns(const LoadedStudy& loaded) {
  const Study& study = loaded.study;
  const std::set<std::string> named = {study.frame.arm.empty() ? "arm" : study.frame.arm, study.frame.area, study.assignment.matched_set,
                                       study.assignment.group, study.assignment.area};
  std::vector<std::size_t> kept;
  for (std::size_t i = 0; i < loaded.people.columns.size(); ++i) {
    const std::string& column = loaded.people.columns[i];
    bool needed = named.count(column) > 0;
    for (const PlannedAnalysis& analysis : study.plan.analyses) {
      for (const auto& [key, value] : analysis.options) {
        needed = needed || is_named_in(value, column);
      }
    }
    if (needed) {
      kept.push_back(i);
    }
  }
  return kept;
}

std::string people_text(const LoadedStudy& loaded, const std::map<std::string, std::string>& names) {
  const std::vector<std::size_t> kept = kept_columns(loaded);
  std::vector<std::string> row = {loaded.study.frame.person};
  for (const std::size_t column : kept) {
    row.push_back(loaded.people.columns[column]);
  }
  std::string out = csv_row(row, false);
  for (const Person& person : loaded.people.people) {
    row = {names.at(person.id)};
    for (const std::size_t column : kept) {
      row.push_back(person.values[column]);
    }
    out += csv_row(row, false);
  }
  return out;
}

/// A path that stays inside the folder it is joined to.
bool stays_inside(const std::string& name) {
  const fs::path path(name);
  return !name.empty() && path.is_relative() && !path.has_root_name() &&
         std::none_of(path.begin(), path.end(), [](const fs::path& part) { return part == ".."; });
}

/// Those who were asked, under their new names and in the order of these: the order of a mailing may be that of the streets.
std::string sent_text(const Dispatch& sent, const Study& study, const std::map<std::string, std::string>& names) {
  std::vector<std::pair<std::string, std::size_t>> order;
  for (std::size_t i = 0; i < sent.serial.size(); ++i) {
    order.emplace_back(names.at(sent.serial[i]), i);
  }
  std::sort(order.begin(), order.end());
  Dispatch renamed;
  renamed.strata = sent.strata;
  for (const auto& [name, at] : order) {
    renamed.serial.push_back(name);
    renamed.area.push_back(sent.area[at]);
    renamed.stratum.push_back(sent.stratum[at]);
  }
  return sent_csv(renamed, study);
}

/// How people were drawn, under their new names; in the order of these, unless the order itself is how they were drawn.
DesignRows renamed(const DesignRows& drawn, const SampleDesign& design, const std::map<std::string, std::string>& names) {
  std::vector<std::pair<std::string, std::size_t>> order;
  for (std::size_t i = 0; i < drawn.person.size(); ++i) {
    order.emplace_back(names.at(drawn.person[i]), i);
  }
  if (!design.replicates || design.replicates->method != SampleDesign::Method::sdr || !design.replicates->columns.empty()) {
    std::sort(order.begin(), order.end());
  }
  const auto taken = [&order](auto& column, const auto& from) {
    for (const auto& [name, at] : order) {
      if (!from.empty()) {
        column.push_back(from[at]);
      }
    }
  };
  DesignRows result = drawn;
  result.person.clear();
  for (const auto& [name, at] : order) {
    result.person.push_back(name);
  }
  for (std::size_t i = 0; i < result.stages.size(); ++i) {
    result.stages[i].stratum.clear();
    result.stages[i].unit.clear();
    result.stages[i].population.clear();
    taken(result.stages[i].stratum, drawn.stages[i].stratum);
    taken(result.stages[i].unit, drawn.stages[i].unit);
    taken(result.stages[i].population, drawn.stages[i].population);
  }
  result.chance.clear();
  taken(result.chance, drawn.chance);
  for (std::size_t i = 0; i < result.replicates.size(); ++i) {
    result.replicates[i].clear();
    taken(result.replicates[i], drawn.replicates[i]);
  }
  for (std::string& unit : result.joint_units) { // where people are the units
    const auto found = names.find(unit);
    unit = found == names.end() ? unit : found->second;
  }
  return result;
}

/// The files that a study of the public names, as they stand beside it; lists of people under new names.
Json survey_files(const LoadedStudy& loaded, const std::map<std::string, std::string>& names) {
  const Study& study = loaded.study;
  const PublicSurvey& survey = *study.survey;
  std::map<std::string, std::string> files; ///< name, text
  const auto name_of = [&](const std::string& path) {
    const std::string name = fs::path(path).lexically_relative(study.folder).generic_string();
    if (!stays_inside(name)) {
      throw InputError(survey.at,
                       fmt::format("{} lies outside the study's folder; put it into the folder, so that it can be packed", path));
    }
    return name;
  };
  std::vector<std::string> paths = {survey.areas.file, survey.population.file, survey.kpis_file};
  for (const PublishedSeries& series : survey.series) {
    paths.push_back(series.file);
  }
  for (const AdminTable& table : survey.tables) {
    paths.push_back(table.file);
  }
  for (const ClaimSet& set : survey.claims) {
    paths.push_back(set.file);
  }
  for (const std::string& path : paths) {
    if (!path.empty()) {
      const std::string name = name_of(path);
      files.emplace(name, read_file(path));
    }
  }
  for (const Dispatch& sent : survey.sent) {
    if (!sent.empty()) {
      files.emplace(name_of(sent.file), sent_text(sent, study, names));
    }
  }
  for (const DesignRows& wave : survey.design.waves) {
    if (!wave.empty()) {
      const DesignRows drawn = renamed(wave, survey.design, names);
      files.emplace(name_of(wave.file), design_csv(drawn, survey.design, study.frame.person));
      if (!wave.joint_file.empty()) {
        files.emplace(name_of(wave.joint_file), joint_csv(drawn));
      }
    }
  }
  Json list = Json::array();
  for (const auto& [name, text] : files) {
    list.push(Json::object().append("name", name).append("text", text));
  }
  return list;
}

/// The file of an instrument, found by its hash: what was loaded is what is packed.
std::string instrument_text(const Instrument& instrument) {
  std::string text = read_file(instrument.at.file);
  if (to_hex(sha256(text)) != instrument.sha256) {
    throw InputError(instrument.at, "the instrument's file changed while it was in use; run the command again");
  }
  return text;
}

/// A response as the pack keeps it. Cells are one text, "4,m98,t": a number, m and a missing code, or the next of `texts`; a JSON value
/// for each of 60,000 x 100 cells would take half a gigabyte.
Json response_json(const Response& response, const Instrument& instrument, const std::map<std::string, std::string>& names,
                   const PackOptions& options) {
  std::string cells;
  Json texts = Json::array();
  for (std::size_t i = 0; i < response.cells.size(); ++i) {
    const Cell& cell = response.cells[i];
    cells += i > 0 ? "," : "";
    if (cell.missing != 0) {
      cells += "m" + std::to_string(-cell.missing);
    } else if (i < instrument.variables.size() && instrument.variables[i].kind == Variable::Kind::text) {
      cells += "t";
      texts.push(options.with_texts ? Json(cell.text.str()) : Json(withheld_text));
    } else {
      cells += shortest(cell.number);
    }
  }
  Json json = Json::object();
  json.append("person", names.at(response.frame.person)).append("wave", response.frame.wave);
  const auto put = [&](const char* key, const std::string& value) {
    if (!value.empty()) {
      json.append(key, value);
    }
  };
  put("arm", response.frame.arm);
  put("area", response.frame.area);
  put("stratum", response.frame.stratum);
  put("cluster", response.frame.cluster);
  if (response.frame.weight) {
    json.append("weight", *response.frame.weight);
  }
  if (response.frame.answered_at) {
    json.append("answered_on", to_string(date_of(*response.frame.answered_at)));
  }
  if (response.late) {
    json.append("late", true);
  }
  json.append("instrument", response.instrument).append("cells", std::move(cells));
  if (!texts.items().empty()) {
    json.append("texts", std::move(texts));
  }
  return json;
}

Json store_json(const PackedStore& store) {
  Json locks = Json::array();
  for (const PackedLock& lock : store.locks) {
    Json counts = Json::object();
    for (const auto& [wave, count] : lock.responses_by_wave) {
      counts.append(wave, count);
    }
    locks.push(Json::object()
                   .append("plan", lock.canonical_plan)
                   .append("sha256", lock.sha256)
                   .append("at", to_string(lock.at))
                   .append("responses", std::move(counts)));
  }
  return Json::object()
      .append("simulated", store.simulated)
      .append("withdrawn", store.withdrawn)
      .append("held", store.held)
      .append("locks", std::move(locks));
}

[[noreturn]] void damaged(const std::string& file, const std::string& what) {
  throw InputError({file, 0, 0}, "the pack is damaged (" + what + "); ask for it again");
}

Response response_of(const Json& json, const std::string& file) {
  Response response;
  response.frame.person = json["person"].as_string();
  response.frame.wave = json["wave"].as_string();
  response.frame.arm = json["arm"].as_string();
  response.frame.area = json["area"].as_string();
  response.frame.stratum = json["stratum"].as_string();
  response.frame.cluster = json["cluster"].as_string();
  if (const Json* weight = json.find("weight")) {
    response.frame.weight = weight->as_number();
  }
  if (const Json* day = json.find("answered_on")) {
    response.frame.answered_at = parse_moment(day->as_string());
    if (!response.frame.answered_at) {
      damaged(file, "a day of answering cannot be read");
    }
  }
  response.late = json["late"].as_bool();
  response.instrument = json["instrument"].as_string();
  response.id = response.frame.person + "/" + response.frame.wave;
  std::size_t text = 0;
  for (const std::string_view part : split(json["cells"].as_string(), ',')) {
    Cell cell;
    if (part == "t") {
      if (text >= json["texts"].items().size()) {
        damaged(file, "a text is lacking");
      }
      cell.text = json["texts"].items()[text++].as_string();
    } else if (const auto missing = part.substr(0, 1) == "m" ? parse_int(part.substr(1)) : std::nullopt) {
      if (!is_missing_code(-*missing)) {
        damaged(file, "a missing code is none");
      }
      cell.missing = static_cast<std::int16_t>(-*missing);
    } else if (const auto number = parse_double(part)) {
      cell.number = *number;
    } else {
      damaged(file, "an answer is neither number nor text");
    }
    response.cells.push_back(std::move(cell));
  }
  return response;
}

PackedStore store_of(const Json& json, const std::string& file) {
  PackedStore store;
  store.simulated = json["simulated"].as_bool();
  store.withdrawn = static_cast<std::size_t>(json["withdrawn"].as_int());
  store.held = static_cast<std::size_t>(json["held"].as_int());
  for (const Json& one : json["locks"].items()) {
    const auto at = parse_moment(one["at"].as_string());
    if (!at) {
      damaged(file, "the time of a lock cannot be read");
    }
    PackedLock lock{one["plan"].as_string(), one["sha256"].as_string(), *at, {}};
    for (const auto& [wave, count] : one["responses"].entries()) {
      lock.responses_by_wave.emplace_back(wave, static_cast<std::size_t>(count.as_int()));
    }
    store.locks.push_back(std::move(lock));
  }
  return store;
}

/// A folder that goes away with its owner.
class ScratchFolder {
public:
  ScratchFolder() {
    const std::string random = random_bytes(8);
    path_ = fs::temp_directory_path() / ("canvass-" + to_hex({reinterpret_cast<const std::uint8_t*>(random.data()), random.size()}));
    fs::create_directories(path_);
    fs::permissions(path_, fs::perms::owner_all);
  }
  ~ScratchFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  void write(const std::string& name, const std::string& text) const {
    const fs::path target = path_ / name;
    fs::create_directories(target.parent_path());
    std::ofstream out(target, std::ios::binary);
    out << text;
    if (!out.flush()) {
      throw StoreError("the pack cannot be opened: " + path_.string() + " cannot be written; free some space there");
    }
  }
  [[nodiscard]] std::string path() const { return path_.string(); }

private:
  fs::path path_;
};

/// Places inside the scratch folder as places inside the pack: "PACK/study.yaml:3:1".
std::string renamed(std::string name, const std::string& folder, const std::string& file) {
  return name.compare(0, folder.size(), folder) == 0 ? file + name.substr(folder.size()) : name;
}

} // namespace

std::string pack_study(const LoadedStudy& study, std::span<const Response> responses, const PackOptions& options) {
  if (!study.study.frame.people_file.empty() && !stays_inside(study.study.frame.people_file)) {
    throw InputError(study.study.frame.at, fmt::format("`people` names a file outside the study's folder (found \"{}\"); put it into the "
                                                       "folder, so that it can be packed",
                                                       study.study.frame.people_file));
  }
  const auto names = renumbered(study, responses);
  Json content = Json::object();
  content.append("store", store_json(options.store));
  content.append("study", read_file(study.study.file));
  Json instruments = Json::array();
  std::set<const Instrument*> seen;
  for (const auto& instrument : study.instrument_of_wave) {
    if (seen.insert(instrument.get()).second) {
      instruments.push(
          Json::object().append("name", instrument->id + "@" + instrument->version).append("text", instrument_text(*instrument)));
    }
  }
  content.append("instruments", std::move(instruments));
  if (!study.study.frame.people_file.empty()) {
    content.append("people", people_text(study, names));
  }
  if (study.study.survey) {
    content.append("files", survey_files(study, names));
  }
  Json sheets = Json::array();
  for (const Response& response : responses) {
    const std::size_t wave = study.study.wave(response.frame.wave);
    if (wave == Study::npos) {
      throw InputError(study.study.at, fmt::format("an answer is of the wave \"{}\", which the study does not have", response.frame.wave));
    }
    sheets.push(response_json(response, *study.instrument_of_wave[wave], names, options));
  }
  content.append("responses", std::move(sheets));
  const std::string body = content.print();
  // The checksum is of the bytes of `content` as they stand here, so that any change shows.
  return fmt::format("{{{}:1,\"sha256\":\"{}\",\"content\":{}}}\n", mark, to_hex(sha256(body)), body);
}

bool looks_like_pack(std::string_view bytes) {
  const std::string_view start = trim(bytes.substr(0, 64));
  return !start.empty() && start.front() == '{' && trim(start.substr(1)).substr(0, mark.size()) == mark;
}

Unpacked read_pack(std::string_view bytes, const std::string& file) {
  if (!looks_like_pack(bytes)) {
    throw InputError({file, 0, 0}, "this is no pack; `canvass pack` makes one");
  }
  const Json json = parse_json(bytes, file);
  if (json["canvass_pack"].as_int() != 1) {
    throw InputError({file, 0, 0}, "this pack was made by a newer version of Canvass; update the program");
  }
  const Json& content = json["content"];
  if (to_hex(sha256(content.print())) != json["sha256"].as_string()) {
    damaged(file, "its checksum does not fit");
  }
  const ScratchFolder folder;
  folder.write("study.yaml", content["study"].as_string());
  std::size_t number = 0;
  for (const Json& instrument : content["instruments"].items()) {
    // The loader looks for the name before the version first; the number keeps two versions apart.
    const std::string& name = instrument["name"].as_string();
    const std::size_t at = name.find('@');
    if (!is_id(name.substr(0, at)) || !stays_inside(name)) {
      damaged(file, "an instrument has no name");
    }
    folder.write("instruments/" + name + ".yaml", instrument["text"].as_string());
    ++number;
  }
  if (number == 0) {
    damaged(file, "it has no instrument");
  }
  Unpacked unpacked;
  if (const Json* people = content.find("people")) {
    Problems ignored;
    const YamlNode root = read_yaml(content["study"].as_string(), file, ignored);
    const YamlNode* frame = root.find("frame");
    const YamlNode* name = frame != nullptr ? frame->find("people") : nullptr;
    if (name == nullptr || !stays_inside(name->text)) {
      damaged(file, "its people have no file");
    }
    folder.write(name->text, people->as_string());
  }
  for (const Json& one : content["files"].items()) {
    const std::string& name = one["name"].as_string();
    if (!stays_inside(name) || name == "study.yaml") {
      damaged(file, "a file has no name of its own");
    }
    folder.write(name, one["text"].as_string());
  }
  Problems problems;
  unpacked.study = load_study(folder.path(), {}, problems);
  if (problems.has_errors()) {
    Problems inside;
    for (Problem problem : problems.all()) {
      problem.at.file = renamed(problem.at.file, folder.path(), file);
      inside.add(std::move(problem));
    }
    throw InputError(std::move(inside));
  }
  Study& study = unpacked.study.study;
  study.file = renamed(study.file, folder.path(), file);
  study.folder = file;
  if (study.survey) {
    const auto rename = [&](std::string& path) { path = renamed(path, folder.path(), file); };
    rename(study.survey->areas.file);
    rename(study.survey->population.file);
    rename(study.survey->kpis_file);
    std::for_each(study.survey->series.begin(), study.survey->series.end(), [&](PublishedSeries& series) { rename(series.file); });
    std::for_each(study.survey->tables.begin(), study.survey->tables.end(), [&](AdminTable& table) { rename(table.file); });
    std::for_each(study.survey->claims.begin(), study.survey->claims.end(), [&](ClaimSet& set) { rename(set.file); });
    std::for_each(study.survey->sent.begin(), study.survey->sent.end(), [&](Dispatch& sent) { rename(sent.file); });
    std::for_each(study.survey->design.waves.begin(), study.survey->design.waves.end(), [&](DesignRows& drawn) {
      rename(drawn.file);
      rename(drawn.joint_file);
    });
  }
  unpacked.study.people.file = renamed(unpacked.study.people.file, folder.path(), file);
  for (const Json& sheet : content["responses"].items()) {
    Response response = response_of(sheet, file);
    const std::size_t wave = study.wave(response.frame.wave);
    if (wave == Study::npos || response.cells.size() != unpacked.study.instrument_of_wave[wave]->variables.size()) {
      damaged(file, "the answers do not fit the instrument");
    }
    unpacked.responses.push_back(std::move(response));
  }
  unpacked.store = store_of(content["store"], file);
  return unpacked;
}

} // namespace canvass::exchange
