#include "engine/core/error.hpp"

#include <algorithm>
#include <tuple>

namespace canvass {

std::string to_string(const Position& at) {
  if (at.line <= 0) {
    return at.file;
  }
  std::string text = at.file + ":" + std::to_string(at.line);
  if (at.column > 0) {
    text += ":" + std::to_string(at.column);
  }
  return text;
}

std::string to_string(const Problem& problem) {
  std::string text = to_string(problem.at);
  if (!text.empty()) {
    text += ": ";
  }
  switch (problem.severity) {
  case Severity::error: break;
  case Severity::warning: text += "warning: "; break;
  case Severity::note: text += "note: "; break;
  }
  return text + problem.text;
}

void Problems::error(Position at, std::string text) {
  add({Severity::error, std::move(at), std::move(text)});
}

void Problems::warning(Position at, std::string text) {
  add({Severity::warning, std::move(at), std::move(text)});
}

void Problems::note(Position at, std::string text) {
  add({Severity::note, std::move(at), std::move(text)});
}

void Problems::add(Problem problem) {
  all_.push_back(std::move(problem));
}

void Problems::add(const Problems& other) {
  all_.insert(all_.end(), other.all_.begin(), other.all_.end());
}

bool Problems::has_errors() const noexcept {
  return std::any_of(all_.begin(), all_.end(), [](const Problem& p) { return p.severity == Severity::error; });
}

void Problems::sort() {
  std::stable_sort(all_.begin(), all_.end(), [](const Problem& a, const Problem& b) {
    return std::tie(a.at.file, a.at.line, a.at.column, a.severity) < std::tie(b.at.file, b.at.line, b.at.column, b.severity);
  });
  all_.erase(std::unique(all_.begin(), all_.end()), all_.end());
}

namespace {

std::string joined(const Problems& problems) {
  std::string text;
  for (const Problem& problem : problems.all()) {
    if (!text.empty()) {
      text += "\n";
    }
    text += to_string(problem);
  }
  return text;
}

Problems single(Position at, std::string text) {
  Problems problems;
  problems.error(std::move(at), std::move(text));
  return problems;
}

} // namespace

InputError::InputError(Problems problems) : Error(joined(problems), 2), problems_(std::move(problems)) {}

InputError::InputError(Position at, std::string text) : InputError(single(std::move(at), std::move(text))) {}

} // namespace canvass
