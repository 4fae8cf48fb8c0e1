-- The releases to which some recordings count where a row names none, at a version of the catalogue. A list of numbers is hashed
-- once and held against each row of the table, where a join would hash the table; few are looked up by their index.
--   $1  recordings  bigint[]
--   $2  version     bigint
--   →   recording   bigint  those that are on a release
--       release     bigint  null: on several, of which none is primary
SELECT home.recording AS recording,
       home.release   AS release
  FROM tidemark.home_release($2::bigint) AS home
 WHERE home.recording = ANY ($1::bigint[]);
