#include "engine/report/sentence.hpp"

#include "engine/core/text.hpp"

#include <algorithm>
#include <cmath>

namespace canvass::report {

bool has_flag(const Estimate& row, std::string_view flag) {
  return std::find(row.flags.begin(), row.flags.end(), flag) != row.flags.end();
}

void append(Sentence& sentence, Sentence more) {
  sentence.insert(sentence.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

namespace {

std::string percent_of(double conf_level) {
  return shortest(std::round(conf_level * 1000) / 10) + "%";
}

/// " (95% 0.10 to 0.52; n 35 + 28; scale 1 to 5)".
Sentence evidence(const Estimate& row, const ContrastWords& words) {
  Sentence sentence;
  sentence.emplace_back(" (" + percent_of(row.conf_level) + " ");
  sentence.emplace_back(NumberRange{row.conf_low, row.conf_high, NumberKind::change, row.id});
  sentence.emplace_back("; n ");
  sentence.emplace_back(Number{row.n, NumberKind::count, row.id});
  sentence.emplace_back(" + ");
  sentence.emplace_back(Number{row.n_versus, NumberKind::count, row.id});
  if (std::isfinite(words.lowest) && words.highest > words.lowest) {
    sentence.emplace_back("; scale ");
    sentence.emplace_back(Number{words.lowest, NumberKind::raw, row.id});
    sentence.emplace_back(" to ");
    sentence.emplace_back(Number{words.highest, NumberKind::raw, row.id});
  }
  sentence.emplace_back(")");
  return sentence;
}

std::string why_not_testable(const Estimate& row) {
  if (has_flag(row, "withheld")) {
    return "the groups are too small to publish";
  }
  if (has_flag(row, "no_control")) {
    return "there is no control group to set the change against";
  }
  if (has_flag(row, "not_yet_collected")) {
    return "the answers of this wave have not been collected yet";
  }
  if (has_flag(row, "under_10_complete")) {
    return "an arm has fewer than 10 people who answered both waves";
  }
  if (has_flag(row, "under_three_groups")) {
    return "with fewer than three course groups, group and training cannot be told apart";
  }
  if (has_flag(row, "no_variation")) {
    return "everybody's answers are the same";
  }
  return "the data cannot bear the test";
}

} // namespace

Sentence answer_sentence(const Estimate& row, const Estimate* detectable, const ContrastWords& words) {
  Sentence sentence;
  const std::string when = capitalised(words.when);
  const auto bound_number = [&] { return Number{words.bound.value_or(not_a_number), NumberKind::raw, row.id}; };
  if (row.verdict == "not testable" || row.verdict.empty()) {
    sentence.emplace_back(when + ", whether " + words.outcome + " changed cannot be tested: " + why_not_testable(row) + ".");
    return sentence;
  }
  if (row.verdict == "practically unchanged") {
    sentence.emplace_back(when + ", any difference in the change of " + words.outcome + " between " + words.treated + " and " +
                          words.control + " is smaller than the ");
    sentence.emplace_back(bound_number());
    sentence.emplace_back(" points that matter");
    append(sentence, evidence(row, words));
    sentence.emplace_back(has_flag(row, "detectable_smaller_than_d") ? ". A difference was detected, but one too small to matter." : ".");
    return sentence;
  }
  if (row.verdict == "inconclusive") {
    if (has_flag(row, "baseline_and_ancova_disagree")) {
      sentence.emplace_back(when + ", nothing can be concluded about " + words.outcome + ": " + words.treated + " and " + words.control +
                            " differed at the start, and two ways of allowing for that point in opposite directions");
      append(sentence, evidence(row, words));
      sentence.emplace_back(".");
      return sentence;
    }
    sentence.emplace_back(when + ", no difference in the change of " + words.outcome + " between " + words.treated + " and " +
                          words.control + " was shown");
    const double reach = std::max(std::abs(row.conf_low), std::abs(row.conf_high));
    if (words.bound && reach >= *words.bound) {
      sentence.emplace_back("; one that matters (");
      sentence.emplace_back(bound_number());
      sentence.emplace_back(" points) is not ruled out");
    } else if (!words.bound && detectable != nullptr && std::isfinite(detectable->estimate)) {
      sentence.emplace_back("; one of ");
      sentence.emplace_back(Number{detectable->estimate, NumberKind::score, detectable->id});
      sentence.emplace_back(" points would have been seen four times in five");
    }
    append(sentence, evidence(row, words));
    sentence.emplace_back(".");
    return sentence;
  }
  const bool up = row.estimate > 0;
  const Number size{std::abs(row.estimate), NumberKind::score, row.id};
  if (words.randomised) {
    sentence.emplace_back(when + ", " + words.training + " had " + (up ? "raised " : "lowered ") + words.outcome + " by ");
    sentence.emplace_back(size);
    sentence.emplace_back(" points among " + words.treated + ", measured against " + words.control);
  } else {
    sentence.emplace_back(when + ", the change in " + words.outcome + " was ");
    sentence.emplace_back(size);
    sentence.emplace_back(std::string(" points ") + (up ? "higher" : "lower") + " among " + words.treated + " than among " + words.control);
  }
  append(sentence, evidence(row, words));
  if (row.verdict == "improved" || row.verdict == "worsened") {
    sentence.emplace_back(row.verdict == "improved" ? ", the direction wished for" : ", against the direction wished for");
  }
  if (words.bound && has_flag(row, "by_at_least_d")) {
    sentence.emplace_back("; it is at least the ");
    sentence.emplace_back(bound_number());
    sentence.emplace_back(" points that matter");
  } else if (words.bound && has_flag(row, "d_not_shown")) {
    sentence.emplace_back("; that it reaches the ");
    sentence.emplace_back(bound_number());
    sentence.emplace_back(" points that matter is not shown");
  }
  sentence.emplace_back(".");
  return sentence;
}

Sentence contrast_numbers(const Estimate& row) {
  Sentence sentence;
  if (!std::isfinite(row.estimate)) {
    sentence.emplace_back(has_flag(row, "not_yet_collected") ? "not yet collected"
                          : has_flag(row, "withheld")        ? "withheld"
                                                             : "not testable");
    return sentence;
  }
  sentence.emplace_back(Number{row.estimate, NumberKind::change, row.id});
  sentence.emplace_back(" (" + percent_of(row.conf_level) + " ");
  sentence.emplace_back(NumberRange{row.conf_low, row.conf_high, NumberKind::change, row.id});
  sentence.emplace_back(")  p ");
  sentence.emplace_back(Number{std::isfinite(row.p_adjusted) ? row.p_adjusted : row.p_value, NumberKind::p_value, row.id});
  sentence.emplace_back("  n ");
  sentence.emplace_back(Number{row.n, NumberKind::count, row.id});
  sentence.emplace_back(" + ");
  sentence.emplace_back(Number{row.n_versus, NumberKind::count, row.id});
  return sentence;
}

std::string verdict_words(const Estimate& row, std::optional<double> bound) {
  if (has_flag(row, "withheld")) {
    return "withheld";
  }
  if (has_flag(row, "not_yet_collected")) {
    return "not yet collected";
  }
  std::string words = row.verdict;
  if (row.verdict == "not testable") {
    return words + ": " + why_not_testable(row);
  }
  const std::string d = bound ? shortest(*bound) : "";
  if (has_flag(row, "as_expected")) {
    words += ", as expected";
  }
  if (has_flag(row, "against_expectation")) {
    words += ", against expectation";
  }
  if (has_flag(row, "by_at_least_d")) {
    words += "; by at least " + d;
  }
  if (has_flag(row, "d_not_shown")) {
    words += "; " + d + " or more not shown";
  }
  if (has_flag(row, "detectable_smaller_than_d")) {
    words += "; detectable, smaller than " + d;
  }
  if (has_flag(row, "baseline_and_ancova_disagree")) {
    words += "; the arms differed at the start";
  }
  if (has_flag(row, "alone_not_among_m")) {
    words += "; alone, not among its family";
  }
  if (has_flag(row, "too_small_to_tell")) {
    words += "; too small to tell";
  }
  return words;
}

Sentence items_sentence(const Estimate& k_of_m, std::size_t adjusted, std::string_view wave, bool brief) {
  Sentence sentence;
  if (!std::isfinite(k_of_m.estimate)) {
    sentence.emplace_back(std::string(wave) + ": withheld, the groups are too small to publish.");
    return sentence;
  }
  const auto k = static_cast<long long>(k_of_m.estimate);
  sentence.emplace_back(std::string(wave) + ": ");
  sentence.emplace_back(Number{k_of_m.estimate, NumberKind::count, k_of_m.id});
  sentence.emplace_back(" of ");
  sentence.emplace_back(Number{k_of_m.count, NumberKind::count, k_of_m.id});
  if (brief) {
    sentence.emplace_back(", ");
  } else {
    sentence.emplace_back(k == 1 ? " items differs from control unadjusted, " : " items differ from control unadjusted, ");
  }
  sentence.emplace_back(adjusted == 0 ? std::string("none") : std::to_string(adjusted));
  sentence.emplace_back(" after adjustment.");
  if (k > 0 && std::isfinite(k_of_m.p_value)) {
    sentence.emplace_back(brief ? " By chance " : " If nothing differed, ");
    sentence.emplace_back(Number{k_of_m.estimate, NumberKind::count, k_of_m.id});
    sentence.emplace_back(brief ? " or more: " : " or more would appear in ");
    if (k_of_m.p_value < 0.005) {
      sentence.emplace_back("fewer than 1 of 100 reshuffles.");
    } else {
      sentence.emplace_back(Number{100 * k_of_m.p_value, NumberKind::count, k_of_m.id});
      sentence.emplace_back(" of 100 reshuffles.");
    }
  }
  return sentence;
}

std::string capitalised(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') {
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  }
  return text;
}

std::string plain_words(const Sentence& sentence) {
  std::string words;
  for (const Span& span : sentence) {
    if (const auto* text = std::get_if<std::string>(&span)) {
      words += *text;
    } else if (const auto* strong = std::get_if<Strong>(&span)) {
      words += strong->text;
    } else if (const auto* link = std::get_if<Link>(&span)) {
      words += link->text;
    } else if (const auto* number = std::get_if<Number>(&span)) {
      words += "<" + shortest(number->value) + ">";
    } else if (const auto* range = std::get_if<NumberRange>(&span)) {
      words += "<" + shortest(range->low) + " to " + shortest(range->high) + ">";
    }
  }
  return words;
}

} // namespace canvass::report
