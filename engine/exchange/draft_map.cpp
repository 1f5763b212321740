#include "engine/core/text.hpp"
#include "engine/exchange/draft.hpp"
#include "engine/exchange/import/table_text.hpp"
#include "engine/exchange/likeness.hpp"
#include "engine/exchange/mapping.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <tuple>

namespace canvass::exchange {
namespace draft {

File read_file_to_map(std::string_view bytes, const std::string& name) {
  File file;
  std::string text;
  const bool utf8 = !first_invalid_utf8(bytes);
  file.encoding = utf8 ? "utf-8" : "windows-1252";
  text = decode_text(std::string(bytes), name, file.encoding);
  file.dialect = sniff_csv(text);
  CsvReader reader(text, name, file.dialect);
  if (!reader.next()) {
    throw InputError({name, 1, 1}, "the file is empty; its first row names the columns");
  }
  if (reader.cells().size() > most_columns) {
    throw InputError({name, reader.line(), 1},
                     fmt::format("the header has {} columns; more than {} are no survey", reader.cells().size(), most_columns));
  }
  for (const std::string_view header : reader.cells()) {
    Column column;
    column.header = plain(header);
    file.columns.push_back(std::move(column));
  }
  while (reader.next()) {
    ++file.rows;
    for (std::size_t i = 0; i < std::min(reader.cells().size(), file.columns.size()); ++i) {
      Column& column = file.columns[i];
      const std::string_view cell = without_zero_decimals(trimmed(reader.cells()[i]));
      column.empty = column.empty && cell.empty();
      if (column.values.size() < most_values) {
        column.values.emplace(cell);
      } else if (!column.many) {
        column.many = column.values.count(std::string(cell)) == 0;
      }
    }
  }
  return file;
}

} // namespace draft

namespace {

using draft::certainty;
using draft::Coded;
using draft::Column;
using draft::commented;
using draft::explain_values;
using draft::File;
using draft::Guess;
using draft::Guesses;
using draft::quoted;

std::string remark(const Guess& guess) {
  return fmt::format("{} ({:.2f}): {}", certainty(guess.certainty), guess.certainty, guess.why);
}

/// Whether all dates of a column can only be read day first, month first, or year first.
std::string date_order(const File& file, const Guesses& guesses, const Instrument& instrument) {
  bool ymd = true;
  bool dmy = true;
  bool mdy = true;
  bool any = false;
  for (std::size_t i = 0; i < file.columns.size(); ++i) {
    const Guess& guess = guesses.columns[i];
    bool dates = guess.kind == Guess::Kind::answered_at;
    if (guess.kind == Guess::Kind::variable) {
      dates = instrument.variable(guess.variable) != Instrument::npos &&
              instrument.variables[instrument.variable(guess.variable)].kind == Variable::Kind::date;
    }
    for (const std::string& value : dates ? file.columns[i].values : std::set<std::string>()) {
      if (!value.empty()) {
        any = true;
        ymd = ymd && parse_moment(value, DateOrder::ymd).has_value();
        dmy = dmy && parse_moment(value, DateOrder::dmy).has_value();
        mdy = mdy && parse_moment(value, DateOrder::mdy).has_value();
      }
    }
  }
  if (!any || ymd) {
    return {};
  }
  if (dmy && mdy) {
    return "dates: dmy            # a guess: all of them can be read as mdy too; look which it is\n";
  }
  return dmy   ? "dates: dmy            # certain: they cannot be read otherwise\n"
         : mdy ? "dates: mdy            # certain: they cannot be read otherwise\n"
               : "# dates: dmy          # some dates cannot be read in any order (ymd, dmy, mdy); years need four digits\n";
}

class Writer {
public:
  Writer(const File& file, const Guesses& guesses, const LoadedStudy& study, std::string name)
      : file_(file), guesses_(guesses), study_(study), name_(std::move(name)) {}

