// What a survey of the public will be able to say of everybody, of divisions and of areas, before a questionnaire is sent.

#include "cli/commands/power_survey.hpp"

#include "cli/table.hpp"
#include "engine/core/text.hpp"
#include "engine/stats/power.hpp"
#include "engine/stats/shares.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>

namespace canvass::cli::commands {

namespace {

constexpr std::array half_widths = {0.10, 0.05, 0.03};

std::string number(double value) {
  return fmt::format("{:.{}f}", value, std::abs(value - std::round(value)) < 1e-9 ? 0 : 1);
}
std::string points(double share) {
  return std::isfinite(share) ? fmt::format("{:.1f}", 100 * share) : "-";
}

struct Level {
  std::string name;
  std::size_t areas = 1;
};

std::vector<Level> levels_of(const AreaTree& tree) {
  std::vector<Level> levels;
  for (std::size_t i = 0; i < tree.levels.size(); ++i) {
    const auto count = std::count_if(tree.areas.begin(), tree.areas.end(), [&](const Area& area) { return area.level == i; });
    levels.push_back({tree.levels[i], static_cast<std::size_t>(count)});
  }
  if (levels.empty()) {
    levels.push_back({"everybody", 1});
  }
  return levels;
}

} // namespace

std::string survey_plan(const LoadedStudy& loaded, const SurveyDesign& design) {
  const double alpha = loaded.study.plan.significance_level;
  const double level = 1 - alpha;
  const std::string share =
      fmt::format("{} %{}", number(100 * design.share), std::abs(design.share - 0.5) < 1e-9 ? ", the worst case" : "");
  const std::vector<Level> levels = levels_of(loaded.study.survey->areas);
  TextTable table{{{"Level"},
                   {"Areas", true},
                   {"Sent each", true},
                   {"Return", true},
                   {"Answers each", true},
                   {"Half width", true},
                   {"Change seen", true}},
                  {}};
  for (const Level& one : levels) {
    const double sent = design.sent / static_cast<double>(std::max<std::size_t>(one.areas, 1));
    for (const double back : design.returns) {
      const double answers = sent * back;
      const double effective = answers / design.design_effect;
      table.rows.push_back({one.name, std::to_string(one.areas), number(sent), number(100 * back) + "%", number(answers),
                            points(stats::half_width(design.share, effective, level)),
                            points(stats::detectable_proportion_difference(design.share, effective, effective, alpha))});
    }
  }
  const Level& narrowest = levels.back();
  const double sent = design.sent / static_cast<double>(std::max<std::size_t>(narrowest.areas, 1));
  TextTable needed{{{"Half width", true}, {"Answers", true}, {"Return", true}, {""}}, {}};
  for (const double half : half_widths) {
    const double answers = std::ceil(design.design_effect * stats::answers_for_half_width(half, design.share, level));
    const double back = answers / sent;
    needed.rows.push_back({points(half), number(answers), points(back) + "%",
                           back > 1     ? "more than are sent"
                           : back > 0.5 ? "hardly to be had"
                                        : ""});
  }
  return fmt::format(
      "In points, at a share of {}, with a design effect of {}. Half width: of the {}% interval. Change seen: between two waves of "
      "this size, by four of five surveys (two-sided, level {})\n\n{}\n"
      "What one of the {} takes ({} sent each)\n\n{}",
      share, shortest(design.design_effect), number(100 * level), shortest(alpha), print_table(table, 0),
      narrowest.areas == 1 ? std::string(narrowest.name)
                           : counted(static_cast<long long>(narrowest.areas), narrowest.name, narrowest.name + "s"),
      number(sent), print_table(needed, 0));
}

} // namespace canvass::cli::commands
