#include "engine/core/yaml.hpp"

#include "engine/core/escape.hpp"
#include "engine/core/text.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <filesystem>
#include <fstream>
#include <istream>
#include <streambuf>
#include <system_error>
#include <unordered_set>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

namespace canvass {
namespace {

/// The lines of a file, to turn yaml-cpp's marks (byte columns from 0) into places as an editor shows them.
class Lines {
public:
  Lines(std::string_view bytes, std::string file) : file_(std::move(file)) {
    std::size_t start = 0;
    for (std::size_t end = bytes.find('\n'); end != std::string_view::npos; end = bytes.find('\n', start)) {
      lines_.push_back(bytes.substr(start, end - start));
      start = end + 1;
    }
    lines_.push_back(bytes.substr(start));
  }

  [[nodiscard]] std::string_view line(int index) const {
    return index >= 0 && static_cast<std::size_t>(index) < lines_.size() ? lines_[static_cast<std::size_t>(index)] : std::string_view();
  }
  /// The file from a mark on.
  [[nodiscard]] std::string_view from(const YAML::Mark& mark) const {
    const std::string_view first = line(mark.line);
    const char* start = first.data() + std::min(first.size(), static_cast<std::size_t>(std::max(mark.column, 0)));
    return first.empty() ? std::string_view()
                         : std::string_view(start, static_cast<std::size_t>(lines_.back().data() + lines_.back().size() - start));
  }
  [[nodiscard]] int count() const { return static_cast<int>(lines_.size()); }
  /// `line_index` and `byte` count from 0.
  [[nodiscard]] Position at(int line_index, std::size_t byte) const {
    return {file_, line_index + 1,
            static_cast<int>(count_characters(line(line_index).substr(0, std::min(byte, line(line_index).size())))) + 1};
  }
  [[nodiscard]] Position at(const YAML::Mark& mark) const {
    if (mark.is_null()) {
      return {file_, 0, 0};
    }
    return at(std::min(mark.line, count() - 1), static_cast<std::size_t>(std::max(mark.column, 0)));
  }

private:
  std::string file_;
  std::vector<std::string_view> lines_;
};

struct Refused : std::exception {
  Position at;
  std::string text;
  Refused(Position where, std::string what_is_wrong) : at(std::move(where)), text(std::move(what_is_wrong)) {}
};

/// Builds the tree from yaml-cpp's events. Throws Refused where going on makes no sense; collects what can be collected.
/// yaml-cpp recurses once a level and calls back before it goes deeper, so throwing at max_depth bounds its stack as well.
class Builder final : public YAML::EventHandler {
public:
  Builder(const Lines& lines, const YamlLimits& limits, Problems& problems) : lines_(lines), limits_(limits), problems_(problems) {}

  YamlNode root;

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_anchor(mark, anchor);
    YamlNode node;
    node.at = lines_.at(mark);
    put(std::move(node));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    throw Refused(lines_.at(mark), "an alias (*name) is not allowed; write the text out where it is needed");
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& value) override {
    refuse_anchor(mark, anchor);
    refuse_tag(mark, tag);
    YamlNode node;
    node.at = lines_.at(mark);
    node.quoted = tag == "!";
    if (node.quoted) {
      refuse_unclosed(mark);
    }
    if (!node.quoted && (value == "~" || value == "null" || value.empty())) {
      put(std::move(node)); // the two plain spellings of nothing
      return;
    }
    // The escapes of quoted text ("\\e[31m") bring them in as well as the bytes themselves.
    if (has_control_character(value, "\n\t\r")) {
      problems_.error(node.at, "the text holds a control character; only line breaks and tabs are allowed: remove it");
    }
    node.kind = YamlNode::Kind::scalar;
    node.text = value;
    put(std::move(node));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, YamlNode::Kind::sequence);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, YamlNode::Kind::mapping);
  }
  void OnMapEnd() override { close(); }

