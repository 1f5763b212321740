#include "cli/answers.hpp"
#include "cli/commands/all.hpp"
#include "cli/files.hpp"
#include "cli/study_access.hpp"
#include "engine/core/text.hpp"
#include "reports/csv.hpp"
#include "reports/renderer.hpp"

#include <fmt/format.h>

namespace canvass::cli::commands {

namespace {

constexpr std::string_view formats[] = {"text", "json", "csv"};
constexpr Operand operands[] = {study_operand};
constexpr Option options[] = {
    {.name = "only", .letter = '\0', .value = "ID", .help = "one analysis of the plan"},
    {.name = "format", .letter = '\0', .value = "F", .help = "text (the default), json or csv", .allowed = formats},
    release_option,
    threads_option,
    store_option};

report::NumberKind kind_of(const report::Estimate& row) {
  switch (row.unit) {
  case report::Unit::points: return row.versus.empty() ? report::NumberKind::score : report::NumberKind::change;
  case report::Unit::percent: return report::NumberKind::percent_1;
  case report::Unit::percentage_points: return report::NumberKind::points_change;
  case report::Unit::count: return report::NumberKind::count;
  case report::Unit::correlation:
  case report::Unit::probability: return report::NumberKind::coefficient;
  case report::Unit::standardised: return report::NumberKind::effect;
  case report::Unit::ratio:
  case report::Unit::none: break;
  }
  return report::NumberKind::statistic;
}

report::TableCell number(double value, report::NumberKind kind, const std::string& row) {
  return value != value ? report::TableCell(std::string{}) : report::TableCell(report::Number{value, kind, row});
}

/// Every row on a line: what a terminal has room for. JSON and CSV have all fields.
report::Table table_of(const report::Estimates& rows) {
  report::Table table;
  table.id = "rows";
  table.caption = "One line an estimate";
  table.columns = {{"Row", false}, {"Quantity", false},  {"Estimate", true}, {"Interval", true},
                   {"p", true},    {"Adjusted p", true}, {"n", true},        {"Verdict", false}};
  for (const report::Estimate& row : rows) {
    const report::NumberKind kind = kind_of(row);
    const bool has_interval = row.conf_low == row.conf_low && row.conf_high == row.conf_high;
    table.rows.push_back({row.id, row.quantity, number(row.estimate, kind, row.id),
                          has_interval ? report::TableCell(report::NumberRange{row.conf_low, row.conf_high, kind, row.id})
                                       : report::TableCell(std::string{}),
                          number(row.p_value, report::NumberKind::p_value, row.id),
                          number(row.p_adjusted, report::NumberKind::p_value, row.id), number(row.n, report::NumberKind::count, row.id),
                          row.verdict});
  }
  return table;
}

report::Document document_of(const Answers& answers, const analysis::Analysed& analysed, const Arguments& arguments) {
  const Study& study = answers.study.study;
  report::Document document;
  document.title = study.title.in(study.language);
  document.simulated = answers.simulated;
  document.release = arguments.value_or("release", "public");
  document.rows = analysed.rows;
  report::Section section;
  section.id = "rows";
  section.title = "Estimates";
  section.blocks.emplace_back(table_of(analysed.rows));
  document.sections.push_back(std::move(section));
  return document;
}

Exit run(const Arguments& arguments, Console& console) {
  const auto answers = load_answers(arguments, console);
  const analysis::Options chosen = analysis_options(arguments, console);
  const analysis::Analysed analysed = analysis::analyse(answers->input(), chosen);
  const std::string format = arguments.value_or("format", "text");
  if (format == "csv") {
    console.data(render::estimates_csv(analysed.rows));
  } else {
    const render::Renderer* renderer = render::find_renderer(format);
    render::RenderOptions how;
    how.width = console.terminal().out_is_terminal ? console.terminal().width : 160;
    console.data(renderer->render(document_of(*answers, analysed, arguments), how).front().bytes);
  }
  if (answers->simulated) {
    console.say("SIMULATED: these answers are made up.");
  }
  const Exit exit = print_notes(analysed, chosen, console);
  if (analysed.withheld > 0) {
    console.say(fmt::format("{} withheld because groups are small; --release internal shows them to the evaluator.",
                            counted(static_cast<long long>(analysed.withheld), "row is", "rows are")));
  }
  const std::string shown = shell_word(arguments.operand("STUDY"));
  console.next(analysed.rows.empty()
                   ? fmt::format("canvass status {} shows who has answered.", shown)
                   : fmt::format("canvass report {0}, or canvass explain {0} {1}.", shown, shell_word(analysed.rows.front().id)));
  return exit;
}

} // namespace

const Command analyse = {
    .name = "analyse",
    .group = Group::analyse,
    .summary = "run the plan and print every estimate",
    .operands = operands,
    .options = options,
    .run = run,
};

} // namespace canvass::cli::commands
