-- Truth: only ever added to.

CREATE TABLE streams (
    n    INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE events (
    id      INTEGER PRIMARY KEY,
    stream  INTEGER NOT NULL,
    seq     INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    actor   TEXT NOT NULL,
    command TEXT,
    data    TEXT NOT NULL,
    type    TEXT GENERATED ALWAYS AS (data ->> '$.type') VIRTUAL,
    UNIQUE (stream, seq)
) STRICT;

-- Texts by the BLAKE3 hash of their content; codec 0 is plain, 1 is LZ4 with the size before it.
CREATE TABLE blobs (
    id    INTEGER PRIMARY KEY,
    hash  BLOB NOT NULL UNIQUE,
    bytes INTEGER NOT NULL,
    codec INTEGER NOT NULL,
    data  BLOB NOT NULL
) STRICT;

-- The first answer to every command that was named; `first` and `last` are its events.
CREATE TABLE commands (
    id     TEXT PRIMARY KEY,
    digest BLOB NOT NULL,
    first  INTEGER NOT NULL,
    last   INTEGER NOT NULL,
    answer TEXT NOT NULL,
    at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Projections: remade from the journal by `galley doctor --rebuild`.

CREATE TABLE books (
    id         TEXT PRIMARY KEY,
    title      TEXT NOT NULL,
    settings   TEXT NOT NULL,
    trashed    INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The counts are of pages that are not themselves in the trash.
CREATE TABLE chapters (
    id         TEXT PRIMARY KEY,
    book       TEXT NOT NULL,
    position   INTEGER NOT NULL,
    number     INTEGER NOT NULL,
    title      TEXT NOT NULL,
    trashed    INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    pages      INTEGER NOT NULL DEFAULT 0,
    waiting    INTEGER NOT NULL DEFAULT 0,
    generating INTEGER NOT NULL DEFAULT 0,
    reviewing  INTEGER NOT NULL DEFAULT 0,
    approved   INTEGER NOT NULL DEFAULT 0,
    words      INTEGER NOT NULL DEFAULT 0,
    touched_at INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX chapters_by_place ON chapters (book, position);

-- `n` is the number of the page's run among the streams.
CREATE TABLE pages (
    n                 INTEGER PRIMARY KEY,
    id                TEXT NOT NULL UNIQUE,
    chapter           TEXT NOT NULL,
    book              TEXT NOT NULL,
    run               TEXT NOT NULL,
    position          INTEGER NOT NULL,
    number            INTEGER NOT NULL,
    title             TEXT NOT NULL,
    trashed           INTEGER NOT NULL,
    hidden            INTEGER NOT NULL,
    created_at        INTEGER NOT NULL,
    beat              TEXT NOT NULL DEFAULT '',
    beat_text         BLOB,
    state             TEXT NOT NULL DEFAULT '',
    standing          TEXT NOT NULL DEFAULT 'waiting',
    reason            TEXT,
    attention         TEXT,
    set_aside         INTEGER NOT NULL DEFAULT 0,
    revision_requests INTEGER NOT NULL DEFAULT 0,
    revision_limit    INTEGER NOT NULL DEFAULT 0,
    words             INTEGER NOT NULL DEFAULT 0,
    attempts          INTEGER NOT NULL DEFAULT 0,
    failures          INTEGER NOT NULL DEFAULT 0,
    tokens            INTEGER NOT NULL DEFAULT 0,
    spent             INTEGER NOT NULL DEFAULT 0,
    can_undo          INTEGER NOT NULL DEFAULT 0,
    can_redo          INTEGER NOT NULL DEFAULT 0,
    updated_at        INTEGER NOT NULL
) STRICT;
CREATE INDEX pages_by_number ON pages (chapter, number);
CREATE INDEX pages_by_status ON pages (state);
CREATE INDEX pages_in_need ON pages (updated_at) WHERE reason IS NOT NULL AND reason <> 'no_beat' AND hidden = 0;

CREATE TABLE runs (
    n          INTEGER PRIMARY KEY,
    id         TEXT NOT NULL,
    workflow   TEXT NOT NULL,
    definition BLOB NOT NULL,
    page       TEXT NOT NULL,
    started_at INTEGER NOT NULL
) STRICT;

-- `waits` says for what: `due` for its time, `working` for its attempt, `gate` and `aside` for the author; it is
-- unset while nothing happens or the run is paused. One small index on it is the queue, the attempts under way
-- and the inbox. `attempt_event` is the row of the attempt.
CREATE TABLE steps (
    run        INTEGER NOT NULL,
    position   INTEGER NOT NULL,
    name       TEXT NOT NULL,
    phase      TEXT NOT NULL,
    advisory   INTEGER NOT NULL,
    iteration  INTEGER NOT NULL,
    next       INTEGER NOT NULL,
    waits      TEXT,
    since      INTEGER,
    attempt    TEXT,
    attempt_event INTEGER,
    revision   TEXT,
    number     INTEGER,
    text       BLOB,
    shown      TEXT,
    model      TEXT,
    PRIMARY KEY (run, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX steps_waiting ON steps (waits, since) WHERE waits IS NOT NULL;

-- `event` is the journal's line in which the attempt began; `open` while what it reserved is held.
CREATE TABLE attempts (
    event         INTEGER PRIMARY KEY,
    run           INTEGER NOT NULL,
    id            TEXT NOT NULL,
    step          TEXT NOT NULL,
    iteration     INTEGER NOT NULL,
    number        INTEGER NOT NULL,
    model         TEXT NOT NULL,
    status        TEXT NOT NULL,
    outcome       TEXT,
    error         TEXT,
    input_tokens  INTEGER NOT NULL DEFAULT 0,
    output_tokens INTEGER NOT NULL DEFAULT 0,
    estimated     INTEGER NOT NULL DEFAULT 0,
    cost          INTEGER,
    reserved      INTEGER,
    started_at    INTEGER NOT NULL,
    duration_ms   INTEGER,
    request       BLOB NOT NULL,
    partial       BLOB,
    open          INTEGER NOT NULL
) STRICT;
CREATE INDEX attempts_unclosed ON attempts (event) WHERE open = 1 AND status = 'cancelled';

-- Of the next four, `seq` is the number of the run's event that made the row.
CREATE TABLE revisions (
    run        INTEGER NOT NULL,
    seq        INTEGER NOT NULL,
    id         TEXT NOT NULL,
    step       TEXT NOT NULL,
    number     INTEGER NOT NULL,
    origin     TEXT NOT NULL,
    parent     TEXT,
    author     TEXT NOT NULL,
    model      TEXT NOT NULL,
    tokens     INTEGER NOT NULL,
    cost       INTEGER,
    words      INTEGER NOT NULL,
    text       BLOB NOT NULL,
    late       INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (run, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE feedback (
    run        INTEGER NOT NULL,
    seq        INTEGER NOT NULL,
    id         TEXT NOT NULL,
    step       TEXT NOT NULL,
    revision   TEXT NOT NULL,
    text       BLOB NOT NULL,
    first_byte INTEGER,
    end_byte   INTEGER,
    withdrawn  INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (run, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE decisions (
    run      INTEGER NOT NULL,
    seq      INTEGER NOT NULL,
    id       TEXT NOT NULL,
    step     TEXT NOT NULL,
    kind     TEXT NOT NULL,
    revision TEXT,
    by       TEXT NOT NULL,
    undone   INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (run, seq)
) STRICT, WITHOUT ROWID;

-- `about` is the text that the remarks speak of: revisions that share a text share its remarks.
CREATE TABLE remarks (
    run      INTEGER NOT NULL,
    seq      INTEGER NOT NULL,
    revision TEXT NOT NULL,
    about    BLOB,
    step     TEXT NOT NULL,
    model    TEXT NOT NULL,
    text     BLOB NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (run, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE spend (
    book          TEXT NOT NULL,
    day           TEXT NOT NULL,
    model         TEXT NOT NULL,
    attempts      INTEGER NOT NULL,
    input_tokens  INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    cost          INTEGER NOT NULL,
    unknown       INTEGER NOT NULL,
    PRIMARY KEY (book, day, model)
) STRICT, WITHOUT ROWID;
CREATE INDEX spend_by_day ON spend (day);

CREATE TABLE entries (
    id   TEXT PRIMARY KEY,
    book TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    text BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX entries_by_book ON entries (book, kind, name);

-- Volatile: may be lost without harm.

CREATE TABLE drafts (
    attempt  TEXT PRIMARY KEY,
    text     TEXT NOT NULL,
    saved_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- How far the search index has followed the journal.
CREATE TABLE search_progress (upto INTEGER NOT NULL) STRICT;
INSERT INTO search_progress VALUES (0);

CREATE VIRTUAL TABLE page_search USING fts5 (
    title, beat, text, content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 2"
);

-- Attempts that hold what was reserved for them: under way, or cancelled and not yet closed.
CREATE VIEW open_attempts AS
SELECT a.event, a.run, a.id, a.reserved FROM steps s JOIN attempts a ON a.event = s.attempt_event
WHERE s.waits = 'working'
UNION ALL
SELECT event, run, id, reserved FROM attempts WHERE open = 1 AND status = 'cancelled';

-- Spec P13.

CREATE VIEW v_page_status_summary AS
SELECT p.id AS page_id, p.chapter AS chapter_id, p.book AS book_id, p.run AS run_id, p.number AS page_number,
       p.title, p.beat, p.state AS status, p.attention, p.set_aside, p.revision_requests, p.revision_limit,
       p.words, p.spent, p.hidden AS trashed, p.created_at, p.updated_at
FROM pages p;

CREATE VIEW v_chapter_progress AS
SELECT c.id AS chapter_id, c.book AS book_id, c.number AS chapter_number, c.title, c.pages, c.approved,
       c.reviewing, c.waiting, c.generating, c.words, c.trashed, c.created_at,
       CASE WHEN c.pages = 0 THEN 0.0 ELSE round(100.0 * c.approved / c.pages, 1) END AS percent_approved
FROM chapters c;

PRAGMA application_id = 1195461721;
PRAGMA user_version = 1;
