-- Roles, each with the least that its stages need. They cannot log in; people and machines are made members of them. Nobody is
-- granted both finance and approver here. UPDATE and DELETE of a ledger are granted to no role.

DO $$
DECLARE
    role_name text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['tidemark_ingest', 'tidemark_catalogue', 'tidemark_finance', 'tidemark_approver',
                                     'tidemark_reader'] LOOP
        BEGIN
            IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_roles WHERE pg_roles.rolname = role_name) THEN
                EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
            END IF;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL; -- another database's migration made it at the same moment: roles belong to the whole cluster
        END;
    END LOOP;
END
$$;

GRANT USAGE ON SCHEMA tidemark
   TO tidemark_ingest, tidemark_catalogue, tidemark_finance, tidemark_approver, tidemark_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA tidemark
   TO tidemark_ingest, tidemark_catalogue, tidemark_finance, tidemark_approver, tidemark_reader;
-- Bank accounts are for those who pay.
REVOKE SELECT ON tidemark.payee, tidemark.instruction FROM tidemark_ingest, tidemark_reader;
GRANT SELECT (id, key, name, vendor_id, minimum) ON tidemark.payee TO tidemark_ingest, tidemark_reader;
GRANT SELECT (payee, request, attempt, reference, run, state, currency, amount, payee_key)
   ON tidemark.instruction TO tidemark_ingest, tidemark_reader;

-- Runs are recorded by whoever starts them.
GRANT INSERT, UPDATE ON tidemark.run
   TO tidemark_ingest, tidemark_catalogue, tidemark_finance;
GRANT UPDATE ON tidemark.counter
   TO tidemark_ingest, tidemark_catalogue, tidemark_finance;

-- ingest, gaps, revoke, supersede, aggregate
GRANT INSERT ON tidemark.provider, tidemark.feed, tidemark.market, tidemark.odd_code, tidemark.tide, tidemark.tide_part,
                tidemark.tide_fingerprint, tidemark.waiver, tidemark.report_file, tidemark.report_file_part,
                tidemark.reject, tidemark.batch, tidemark.usage, tidemark.accrual, tidemark.accrual_cut,
                tidemark.accrual_bucket, tidemark.release_usage, tidemark.suspense
   TO tidemark_ingest;
GRANT UPDATE ON tidemark.tide, tidemark.tide_part, tidemark.tide_fingerprint TO tidemark_ingest;
GRANT DELETE ON tidemark.tide_part, tidemark.tide_fingerprint TO tidemark_ingest;
GRANT UPDATE (state, state_reason, superseded_by) ON tidemark.report_file TO tidemark_ingest;
GRANT UPDATE (completed_at) ON tidemark.accrual TO tidemark_ingest;
GRANT USAGE ON SEQUENCE tidemark.batch_id, tidemark.report_file_id_seq TO tidemark_ingest;

-- catalogue, release, distribute, deliver
GRANT INSERT ON tidemark.provider, tidemark.odd_code, tidemark.catalogue_version, tidemark.label, tidemark.artist,
                tidemark.payee, tidemark.recording, tidemark.release, tidemark.release_history, tidemark.former_title,
                tidemark.recording_on_release, tidemark.alias, tidemark.territory_alias, tidemark.rate, tidemark.split,
                tidemark.outbox_event
   TO tidemark_catalogue;
GRANT UPDATE ON tidemark.label, tidemark.artist, tidemark.payee, tidemark.recording, tidemark.release,
                tidemark.outbox_event
   TO tidemark_catalogue;
GRANT UPDATE (until_version) ON tidemark.recording_on_release, tidemark.alias, tidemark.territory_alias, tidemark.rate,
                                tidemark.split
   TO tidemark_catalogue;

-- request, export
GRANT INSERT ON tidemark.pricing, tidemark.pricing_bucket, tidemark.pricing_total, tidemark.earning, tidemark.suspense,
                tidemark.payee_entry, tidemark.payment_request, tidemark.payment_request_event, tidemark.request_run,
                tidemark.payout_run, tidemark.payout_file, tidemark.instruction
   TO tidemark_finance;
GRANT UPDATE (state) ON tidemark.payment_request, tidemark.instruction TO tidemark_finance;
GRANT UPDATE (state, manifest_sha256, released_at) ON tidemark.payout_run TO tidemark_finance;
