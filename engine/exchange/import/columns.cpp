#include "engine/exchange/import/columns.hpp"

#include "engine/core/text.hpp"
#include "engine/exchange/likeness.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>
#include <unordered_map>

namespace canvass::exchange {
namespace {

using Role = ColumnUse::Role;

bool matches(std::string_view pattern, std::string_view header) {
  if (!pattern.empty() && pattern.back() == '*') {
    return header.substr(0, pattern.size() - 1) == pattern.substr(0, pattern.size() - 1);
  }
  return pattern == header;
}

/// Ids that a column of answers may name: variables, and items of many ticks where the cell is split.
bool is_known(const Instrument& instrument, const ColumnMap& column) {
  if (column.split.empty()) {
    return instrument.variable(column.variable) != Instrument::npos;
  }
  return std::any_of(instrument.variables.begin(), instrument.variables.end(),
                     [&](const Variable& variable) { return variable.choice >= 0 && instrument.item_of(variable).id == column.variable; });
}

class Settler {
public:
  Settler(const std::vector<std::string>& headers, const std::vector<Position>& places, const Mapping& mapping, const LoadedStudy& study,
          Problems& problems)
      : mapping_(mapping), study_(study), problems_(problems) {
    for (std::size_t i = 0; i < headers.size(); ++i) {
      ColumnUse use;
      use.header = headers[i];
      use.at = places[i];
      plan_.uses.push_back(std::move(use));
      plain_.push_back(plain(headers[i]));
      first_of_.emplace(plain_.back(), i);
      if (mapping.wide) {
        apart_.push_back(take_apart(plain_.back(), mapping, study.study));
      }
    }
    for (const auto& instrument : study.instrument_of_wave) {
      if (std::find(instruments_.begin(), instruments_.end(), instrument.get()) != instruments_.end()) {
        continue;
      }
      instruments_.push_back(instrument.get());
      for (const Variable& variable : instrument->variables) {
        variables_.push_back(variable.id);
      }
    }
    for (const Wave& wave : study.study.waves) {
      waves_.push_back(wave.id);
    }
  }

  ColumnPlan settle(const std::string& wave_option, bool allow_missing_frame) {
    refuse_duplicates();
    claim_frame();
    claim_answers();
    claim_ignored();
    claim_by_name();
    leave_out_the_rest();
    settle_wave(wave_option);
    check_frame_is_there(allow_missing_frame);
    if (!has(Role::person) && mapping_.numbered.empty()) {
      problems_.error(place_of(mapping_.person), fmt::format("no column says who answered; {}", how_to_name_person()));
    }
    check_missing_names();
    check_recodes_of_frame();
    refuse_shared_targets();
    note_unfed_variables();
    return std::move(plan_);
  }

private:
  [[nodiscard]] bool has_file() const { return !mapping_.file.empty(); }
  [[nodiscard]] bool has(Role role) const {
    return std::any_of(plan_.uses.begin(), plan_.uses.end(), [&](const ColumnUse& use) { return use.role == role; });
  }
  [[nodiscard]] Position place_of(const FrameColumn& column) const {
    if (column.at.line > 0) {
      return column.at;
    }
    return has_file() ? mapping_.at : plan_.uses.empty() ? Position{} : plan_.uses.front().at;
  }
  [[nodiscard]] std::string how_to_name_person() const {
    const std::string& name = study_.study.frame.person;
    return has_file() ? fmt::format("write `person: HEADER` in the map, or `person: {{numbered: \"R\"}}` where nobody is known")
                      : fmt::format("name the column \"{}\", as the study's frame does, or write a map (`canvass map` drafts one){}", name,
                                    did_you_mean(name, plain_));
  }
  [[nodiscard]] std::size_t find(const std::string& header) const {
    const auto found = first_of_.find(header);
    return found == first_of_.end() ? Study::npos : found->second;
  }

