#include "engine/core/text.hpp"
#include "engine/study/csv_file.hpp"
#include "engine/study/parts.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>

namespace canvass::study_parts {

namespace {

constexpr std::string_view area_name = "area";

/// What a column of population.csv holds: areas, or codes of a list.
struct Meaning {
  const ChoiceList* list = nullptr; ///< null: areas
};

/// The questions that a margin can be of: those with one answer.
std::vector<std::string> usable_variables(const Instrument& instrument) {
  std::vector<std::string> names = {std::string(area_name)};
  for (const Variable& variable : instrument.variables) {
    if (variable.kind == Variable::Kind::code && !variable.multiple) {
      names.push_back(variable.id);
    }
  }
  return names;
}

std::optional<Meaning> meaning_of(const std::string& name, const LoadedStudy& loaded, const Position& at, Problems& problems) {
  if (name == area_name) {
    if (loaded.study.survey->areas.empty()) {
      problems.error(at, "the column \"area\" counts people by area, but the study has no `areas` that could be read; add `areas: {file: "
                         "areas.csv, levels: [..]}` to the survey, or remove the column");
      return std::nullopt;
    }
    return Meaning{};
  }
  const Instrument& instrument = loaded.instrument();
  const std::size_t index = instrument.variable(name);
  if (index == Instrument::npos) {
    problems.error(at, fmt::format("the column \"{}\" is neither \"area\" nor \"count\" nor a question of {}@{}{}", name, instrument.id,
                                   instrument.version, did_you_mean(name, usable_variables(instrument))));
    return std::nullopt;
  }
  const Variable& variable = instrument.variables[index];
  const ChoiceList* list = variable.kind == Variable::Kind::code && !variable.multiple ? instrument.list(variable.list) : nullptr;
  if (list == nullptr) {
    problems.error(at,
                   fmt::format("the question {} has no list of answers of which one is given, so people cannot be counted by it", name));
    return std::nullopt;
  }
  return Meaning{list};
}

/// "1 (Male), 2 (Female)": at most eight, so that a list of 145 does not fill the screen.
std::string choices_in_words(const ChoiceList& list, const std::string& language) {
  std::vector<std::string> words;
  for (const Choice& choice : list.choices) {
    if (words.size() == 8) {
      words.push_back(fmt::format("and {} more", list.choices.size() - 8));
      break;
    }
    words.push_back(choice.label.empty() ? std::to_string(choice.code) : fmt::format("{} ({})", choice.code, choice.label.in(language)));
  }
  return join(words, ", ");
}

class PopulationReader {
public:
  PopulationReader(CsvReader& reader, const CsvHeader& header, const LoadedStudy& loaded, Population& population, Problems& problems)
      : reader_(reader), header_(header), loaded_(loaded), population_(population), problems_(problems), bad_(problems) {}

  void read() {
    if (!read_columns()) {
      return;
    }
    while (reader_.next()) {
      if (row_fits(reader_, header_, bad_)) {
        read_row();
      }
    }
    check_levels();
    bad_.finish();
    if (population_.rows.empty() && bad_.empty()) {
      problems_.error({population_.file, 1, 1}, "the file counts nobody; each row after the header is a group of people");
    }
  }

private:
  bool read_columns() {
    count_ = required_column(header_, reader_, "count", problems_);
    bool fine = count_ != CsvHeader::npos;
    for (std::size_t i = 0; i < header_.names.size(); ++i) {
      if (i == count_) {
        continue;
      }
      const auto meaning = meaning_of(header_.names[i], loaded_, reader_.at(i), problems_);
      fine = fine && meaning.has_value();
      population_.variables.push_back(header_.names[i]);
      meanings_.push_back(meaning.value_or(Meaning{}));
      columns_.push_back(i);
    }
    if (columns_.empty()) {
      problems_.error(reader_.at(),
                      "there is no column besides \"count\"; name what the people are counted by: area, or questions such as sex");
      fine = false;
    }
    return fine;
  }

