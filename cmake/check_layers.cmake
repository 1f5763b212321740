# The table of who may include whom, run as the test "layers".
# Fails on an include that the table does not allow, and on an outside library where it does not belong.
cmake_minimum_required(VERSION 3.25)
set(layers engine/core engine/stats engine/survey engine/report engine/instrument engine/study engine/responses
    engine/exchange engine/simulate engine/store engine/dataset engine/analysis reports cli)
set(allow_engine/core)
set(allow_engine/stats engine/core)
set(allow_engine/survey engine/core engine/stats)
set(allow_engine/report engine/core)
set(allow_engine/instrument engine/core)
set(allow_engine/study engine/core engine/instrument)
set(allow_engine/responses engine/core engine/instrument engine/study)
set(allow_engine/exchange engine/core engine/instrument engine/study engine/responses)
set(allow_engine/simulate engine/core engine/instrument engine/study engine/responses)
set(allow_engine/store engine/core engine/instrument engine/study engine/responses)
set(allow_engine/dataset engine/core engine/instrument engine/study engine/responses)
set(allow_engine/analysis engine/core engine/instrument engine/study engine/responses engine/dataset engine/stats engine/survey engine/report)
set(allow_reports engine/core engine/report)
set(allow_cli ${layers})

# Outside header prefix -> files or folders that may include it (a prefix of the path).
set(outside_rules
  "yaml-cpp/|engine/core/yaml.cpp"
  "nlohmann/|engine/core/json.cpp"
  "sodium|engine/core/hash.cpp"
  "sqlite3.h|engine/store/sqlite/"
  "zip.h|engine/exchange/import/xlsx_archive.cpp"
  "pugixml|engine/exchange/import/xlsx.cpp"
  "readstat|engine/exchange/import/readstat.cpp"
  "Eigen/|engine/stats/,engine/survey/"
  "boost/math|engine/stats/distributions.cpp"
  "boost/program_options|cli/")

set(failures 0)
foreach(layer IN LISTS layers)
  file(GLOB_RECURSE files "${ROOT}/${layer}/*.hpp" "${ROOT}/${layer}/*.cpp")
  foreach(file IN LISTS files)
    file(RELATIVE_PATH path "${ROOT}" "${file}")
    file(STRINGS "${file}" includes REGEX "^ *# *include")
    foreach(line IN LISTS includes)
      if(line MATCHES "include +\"([^\"]+)\"")
        set(target "${CMAKE_MATCH_1}")
        set(found "")
        foreach(other IN LISTS layers)
          string(FIND "${target}" "${other}/" at)
          if(at EQUAL 0)
            set(found "${other}")
          endif()
        endforeach()
        if(found AND NOT found STREQUAL layer AND NOT found IN_LIST allow_${layer})
          message(SEND_ERROR "${path}: layer ${layer} may not include ${target} (layer ${found})")
          math(EXPR failures "${failures} + 1")
        endif()
      elseif(line MATCHES "include +<([^>]+)>")
        set(target "${CMAKE_MATCH_1}")
        foreach(rule IN LISTS outside_rules)
          string(REGEX MATCH "^([^|]+)\\|(.+)$" ignored "${rule}")
          set(prefix "${CMAKE_MATCH_1}")
          string(REPLACE "," ";" homes "${CMAKE_MATCH_2}")
          string(FIND "${target}" "${prefix}" at)
          if(at EQUAL 0)
            set(allowed FALSE)
            foreach(home IN LISTS homes)
              string(FIND "${path}" "${home}" home_at)
              if(home_at EQUAL 0)
                set(allowed TRUE)
              endif()
            endforeach()
            if(NOT allowed)
              message(SEND_ERROR "${path}: <${target}> belongs in ${homes} only")
              math(EXPR failures "${failures} + 1")
            endif()
          endif()
        endforeach()
      endif()
    endforeach()
  endforeach()
endforeach()
message("layers: ${failures} wrong includes")
