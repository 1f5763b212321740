#include "engine/core/text.hpp"
#include "engine/exchange/draft.hpp"
#include "engine/exchange/import/table_text.hpp"
#include "engine/exchange/likeness.hpp"
#include "engine/exchange/mapping.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <optional>

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

using draft::Column;
using draft::File;
using draft::Guess;
using draft::Guesses;

/// A text as YAML takes it in double quotes.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += ' ';
    } else {
      out += c;
    }
  }
  return out + "\"";
}

/// A text as it may stand in a comment.
std::string commented(std::string_view text) {
  std::string out(first_characters(text, 100));
  std::replace_if(
      out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return out;
}

std::string certainty(double value) {
  return value >= .97 ? "certain" : value >= .75 ? "likely" : value >= .5 ? "perhaps" : "a guess";
}

std::string remark(const Guess& guess) {
  return fmt::format("{} ({:.2f}): {}", certainty(guess.certainty), guess.certainty, guess.why);
}

/// Missing codes that programs and people use, where nothing else explains a value.
std::optional<std::string> usual_missing(const std::string& value, const Instrument& instrument) {
  const auto if_declared = [&](std::string_view name) {
    return instrument.missing_code(name) != nullptr ? std::optional<std::string>(name) : std::optional<std::string>("blank");
  };
  const std::string bare = to_lower(value);
  if (bare == "na" || bare == "n/a" || bare == "nan" || bare == "null" || bare == "." || bare == "#null!" || bare == "-1" ||
      bare == "none") {
    return "blank";
  }
  if (value == "99" || value == "999") {
    return "blank";
  }
  if (value == "8" || value == "98" || bare == "dk" || bare == "don't know") {
    return if_declared("dk");
  }
  if (value == "9" || value == "97" || bare == "refused") {
    return if_declared("pns");
  }
  return std::nullopt;
}

struct Coded {
  std::string values;                         ///< a `values:` mapping in YAML, or empty
  std::map<std::string, std::string> missing; ///< guesses for the map's own `missing`
  bool ends_unused = false;
};

/// How the values of a column of codes stand to the list: nothing to say, or a mapping with guesses.
Coded explain_values(const Column& column, const Variable& variable, const Instrument& instrument) {
  Coded coded;
  const ChoiceList* list = instrument.list(variable.list);
  if (variable.kind != Variable::Kind::code || list == nullptr || column.many) {
    for (const std::string& value : column.values) {
      if (variable.kind != Variable::Kind::text && !value.empty() && !parse_double(value)) {
        if (const auto missing = usual_missing(value, instrument)) {
          coded.missing[value] = *missing;
        }
      }
    }
    return coded;
  }
  bool strange = false;
  std::string lines;
  for (const std::string& value : column.values) {
    if (value.empty()) {
      continue;
    }
    const auto number = parse_int(value);
    if (number && list->find(*number) != nullptr) {
      lines += fmt::format("        {}: {}\n", quoted(value), *number);
      continue;
    }
    double best = 0;
    std::string code;
    std::string label;
    for (const Choice& choice : list->choices) {
      for (const auto& [language, text] : choice.label.by_language) {
        const double like = plain_label(text) == plain_label(value) ? 1 : std::min(.99, likeness(text, value));
        if (like > best) {
          best = like;
          code = std::to_string(choice.code);
          label = text;
        }
      }
    }
    for (const MissingCode& one : instrument.missing) {
      for (const auto& [language, text] : one.label.by_language) {
        const double like = plain_label(text) == plain_label(value) ? 1 : std::min(.99, likeness(text, value));
        if (like > best) {
          best = like;
          code = one.name;
          label = text;
        }
      }
    }
    if (best == 1) {
      lines += fmt::format("        {}: {}\n", quoted(value), code);
    } else if (const auto missing = usual_missing(value, instrument); missing && best < .6) {
      coded.missing[value] = *missing;
    } else {
      strange = true;
      lines += best >= .35
                   ? fmt::format("        {}: {}   # {} ({:.2f}): like \"{}\"\n", quoted(value), code, certainty(best * .95), best,
                                 commented(label))
                   : fmt::format("        # {}: ?   # nothing is like it; give a code or the name of a missing code\n", quoted(value));
    }
  }
  if (strange) {
    coded.values = lines;
  }
  return coded;
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
    case Guess::Kind::answered_at: write_frame("answered_at", i, ""); return;
    case Guess::Kind::wave: write_frame("wave", i, wave_values()); return;
    case Guess::Kind::arm: write_frame("arm", i, arm_values()); return;
    case Guess::Kind::ignored: ignore_ += fmt::format("  - {}   # {}\n", quoted(column.header), remark(guess)); return;
    case Guess::Kind::variable: write_variable(guess, column); return;
    case Guess::Kind::nothing:
      unmatched_ += fmt::format("  # {}: ?{}\n", quoted(column.header),
                                guess.variable.empty() ? "" : fmt::format("   # nearest is {} ({:.2f})", guess.variable, guess.certainty));
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
    if (!coded.values.empty()) {
      line = fmt::format("  {}:   # {}\n      variable: {}\n      values:\n{}", quoted(column.header), remark(guess), guess.variable,
                         coded.values);
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

std::string draft_map(std::string_view bytes, const std::string& file, const LoadedStudy& study) {
  const File read = draft::read_file_to_map(bytes, file);
  const Guesses guesses = draft::guess(read, study);
  return Writer(read, guesses, study, file).write();
}

} // namespace canvass::exchange
