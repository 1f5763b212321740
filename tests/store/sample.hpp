#ifndef CANVASS_TESTS_STORE_SAMPLE_HPP
#define CANVASS_TESTS_STORE_SAMPLE_HPP

#include "engine/responses/response.hpp"
#include "engine/store/log.hpp"
#include "engine/store/store.hpp"

#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <memory>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

/// Small studies and answers made by hand, so that the tests of the store need no file.
namespace canvass::test {

inline Variable variable(std::string id, Variable::Kind kind, std::string list = {}) {
  Variable v;
  v.id = std::move(id);
  v.kind = kind;
  v.list = std::move(list);
  return v;
}

/// One variable of every kind; `area` is also called like a column of the frame. More code items on demand.
inline std::shared_ptr<Instrument> make_instrument(std::string version, std::size_t more_items = 0) {
  auto instrument = std::make_shared<Instrument>();
  instrument->id = "sample-survey";
  instrument->version = std::move(version);
  instrument->languages = {"en"};
  ChoiceList list;
  list.id = "agree5";
  for (int code = 1; code <= 5; ++code) {
    Choice choice;
    choice.code = code;
    choice.name = fmt::format("c{}", code);
    list.choices.push_back(choice);
  }
  instrument->lists.push_back(list);
  for (const auto& row : {std::pair<const char*, int>{"blank", -99}, {"dk", -98}, {"routed", -95}, {"spoilt", -94}}) {
    MissingCode code;
    code.name = row.first;
    code.code = row.second;
    instrument->missing.push_back(code);
  }
  Page page;
  page.id = "p";
  auto& variables = instrument->variables;
  variables.push_back(variable("q1", Variable::Kind::code, "agree5"));
  variables.push_back(variable("q2", Variable::Kind::code, "agree5"));
  variables.push_back(variable("years", Variable::Kind::integer));
  variables.push_back(variable("share", Variable::Kind::decimal));
  variables.push_back(variable("comment", Variable::Kind::text));
  variables.push_back(variable("born", Variable::Kind::date));
  variables.push_back(variable("met_at", Variable::Kind::time));
  variables.push_back(variable("area", Variable::Kind::code, "agree5"));
  for (std::size_t i = 0; i < more_items; ++i) {
    variables.push_back(variable(fmt::format("item{}", i + 1), Variable::Kind::code, "agree5"));
  }
  for (std::size_t i = 0; i < variables.size(); ++i) {
    Item item;
    item.id = variables[i].id;
    item.type = variables[i].kind == Variable::Kind::code ? ItemType::select_one : ItemType::integer;
    item.list = variables[i].list;
    page.items.push_back(item);
    variables[i].item = i;
  }
  instrument->pages.push_back(page);
  instrument->sha256 = to_hex(sha256(instrument->version));
  return instrument;
}

/// Three waves; in the third another version may be asked.
inline LoadedStudy make_study(std::size_t more_items = 0, std::shared_ptr<const Instrument> third = nullptr) {
  LoadedStudy loaded;
  loaded.study.id = "sample-study";
  const std::shared_ptr<const Instrument> instrument = make_instrument("1.0.0", more_items);
  for (const char* id : {"T1", "T2", "T3"}) {
    Wave wave;
    wave.id = id;
    loaded.study.waves.push_back(wave);
    loaded.instrument_of_wave.push_back(instrument);
  }
  if (third) {
    loaded.instrument_of_wave[2] = std::move(third);
  }
  return loaded;
}

inline Cell value(double number) {
  Cell cell;
  cell.number = number;
  return cell;
}

inline Cell missing(int code) {
  Cell cell;
  cell.missing = static_cast<std::int16_t>(code);
  return cell;
}

inline Cell text(std::string words) {
  Cell cell;
  cell.text = std::move(words);
  return cell;
}

/// Answers that differ by person, with every kind of cell; `q1` as given.
inline Response make_response(const LoadedStudy& study, const std::string& person, const std::string& wave, int q1) {
  Response response;
  response.id = person + "/" + wave;
  response.frame.person = person;
  response.frame.wave = wave;
  response.frame.arm = "treatment";
  response.frame.weight = 0.1 + q1;
  response.frame.answered_at = Moment{1'771'752'600};
  const Instrument& instrument = *study.instrument_of_wave[study.study.wave(wave)];
  response.instrument = instrument.id + "@" + instrument.version;
  for (const Variable& v : instrument.variables) {
    if (v.id == "q1") {
      response.cells.push_back(value(q1));
    } else if (v.id == "q2") {
      response.cells.push_back(missing(-98));
    } else if (v.id == "years") {
      response.cells.push_back(value(12));
    } else if (v.id == "share") {
      response.cells.push_back(value(1.0 / 3.0));
    } else if (v.id == "comment") {
      response.cells.push_back(text("Said by " + person + ": \"never, 'ever'\"\nnot\xc3\xa9"));
    } else if (v.id == "born") {
      response.cells.push_back(value(-95)); // 28 September 1969: a day, not a missing code
    } else if (v.id == "met_at") {
      response.cells.push_back(value(14 * 60 + 5));
    } else {
      response.cells.push_back(value(1 + (q1 + static_cast<int>(response.cells.size())) % 5));
    }
  }
  return response;
}

inline store::ImportBatch make_batch(std::vector<Response> responses) {
  store::ImportBatch batch;
  batch.source = "answers.csv";
  batch.source_sha256 = std::string(64, 'a');
  batch.header = "person,wave,q1";
  batch.map = "columns: {}";
  for (const Response& response : responses) {
    batch.raws.push_back(response.frame.person + "," + response.frame.wave + ",raw of " + response.id);
  }
  batch.responses = std::move(responses);
  return batch;
}

inline store::HeldRow make_held(const std::string& person, const std::string& reason) {
  store::HeldRow row;
  row.record.frame.person = person;
  row.record.frame.wave = "T1";
  row.record.answers = {std::string("9"), std::nullopt, std::string("12")};
  row.record.raw = person + ",T1,9,,12";
  row.record.at = {"answers.csv", 7, 1};
  row.reasons = {reason};
  return row;
}

/// A folder of its own, gone at the end.
class TemporaryFolder {
public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "canvass-store-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

private:
  std::string path_;
};

/// What the exception says, or nothing.
template <typename Exception, typename Function> std::string message_of(const Function& function) {
  try {
    function();
  } catch (const Exception& error) {
    return error.what();
  }
  return {};
}

} // namespace canvass::test

#endif
