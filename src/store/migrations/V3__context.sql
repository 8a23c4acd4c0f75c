-- What attempts were given, and which revisions read what is another version by now.

ALTER TABLE attempts ADD COLUMN manifest BLOB;
ALTER TABLE attempts ADD COLUMN template BLOB;
ALTER TABLE attempts ADD COLUMN estimate INTEGER NOT NULL DEFAULT 0;
ALTER TABLE pages ADD COLUMN stale INTEGER NOT NULL DEFAULT 0;
CREATE INDEX pages_stale ON pages (book, chapter, number) WHERE stale > 0 AND hidden = 0;

-- The version that holds of everything that a revision may have read; no row for what is gone.
CREATE TABLE versions (
    kind    TEXT NOT NULL,
    part    TEXT NOT NULL,
    version TEXT NOT NULL,
    PRIMARY KEY (kind, part)
) STRICT, WITHOUT ROWID;

-- What the current revision of each step read: `revision` is the one that an agent wrote and whose manifest says so.
CREATE TABLE reads (
    run      INTEGER NOT NULL,
    step     TEXT NOT NULL,
    kind     TEXT NOT NULL,
    part     TEXT NOT NULL,
    version  TEXT NOT NULL,
    revision TEXT NOT NULL,
    title    TEXT NOT NULL,
    PRIMARY KEY (run, step, kind, part)
) STRICT, WITHOUT ROWID;
CREATE INDEX reads_by_part ON reads (kind, part);

-- Changes that do not matter to a revision, by the author's word; no version where the part is gone.
CREATE TABLE fine (
    run      INTEGER NOT NULL,
    seq      INTEGER NOT NULL,
    place    INTEGER NOT NULL,
    revision TEXT NOT NULL,
    kind     TEXT NOT NULL,
    part     TEXT NOT NULL,
    version  TEXT,
    by       TEXT NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (run, seq, place)
) STRICT, WITHOUT ROWID;

-- What prompts really took, where the server said so, and what they were estimated to take.
CREATE TABLE token_factors (
    model     TEXT PRIMARY KEY,
    attempts  INTEGER NOT NULL,
    estimated INTEGER NOT NULL,
    actual    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A book's own prompt templates; a version without a text is the return to the template below.
CREATE TABLE prompts (
    book    TEXT NOT NULL,
    name    TEXT NOT NULL,
    version INTEGER NOT NULL,
    text    BLOB,
    by      TEXT NOT NULL,
    at      INTEGER NOT NULL,
    PRIMARY KEY (book, name, version)
) STRICT, WITHOUT ROWID;

PRAGMA user_version = 3;
