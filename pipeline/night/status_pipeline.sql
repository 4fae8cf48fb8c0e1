-- Where the stages stand: what each has not taken yet.
SELECT (SELECT count(*)
          FROM tidemark.batch
         WHERE batch.number > coalesce((SELECT max(accrual_cut.batch)
                                          FROM tidemark.accrual_cut
                                         WHERE accrual_cut.feed = batch.feed), 0)) AS batches_to_aggregate,
       (SELECT count(*)
          FROM tidemark.accrual
         WHERE accrual.completed_at IS NULL)                                       AS accruals_open,
       (SELECT count(*)
          FROM tidemark.accrual
         WHERE accrual.completed_at IS NOT NULL
           AND NOT EXISTS (SELECT 1
                             FROM tidemark.pricing
                            WHERE pricing.accrual = accrual.number))               AS accruals_to_price,
       (SELECT count(*)
          FROM tidemark.payment_request
         WHERE payment_request.state = 'proposed')                                 AS requests_to_export,
       (SELECT count(*)
          FROM tidemark.payout_run
         WHERE payout_run.state = 'built')                                         AS payout_runs_to_release,
       (SELECT max(run.number)
          FROM tidemark.run
         WHERE run.state = 'finished')                                             AS last_run,
       (SELECT count(*)
          FROM tidemark.run AS broken
         WHERE tidemark.run_state_now(broken.stage, broken.state) = 'interrupted'
           AND broken.number > coalesce((SELECT max(run.number)
                                           FROM tidemark.run
                                          WHERE run.state = 'finished'), 0))       AS runs_interrupted;
