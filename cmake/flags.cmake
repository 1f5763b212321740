# The only place with compiler flags. Every target links canvass_flags.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")

option(CANVASS_WERROR "Treat warnings as errors" OFF)
option(CANVASS_SANITIZE "Address and undefined-behaviour sanitizers" OFF)
option(CANVASS_COVERAGE "Coverage instrumentation" OFF)

add_library(canvass_flags INTERFACE)
target_include_directories(canvass_flags INTERFACE "${CMAKE_SOURCE_DIR}" "${CMAKE_BINARY_DIR}/generated")
target_compile_options(canvass_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
  -Wnon-virtual-dtor -Woverloaded-virtual -Wdouble-promotion
  # Same bits on every machine and at every optimisation level.
  -ffp-contract=off
  $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond -Wlogical-op>
  # g++ 12 sees overlaps in std::string + that are not there (GCC bug 105651).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
  $<$<BOOL:${CANVASS_WERROR}>:-Werror>
  $<$<BOOL:${CANVASS_SANITIZE}>:-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer>
  # g++ 12 with sanitizers takes the insides of std::regex and std::function for uninitialised.
  $<$<AND:$<BOOL:${CANVASS_SANITIZE}>,$<CXX_COMPILER_ID:GNU>>:-Wno-maybe-uninitialized>
  $<$<BOOL:${CANVASS_COVERAGE}>:--coverage>)
target_link_options(canvass_flags INTERFACE
  $<$<BOOL:${CANVASS_SANITIZE}>:-fsanitize=address,undefined>
  $<$<BOOL:${CANVASS_COVERAGE}>:--coverage>)
