#ifndef CANVASS_ENGINE_ANALYSIS_TEMPLATES_SURVEY_REPORT_HPP
#define CANVASS_ENGINE_ANALYSIS_TEMPLATES_SURVEY_REPORT_HPP

#include "engine/analysis/run.hpp"
#include "engine/report/document.hpp"
#include "engine/report/survey_sentence.hpp"

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace canvass::analysis {

/// Fills the reports on the public, annual and of towns, from protected rows. One file a part of the report; nothing here computes a
/// statistic.
class SurveyReport {
public:
  SurveyReport(const Input& input, const Analysed& analysed, const Options& options);
  report::Document annual();
  report::Document towns();
  /// Of one area. @throws InputError nobody answered there or no area of that code
  report::Document area(const std::string& code);

private:
  // first_page.cpp
  report::Section first_page();
  report::Sentence headline(const std::string& outcome) const;
  report::Sentence kpis() const;
  report::Sentence areas() const;
  report::Sentence links() const;
  report::Sentence peers() const;
  report::Sentence who() const;
  report::Sentence check() const;
  // who.cpp
  report::Section who_answered();
  // trend.cpp
  report::Section trend();
  report::Figure trend_figure(const std::string& prefix, const std::vector<std::string>& outcomes, bool low);
  // areas.cpp
  report::Section area_tables();
  report::Section subgroups();
  struct League {
    report::Table table;
    report::Figure figure;
  };
  /// Areas of one level that are `shown` by their codes, each against everybody else; `named`: the code that the report is about.
  [[nodiscard]] League league_of(const std::string& outcome, const std::string& level,
                                 const std::function<bool(const std::string& code)>& shown, std::string_view named) const;
  // area.cpp
  report::Section area_first_page(const Area& area);
  report::Section area_indicators(const Area& area) const;
  report::Section area_neighbours(const Area& area);
  void add_association(report::Table& table, const std::string& outcome, const std::string& variable) const;
  // links.cpp
  report::Section linked();
  void profiles(report::Section& section);
  void comparisons(report::Section& section);
  void over_answers(report::Section& section, const PlannedAnalysis& analysis);
  report::Section matrix();
  // drivers.cpp
  void drivers(report::Section& section);
  void shares_of_drivers(report::Section& section, const std::string& analysis, const std::vector<std::string>& outcomes,
                         const std::vector<std::string>& drivers);
  // composites.cpp
  report::Section composites();
  void index_tables(report::Section& section, const PlannedAnalysis& analysis);
  void typology(report::Section& section, const PlannedAnalysis& analysis);
  // scoreboard.cpp
  report::Section scoreboard();
  report::Section published();
  // records.cpp
  report::Section records();
  report::Section claims();
  // towns.cpp
  report::Section towns_first_page();
  report::Section towns_section();
  report::Figure towns_figure(const std::string& outcome, const std::string& prefix);
  report::Table towns_table(const std::string& outcome);
  report::Sentence who_is_missing() const;
  [[nodiscard]] std::vector<std::string> town_outcomes() const;
  // closing.cpp
  report::Section limitations();
  report::Section method();
  report::Section appendix();

  // shared
  [[nodiscard]] const report::Estimate* row(std::string_view id) const;
  /// Rows of a procedure, in order.
  [[nodiscard]] std::vector<const report::Estimate*> rows_of(std::string_view procedure) const;
  [[nodiscard]] std::string label_of(const std::string& outcome) const;
  [[nodiscard]] report::ShareWords words_of(const std::string& outcome) const;
  [[nodiscard]] std::string area_label(std::string_view code) const;
  /// What a reader should see for a level: an area's name, an answer's label, or the level itself.
  [[nodiscard]] std::string level_label(const std::string& variable, const std::string& level) const;
  /// What a reader should see for what parts people: a level of the areas, or a question.
  [[nodiscard]] std::string variable_label(const std::string& variable) const;
  [[nodiscard]] std::string last_wave() const; ///< id; empty where nobody answered
  [[nodiscard]] std::string wave_label(const std::string& id) const;
  /// "trend/confident/2026": the row of an outcome in a wave, from whichever trend analysis has it.
  [[nodiscard]] const report::Estimate* in_wave(const std::string& outcome, const std::string& wave) const;
  [[nodiscard]] const report::Estimate* between_waves(const std::string& outcome, const std::string& later,
                                                      const std::string& earlier) const;
  /// Outcomes of the first page.
  [[nodiscard]] std::vector<std::string> headlines() const;
  std::string appendix_table(report::Table table);
  /// Every note of a procedure as a warning.
  void warn_of(std::string_view procedure, report::Section& section) const;
  /// The document without sections; its subtitle is the kind and the last wave.
  [[nodiscard]] report::Document begun_as(const std::string& kind) const;

  const Input& input_;
  const Analysed& analysed_;
  const Options& options_;
  const Study& study_;
  const PublicSurvey& setup_;
  const Instrument& instrument_;
  std::vector<std::string> waves_; ///< ids of those with answers, in order
  std::map<std::string, const report::Estimate*, std::less<>> by_id_;
  std::vector<report::Table> tables_; ///< of the appendix
};

} // namespace canvass::analysis

#endif
