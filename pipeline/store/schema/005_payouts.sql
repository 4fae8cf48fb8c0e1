-- Log 3: earnings, the payees' ledgers, payment requests, instructions, payout runs.

-- An accrual that has been priced: its row comes with the last of its buckets, so that nobody else finishes it meanwhile. Pricing N
-- prices what accrual N brought (`new`), and prices again what terms touch that came or ended with its catalogue version
-- (`again`: the differences).
CREATE TABLE tidemark.pricing (
    accrual   bigint      NOT NULL PRIMARY KEY REFERENCES tidemark.accrual,
    priced_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    priced_by text        NOT NULL DEFAULT session_user
);
-- A bucket of release usage that has been priced, and what was read of it. Earnings count once their accrual's pricing is there.
CREATE TABLE tidemark.pricing_bucket (
    accrual   bigint   NOT NULL REFERENCES tidemark.accrual,
    bucket    smallint NOT NULL CHECK (bucket BETWEEN 0 AND 255),
    streams   bigint   NOT NULL,
    monetised bigint   NOT NULL,
    amount    numeric  NOT NULL,
    PRIMARY KEY (accrual, bucket)
);
CREATE TYPE tidemark.pricing_part AS ENUM ('new', 'again');
-- What it came to, by the bucket of the usage: what has a rate earns, or waits for a split.
CREATE TABLE tidemark.pricing_total (
    accrual   bigint                NOT NULL REFERENCES tidemark.accrual,
    bucket    smallint              NOT NULL CHECK (bucket BETWEEN 0 AND 255),
    part      tidemark.pricing_part NOT NULL,
    currency  text                  NOT NULL REFERENCES tidemark.currency,
    rated     numeric               NOT NULL,
    earned    numeric               NOT NULL,
    suspended numeric               NOT NULL,
    PRIMARY KEY (accrual, bucket, part, currency),
    CHECK (rated = earned + suspended)
);

-- What earns, as chunks like those of usage: streams (or the amount that was reported for them) under the rate and the split that
-- they have. All of it whole numbers, but for reported amounts: rates and splits are never edited, so that what a payee earned of
-- it is a product of three (tidemark.earning_line), and only sums of it are ever computed and entered. Signed and append-only; a
-- term's correction appends what is taken back (`reversed`) and what is earned instead. No foreign keys, which cost more than
-- pricing; nobody may delete a feed, a rate or a split.
CREATE TYPE tidemark.earning_kind AS ENUM ('earned', 'reversed');
CREATE TABLE tidemark.earning (
    bucket      smallint              NOT NULL CHECK (bucket BETWEEN 0 AND 255),
    accrual     bigint                NOT NULL,
    kind        tidemark.earning_kind NOT NULL,
    feed        integer               NOT NULL,
    period_from date                  NOT NULL,
    period_to   date                  NOT NULL,
    basis       tidemark.rate_basis   NOT NULL, -- of its rates
    currency    text                  NOT NULL,
    releases    bigint[]  COMPRESSION lz4 NOT NULL,
    recordings  bigint[]  COMPRESSION lz4 NOT NULL,
    rates       bigint[]  COMPRESSION lz4 NOT NULL,
    splits      bigint[]  COMPRESSION lz4 NOT NULL,
    monetised   bigint[]  COMPRESSION lz4 NOT NULL,
    reported    numeric[] COMPRESSION lz4, -- basis `amount` only
    CHECK (cardinality(releases) > 0
           AND cardinality(recordings) = cardinality(releases) AND cardinality(rates) = cardinality(releases)
           AND cardinality(splits) = cardinality(releases) AND cardinality(monetised) = cardinality(releases)),
    CHECK ((reported IS NOT NULL) = (basis = 'amount') AND (reported IS NULL OR cardinality(reported) = cardinality(releases)))
);
CREATE INDEX earning_accrual ON tidemark.earning (accrual, bucket);
CREATE INDEX earning_period ON tidemark.earning (bucket, feed, period_to);

-- Its elements. Several unnest() beside each other are five times as fast as one of several arrays in FROM; the place only tells
-- the planner to expect a thousand of them, where for unnest alone it guesses ten.
CREATE VIEW tidemark.earning_part AS
SELECT earning.bucket                AS bucket,
       earning.accrual               AS accrual,
       earning.kind                  AS kind,
       earning.feed                  AS feed,
       earning.period_from           AS period_from,
       earning.period_to             AS period_to,
       earning.basis                 AS basis,
       earning.currency              AS currency,
       unnest(earning.releases)      AS release,
       unnest(earning.recordings)    AS recording,
       unnest(earning.rates)         AS rate,
       unnest(earning.splits)        AS split,
       unnest(earning.monetised)     AS monetised,
       unnest(earning.reported)      AS reported,
       generate_series(1, cardinality(earning.releases)) AS place
  FROM tidemark.earning;

-- What each payee earned of it: streams × rate × share, exactly.
CREATE VIEW tidemark.earning_line AS
SELECT line.bucket,
       line.accrual,
       line.kind,
       line.feed,
       line.period_from,
       line.period_to,
       line.release,
       line.recording,
       line.rate,
       line.split,
       line.payee,
       line.share,
       line.monetised,
       coalesce(line.reported, 0)  AS reported,
       line.currency,
       line.worth * line.share     AS amount
  FROM (SELECT part.*,
               CASE part.basis WHEN 'amount' THEN part.reported ELSE part.monetised END * rate.rate AS worth,
               unnest(split.payees) AS payee,
               unnest(split.shares) AS share
          FROM tidemark.earning_part AS part
          JOIN tidemark.rate ON rate.id = part.rate
          JOIN tidemark.split ON split.bucket = part.bucket AND split.id = part.split) AS line;

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
    first_day  date,                         -- earned, reversed: of the service periods
    last_day   date,
    booked_on  date                NOT NULL,
    entered_at timestamptz         NOT NULL DEFAULT clock_timestamp(),
    entered_by text                NOT NULL DEFAULT session_user,
    CHECK ((kind IN ('earned', 'reversed')) = (first_day IS NOT NULL) AND (first_day IS NULL) = (last_day IS NULL)),
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
    catalogue_version bigint                NOT NULL, -- whose titles the lines say
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
VALUES ('pricing', 'local'), ('pricing_bucket', 'local'), ('pricing_total', 'local'), ('earning', 'bucket'),
       ('payee_entry', 'payee'), ('payment_request', 'payee'), ('payment_request_event', 'payee'), ('request_run', 'local'),
       ('payout_run', 'local'), ('payout_file', 'local'), ('instruction', 'payee');
