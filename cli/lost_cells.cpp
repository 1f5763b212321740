#include "cli/lost_cells.hpp"

#include <algorithm>
#include <array>

namespace canvass::cli {

namespace {

constexpr std::array<std::string_view, 8> frame_names = {"person", "wave", "arm", "area", "stratum", "cluster", "weight", "answered_at"};
/// How imports wrote these reasons before each began with the name of what it is about.
constexpr std::array<std::pair<std::string_view, std::string_view>, 7> earlier_words = {{{"the time of answering ", "answered_at"},
                                                                                         {"the weight \"", "weight"},
                                                                                         {"the person \"", "person"},
                                                                                         {"the arm \"", "arm"},
                                                                                         {"the area \"", "area"},
                                                                                         {"the stratum \"", "stratum"},
                                                                                         {"the cluster \"", "cluster"}}};

const Instrument* instrument_if_any(const store::HeldRow& row, const LoadedStudy& study) {
  const std::size_t wave = study.study.wave(row.record.frame.wave);
  return wave == Study::npos ? nullptr : study.instrument_of_wave[wave].get();
}

std::string name_of(const std::string& reason, const Instrument* instrument) {
  const std::string before = reason.substr(0, reason.find(": "));
  if (instrument != nullptr && before.size() < reason.size()) {
    const bool is_item = std::any_of(instrument->variables.begin(), instrument->variables.end(), [&](const Variable& variable) {
      return variable.choice >= 0 && instrument->item_of(variable).id == before;
    });
    if (is_item || instrument->variable(before) != Instrument::npos) {
      return before;
    }
  }
  if (std::find(frame_names.begin(), frame_names.end(), before) != frame_names.end()) {
    return before;
  }
  for (const auto& [words, name] : earlier_words) {
    if (reason.compare(0, words.size(), words) == 0) {
      return std::string(name);
    }
  }
  return "row";
}

} // namespace

std::vector<LostCell> lost_cells(const store::HeldRow& row, const LoadedStudy& study) {
  RawRecord record = row.record;
  record.faults.clear();
  const std::vector<std::string> again = Validator(study).validate(record).reasons;
  const std::string of_the_store = record.frame.person + "/" + record.frame.wave + " "; // "P1/T1 is there already ..."
  std::vector<LostCell> lost;
  for (const std::string& reason : row.reasons) {
    const bool stands = std::find(again.begin(), again.end(), reason) != again.end();
    if (!stands && reason.compare(0, of_the_store.size(), of_the_store) != 0) {
      lost.push_back({name_of(reason, instrument_if_any(row, study)), reason});
    }
  }
  return lost;
}

bool mends(const std::string& id, const std::string& name, const Instrument* instrument) {
  if (id == name) {
    return true;
  }
  if (instrument == nullptr) {
    return false;
  }
  const std::size_t variable = instrument->variable(id);
  return variable != Instrument::npos && instrument->variables[variable].choice >= 0 &&
         instrument->item_of(instrument->variables[variable]).id == name;
}

} // namespace canvass::cli
