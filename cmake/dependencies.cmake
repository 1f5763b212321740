# The outside libraries. With CANVASS_STATIC their archives are taken, under the same target names, and the program is linked
# without any shared library, so that the tarball runs on every x86-64 Linux.
find_package(Eigen3 3.4 REQUIRED NO_MODULE)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(Threads REQUIRED)

if(NOT CANVASS_STATIC)
  find_package(fmt REQUIRED)
  find_package(Boost 1.74 REQUIRED COMPONENTS program_options)
  find_package(yaml-cpp 0.7 REQUIRED)
  find_package(SQLite3 3.40 REQUIRED)
  find_package(pugixml 1.12 REQUIRED)
  find_package(PkgConfig REQUIRED)
  pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
  pkg_check_modules(libzip REQUIRED IMPORTED_TARGET libzip)
  find_library(readstat_library readstat REQUIRED)
  find_path(readstat_headers readstat.h REQUIRED)
  add_library(readstat INTERFACE IMPORTED GLOBAL)
  target_link_libraries(readstat INTERFACE "${readstat_library}")
  target_include_directories(readstat INTERFACE "${readstat_headers}")
  return()
endif()

# canvass_archive(TARGET archive) makes TARGET of lib<archive>.a, which Debian's -dev packages hold beside the shared library.
function(canvass_archive target archive)
  find_library(archive_${archive} "lib${archive}.a" REQUIRED)
  add_library(${target} INTERFACE IMPORTED GLOBAL)
  target_link_libraries(${target} INTERFACE "${archive_${archive}}")
endfunction()

set(Boost_USE_STATIC_LIBS ON)
find_package(Boost 1.74 REQUIRED COMPONENTS program_options)
canvass_archive(yaml-cpp yaml-cpp)
canvass_archive(SQLite::SQLite3 sqlite3)
target_link_libraries(SQLite::SQLite3 INTERFACE m)
canvass_archive(PkgConfig::sodium sodium)
canvass_archive(pugixml::pugixml pugixml)
add_library(fmt::fmt INTERFACE IMPORTED GLOBAL) # Debian has no archive of {fmt}: its headers suffice
target_compile_definitions(fmt::fmt INTERFACE FMT_HEADER_ONLY=1)
# The linker warns of dlopen in SQLite: it is reached only by loading extensions, which Canvass never does.
target_link_options(canvass_flags INTERFACE -static)
