#ifndef CANVASS_ENGINE_STORE_SQLITE_QUERIES_HPP
#define CANVASS_ENGINE_STORE_SQLITE_QUERIES_HPP

#include <string_view>

/// Every statement over the fixed tables, named by what it does. Those over the wide tables, whose columns are an instrument's
/// variables, are made in wide_table.cpp.
namespace canvass::store::queries {

inline constexpr std::string_view insert_event =
    "insert into event (sequence, at, kind, subject, body_hash, previous, chain) values (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
inline constexpr std::string_view insert_body =
    "insert into body (sequence, person, salt, answers, detail, raw) values (?1, ?2, ?3, ?4, ?5, ?6)";
inline constexpr std::string_view last_event =
    "select sequence, at, kind, subject, body_hash, previous, chain from event order by sequence desc limit 1";

/// The second condition is what lets SQLite use the partial index event_kind.
inline constexpr std::string_view count_events = "select count(*) from event where kind = ?1 and kind <> 'submission'";
inline constexpr std::string_view first_of_kind = "select min(sequence) from event where kind = ?1 and kind <> 'submission'";

inline constexpr std::string_view body = "select salt, answers, detail, raw, person from body where sequence = ?1";
inline constexpr std::string_view events = "select sequence, at, kind, subject, body_hash, previous, chain from event order by sequence";
inline constexpr std::string_view events_with_bodies =
    "select e.sequence, e.at, e.kind, e.subject, e.body_hash, e.previous, e.chain, b.salt, b.answers, b.detail, b.raw, b.person "
    "from event e left join body b on b.sequence = e.sequence order by e.sequence";
inline constexpr std::string_view events_of_kind = "select sequence, at, kind, subject, body_hash, previous, chain from event "
                                                   "where kind = ?1 and kind <> 'submission' order by sequence";
inline constexpr std::string_view events_of_kind_with_bodies =
    "select e.sequence, e.at, e.kind, e.subject, e.body_hash, e.previous, e.chain, b.salt, b.answers, b.detail, b.raw, b.person "
    "from event e left join body b on b.sequence = e.sequence where e.kind = ?1 and e.kind <> 'submission' order by e.sequence";

inline constexpr std::string_view give_body = "update body set person = ?2 where sequence = ?1";
inline constexpr std::string_view bodies_of = "select sequence from body where person = ?1 order by sequence";
inline constexpr std::string_view erase_bodies = "delete from body where person = ?1";

inline constexpr std::string_view handle_of = "select handle from person where id = ?1";
inline constexpr std::string_view person_of = "select id from person where handle = ?1";
inline constexpr std::string_view insert_person = "insert into person (handle, id) values (?1, ?2)";
inline constexpr std::string_view delete_person = "delete from person where handle = ?1";

inline constexpr std::string_view instruments = "select instrument, table_name, definition from instrument order by instrument";
inline constexpr std::string_view insert_instrument =
    "insert into instrument (instrument, shape, table_name, view_name, definition) values (?1, ?2, ?3, ?4, ?5)";
inline constexpr std::string_view delete_instruments = "delete from instrument";
inline constexpr std::string_view name_is_taken = "select 1 from sqlite_schema where name = ?1 collate nocase";
inline constexpr std::string_view answer_views = "select name from sqlite_schema where type = 'view'";
inline constexpr std::string_view answer_tables =
    "select name from sqlite_schema where type = 'table' and name glob 'answers_*' order by name";

inline constexpr std::string_view open_held = "select id, sequence, import_id from held order by id";
inline constexpr std::string_view insert_held = "insert into held (id, sequence, import_id) values (?1, ?2, ?3)";
inline constexpr std::string_view delete_held = "delete from held where id = ?1";

inline constexpr std::string_view note_scrub = "insert or ignore into pending (work) values ('scrub')";
inline constexpr std::string_view scrub_is_pending = "select count(*) from pending where work = 'scrub'";
inline constexpr std::string_view scrub_is_done = "delete from pending where work = 'scrub'";
/// Makes the file anew without anything that was deleted ...
inline constexpr std::string_view vacuum = "vacuum";
/// ... and brings the write-ahead log to length 0; the first column is 1 if somebody was in the way.
inline constexpr std::string_view empty_wal = "pragma wal_checkpoint(truncate)";

inline constexpr std::string_view copy_into = "vacuum into ?1";
inline constexpr std::string_view integrity = "pragma integrity_check(20)";
inline constexpr std::string_view dangling = "pragma foreign_key_check";
inline constexpr std::string_view data_version = "pragma data_version";
inline constexpr std::string_view application_id = "pragma application_id";
inline constexpr std::string_view user_version = "pragma user_version";
inline constexpr std::string_view count_objects = "select count(*) from sqlite_schema";

/// For every connection. Deleted content is overwritten, and nothing spills into temporary files.
inline constexpr const char* settings = "pragma foreign_keys = on; pragma secure_delete = on; pragma temp_store = memory; "
                                        "pragma synchronous = full; pragma cache_size = -32000";
/// A commit is on the disk before it is confirmed; readers do not block the writer.
inline constexpr std::string_view use_wal = "pragma journal_mode = wal";
inline constexpr std::string_view use_rollback_journal = "pragma journal_mode = truncate";

} // namespace canvass::store::queries

#endif
