#include "tests/support/catch.hpp"

#include "engine/core/text.hpp"
#include "engine/core/yaml.hpp"
#include "engine/exchange/import/csv.hpp"
#include "engine/exchange/mapping.hpp"
#include "engine/study/load.hpp"

#include <cmath>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

using namespace canvass;
using namespace canvass::exchange;

/// The example of the British Crime Survey: on the data set itself where it lies beside the source, on a few made-up rows everywhere.
namespace {

const std::string folder = CANVASS_SOURCE_DIR "/examples/bcs-2007-08";
const std::string data_file = CANVASS_SOURCE_DIR "/../shared/data/bcs-2007-08/bcs0708.tab";

const LoadedStudy& study() {
  static const LoadedStudy loaded = load_study_or_throw(folder, {{CANVASS_SOURCE_DIR "/instruments"}});
  return loaded;
}

std::vector<Response> import(std::string bytes, std::vector<std::string>* reasons = nullptr) {
  const Mapping map = load_mapping(folder + "/map.yaml");
  const Validator validator(study());
  std::vector<Response> responses;
  import_csv(std::move(bytes), data_file, &map, study(), {}, [&](const RawRecord& record) {
    const Validated validated = validator.validate(record);
    if (validated.response) {
      responses.push_back(*validated.response);
    }
    if (reasons != nullptr) {
      reasons->insert(reasons->end(), validated.reasons.begin(), validated.reasons.end());
    }
  });
  return responses;
}

bool is_here() {
  return std::filesystem::exists(data_file);
}

const std::vector<Response>& survey() {
  static const std::vector<Response> responses = is_here() ? import(read_file(data_file)) : std::vector<Response>();
  return responses;
}

#define SKIP_WITHOUT_DATA()                                                                                                                \
  if (!is_here()) {                                                                                                                        \
    WARN("skipped: ../shared is not here");                                                                                                \
    SUCCEED();                                                                                                                             \
    return;                                                                                                                                \
  }

double value(const Response& response, std::string_view id) {
  const Cell& cell = response.cells[study().instrument().variable(id)];
  return cell.missing == 0 ? cell.number : std::nan("");
}

/// How often each code is given; the missing under -1.
std::map<int, int> frequencies(std::string_view id) {
  std::map<int, int> counts;
  for (const Response& response : survey()) {
    const double code = value(response, id);
    ++counts[std::isnan(code) ? -1 : static_cast<int>(code)];
  }
  return counts;
}

struct Share {
  int n = 0;
  double p = 0, se = 0;
};

/// Share of those with a weight and an answer whose code is at most `code`, with the error of a sample with replacement: every person a
/// unit, the others of the design stay in it as zeros.
Share weighted(std::string_view id, int lowest, int highest) {
  Share share;
  double weights = 0, counted = 0, units = 0;
  for (const Response& response : survey()) {
    const double code = value(response, id);
    units += response.frame.weight ? 1 : 0;
    if (response.frame.weight && !std::isnan(code)) {
      ++share.n;
      weights += *response.frame.weight;
      counted += code >= lowest && code <= highest ? *response.frame.weight : 0;
    }
  }
  share.p = counted / weights;
  double squares = 0;
  for (const Response& response : survey()) {
    const double code = value(response, id);
    if (response.frame.weight && !std::isnan(code)) {
      const double score = *response.frame.weight * ((code >= lowest && code <= highest ? 1 : 0) - share.p) / weights;
      squares += score * score;
    }
  }
  share.se = std::sqrt(squares * units / (units - 1));
  return share;
}

std::string row_of(const std::map<std::string, std::string>& cells) {
  static const std::vector<std::string> columns = {"rowlabel",  "sex",       "age",      "livharm1", "ethgrp2",  "educat3",   "work",
                                                   "yrsarea",   "resyrago",  "tenure1",  "rural2",   "rubbcomm", "vandcomm",  "poorhou",
                                                   "tcemdiqu2", "tcwmdiqu2", "causem",   "walkdark", "walkday",  "homealon",  "tcviolent",
                                                   "tcsteal",   "wburgl",    "wmugged",  "wcarstol", "wfromcar", "wraped",    "wattack",
                                                   "winsult",   "wraceatt",  "crimerat", "tcarea",   "tcneigh",  "bcsvictim", "tcindwt"};
  std::string line;
  for (const std::string& column : columns) {
    const auto found = cells.find(column);
    line += (line.empty() ? "" : "\t") + (cells.empty() ? column : found == cells.end() ? " " : found->second);
  }
  return line + "\r\n";
}

} // namespace

