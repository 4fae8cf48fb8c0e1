-- Earnings as chunks of less: a release and recording stands once in a chunk, with the split that it has, not once for each rate; and
-- parts stand by rate, so that what earned under a rate is added up as it lies there. 473,000 parts of 276,000 pairs were 2.4 million
-- numbers to COPY, and are 1.3 million.
--
--   releases, recordings, splits    A     │ B     │ C             a pair each
--   rates                           r     │ s                     rate_ends   3 │ 5
--   pairs                           A   B   C │ A   C             packed: the pair's place, from 0
--   monetised                       40  7   9 │ 12  3
DROP VIEW tidemark.earning_line, tidemark.earning_part;
DROP FUNCTION tidemark.shares_of;
ALTER TABLE tidemark.earning RENAME TO earning_by_release;

CREATE TABLE tidemark.earning (
    bucket      smallint              NOT NULL CHECK (bucket BETWEEN 0 AND 255),
    accrual     bigint                NOT NULL,
    kind        tidemark.earning_kind NOT NULL,
    feed        integer               NOT NULL,
    period_from date                  NOT NULL,
    period_to   date                  NOT NULL,
    basis       tidemark.rate_basis   NOT NULL, -- of its rates
    currency    text                  NOT NULL,
    releases    bigint[]  COMPRESSION lz4 NOT NULL,
    recordings  bigint[]  COMPRESSION lz4 NOT NULL,
    splits      bigint[]  COMPRESSION lz4 NOT NULL,
    rates       bigint[]  COMPRESSION lz4 NOT NULL,
    rate_ends   bigint[]  COMPRESSION lz4 NOT NULL, -- how many parts there are up to the last of each rate; rising
    pairs       bytea     COMPRESSION lz4 NOT NULL,
    monetised   bigint[]  COMPRESSION lz4 NOT NULL,
    reported    numeric[] COMPRESSION lz4, -- basis `amount` only
    CHECK (cardinality(releases) > 0
           AND cardinality(recordings) = cardinality(releases) AND cardinality(splits) = cardinality(releases)),
    CHECK (cardinality(rates) > 0 AND cardinality(rate_ends) = cardinality(rates)
           AND rate_ends[cardinality(rates)] = cardinality(monetised)),
    CHECK (cardinality(monetised) > 0 AND tidemark.is_packed(pairs, cardinality(monetised))),
    CHECK ((reported IS NOT NULL) = (basis = 'amount') AND (reported IS NULL OR cardinality(reported) = cardinality(monetised)))
);

-- The parts of a chunk by their rates: from which place to which.
CREATE FUNCTION tidemark.rate_spans(rates bigint[], rate_ends bigint[])
RETURNS TABLE (rate bigint, first_place integer, last_place integer)
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT span.rate, 1 + lag(span.last_place, 1, 0) OVER (ORDER BY span.place), span.last_place
      FROM (SELECT unnest(rate_spans.rates)                             AS rate,
                   unnest(rate_spans.rate_ends)::integer                AS last_place,
                   generate_series(1, cardinality(rate_spans.rates)) AS place) AS span;
$$;

-- The parts of a chunk. Its pairs' arrays are the caller's to look into: from 1.
CREATE FUNCTION tidemark.earning_parts(rates bigint[], rate_ends bigint[], pairs bytea, monetised bigint[], reported numeric[])
RETURNS TABLE (rate bigint, pair integer, monetised bigint, reported numeric, place integer)
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT part.rate,
           tidemark.packed_at(part.pairs, part.place - 1, part.width, part.base)::integer + 1,
           part.monetised,
           part.reported,
           part.place
      FROM (SELECT span.rate, flat.pairs, flat.width, flat.base,
                   generate_series(span.first_place, span.last_place)            AS place,
                   unnest(flat.monetised[span.first_place : span.last_place]) AS monetised,
                   unnest(flat.reported[span.first_place : span.last_place])  AS reported
              FROM (SELECT substring(earning_parts.pairs FROM 1)      AS pairs,
                           get_byte(earning_parts.pairs, 0)           AS width,
                           tidemark.packed_base(earning_parts.pairs)  AS base,
                           earning_parts.monetised || '{}'            AS monetised,
                           earning_parts.reported || '{}'             AS reported
                    OFFSET 0) AS flat
             CROSS JOIN tidemark.rate_spans(earning_parts.rates, earning_parts.rate_ends) AS span
            OFFSET 0) AS part;
