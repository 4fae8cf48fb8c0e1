-- Log 3: earnings, the payees' ledgers, payment requests, instructions, payout runs.

-- An accrual that has been priced: its row comes first in the transaction, so that nobody else prices it meanwhile. Pricing N
-- prices what accrual N brought (`new`), and prices again what terms touch that came or ended with its catalogue version
-- (`again`: the differences).
CREATE TABLE tidemark.pricing (
    accrual   bigint      NOT NULL PRIMARY KEY REFERENCES tidemark.accrual,
    priced_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    priced_by text        NOT NULL DEFAULT session_user
);
CREATE TYPE tidemark.pricing_part AS ENUM ('new', 'again');
-- What it came to: what has a rate earns, or waits for a split.
CREATE TABLE tidemark.pricing_total (
    accrual   bigint                NOT NULL REFERENCES tidemark.pricing,
    part      tidemark.pricing_part NOT NULL,
    currency  text                  NOT NULL REFERENCES tidemark.currency,
    rated     numeric               NOT NULL,
    earned    numeric               NOT NULL,
    suspended numeric               NOT NULL,
    PRIMARY KEY (accrual, part, currency),
    CHECK (rated = earned + suspended)
);

-- What a release's streams earned a payee: streams × rate × share, exactly. Signed and append-only; a term's correction
-- appends what is taken back (`reversed`) and what is earned instead. No foreign keys: feed and rate come from tables of which
-- nobody may delete, payee and currency are checked where the ledger enters them in the same transaction, and the checks of
-- millions of rows took longer than to price them.
CREATE TYPE tidemark.earning_kind AS ENUM ('earned', 'reversed');
CREATE TABLE tidemark.earning (
    bucket      smallint              NOT NULL CHECK (bucket BETWEEN 0 AND 255),
    accrual     bigint                NOT NULL,
    kind        tidemark.earning_kind NOT NULL,
    feed        integer               NOT NULL,
    period_from date                  NOT NULL,
    period_to   date                  NOT NULL,
    release     bigint                NOT NULL,
    recording   bigint                NOT NULL,
    rate        bigint                NOT NULL,
    split       bigint                NOT NULL,
    payee       integer               NOT NULL,
    share       numeric               NOT NULL,
    monetised   bigint                NOT NULL, -- streams that the rate was for
    reported    numeric               NOT NULL, -- amount that the rate was for; 0 for a rate by stream
    currency    text                  NOT NULL,
    amount      numeric               NOT NULL
);
CREATE INDEX earning_accrual ON tidemark.earning (accrual, bucket);
CREATE INDEX earning_release ON tidemark.earning (bucket, release, period_to);
CREATE INDEX earning_payee ON tidemark.earning (payee, accrual);

-- The payees' ledgers: append-only, signed; a balance is a sum, a mistake is corrected by a further entry.
CREATE TYPE tidemark.entry_kind AS ENUM
    ('earned', 'reversed', 'advance', 'recouped', 'adjustment', 'withheld', 'converted', 'requested', 'restored',
     'written_off');
CREATE TABLE tidemark.payee_entry (
    payee      integer             NOT NULL REFERENCES tidemark.payee,
    currency   text                NOT NULL REFERENCES tidemark.currency,
    kind       tidemark.entry_kind NOT NULL,
    accrual    bigint              NOT NULL, -- earned, reversed: which brought it; requested, restored: the last it covers
    request    bigint,
    amount     numeric             NOT NULL,
    booked_on  date                NOT NULL,
    entered_at timestamptz         NOT NULL DEFAULT clock_timestamp(),
    entered_by text                NOT NULL DEFAULT session_user,
    CHECK ((kind IN ('requested', 'restored')) = (request IS NOT NULL)),
    CHECK (kind <> 'requested' OR amount < 0)
);
CREATE UNIQUE INDEX payee_entry_earned ON tidemark.payee_entry (payee, currency, accrual, kind)
    WHERE kind IN ('earned', 'reversed');
CREATE UNIQUE INDEX payee_entry_requested ON tidemark.payee_entry (payee, request, kind) WHERE request IS NOT NULL;

-- What is owed to a payee since the last request, in the currency's minor units. Approval and settlement have their places
-- among the states. No two live requests of a payee and currency cover the same accrual.
CREATE TYPE tidemark.request_state AS ENUM ('proposed', 'approved', 'in_payment', 'paid', 'unpaid', 'cancelled');
CREATE TABLE tidemark.payment_request (
    payee      integer                NOT NULL REFERENCES tidemark.payee,
    number     bigint                 NOT NULL CHECK (number >= 1), -- gapless over all payees
    currency   text                   NOT NULL REFERENCES tidemark.currency,
    accruals   int8range              NOT NULL CHECK (NOT isempty(accruals)),
    amount     numeric                NOT NULL CHECK (amount > 0),
    carried    numeric                NOT NULL, -- left on the balance by this request
    state      tidemark.request_state NOT NULL DEFAULT 'proposed',
    made_on    date                   NOT NULL,
    made_at    timestamptz            NOT NULL DEFAULT clock_timestamp(),
    made_by    text                   NOT NULL DEFAULT session_user,
    PRIMARY KEY (payee, number),
    EXCLUDE USING gist (payee WITH =, currency WITH =, accruals WITH &&) WHERE (state <> 'cancelled')
);
CREATE INDEX payment_request_number ON tidemark.payment_request (number);
CREATE INDEX payment_request_proposed ON tidemark.payment_request (number) WHERE state = 'proposed';