TEST_CASE("blanks, refusals, the last answer and a weight that is missing are read as the codebook means them", "[exchange][bcs]") {
  std::vector<std::string> reasons;
  const auto responses = import(row_of({}) +
                                    row_of({{"rowlabel", "61302140"},
                                            {"crimerat", "5"},
                                            {"walkdark", "9"},
                                            {"wburgl", "8"},
                                            {"wcarstol", "5"},
                                            {"rubbcomm", "5"},
                                            {"causem", "9"},
                                            {"tcviolent", "-.38942735874939"},
                                            {"age", "36"},
                                            {"bcsvictim", "0"},
                                            {"tcindwt", "1.76345956325531"}}) +
                                    row_of({{"rowlabel", "61384060"}, {"crimerat", "1"}, {"sex", "2"}}),
                                &reasons);
  INFO(join(reasons, "; "));
  REQUIRE(responses.size() == 2);
  const Instrument& instrument = study().instrument();
  const auto missing = [&](std::string_view id) { return responses[0].cells[instrument.variable(id)].missing; };
  CHECK(value(responses[0], "crimerat") == 5.0);
  CHECK(missing("walkdark") == -98);
  CHECK(missing("wburgl") == -97);
  CHECK(missing("wcarstol") == -96);
  CHECK(missing("rubbcomm") == code_blank);
  CHECK(missing("wmugged") == code_blank);
  CHECK(value(responses[0], "causem") == 9.0); // an answer here
  CHECK(value(responses[0], "tcviolent") == -.38942735874939);
  CHECK(responses[0].frame.person == "61302140");
  REQUIRE(responses[0].frame.weight);
  CHECK(*responses[0].frame.weight == 1.76345956325531);
  CHECK_FALSE(responses[1].frame.weight); // and not 1
  CHECK(value(responses[1], "crimerat") == 1.0);
}

TEST_CASE("all 11,676 people of the data set come in, and every published count is met", "[exchange][bcs]") {
  SKIP_WITHOUT_DATA();
  std::vector<std::string> reasons;
  CHECK(import(read_file(data_file), &reasons).size() == 11676);
  CHECK(reasons.empty());
  using Counts = std::map<int, int>;
  CHECK(frequencies("bcsvictim") == Counts{{0, 9318}, {1, 2358}});
  CHECK(frequencies("walkdark") == Counts{{-1, 51}, {1, 3002}, {2, 4718}, {3, 2604}, {4, 1301}});
  CHECK(frequencies("wburgl") == Counts{{-1, 6}, {1, 1369}, {2, 3742}, {3, 5093}, {4, 1466}});
  CHECK(frequencies("rubbcomm") == Counts{{-1, 611}, {1, 204}, {2, 1244}, {3, 4154}, {4, 5463}});
  CHECK(frequencies("crimerat").at(5) == 171); // the category that copies of the file lost
  CHECK(frequencies("crimerat").at(-1) == 2126);
  CHECK(frequencies("wcarstol").at(-1) == 2515);
  double sum = 0, squares = 0, n = 0;
  for (const Response& response : survey()) {
    const double age = value(response, "age");
    if (!std::isnan(age)) {
      sum += age;
      squares += age * age;
      ++n;
    }
  }
  CHECK(n == 11661.0);
  CHECK(sum / n == Approx(50.4228).margin(5e-5)); // published with four decimals
  CHECK(std::sqrt((squares - sum * sum / n) / (n - 1)) == Approx(18.5389).margin(5e-5));
}