$$;

-- The same the other way round: parts, in parallel arrays, as columns of a chunk.
CREATE FUNCTION tidemark.fold_earning(releases bigint[], recordings bigint[], splits bigint[], rates bigint[], monetised bigint[],
                                      reported numeric[])
RETURNS TABLE (releases bigint[], recordings bigint[], splits bigint[], rates bigint[], rate_ends bigint[], pairs bytea,
               monetised bigint[], reported numeric[])
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
WITH part AS MATERIALIZED (
    SELECT element.*,
           dense_rank() OVER (ORDER BY element.release, element.recording, element.split) - 1 AS pair,
           row_number() OVER (ORDER BY element.rate, element.release, element.recording, element.split) AS place
      FROM (SELECT unnest(fold_earning.releases)   AS release,
                   unnest(fold_earning.recordings) AS recording,
                   unnest(fold_earning.splits)     AS split,
                   unnest(fold_earning.rates)      AS rate,
                   unnest(fold_earning.monetised)  AS monetised,
                   unnest(fold_earning.reported)   AS reported) AS element
)
SELECT pair.releases, pair.recordings, pair.splits, rate.rates, rate.rate_ends, part.pairs, part.monetised,
       CASE WHEN fold_earning.reported IS NOT NULL THEN part.reported END
  FROM (SELECT array_agg(pair.release ORDER BY pair.pair)   AS releases,
               array_agg(pair.recording ORDER BY pair.pair) AS recordings,
               array_agg(pair.split ORDER BY pair.pair)     AS splits
          FROM (SELECT DISTINCT part.pair, part.release, part.recording, part.split FROM part) AS pair) AS pair
 CROSS JOIN (SELECT array_agg(rate.rate ORDER BY rate.rate_end)     AS rates,
                    array_agg(rate.rate_end ORDER BY rate.rate_end) AS rate_ends
               FROM (SELECT part.rate, max(part.place) AS rate_end FROM part GROUP BY part.rate) AS rate) AS rate
 CROSS JOIN (SELECT tidemark.pack(array_agg(part.pair ORDER BY part.place)) AS pairs,
                    array_agg(part.monetised ORDER BY part.place)           AS monetised,
                    array_agg(part.reported ORDER BY part.place)            AS reported
               FROM part) AS part;
$$;

INSERT INTO tidemark.earning
SELECT chunk.bucket, chunk.accrual, chunk.kind, chunk.feed, chunk.period_from, chunk.period_to, chunk.basis, chunk.currency, folded.*
  FROM tidemark.earning_by_release AS chunk
 CROSS JOIN LATERAL tidemark.fold_earning(chunk.releases, chunk.recordings, chunk.splits, chunk.rates, chunk.monetised,
                                          chunk.reported) AS folded;
DROP TABLE tidemark.earning_by_release;
CREATE INDEX earning_accrual ON tidemark.earning (accrual, bucket);
CREATE INDEX earning_period ON tidemark.earning (bucket, feed, period_to);

-- What ANALYZE takes of it is what 011_statistics.sql says of all chunks.
ALTER TABLE tidemark.earning
    ALTER COLUMN bucket SET STATISTICS 10, ALTER COLUMN accrual SET STATISTICS 10, ALTER COLUMN kind SET STATISTICS 10,
    ALTER COLUMN feed SET STATISTICS 10, ALTER COLUMN period_from SET STATISTICS 10, ALTER COLUMN period_to SET STATISTICS 10,
    ALTER COLUMN basis SET STATISTICS 10, ALTER COLUMN currency SET STATISTICS 10, ALTER COLUMN releases SET STATISTICS 0,
    ALTER COLUMN recordings SET STATISTICS 0, ALTER COLUMN splits SET STATISTICS 0, ALTER COLUMN rates SET STATISTICS 0,
    ALTER COLUMN rate_ends SET STATISTICS 0, ALTER COLUMN pairs SET STATISTICS 0, ALTER COLUMN monetised SET STATISTICS 0,
    ALTER COLUMN reported SET STATISTICS 0;