  void read_row() {
    const auto& cells = reader_.cells();
    Population::Row row;
    row.at = reader_.at();
    bool fine = true;
    for (std::size_t v = 0; v < columns_.size(); ++v) {
      const auto code = read_code(trim(cells[columns_[v]]), v);
      fine = fine && code.has_value();
      row.codes.push_back(code.value_or(0));
    }
    const std::string_view text = trim(cells[count_]);
    const auto count = parse_double(text);
    if (!count || *count < 0) {
      bad_.error(reader_.at(count_),
                 text.empty() ? std::string("this row has no count; write how many people these are, 0 if there are none")
                              : fmt::format("\"{}\" is no number of people; write 0 or more, without commas between the thousands", text));
      fine = false;
    }
    if (!fine) {
      return;
    }
    row.count = *count;
    const auto [entry, is_new] = seen_.emplace(row.codes, reader_.line());
    if (!is_new) {
      bad_.error(row.at, fmt::format("this group stands twice, here and on line {}; leave one row", entry->second));
      return;
    }
    population_.rows.push_back(std::move(row));
  }

  std::optional<int> read_code(std::string_view cell, std::size_t v) {
    const ChoiceList* list = meanings_[v].list;
    const Position at = reader_.at(columns_[v]);
    if (cell.empty()) {
      bad_.error(at,
                 fmt::format("`{}` is empty in this row; every group needs its {}", population_.variables[v], population_.variables[v]));
      return std::nullopt;
    }
    if (list == nullptr) {
      const AreaTree& tree = loaded_.study.survey->areas;
      const std::size_t area = tree.find(cell);
      if (area == AreaTree::npos) {
        bad_.error(at, fmt::format("\"{}\" is no area of the study{}", cell, tree.did_you_mean(cell)));
        return std::nullopt;
      }
      first_of_level_.emplace(tree.areas[area].level, at);
      return static_cast<int>(area);
    }
    const auto code = code_of_cell(cell, *list);
    if (!code) {
      bad_.error(at, fmt::format("\"{}\" is no code of {}; it is {}", cell, population_.variables[v],
                                 choices_in_words(*list, loaded_.study.language)));
    }
    return code;
  }

  /// A count for a division beside counts for its areas would count its people twice.
  void check_levels() {
    if (first_of_level_.size() < 2) {
      return;
    }
    const AreaTree& tree = loaded_.study.survey->areas;
    const auto& narrow = *first_of_level_.rbegin();
    const auto& wide = *first_of_level_.begin();
    bad_.error(wide.second, fmt::format("people are counted by {} here and by {} on line {}, so some would count twice; count by one level",
                                        tree.levels[wide.first], tree.levels[narrow.first], narrow.second.line));
  }

  CsvReader& reader_;
  const CsvHeader& header_;
  const LoadedStudy& loaded_;
  Population& population_;
  Problems& problems_;
  RowProblems bad_;
  std::size_t count_ = CsvHeader::npos;
  std::vector<Meaning> meanings_;
  std::vector<std::size_t> columns_;
  std::map<std::vector<int>, int> seen_;
  std::map<std::size_t, Position> first_of_level_;
};

void check_margins(const PublicSurvey& survey, Problems& problems) {
  for (const auto& margin : survey.weighting.margins) {
    for (const std::string& name : margin) {
      if (survey.population.variable(name) == Population::npos) {
        problems.error(survey.weighting.at,
                       fmt::format("the margin [{}] names \"{}\", which the population does not count people by (it has "
                                   "{}){}",
                                   join(margin, ", "), name, join(survey.population.variables, ", "),
                                   did_you_mean(name, survey.population.variables)));
      }
    }
  }
}

} // namespace

std::optional<int> code_of_cell(std::string_view cell, const ChoiceList& list) {
  if (const auto number = parse_int(cell)) {
    return list.find(*number) != nullptr ? number : std::nullopt;
  }
  const std::string wanted = to_lower(cell);
  for (const Choice& choice : list.choices) {
    if (!choice.name.empty() && to_lower(choice.name) == wanted) {
      return choice.code;
    }
  }
  return std::nullopt;
}

void load_population(LoadedStudy& loaded, Problems& problems) {
  PublicSurvey& survey = *loaded.study.survey;
  Population& population = survey.population;
  if (population.file.empty()) {
    return;
  }
  const StudyFile file = read_study_file(population.file, population.at, problems);
  population.sha256 = file.sha256;
  if (!file.fine) {
    return;
  }
  try {
    CsvReader reader(file.text, population.file, sniff_csv(file.text));
    const auto header = read_csv_header(reader, population.file,
                                        "the file is empty; it has a row for each group of people, such as area, sex, count", problems);
    if (header) {
      PopulationReader(reader, *header, loaded, population, problems).read();
      check_margins(survey, problems);
    }
  } catch (const InputError& error) {
    problems.add(error.problems());
  }
}

} // namespace canvass::study_parts