TEST_CASE("litter by victimisation gives the published chi-square", "[exchange][bcs]") {
  SKIP_WITHOUT_DATA();
  double cells[4][2] = {};
  double rows[4] = {}, columns[2] = {}, all = 0;
  for (const Response& response : survey()) {
    const double litter = value(response, "rubbcomm");
    if (!std::isnan(litter)) {
      const auto i = static_cast<std::size_t>(litter) - 1;
      const auto j = static_cast<std::size_t>(value(response, "bcsvictim"));
      ++cells[i][j];
      ++rows[i];
      ++columns[j];
      ++all;
    }
  }
  double chi = 0, least = all;
  for (std::size_t i = 0; i < 4; ++i) {
    for (std::size_t j = 0; j < 2; ++j) {
      const double expected = rows[i] * columns[j] / all;
      chi += (cells[i][j] - expected) * (cells[i][j] - expected) / expected;
      least = std::min(least, expected);
    }
  }
  CHECK(chi == Approx(184.0443).margin(5e-5));
  CHECK(least == Approx(41.68495).margin(5e-6));
  CHECK(100 * cells[0][0] / columns[0] > 0); // the table is not empty
}

TEST_CASE("women worry more about crime against the person by the published difference", "[exchange][bcs]") {
  SKIP_WITHOUT_DATA();
  double sum[2] = {}, n[2] = {};
  for (const Response& response : survey()) {
    const double score = value(response, "tcviolent");
    if (!std::isnan(score)) {
      const std::size_t sex = value(response, "sex") > 1.5 ? 1 : 0;
      sum[sex] += score;
      ++n[sex];
    }
  }
  CHECK(n[1] == 4475.0);
  CHECK(n[0] == 3959.0);
  CHECK(sum[1] / n[1] == Approx(.32816558).margin(5e-9));
  CHECK(sum[0] / n[0] == Approx(-.27383222).margin(5e-9));
}

TEST_CASE("sixteen people have no weight, the others give R's weighted shares and errors", "[exchange][bcs]") {
  SKIP_WITHOUT_DATA();
  int without = 0;
  double weights = 0, squares = 0;
  for (const Response& response : survey()) {
    without += response.frame.weight ? 0 : 1;
    weights += response.frame.weight.value_or(0);
    squares += response.frame.weight.value_or(0) * response.frame.weight.value_or(0);
  }
  CHECK(without == 16);
  CHECK(weights == Approx(11671.891).margin(5e-4)); // as printed: survey 4.1.1, svydesign(~1, weights = ~tcindwt)
  CHECK(weights * weights / squares == Approx(7749.0866).margin(5e-5));
  struct Expected {
    const char* id;
    int lowest, highest, n;
    double p, se;
  };
  for (const Expected& of : {Expected{"wburgl", 1, 1, 11654, .123526, .003802}, Expected{"wmugged", 1, 1, 11641, .117192, .003770},
                             Expected{"wcarstol", 1, 1, 9148, .115144, .004146}, Expected{"wraped", 1, 1, 11173, .110437, .003803},
                             Expected{"wburgl", 1, 2, 11654, .454194, .005668}, Expected{"walkdark", 1, 2, 11609, .667499, .005363},
                             Expected{"walkday", 4, 4, 11649, .005053, .000779}, Expected{"rubbcomm", 1, 2, 11052, .140010, .004154}}) {
    INFO(of.id);
    const Share share = weighted(of.id, of.lowest, of.highest);
    CHECK(share.n == of.n);
    CHECK(share.p == Approx(of.p).margin(5e-7)); // printed with six decimals
    CHECK(share.se == Approx(of.se).margin(5.5e-7));
  }
  CHECK(weighted("bcsvictim", 1, 1).p == Approx(.221557).margin(5e-7)); // 22 % were published
}
