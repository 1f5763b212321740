#ifndef CANVASS_ENGINE_ANALYSIS_TEMPLATES_COHORT_REPORT_HPP
#define CANVASS_ENGINE_ANALYSIS_TEMPLATES_COHORT_REPORT_HPP

#include "engine/analysis/cohort.hpp"
#include "engine/analysis/run.hpp"
#include "engine/report/document.hpp"
#include "engine/report/sentence.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace canvass::analysis {

/// Fills the cohort evaluation from protected rows. One file a part of the report; nothing here computes a statistic.
class CohortReport {
public:
  CohortReport(const Input& input, const Analysed& analysed, const Options& options);
  report::Document make();

private:
  // first_page.cpp
  report::Section first_page();
  report::Sentence who() const;
  report::Sentence cannot_say() const;
  report::Sentence check() const;
  std::vector<report::Sentence> limits() const;
  // who.cpp
  report::Section design_and_flow();
  report::Section baseline();
  report::Section quality();
  report::Section missing();
  // scales.cpp
  report::Section primary_contrasts();
  report::Section scales();
  report::Section sensitivity();
  report::Figure means_figure(const std::string& analysis, const std::string& outcome, const std::string& prefix);
  // items.cpp
  std::vector<report::Section> items();
  report::Figure forest(const PlannedAnalysis& analysis, const Contrast& contrast, std::size_t arm);
  void answers_figures(report::Section& section, const std::string& scale, const std::vector<std::string>& items);
  void transition_figures(report::Section& section, const std::vector<std::string>& items, const Contrast& contrast);
  // closing.cpp
  report::Section limitations();
  report::Section method();
  report::Section appendix();

  // shared
  [[nodiscard]] const report::Estimate* row(std::string_view id) const;
  [[nodiscard]] bool collected(std::size_t wave) const;
  [[nodiscard]] std::string label_of(const std::string& outcome) const;
  [[nodiscard]] std::string in_sentence(const std::string& label) const;
  [[nodiscard]] std::string people_of(std::size_t arm) const;
  [[nodiscard]] report::ContrastWords words_of(const PlannedAnalysis& analysis, const Contrast& contrast, std::size_t arm) const;
  [[nodiscard]] std::string when(const Contrast& contrast) const;
  [[nodiscard]] std::string contrast_row_id(const PlannedAnalysis& analysis, const Contrast& contrast, std::size_t arm) const;
  [[nodiscard]] std::vector<const PlannedAnalysis*> scale_analyses() const;
  [[nodiscard]] std::vector<const PlannedAnalysis*> family_analyses() const;
  [[nodiscard]] std::vector<std::string> notes_of(std::string_view analysis) const;
  /// Adds an appendix table and gives back its id ("A1", "A2" ...).
  std::string appendix_table(report::Table table);
  [[nodiscard]] static report::TableCell cell(const report::Estimate* row, report::NumberKind kind,
                                              double report::Estimate::*field = &report::Estimate::estimate);
  [[nodiscard]] static report::TableCell range(const report::Estimate* row, report::NumberKind kind);
  [[nodiscard]] static std::string mark(const report::Estimate& row);

  const Input& input_;
  const Analysed& analysed_;
  const Options& options_;
  const Study& study_;
  const Instrument& instrument_;
  Arms arms_;
  std::vector<std::size_t> waves_; ///< collected
  std::map<std::string, const report::Estimate*, std::less<>> by_id_;
  std::vector<report::Table> tables_;              ///< of the appendix, in order of mention
  std::map<std::string, std::string> means_table_; ///< analysis -> its table of means, shared by the figures that show it
};

} // namespace canvass::analysis

#endif
