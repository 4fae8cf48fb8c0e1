-- What the catalogue has learned, as the rows of reports would name it.
--   →   kind  text    'release', 'recording', 'market', or 'lost market'
--       name  bigint  a code, or a market's number
SELECT 'release'              AS kind,
       touched_release.named  AS name
  FROM pg_temp.touched_release
 UNION
SELECT 'recording',
       touched_recording.played
  FROM pg_temp.touched_recording
 UNION
SELECT CASE WHEN touched_market.is_lost THEN 'lost market' ELSE 'market' END,
       touched_market.market
  FROM pg_temp.touched_market;
