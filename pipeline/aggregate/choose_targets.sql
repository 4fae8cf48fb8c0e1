-- How the chunks of release usage come about: from the chunks of which batches, and whether exceptions leave them or arrive. Those
-- of one batch are not merged: they are in order already, and hold a cell twice only where ingest ran out of memory.
INSERT INTO pg_temp.target (chunk, bucket, feed, period_from, period_to, currency, batches, is_whole, is_carved)
WITH passed AS MATERIALIZED (
    SELECT DISTINCT
           flow.chunk,
           flow.chunk / 256 * 256 + flow.bucket AS source,
           flow.reason IS NULL                  AS is_matched
      FROM pg_temp.flow
), new AS (
    SELECT span.number * 256 + chunk.bucket   AS chunk,
           array_agg(DISTINCT chunk.batch)    AS batches
      FROM pg_temp.chunk
      JOIN pg_temp.span
        ON (span.feed, span.period_from, span.period_to, span.currency)
           = (chunk.feed, chunk.period_from, chunk.period_to, chunk.currency)
     GROUP BY span.number, chunk.bucket
), arriving AS (
    SELECT DISTINCT passed.chunk FROM passed WHERE passed.is_matched
), leaving AS (
    SELECT DISTINCT passed.source AS chunk FROM passed
)
SELECT here.chunk,
       here.chunk % 256,
       span.feed,
       span.period_from,
       span.period_to,
       span.currency,
       here.batches,
       here.is_alone AND leaving.chunk IS NULL,
       here.is_alone AND leaving.chunk IS NOT NULL
  FROM (SELECT coalesce(new.chunk, arriving.chunk)                    AS chunk,
               coalesce(new.batches, '{}')                            AS batches,
               coalesce(cardinality(new.batches) = 1, false) AND arriving.chunk IS NULL AS is_alone
          FROM new
          FULL JOIN arriving ON arriving.chunk = new.chunk) AS here
  JOIN pg_temp.span ON span.number = here.chunk / 256
  LEFT JOIN leaving ON leaving.chunk = here.chunk;
