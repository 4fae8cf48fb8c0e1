-- History without the time that it takes: the first night again and again. Before: a night of bench.night_rows rows of one feed,
-- all of whose IDs are counted. After: bench.nights of them, each a day behind the one before, each with its batch, accrual, ledger
-- entries, requests and payout run, as if they had been ingested, priced and paid one by one. The bytes of bitmaps and sums are those
-- of the first night under other numbers, as no night reads them again: `verify` would not be content with them.
BEGIN;

CREATE TEMPORARY VIEW later AS
SELECT later.night
  FROM generate_series(1, current_setting('bench.nights')::integer - 1) AS later (night);

-- Where the first night's numbers end.
CREATE TEMPORARY TABLE last AS
SELECT (SELECT max(file.id) FROM tidemark.report_file AS file)     AS report_file,
       (SELECT max(batch.id) FROM tidemark.batch)                  AS batch_id,
       (SELECT max(batch.number) FROM tidemark.batch)              AS batch,
       (SELECT max(accrual.number) FROM tidemark.accrual)          AS accrual,
       (SELECT max(request.number) FROM tidemark.payment_request AS request) AS request,
       (SELECT max(payout_run.number) FROM tidemark.payout_run)    AS payout_run,
       current_setting('bench.night_rows')::bigint                 AS night_rows;

-- Log 1: files, batches, cells.
INSERT INTO tidemark.report_file (id, feed, sha256, name, size_bytes, rows_read, counted, duplicate, rejected, first_id, last_id)
SELECT file.id + later.night * last.report_file, file.feed,
       encode(sha256(convert_to(file.sha256 || later.night, 'UTF8')), 'hex'),
       file.name || convert_to('-' || later.night, 'UTF8'), file.size_bytes, file.rows_read, file.counted, file.duplicate, file.rejected,
       file.first_id + later.night * last.night_rows, file.last_id + later.night * last.night_rows
  FROM tidemark.report_file AS file
 CROSS JOIN later
 CROSS JOIN last;

INSERT INTO tidemark.report_file_part (feed, number, report_file, ids, sums)
SELECT part.feed, part.number + (later.night * last.night_rows >> 24), part.report_file + later.night * last.report_file, part.ids,
       part.sums
  FROM tidemark.report_file_part AS part
 CROSS JOIN later
 CROSS JOIN last;

INSERT INTO tidemark.batch (feed, number, id, kind, report_file, last_period, cells, streams, monetised, amount, bucket_cells,
                            bucket_streams, bucket_monetised, bucket_amounts)
SELECT batch.feed, batch.number + later.night * last.batch, batch.id + later.night * last.batch_id, batch.kind,
       batch.report_file + later.night * last.report_file, batch.last_period + later.night, batch.cells, batch.streams,
       batch.monetised, batch.amount, batch.bucket_cells, batch.bucket_streams, batch.bucket_monetised, batch.bucket_amounts
  FROM tidemark.batch
 CROSS JOIN later
 CROSS JOIN last;

INSERT INTO tidemark.usage
SELECT usage.bucket, usage.batch + later.night * last.batch_id, usage.feed, usage.period_from + later.night,
       usage.period_to + later.night, usage.currency, usage.cells, usage.total_streams, usage.total_monetised, usage.total_amount,
       usage.releases, usage.recordings, usage.pairs, usage.markets, usage.streams, usage.monetised, usage.amounts,
       usage.pair_count
  FROM later
 CROSS JOIN last
 CROSS JOIN tidemark.usage;

INSERT INTO tidemark.tide_fingerprint (feed, number, sums)
SELECT first.feed, part.number, first.sums
  FROM tidemark.tide_fingerprint AS first
 CROSS JOIN last
 CROSS JOIN generate_series(1, current_setting('bench.nights')::bigint * last.night_rows >> 24) AS part (number)
 WHERE first.number = 0
    ON CONFLICT DO NOTHING;

UPDATE tidemark.tide
   SET watermark = tide.watermark * nights.count,
       highest = tide.highest * nights.count,
       counted = tide.counted * nights.count,
       last_batch = tide.last_batch * nights.count
  FROM (SELECT current_setting('bench.nights')::bigint AS count) AS nights;

-- Log 2: accruals.
INSERT INTO tidemark.accrual (number, catalogue_version, opened_at, completed_at)
SELECT accrual.number + later.night * last.accrual, accrual.catalogue_version, accrual.opened_at, accrual.completed_at
  FROM tidemark.accrual
 CROSS JOIN later
 CROSS JOIN last;

INSERT INTO tidemark.accrual_cut (accrual, feed, batch)
SELECT cut.accrual + later.night * last.accrual, cut.feed, cut.batch + later.night * last.batch
  FROM tidemark.accrual_cut AS cut
 CROSS JOIN later
 CROSS JOIN last;

INSERT INTO tidemark.accrual_bucket
SELECT done.accrual + later.night * last.accrual, done.bucket, done.counted_streams, done.counted_monetised, done.counted_amount,
       done.matched_streams, done.matched_monetised, done.matched_amount, done.suspended_streams, done.suspended_monetised,
       done.suspended_amount
  FROM tidemark.accrual_bucket AS done
 CROSS JOIN later
 CROSS JOIN last;

