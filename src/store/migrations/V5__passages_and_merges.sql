-- Revisions of two parents, feedback on several passages at once, and passages that nobody changes.

-- The revision that changes were taken from; `parent` is the one that the refused were kept of.
ALTER TABLE revisions ADD COLUMN other TEXT;

CREATE TABLE feedback_anew (
    run        INTEGER NOT NULL,
    seq        INTEGER NOT NULL,
    place      INTEGER NOT NULL,
    id         TEXT NOT NULL,
    step       TEXT NOT NULL,
    revision   TEXT NOT NULL,
    text       BLOB NOT NULL,
    first_byte INTEGER,
    end_byte   INTEGER,
    quote      TEXT,
    withdrawn  INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (run, seq, place)
) STRICT, WITHOUT ROWID;
INSERT INTO feedback_anew
SELECT run, seq, 0, id, step, revision, text, first_byte, end_byte, NULL, withdrawn, created_at FROM feedback;
DROP TABLE feedback;
ALTER TABLE feedback_anew RENAME TO feedback;

CREATE TABLE locks (
    run        INTEGER NOT NULL,
    seq        INTEGER NOT NULL,
    id         TEXT NOT NULL,
    step       TEXT NOT NULL,
    revision   TEXT NOT NULL,
    first_byte INTEGER NOT NULL,
    end_byte   INTEGER NOT NULL,
    quote      TEXT NOT NULL,
    locked_at  INTEGER NOT NULL,
    PRIMARY KEY (run, seq)
) STRICT, WITHOUT ROWID;

PRAGMA user_version = 5;
