-- Opens the next accrual if there is something for it: batches behind the last cut, or a catalogue that has learned since.
-- One statement sees one state of all feeds and of the catalogue, and that is the cut. Under the lock of lock_accrual_log.
--   (nothing comes back; find_open_accrual shows what was opened)
WITH last AS (
    SELECT accrual.number,
           accrual.catalogue_version
      FROM tidemark.accrual
     ORDER BY accrual.number DESC
     LIMIT 1
), catalogue AS (
    SELECT counter.last AS version
      FROM tidemark.counter
     WHERE counter.name = 'catalogue_version'
), opened AS (
    INSERT INTO tidemark.accrual (number, catalogue_version)
    SELECT tidemark.next_number('accrual'),
           catalogue.version
      FROM catalogue
      LEFT JOIN last ON true
     WHERE last.catalogue_version < catalogue.version
        OR EXISTS (SELECT
                     FROM tidemark.tide
                     LEFT JOIN tidemark.accrual_cut AS cut ON cut.accrual = last.number AND cut.feed = tide.feed
                    WHERE tide.last_batch > coalesce(cut.batch, 0))
 RETURNING accrual.number
)
INSERT INTO tidemark.accrual_cut (accrual, feed, batch)
SELECT opened.number,
       tide.feed,
       tide.last_batch
  FROM opened
 CROSS JOIN tidemark.tide;