  std::string write() {
    for (std::size_t i = 0; i < file_.columns.size(); ++i) {
      write_column(i);
    }
    std::string out = "# A draft. Look at every line that is not \"certain\", mend it, and take the remarks out.\n";
    out += fmt::format("# Made from {} ({}, {}).\n", commented(name_), counted(static_cast<long long>(file_.rows), "row", "rows"),
                       counted(static_cast<long long>(file_.columns.size()), "column", "columns"));
    out += "canvass: 1\nmap: draft\n";
    if (file_.encoding != "utf-8") {
      out += "encoding: " + file_.encoding + "   # certain: the bytes are not UTF-8\n";
    }
    out += date_order(file_, guesses_, study_.instrument());
    write_waves(out);
    out += frame_;
    out += what_the_frame_lacks();
    if (!missing_.empty()) {
      out += "missing:              # values that no list has; say what each means: the name of a missing code\n";
      for (const auto& [value, meaning] : missing_) {
        out += fmt::format("  {}: {}   # a guess\n", quoted(value), meaning);
      }
    }
    if (!columns_.empty()) {
      out += "columns:\n" + columns_;
    }
    if (!unmatched_.empty()) {
      out += (columns_.empty() ? "# columns:\n" : "") + std::string("  # Nothing fits these: map each, or list it under `ignore`.\n") +
             unmatched_;
    }
    if (!ignore_.empty()) {
      out += "ignore:\n" + ignore_;
    }
    return out;
  }

private:
  void write_waves(std::string& out) {
    const auto& waves = study_.study.waves;
    if (guesses_.wide) {
      out += "layout: wide          # likely: the headers name waves\nwide:\n  pattern: " + quoted(guesses_.pattern) + "\n  waves:\n";
      for (const auto& [word, wave] : guesses_.waves) {
        out += fmt::format("    {}: {}\n", quoted(word), waves[wave].id);
      }
      return;
    }
    const bool column =
        std::any_of(guesses_.columns.begin(), guesses_.columns.end(), [](const Guess& g) { return g.kind == Guess::Kind::wave; });
    if (!column && waves.size() > 1) {
      out += fmt::format("# wave: {{fixed: {}}}    # no column tells the wave: say it here, or with --wave\n", waves.front().id);
    }
  }

  /// Columns that the study's frame names and that were not found, as lines to be filled in.
  [[nodiscard]] std::string what_the_frame_lacks() const {
    const FrameNames& frame = study_.study.frame;
    const std::tuple<const char*, const std::string*, Guess::Kind> parts[] = {{"area", &frame.area, Guess::Kind::area},
                                                                              {"stratum", &frame.stratum, Guess::Kind::stratum},
                                                                              {"cluster", &frame.cluster, Guess::Kind::cluster},
                                                                              {"weight", &frame.weight, Guess::Kind::weight}};
    std::string lines;
    for (const auto& [key, name, kind] : parts) {
      const bool found = std::any_of(guesses_.columns.begin(), guesses_.columns.end(),
                                     [wanted = kind](const Guess& guess) { return guess.kind == wanted; });
      if (!name->empty() && !found) {
        lines += fmt::format("# {}: ?   # the study's frame names \"{}\"; which column is it?\n", key, commented(*name));
      }
    }
    return lines;
  }

  void write_frame(std::string_view key, std::size_t i, const std::string& values) {
    const std::string header = quoted(file_.columns[i].header);
    frame_ += values.empty() ? fmt::format("{}: {}   # {}\n", key, header, remark(guesses_.columns[i]))
                             : fmt::format("{}:   # {}\n  column: {}\n  values:\n{}", key, remark(guesses_.columns[i]), header, values);
  }

