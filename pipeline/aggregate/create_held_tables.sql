-- What is held under names that the catalogue has learned about, for as long as the transaction.
DO $$
BEGIN
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
