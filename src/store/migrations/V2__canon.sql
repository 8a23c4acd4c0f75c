-- Canon entries are versioned, and searched.

DROP TABLE entries;

-- `n` is the journal's line in which the entry was made.
CREATE TABLE entries (
    n          INTEGER PRIMARY KEY,
    id         TEXT NOT NULL UNIQUE,
    book       TEXT NOT NULL,
    version    INTEGER NOT NULL,
    removed    INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX entries_by_book ON entries (book);

CREATE TABLE entry_versions (
    entry   INTEGER NOT NULL,
    version INTEGER NOT NULL,
    kind    TEXT NOT NULL,
    name    TEXT NOT NULL,
    aliases TEXT NOT NULL,
    parent  TEXT,
    links   TEXT NOT NULL,
    mode    TEXT NOT NULL,
    weight  INTEGER NOT NULL,
    scope   TEXT NOT NULL,
    text    BLOB NOT NULL,
    words   INTEGER NOT NULL,
    origin  TEXT NOT NULL,
    by      TEXT NOT NULL,
    at      INTEGER NOT NULL,
    PRIMARY KEY (entry, version)
) STRICT, WITHOUT ROWID;

INSERT INTO entry_versions
SELECT first_value(e.id) OVER versions, row_number() OVER versions, e.data ->> '$.kind', e.data ->> '$.name', '[]',
       NULL, '[]', 'named', 50, '{"from":null,"until":null}', unhex(e.data ->> '$.text.hash'),
       e.data ->> '$.text.words', '"author"', replace(e.actor, 'author:', ''), e.at
FROM events e JOIN streams s ON s.n = e.stream
WHERE s.name LIKE 'canon:%' AND e.type = 'entry_put'
WINDOW versions AS (PARTITION BY e.stream, e.data ->> '$.entry' ORDER BY e.seq);

INSERT INTO entries
SELECT min(e.id), e.data ->> '$.entry', substr(s.name, 7), sum(e.type = 'entry_put'),
       max(e.seq) = max(CASE e.type WHEN 'entry_removed' THEN e.seq END) IS TRUE, min(e.at)
FROM events e JOIN streams s ON s.n = e.stream
WHERE s.name LIKE 'canon:%'
GROUP BY e.stream, e.data ->> '$.entry';

CREATE VIRTUAL TABLE entry_search USING fts5 (
    name, aliases, text, content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 2"
);

-- Entries are indexed, and scripts that are written without spaces by the letter, from the beginning on.
UPDATE search_progress SET upto = 0;

PRAGMA user_version = 2;
