-- Times are milliseconds since 1970 in UTC. {id}, {bytes} and {real} stand for the database's own words.

CREATE TABLE verdicts (
    id           {id},
    cluster      TEXT NOT NULL,
    at           BIGINT NOT NULL,
    status       TEXT NOT NULL,
    -- The choice; NULL when undecided.
    kind         TEXT,
    size         TEXT,
    brokers      BIGINT,
    clusters     BIGINT,
    monthly_usd  {real},
    window_start BIGINT NOT NULL,
    window_end   BIGINT NOT NULL,
    quotas       TEXT NOT NULL,
    prices       TEXT NOT NULL,
    -- 1 when the choice differs from that of the verdict before.
    changed      BIGINT NOT NULL,
    -- What explains the verdict, as JSON.
    summary      TEXT NOT NULL,
    -- The verdict's JSON, gzip; NULL once it is trimmed.
    body         {bytes},
    UNIQUE (cluster, at)
);

CREATE TABLE runs (
    id      {id},
    job     TEXT NOT NULL,
    cluster TEXT NOT NULL,
    at      BIGINT NOT NULL,
    took_ms BIGINT NOT NULL,
    missed  BIGINT NOT NULL,
    error   TEXT NOT NULL
);
CREATE INDEX runs_at ON runs (at);

-- What is remembered of a cluster between two verdicts: kind 'drift' for the rules, 'book' for what has been told.
CREATE TABLE alert_states (
    cluster    TEXT NOT NULL,
    kind       TEXT NOT NULL,
    body       TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (cluster, kind)
);

CREATE TABLE outbox (
    id         {id},
    message_id TEXT NOT NULL UNIQUE,
    cluster    TEXT NOT NULL,
    target     TEXT NOT NULL,
    payload    TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    next_at    BIGINT NOT NULL,
    attempts   BIGINT NOT NULL,
    -- pending, sent or dead
    state      TEXT NOT NULL,
    settled_at BIGINT,
    last_error TEXT NOT NULL
);
CREATE INDEX outbox_due ON outbox (target, state, next_at);
-- Messages on one cluster keep their order: whether an earlier one waits is asked for each.
CREATE INDEX outbox_heads ON outbox (target, cluster, state, id);

CREATE TABLE maintenance (
    id         {id},
    start_at   BIGINT NOT NULL,
    end_at     BIGINT NOT NULL,
    -- Names or patterns as a JSON list; empty: all clusters.
    clusters   TEXT NOT NULL,
    reason     TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- Facts of clusters, progress of reading back, percentiles of long windows: one document per kind and name, gzip.
CREATE TABLE documents (
    kind       TEXT NOT NULL,
    name       TEXT NOT NULL,
    body       {bytes} NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (kind, name)
);

-- Who leads writes under its own number; what a former leader still tries to write is refused.
CREATE TABLE leaders (
    name  TEXT PRIMARY KEY,
    epoch BIGINT NOT NULL
);
