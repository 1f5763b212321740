#include "engine/core/text.hpp"
#include "engine/dataset/dataset.hpp"
#include "engine/dataset/scores.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <limits>
#include <map>
#include <tuple>
#include <unordered_map>

namespace canvass {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

bool fits_one_byte(const Instrument& instrument, const Variable& variable) {
  if (variable.kind != Variable::Kind::code) {
    return false;
  }
  const ChoiceList* list = instrument.list(variable.list);
  return variable.multiple || (list != nullptr && !list->choices.empty() && list->lowest() >= first_missing_code && list->highest() <= 127);
}

/// For each variable of the report's instrument the index of the same variable in a wave's version, or npos.
std::vector<std::size_t> mapping(const Instrument& report, const Instrument& version) {
  std::unordered_map<std::string_view, std::size_t> index;
  for (std::size_t i = 0; i < version.variables.size(); ++i) {
    index.emplace(version.variables[i].id, i);
  }
  std::vector<std::size_t> map;
  map.reserve(report.variables.size());
  for (const Variable& variable : report.variables) {
    const auto found = index.find(variable.id);
    const bool same_kind = found != index.end() && version.variables[found->second].kind == variable.kind;
    map.push_back(same_kind ? found->second : Instrument::npos);
  }
  return map;
}

class Builder {
public:
  Builder(const LoadedStudy& study, std::span<const Response> responses, bool with_late) : study_(study) {
    for (const Response& response : responses) {
      if (with_late || !response.late) {
        kept_.push_back(&response);
      }
    }
  }

  Dataset build() {
    data_.waves = study_.study.waves.size();
    add_persons();
    add_rows();
    add_frame();
    add_columns();
    for (const Scale& scale : study_.instrument().scales) {
      data_.scores.push_back(score_scale(study_.instrument(), data_, scale));
    }
    return std::move(data_);
  }

private:
  void add_persons() {
    for (const Person& person : study_.people.people) {
      index_of_.emplace(person.id, data_.persons.size());
      data_.persons.push_back(person.id);
      const std::size_t arm = study_.study.arm(person.arm);
      data_.arm_of_person.push_back(person.arm.empty() || arm == Study::npos ? -1 : static_cast<int>(arm));
    }
    data_.listed = data_.persons.size();
    // Those who are not listed stand in the order of their ids, whatever the order of the answers.
    std::vector<std::string_view> others;
    for (const Response* response : kept_) {
      if (index_of_.find(response->frame.person) == index_of_.end()) {
        others.push_back(response->frame.person);
      }
    }
    std::sort(others.begin(), others.end());
    others.erase(std::unique(others.begin(), others.end()), others.end());
    for (const std::string_view id : others) {
      index_of_.emplace(id, data_.persons.size());
      data_.persons.emplace_back(id);
      data_.arm_of_person.push_back(-1);
    }
  }

  void add_rows() {
    data_.row_index.assign(data_.persons.size() * data_.waves, -1);
    for (const Response* response : kept_) {
      const std::size_t wave = study_.study.wave(response->frame.wave);
      if (wave == Study::npos) {
        throw InputError(study_.study.at,
                         fmt::format("the answers of {} belong to a wave that the study no longer has ({}); put the wave back",
                                     response->id, response->frame.wave));
      }
      const std::size_t person = index_of_.find(response->frame.person)->second;
      std::int32_t& row = data_.row_index[person * data_.waves + wave];
      if (row >= 0) {
        throw InputError(Position{}, fmt::format("there are two answer sheets of {}; withdraw or undo one", response->id));
      }
      row = static_cast<std::int32_t>(data_.person.size());
      data_.person.push_back(static_cast<std::int32_t>(person));
      data_.wave.push_back(static_cast<std::int16_t>(wave));
      data_.late.push_back(response->late ? 1 : 0);
      set_arm(person, *response);
    }
  }

  /// Where and how each answer was drawn: as the answer says, else as the dispatch list of its wave says of its serial.
  void add_frame() {
    const FrameNames& frame = study_.study.frame;
    if (study_.study.survey && !study_.study.survey->areas.empty()) {
      add_areas(study_.study.survey->areas);
    }
    if (!frame.stratum.empty()) {
      std::tie(data_.stratum, data_.strata) = named([this](std::size_t row) { return stratum_of(row); });
    }
    if (!frame.cluster.empty()) {
      std::tie(data_.cluster, data_.clusters) = named([this](std::size_t row) { return std::string_view(kept_[row]->frame.cluster); });
    }
    if (!frame.weight.empty()) {
      data_.weight.reserve(kept_.size());
      for (const Response* response : kept_) {
        data_.weight.push_back(response->frame.weight.value_or(nan));
      }
    }
  }

