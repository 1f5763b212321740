#include "engine/core/text.hpp"
#include "engine/study/csv_file.hpp"
#include "engine/study/parts.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <fmt/format.h>
#include <numeric>
#include <unordered_map>

namespace canvass {

void DesignRows::index() {
  by_person.resize(person.size());
  std::iota(by_person.begin(), by_person.end(), std::size_t{0});
  std::sort(by_person.begin(), by_person.end(), [this](std::size_t a, std::size_t b) { return person[a] < person[b]; });
}

std::size_t DesignRows::find(std::string_view id) const {
  const auto found = std::lower_bound(by_person.begin(), by_person.end(), id,
                                      [this](std::size_t row, std::string_view name) { return person[row] < name; });
  return found == by_person.end() || person[*found] != id ? npos : *found;
}

std::string_view to_string(SampleDesign::Joint joint) {
  switch (joint) {
  case SampleDesign::Joint::brewer: return "brewer";
  case SampleDesign::Joint::overton: return "overton";
  case SampleDesign::Joint::hartley_rao: return "hartley_rao";
  case SampleDesign::Joint::given: return "given";
  }
  return "brewer";
}

std::string_view to_string(SampleDesign::Method method) {
  switch (method) {
  case SampleDesign::Method::jk1: return "jk1";
  case SampleDesign::Method::jkn: return "jkn";
  case SampleDesign::Method::brr: return "brr";
  case SampleDesign::Method::fay: return "fay";
  case SampleDesign::Method::bootstrap: return "bootstrap";
  case SampleDesign::Method::sdr: return "sdr";
  }
  return "bootstrap";
}

std::string in_words(const SampleDesign& design) {
  std::vector<std::string> parts;
  if (!design.stages.empty()) {
    std::vector<std::string> stages;
    for (const SampleDesign::Stage& stage : design.stages) {
      std::string text = (stage.stratum.empty() ? "" : stage.stratum + "/") + (stage.unit.empty() ? "people" : stage.unit);
      stages.push_back(stage.population.empty() ? text : text + " of " + stage.population);
    }
    parts.push_back("stages " + join(stages, ", "));
  }
  if (!design.chance.empty()) {
    parts.push_back(fmt::format("chance {} ({}{})", design.chance, to_string(design.joint), design.yates_grundy ? ", yates_grundy" : ""));
  }
  if (design.replicates) {
    const SampleDesign::Replication& how = *design.replicates;
    std::string text = fmt::format("replicates {} {}", to_string(how.method), how.columns.empty() ? "made" : "given as " + how.columns);
    text += how.count > 0 ? fmt::format(", {}", how.count) : "";
    text += how.method == SampleDesign::Method::fay ? ", rho " + shortest(how.fay_rho) : "";
    text += how.about_estimate ? ", about the estimate" : "";
    for (const double scale : how.rscales) {
      text += " " + shortest(scale);
    }
    parts.push_back(text);
  }
  return join(parts, "; ");
}

std::string design_csv(const DesignRows& rows, const SampleDesign& design, const std::string& person_column) {
  std::vector<std::string> cells = {person_column};
  const auto add_if = [&cells](bool there, const std::string& name) {
    if (there) {
      cells.push_back(name);
    }
  };
  for (std::size_t i = 0; i < rows.stages.size(); ++i) {
    add_if(!rows.stages[i].stratum.empty(), design.stages[i].stratum);
    add_if(!rows.stages[i].unit.empty(), design.stages[i].unit);
    add_if(!rows.stages[i].population.empty(), design.stages[i].population);
  }
  add_if(!rows.chance.empty(), design.chance);
  cells.insert(cells.end(), rows.replicate_names.begin(), rows.replicate_names.end());
  std::string text = csv_row(cells, false);
  for (std::size_t row = 0; row < rows.person.size(); ++row) {
    cells = {rows.person[row]};
    for (const DesignRows::Stage& stage : rows.stages) {
      add_if(!stage.stratum.empty(), stage.stratum.empty() ? "" : stage.strata[static_cast<std::size_t>(stage.stratum[row])]);
      add_if(!stage.unit.empty(), stage.unit.empty() ? "" : stage.units[static_cast<std::size_t>(stage.unit[row])]);
      add_if(!stage.population.empty(), stage.population.empty() ? "" : shortest(stage.population[row]));
    }
    add_if(!rows.chance.empty(), rows.chance.empty() ? "" : shortest(rows.chance[row]));
    for (const std::vector<double>& replicate : rows.replicates) {
      cells.push_back(shortest(replicate[row]));
    }
    text += csv_row(cells, false);
  }
  return text;
}

std::string joint_csv(const DesignRows& rows) {
  std::vector<std::string> cells = {"unit"};
  cells.insert(cells.end(), rows.joint_units.begin(), rows.joint_units.end());
  std::string text = csv_row(cells, false);
  for (std::size_t i = 0; i < rows.joint_units.size(); ++i) {
    cells = {rows.joint_units[i]};
    for (std::size_t j = 0; j < rows.joint_units.size(); ++j) {
      cells.push_back(shortest(rows.joint[i * rows.joint_units.size() + j]));
    }
    text += csv_row(cells, false);
  }
  return text;
}

namespace study_parts {

namespace {

using Method = SampleDesign::Method;
using Joint = SampleDesign::Joint;

template <typename Value, std::size_t N>
Value named_by(const std::optional<std::string>& word, const std::array<Value, N>& values, Value usual) {
  for (const Value value : values) {
    if (word && *word == to_string(value)) {
      return value;
    }
  }
  return usual;
}

std::vector<SampleDesign::Stage> read_stages(YamlMap& map, Problems& problems) {
  std::vector<SampleDesign::Stage> stages;
  for (const YamlNode* node : map.sequence("stages")) {
    YamlMap inner(*node, "a stage", problems);
    SampleDesign::Stage stage;
    stage.at = node->at;
    stage.stratum = inner.string("stratum").value_or("");
    stage.unit = inner.string("unit").value_or("");
    stage.population = inner.string("population").value_or("");
    inner.finish();
    stages.push_back(std::move(stage));
  }
  for (std::size_t i = 0; i + 1 < stages.size(); ++i) {
    if (stages[i].unit.empty()) {
      problems.error(stages[i].at, fmt::format("stage {} names no `unit`, so its units are people, and stage {} could draw nothing within "
                                               "them; name the column of its units",
                                               i + 1, i + 2));
    } else if (stages[i].population.empty()) {
      problems.error(stages[i].at,
                     fmt::format("stage {} names no `population` (how many units there are), so nobody can tell what stage {} adds to the "
                                 "variance; name the column, or leave the later stages out: the first alone then errs on the safe side",
                                 i + 1, i + 2));
    }
  }
  return stages;
}

void check_replication(const YamlMap& map, const SampleDesign::Replication& how, const Position& at, Problems& problems) {
  const bool given = !how.columns.empty();
  const auto has_no_use = [&](std::string_view key, bool useful, std::string_view why) {
    if (map.has(key) && !useful) {
      problems.error(map.at(key), fmt::format("`{}` does nothing here: {}; leave it out", key, why));
    }
  };
  has_no_use("count", !given && (how.method == Method::bootstrap || how.method == Method::sdr),
             given ? "the file says how many replicates there are" : "the design says how many replicates this method has");
  has_no_use("fay_rho", how.method == Method::fay, "only `method: fay` takes it");
  has_no_use("rscales", given && how.method == Method::jkn, "only replicates of `method: jkn` that come with the file take them");
  if (given && how.method == Method::jkn && how.rscales.empty()) {
    problems.error(at,
                   "replicates of `method: jkn` that come with the file need `rscales`: for each, (n - 1) / n of the stratum that lost a "
                   "unit");
  }
  if (!(how.fay_rho >= 0 && how.fay_rho < 1)) {
    problems.error(map.at("fay_rho"), fmt::format("`fay_rho` is 0 or more and below 1 (found {})", shortest(how.fay_rho)));
  }
}

SampleDesign::Replication read_replication(const YamlNode& node, Problems& problems) {
  YamlMap map(node, "the replicates", problems);
  SampleDesign::Replication how;
  how.at = node.at;
  const auto method = map.one_of("method", {"jk1", "jkn", "brr", "fay", "bootstrap", "sdr"});
  if (!map.has("method")) {
    problems.error(node.at, "the replicates lack `method`; it is jk1, jkn, brr, fay, bootstrap or sdr");
  }
  constexpr std::array methods = {Method::jk1, Method::jkn, Method::brr, Method::fay, Method::bootstrap, Method::sdr};
  how.method = named_by(method, methods, Method::bootstrap);
  how.columns = map.string("columns").value_or("");
  how.fay_rho = map.number("fay_rho").value_or(how.fay_rho);
  how.about_estimate = map.boolean("about_estimate").value_or(false);
  if (const auto count = map.integer("count")) {
    if (*count < 2 || *count > 10000) {
      problems.error(map.at("count"), fmt::format("`count` is a number of replicates, 2 to 10000 (found {})", *count));
    }
    how.count = static_cast<std::size_t>(std::max(*count, 0));
  }
  for (const YamlNode* item : map.sequence("rscales")) {
    const auto scale = item->kind == YamlNode::Kind::scalar ? parse_double(item->text) : std::nullopt;
    if (!scale || !(*scale >= 0) || !std::isfinite(*scale)) {
      problems.error(item->at, fmt::format("a scale of a replicate is a number of 0 or more (found \"{}\")", item->text));
    }
    how.rscales.push_back(scale.value_or(0));
  }
  map.finish();
  if (method) {
    check_replication(map, how, node.at, problems);
  }
  return how;
}

void check_parts(const YamlMap& map, const SampleDesign& design, const Study& study, Problems& problems) {
  const bool reads_columns = !design.stages.empty() || !design.chance.empty() || (design.replicates && !design.replicates->columns.empty());
  if (reads_columns && design.file_pattern.empty()) {
    problems.error(map.at(), "the design names columns and no `file` that holds them; add `file: \"design-{wave}.csv\"`, one row a person");
  }
  if (!reads_columns && !design.file_pattern.empty() && !(design.replicates && design.replicates->method == Method::sdr)) {
    problems.error(map.at("file"), "nothing of the file is used; name `stages`, `chance` or the `columns` of replicates");
  }
  if (!design.stages.empty() && (!study.frame.stratum.empty() || !study.frame.cluster.empty())) {
    problems.error(map.at("stages"), "`stages` and the frame's `stratum` or `cluster` both say how people were drawn; keep one of them");
  }
  if (map.has("joint") && design.chance.empty()) {
    problems.error(map.at("joint"), "`joint` says how chances of two units follow; name the column of their own `chance` too");
  }
  if ((design.joint == Joint::given) != !design.joint_pattern.empty()) {
    problems.error(map.at(map.has("joint_file") ? "joint_file" : "joint"),
                   "`joint: given` and `joint_file` go together: the file holds the chances of each two units");
  }
  if (design.yates_grundy && design.joint == Joint::brewer) {
    problems.error(map.at("variance"), "`variance` does nothing with `joint: brewer`, which needs no joint chances; leave it out");
  }
  const bool needs_weight = !design.chance.empty() || (design.replicates && !design.replicates->columns.empty());
  if (needs_weight && study.frame.weight.empty()) {
    problems.error(map.at(),
                   fmt::format("{} go with weights that were drawn up with the sample; name their column as `weight` in the frame",
                               design.chance.empty() ? "replicate weights" : "unequal chances"));
  }
  if (design.replicates && !design.replicates->columns.empty() && study.survey->weighting.trim) {
    problems.error(study.survey->weighting.at, "weights with replicates that come with the file are not trimmed; leave `trim` out");
  }
  if (design.replicates && !design.replicates->columns.empty() && !design.chance.empty()) {
    problems.error(map.at("chance"), "replicate weights decide the variance, so that `chance` would do nothing; leave one of them out");
  }
}

/// A file of the design while it is read.
class DesignReader {
public:
  DesignReader(const SampleDesign& design, const Study& study, const std::string& file, Problems& problems)
      : design_(design), study_(study), file_(file), problems_(problems), bad_(problems) {}

