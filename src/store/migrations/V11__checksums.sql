-- An event that damage has changed is told from one that was written so. Right after this script the events that are
-- there get theirs; none means that an event came before, and is believed.

ALTER TABLE events ADD COLUMN checksum INTEGER;

PRAGMA user_version = 11;
