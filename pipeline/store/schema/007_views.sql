-- The views that anyone may build on: public and stable.

-- Cells add up: over batches, and of a report that did not fit into memory within its batch too.
CREATE VIEW tidemark.usage_cell AS
SELECT feed.name                                       AS feed,
       batch.number                                    AS batch,
       daterange(usage.period_from, usage.period_to, '[]') AS period,
       tidemark.recording_text(cell.recording)         AS isrc,
       tidemark.release_text(cell.release)             AS release,
       market.territory                                AS territory,
       market.tier                                     AS tier,
       cell.streams                                    AS streams,
       cell.monetised                                  AS monetised,
       nullif(usage.currency, '')                      AS currency,
       CASE WHEN usage.currency <> '' THEN cell.amount END AS amount
  FROM tidemark.usage
  JOIN tidemark.batch ON batch.id = usage.batch
  JOIN tidemark.feed ON feed.id = usage.feed
 CROSS JOIN LATERAL tidemark.unfold(usage.cells, usage.releases, usage.recordings, usage.pairs, usage.markets, usage.streams,
                                    usage.monetised, usage.amounts) AS cell
  JOIN tidemark.market ON market.id = cell.market;

CREATE VIEW tidemark.feed_state AS
SELECT provider.name                                              AS provider,
       feed.name                                                  AS feed,
       feed.identity                                              AS identity,
       CASE WHEN feed.identity = 'column' THEN tide.watermark END AS watermark,
       CASE WHEN feed.identity = 'column' THEN tide.highest END   AS highest,
       tide.counted                                               AS counted,
       tide.waived                                                AS waived,
       tide.missing                                               AS missing,
       tide.last_batch                                            AS last_batch,
       newest.committed_at                                        AS last_batch_at,
       newest.last_period                                         AS last_period
  FROM tidemark.feed
  JOIN tidemark.provider ON provider.id = feed.provider
  JOIN tidemark.tide ON tide.feed = feed.id
  LEFT JOIN LATERAL (SELECT max(batch.committed_at) AS committed_at,
                            max(batch.last_period) AS last_period
                       FROM tidemark.batch
                      WHERE batch.feed = feed.id AND batch.kind = 'counted') AS newest ON true;

CREATE VIEW tidemark.release_streams AS
SELECT feed.name                                            AS feed,
       release_usage.accrual                                AS accrual,
       daterange(release_usage.period_from, release_usage.period_to, '[]') AS period,
       tidemark.release_text(cell.release)                  AS release,
       tidemark.recording_text(cell.recording)              AS isrc,
       market.territory                                     AS territory,
       market.tier                                          AS tier,
       cell.streams                                         AS streams,
       cell.monetised                                       AS monetised,
       nullif(release_usage.currency, '')                   AS currency,
       CASE WHEN release_usage.currency <> '' THEN cell.amount END AS amount
  FROM tidemark.release_usage
  JOIN tidemark.feed ON feed.id = release_usage.feed
 CROSS JOIN LATERAL tidemark.unfold(release_usage.cells, release_usage.releases, release_usage.recordings, release_usage.pairs,
                                    release_usage.markets, release_usage.streams, release_usage.monetised,
                                    release_usage.amounts) AS cell
  JOIN tidemark.market ON market.id = cell.market;

CREATE VIEW tidemark.payee_balance AS
SELECT payee.key                                                                            AS payee,
       payee.name                                                                           AS name,
       entry.currency                                                                       AS currency,
       sum(entry.amount) FILTER (WHERE entry.kind NOT IN ('requested', 'restored'))         AS earned,
       -coalesce(sum(entry.amount) FILTER (WHERE entry.kind IN ('requested', 'restored')), 0) AS requested,
       sum(entry.amount)                                                                    AS balance
  FROM tidemark.payee_entry AS entry
  JOIN tidemark.payee ON payee.id = entry.payee
 GROUP BY payee.key, payee.name, entry.currency;

CREATE VIEW tidemark.payment AS
SELECT request.number          AS request,
       payee.key               AS payee,
       payee.name              AS name,
       request.currency        AS currency,
       request.amount          AS amount,
       request.carried         AS carried,
       request.state           AS state,
       lower(request.accruals) AS first_accrual,
       upper(request.accruals) - 1 AS last_accrual,
       request.made_on         AS made_on,
       instruction.reference   AS instruction,
       instruction.state       AS instruction_state,
       instruction.run         AS payout_run
  FROM tidemark.payment_request AS request
  JOIN tidemark.payee ON payee.id = request.payee
  LEFT JOIN tidemark.instruction
    ON instruction.payee = request.payee AND instruction.request = request.number
       AND instruction.state NOT IN ('rejected', 'returned', 'voided');
