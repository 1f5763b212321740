# canvass_embed(OUTPUT_VARIABLE NAMESPACE HEADER_STEM file ...)
# turns text files into string constants: generated/<stem>.hpp declares, generated/<stem>.cpp defines
#   namespace NAMESPACE { struct EmbeddedText { std::string_view name, text; };
#                         std::span<const EmbeddedText> embedded_texts(); }
# `name` is the file name without its folder; the order is the order given.
function(canvass_embed output namespace stem)
  set(header "${CMAKE_BINARY_DIR}/generated/${stem}.hpp")
  set(source "${CMAKE_BINARY_DIR}/generated/${stem}.cpp")
  list(JOIN ARGN "|" files)
  add_custom_command(
    OUTPUT "${header}" "${source}"
    COMMAND "${CMAKE_COMMAND}" "-DNAMESPACE=${namespace}" "-DSTEM=${stem}" "-DHEADER=${header}" "-DSOURCE=${source}"
            "-DFILES=${files}" -P "${CMAKE_SOURCE_DIR}/cmake/embed_text_run.cmake"
    DEPENDS ${ARGN} "${CMAKE_SOURCE_DIR}/cmake/embed_text_run.cmake"
    VERBATIM)
  set(${output} "${source}" "${header}" PARENT_SCOPE)
endfunction()
