#ifndef CANVASS_ENGINE_STORE_SQLITE_LOCATION_HPP
#define CANVASS_ENGINE_STORE_SQLITE_LOCATION_HPP

#include <cstdint>
#include <string>
#include <string_view>

/// Where a store lies. SQLite trusts the file system to lock; network file systems lock badly or not at all, and lose data.
namespace canvass::store {

enum class Medium { local, shared_with_host, network };

/// By the number that statfs gives, and for FUSE by the type that the mount table gives ("fuse.sshfs").
Medium medium_of(std::uint64_t file_system_number, std::string_view mount_type);

struct Location {
  std::string folder; ///< of the file, "." for none
  Medium medium = Medium::local;
  std::string mount_type;   ///< as the mount table names it; empty if not known
  bool exists = false;      ///< the file
  bool is_folder = false;   ///< the path is a folder
  bool is_special = false;  ///< the path is a pipe or a device: opening it could wait for ever
  bool has_folder = false;  ///< the folder exists
  bool is_writable = false; ///< file (if there) and folder
  bool has_wal = false;     ///< somebody works on it, or did not end well
};

Location locate(const std::string& path);

/// Puts a finished temporary file in its place, without overwriting; both on the disk afterwards. @throws StoreError
void publish(const std::string& temporary, const std::string& path);

} // namespace canvass::store

#endif