-- Its parts.
CREATE VIEW tidemark.earning_part AS
SELECT earning.bucket, earning.accrual, earning.kind, earning.feed, earning.period_from, earning.period_to, earning.basis,
       earning.currency, part.release, part.recording, part.rate, part.split, part.monetised, part.reported, part.place
  FROM tidemark.earning
 CROSS JOIN LATERAL (
    SELECT flat.releases[part.pair] AS release, flat.recordings[part.pair] AS recording, part.rate,
           flat.splits[part.pair] AS split, part.monetised, part.reported, part.place
      FROM (SELECT earning.releases || '{}'   AS releases,
                   earning.recordings || '{}' AS recordings,
                   earning.splits || '{}'     AS splits
            OFFSET 0) AS flat
     CROSS JOIN tidemark.earning_parts(earning.rates, earning.rate_ends, earning.pairs, earning.monetised, earning.reported)
                AS part) AS part;

-- What each payee earned of it: streams × rate × share, exactly.
CREATE VIEW tidemark.earning_line AS
SELECT line.bucket,
       line.accrual,
       line.kind,
       line.feed,
       line.period_from,
       line.period_to,
       line.release,
       line.recording,
       line.rate,
       line.split,
       line.payee,
       line.share,
       line.monetised,
       coalesce(line.reported, 0)  AS reported,
       line.currency,
       line.worth * line.share     AS amount
  FROM (SELECT part.*,
               CASE part.basis WHEN 'amount' THEN part.reported ELSE part.monetised END * rate.rate AS worth,
               unnest(split.payees) AS payee,
               unnest(split.shares) AS share
          FROM tidemark.earning_part AS part
          JOIN tidemark.rate ON rate.id = part.rate
          JOIN tidemark.split ON split.bucket = part.bucket AND split.id = part.split) AS line;

-- What payees earn of a chunk. Streams are added up by rate and split, and then by who gets what share, before they are multiplied.
CREATE FUNCTION tidemark.shares_of(bucket smallint, basis tidemark.rate_basis, splits bigint[], rates bigint[], rate_ends bigint[],
                                   pairs bytea, monetised bigint[], reported numeric[])
RETURNS TABLE (payee integer, amount numeric)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
SELECT line.payee, sum(line.worth * line.share)
  FROM (SELECT unnest(deal.payees) AS payee, unnest(deal.shares) AS share, deal.worth
          FROM (SELECT split.payees, split.shares,
                       sum(CASE shares_of.basis WHEN 'amount' THEN part.reported ELSE part.monetised END * rate.rate) AS worth
                  FROM (SELECT part.rate, flat.splits[part.pair] AS split, tidemark.total(part.monetised) AS monetised,
                               sum(part.reported) AS reported
                          FROM (SELECT shares_of.splits || '{}' AS splits OFFSET 0) AS flat
                         CROSS JOIN tidemark.earning_parts(shares_of.rates, shares_of.rate_ends, shares_of.pairs,
                                                           shares_of.monetised, shares_of.reported) AS part
                         GROUP BY part.rate, flat.splits[part.pair]) AS part
                  -- LEFT only so that the planner expects as many as there were, and hashes: all of them are there
                  LEFT JOIN tidemark.rate ON rate.id = part.rate
                  LEFT JOIN tidemark.split ON split.bucket = shares_of.bucket AND split.id = part.split
                 GROUP BY split.payees, split.shares) AS deal) AS line
 GROUP BY line.payee;
$$;

-- Whether what has a rate is earned or waits, to the last digit; if not, the transaction ends. For both parts of a pricing.
CREATE FUNCTION tidemark.is_conserved(accrual bigint, part tidemark.pricing_part, currency text, rated numeric, earned numeric,
                                      suspended numeric)
RETURNS boolean
LANGUAGE sql VOLATILE AS $$
    SELECT rated = earned + suspended
        OR tidemark.refuse(70, format('accrual %s%s: %s %s have a rate, but %s are earned and %s wait', accrual,
                                      CASE part WHEN 'again' THEN ', priced again' ELSE '' END, trim_scale(rated), currency,
                                      trim_scale(earned), trim_scale(suspended)));
$$;

GRANT SELECT ON tidemark.earning, tidemark.earning_part, tidemark.earning_line
   TO tidemark_ingest, tidemark_catalogue, tidemark_finance, tidemark_approver, tidemark_reader;
GRANT INSERT ON tidemark.earning
   TO tidemark_finance;
