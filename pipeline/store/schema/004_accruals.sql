-- Log 2: accruals. Each is a cut (feed → last batch, and the catalogue's version) and what it resolved to releases.

CREATE TABLE tidemark.accrual (
    number            bigint      NOT NULL PRIMARY KEY CHECK (number >= 1), -- gapless
    catalogue_version bigint      NOT NULL,
    opened_at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    completed_at      timestamptz -- all buckets are recorded
);
CREATE UNIQUE INDEX accrual_open ON tidemark.accrual ((completed_at IS NULL)) WHERE completed_at IS NULL;

CREATE TABLE tidemark.accrual_cut (
    accrual bigint  NOT NULL REFERENCES tidemark.accrual,
    feed    integer NOT NULL REFERENCES tidemark.feed,
    batch   bigint  NOT NULL CHECK (batch >= 0), -- the last batch of the feed that it covers
    PRIMARY KEY (accrual, feed)
);

-- The batches that an accrual brings: behind the cut of the one before it, up to its own.
CREATE VIEW tidemark.accrual_batch AS
SELECT cut.accrual  AS accrual,
       batch.feed   AS feed,
       batch.number AS number,
       batch.id     AS id
  FROM tidemark.accrual_cut AS cut
  LEFT JOIN tidemark.accrual_cut AS previous
    ON previous.accrual = cut.accrual - 1 AND previous.feed = cut.feed
  JOIN tidemark.batch
    ON batch.feed = cut.feed AND batch.number > coalesce(previous.batch, 0) AND batch.number <= cut.batch;

-- A bucket that is done: counted = matched + suspense, in streams and money. `counted` is what its new cells hold; what was
-- held in it and counts elsewhere from now on is in matched and suspended with both signs. The bucket is where a cell lay, not
-- where it goes: all matched of an accrual add up to its release usage, all suspended to its suspense, over all buckets.
CREATE TABLE tidemark.accrual_bucket (
    accrual             bigint   NOT NULL REFERENCES tidemark.accrual,
    bucket              smallint NOT NULL CHECK (bucket BETWEEN 0 AND 255),
    counted_streams     bigint   NOT NULL,
    counted_monetised   bigint   NOT NULL,
    counted_amount      numeric  NOT NULL,
    matched_streams     bigint   NOT NULL,
    matched_monetised   bigint   NOT NULL,
    matched_amount      numeric  NOT NULL,
    suspended_streams   bigint   NOT NULL,
    suspended_monetised bigint   NOT NULL,
    suspended_amount    numeric  NOT NULL,
    PRIMARY KEY (accrual, bucket),
    CHECK (counted_streams = matched_streams + suspended_streams),
    CHECK (counted_monetised = matched_monetised + suspended_monetised),
    CHECK (counted_amount = matched_amount + suspended_amount)
);

-- Streams per release and recording, as chunks like those of usage; where nothing is resolved elsewhere they are those of usage, as
-- they are. There may be several of the same, and a cell in several of them or several times in one: cells add up. `named` is the
-- release that the rows of a pair named (0: none; an alias), `played` the recording: with the market they are the key by which a
-- cell is resolved again when the catalogue learns. Signed and append-only: what is resolved anew is taken out here and put in
-- there, in a later accrual.
CREATE TABLE tidemark.release_usage (
    bucket          smallint  NOT NULL CHECK (bucket BETWEEN 0 AND 255), -- of the releases it resolved to
    accrual         bigint    NOT NULL,
    feed            integer   NOT NULL REFERENCES tidemark.feed,
    period_from     date      NOT NULL,
    period_to       date      NOT NULL,
    currency        text      NOT NULL,
    cells           integer   NOT NULL CHECK (cells > 0),
    total_streams   bigint    NOT NULL,
    total_monetised bigint    NOT NULL,
    total_amount    numeric   NOT NULL,
    releases        bigint[]  COMPRESSION lz4 NOT NULL,
    recordings      bigint[]  COMPRESSION lz4 NOT NULL,
    named           bigint[]  COMPRESSION lz4, -- null where all rows of the chunk named the release that they count to
    played          bigint[]  COMPRESSION lz4, -- null where no row of the chunk named its recording by an alias
    pairs           bytea     COMPRESSION lz4 NOT NULL,
    markets         bytea     COMPRESSION lz4 NOT NULL,
    streams         bytea     COMPRESSION lz4 NOT NULL,
    monetised       bytea     COMPRESSION lz4 NOT NULL,
    amounts         numeric[] COMPRESSION lz4,
    CHECK (cardinality(releases) > 0 AND cardinality(recordings) = cardinality(releases)),
    CHECK (named IS NULL OR cardinality(named) = cardinality(releases)),
    CHECK (played IS NULL OR cardinality(played) = cardinality(releases)),
    CHECK (tidemark.is_packed(pairs, cells) AND tidemark.is_packed(markets, cells) AND tidemark.is_packed(streams, cells)
           AND tidemark.is_packed(monetised, cells)),
    CHECK ((amounts IS NULL) = (currency = '') AND (amounts IS NULL OR cardinality(amounts) = cells))
);
CREATE INDEX release_usage_accrual ON tidemark.release_usage (accrual, bucket);
CREATE INDEX release_usage_period ON tidemark.release_usage (bucket, feed, period_to);

-- Counted streams that nothing claims yet. Signed and append-only: a claim is a row with the opposite sign, and what waits is
-- the sum by key. The first reasons are aggregate's (bucket and release: as the row names them), the last two are
-- request's (bucket and release: as resolved), which also know the value where there is a rate. No foreign keys: feed, market and
-- currency are copied from usage and rates, nobody may delete one, and to look them up took four fifths of the time of an insert
-- (24 of 30 µs).
CREATE TYPE tidemark.suspense_reason AS ENUM
    ('odd_recording', 'odd_release', 'no_code', 'unknown_recording', 'unknown_release', 'ambiguous_release',
     'no_release', 'unknown_territory', 'no_rate', 'no_split');
CREATE TABLE tidemark.suspense (
    bucket         smallint                 NOT NULL CHECK (bucket BETWEEN 0 AND 255),
    accrual        bigint                   NOT NULL,
    reason         tidemark.suspense_reason NOT NULL,
    feed           integer                  NOT NULL,
    period_from    date                     NOT NULL,
    period_to      date                     NOT NULL,
    currency       text                     NOT NULL, -- of the reported amount, '' for none
    release        bigint                   NOT NULL,
    recording      bigint                   NOT NULL,
    market         integer                  NOT NULL,
    streams        bigint                   NOT NULL,
    monetised      bigint                   NOT NULL,
    amount         numeric                  NOT NULL,
    value          numeric,                 -- what it would earn: `no_split` only
    value_currency text,
    CHECK ((value IS NULL) = (value_currency IS NULL)),
    CHECK ((value IS NOT NULL) = (reason = 'no_split'))
);
CREATE INDEX suspense_release ON tidemark.suspense (bucket, release);
CREATE INDEX suspense_recording ON tidemark.suspense (recording);
CREATE INDEX suspense_territory ON tidemark.suspense (market) WHERE reason = 'unknown_territory';

INSERT INTO tidemark.placement (table_name, placement)
VALUES ('accrual', 'local'), ('accrual_cut', 'local'), ('accrual_bucket', 'local'), ('release_usage', 'bucket'),
       ('suspense', 'bucket');
