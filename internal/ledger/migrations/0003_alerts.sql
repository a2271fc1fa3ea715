-- Every alert that was raised, for the pages: one row from its raise to its end.

CREATE TABLE alerts (
    id          {id},
    cluster     TEXT NOT NULL,
    key         TEXT NOT NULL,
    title       TEXT NOT NULL,
    -- The highest level and utilization while it was open, and the reason of the last raise.
    level       TEXT NOT NULL,
    utilization {real},
    reason      TEXT NOT NULL,
    raised_at   BIGINT NOT NULL,
    -- NULL while it is open.
    resolved_at BIGINT,
    -- Why it ended.
    ended       TEXT NOT NULL
);
CREATE INDEX alerts_open ON alerts (cluster, key, resolved_at);
CREATE INDEX alerts_raised ON alerts (raised_at);
