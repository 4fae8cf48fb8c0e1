-- The splits of some buckets, in order: all of them, or those that the accruals' earnings name.
--   $1  accruals      bigint[]
--   $2  first_bucket  smallint
--   $3  last_bucket   smallint
--   $4  all           boolean
--   →   bucket, id, payees, shares
--       parts  integer  of each array
SELECT split.bucket              AS bucket,
       split.id                  AS id,
       cardinality(split.payees) AS parts,
       split.payees              AS payees,
       split.shares              AS shares
  FROM tidemark.split
 WHERE $4::boolean
   AND split.bucket BETWEEN $2::smallint AND $3::smallint
 UNION ALL
SELECT split.bucket, split.id, cardinality(split.payees), split.payees, split.shares
  FROM (SELECT DISTINCT earning.bucket, unnest(earning.splits) AS id
          FROM tidemark.earning
         WHERE NOT $4::boolean
           AND earning.accrual = ANY ($1::bigint[])
           AND earning.bucket BETWEEN $2::smallint AND $3::smallint) AS named
  JOIN tidemark.split ON split.bucket = named.bucket AND split.id = named.id
 WHERE NOT $4::boolean
 ORDER BY bucket, id;
