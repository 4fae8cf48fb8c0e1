-- Lets the cells flow to where their names are resolved. New cells flow in; held ones flow out of where they lie and in where
-- they go now, if that is another place. A cell whose release is known still waits if its territory is not.
--   $1  version  bigint
INSERT INTO pg_temp.flow (chunk, release, recording, market, named, played, streams, monetised, amount, bucket, reason)
WITH known_market AS MATERIALIZED (
    SELECT market.id,
           market.territory = '' OR territory.code IS NOT NULL OR alias.alias IS NOT NULL AS is_known
      FROM tidemark.market
      LEFT JOIN tidemark.territory ON territory.code = market.territory
      LEFT JOIN tidemark.territory_alias AS alias
        ON alias.alias = market.territory
       AND tidemark.in_force(alias.since_version, alias.until_version, $1::bigint)
), resolved AS NOT MATERIALIZED (
    SELECT cell.*,
           resolution.bucket  AS target_bucket,
           resolution.release,
           resolution.recording,
           CASE WHEN resolution.reason IS NOT NULL THEN resolution.reason
                WHEN NOT known_market.is_known THEN 'unknown_territory'
           END                AS reason
      FROM pg_temp.cell
      JOIN pg_temp.resolution
        ON resolution.named = cell.named AND resolution.played = cell.played AND resolution.period_to = cell.period_to
      JOIN known_market ON known_market.id = cell.market
)
SELECT resolved.span * 256 + coalesce(resolved.target_bucket, 0),
       resolved.release,
       resolved.recording,
       resolved.market,
       resolved.named,
       resolved.played,
       resolved.streams,
       resolved.monetised,
       resolved.amount,
       resolved.bucket,
       resolved.reason
  FROM resolved
 WHERE resolved.batch IS NOT NULL
 UNION ALL
SELECT resolved.span * 256 + side.bucket,
       side.release,
       side.recording,
       resolved.market,
       resolved.named,
       resolved.played,
       side.sign * resolved.streams,
       side.sign * resolved.monetised,
       side.sign * resolved.amount,
       resolved.bucket,
       side.reason
  FROM resolved
 CROSS JOIN LATERAL (VALUES (-1, resolved.bucket, resolved.held_release, resolved.held_recording, resolved.held_reason),
                            (1, coalesce(resolved.target_bucket, 0), resolved.release, resolved.recording, resolved.reason))
       AS side (sign, bucket, release, recording, reason)
 WHERE resolved.batch IS NULL
   AND (resolved.reason IS DISTINCT FROM resolved.held_reason
        OR (resolved.reason IS NULL
            AND (resolved.release, resolved.recording) <> (resolved.held_release, resolved.held_recording)));
