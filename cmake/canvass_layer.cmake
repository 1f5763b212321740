# canvass_layer(NAME DEPENDS other_layer ... LIBRARIES outside_target ... )
# makes the static library canvass_NAME from every .cpp below the calling folder
# (folders that hold a CMakeLists.txt of their own are left to it).
function(canvass_layer name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;LIBRARIES;SOURCES" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  list(APPEND sources ${ARG_SOURCES})
  if(NOT sources) # headers only so far
    add_library(canvass_${name} INTERFACE)
    target_link_libraries(canvass_${name} INTERFACE canvass_flags ${ARG_LIBRARIES})
    return()
  endif()
  add_library(canvass_${name} STATIC ${sources})
  target_link_libraries(canvass_${name} PUBLIC canvass_flags PRIVATE ${ARG_LIBRARIES})
  foreach(dependency IN LISTS ARG_DEPENDS)
    target_link_libraries(canvass_${name} PUBLIC canvass_${dependency})
  endforeach()
endfunction()
