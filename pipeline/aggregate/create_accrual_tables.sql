-- What the statements of an accrual hand to each other within one transaction.
DO $$
BEGIN
    -- Feeds, periods and currencies, numbered: what is sorted and grouped a million times is one integer instead of four columns.
    CREATE TEMP TABLE span (
        number      integer NOT NULL,
        feed        integer NOT NULL,
        period_from date    NOT NULL,
        period_to   date    NOT NULL,
        currency    text    NOT NULL
    ) ON COMMIT DROP;
    -- What is to be resolved, new cells and held ones, and where the held ones lie now.
    CREATE TEMP TABLE cell (
        bucket         smallint NOT NULL, -- in which it lies
        batch          bigint,            -- of a new cell; null: held
        span           integer  NOT NULL,
        period_to      date     NOT NULL, -- of the span
        named          bigint   NOT NULL, -- release and recording as the row named them
        played         bigint   NOT NULL,
        market         integer  NOT NULL,
        streams        bigint   NOT NULL,
        monetised      bigint   NOT NULL,
        amount         numeric  NOT NULL,
        held_reason    tidemark.suspense_reason, -- in suspense for it; null: under a release and recording
        held_release   bigint,
        held_recording bigint
    ) ON COMMIT DROP;
    -- Where all cells that name the same go, whatever their market.
    CREATE TEMP TABLE resolution (
        named     bigint NOT NULL,
        played    bigint NOT NULL,
        period_to date   NOT NULL,
        reason    tidemark.suspense_reason, -- null: it counts to a release
        bucket    smallint,                 -- of the release
        release   bigint,
        recording bigint
    ) ON COMMIT DROP;
    -- What flows in and, negative, out.
    CREATE TEMP TABLE flow (
        chunk     integer  NOT NULL, -- of release usage: span * 256 + bucket
        release   bigint,
        recording bigint,
        market    integer  NOT NULL,
        named     bigint   NOT NULL,
        played    bigint   NOT NULL,
        streams   bigint   NOT NULL,
        monetised bigint   NOT NULL,
        amount    numeric  NOT NULL,
        bucket    smallint NOT NULL, -- of the cell
        reason    tidemark.suspense_reason -- to or from suspense; null: a release
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
