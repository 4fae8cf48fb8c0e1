-- The rates of cells that have a release or recording which some rate names.
--   $1  version      bigint     of the catalogue
--   $2  providers    integer[]  of each cell
--   $3  markets      integer[]
--   $4  releases     bigint[]
--   $5  recordings   bigint[]
--   $6  days         integer[]  the last of its period, from 1970-01-01
--   $7  has_amounts  integer[]  1: money was reported, in a currency that is known
--   →   rate         bigint     cell by cell; 0 for none
SELECT coalesce(best.id, 0) AS rate
  FROM (SELECT unnest($2::integer[]) AS provider,
               unnest($3::integer[]) AS market,
               unnest($4::bigint[])  AS release,
               unnest($5::bigint[])  AS recording,
               date '1970-01-01' + unnest($6::integer[]) AS day,
               unnest($7::integer[]) AS has_amount,
               generate_series(1, cardinality($3::integer[])) AS place) AS cell
  JOIN tidemark.market_at($1::bigint) AS market ON market.id = cell.market
  LEFT JOIN LATERAL tidemark.best_rate($1::bigint, cell.provider, market.territory, market.tier, cell.release, cell.recording,
                                       cell.day, cell.has_amount = 1) AS best ON true
 ORDER BY cell.place;