  void add_areas(const AreaTree& tree) {
    std::unordered_map<std::string_view, std::size_t> known;
    data_.area.reserve(kept_.size());
    for (std::size_t row = 0; row < kept_.size(); ++row) {
      const std::string_view name = kept_[row]->frame.area;
      if (name.empty()) {
        const auto [list, at] = sent_of(row);
        data_.area.push_back(list == nullptr ? -1 : list->area[at]);
        continue;
      }
      const auto [entry, is_new] = known.emplace(name, 0);
      if (is_new) {
        entry->second = tree.find(name);
        if (entry->second == AreaTree::npos) {
          throw InputError(
              Position{tree.file, 1, 1},
              fmt::format("{} was answered in the area \"{}\", which this file no longer has{}; put it back, or add the name to "
                          "the aliases of another",
                          kept_[row]->id, name, tree.did_you_mean(name)));
        }
      }
      data_.area.push_back(static_cast<std::int32_t>(entry->second));
    }
  }

  /// The dispatch list of a row's wave and the place of its serial there; null where there is none.
  std::pair<const Dispatch*, std::size_t> sent_of(std::size_t row) const {
    const auto wave = static_cast<std::size_t>(data_.wave[row]);
    if (!study_.study.survey || wave >= study_.study.survey->sent.size()) {
      return {nullptr, 0};
    }
    const Dispatch& list = study_.study.survey->sent[wave];
    const std::size_t at = list.find(kept_[row]->frame.person);
    return at == Dispatch::npos ? std::pair<const Dispatch*, std::size_t>{nullptr, 0} : std::pair{&list, at};
  }

  std::string_view stratum_of(std::size_t row) const {
    const std::string_view name = kept_[row]->frame.stratum;
    if (!name.empty()) {
      return name;
    }
    const auto [list, at] = sent_of(row);
    return list == nullptr || list->stratum[at] < 0 ? std::string_view() : list->strata[static_cast<std::size_t>(list->stratum[at])];
  }

  /// Numbers for names, which are sorted, so that they do not hang on the order of the answers; -1 for no name.
  template <typename NameOf> std::pair<std::vector<std::int32_t>, std::vector<std::string>> named(NameOf name_of) const {
    std::vector<std::string_view> by_row;
    by_row.reserve(kept_.size());
    std::unordered_map<std::string_view, std::int32_t> index;
    for (std::size_t row = 0; row < kept_.size(); ++row) {
      by_row.push_back(name_of(row));
      if (!by_row.back().empty()) {
        index.emplace(by_row.back(), 0);
      }
    }
    std::vector<std::string> names;
    names.reserve(index.size());
    for (const auto& entry : index) {
      names.emplace_back(entry.first);
    }
    std::sort(names.begin(), names.end());
    for (std::size_t i = 0; i < names.size(); ++i) {
      index[names[i]] = static_cast<std::int32_t>(i);
    }
    std::vector<std::int32_t> numbers;
    numbers.reserve(by_row.size());
    for (const std::string_view name : by_row) {
      numbers.push_back(name.empty() ? -1 : index[name]);
    }
    return {std::move(numbers), std::move(names)};
  }

  void set_arm(std::size_t person, const Response& response) {
    int& known = data_.arm_of_person[person];
    const std::size_t arm = study_.study.arm(response.frame.arm);
    if (response.frame.arm.empty() || arm == Study::npos) {
      return;
    }
    if (known >= 0 && known != static_cast<int>(arm)) {
      throw InputError(Position{}, fmt::format("{} answered in arm {} at {}, and in arm {} elsewhere; correct the one that is wrong",
                                               response.frame.person, response.frame.arm, response.frame.wave,
                                               study_.study.arms[static_cast<std::size_t>(known)].id));
    }
    known = static_cast<int>(arm);
  }

  /// The version that a response was recorded with: its wave's, else another that the study names.
  const Instrument& version_of(const Response& response) const {
    const Instrument* found = study_.instrument_of_wave[study_.study.wave(response.frame.wave)].get();
    const auto is = [&](const Instrument& instrument) {
      const std::string_view name = response.instrument;
      return name.size() == instrument.id.size() + 1 + instrument.version.size() && name.substr(0, instrument.id.size()) == instrument.id &&
             name[instrument.id.size()] == '@' && name.substr(instrument.id.size() + 1) == instrument.version;
    };
    for (std::size_t i = 0; !is(*found) && i < study_.instrument_of_wave.size(); ++i) {
      if (is(*study_.instrument_of_wave[i])) {
        found = study_.instrument_of_wave[i].get();
      }
    }
    if (!is(*found)) {
      throw InputError(study_.study.instrument.at,
                       fmt::format("{} was answered on {}, which no wave of the study names; name that version, and "
                                   "give its file",
                                   response.id, response.instrument));
    }
    if (response.cells.size() != found->variables.size()) {
      throw InputError(found->at,
                       fmt::format("{} has {} answers, {} now asks {}; an instrument that has answers is not changed: give the new one "
                                   "another version",
                                   response.id, response.cells.size(), response.instrument, found->variables.size()));
    }
    return *found;
  }