  void refuse_duplicates() {
    std::map<std::string, std::size_t> seen;
    for (std::size_t i = 0; i < plain_.size(); ++i) {
      const auto [first, is_new] = seen.emplace(plain_[i], i);
      if (is_new || plain_[i].empty()) {
        continue;
      }
      problems_.error(plan_.uses[i].at, fmt::format("two columns are headed \"{}\": column {} and column {}; rename or remove one, so that "
                                                    "nobody has to guess which is meant",
                                                    plain_[i], first->second + 1, i + 1));
    }
  }

  /// Gives a column its role. False, with a problem, if it has one already.
  bool claim(std::size_t column, Role role, const Position& at) {
    ColumnUse& use = plan_.uses[column];
    if (use.role != Role::unnamed) {
      problems_.error(at, fmt::format("the column \"{}\" is claimed twice in the map; each column has one use", plain_[column]));
      return false;
    }
    use.role = role;
    return true;
  }

  void claim_header(const std::string& header, const Position& at, Role role, std::size_t wave = Study::npos) {
    if (header.empty()) {
      return;
    }
    const std::size_t column = find(header);
    if (column == Study::npos) {
      problems_.error(
          at, fmt::format("the file has no column \"{}\"{}", header,
                          did_you_mean(header, plain_).empty() ? "; its columns are " + columns_listed() : did_you_mean(header, plain_)));
    } else if (claim(column, role, at)) {
      plan_.uses[column].wave = wave;
    }
  }

  [[nodiscard]] std::string columns_listed() const {
    std::vector<std::string> few(plain_.begin(), plain_.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(plain_.size(), 12)));
    return join(few, ", ") + (few.size() < plain_.size() ? ", ..." : "");
  }

  void claim_frame() {
    const std::pair<const FrameColumn*, Role> columns[] = {{&mapping_.person, Role::person},   {&mapping_.wave, Role::wave},
                                                           {&mapping_.arm, Role::arm},         {&mapping_.area, Role::area},
                                                           {&mapping_.stratum, Role::stratum}, {&mapping_.cluster, Role::cluster},
                                                           {&mapping_.weight, Role::weight},   {&mapping_.answered_at, Role::answered_at}};
    for (const auto& [column, role] : columns) {
      claim_header(column->header, column->at, role);
    }
    for (const auto& [wave, header] : mapping_.answered_at_of_wave) {
      const std::size_t index = study_.study.wave(wave);
      if (index == Study::npos) {
        problems_.error(mapping_.answered_at.at,
                        fmt::format("`answered_at` names a wave \"{}\" that the study does not have; it is one of {}{}", wave,
                                    either_of(waves_), did_you_mean(wave, waves_)));
      } else {
        claim_header(header, mapping_.answered_at.at, Role::answered_at, index);
      }
    }
  }

  /// Makes the translators of a column: one an instrument, given to its waves.
  void translate_with(std::size_t index, const ColumnMap& column, std::size_t only_wave) {
    ColumnUse& use = plan_.uses[index];
    use.wave = only_wave;
    use.translators.resize(waves_.size());
    std::map<const Instrument*, std::shared_ptr<Translator>> made;
    for (std::size_t wave = 0; wave < waves_.size(); ++wave) {
      const Instrument& instrument = *study_.instrument_of_wave[wave];
      if ((only_wave != Study::npos && wave != only_wave) || !is_known(instrument, column)) {
        continue;
      }
      auto& translator = made[&instrument];
      if (!translator) {
        translator = std::make_shared<Translator>(mapping_, column, instrument, problems_);
      }
      use.translators[wave] = translator;
    }
  }

  [[nodiscard]] bool known_anywhere(const ColumnMap& column) const {
    return std::any_of(instruments_.begin(), instruments_.end(), [&](const Instrument* i) { return is_known(*i, column); });
  }

  void refuse_unknown_variable(const ColumnMap& column) {
    problems_.error(column.at, column.split.empty()
                                   ? fmt::format("the column \"{}\" is mapped to {}, which the instrument does not have{}", column.header,
                                                 column.variable, did_you_mean(column.variable, variables_))
                                   : fmt::format("the column \"{}\" is split into {}, which is no select_multiple or rank item of the "
                                                 "instrument",
                                                 column.header, column.variable));
  }

