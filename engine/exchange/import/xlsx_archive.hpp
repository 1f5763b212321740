#ifndef CANVASS_ENGINE_EXCHANGE_IMPORT_XLSX_ARCHIVE_HPP
#define CANVASS_ENGINE_EXCHANGE_IMPORT_XLSX_ARCHIVE_HPP

#include <optional>
#include <string>
#include <string_view>

namespace canvass::exchange {

/// The parts of a workbook, which is a ZIP file. Knows the limits: a small file must not unpack to fill the memory.
class XlsxArchive {
public:
  /// `bytes` must outlive the archive. @throws InputError damaged, macros, encrypted parts, too large when unpacked
  XlsxArchive(std::string_view bytes, std::string file);
  ~XlsxArchive();
  XlsxArchive(const XlsxArchive&) = delete;
  XlsxArchive& operator=(const XlsxArchive&) = delete;

  /// A part's bytes; nullopt if there is none of that name. @throws InputError damaged
  [[nodiscard]] std::optional<std::string> part(const std::string& name) const;

private:
  struct Handle;
  Handle* handle_;
  std::string file_;
};

} // namespace canvass::exchange

#endif
