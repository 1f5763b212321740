#ifndef CANVASS_ENGINE_EXCHANGE_PACK_HPP
#define CANVASS_ENGINE_EXCHANGE_PACK_HPP

#include "engine/core/date.hpp"
#include "engine/responses/response.hpp"
#include "engine/study/model.hpp"

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace canvass::exchange {

/// A plan as it was locked: what marks rows planned, exploratory or deviated.
struct PackedLock {
  std::string canonical_plan; ///< canonical JSON
  std::string sha256;
  Moment at;
  std::vector<std::pair<std::string, std::size_t>> responses_by_wave;
};

/// What a report says of the store besides the answers in it.
struct PackedStore {
  std::vector<PackedLock> locks; ///< oldest first
  std::size_t withdrawn = 0;
  std::size_t held = 0;
  bool simulated = false;
};

struct PackOptions {
  bool with_texts = false; ///< keep open answers; people name themselves and others in them
  PackedStore store;
};

/// One JSON file without identities: study, instruments, answers of renumbered people, and of the people file only what the analyses
/// need (arm, group, matched set, area, and columns that the plan names). The order of people is kept, since permutation tests depend
/// on it, so the report made from a pack equals the report made here. Times of answering are cut to the day.
/// @throws InputError a file named by the study cannot be read
std::string pack_study(const LoadedStudy& study, std::span<const Response> responses, const PackOptions& options = {});

struct Unpacked {
  LoadedStudy study;
  std::vector<Response> responses;
  PackedStore store;
};

/// Reads a pack. @throws InputError it is no pack, is damaged (its checksum is tested), or names files outside itself
Unpacked read_pack(std::string_view bytes, const std::string& file);

/// True if the bytes look like a pack (whether or not they are whole).
bool looks_like_pack(std::string_view bytes);

} // namespace canvass::exchange

#endif
