#include "tests/support/catch.hpp"
#include "tests/support/contains_text.hpp"
#include "tests/support/public_files.hpp"

#include "engine/dataset/dataset.hpp"
#include "engine/dataset/weights.hpp"

#include <cmath>
#include <optional>

using namespace canvass;
using namespace canvass::testing;

namespace {

/// A survey with a weight and a cluster in the frame, and answers made without the validator, so that old ones can be told too.
class Returns {
public:
  explicit Returns(const std::string& study = replaced(public_study, "stratum: stratum", "stratum: stratum, cluster: street, weight: w")) {
    write_public_study(files_);
    files_.write("study.yaml", study);
    loaded_ = files_.load();
  }
  Returns& add(const std::string& serial, std::optional<double> weight = 1, const std::string& area = {}, const std::string& stratum = {},
               const std::string& cluster = {}, const std::string& wave = "y2025") {
    Response response;
    response.id = serial + "/" + wave;
    response.instrument = "street@1.0.0";
    response.frame.person = serial;
    response.frame.wave = wave;
    response.frame.area = area;
    response.frame.stratum = stratum;
    response.frame.cluster = cluster;
    response.frame.weight = weight;
    response.cells.resize(loaded_.instrument().variables.size());
    response.cells[0].number = 4;
    responses.push_back(std::move(response));
    return *this;
  }
  [[nodiscard]] Dataset build() const { return build_dataset(loaded_, responses); }
  [[nodiscard]] std::string area(const Dataset& data, std::size_t row) const {
    return data.area[row] < 0 ? "none" : loaded_.study.survey->areas.areas[static_cast<std::size_t>(data.area[row])].code;
  }
  [[nodiscard]] const LoadedStudy& loaded() const { return loaded_; }
  std::vector<Response> responses;

private:
  StudyFiles files_;
  LoadedStudy loaded_;
};

} // namespace

TEST_CASE("an answer from an area that the file lost is refused with the nearest name", "[dataset][survey]") {
  Returns returns;
  returns.add("1001", 1, "Aldeby");
  CHECK_THROWS_WITH(returns.build(), canvass::testing::contains_text("which this file no longer has; did you mean Alderby?"));
}

TEST_CASE("weights that are missing or below 0 are refused with their count", "[dataset][survey]") {
  Returns returns;
  for (int i = 0; i < 11'676; ++i) {
    returns.add("s" + std::to_string(i), i < 16 ? std::nullopt : std::optional<double>(1.5));
  }
  const Dataset data = returns.build();
  CHECK_THROWS_WITH(given_weights(returns.loaded(), data), Catch::Matchers::StartsWith("16 of 11,676 weights are missing; mend them"));
  CHECK_THROWS_AS(given_weights(returns.loaded(), data), DomainError);

  Returns negative;
  negative.add("1001", -1.0).add("1002");
  CHECK_THROWS_WITH(given_weights(negative.loaded(), negative.build()), Catch::Matchers::StartsWith("1 of 2 weights is below 0"));

  Returns zero;
  zero.add("1001", 0.0).add("1002", 0.0);
  CHECK_THROWS_WITH(given_weights(zero.loaded(), zero.build()), Catch::Matchers::StartsWith("all 2 weights are 0"));

  Returns none(public_study);
  none.add("1001");
  CHECK(none.build().weight.empty());
  CHECK_THROWS_WITH(given_weights(none.loaded(), none.build()), canvass::testing::contains_text("names no `weight` column"));
}

TEST_CASE("rows without a weight leave only where the study says so, counted", "[dataset][survey]") {
  std::string study = replaced(public_study, "stratum: stratum", "stratum: stratum, weight: w");
  Returns returns(replaced(study, "trim: 5", "missing_weight: leave_out, trim: 5"));
  returns.add("1001", std::nullopt).add("1002", 2.0).add("7", 3.0, "A1", "low", "", "y2026");
  const GivenWeights given = given_weights(returns.loaded(), returns.build(), 0);
  CHECK(given.rows == 2);
  CHECK(given.left_out == 1);
  CHECK(given.use == std::vector<std::uint8_t>{0, 1, 0});
  CHECK(given.weight == std::vector<double>{0, 2, 0});
}

TEST_CASE("before the first answer the frame is empty", "[dataset][survey]") {
  const Dataset data = Returns().build();
  CHECK(data.rows() == 0);
  CHECK(data.area.empty());
  CHECK(data.strata.empty());
  CHECK(data.weight.empty());
}

TEST_CASE("a return with its serial alone takes area and stratum from the dispatch list", "[dataset][survey]") {
  Returns returns;
  returns.add("1003").add("1001").add("1002");
  const Dataset data = returns.build();
  CHECK(returns.area(data, 0) == "A3");
  CHECK(returns.area(data, 1) == "A1");
  CHECK(returns.area(data, 2) == "A1");
  CHECK(data.strata == std::vector<std::string>{"high", "low"});
  CHECK(data.stratum == std::vector<std::int32_t>{1, 1, 0});
  CHECK(data.clusters.empty());
  CHECK(data.cluster == std::vector<std::int32_t>{-1, -1, -1});
}

TEST_CASE("what the answer says goes before the list, names of areas are any of theirs, waves have lists of their own",
          "[dataset][survey]") {
  Returns returns;
  returns.add("1001", std::nullopt, "old alderby", "medium", "High St")
      .add("1001", 2.5, "", "", "", "y2026")
      .add("1002", 1, " a2", "", "Alley");
  const Dataset data = returns.build();
  CHECK(returns.area(data, 0) == "A1");
  CHECK(returns.area(data, 1) == "none"); // no list of 2026
  CHECK(returns.area(data, 2) == "A2");
  CHECK(data.strata == std::vector<std::string>{"high", "medium"});
  CHECK(data.stratum == std::vector<std::int32_t>{1, -1, 0});
  CHECK(data.clusters == std::vector<std::string>{"Alley", "High St"});
  CHECK(data.cluster == std::vector<std::int32_t>{1, -1, 0});
  CHECK(std::isnan(data.weight[0]));
  CHECK(data.weight[1] == 2.5);
}

TEST_CASE("a study of the public keeps answers in one byte each", "[dataset][survey]") {
  Returns returns;
  returns.add("1001");
  const Dataset data = returns.build();
  CHECK(data.column("local_police")->small.size() == 1);
  CHECK(data.column("local_police")->numbers.empty());
  CHECK(data.column("sex")->small.size() == 1);
}