INSERT INTO tidemark.release_usage
SELECT usage.bucket, usage.accrual + later.night * last.accrual, usage.feed, usage.period_from + later.night,
       usage.period_to + later.night, usage.currency, usage.cells, usage.total_streams, usage.total_monetised, usage.total_amount,
       usage.releases, usage.recordings, usage.named, usage.played, usage.pairs, usage.markets, usage.streams, usage.monetised,
       usage.amounts, usage.pair_count
  FROM later
 CROSS JOIN last
 CROSS JOIN tidemark.release_usage AS usage;

-- Log 3: what it earned, and how it was paid.
INSERT INTO tidemark.pricing (accrual, priced_at)
SELECT pricing.accrual + later.night * last.accrual, pricing.priced_at
  FROM tidemark.pricing
 CROSS JOIN later
 CROSS JOIN last;

INSERT INTO tidemark.pricing_bucket
SELECT done.accrual + later.night * last.accrual, done.bucket, done.streams, done.monetised, done.amount
  FROM tidemark.pricing_bucket AS done
 CROSS JOIN later
 CROSS JOIN last;

INSERT INTO tidemark.pricing_total
SELECT total.accrual + later.night * last.accrual, total.bucket, total.part, total.currency, total.rated, total.earned,
       total.suspended
  FROM tidemark.pricing_total AS total
 CROSS JOIN later
 CROSS JOIN last;

INSERT INTO tidemark.earning
SELECT earning.bucket, earning.accrual + later.night * last.accrual, earning.kind, earning.feed, earning.period_from + later.night,
       earning.period_to + later.night, earning.basis, earning.currency, earning.releases, earning.recordings, earning.splits,
       earning.rates, earning.rate_ends, earning.pairs, earning.monetised, earning.reported
  FROM later
 CROSS JOIN last
 CROSS JOIN tidemark.earning;

INSERT INTO tidemark.payment_request (payee, number, currency, accruals, amount, carried, state, made_on)
SELECT request.payee, request.number + later.night * last.request, request.currency,
       int8range(lower(request.accruals) + later.night * last.accrual, upper(request.accruals) + later.night * last.accrual),
       request.amount, request.carried, request.state, request.made_on + later.night::integer
  FROM tidemark.payment_request AS request
 CROSS JOIN later
 CROSS JOIN last;

INSERT INTO tidemark.payment_request_event (payee, request, number, from_state, to_state, reason)
SELECT event.payee, event.request + later.night * last.request, event.number, event.from_state, event.to_state, event.reason
  FROM tidemark.payment_request_event AS event
 CROSS JOIN later
 CROSS JOIN last;

INSERT INTO tidemark.payee_entry (payee, currency, number, kind, accrual, request, amount, balance, first_day, last_day, booked_on)
SELECT entry.payee, entry.currency, entry.number + later.night * ledger.number, entry.kind,
       entry.accrual + later.night * last.accrual, entry.request + later.night * last.request, entry.amount,
       entry.balance + later.night * ledger.balance, entry.first_day + later.night::integer,
       entry.last_day + later.night::integer, entry.booked_on + later.night::integer
  FROM tidemark.payee_entry AS entry
  JOIN tidemark.ledger_end AS ledger ON ledger.payee = entry.payee AND ledger.currency = entry.currency
 CROSS JOIN later
 CROSS JOIN last;

INSERT INTO tidemark.payout_run (number, state, built_at, execution_date, payer, program_version, first_accrual, last_accrual,
                                 catalogue_version, manifest_sha256, released_at)
SELECT run.number + later.night * last.payout_run, run.state, run.built_at, run.execution_date + later.night::integer, run.payer,
       run.program_version, run.first_accrual + later.night * last.accrual, run.last_accrual + later.night * last.accrual,
       run.catalogue_version, run.manifest_sha256, run.released_at
  FROM tidemark.payout_run AS run
 CROSS JOIN later
 CROSS JOIN last;

INSERT INTO tidemark.payout_file (run, name, sha256, size_bytes, records)
SELECT file.run + later.night * last.payout_run, file.name, file.sha256, file.size_bytes, file.records
  FROM tidemark.payout_file AS file
 CROSS JOIN later
 CROSS JOIN last;

INSERT INTO tidemark.instruction
SELECT instruction.payee, instruction.request + later.night * last.request, instruction.attempt,
       format('P%s-%s', tidemark.padded(instruction.request + later.night * last.request, 9), instruction.attempt),
       instruction.run + later.night * last.payout_run, instruction.state, instruction.currency, instruction.amount,
       instruction.payee_key, instruction.vendor_id, instruction.account_holder, instruction.iban, instruction.bic,
       instruction.clearing_system, instruction.clearing_code, instruction.account_number, instruction.country,
       instruction.remittance, instruction.period_from + later.night::integer, instruction.period_to + later.night::integer,
       instruction.first_accrual + later.night * last.accrual, instruction.last_accrual + later.night * last.accrual,
       gen_random_uuid()
  FROM tidemark.instruction
 CROSS JOIN later
 CROSS JOIN last;

-- What counts on: gapless numbers, and ids.
UPDATE tidemark.counter
   SET last = counter.last * current_setting('bench.nights')::bigint
 WHERE counter.name IN ('accrual', 'request', 'payout_run');
SELECT setval('tidemark.batch_id', (SELECT max(batch.id) FROM tidemark.batch)),
       setval(pg_get_serial_sequence('tidemark.report_file', 'id'), (SELECT max(file.id) FROM tidemark.report_file AS file));
COMMIT;
