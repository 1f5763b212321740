# Run by canvass_embed: writes the header and the source; bytes as hexadecimal escapes, so that any text survives.
cmake_minimum_required(VERSION 3.25)
string(REPLACE "|" ";" files "${FILES}")
string(TOUPPER "CANVASS_GENERATED_${STEM}_HPP" guard)
string(REGEX REPLACE "[^A-Z0-9_]" "_" guard "${guard}")
file(WRITE "${HEADER}" "#ifndef ${guard}
#define ${guard}
#include <span>
#include <string_view>

namespace ${NAMESPACE} {

struct EmbeddedText {
  std::string_view name;
  std::string_view text;
};

std::span<const EmbeddedText> embedded_texts();

} // namespace ${NAMESPACE}

#endif
")
set(body "#include \"${STEM}.hpp\"\n\nnamespace ${NAMESPACE} {\nnamespace {\n\n")
set(rows "")
set(index 0)
foreach(file IN LISTS files)
  file(READ "${file}" hex HEX)
  get_filename_component(name "${file}" NAME)
  string(LENGTH "${hex}" length)
  set(literal "")
  set(start 0)
  while(start LESS length)
    string(SUBSTRING "${hex}" ${start} 240 line)
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" line "${line}")
    string(APPEND literal "    \"${line}\"\n")
    math(EXPR start "${start} + 240")
  endwhile()
  math(EXPR bytes "${length} / 2")
  if(bytes EQUAL 0)
    set(literal "    \"\"\n")
  endif()
  string(APPEND body "const char text_${index}[] =\n${literal}    ;\n\n")
  string(APPEND rows "    {\"${name}\", {text_${index}, ${bytes}}},\n")
  math(EXPR index "${index} + 1")
endforeach()
string(APPEND body "const EmbeddedText texts[] = {\n${rows}    {}};\n\n} // namespace\n\nstd::span<const EmbeddedText> embedded_texts() {\n  return {texts, ${index}};\n}\n\n} // namespace ${NAMESPACE}\n")
file(WRITE "${SOURCE}" "${body}")
