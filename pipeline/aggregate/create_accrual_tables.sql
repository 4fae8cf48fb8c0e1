-- What the statements of an accrual hand to each other within one transaction.
DO $$
BEGIN
    -- The new chunks of usage, as they were found.
    CREATE TEMP TABLE chunk (
        bucket      smallint NOT NULL,
        batch       bigint   NOT NULL,
        feed        integer  NOT NULL,
        period_from date     NOT NULL,
        period_to   date     NOT NULL,
        currency    text     NOT NULL,
        cells       integer  NOT NULL,
        has_unnamed boolean  NOT NULL -- cells that name no release
    ) ON COMMIT DROP;
    -- What earlier accruals left and the catalogue has learned about, to be resolved again, and where it lies now.
    CREATE TEMP TABLE held (
        bucket      smallint NOT NULL,
        feed        integer  NOT NULL,
        period_from date     NOT NULL,
        period_to   date     NOT NULL,
        currency    text     NOT NULL,
        named       bigint   NOT NULL, -- release and recording as the row named them
        played      bigint   NOT NULL,
        market      integer  NOT NULL,
        streams     bigint   NOT NULL,
        monetised   bigint   NOT NULL,
        amount      numeric  NOT NULL,
        reason      tidemark.suspense_reason, -- in suspense for it; null: under a release and recording
        release     bigint,
        recording   bigint
    ) ON COMMIT DROP;
    -- Feeds, periods and currencies, numbered: what many rows have is one integer instead of four columns.
    CREATE TEMP TABLE span (
        number      integer NOT NULL,
        feed        integer NOT NULL,
        period_from date    NOT NULL,
        period_to   date    NOT NULL,
        currency    text    NOT NULL
    ) ON COMMIT DROP;
    -- Where cells go that do not simply stay under the names that their rows gave: the exceptions. All others do.
    CREATE TEMP TABLE moved (
        bucket         smallint NOT NULL, -- in which such cells lie
        named          bigint   NOT NULL,
        played         bigint   NOT NULL,
        period_to      date     NOT NULL,
        reason         tidemark.suspense_reason, -- null: it counts to a release
        release_bucket smallint,
        release        bigint,
        recording      bigint
    ) ON COMMIT DROP;
    CREATE INDEX moved_bucket ON pg_temp.moved (bucket, period_to);
    -- Markets in territories that nobody knows: exceptions too.
    CREATE TEMP TABLE unknown_market (
        market integer                  NOT NULL,
        reason tidemark.suspense_reason NOT NULL
    ) ON COMMIT DROP;
    -- The exceptions' cells: what flows in and, negative, out. A row has those of one pair of names, as arrays, so that what is
    -- sorted are pairs, of which there are far fewer than cells.
    CREATE TEMP TABLE flow (
        chunk     integer   NOT NULL, -- of release usage: span * 256 + bucket
        bucket    smallint  NOT NULL, -- in which the cells lie
        named     bigint    NOT NULL,
        played    bigint    NOT NULL,
        reason    tidemark.suspense_reason, -- to or from suspense; null: a release
        release   bigint,
        recording bigint,
        markets   integer[] NOT NULL,
        streams   bigint[]  NOT NULL,
        monetised bigint[]  NOT NULL,
        amounts   numeric[], -- null where no money is reported
        sums      numeric[] NOT NULL  -- of streams, monetised, amounts
    ) ON COMMIT DROP;
    CREATE INDEX flow_chunk ON pg_temp.flow (chunk) WHERE reason IS NULL;
    -- Where new chunks of usage are, and whether they become release usage as they are, or less their exceptions.
    CREATE TEMP TABLE source (
        bucket      smallint NOT NULL,
        feed        integer  NOT NULL,
        period_from date     NOT NULL,
        period_to   date     NOT NULL,
        currency    text     NOT NULL,
        batches     bigint[] NOT NULL,
        is_whole    boolean  NOT NULL
    ) ON COMMIT DROP;
    -- What was written, added up.
    CREATE TEMP TABLE written (
        bucket    smallint, -- of release usage; null: to suspense
        streams   numeric NOT NULL,
        monetised numeric NOT NULL,
        amount    numeric NOT NULL
    ) ON COMMIT DROP;
    -- What the catalogue has learned, as the rows of reports would name it.
    CREATE TEMP TABLE touched_recording (
        played      bigint    NOT NULL,
        where_named boolean   NOT NULL, -- also where the row names a release: the recording itself is another
        bucket      smallint,           -- in which release usage without a named release may hold it; null: in none
        validity    daterange NOT NULL
    ) ON COMMIT DROP;
    CREATE TEMP TABLE touched_release (
        named    bigint    NOT NULL,
        bucket   smallint,              -- in which release usage may hold it; null: in none
        validity daterange NOT NULL
    ) ON COMMIT DROP;
    CREATE TEMP TABLE touched_market (
        market  integer NOT NULL,
        is_lost boolean NOT NULL -- its territory was known, and is not any more
    ) ON COMMIT DROP;
END
$$;
