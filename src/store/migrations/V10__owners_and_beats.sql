-- Rows say who made what they are of (E6), and a page says when the beat that it was written from is another one by now.
-- Right after this script the rows are remade from the journal.

ALTER TABLE books ADD COLUMN owner TEXT NOT NULL DEFAULT '';
ALTER TABLE chapters ADD COLUMN owner TEXT NOT NULL DEFAULT '';
ALTER TABLE pages ADD COLUMN owner TEXT NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN owner TEXT NOT NULL DEFAULT '';
ALTER TABLE entries ADD COLUMN owner TEXT NOT NULL DEFAULT '';

PRAGMA user_version = 10;
