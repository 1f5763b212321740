#ifndef CANVASS_CLI_FILES_HPP
#define CANVASS_CLI_FILES_HPP

#include <string>
#include <string_view>

namespace canvass::cli {

/// Writes a file whole or not at all (beside it, then renamed), making its folder where needed. @throws StoreError
void write_file(const std::string& path, std::string_view bytes);

/// A word as one would type it at a shell.
std::string shell_word(std::string_view word);

} // namespace canvass::cli

#endif