private:
  struct Level {
    YamlNode node;
    bool has_key = false;
    bool duplicate = false;
    std::string key;
    Position key_at;
    std::unordered_set<std::string> keys;
  };

  void refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) const {
    if (anchor != YAML::NullAnchor) {
      throw Refused(lines_.at(mark), "an anchor (&name) is not allowed; write the text out where it is needed");
    }
  }

  /// yaml-cpp takes the end of the file for a closing quote.
  void refuse_unclosed(const YAML::Mark& mark) const {
    const std::string_view rest = lines_.from(mark);
    if (rest.empty() || (rest.front() != '"' && rest.front() != '\'')) {
      return; // a block of text
    }
    const char quote = rest.front();
    for (std::size_t i = 1; i < rest.size(); ++i) {
      if (rest[i] == '\\' && quote == '"') {
        ++i;
      } else if (rest[i] == quote && quote == '\'' && i + 1 < rest.size() && rest[i + 1] == quote) {
        ++i;
      } else if (rest[i] == quote) {
        return;
      }
    }
    throw Refused(lines_.at(mark), "a quoted text opens here and never closes; close it with the same quote");
  }

  void refuse_tag(const YAML::Mark& mark, const std::string& tag) const {
    if (!tag.empty() && tag != "?" && tag != "!") {
      throw Refused(lines_.at(mark), "a tag (" + tag + ") is not allowed; write the plain value");
    }
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YamlNode::Kind kind) {
    refuse_anchor(mark, anchor);
    refuse_tag(mark, tag);
    if (levels_.size() >= limits_.max_depth) {
      throw Refused(lines_.at(mark), "nested more than " + std::to_string(limits_.max_depth) + " deep; no file of Canvass needs that");
    }
    Level level;
    level.node.kind = kind;
    level.node.at = lines_.at(mark);
    if (!levels_.empty() && wants_key()) {
      throw Refused(lines_.at(mark), std::string("a key must be a word, not a ") + (kind == YamlNode::Kind::mapping ? "mapping" : "list") +
                                         "; quote text that starts with { or [");
    }
    levels_.push_back(std::move(level));
  }

  [[nodiscard]] bool wants_key() const { return levels_.back().node.kind == YamlNode::Kind::mapping && !levels_.back().has_key; }

  void close() {
    YamlNode done = std::move(levels_.back().node);
    levels_.pop_back();
    put(std::move(done));
  }

  void put(YamlNode node) {
    if (++nodes_ > limits_.max_nodes) {
      throw Refused(node.at, "more than " + std::to_string(limits_.max_nodes) + " values in one file; split it");
    }
    if (levels_.empty()) {
      root = std::move(node);
      return;
    }
    Level& level = levels_.back();
    if (level.node.kind == YamlNode::Kind::sequence) {
      level.node.items.push_back(std::move(node));
      return;
    }
    if (!level.has_key) {
      take_key(level, std::move(node));
      return;
    }
    level.has_key = false;
    if (!level.duplicate) {
      level.node.entries.push_back({std::move(level.key), std::move(level.key_at), std::move(node)});
    }
  }

  void take_key(Level& level, YamlNode node) {
    if (node.kind != YamlNode::Kind::scalar) {
      throw Refused(node.at, "a key is missing before the colon; a key is a word such as `id`");
    }
    if (node.text == "<<" && !node.quoted) {
      throw Refused(node.at, "a merge key (<<) is not allowed; write the keys out");
    }
    level.duplicate = !level.keys.insert(node.text).second;
    if (level.duplicate) {
      const auto first = std::find_if(level.node.entries.begin(), level.node.entries.end(),
                                      [&](const YamlEntry& entry) { return entry.key == node.text; });
      problems_.error(node.at, "the key `" + node.text + "` stands twice (first in line " + std::to_string(first->key_at.line) +
                                   "); each key may stand once: remove one of the two");
    }
    level.has_key = true;
    level.key = std::move(node.text);
    level.key_at = std::move(node.at);
  }

  const Lines& lines_;
  const YamlLimits& limits_;
  Problems& problems_;
  std::vector<Level> levels_;
  std::size_t nodes_ = 0;
};

/// Reads a string_view as a stream without copying it.
class ViewBuffer : public std::streambuf {
public:
  explicit ViewBuffer(std::string_view text) {
    char* begin = const_cast<char*>(text.data()); // never written: there is no overflow or putback of other bytes
    setg(begin, begin, begin + text.size());
  }
};

/// A flow mapping with plain text that holds "?", ": " or ", " where YAML reads structure: `{en: How are you?, cy: ..}`.
bool is_unquoted_question(std::string_view line) {
  const std::size_t brace = line.find('{');
  if (brace == std::string_view::npos) {
    return false;
  }
  char quote = 0;
  for (std::size_t i = brace + 1; i < line.size(); ++i) {
    const char c = line[i];
    if (quote != 0) {
      i += quote == '"' && c == '\\' ? 1 : 0;
      quote = c == quote ? 0 : quote;
    } else if ((c == '"' || c == '\'') && (line[i - 1] == ' ' || line[i - 1] == '{' || line[i - 1] == ',')) {
      quote = c;
    } else if (c == '?' && (i + 1 == line.size() || line[i + 1] == ',' || line[i + 1] == '}' || line[i + 1] == ' ')) {
      return true;
    }
  }
  return false;
}

