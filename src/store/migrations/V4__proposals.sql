-- What the author's edits taught: proposed, and accepted or refused one by one.

-- `stands` while the edit that it comes from is not taken back; an accepted one led to a version of an entry.
CREATE TABLE proposals (
    run        INTEGER NOT NULL,
    seq        INTEGER NOT NULL,
    place      INTEGER NOT NULL,
    id         TEXT NOT NULL,
    revision   TEXT NOT NULL,
    kind       TEXT NOT NULL,
    about      TEXT NOT NULL,
    text       TEXT NOT NULL,
    why        TEXT NOT NULL,
    quote      TEXT NOT NULL,
    model      TEXT NOT NULL,
    state      TEXT NOT NULL,
    stands     INTEGER NOT NULL,
    entry      TEXT,
    version    INTEGER,
    words      TEXT,
    by         TEXT,
    decided_at INTEGER,
    at         INTEGER NOT NULL,
    PRIMARY KEY (run, seq, place)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX proposals_by_id ON proposals (id);

PRAGMA user_version = 4;
