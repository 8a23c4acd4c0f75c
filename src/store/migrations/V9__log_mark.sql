-- Whether commits may be outstanding: only in the write-ahead log, and not yet in the database file. `last` is the
-- journal's last number when the mark was set, or when the log was last moved into the file.

CREATE TABLE log_mark (
    id          INTEGER PRIMARY KEY CHECK (id = 1),
    outstanding INTEGER NOT NULL,
    last        INTEGER NOT NULL
) STRICT;
INSERT INTO log_mark VALUES (1, 0, 0);

PRAGMA user_version = 9;
