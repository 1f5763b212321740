#ifndef CANVASS_TESTS_SUPPORT_GOLDEN_HPP
#define CANVASS_TESTS_SUPPORT_GOLDEN_HPP

#include <filesystem>
#include <string>
#include <string_view>

namespace canvass::test {

/// What a comparison with a file below tests/golden found; empty `complaint` means equal.
struct GoldenResult {
  std::string complaint;
};

/// Compares `bytes` with tests/golden/<name>. With CANVASS_ACCEPT=1 in the environment the file is rewritten where it differs, and the
/// result is a complaint all the same: accepting can never look like passing. Read the difference with git, then run again without it.
GoldenResult compare_golden(std::string_view name, std::string_view bytes);

/// The same for any file, told whether to accept.
GoldenResult compare_with_file(const std::filesystem::path& path, std::string_view bytes, bool accept);

} // namespace canvass::test

/// CHECKs that `bytes` equal the golden file of that name.
#define CANVASS_CHECK_GOLDEN(name, bytes)                                                                                                  \
  do {                                                                                                                                     \
    const ::canvass::test::GoldenResult golden_result = ::canvass::test::compare_golden(name, bytes);                                      \
    INFO(golden_result.complaint);                                                                                                         \
    CHECK(golden_result.complaint.empty());                                                                                                \
  } while (false)

#endif
