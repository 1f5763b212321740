#include "reports/words.hpp"

#include <cmath>

namespace canvass::render {
namespace {

struct PlainSpan {
  Medium medium;
  std::string operator()(const std::string& words) const { return words; }
  std::string operator()(const report::Number& number) const { return format_number(number, medium); }
  std::string operator()(const report::NumberRange& range) const { return format_range(range, medium); }
  std::string operator()(const report::Link& link) const { return link.text; }
  std::string operator()(const report::Strong& strong) const { return strong.text; }
};

struct PlainCell {
  Medium medium;
  std::string operator()(const std::string& words) const { return words; }
  std::string operator()(const report::Number& number) const { return std::isnan(number.value) ? "-" : format_number(number, medium); }
  std::string operator()(const report::NumberRange& range) const {
    return std::isnan(range.low) || std::isnan(range.high) ? "-" : format_range(range, medium);
  }
  std::string operator()(const report::Withheld& withheld) const { return withheld.mark; }
  std::string operator()(const report::Sentence& sentence) const { return plain(sentence, medium); }
};

} // namespace

std::string plain(const report::Sentence& sentence, Medium medium) {
  std::string text;
  for (const report::Span& span : sentence) {
    text += std::visit(PlainSpan{medium}, span);
  }
  return text;
}

std::string plain(const report::TableCell& cell, Medium medium) {
  return std::visit(PlainCell{medium}, cell);
}

std::string_view verdict_words(report::LeagueChart::Verdict verdict) {
  switch (verdict) {
  case report::LeagueChart::Verdict::higher: return "higher";
  case report::LeagueChart::Verdict::lower: return "lower";
  case report::LeagueChart::Verdict::not_told_apart: return "not told apart";
  case report::LeagueChart::Verdict::not_tested: return "not tested";
  }
  return "";
}

} // namespace canvass::render
