#include "engine/store/sqlite/location.hpp"

#include "engine/core/error.hpp"
#include "engine/core/text.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

namespace canvass::store {

namespace {

namespace fs = std::filesystem;

// Numbers of Linux's statfs(2).
constexpr std::uint64_t number_9p = 0x01021997;
constexpr std::uint64_t number_fuse = 0x65735546;
constexpr std::array<std::uint64_t, 10> network_numbers{
    0x6969,     // NFS
    0x517B,     // SMB
    0xFF534D42, // CIFS
    0xFE534D42, // SMB2
    0x5346414F, // AFS
    0x73757245, // Coda
    0x564C,     // NCP
    0x00C36400, // Ceph
    0x0BD00BD0, // Lustre
    0x01161970, // GFS2
};
constexpr std::array<std::string_view, 10> network_fuse{
    "sshfs", "davfs", "davfs2", "rclone", "s3fs", "curlftpfs", "smbnetfs", "gvfsd-fuse", "glusterfs", "ceph-fuse",
};

/// The type that the mount table gives to the deepest mount point above a folder.
std::string mount_type_of(const fs::path& folder) {
  std::error_code ignored;
  const std::string absolute = fs::weakly_canonical(folder, ignored).string();
  std::ifstream table("/proc/self/mounts");
  std::string line;
  std::string type;
  std::size_t deepest = 0;
  while (std::getline(table, line)) {
    const std::vector<std::string_view> cells = split(line, ' ');
    if (cells.size() < 3) {
      continue;
    }
    const std::string_view point = cells[1];
    const bool is_above = point == "/" || absolute == point || (absolute.starts_with(point) && absolute[point.size()] == '/');
    if (is_above && point.size() >= deepest) {
      deepest = point.size();
      type = cells[2];
    }
  }
  return type;
}

void sync(const std::string& path, int flags) {
  const int file = ::open(path.c_str(), flags);
  if (file < 0 || ::fsync(file) != 0) {
    const int error = errno;
    if (file >= 0) {
      ::close(file);
    }
    throw StoreError(fmt::format("{}: cannot be brought to the disk ({})", path, std::strerror(error)));
  }
  ::close(file);
}

} // namespace

Medium medium_of(std::uint64_t file_system_number, std::string_view mount_type) {
  for (const std::uint64_t number : network_numbers) {
    if (number == file_system_number) {
      return Medium::network;
    }
  }
  if (file_system_number == number_fuse) {
    constexpr std::string_view prefix = "fuse.";
    const std::string_view kind = mount_type.starts_with(prefix) ? mount_type.substr(prefix.size()) : mount_type;
    for (const std::string_view name : network_fuse) {
      if (name == kind) {
        return Medium::network;
      }
    }
  }
  return file_system_number == number_9p || mount_type == "drvfs" ? Medium::shared_with_host : Medium::local;
}

Location locate(const std::string& path) {
  Location location;
  std::error_code ignored;
  const fs::path file(path);
  location.exists = fs::exists(file, ignored);
  location.is_folder = fs::is_directory(file, ignored);
  location.is_special = location.exists && !location.is_folder && !fs::is_regular_file(file, ignored);
  // A link is followed: what counts is where the bytes lie.
  const fs::path real = location.exists ? fs::weakly_canonical(file, ignored) : file;
  location.folder = real.has_parent_path() ? real.parent_path().string() : ".";
  location.has_folder = fs::is_directory(location.folder, ignored);
  location.has_wal = fs::exists(path + "-wal", ignored);
  location.is_writable = ::access(location.folder.c_str(), W_OK) == 0 && (!location.exists || ::access(path.c_str(), W_OK) == 0);
  struct statfs system {};
  if (location.has_folder && ::statfs(location.folder.c_str(), &system) == 0) {
    location.mount_type = mount_type_of(location.folder);
    // f_type is signed on some machines; the numbers have 32 bits.
    location.medium = medium_of(static_cast<std::uint64_t>(system.f_type) & 0xFFFFFFFFU, location.mount_type);
  }
  return location;
}

void publish(const std::string& temporary, const std::string& path) {
  sync(temporary, O_RDONLY);
  int status = ::renameat2(AT_FDCWD, temporary.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE);
  if (status != 0 && (errno == EINVAL || errno == ENOSYS)) { // this file system cannot: look, then rename
    if (::access(path.c_str(), F_OK) == 0) {
      errno = EEXIST;
    } else {
      status = ::rename(temporary.c_str(), path.c_str());
    }
  }
  if (status != 0) {
    throw StoreError(errno == EEXIST ? fmt::format("{}: is there already and is not overwritten; give another name", path)
                                     : fmt::format("{}: cannot be written ({})", path, std::strerror(errno)));
  }
  const fs::path folder = fs::path(path).parent_path();
  sync(folder.empty() ? "." : folder.string(), O_RDONLY | O_DIRECTORY);
}

} // namespace canvass::store
