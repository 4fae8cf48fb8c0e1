-- The rates that came up to a version, by their numbers.
--   $1  version       bigint   of the catalogue
--   →   id            bigint
--       is_in_force   boolean
--       is_by_amount  boolean
--       currency      text     null where it is by amount
--       price         numeric  of a stream, or a share of the amount
--       release       bigint   that it names, 0 for none
--       recording     bigint
SELECT rate.id                    AS id,
       tidemark.in_force(rate.since_version, rate.until_version, $1::bigint) AS is_in_force,
       rate.basis = 'amount'      AS is_by_amount,
       rate.currency              AS currency,
       rate.rate                  AS price,
       coalesce(rate.release, 0)   AS release,
       coalesce(rate.recording, 0) AS recording
  FROM tidemark.rate
 WHERE rate.since_version <= $1::bigint
 ORDER BY rate.id;