  DesignRows read(std::string_view text) {
    CsvReader reader(text, file_, sniff_csv(text));
    const auto header =
        read_csv_header(reader, file_, "the file is empty; its first row names the columns, each further row is a person", problems_);
    if (!header || !find_columns(*header, reader)) {
      return {};
    }
    while (reader.next()) {
      if (row_fits(reader, *header, bad_)) {
        read_row(reader);
      }
    }
    bad_.finish();
    rows_.file = file_;
    rows_.index();
    return std::move(rows_);
  }

private:
  static constexpr std::size_t npos = CsvHeader::npos;

  bool find_columns(const CsvHeader& header, const CsvReader& reader) {
    const std::size_t before = problems_.all().size();
    person_ = required_column(header, reader, study_.frame.person, problems_);
    const auto column = [&](const std::string& name) { return name.empty() ? npos : required_column(header, reader, name, problems_); };
    for (const SampleDesign::Stage& stage : design_.stages) {
      stages_.push_back({column(stage.stratum), column(stage.unit), column(stage.population), {}, {}});
    }
    rows_.stages.resize(stages_.size());
    chance_ = column(design_.chance);
    if (design_.replicates && !design_.replicates->columns.empty()) {
      find_replicates(header, reader, design_.replicates->columns);
    }
    return problems_.all().size() == before;
  }

