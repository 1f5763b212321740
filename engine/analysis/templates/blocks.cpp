#include "engine/analysis/templates/blocks.hpp"

#include "engine/analysis/protect.hpp"
#include "engine/report/sentence.hpp"

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
  about("Plan", input.locks.empty() ? "not locked" : input.locks.front().sha256);
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
