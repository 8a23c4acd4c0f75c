-- What calls came to, by chapter too, and how many of them have a cost that nobody knows. The rows of before are
-- kept without a chapter; right after this script they are remade from the journal.

DROP VIEW v_page_status_summary;
DROP VIEW v_chapter_progress;

ALTER TABLE spend RENAME TO spend_before;
DROP INDEX spend_by_day;
CREATE TABLE spend (
    book          TEXT NOT NULL,
    chapter       TEXT NOT NULL,
    day           TEXT NOT NULL,
    model         TEXT NOT NULL,
    attempts      INTEGER NOT NULL,
    input_tokens  INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    cost          INTEGER NOT NULL,
    unknown       INTEGER NOT NULL,
    PRIMARY KEY (book, chapter, day, model)
) STRICT, WITHOUT ROWID;
INSERT INTO spend SELECT book, '', day, model, attempts, input_tokens, output_tokens, cost, unknown FROM spend_before;
DROP TABLE spend_before;
CREATE INDEX spend_by_day ON spend (day);
CREATE INDEX spend_by_chapter ON spend (chapter);

ALTER TABLE pages ADD COLUMN input_tokens INTEGER NOT NULL DEFAULT 0;
ALTER TABLE pages ADD COLUMN output_tokens INTEGER NOT NULL DEFAULT 0;
ALTER TABLE pages ADD COLUMN unknown INTEGER NOT NULL DEFAULT 0;
UPDATE pages SET input_tokens = tokens;
ALTER TABLE pages DROP COLUMN tokens;

ALTER TABLE runs ADD COLUMN input_tokens INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN output_tokens INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN unknown INTEGER NOT NULL DEFAULT 0;
UPDATE runs SET input_tokens = tokens;
ALTER TABLE runs DROP COLUMN tokens;

-- The few steps that need their author: a raised budget looks for those that it stopped.
CREATE INDEX steps_in_need ON steps (run) WHERE phase = 'needs_author';

-- Spec P11, P13. Money is in 10⁻⁹ $; `total` does not overflow, as `sum` does, and the cast ends at the largest number.

CREATE VIEW v_page_status_summary AS
SELECT p.id AS page_id, p.chapter AS chapter_id, p.book AS book_id, p.run AS run_id, p.number AS page_number,
       p.title, p.beat, p.state AS status, p.attention, p.set_aside, p.revision_requests, p.revision_limit,
       p.words, p.input_tokens, p.output_tokens, p.spent, p.unknown AS unknown_costs, p.hidden AS trashed,
       p.created_at, p.updated_at
FROM pages p;

CREATE VIEW v_chapter_progress AS
SELECT c.id AS chapter_id, c.book AS book_id, c.number AS chapter_number, c.title, c.pages, c.approved,
       c.reviewing, c.waiting, c.generating, c.words, c.trashed, c.created_at,
       CASE WHEN c.pages = 0 THEN 0.0 ELSE round(100.0 * c.approved / c.pages, 1) END AS percent_approved,
       CAST(total(s.input_tokens) AS INTEGER) AS input_tokens,
       CAST(total(s.output_tokens) AS INTEGER) AS output_tokens,
       CAST(total(s.cost) AS INTEGER) AS spent, CAST(total(s.unknown) AS INTEGER) AS unknown_costs
FROM chapters c LEFT JOIN spend s ON s.chapter = c.id
GROUP BY c.id;

PRAGMA user_version = 8;