  void add_columns() {
    const Instrument& report = study_.instrument();
    std::map<const Instrument*, std::vector<std::size_t>> maps;
    std::vector<const std::vector<std::size_t>*> map_of_row;
    map_of_row.reserve(kept_.size());
    for (const Response* response : kept_) {
      const Instrument& version = version_of(*response);
      auto [entry, is_new] = maps.try_emplace(&version);
      if (is_new) {
        entry->second = mapping(report, version);
      }
      map_of_row.push_back(&entry->second);
    }
    Cell not_asked;
    not_asked.missing = code_routed;
    data_.columns.resize(report.variables.size());
    for (std::size_t v = 0; v < report.variables.size(); ++v) {
      const Variable& variable = report.variables[v];
      Column& column = data_.columns[v];
      column.id = variable.id;
      column.kind = variable.kind;
      const bool small = fits_one_byte(report, variable);
      if (small) {
        column.small.reserve(kept_.size());
      } else {
        column.missing.reserve(kept_.size());
      }
      for (std::size_t row = 0; row < kept_.size(); ++row) {
        const std::size_t source = (*map_of_row[row])[v];
        append(column, small, source == Instrument::npos ? not_asked : kept_[row]->cells[source]);
      }
    }
  }

  static void append(Column& column, bool small, const Cell& cell) {
    if (small) {
      const double value = cell.missing != 0 ? cell.missing : cell.number;
      // A code outside the list can only come from an older version with wider codes: no answer of this question.
      column.small.push_back(value >= first_missing_code && value <= 127 ? static_cast<std::int8_t>(value)
                                                                         : static_cast<std::int8_t>(code_routed));
      return;
    }
    column.missing.push_back(static_cast<std::int8_t>(cell.missing));
    if (column.kind == Variable::Kind::text) {
      column.texts.push_back(cell.text);
    } else {
      column.numbers.push_back(cell.missing != 0 ? cell.missing : cell.number);
    }
  }

  const LoadedStudy& study_;
  std::vector<const Response*> kept_;
  std::unordered_map<std::string_view, std::size_t> index_of_;
  Dataset data_;
};

} // namespace

std::size_t Column::size() const noexcept {
  return small.empty() ? missing.size() : small.size();
}

int Column::missing_code(std::size_t row) const {
  if (small.empty()) {
    return missing[row];
  }
  return is_missing_code(small[row]) ? small[row] : 0;
}

bool Column::is_missing(std::size_t row) const {
  return missing_code(row) != 0;
}

double Column::value(std::size_t row) const {
  if (missing_code(row) != 0 || kind == Variable::Kind::text) {
    return nan;
  }
  return small.empty() ? numbers[row] : small[row];
}

const Column* Dataset::column(std::string_view id) const {
  const auto found = std::find_if(columns.begin(), columns.end(), [&](const Column& column) { return column.id == id; });
  return found == columns.end() ? nullptr : &*found;
}

const ScoreColumn* Dataset::score(std::string_view scale) const {
  const auto found = std::find_if(scores.begin(), scores.end(), [&](const ScoreColumn& score) { return score.scale == scale; });
  return found == scores.end() ? nullptr : &*found;
}

std::int32_t Dataset::row_of(std::size_t person_index, std::size_t wave_index) const {
  return row_index[person_index * waves + wave_index];
}

Dataset build_dataset(const LoadedStudy& study, std::span<const Response> responses, bool with_late) {
  return Builder(study, responses, with_late).build();
}

std::vector<double> outcome_by_row(const LoadedStudy& study, const Dataset& dataset, std::string_view id) {
  const Instrument& instrument = study.instrument();
  if (const ScoreColumn* score = dataset.score(id)) {
    return score->values;
  }
  if (const Indicator* indicator = instrument.indicator(id)) {
    return indicate(instrument, dataset, *indicator);
  }
  const Column* column = dataset.column(id);
  if (column != nullptr && column->kind != Variable::Kind::text) {
    std::vector<double> by_row(dataset.rows());
    for (std::size_t row = 0; row < by_row.size(); ++row) {
      by_row[row] = column->value(row);
    }
    return by_row;
  }
  if (column != nullptr) {
    throw InputError(instrument.at,
                     fmt::format("\"{}\" is a text and no outcome; name a scale, an indicator or an item with codes or numbers", id));
  }
  std::vector<std::string> names;
  for (const Scale& scale : instrument.scales) {
    names.push_back(scale.id);
  }
  for (const Indicator& other : instrument.indicators) {
    names.push_back(other.id);
  }
  for (const Variable& variable : instrument.variables) {
    names.push_back(variable.id);
  }
  throw InputError(instrument.at, fmt::format("{}@{} has no scale, indicator or item \"{}\"{}", instrument.id, instrument.version, id,
                                              did_you_mean(id, names)));
}

std::vector<double> outcome_by_person(const LoadedStudy& study, const Dataset& dataset, std::string_view id) {
  const std::vector<double> by_row = outcome_by_row(study, dataset, id);
  std::vector<double> values(dataset.row_index.size(), nan);
  for (std::size_t cell = 0; cell < values.size(); ++cell) {
    if (dataset.row_index[cell] >= 0) {
      values[cell] = by_row[static_cast<std::size_t>(dataset.row_index[cell])];
    }
  }
  return values;
}

} // namespace canvass
