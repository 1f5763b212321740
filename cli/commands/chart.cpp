#include "reports/charts/chart.hpp"

#include "cli/answers.hpp"
#include "cli/commands/all.hpp"
#include "cli/files.hpp"
#include "cli/study_access.hpp"

#include <filesystem>
#include <fmt/format.h>

namespace canvass::cli::commands {

namespace {

constexpr Operand operands[] = {study_operand, {.name = "NAME", .kind = Operand::Kind::word}};
constexpr Option options[] = {{.name = "output", .letter = 'o', .value = "FILE", .help = "the SVG file to write"},
                              area_option,
                              release_option,
                              threads_option,
                              store_option};

Exit run(const Arguments& arguments, Console& console) {
  const std::string target = arguments.required("output");
  if (std::filesystem::path(target).extension() != ".svg") {
    throw UsageError(fmt::format("-o cannot be '{}': charts are written as SVG, so its name ends with .svg", target));
  }
  const auto answers = load_answers(arguments, console);
  analysis::Options chosen = analysis_options(arguments, console);
  chosen.area = area_of(arguments, answers->study);
  const analysis::Analysed analysed = analysis::analyse(answers->input(), chosen);
  const report::Figure figure = analysis::make_figure(answers->input(), analysed, chosen, arguments.operand("NAME"));
  write_file(target, render::render_chart_svg(figure, answers->simulated));
  console.data(target + "\n");
  console.say(figure.headline);
  console.next(figure.table.empty() ? "say its numbers beside it; canvass report writes them into tables."
                                    : "say its numbers beside it: they stand in table " + figure.table + " of the report.");
  return Exit::done;
}

} // namespace

const Command chart = {
    .name = "chart",
    .group = Group::analyse,
    .summary = "one chart of the report as a file of its own",
    .operands = operands,
    .options = options,
    .run = run,
};

} // namespace canvass::cli::commands