/// yaml-cpp's words in ours: what is wrong and what to do.
std::string explain(const std::string& message, std::string_view line) {
  if (is_unquoted_question(line)) {
    return "a text with a question mark inside { } must be quoted: YAML reads the ? as structure; write {en: \"How are you?\"}";
  }
  const std::size_t colon = line.find(": ");
  if (colon != std::string_view::npos && line.find(": ", colon + 2) != std::string_view::npos && line.find('{') == std::string_view::npos) {
    return "a text with a colon and a space in it must be quoted; write key: \"text: more text\"";
  }
  if (message.find("end of map") != std::string::npos || message.find("end of sequence") != std::string::npos) {
    if (message.find("flow") != std::string::npos || line.find_first_of("{[") != std::string_view::npos) {
      return "a { or [ is not closed, or a comma or quote is missing before this place";
    }
    return "this line is indented differently from its neighbours; lines of one list or mapping start in the same column";
  }
  if (message.find("illegal map value") != std::string::npos) {
    return "a colon is not allowed here; quote a text that holds a colon, and check the indentation";
  }
  return "this is not YAML (" + message + "); check quotes, brackets and indentation here";
}

/// Problems of the bytes that make parsing pointless. True if the parser may see them.
bool bytes_are_fit(const Lines& lines, Problems& problems) {
  bool good = true;
  for (int n = 0; n < lines.count(); ++n) {
    const std::string_view line = lines.line(n);
    if (const auto bad = first_invalid_utf8(line)) {
      problems.error(lines.at(n, *bad), "this byte is not UTF-8; save the file as UTF-8");
      return false;
    }
    if (const std::size_t nul = line.find('\0'); nul != std::string_view::npos) {
      problems.error(lines.at(n, nul), "a NUL byte; the file is damaged or not a text file");
      return false;
    }
    const std::size_t first = line.find_first_not_of(" \t");
    const std::size_t tab = line.find('\t');
    if (first != std::string_view::npos && tab < first && line[first] != '#') {
      problems.error(lines.at(n, tab), "a tab in the indentation; indent with spaces");
      good = false;
    }
  }
  return good;
}

YamlNode parse_checked(std::string_view bytes, const Lines& lines, Problems& problems, const YamlLimits& limits) {
  Builder builder(lines, limits, problems);
  try {
    ViewBuffer buffer(bytes);
    std::istream stream(&buffer);
    YAML::Parser parser(stream);
    if (!parser.HandleNextDocument(builder)) {
      YamlNode nothing;
      nothing.at = lines.at(0, 0);
      return nothing;
    }
    YamlNode first = std::move(builder.root);
    if (parser.HandleNextDocument(builder)) {
      problems.error(builder.root.at, "a second document or text after the end; a file holds one mapping");
      return {};
    }
    return first;
  } catch (const Refused& refused) {
    problems.error(refused.at, refused.text);
  } catch (const YAML::Exception& error) {
    const Position at = lines.at(error.mark);
    problems.error(at, explain(error.msg, lines.line(at.line - 1)));
  } catch (const std::exception& error) {
    problems.error(lines.at(0, 0), std::string("this is not YAML (") + error.what() + ")");
  }
  return {};
}

} // namespace

const YamlNode* YamlNode::find(std::string_view key) const {
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const YamlEntry& entry) { return entry.key == key; });
  return found == entries.end() ? nullptr : &found->value;
}

YamlNode read_yaml(std::string_view bytes, const std::string& file, Problems& problems, const YamlLimits& limits) {
  if (bytes.size() > limits.max_bytes) {
    problems.error({file, 0, 0}, "the file has " + std::to_string(bytes.size()) + " bytes; at most " + std::to_string(limits.max_bytes) +
                                     " are read: split it");
    return {};
  }
  if (bytes.substr(0, 3) == "\xEF\xBB\xBF") {
    bytes.remove_prefix(3);
  }
  const Lines lines(bytes, file);
  if (!bytes_are_fit(lines, problems)) {
    return {};
  }
  return parse_checked(bytes, lines, problems, limits);
}

std::string read_file(const std::string& path) {
  std::error_code status;
  if (std::filesystem::is_directory(path, status)) {
    throw InputError({path, 0, 0}, "this is a folder; a file is wanted here");
  }
  // A named pipe nobody writes to would wait for ever, and a device may never end. What the shell itself opens (`<(..)`) may be read.
  const bool is_descriptor = path.rfind("/dev/fd/", 0) == 0 || path == "/dev/stdin" || path.rfind("/proc/self/fd/", 0) == 0;
  if (!is_descriptor && std::filesystem::exists(path, status) && !std::filesystem::is_regular_file(path, status)) {
    throw InputError({path, 0, 0}, "this is a pipe or a device, not a file; name a file");
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    throw InputError({path, 0, 0}, std::filesystem::exists(path, status) ? "the file cannot be read; check its permissions"
                                                                         : "there is no such file; check the name and the folder");
  }
  std::string bytes;
  const auto size = std::filesystem::file_size(path, status);
  if (!status) {
    bytes.reserve(size);
  }
  std::array<char, 65'536> block{};
  while (file.read(block.data(), block.size()), file.gcount() > 0) {
    bytes.append(block.data(), static_cast<std::size_t>(file.gcount()));
  }
  if (file.bad()) {
    throw InputError({path, 0, 0}, "the file cannot be read to its end");
  }
  return bytes;
}

} // namespace canvass
