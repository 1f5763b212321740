-- The store of a study. docs/store.md says what a reader of the file may rely on.

-- The log: the truth. Nothing in it is ever changed or taken out.
create table event (
  sequence  integer primary key check (sequence >= 1),   -- 1, 2, 3 ... without gaps
  at        integer not null,                            -- seconds since 1970-01-01, UTC
  kind      text    not null check (length(kind) > 0),   -- created, instrument, import, submission, correction, held ...
  subject   text    not null,                            -- HANDLE/WAVE of a response, number of an import ...; never a person's id
  body_hash blob    not null check (length(body_hash) = 32), -- SHA-256 of salt, answers, detail and raw of the body
  previous  blob    not null check (length(previous) = 32),  -- chain of the event before; zeros in the first
  chain     blob    not null check (length(chain) = 32)      -- SHA-256 of previous, sequence, at, kind, subject and body_hash
) strict;

-- For the few events that are not submissions.
create index event_kind on event (kind) where kind <> 'submission';

create trigger event_is_never_changed before update on event
begin
  select raise(abort, 'the log is append-only: an event cannot be changed');
end;

create trigger event_is_never_deleted before delete on event
begin
  select raise(abort, 'the log is append-only: an event cannot be deleted');
end;

-- Who is behind a handle. Withdrawal of consent deletes the row; the handle, a random number, then means nothing.
create table person (
  handle text primary key,
  id     text not null unique
) strict, without rowid;

create trigger person_is_never_changed before update on person
begin
  select raise(abort, 'a handle stands for one person for ever');
end;

-- What an event says. Kept apart from the event, so that a person's bodies can be erased while the chain stays whole.
create table body (
  sequence integer primary key references event (sequence),
  person   text references person (handle),  -- who can have it erased; null: nobody
  salt     blob not null check (length(salt) = 16), -- without it the hash in the log tells nothing; it goes with the body
  answers  text not null,  -- canonical answers of the response from this event on; empty where the event sets none
  detail   text not null,  -- JSON, by kind of event
  raw      blob not null   -- the source's bytes: a row; of an import the header
) strict;

create index body_person on body (person) where person is not null;

create trigger body_is_never_changed before update of sequence, salt, answers, detail, raw on body
begin
  select raise(abort, 'the log is append-only: what an event says cannot be changed');
end;

create trigger body_is_deleted_by_an_erasure_only before delete on body
when not exists (select 1 from event where kind = 'erasure' and kind <> 'submission' and subject = old.person)
begin
  select raise(abort, 'the log is append-only: what an event says goes only when its person withdraws');
end;

create trigger person_goes_after_its_bodies before delete on person
when exists (select 1 from body where person = old.handle)
begin
  select raise(abort, 'a person goes only after everything that they said');
end;

-- Everything below is made from the log, and `canvass verify` can make it again.

-- Instruments that answers were given to. Those of one shape (ids, types and codes) share a table of answers.
create table instrument (
  instrument text primary key,   -- id@version
  shape      text not null,      -- SHA-256 over ids, types and codes, hexadecimal
  table_name text not null,      -- answers_ and the first 12 digits of the shape
  view_name  text not null unique,
  definition text not null       -- JSON: the columns
) strict, without rowid;

-- Rows of imports that nobody has decided on.
create table held (
  id        integer primary key,
  sequence  integer not null references event (sequence),
  import_id integer not null
) strict;

-- Work that must still be done after a commit: 'scrub' stands here between an erasure and the moment its bytes are overwritten.
create table pending (
  work text primary key
) strict, without rowid;
