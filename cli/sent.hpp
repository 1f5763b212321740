#ifndef CANVASS_CLI_SENT_HPP
#define CANVASS_CLI_SENT_HPP

#include "cli/command.hpp"
#include "engine/exchange/mapping.hpp"
#include "engine/study/model.hpp"

#include <optional>
#include <string>

/// Dispatch lists: to whom questionnaires went.
namespace canvass::cli {

/// `canvass import --sent`: checks a list and puts it where the study keeps it, whole or not at all. The same list again changes nothing;
/// another one for a wave that has a list needs --update.
/// @throws InputError the list is wrong, or holds fewer than have answered
Exit take_sent(const Arguments& arguments, const LoadedStudy& study, std::string bytes, const std::string& file,
               const std::optional<exchange::Mapping>& map, Console& console);

} // namespace canvass::cli

#endif