  void find_replicates(const CsvHeader& header, const CsvReader& reader, const std::string& word) {
    for (std::size_t i = 0; i < header.names.size(); ++i) {
      const std::string_view name = header.names[i];
      if (name.size() > word.size() && name.substr(0, word.size()) == word &&
          std::all_of(name.begin() + static_cast<std::ptrdiff_t>(word.size()), name.end(), [](char c) { return c >= '0' && c <= '9'; })) {
        replicates_.push_back(i);
        rows_.replicate_names.emplace_back(name);
      }
    }
    rows_.replicates.resize(replicates_.size());
    if (replicates_.empty()) {
      problems_.error(reader.at(),
                      fmt::format("no column is named \"{0}\" and a number, such as \"{0}1\"; `columns` of the replicates is the "
                                  "word that their names begin with",
                                  word));
    }
  }

  void read_row(const CsvReader& reader) {
    const std::string person(trim(reader.cells()[person_]));
    if (person.empty()) {
      bad_.error(reader.at(person_),
                 fmt::format("this row names nobody (\"{}\" is empty); name the person, or remove the row", study_.frame.person));
      return;
    }
    const auto [before, is_new] = line_of_.emplace(person, reader.line());
    if (!is_new) {
      bad_.error(reader.at(person_),
                 fmt::format("{} stands twice: on line {} and on line {}; leave one row", person, before->second, reader.line()));
      return;
    }
    rows_.person.push_back(person);
    for (std::size_t i = 0; i < stages_.size(); ++i) {
      StageColumns& from = stages_[i];
      DesignRows::Stage& to = rows_.stages[i];
      name_of(reader, from.stratum, "stratum", from.strata, to.strata, to.stratum);
      name_of(reader, from.unit, "unit", from.units, to.units, to.unit);
      if (from.population != npos) {
        to.population.push_back(number(reader, from.population, "a number of units, above 0", [](double value) { return value > 0; }));
      }
    }
    if (chance_ != npos) {
      rows_.chance.push_back(
          number(reader, chance_, "a chance, above 0 and at most 1", [](double value) { return value > 0 && value <= 1; }));
    }
    for (std::size_t i = 0; i < replicates_.size(); ++i) {
      // Some methods make weights below 0 where they are calibrated linearly; a missing one is never a number.
      rows_.replicates[i].push_back(number(reader, replicates_[i], "a replicate weight", [](double) { return true; }));
    }
  }

