#include "tests/support/catch.hpp"

#include "engine/core/text.hpp"
#include "engine/instrument/indicators.hpp"
#include "engine/simulate/simulate.hpp"
#include "engine/study/load.hpp"

#include <map>
#include <string>
#include <vector>

using namespace canvass;

/// The examples that are answered by nobody give what their pages say: the shape that reports of them are read for.
namespace {

LoadedStudy example(const std::string& name) {
  return load_study_or_throw(std::string(CANVASS_SOURCE_DIR "/examples/") + name, {{CANVASS_SOURCE_DIR "/instruments"}});
}

struct Share {
  double n = 0, counted = 0;
  [[nodiscard]] double percent() const { return 100 * counted / n; }
};

/// One record as a formula asks for it.
AnswerLookup answers_of(const RawRecord& record, const std::map<std::string, std::size_t, std::less<>>& index) {
  return [&](std::string_view id) {
    ExpressionValue value;
    const auto found = index.find(id);
    const std::optional<std::string> answer = found == index.end() ? std::nullopt : record.answers[found->second];
    const int code = answer ? parse_int(*answer).value_or(code_blank) : code_blank;
    if (found == index.end() || is_missing_code(code)) {
      value.missing = code;
    } else {
      value.kind = ExpressionValue::Kind::number;
      value.number = code;
    }
    return value;
  };
}

class Answers {
public:
  Answers(const LoadedStudy& study, std::vector<RawRecord> records) : instrument_(study.instrument()), records_(std::move(records)) {
    for (std::size_t i = 0; i < instrument_.variables.size(); ++i) {
      index_.emplace(instrument_.variables[i].id, i);
    }
  }

  /// Of a wave and the areas that begin so, the share for whom the indicator holds; `all`: among those for whom these hold too.
  [[nodiscard]] Share share(std::string_view indicator, const std::string& wave, const std::string& area = "",
                            const std::vector<std::string>& all = {}) const {
    Share share;
    for (const RawRecord& record : records_) {
      if (record.frame.wave != wave || record.frame.area.rfind(area, 0) != 0) {
        continue;
      }
      const AnswerLookup answers = answers_of(record, index_);
      const auto holds = [&](std::string_view id) { return indicator_of(instrument_, *instrument_.indicator(id), answers); };
      bool among = true;
      for (const std::string& id : all) {
        among = among && holds(id).value_or(false);
      }
      const std::optional<bool> counts = holds(indicator);
      if (among && counts) {
        ++share.n;
        share.counted += *counts ? 1 : 0;
      }
    }
    return share;
  }

  [[nodiscard]] std::size_t count(const std::string& wave, const std::string& area) const {
    std::size_t sum = 0;
    for (const RawRecord& record : records_) {
      sum += record.frame.wave == wave && record.frame.area.rfind(area, 0) == 0 ? 1U : 0U;
    }
    return sum;
  }

  [[nodiscard]] std::size_t size() const { return records_.size(); }

private:
  const Instrument& instrument_;
  std::vector<RawRecord> records_;
  std::map<std::string, std::size_t, std::less<>> index_;
};

} // namespace

TEST_CASE("the annual survey comes back as its page says", "[simulate][examples]") {
  const LoadedStudy study = example("annual-survey");
  simulate::Design design = simulate::load_design(study);
  CHECK(design.sent.at("Y2026") == 60000);
  CHECK(simulate::make_sent(study, design).size() == 4);
  design.response["Y2024"] = 0; // two of the four years are enough to see the shape
  design.response["Y2025"] = 0;
  const Answers answers(study, simulate::simulate(study, design, study.study.plan.seed));
  CHECK(static_cast<double>(answers.count("Y2026", "")) == Approx(12412).margin(400)); // 60,000 x .2069, four standard errors
  // Unweighted, the old answer more often and are surer of the police: a point above the weighted 41.7 and 39.
  const double first = answers.share("confident", "Y2023").percent();
  const double last = answers.share("confident", "Y2026").percent();
  CHECK(first == Approx(43).margin(2));
  CHECK(last == Approx(40).margin(2));
  CHECK(last < first - 1);
  CHECK(answers.share("reassured", "Y2026").percent() == Approx(45.5).margin(2));
  const Share positive = answers.share("confident", "Y2026", "",
                                       {"understand_agree", "matters_agree", "minor_agree", "informed_agree", "visibility_satisfied"});
  CHECK(positive.n > 300);
  CHECK(positive.percent() > 94);
  const Share negative =
      answers.share("confident", "Y2026", "", {"understand_disagree", "matters_disagree", "informed_disagree", "seldom_seen"});
  CHECK(negative.n > 100);
  CHECK(negative.percent() < 4);
  CHECK(answers.share("unreported", "Y2026", "", {"aged_16_19"}).percent() > 2 * answers.share("unreported", "Y2026").percent());
  CHECK(answers.share("minority_ethnic", "Y2026").percent() == Approx(6).margin(1.5));
}

TEST_CASE("so many answers come from each town as its page says, and Brookwell finds less disorder", "[simulate][examples]") {
  const LoadedStudy study = example("four-towns");
  const simulate::Design design = simulate::load_design(study);
  CHECK(simulate::make_sent(study, design).empty());
  const Answers answers(study, simulate::simulate(study, design, study.study.plan.seed));
  CHECK(answers.size() == 1193);
  CHECK(answers.count("before", "W1") == 118);
  CHECK(answers.count("after", "W4") == 24);
  CHECK(answers.share("asb_big", "after", "W2").percent() < answers.share("asb_big", "before", "W2").percent() - 12);
}

TEST_CASE("a study that is ready to collect can be rehearsed without a design", "[simulate][examples]") {
  const LoadedStudy study = example("hyper-local-west-mercia");
  const Answers answers(study, simulate::simulate(study, simulate::load_design(study), 1));
  CHECK(answers.size() > 400); // 1,000 would be asked in each of two waves, three in ten answer
  CHECK(answers.count("baseline", "E0500") == answers.count("baseline", ""));
}
