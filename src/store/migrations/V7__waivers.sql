-- Findings that the author lets pass for good, with the reason, by their ids.

ALTER TABLE books ADD COLUMN waivers TEXT NOT NULL DEFAULT '{}';

PRAGMA user_version = 7;
