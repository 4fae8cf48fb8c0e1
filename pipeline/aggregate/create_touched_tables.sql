-- What the catalogue has learned, as the rows of reports would name it, for as long as the transaction.
DO $$
BEGIN
    CREATE TEMP TABLE touched_recording (
        played      bigint    NOT NULL,
        where_named boolean   NOT NULL, -- also where the row names a release: the recording itself is another
        bucket      smallint,           -- in which release usage without a named release may hold it; null: in none
        waits_in    smallint,           -- the bucket in which it may wait; null: in any
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
