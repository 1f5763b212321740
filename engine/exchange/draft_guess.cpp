#include "engine/core/text.hpp"
#include "engine/exchange/draft.hpp"
#include "engine/exchange/import/columns.hpp"
#include "engine/exchange/likeness.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace canvass::exchange::draft {
namespace {

/// What other programs call a column that is no answer.
constexpr std::array<std::string_view, 14> person_words = {"id",         "participant",  "participantid",     "person",      "personid",
                                                           "respondent", "respondentid", "externalreference", "token",       "subject",
                                                           "subjectid",  "code",         "staffid",           "collarnumber"};
constexpr std::array<std::string_view, 8> wave_words = {"wave", "time", "timepoint", "occasion", "round", "phase", "visit", "t"};
constexpr std::array<std::string_view, 6> arm_words = {"arm", "group", "condition", "treatment", "trial", "cohort"};
constexpr std::array<std::string_view, 8> moment_words = {"completiontime", "submitdate", "submissiondate", "recordeddate",
                                                          "enddate",        "timestamp",  "submissiontime", "answeredat"};
constexpr std::array<std::string_view, 4> area_words = {"area", "ward", "town", "district"};
constexpr std::array<std::string_view, 5> weight_words = {"weight", "wt", "wgt", "finalweight", "weighting"};
constexpr std::array<std::string_view, 2> stratum_words = {"stratum", "strata"};
constexpr std::array<std::string_view, 3> cluster_words = {"cluster", "psu", "samplepoint"};
/// Bookkeeping of the usual programs, never answers.
constexpr std::array<std::string_view, 40> known_other = {"email",
                                                          "name",
                                                          "starttime",
                                                          "startdate",
                                                          "status",
                                                          "ipaddress",
                                                          "ipaddr",
                                                          "progress",
                                                          "durationinseconds",
                                                          "finished",
                                                          "responseid",
                                                          "recipientlastname",
                                                          "recipientfirstname",
                                                          "recipientemail",
                                                          "locationlatitude",
                                                          "locationlongitude",
                                                          "distributionchannel",
                                                          "userlanguage",
                                                          "lastpage",
                                                          "startlanguage",
                                                          "seed",
                                                          "datestamp",
                                                          "refurl",
                                                          "interviewtime",
                                                          "key",
                                                          "submitterid",
                                                          "submittername",
                                                          "attachmentspresent",
                                                          "attachmentsexpected",
                                                          "reviewstate",
                                                          "deviceid",
                                                          "edits",
                                                          "formversion",
                                                          "uuid",
                                                          "validationstatus",
                                                          "submittedby",
                                                          "version",
                                                          "index",
                                                          "lastmodifiedtime",
                                                          "totalpoints"};

template <std::size_t N> bool is_one_of(const std::array<std::string_view, N>& words, const std::string& bare) {
  return std::find(words.begin(), words.end(), bare) != words.end();
}

/// Words that studies use for their waves, by number from the first; the last ones also stand for the last wave.
const std::vector<std::vector<std::string>>& wave_names() {
  static const std::vector<std::vector<std::string>> names = {{"pre", "before", "baseline", "t1", "time1", "w1", "wave1"},
                                                              {"post", "after", "endline", "t2", "time2", "w2", "wave2"},
                                                              {"followup", "later", "fu", "t3", "time3", "w3", "wave3"}};
  return names;
}

/// Wave that a word means: id, label, number, or a usual word.
std::size_t wave_of_word(const std::string& word, const Study& study) {
  if (const std::size_t wave = wave_meant(word, {}, study); wave != Study::npos) {
    return wave;
  }
  const std::string bare = bare_name(word);
  for (std::size_t i = 0; i < study.waves.size(); ++i) {
    if (bare_name(study.waves[i].id) == bare) {
      return i;
    }
  }
  for (std::size_t i = 0; i < wave_names().size() && i < study.waves.size(); ++i) {
    if (std::find(wave_names()[i].begin(), wave_names()[i].end(), bare) != wave_names()[i].end()) {
      return i;
    }
  }
  return Study::npos;
}

/// Certainty that a header means a variable, and why.
Guess match_variable(const std::string& header, const Instrument& instrument) {
  Guess best;
  const std::string bare = bare_name(header);
  for (const Variable& variable : instrument.variables) {
    double certainty = 0;
    std::string why;
    if (variable.id == header) {
      certainty = 1;
      why = "same name";
    } else if (!bare.empty() && bare_name(variable.id) == bare) {
      certainty = .98;
      why = "same name but for punctuation";
    } else {
      for (const auto& [language, text] : instrument.label_of(variable).by_language) {
        double like = likeness(header, text);
        const std::string whole = instrument.item_of(variable).label.in(language) + " " + text;
        if (variable.row >= 0 || variable.choice >= 0) {
          like = std::max(like, likeness(header, whole));
        }
        if (like * .95 > certainty) {
          certainty = like * .95;
          why = plain_label(header) == plain_label(text) ? "same text" : "header is like the question";
        }
      }
    }
    if (certainty > best.certainty) {
      best.kind = Guess::Kind::variable;
      best.variable = variable.id;
      best.certainty = certainty;
      best.why = why;
    }
  }
  if (best.certainty < .35) {
    best.kind = Guess::Kind::nothing;
  }
  return best;
}

/// By the header or, where the file says what the column is, by that.
Guess match_variable(const std::string& header, const std::string& label, const Instrument& instrument) {
  constexpr double label_alike = .5; // every column of such a file has a label, so that less means nothing
  Guess guess = match_variable(header, instrument);
  if (label.empty()) {
    return guess;
  }
  Guess by_label = match_variable(label, instrument);
  if (by_label.kind == Guess::Kind::variable && by_label.certainty >= label_alike && by_label.certainty > guess.certainty) {
    by_label.why = by_label.why == "header is like the question" ? "its label is like the question" : "its label: " + by_label.why;
    return by_label;
  }
  return guess;
}

std::optional<Guess> match_frame(const Column& column, const LoadedStudy& loaded) {
  const Study& study = loaded.study;
  const std::string bare = bare_name(column.header);
  const auto made = [](Guess::Kind kind, double certainty, std::string why) {
    Guess guess;
    guess.kind = kind;
    guess.certainty = certainty;
    guess.why = std::move(why);
    return guess;
  };
  if (column.header == study.frame.person) {
    return made(Guess::Kind::person, 1, "the study's own name");
  }
  if (column.header == study.frame.arm && !study.frame.arm.empty()) {
    return made(Guess::Kind::arm, 1, "the study's own name");
  }
  if (column.header == study.frame.area && !study.frame.area.empty()) {
    return made(Guess::Kind::area, 1, "the study's own name");
  }
  const std::pair<const std::string*, Guess::Kind> parts[] = {{&study.frame.stratum, Guess::Kind::stratum},
                                                              {&study.frame.cluster, Guess::Kind::cluster},
                                                              {&study.frame.weight, Guess::Kind::weight}};
  for (const auto& [name, kind] : parts) {
    if (!name->empty() && column.header == *name) {
      return made(kind, 1, "the study's own name");
    }
  }
  if (is_one_of(person_words, bare)) {
    return made(Guess::Kind::person, .8, "a usual name for it");
  }
  if (is_one_of(wave_words, bare) && column.values.size() <= study.waves.size() + 1) {
    return made(Guess::Kind::wave, .9, "a usual name for it, and few values");
  }
  if (is_one_of(arm_words, bare) && !study.arms.empty() && column.values.size() <= study.arms.size() + 1) {
    return made(Guess::Kind::arm, .9, "a usual name for it, and few values");
  }
  if (is_one_of(moment_words, bare)) {
    return made(Guess::Kind::answered_at, .9, "a usual name for it");
  }
  if (is_one_of(area_words, bare) && !study.frame.area.empty()) {
    return made(Guess::Kind::area, .7, "a usual name for it");
  }
  if (is_one_of(weight_words, bare) && !study.frame.weight.empty()) {
    return made(Guess::Kind::weight, .7, "a usual name for it");
  }
  if (is_one_of(stratum_words, bare) && !study.frame.stratum.empty()) {
    return made(Guess::Kind::stratum, .7, "a usual name for it");
  }
  if (is_one_of(cluster_words, bare) && !study.frame.cluster.empty()) {
    return made(Guess::Kind::cluster, .7, "a usual name for it");
  }
  if (is_one_of(known_other, bare)) {
    return made(Guess::Kind::ignored, .9, "bookkeeping of the program that wrote the file");
  }
  return std::nullopt;
}

struct WidePattern {
  std::string pattern;
  std::map<std::string, std::size_t> words;
  std::vector<std::pair<std::size_t, std::string>> parts; ///< by column: wave and name; npos where it does not fit
  std::size_t matched = 0;
};

/// The way to take headers apart that fits most variables in at least two waves.
WidePattern find_pattern(const File& file, const LoadedStudy& study) {
  WidePattern best;
  for (const std::string_view glue : {".", "_", " ", "-", ":", ""}) {
    for (const bool wave_first : {true, false}) {
      WidePattern one;
      one.pattern = wave_first ? "{wave}" + std::string(glue) + "{variable}" : "{variable}" + std::string(glue) + "{wave}";
      one.parts.assign(file.columns.size(), {Study::npos, std::string()});
      for (std::size_t i = 0; i < file.columns.size(); ++i) {
        const std::string& header = file.columns[i].header;
        for (std::size_t cut = 1; cut + glue.size() < header.size(); ++cut) {
          if (header.compare(cut, glue.size(), glue) != 0) {
            continue;
          }
          const std::string before = header.substr(0, cut);
          const std::string after = header.substr(cut + glue.size());
          const std::string& word = wave_first ? before : after;
          const std::string& name = wave_first ? after : before;
          const std::size_t wave = wave_of_word(word, study.study);
          if (wave == Study::npos || match_variable(name, *study.instrument_of_wave[wave]).certainty < .6) {
            continue;
          }
          one.parts[i] = {wave, name};
          one.words[word] = wave;
          ++one.matched;
          break;
        }
      }
      std::set<std::size_t> waves;
      for (const auto& entry : one.words) {
        waves.insert(entry.second);
      }
      if (waves.size() >= 2 && waves.size() == one.words.size() && one.matched > best.matched) {
        best = std::move(one);
      }
    }
  }
  return best;
}

/// Takes a variable from all columns but the surest.
void settle_rivals(std::vector<Guess>& guesses) {
  for (std::size_t i = 0; i < guesses.size(); ++i) {
    for (std::size_t k = 0; k < guesses.size(); ++k) {
      const bool rivals = i != k && guesses[i].kind == guesses[k].kind && guesses[i].kind != Guess::Kind::nothing &&
                          guesses[i].kind != Guess::Kind::ignored && guesses[i].variable == guesses[k].variable &&
                          guesses[i].wave == guesses[k].wave;
      if (rivals && (guesses[k].certainty > guesses[i].certainty || (guesses[k].certainty == guesses[i].certainty && k < i))) {
        guesses[i].kind = Guess::Kind::nothing;
        break;
      }
    }
  }
}

/// What stands in the arm column, as arms; the last value left over is the last arm left over.
std::map<std::string, std::string> match_arms(const std::set<std::string>& values, const Study& study) {
  std::map<std::string, std::string> arms;
  std::vector<std::string> free;
  for (const Arm& arm : study.arms) {
    free.push_back(arm.id);
  }
  std::vector<std::string> rest;
  for (const std::string& value : values) {
    if (value.empty()) {
      continue;
    }
    std::string arm = arm_meant(value, {}, study);
    if (arm.empty()) {
      for (const Arm& one : study.arms) {
        if (bare_name(one.id) == bare_name(value) || likeness(one.label.in(study.language), value) > .6) {
          arm = one.id;
        }
      }
    }
    const auto taken = std::find(free.begin(), free.end(), arm);
    if (taken == free.end()) {
      rest.push_back(value);
    } else {
      arms[value] = arm;
      free.erase(taken);
    }
  }
  for (const std::string& value : rest) {
    arms[value] = free.size() == 1 && rest.size() == 1 ? free.front() : "";
  }
  return arms;
}

} // namespace

