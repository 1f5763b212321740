#include "engine/analysis/templates/blocks.hpp"

#include "engine/analysis/protect.hpp"
#include "engine/core/text.hpp"
#include "engine/report/sentence.hpp"
#include "engine/study/lock.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace canvass::analysis {

using namespace report;

TableCell cell_of(const Estimate* row, NumberKind kind, double Estimate::*field) {
  if (row == nullptr) {
    return Withheld{"[z]", "does not apply"};
  }
  if (is_withheld(*row)) {
    return Withheld{"[c]", "withheld: too few people"};
  }
  if (!std::isfinite(row->*field)) {
    return Withheld{"[z]", "does not apply"};
  }
  return Number{row->*field, kind, row->id};
}

TableCell range_of(const Estimate* row, NumberKind kind) {
  if (row == nullptr || (!is_withheld(*row) && !std::isfinite(row->conf_low) && !std::isfinite(row->conf_high))) {
    return Withheld{"[z]", "does not apply"};
  }
  if (is_withheld(*row)) {
    return Withheld{"[c]", "withheld: too few people"};
  }
  return NumberRange{row->conf_low, row->conf_high, kind, row->id};
}

std::string adjustment_words(const std::string& adjustment) {
  return adjustment == "bh" ? "Benjamini and Hochberg" : adjustment == "by" ? "Benjamini and Yekutieli" : capitalised(adjustment);
}

Sentence test_numbers(const Estimate& row) {
  if (is_withheld(row) || !std::isfinite(row.statistic)) {
    return {};
  }
  const auto df = [&](double value) { return Number{value, value == std::floor(value) ? NumberKind::count : NumberKind::df, row.id}; };
  Sentence sentence = {std::string("F("),   df(row.df),
                       std::string(", "),   df(row.df2),
                       std::string(") = "), Number{row.statistic, NumberKind::statistic, row.id},
                       std::string(", p "), Number{row.p_value, NumberKind::p_value, row.id}};
  if (std::isfinite(row.p_adjusted) && row.adjustment != "none") {
    sentence.emplace_back("; by " + adjustment_words(row.adjustment) + " ");
    sentence.emplace_back(Number{row.p_adjusted, NumberKind::p_value, row.id});
  }
  return sentence;
}

Sentence plan_sentence(const Input& input, const Analysed& analysed) {
  const LockedPlan* lock = plan_held_against(input);
  if (lock == nullptr) {
    return {std::string("The plan was not locked, so every number here is exploratory. ")};
  }
  // Of a survey that goes on, only the newest wave's answers were not to be known.
  const Study& study = input.study.study;
  const std::size_t newest_index = newest_wave(study, input.responses);
  const std::string newest = newest_index == Study::npos ? std::string() : study.waves[newest_index].id;
  std::string timing = "before any answer" + (study.survey && study.waves.size() > 1 && !newest.empty() ? " of " + newest : std::string());
  for (const auto& [wave, count] : lock->responses_by_wave) {
    if (count > 0 && (!study.survey || wave == newest)) {
      timing = "when " + counted(static_cast<long long>(count), "answer", "answers") + " of " + wave + " were in";
    }
  }
  const bool deviated =
      std::any_of(analysed.rows.begin(), analysed.rows.end(), [](const Estimate& one) { return one.planned == Planned::deviated; });
  return {"Plan locked on " + in_words(date_of(lock->at)) + ", " + timing + "; " +
          (deviated ? "it was changed since: rows say \"deviated\". " : "no deviations. ")};
}

Document begun(const Input& input, const Analysed& analysed, const Options& options, std::string subtitle) {
  const Study& study = input.study.study;
  const Instrument& instrument = input.study.instrument();
  Document document;
  document.title = study.title.empty() ? study.id : study.title.in(study.language);
  document.subtitle = std::move(subtitle);
  document.decision = study.decision;
  document.simulated = input.simulated;
  document.release = options.release == Release::open ? "public" : "internal";
  document.rows = analysed.rows;
  const auto about = [&](const std::string& label, const std::string& text) { document.about.emplace_back(label, text); };
  about("Study", study.id);
  about("Study file", study.sha256);
  about("Instrument", instrument.id + "@" + instrument.version);
  about("Instrument file", instrument.sha256);
  about("Conventions", std::to_string(study.plan.conventions));
  about("Seed", std::to_string(study.plan.seed));
  const LockedPlan* lock = plan_held_against(input);
  about(lock == nullptr || lock->sha256 == plan_sha256(input.study) ? "Plan" : "Plan as locked",
        lock == nullptr ? "not locked" : lock->sha256);
  about("Answers", std::to_string(input.responses.size()));
  about("Release", document.release);
  return document;
}

void number_tables(std::vector<Section>& sections) {
  std::size_t number = 0;
  for (Section& section : sections) {
    for (Block& block : section.blocks) {
      if (auto* table = std::get_if<Table>(&block)) {
        table->id = std::to_string(++number);
      }
    }
  }
}

} // namespace canvass::analysis