  /// Columns that the map names. In a wide file a header may also stand for the variable part of several columns.
  void claim_answers() {
    for (const ColumnMap& column : mapping_.columns) {
      if (!known_anywhere(column)) {
        refuse_unknown_variable(column);
        if (const std::size_t index = find(column.header); index != Study::npos) {
          plan_.uses[index].role = Role::ignored; // the map does say something of it
        }
        continue;
      }
      std::size_t wave = Study::npos;
      if (!column.wave.empty() && (wave = study_.study.wave(column.wave)) == Study::npos) {
        problems_.error(column.at, fmt::format("the column \"{}\" names a wave \"{}\" that the study does not have; it is one of {}{}",
                                               column.header, column.wave, either_of(waves_), did_you_mean(column.wave, waves_)));
        continue;
      }
      if (!column.wave.empty() && !mapping_.wide) {
        problems_.error(column.at,
                        fmt::format("the column \"{}\" names a wave, which only a wide file's columns do; add `layout: wide`, or "
                                    "leave `wave` out",
                                    column.header));
        continue;
      }
      if (const std::size_t index = find(column.header); index != Study::npos) {
        claim_whole(index, column, wave);
      } else if (!mapping_.wide || !claim_parts(column)) {
        claim_header(column.header, column.at, Role::answer); // reports that it is not there
      }
    }
  }

  void claim_whole(std::size_t index, const ColumnMap& column, std::size_t wave) {
    if (mapping_.wide && wave == Study::npos) {
      const auto& apart = apart_[index];
      if (apart.size() == 1) {
        wave = apart.front().first;
      } else {
        problems_.error(column.at, fmt::format("nothing tells of which wave the column \"{}\" is; add `wave:` to it, or a pattern under "
                                               "`wide:`",
                                               column.header));
        return;
      }
    }
    if (claim(index, Role::answer, column.at)) {
      translate_with(index, column, wave);
    }
  }

  bool claim_parts(const ColumnMap& column) {
    bool any = false;
    for (std::size_t i = 0; i < plain_.size(); ++i) {
      for (const auto& [wave, name] : apart_[i]) {
        if (name == column.header && claim(i, Role::answer, column.at)) {
          translate_with(i, column, wave);
          any = true;
        }
      }
    }
    return any;
  }

  void claim_ignored() {
    for (const Ignored& ignored : mapping_.ignore) {
      if (ignored.header == every_other) {
        continue; // once it is known which columns bear our own names
      }
      bool any = false;
      for (std::size_t i = 0; i < plain_.size(); ++i) {
        if (!matches(ignored.header, plain_[i])) {
          continue;
        }
        any = true;
        if (ignored.header == plain_[i] ? claim(i, Role::ignored, ignored.at) : plan_.uses[i].role == Role::unnamed) {
          plan_.uses[i].role = Role::ignored;
          plan_.ignored.push_back(plan_.uses[i].header);
        }
      }
      if (!any) {
        problems_.note(ignored.at, fmt::format("`ignore` lists \"{}\", which the file does not have", ignored.header));
      }
    }
  }

  /// Columns that bear our own names need no map.
  void claim_by_name() {
    const FrameNames& frame = study_.study.frame;
    const std::pair<std::string, Role> names[] = {{frame.person, Role::person},
                                                  {"wave", Role::wave},
                                                  {frame.arm.empty() && !study_.study.arms.empty() ? "arm" : frame.arm, Role::arm},
                                                  {frame.area, Role::area},
                                                  {frame.stratum, Role::stratum},
                                                  {frame.cluster, Role::cluster},
                                                  {frame.weight, Role::weight},
                                                  {"answered_at", Role::answered_at}};
    for (std::size_t i = 0; i < plain_.size(); ++i) {
      if (plan_.uses[i].role != Role::unnamed || plain_[i].empty()) {
        continue;
      }
      const auto named = std::find_if(std::begin(names), std::end(names), [&](const auto& name) {
        return !name.first.empty() && name.first == plain_[i] && !has(name.second);
      });
      if (named != std::end(names) && !(mapping_.wide && named->second == Role::wave) &&
          !(named->second == Role::person && !mapping_.numbered.empty())) {
        plan_.uses[i].role = named->second;
      } else if (!claim_variable_by_name(i)) {
        unclaimed_.push_back(i);
      }
    }
  }

