#include "engine/analysis/templates/template.hpp"

#include "engine/core/text.hpp"

#include <array>
#include <stdexcept>

namespace canvass::analysis {
namespace {

constexpr std::array table = {
    Template{"cohort_evaluation", "waves of one cohort, usually against a control arm: did anything change?", cohort_evaluation_shows,
             make_cohort_evaluation},
    Template{"annual_survey", "a public survey year by year: shares by area and group, trend, drivers, indicators of the board",
             annual_survey_shows, make_annual_survey},
    Template{"town_poll", "a few towns, before and after: who answered, what changed, against comparison towns", town_poll_shows,
             make_town_poll},
    Template{"published_figures",
             "what others have published: places among peers with their intervals, and the trend; no answers of one's own", published_shows,
             make_published_figures},
};

} // namespace

std::span<const Template> templates() {
  return table;
}

const Template* find_template(std::string_view name) {
  for (const Template& one : table) {
    if (one.name == name) {
      return &one;
    }
  }
  return nullptr;
}

PlannedAnalysis standing(std::string id, std::string procedure) {
  PlannedAnalysis analysis;
  analysis.id = std::move(id);
  analysis.procedure = std::move(procedure);
  return analysis;
}

namespace {

/// A cell under the heading of its neighbour is a wrong number. @throws std::logic_error
void check_shape(const report::Table& shown) {
  for (const auto& row : shown.rows) {
    if (row.size() != shown.columns.size()) {
      throw std::logic_error("the table \"" + shown.caption + "\" has " + std::to_string(row.size()) + " cells under " +
                             std::to_string(shown.columns.size()) + " headings");
    }
  }
}

} // namespace

std::string no_such_template(const std::string& name) {
  std::vector<std::string> names;
  for (const Template& one : templates()) {
    names.emplace_back(one.name);
  }
  return "there is no report template called \"" + name + "\"; there are " + join(names, ", ") + did_you_mean(name, names);
}

report::Document make_report(const Input& input, const Analysed& analysed, const Options& options) {
  const Study& study = input.study.study;
  const Template* found = find_template(study.report_template);
  if (found == nullptr) {
    throw InputError(study.at, no_such_template(study.report_template));
  }
  report::Document document = found->make(input, analysed, options);
  for (const report::Section& section : document.sections) {
    for (const report::Block& block : section.blocks) {
      if (const auto* shown = std::get_if<report::Table>(&block)) {
        check_shape(*shown);
      }
    }
  }
  return document;
}

report::Figure make_figure(const Input& input, const Analysed& analysed, const Options& options, std::string_view name) {
  std::vector<std::string> names;
  for (const report::Section& section : make_report(input, analysed, options).sections) {
    for (const report::Block& block : section.blocks) {
      if (const auto* figure = std::get_if<report::Figure>(&block)) {
        const std::string short_name = figure->id.rfind("fig-", 0) == 0 ? figure->id.substr(4) : figure->id;
        if (short_name == name || figure->id == name) {
          return *figure;
        }
        names.push_back(short_name);
      }
    }
  }
  throw InputError({input.study.study.file, 0, 0}, "there is no chart called \"" + std::string(name) + "\"" + did_you_mean(name, names) +
                                                       "; there are " + join(names, ", "));
}

} // namespace canvass::analysis
