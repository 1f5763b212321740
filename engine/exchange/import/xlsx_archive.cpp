#include "engine/exchange/import/xlsx_archive.hpp"

#include "engine/core/error.hpp"

#include <algorithm>
#include <fmt/format.h>

#ifndef CANVASS_WITHOUT_XLSX
#include <zip.h>
#endif

namespace canvass::exchange {

#ifdef CANVASS_WITHOUT_XLSX

struct XlsxArchive::Handle {};
XlsxArchive::XlsxArchive(std::string_view, std::string file) : handle_(nullptr), file_(std::move(file)) {
  throw InputError({file_, 0, 0}, "this build of Canvass reads no XLSX; save the sheet as CSV UTF-8, or use the Debian package");
}
XlsxArchive::~XlsxArchive() = default;
std::optional<std::string> XlsxArchive::part(const std::string&) const {
  return std::nullopt;
}

#else

namespace {

constexpr zip_uint64_t most_unpacked = 768ULL << 20U; ///< bytes of all parts
constexpr zip_uint64_t most_parts = 10'000;
constexpr zip_uint64_t most_ratio = 400; ///< sheets of zeros pack well, but not like this

[[noreturn]] void refuse(const std::string& file, const std::string& why) {
  throw InputError({file, 0, 0}, why);
}

} // namespace

struct XlsxArchive::Handle {
  zip_t* zip = nullptr;
};

XlsxArchive::XlsxArchive(std::string_view bytes, std::string file) : handle_(nullptr), file_(std::move(file)) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  zip_t* zip = source == nullptr ? nullptr : zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error);
  if (zip == nullptr && source != nullptr) { // some writers leave small faults in the directory that readers pass over
    zip_error_fini(&error);
    zip_error_init(&error);
    zip = zip_open_from_source(source, ZIP_RDONLY, &error);
  }
  zip_error_fini(&error);
  if (zip == nullptr) {
    if (source != nullptr) {
      zip_source_free(source);
    }
    refuse(file_, "this workbook is damaged or cut off; save it again, or copy it again from where it came");
  }
  handle_ = new Handle{zip};
  try {
    const zip_int64_t parts = zip_get_num_entries(zip, 0);
    if (parts > static_cast<zip_int64_t>(most_parts)) {
      refuse(file_, fmt::format("this file has {} parts, which no workbook has; save the sheet as CSV UTF-8", parts));
    }
    zip_uint64_t unpacked = 0;
    for (zip_int64_t i = 0; i < parts; ++i) {
      zip_stat_t stat;
      zip_stat_init(&stat);
      if (zip_stat_index(zip, static_cast<zip_uint64_t>(i), 0, &stat) != 0 || (stat.valid & ZIP_STAT_SIZE) == 0) {
        refuse(file_, "this workbook is damaged; save it again");
      }
      const std::string_view name = (stat.valid & ZIP_STAT_NAME) != 0 ? std::string_view(stat.name) : std::string_view();
      if (name.size() >= 14 && name.substr(name.size() - 14) == "vbaProject.bin") {
        refuse(file_, "this workbook holds macros (a program), which answers never need; save it as .xlsx without macros");
      }
      if ((stat.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && stat.encryption_method != ZIP_EM_NONE) {
        refuse(file_, "this workbook is encrypted; save it without a password");
      }
      unpacked += stat.size;
      const bool swells = stat.size > (16U << 20U) && stat.size / std::max<zip_uint64_t>(stat.comp_size, 1) > most_ratio;
      if (unpacked > most_unpacked || swells) {
        refuse(file_,
               fmt::format("this file of {} KB would unpack to {} MB or more, which no sheet of answers does; save the sheet as CSV UTF-8",
                           bytes.size() >> 10U, unpacked >> 20U));
      }
    }
  } catch (...) {
    zip_discard(zip);
    delete handle_;
    throw;
  }
}

XlsxArchive::~XlsxArchive() {
  zip_discard(handle_->zip);
  delete handle_;
}

std::optional<std::string> XlsxArchive::part(const std::string& name) const {
  const zip_int64_t index = zip_name_locate(handle_->zip, name.c_str(), ZIP_FL_NOCASE);
  if (index < 0) {
    return std::nullopt;
  }
  zip_stat_t stat;
  zip_stat_init(&stat);
  zip_file_t* open = zip_stat_index(handle_->zip, static_cast<zip_uint64_t>(index), 0, &stat) == 0
                         ? zip_fopen_index(handle_->zip, static_cast<zip_uint64_t>(index), 0)
                         : nullptr;
  std::string bytes;
  bool whole = false;
  if (open != nullptr) {
    bytes.resize(stat.size);
    zip_uint64_t read = 0;
    while (read < stat.size) {
      const zip_int64_t got = zip_fread(open, bytes.data() + read, stat.size - read);
      if (got <= 0) {
        break;
      }
      read += static_cast<zip_uint64_t>(got);
    }
    char more = 0; // the check sum is looked at on reading the end
    whole = read == stat.size && zip_fread(open, &more, 1) == 0;
    zip_fclose(open);
  }
  if (!whole) {
    refuse(file_, fmt::format("the part {} of this workbook is damaged or cut off; save it again", name));
  }
  return bytes;
}

#endif

} // namespace canvass::exchange