  /// What nothing claims is left out where the map says `ignore: ["*"]`, and refused everywhere else.
  void leave_out_the_rest() {
    const bool all =
        std::any_of(mapping_.ignore.begin(), mapping_.ignore.end(), [](const Ignored& one) { return one.header == every_other; });
    if (!all) {
      refuse_unclaimed();
      return;
    }
    for (const std::size_t i : unclaimed_) {
      plan_.uses[i].role = Role::ignored;
      plan_.ignored.push_back(plan_.uses[i].header);
    }
  }

  bool claim_variable_by_name(std::size_t i) {
    ColumnMap column;
    column.header = plain_[i];
    column.variable = plain_[i];
    column.at = plan_.uses[i].at;
    if (!mapping_.wide) {
      if (!known_anywhere(column)) {
        return false;
      }
      plan_.uses[i].role = Role::answer;
      translate_with(i, column, Study::npos);
      return true;
    }
    for (const auto& [wave, name] : apart_[i]) {
      column.variable = name;
      if (is_known(*study_.instrument_of_wave[wave], column)) {
        plan_.uses[i].role = Role::answer;
        translate_with(i, column, wave);
        return true;
      }
    }
    return false;
  }

  /// One sentence: a file of another study has hundreds of such columns, of which so many are named.
  void refuse_unclaimed() {
    if (unclaimed_.empty()) {
      return;
    }
    constexpr std::size_t most_named = 40;
    constexpr std::size_t most_near = 200; // looking for near names takes its time
    std::vector<std::string> named;
    for (std::size_t k = 0; k < unclaimed_.size() && k < most_named; ++k) {
      const std::string& header = plain_[unclaimed_[k]];
      const std::string near = unclaimed_.size() > most_near ? std::string() : nearest(header, variables_);
      named.push_back(fmt::format("{}, \"{}\"{}", unclaimed_[k] + 1, first_characters(header, 80),
                                  near.empty() ? std::string() : fmt::format(" (did you mean {}?)", near)));
    }
    const bool one = unclaimed_.size() == 1;
    const std::string list =
        join(named, "; ") +
        (named.size() < unclaimed_.size() ? fmt::format("; and {} more", unclaimed_.size() - named.size()) : std::string());
    const Position& at = plan_.uses[unclaimed_.front()].at;
    if (has_file()) {
      problems_.error(at, fmt::format("the map says nothing of {}{}; {} under `columns:`, or under `ignore:`, where \"*\" leaves out "
                                      "whatever nothing else claims",
                                      one ? std::string("column ") : fmt::format("{} columns: ", unclaimed_.size()), list,
                                      one ? "add it" : "add each"));
    } else {
      problems_.error(
          at, one ? fmt::format("column {} is no variable of the instrument and no name of the study's frame; rename it, or write a map "
                                "(`canvass map` drafts one)",
                                list)
                  : fmt::format("{} columns are no variables of the instrument and no names of the study's frame: {}; rename them, or "
                                "write a map (`canvass map` drafts one)",
                                unclaimed_.size(), list));
    }
  }

