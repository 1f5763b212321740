#include "engine/analysis/plan_names.hpp"

#include "engine/analysis/plan_options.hpp"
#include "engine/core/text.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <functional>

namespace canvass::analysis {
namespace {

/// What the words of an option name.
enum class Names { views, outcomes, groups, ticks };

struct Named {
  std::string_view procedure, option;
  Names what;
};

constexpr std::array named = {
    Named{"profile_drivers", "views", Names::views},    Named{"profile_drivers", "negative", Names::views},
    Named{"model_drivers", "drivers", Names::outcomes}, Named{"model_drivers", "second", Names::outcomes},
    Named{"subgroup_shares", "by", Names::groups},      Named{"group_gap", "by", Names::groups},
    Named{"trend_over_groups", "by", Names::groups},    Named{"association", "by", Names::groups},
    Named{"association", "outcomes", Names::outcomes},  Named{"composite_index", "by", Names::groups},
    Named{"event_typology", "by", Names::groups},       Named{"multiple_response", "item", Names::ticks},
};

/// All that may be named so.
std::vector<std::string> names_of(const LoadedStudy& loaded, Names what) {
  const Instrument& instrument = loaded.instrument();
  std::vector<std::string> names;
  for (const Indicator& indicator : instrument.indicators) {
    if (what == Names::views || what == Names::outcomes) {
      names.push_back(indicator.id);
    }
  }
  for (const Scale& scale : instrument.scales) {
    if (what == Names::outcomes) {
      names.push_back(scale.id);
    }
  }
  for (const Variable& variable : instrument.variables) {
    const bool fits = what == Names::outcomes || (what == Names::views && variable.multiple) ||
                      (what == Names::groups && !variable.multiple && !variable.list.empty());
    if (fits) {
      names.push_back(variable.id);
    }
    if (what == Names::ticks && variable.multiple &&
        std::find(names.begin(), names.end(), instrument.item_of(variable).id) == names.end()) {
      names.push_back(instrument.item_of(variable).id);
    }
  }
  if (what == Names::groups && loaded.study.survey) {
    const AreaTree& tree = loaded.study.survey->areas;
    names.insert(names.end(), tree.levels.begin(), tree.levels.end());
  }
  return names;
}

std::string_view in_words(Names what) {
  switch (what) {
  case Names::views: return "is no indicator and no tick";
  case Names::outcomes: return "is no scale, no indicator and no question";
  case Names::groups: return "makes no groups: it is no question with one answer, and no level of the areas,";
  case Names::ticks: return "is no question with several ticks";
  }
  return "";
}

/// The codes that an option names stand in the list of a question.
void check_codes(const LoadedStudy& loaded, const PlannedAnalysis& analysis, const std::string& option, const std::string& question,
                 Problems& problems) {
  const Instrument& instrument = loaded.instrument();
  const std::size_t index = instrument.variable(question);
  const ChoiceList* list = index == Instrument::npos ? nullptr : instrument.list(instrument.variables[index].list);
  if (list == nullptr) {
    return; // said elsewhere
  }
  for (const std::string& word : words_in(analysis, option)) {
    const auto code = parse_int(word);
    if (!code || list->find(*code) == nullptr) {
      std::vector<std::string> codes;
      for (const Choice& choice : list->choices) {
        codes.push_back(std::to_string(choice.code));
      }
      problems.error(analysis.at, fmt::format("analysis {}: `{}` names the code {}, which {} does not have; it has {}", analysis.id, option,
                                              word, question, join(codes, ", ")));
    }
  }
}

} // namespace

void check_names(const LoadedStudy& loaded, const PlannedAnalysis& analysis, Problems& problems) {
  for (const Named& one : named) {
    if (one.procedure != analysis.procedure) {
      continue;
    }
    const std::vector<std::string> known = names_of(loaded, one.what);
    for (std::string word : words_in(analysis, std::string(one.option))) {
      constexpr std::string_view denied = "not:";
      if (one.what == Names::views && word.rfind(denied, 0) == 0) {
        word.erase(0, denied.size());
      }
      if (std::find(known.begin(), known.end(), word) == known.end()) {
        problems.error(analysis.at,
                       fmt::format("analysis {}: `{}` names \"{}\", which {} of {}@{}{}", analysis.id, one.option, word, in_words(one.what),
                                   loaded.instrument().id, loaded.instrument().version, did_you_mean(word, known)));
      }
    }
  }
  if (analysis.procedure == "net_balance") {
    check_codes(loaded, analysis, "better", analysis.outcome, problems);
    check_codes(loaded, analysis, "worse", analysis.outcome, problems);
  }
  if (const std::vector<std::string> by = words_in(analysis, "by"); analysis.procedure == "group_gap" && !by.empty()) {
    check_codes(loaded, analysis, "group", by.front(), problems);
    check_codes(loaded, analysis, "against", by.front(), problems);
  }
}

} // namespace canvass::analysis