-- Every change of a request, with who and why.
CREATE TABLE tidemark.payment_request_event (
    payee      integer                NOT NULL REFERENCES tidemark.payee,
    request    bigint                 NOT NULL,
    number     integer                NOT NULL CHECK (number >= 1), -- of the request's changes
    changed_at timestamptz            NOT NULL DEFAULT clock_timestamp(),
    changed_by text                   NOT NULL DEFAULT session_user,
    from_state tidemark.request_state, -- null: it was made
    to_state   tidemark.request_state NOT NULL,
    reason     text                   NOT NULL CHECK (reason <> ''),
    PRIMARY KEY (payee, request, number),
    FOREIGN KEY (payee, request) REFERENCES tidemark.payment_request (payee, number)
);

-- A run of `request` over all payees, by the day for which it was due: a month's day that was missed is caught up, once.
CREATE TABLE tidemark.request_run (
    due_on  date        NOT NULL PRIMARY KEY,
    made_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    accrual bigint      NOT NULL -- the last that it covered
);

-- A payout run: one folder of files. Everything that the bytes need is here before the first byte is written.
CREATE TYPE tidemark.payout_state AS ENUM ('built', 'released');
CREATE TABLE tidemark.payout_run (
    number            bigint                NOT NULL PRIMARY KEY CHECK (number >= 1), -- gapless
    state             tidemark.payout_state NOT NULL DEFAULT 'built',
    built_at          timestamptz           NOT NULL, -- to the second, as the files say it
    execution_date    date                  NOT NULL,
    payer             text                  NOT NULL,
    program_version   text                  NOT NULL,
    first_accrual     bigint                NOT NULL,
    last_accrual      bigint                NOT NULL CHECK (last_accrual >= first_accrual),
    previous_manifest text                  NOT NULL DEFAULT '', -- SHA-256 of the run before; '' for the first
    manifest_sha256   text,
    released_at       timestamptz,
    adopted_by        text,                           -- who took its files over that the database had lost; null: made here
    CHECK ((state = 'released') = (manifest_sha256 IS NOT NULL) AND (state = 'released') = (released_at IS NOT NULL))
);
CREATE TABLE tidemark.payout_file (
    run        bigint NOT NULL REFERENCES tidemark.payout_run,
    name       text   NOT NULL,
    sha256     text   NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    size_bytes bigint NOT NULL CHECK (size_bytes >= 0),
    records    bigint NOT NULL CHECK (records >= 0),
    PRIMARY KEY (run, name)
);
-- Titles as the lines of a run say them, where they differ from those of the runs before: the catalogue's may change later.
CREATE TABLE tidemark.payout_title (
    bucket smallint           NOT NULL, -- of the code, by itself
    kind   tidemark.code_kind NOT NULL,
    code   bigint             NOT NULL,
    run    bigint             NOT NULL, -- tidemark.payout_run: from this run on
    title  text               NOT NULL,
    PRIMARY KEY (bucket, kind, code, run)
);

-- One attempt to pay a request, with the payee as it was.
CREATE TYPE tidemark.instruction_state AS ENUM
    ('built', 'released', 'submitted', 'accepted', 'settled', 'rejected', 'returned', 'voided');
CREATE TABLE tidemark.instruction (
    payee           integer                    NOT NULL REFERENCES tidemark.payee,
    request         bigint                     NOT NULL,
    attempt         integer                    NOT NULL CHECK (attempt >= 1),
    reference       text                       NOT NULL CHECK (reference ~ '^P[0-9]{9}-[0-9]{1,4}$'),
    run             bigint                     NOT NULL, -- tidemark.payout_run
    state           tidemark.instruction_state NOT NULL DEFAULT 'built',
    currency        text                       NOT NULL REFERENCES tidemark.currency,
    amount          numeric                    NOT NULL CHECK (amount > 0),
    payee_key       text                       NOT NULL,
    vendor_id       text                       NOT NULL,
    account_holder  text                       NOT NULL,
    iban            text                       NOT NULL,
    bic             text                       NOT NULL,
    clearing_system text                       NOT NULL,
    clearing_code   text                       NOT NULL,
    account_number  text                       NOT NULL,
    country         text                       NOT NULL,
    remittance      text                       NOT NULL,
    period_from     date,                      -- service periods of its earnings
    period_to       date,
    first_accrual   bigint                     NOT NULL,
    last_accrual    bigint                     NOT NULL,
    uetr            uuid                       NOT NULL,
    PRIMARY KEY (payee, request, attempt),
    FOREIGN KEY (payee, request) REFERENCES tidemark.payment_request (payee, number)
);
CREATE UNIQUE INDEX instruction_live ON tidemark.instruction (payee, request)
    WHERE state NOT IN ('rejected', 'returned', 'voided');
CREATE INDEX instruction_run ON tidemark.instruction (run);

INSERT INTO tidemark.placement (table_name, placement)
VALUES ('pricing', 'local'), ('pricing_total', 'local'), ('earning', 'bucket'), ('payee_entry', 'payee'),
       ('payment_request', 'payee'), ('payment_request_event', 'payee'), ('request_run', 'local'), ('payout_run', 'local'),
       ('payout_file', 'local'), ('payout_title', 'bucket'), ('instruction', 'payee');