  /// What the frame names and nothing gives: of the area nothing could be said then, the others are what analyses lean on.
  void check_frame_is_there(bool allow_missing_frame) {
    const FrameNames& frame = study_.study.frame;
    const auto& survey = study_.study.survey;
    if (!survey) {
      return;
    }
    const std::string answer = has_file() ? "name the column in the map" : "head the column so";
    if (!frame.area.empty() && !survey->areas.empty() && !has(Role::area) && !lists_tell([](const Dispatch& sent) {
          return std::any_of(sent.area.begin(), sent.area.end(), [](std::int32_t area) { return area >= 0; });
        })) {
      const Severity severity = allow_missing_frame ? Severity::warning : Severity::error;
      problems_.add(
          {severity, frame_place(),
           fmt::format("no column tells the area (\"{}\" in the study's frame), and no list of those who were asked tells it{}", frame.area,
                       allow_missing_frame ? std::string("; these answers will count for no area")
                                           : fmt::format("; {}, or take the answers for no area with --allow-missing-frame",
                                                         answer + did_you_mean(frame.area, plain_)))});
    }
    const bool strata_listed = lists_tell([](const Dispatch& sent) { return !sent.strata.empty(); });
    const std::pair<const std::string*, std::pair<Role, const char*>> others[] = {{&frame.stratum, {Role::stratum, "stratum"}},
                                                                                  {&frame.cluster, {Role::cluster, "cluster"}}};
    for (const auto& [name, role] : others) {
      if (!name->empty() && !has(role.first) && !(role.first == Role::stratum && strata_listed)) {
        problems_.warning(frame_place(), fmt::format("no column tells the {} (\"{}\" in the study's frame); {}, or errors will be reckoned "
                                                     "without it",
                                                     role.second, *name, answer + did_you_mean(*name, plain_)));
      }
    }
  }

  [[nodiscard]] Position frame_place() const { return has_file() ? mapping_.at : plan_.uses.empty() ? Position{} : plan_.uses.front().at; }

  /// Whether the dispatch list of the file's wave, or of any wave where rows tell theirs, tells something.
  template <typename Tells> [[nodiscard]] bool lists_tell(const Tells& tells) const {
    const auto& sent = study_.study.survey->sent;
    if (plan_.fixed_wave != Study::npos) {
      return plan_.fixed_wave < sent.size() && tells(sent[plan_.fixed_wave]);
    }
    return std::any_of(sent.begin(), sent.end(), tells);
  }

  void settle_wave(const std::string& wave_option) {
    if (mapping_.wide) {
      if (!wave_option.empty()) {
        problems_.error(mapping_.at, "a wide file tells its waves, so a wave cannot be given for all of it");
      }
      return;
    }
    const std::string& wanted = wave_option.empty() ? mapping_.fixed_wave : wave_option;
    if (has(Role::wave)) {
      if (!wanted.empty()) {
        const auto use = std::find_if(plan_.uses.begin(), plan_.uses.end(), [](const ColumnUse& u) { return u.role == Role::wave; });
        problems_.error(use->at,
                        fmt::format("the column \"{}\" tells the wave of each row, so the wave {} cannot be given for all; leave one "
                                    "of the two out",
                                    use->header, wanted));
      }
      return;
    }
    if (!wanted.empty()) {
      plan_.fixed_wave = study_.study.wave(wanted);
      if (plan_.fixed_wave == Study::npos) {
        problems_.error(
            wave_option.empty() ? mapping_.wave.at : Position{},
            fmt::format("the study has no wave \"{}\"; it is one of {}{}", wanted, either_of(waves_), did_you_mean(wanted, waves_)));
      }
    } else if (waves_.size() == 1) {
      plan_.fixed_wave = 0;
    } else {
      problems_.error(place_of(mapping_.wave), fmt::format("nothing tells of which wave the answers are; {}the wave is one of {}",
                                                           has_file() ? "write `wave: HEADER` or `wave: {fixed: " + waves_.front() +
                                                                            "}` in the map, or give --wave: "
                                                                      : "add a column \"wave\", or give --wave: ",
                                                           either_of(waves_)));
    }
  }

  void check_missing_names() {
    std::set<std::string> names;
    for (const Instrument* instrument : instruments_) {
      for (const MissingCode& code : instrument->missing) {
        names.insert(code.name);
        names.insert(std::to_string(code.code));
      }
    }
    const std::vector<std::string> listed(names.begin(), names.end());
    for (const auto& [from, to] : mapping_.missing) {
      if (names.count(to) == 0) {
        problems_.error(mapping_.at,
                        fmt::format("`missing` says that \"{}\" stands for `{}`, which the instrument does not declare; it is one "
                                    "of {}{}",
                                    from, to, either_of(listed), did_you_mean(to, listed)));
      }
    }
  }

