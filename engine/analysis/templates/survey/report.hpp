#ifndef CANVASS_ENGINE_ANALYSIS_TEMPLATES_SURVEY_REPORT_HPP
#define CANVASS_ENGINE_ANALYSIS_TEMPLATES_SURVEY_REPORT_HPP

#include "engine/analysis/run.hpp"
#include "engine/report/document.hpp"
#include "engine/report/survey_sentence.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace canvass::analysis {

/// "3 (2 to 6)", "12= (7 to 20)" where it is shared, "2 to 5" where no place is given, "4, untested"; [c] where it is withheld.
report::TableCell place_cell(const report::Estimate* rank);
/// "2 to 7", or "2": the places that a unit may hold.
std::string places_words(const report::Estimate& rank);

/// Fills the reports on the public, annual and of towns, from protected rows. One file a part of the report; nothing here computes a
/// statistic.
class SurveyReport {
public:
  SurveyReport(const Input& input, const Analysed& analysed, const Options& options);
  report::Document annual();
  report::Document towns();
  /// Of one area. @throws InputError nobody answered there or no area of that code
  report::Document area(const std::string& code);
  report::Document published_figures();

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
  void put_earlier_figures_before(report::TrendChart& chart, const std::string& outcome);
  void add_breaks(report::TrendChart& chart, const std::vector<std::string>& outcomes) const;
  void earlier_figures(report::Section& section);
  /// The points of one line of a trend: `find` gives the row of a wave, or nullptr.
  [[nodiscard]] report::TrendChart::Series trend_line(const std::string& label,
                                                      const std::function<const report::Estimate*(const std::string& wave)>& find) const;
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
  // further.cpp
  report::Section further();
  void put_table(report::Section& section, report::Table table);
  void estimates_table(report::Section& section, const PlannedAnalysis& analysis, const std::vector<const report::Estimate*>& rows);
  void model_tables(report::Section& section, const PlannedAnalysis& analysis, const std::vector<const report::Estimate*>& rows);
  void tests_table(report::Section& section, const PlannedAnalysis& analysis, const std::vector<const report::Estimate*>& rows);
  struct FurtherWords {
    bool wave = false, outcome = false;
  };
  FurtherWords words_for(const std::vector<const report::Estimate*>& rows, report::Table& table) const;
  /// What a row of these tables is called: groups, or everybody, and what else is not alike in all rows.
  [[nodiscard]] std::string further_name(const report::Estimate& row, const FurtherWords& words) const;
  [[nodiscard]] std::string predictor_name(const report::Estimate& row) const;
  /// "Urban or Rural": of codes with a + between them.
  [[nodiscard]] std::string answers_label(const std::string& variable, const std::string& levels) const;
  // scoreboard.cpp
  report::Section scoreboard();
  // peers.cpp
  report::Section among_peers();
  void peer_table(report::Section& section, const report::Estimate& table_row);
  void place_history(report::Section& section, const report::Estimate& table_row);
  [[nodiscard]] std::vector<report::Sentence> peer_notes(const report::Estimate& table_row, const PublishedSeries& series,
                                                         const std::string& named) const;
  [[nodiscard]] report::Sentence peer_sentence(const PublishedSeries& series) const;
  [[nodiscard]] std::string order_words(const report::Estimate& table, const std::string& units) const;
  // published.cpp
  report::Section published();
  void published_trend(report::Section& section, const PublishedSeries& series, const std::string& analysis, const std::string& unit);
  void published_changes(report::Section& section, const PublishedSeries& series, const std::string& analysis);
  report::Section published_first_page();
  report::Section published_method();
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
  /// What the board holds an indicator to, else what the plan's trend is drawn against.
  [[nodiscard]] std::optional<double> target_of(const std::string& outcome) const;
  /// Of a unit of a published series; an empty unit is none of them, and has what is not of one unit alone.
  [[nodiscard]] std::optional<double> target_of_series(const PublishedSeries& series, const std::string& unit) const;
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