  using Numbers = std::unordered_map<std::string, std::int32_t>;

  void name_of(const CsvReader& reader, std::size_t column, std::string_view what, Numbers& known, std::vector<std::string>& names,
               std::vector<std::int32_t>& into) {
    if (column == npos) {
      return;
    }
    const std::string name(trim(reader.cells()[column]));
    if (name.empty()) {
      bad_.error(reader.at(column), fmt::format("this row has no {}; write the one that the person was drawn in", what));
    }
    const auto [entry, is_new] = known.emplace(name, static_cast<std::int32_t>(names.size()));
    if (is_new) {
      names.push_back(name);
    }
    into.push_back(entry->second);
  }

  template <typename Allowed> double number(const CsvReader& reader, std::size_t column, std::string_view what, Allowed allowed) {
    const std::string_view cell = trim(reader.cells()[column]);
    const auto value = parse_double(cell);
    if (!value || !std::isfinite(*value) || !allowed(*value)) {
      bad_.error(reader.at(column), cell.empty() ? fmt::format("this cell is empty and should hold {}; nothing is guessed", what)
                                                 : fmt::format("this cell should hold {} (found \"{}\")", what, cell));
      return 1;
    }
    return *value;
  }

  struct StageColumns {
    std::size_t stratum, unit, population;
    Numbers strata, units;
  };
  const SampleDesign& design_;
  const Study& study_;
  const std::string& file_;
  Problems& problems_;
  RowProblems bad_;
  DesignRows rows_;
  std::size_t person_ = npos, chance_ = npos;
  std::vector<StageColumns> stages_;
  std::vector<std::size_t> replicates_;
  std::unordered_map<std::string, int> line_of_;
};

/// Chances of each two units: the first column names the unit of the row, the others are named by units.
void load_joint(DesignRows& rows, const std::string& path, const Position& named_at, Problems& problems) {
  const StudyFile file = read_study_file(path, named_at, problems);
  if (!file.fine) {
    return;
  }
  rows.joint_file = path;
  rows.joint_sha256 = file.sha256;
  CsvReader reader(file.text, path, sniff_csv(file.text));
  const auto header = read_csv_header(
      reader, path, "the file is empty; its first row names the units, each further row holds the chances of one", problems);
  if (!header) {
    return;
  }
  RowProblems bad(problems);
  const std::size_t units = header->names.size() - 1;
  rows.joint_units.assign(header->names.begin() + 1, header->names.end());
  rows.joint.assign(units * units, -1);
  while (reader.next()) {
    if (!row_fits(reader, *header, bad)) {
      continue;
    }
    const std::string_view name = trim(reader.cells()[0]);
    const auto row = std::find(rows.joint_units.begin(), rows.joint_units.end(), name);
    if (row == rows.joint_units.end()) {
      bad.error(reader.at(0), fmt::format("no column is named \"{}\" as this row is{}", name, did_you_mean(name, rows.joint_units)));
      continue;
    }
    for (std::size_t j = 0; j < units; ++j) {
      const std::string_view cell = trim(reader.cells()[j + 1]);
      const auto chance = parse_double(cell);
      if (!chance || !(*chance >= 0 && *chance <= 1)) {
        bad.error(reader.at(j + 1), fmt::format("a chance of two units to be drawn together is 0 to 1 (found \"{}\")", cell));
      }
      rows.joint[static_cast<std::size_t>(row - rows.joint_units.begin()) * units + j] = chance.value_or(0);
    }
  }
  bad.finish();
  for (std::size_t i = 0; i < units && bad.empty(); ++i) {
    if (rows.joint[i * units + i] < 0) {
      bad.error({path, 1, 1}, fmt::format("the unit \"{}\" has a column and no row", rows.joint_units[i]));
    }
  }
  for (std::size_t i = 0; i < units; ++i) {
    for (std::size_t j = 0; j < i && bad.empty(); ++j) {
      const double one = rows.joint[j * units + i];
      const double other = rows.joint[i * units + j];
      if (std::fabs(one - other) > 1e-9) {
        bad.error({path, 1, 1}, fmt::format("{0} with {1} has the chance {2}, and {1} with {0} has {3}; they are one number",
                                            rows.joint_units[j], rows.joint_units[i], shortest(one), shortest(other)));
      }
    }
  }
}

} // namespace

void read_design(const YamlNode& node, Study& study, Problems& problems) {
  SampleDesign& design = study.survey->design;
  YamlMap map(node, "the design", problems);
  design.at = node.at;
  design.file_pattern = read_file_of_each_wave(map, "file", "the file", "design-{wave}.csv", problems);
  design.stages = read_stages(map, problems);
  design.chance = map.string("chance").value_or("");
  constexpr std::array joints = {Joint::brewer, Joint::overton, Joint::hartley_rao, Joint::given};
  design.joint = named_by(map.one_of("joint", {"brewer", "overton", "hartley_rao", "given"}), joints, Joint::brewer);
  design.joint_pattern = read_file_of_each_wave(map, "joint_file", "the file of joint chances", "joint-{wave}.csv", problems);
  design.yates_grundy = map.one_of("variance", {"horvitz_thompson", "yates_grundy"}).value_or("") == "yates_grundy";
  if (const YamlNode* replicates = map.node("replicates")) {
    design.replicates = read_replication(*replicates, problems);
  }
  map.finish();
  check_parts(map, design, study, problems);
}

void load_design(LoadedStudy& loaded, Problems& problems) {
  Study& study = loaded.study;
  SampleDesign& design = study.survey->design;
  if (design.file_pattern.empty()) {
    return;
  }
  design.waves.resize(study.waves.size());
  for (std::size_t wave = 0; wave < study.waves.size(); ++wave) {
    const std::string path = file_of_wave(study, design.file_pattern, wave);
    std::error_code error;
    if (!std::filesystem::exists(path, error)) {
      continue; // not yet there: the analysis of a wave with answers refuses, check() says so before
    }
    const StudyFile file = read_study_file(path, design.at, problems);
    if (!file.fine) {
      continue;
    }
    Problems found;
    try {
      design.waves[wave] = DesignReader(design, study, path, found).read(file.text);
      design.waves[wave].sha256 = file.sha256;
      if (!design.joint_pattern.empty()) {
        load_joint(design.waves[wave], file_of_wave(study, design.joint_pattern, wave), design.at, found);
      }
    } catch (const InputError& problem) {
      found.add(problem.problems());
    }
    problems.add(found);
  }
}

} // namespace study_parts

} // namespace canvass
