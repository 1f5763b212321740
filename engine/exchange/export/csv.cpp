#include "engine/exchange/export/csv.hpp"

#include "engine/core/csv.hpp"
#include "engine/core/date.hpp"
#include "engine/core/text.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>

namespace canvass::exchange {
namespace {

/// Frame columns that the study or the answers have, in their order in the file.
struct FrameHeaders {
  std::string person, arm, area, stratum, cluster, weight;
  bool answered_at = false;
};

FrameHeaders frame_headers(const Study& study, std::span<const Response> responses) {
  FrameHeaders headers;
  headers.person = study.frame.person;
  if (!study.arms.empty()) {
    headers.arm = study.frame.arm.empty() ? "arm" : study.frame.arm;
  }
  headers.area = study.frame.area;
  headers.stratum = study.frame.stratum;
  headers.cluster = study.frame.cluster;
  headers.weight = study.frame.weight;
  headers.answered_at = std::any_of(responses.begin(), responses.end(), [](const Response& r) { return r.frame.answered_at.has_value(); });
  return headers;
}

/// Variables of all versions in the order of the last one, then those that only older versions had.
std::vector<std::string> all_variables(const LoadedStudy& study) {
  std::vector<std::string> ids;
  std::set<std::string> seen;
  for (auto instrument = study.instrument_of_wave.rbegin(); instrument != study.instrument_of_wave.rend(); ++instrument) {
    for (const Variable& variable : (*instrument)->variables) {
      if (seen.insert(variable.id).second) {
        ids.push_back(variable.id);
      }
    }
  }
  return ids;
}

/// Position of every variable in the cells of a wave's responses; npos where the version lacks it.
using Columns = std::vector<std::vector<std::size_t>>;

Columns columns_by_wave(const LoadedStudy& study, const std::vector<std::string>& ids) {
  Columns columns;
  for (const auto& instrument : study.instrument_of_wave) {
    std::map<std::string, std::size_t> index;
    for (std::size_t i = 0; i < instrument->variables.size(); ++i) {
      index.emplace(instrument->variables[i].id, i);
    }
    std::vector<std::size_t> of_wave;
    for (const std::string& id : ids) {
      const auto found = index.find(id);
      of_wave.push_back(found == index.end() ? Instrument::npos : found->second);
    }
    columns.push_back(std::move(of_wave));
  }
  return columns;
}

void append_cell(std::string& out, const Cell& cell, Variable::Kind kind) {
  if (cell.missing != 0) {
    out += fmt::format("{}", cell.missing);
    return;
  }
  switch (kind) {
  case Variable::Kind::text: out += csv_cell(cell.text.str()); return;
  case Variable::Kind::date: out += to_string(Date{static_cast<std::int32_t>(cell.number)}); return;
  case Variable::Kind::time: {
    const int minutes = static_cast<int>(cell.number);
    out += fmt::format("{:02}:{:02}", minutes / 60, minutes % 60);
    return;
  }
  default: out += shortest(cell.number);
  }
}

/// The cells of one response after the frame; each with its separator before it.
void append_answers(std::string& out, const Response& response, std::size_t wave, const LoadedStudy& study, const Columns& columns) {
  const Instrument& instrument = *study.instrument_of_wave[wave];
  for (const std::size_t index : columns[wave]) {
    out += ',';
    if (index != Instrument::npos && index < response.cells.size()) {
      append_cell(out, response.cells[index], instrument.variables[index].kind);
    }
  }
}

void append_who(std::string& out, const FrameHeaders& headers, const FrameValues& frame) {
  const auto put = [&](const std::string& header, const std::string& value) {
    if (!header.empty()) {
      out += ',';
      out += csv_cell(value);
    }
  };
  put(headers.arm, frame.arm);
  put(headers.area, frame.area);
  put(headers.stratum, frame.stratum);
  put(headers.cluster, frame.cluster);
  put(headers.weight, frame.weight ? shortest(*frame.weight) : std::string());
}

void append_who_headers(std::string& out, const FrameHeaders& headers) {
  for (const std::string* header : {&headers.arm, &headers.area, &headers.stratum, &headers.cluster, &headers.weight}) {
    if (!header->empty()) {
      out += ',';
      out += csv_cell(*header);
    }
  }
}

std::string long_form(const LoadedStudy& study, std::span<const Response> responses, const std::vector<std::string>& ids,
                      const Columns& columns) {
  const FrameHeaders headers = frame_headers(study.study, responses);
  std::string out = csv_cell(headers.person) + ",wave";
  append_who_headers(out, headers);
  out += headers.answered_at ? ",answered_at" : "";
  for (const std::string& id : ids) {
    out += ',';
    out += csv_cell(id);
  }
  out += '\n';
  for (const Response& response : responses) {
    const std::size_t wave = study.study.wave(response.frame.wave);
    if (wave == Study::npos) {
      continue;
    }
    out += csv_cell(response.frame.person);
    out += ',';
    out += csv_cell(response.frame.wave);
    append_who(out, headers, response.frame);
    if (headers.answered_at) {
      out += ',';
      out += response.frame.answered_at ? to_string(*response.frame.answered_at) : "";
    }
    append_answers(out, response, wave, study, columns);
    out += '\n';
  }
  return out;
}

std::string wide_form(const LoadedStudy& study, std::span<const Response> responses, const std::vector<std::string>& ids,
                      const Columns& columns) {
  const FrameHeaders headers = frame_headers(study.study, responses);
  const std::size_t waves = study.study.waves.size();
  std::vector<std::string> people; // in the order in which they first stand
  std::map<std::string, std::vector<const Response*>> by_person;
  for (const Response& response : responses) {
    const std::size_t wave = study.study.wave(response.frame.wave);
    if (wave == Study::npos) {
      continue;
    }
    auto& sheets = by_person[response.frame.person];
    if (sheets.empty()) {
      sheets.resize(waves);
      people.push_back(response.frame.person);
    }
    sheets[wave] = &response;
  }
  std::sort(people.begin(), people.end());
  std::string out = csv_cell(headers.person);
  append_who_headers(out, headers);
  for (const Wave& wave : study.study.waves) {
    for (const std::string& id : ids) {
      out += ',';
      out += csv_cell(wave.id + "." + id);
    }
  }
  out += '\n';
  const std::string nothing(ids.size(), ',');
  for (const std::string& person : people) {
    const auto& sheets = by_person[person];
    const auto first = std::find_if(sheets.begin(), sheets.end(), [](const Response* r) { return r != nullptr; });
    out += csv_cell(person);
    append_who(out, headers, (*first)->frame);
    for (std::size_t wave = 0; wave < waves; ++wave) {
      if (sheets[wave] == nullptr) {
        out += nothing;
      } else {
        append_answers(out, *sheets[wave], wave, study, columns);
      }
    }
    out += '\n';
  }
  return out;
}

/// variable,label,code,value label,missing: a row a code, or one row where there are none.
std::string codebook(const LoadedStudy& study, const std::vector<std::string>& ids) {
  std::string out = "variable,label,code,value label,missing\n";
  const std::string& language = study.study.language;
  for (const std::string& id : ids) {
    const auto instrument = std::find_if(study.instrument_of_wave.rbegin(), study.instrument_of_wave.rend(),
                                         [&](const auto& one) { return one->variable(id) != Instrument::npos; });
    const Instrument& it = **instrument;
    const Variable& variable = it.variables[it.variable(id)];
    std::string label = it.label_of(variable).in(language);
    if (variable.choice >= 0 || variable.row >= 0) { // the part alone does not say what was asked
      label = it.item_of(variable).label.in(language) + " - " + label;
    }
    const auto row = [&](const std::string& code, const std::string& text, bool missing) {
      out += csv_row({id, label, code, text, missing ? "1" : "0"});
    };
    if (variable.multiple) {
      row("1", "chosen", false);
      row("0", "not chosen", false);
    } else if (const ChoiceList* list = it.list(variable.list)) {
      for (const Choice& choice : list->choices) {
        row(std::to_string(choice.code), choice.label.in(language), false);
      }
    } else {
      row("", "", false);
    }
    for (const MissingCode& code : it.missing) {
      row(std::to_string(code.code), code.label.empty() ? code.name : code.label.in(language), true);
    }
  }
  return out;
}

} // namespace

CsvExport export_csv(const LoadedStudy& study, std::span<const Response> responses, const CsvExportOptions& options) {
  const std::vector<std::string> ids = all_variables(study);
  const Columns columns = columns_by_wave(study, ids);
  CsvExport made;
  made.data = options.wide ? wide_form(study, responses, ids, columns) : long_form(study, responses, ids, columns);
  made.codebook = codebook(study, ids);
  if (options.byte_order_mark) {
    made.data.insert(0, "\xEF\xBB\xBF");
    made.codebook.insert(0, "\xEF\xBB\xBF");
  }
  return made;
}

} // namespace canvass::exchange
