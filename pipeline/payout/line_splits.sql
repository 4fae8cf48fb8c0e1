-- The splits of some buckets, in order.
--   $1  first_bucket  smallint
--   $2  last_bucket   smallint
--   →   bucket, id, payees, shares
--       parts  integer  of each array
SELECT split.bucket              AS bucket,
       split.id                  AS id,
       cardinality(split.payees) AS parts,
       split.payees              AS payees,
       split.shares              AS shares
  FROM tidemark.split
 WHERE split.bucket BETWEEN $1::smallint AND $2::smallint
 ORDER BY split.bucket, split.id;