  void check_recodes_of_frame() {
    std::vector<std::string> arms;
    for (const Arm& arm : study_.study.arms) {
      arms.push_back(arm.id);
    }
    const auto check = [&](const Recode& recode, const Position& at, const std::vector<std::string>& ids, const char* what) {
      for (const auto& [from, to] : recode) {
        if (std::find(ids.begin(), ids.end(), to) == ids.end()) {
          problems_.error(at, fmt::format("\"{}\" is to be the {} {}, which the study does not have; it is one of {}{}", from, what, to,
                                          either_of(ids), did_you_mean(to, ids)));
        }
      }
    };
    check(mapping_.wave.values, mapping_.wave.at, waves_, "wave");
    check(mapping_.arm.values, mapping_.arm.at, arms, "arm");
    check(mapping_.pattern_waves, mapping_.at, waves_, "wave");
  }

  /// Two columns for one variable of one wave: the second would overwrite the first.
  void refuse_shared_targets() {
    std::map<std::pair<std::size_t, std::string>, std::size_t> fed;
    for (std::size_t i = 0; i < plan_.uses.size(); ++i) {
      for (std::size_t wave = 0; wave < plan_.uses[i].translators.size(); ++wave) {
        const auto& translator = plan_.uses[i].translators[wave];
        if (!translator) {
          continue;
        }
        const auto [first, is_new] = fed.emplace(std::make_pair(wave, translator->variable()), i);
        if (!is_new && first->second != i) {
          problems_.error(plan_.uses[i].at,
                          fmt::format("two columns feed {} of wave {}: column {} (\"{}\") and column {} (\"{}\"); leave one",
                                      translator->variable(), waves_[wave], first->second + 1, plan_.uses[first->second].header, i + 1,
                                      plan_.uses[i].header));
          return;
        }
      }
    }
    for (const auto& entry : fed) {
      fed_.insert(entry.first);
    }
  }

  void note_unfed_variables() {
    for (const Instrument* instrument : instruments_) {
      std::vector<std::string> unfed;
      for (const Variable& variable : instrument->variables) {
        const bool any = std::any_of(fed_.begin(), fed_.end(), [&](const auto& target) {
          return study_.instrument_of_wave[target.first].get() == instrument &&
                 (target.second == variable.id || (variable.choice >= 0 && target.second == instrument->item_of(variable).id));
        });
        if (!any) {
          unfed.push_back(variable.id);
        }
      }
      if (!unfed.empty() && !fed_.empty()) {
        const bool all_waves = instruments_.size() == 1;
        const std::size_t count = unfed.size();
        if (count > 12) {
          unfed.resize(12);
          unfed.emplace_back("...");
        }
        problems_.warning(has_file() ? mapping_.at : plan_.uses.front().at,
                          fmt::format("no column feeds {}{}: {}; their answers will be blank",
                                      counted(static_cast<long long>(count), "variable", "variables"),
                                      all_waves ? "" : fmt::format(" of {}@{}", instrument->id, instrument->version), join(unfed, ", ")));
      }
    }
  }

  static constexpr std::string_view every_other = "*";

  const Mapping& mapping_;
  const LoadedStudy& study_;
  Problems& problems_;
  ColumnPlan plan_;
  std::vector<std::size_t> unclaimed_;
  std::vector<std::string> plain_, variables_, waves_;
  std::unordered_map<std::string, std::size_t> first_of_;               ///< column by its plain header
  std::vector<std::vector<std::pair<std::size_t, std::string>>> apart_; ///< of a wide file: each header taken apart
  std::vector<const Instrument*> instruments_;
  std::set<std::pair<std::size_t, std::string>> fed_;
};

} // namespace

ColumnPlan settle_columns(const std::vector<std::string>& headers, const std::vector<Position>& places, const Mapping& mapping,
                          const LoadedStudy& study, const std::string& wave_option, bool allow_missing_frame, Problems& problems) {
  return Settler(headers, places, mapping, study, problems).settle(wave_option, allow_missing_frame);
}

} // namespace canvass::exchange
