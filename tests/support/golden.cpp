#include "tests/support/golden.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace canvass::test {
namespace {

std::string read(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// "line 12: was ...; is ...".
std::string first_difference(std::string_view was, std::string_view is) {
  const auto at = static_cast<std::size_t>(std::mismatch(was.begin(), was.end(), is.begin(), is.end()).first - was.begin());
  const auto line = std::count(was.begin(), was.begin() + static_cast<std::ptrdiff_t>(at), '\n') + 1;
  const auto around = [&](std::string_view text) {
    const std::size_t start = at > 40 ? at - 40 : 0;
    return std::string(text.substr(std::min(start, text.size()), 120));
  };
  return "line " + std::to_string(line) + ":\n  was: " + around(was) + "\n  is:  " + around(is);
}

} // namespace

GoldenResult compare_golden(std::string_view name, std::string_view bytes) {
  const char* accept = std::getenv("CANVASS_ACCEPT");
  const bool accepting = accept != nullptr && std::string_view(accept) == "1";
  return compare_with_file(std::filesystem::path(CANVASS_SOURCE_DIR) / "tests" / "golden" / name, bytes, accepting);
}

GoldenResult compare_with_file(const std::filesystem::path& path, std::string_view bytes, bool accept) {
  const bool there = std::filesystem::exists(path);
  const std::string was = there ? read(path) : std::string{};
  if (there && was == bytes) {
    return {};
  }
  if (accept) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
    return {"accepted: " + path.string() + " was rewritten; read the difference, then run again without CANVASS_ACCEPT"};
  }
  if (!there) {
    return {path.string() + " does not exist; CANVASS_ACCEPT=1 writes it"};
  }
  return {path.string() + " differs at " + first_difference(was, bytes) + "\nCANVASS_ACCEPT=1 rewrites it"};
}

} // namespace canvass::test
