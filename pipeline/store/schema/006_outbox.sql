-- Events, written in the same transaction as the change that they announce.

CREATE TYPE tidemark.event_state AS ENUM ('pending', 'delivered', 'acknowledged', 'rejected', 'given_up');
CREATE TABLE tidemark.outbox_event (
    id              bigint               NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key             text                 NOT NULL UNIQUE, -- idempotency key: the provider does the same key once
    provider        integer              NOT NULL REFERENCES tidemark.provider,
    release         bigint               NOT NULL,
    number          integer              NOT NULL CHECK (number >= 1), -- of the release's events at this provider: their order
    kind            text                 NOT NULL CHECK (kind IN ('distribute', 'withdraw')),
    payload         jsonb                NOT NULL,
    state           tidemark.event_state NOT NULL DEFAULT 'pending',
    attempts        integer              NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    next_attempt_at timestamptz          NOT NULL DEFAULT clock_timestamp(),
    created_at      timestamptz          NOT NULL DEFAULT clock_timestamp(),
    delivered_at    timestamptz,
    answered_at     timestamptz,
    last_error      text,
    UNIQUE (provider, release, number),
    CHECK ((state IN ('acknowledged', 'rejected')) = (answered_at IS NOT NULL)),
    CHECK (state IN ('pending', 'given_up') OR delivered_at IS NOT NULL)
);
CREATE INDEX outbox_event_pending ON tidemark.outbox_event (next_attempt_at) WHERE state = 'pending';
CREATE INDEX outbox_event_release ON tidemark.outbox_event (release);

INSERT INTO tidemark.placement (table_name, placement) VALUES ('outbox_event', 'local');
