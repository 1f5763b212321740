#ifndef CANVASS_ENGINE_STUDY_SENT_HPP
#define CANVASS_ENGINE_STUDY_SENT_HPP

#include "engine/core/error.hpp"
#include "engine/study/model.hpp"

#include <string>
#include <string_view>

namespace canvass {

/// Where the dispatch list of a wave lies; empty where the study has no `sent` pattern.
std::string sent_path(const Study& study, std::size_t wave);

/// Reads a dispatch list: a row for each questionnaire that went out. Columns are named as in the frame; others are passed over.
/// Problems, with their rows: serials that are empty or stand twice, areas that are not in the tree (with the nearest names).
Dispatch read_sent(std::string_view text, const std::string& file, const Study& study, std::size_t wave, Problems& problems);

} // namespace canvass

#endif
