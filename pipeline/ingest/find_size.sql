-- Whether the feed's ledger has a file of so many bytes, whatever became of it.
--   $1  feed        text
--   $2  size_bytes  bigint
--   →   is_there    boolean
SELECT EXISTS (SELECT
                 FROM tidemark.report_file AS file
                 JOIN tidemark.feed ON feed.id = file.feed
                WHERE feed.name = $1::text AND file.size_bytes = $2::bigint) AS is_there;
