-- How far a feed has come is said by its live files: one that was revoked brings it no further.
CREATE OR REPLACE VIEW tidemark.feed_state AS
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
  LEFT JOIN LATERAL (SELECT max(batch.committed_at)                                             AS committed_at,
                            max(batch.last_period) FILTER (WHERE report_file.state = 'counted') AS last_period
                       FROM tidemark.batch
                       JOIN tidemark.report_file ON report_file.id = batch.report_file
                      WHERE batch.feed = feed.id AND batch.kind = 'counted') AS newest ON true;
