-- Both were written and never read.

DROP TABLE runs;

ALTER TABLE verdicts DROP COLUMN summary;
