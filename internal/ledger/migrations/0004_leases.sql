-- Which replica works on what. A replica is alive until expires_at, by the database's clock; its leases and claims end with its row.

CREATE TABLE replicas (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL,
    -- 1 when its history is in a store that the other replicas read too.
    shares     BIGINT NOT NULL,
    joined_at  BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE leases (
    name     TEXT PRIMARY KEY,
    replica  TEXT NOT NULL REFERENCES replicas (id) ON DELETE CASCADE,
    taken_at BIGINT NOT NULL,
    -- What the other replicas show of it, as JSON; empty before the first report.
    status   TEXT NOT NULL
);
CREATE INDEX leases_replica ON leases (replica);

-- The replica that delivers the message at present; NULL: none.
ALTER TABLE outbox ADD COLUMN claimed_by TEXT REFERENCES replicas (id) ON DELETE SET NULL;
CREATE INDEX outbox_claimed ON outbox (claimed_by);

DROP TABLE leaders;