Guesses guess(const File& file, const LoadedStudy& study) {
  Guesses made;
  made.columns.resize(file.columns.size());
  const WidePattern wide = find_pattern(file, study);
  made.wide = wide.matched > 0;
  made.pattern = wide.pattern;
  made.waves = wide.words;
  for (std::size_t i = 0; i < file.columns.size(); ++i) {
    const Column& column = file.columns[i];
    Guess& here = made.columns[i];
    if (made.wide && wide.parts[i].first != Study::npos) {
      here = match_variable(wide.parts[i].second, column.notes.label, *study.instrument_of_wave[wide.parts[i].first]);
      here.wave = wide.parts[i].first;
      continue;
    }
    here = match_variable(column.header, column.notes.label, study.instrument());
    if (const auto frame = match_frame(column, study); frame && frame->certainty >= here.certainty) {
      here = *frame;
      if (made.wide && here.kind == Guess::Kind::wave) {
        here.kind = Guess::Kind::ignored;
      }
    } else if (made.wide && here.kind == Guess::Kind::variable) {
      here.kind = Guess::Kind::nothing; // which wave it is of cannot be told
    }
  }
  settle_rivals(made.columns);
  for (std::size_t i = 0; i < file.columns.size(); ++i) {
    if (made.columns[i].kind == Guess::Kind::arm) {
      made.arms = match_arms(file.columns[i].values, study.study);
    } else if (made.columns[i].kind == Guess::Kind::wave) {
      for (const std::string& value : file.columns[i].values) {
        if (!value.empty()) {
          made.waves[value] = wave_of_word(value, study.study);
        }
      }
    }
  }
  return made;
}

} // namespace canvass::exchange::draft