  void write_column(std::size_t i) {
    const Guess& guess = guesses_.columns[i];
    const Column& column = file_.columns[i];
    if (column.header.empty() && column.empty) {
      return;
    }
    switch (guess.kind) {
    case Guess::Kind::person: write_frame("person", i, ""); return;
    case Guess::Kind::area: write_frame("area", i, ""); return;
    case Guess::Kind::stratum: write_frame("stratum", i, ""); return;
    case Guess::Kind::cluster: write_frame("cluster", i, ""); return;
    case Guess::Kind::weight: write_frame("weight", i, ""); return;
    case Guess::Kind::answered_at: write_frame("answered_at", i, ""); return;
    case Guess::Kind::wave: write_frame("wave", i, wave_values()); return;
    case Guess::Kind::arm: write_frame("arm", i, arm_values()); return;
    case Guess::Kind::ignored: ignore_ += fmt::format("  - {}   # {}\n", quoted(column.header), remark(guess)); return;
    case Guess::Kind::variable: write_variable(guess, column); return;
    case Guess::Kind::nothing:
      unmatched_ += fmt::format("  # {}: ?{}{}\n", quoted(column.header),
                                guess.variable.empty() ? "" : fmt::format("   # nearest is {} ({:.2f})", guess.variable, guess.certainty),
                                column.notes.label.empty() ? "" : fmt::format("   # \"{}\"", commented(column.notes.label)));
      return;
    }
  }

  std::string wave_values() const {
    std::string lines;
    for (const auto& [value, wave] : guesses_.waves) {
      lines += wave == Study::npos ? fmt::format("    # {}: ?   # which wave is this?\n", quoted(value))
                                   : fmt::format("    {}: {}\n", quoted(value), study_.study.waves[wave].id);
    }
    return lines;
  }

  std::string arm_values() const {
    std::string lines;
    for (const auto& [value, arm] : guesses_.arms) {
      lines += arm.empty()
                   ? fmt::format("    # {}: ?   # which arm is this?\n", quoted(value))
                   : fmt::format("    {}: {}   # {}\n", quoted(value), arm, bare_name(value) == bare_name(arm) ? "certain" : "likely");
    }
    return lines;
  }

  void write_variable(const Guess& guess, const Column& column) {
    const Instrument& instrument = guess.wave == Study::npos ? study_.instrument() : *study_.instrument_of_wave[guess.wave];
    const Variable& variable = instrument.variables[instrument.variable(guess.variable)];
    const Coded coded = explain_values(column, variable, instrument);
    missing_.insert(coded.missing.begin(), coded.missing.end());
    std::string line = "  " + quoted(column.header) + ": ";
    if (coded.values.empty()) {
      line += guess.variable;
    } else {
      line += "{variable: " + guess.variable + "}";
    }
    line += "   # " + remark(guess);
    if (guess.certainty < .97) {
      line += ": " + commented(instrument.label_of(variable).in(study_.study.language));
    }
    line += "\n";
    if (!coded.values.empty() || !coded.own_missing.empty()) {
      line = fmt::format("  {}:   # {}{}\n      variable: {}\n", quoted(column.header), remark(guess),
                         guess.certainty < .97 ? ": " + commented(instrument.label_of(variable).in(study_.study.language)) : std::string(),
                         guess.variable);
      line += coded.values.empty() ? std::string() : "      values:\n" + coded.values;
      line += coded.own_missing.empty() ? std::string() : "      missing:\n" + coded.own_missing;
    }
    columns_ += line;
  }

  const File& file_;
  const Guesses& guesses_;
  const LoadedStudy& study_;
  std::string name_;
  std::string frame_, columns_, unmatched_, ignore_;
  std::map<std::string, std::string> missing_;
};

} // namespace

std::string draft_map(const TableText& table, const std::string& file, const LoadedStudy& study) {
  File read = draft::read_file_to_map(table.text, file);
  for (std::size_t i = 0; i < std::min(table.columns.size(), read.columns.size()); ++i) {
    read.columns[i].notes = table.columns[i];
  }
  const Guesses guesses = draft::guess(read, study);
  return Writer(read, guesses, study, file).write();
}

std::string draft_map(std::string_view bytes, const std::string& file, const LoadedStudy& study) {
  return draft_map(TableText{std::string(bytes), {}, {}}, file, study);
}

} // namespace canvass::exchange
