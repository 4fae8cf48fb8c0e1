-- The rows of an import's files, as they are checked and applied. A value that was faulty is null (its fault is told already),
-- a code that is odd -1, until number_odd_codes. Empty texts and code 0 stand for none.
DO $$
BEGIN
    CREATE TEMP TABLE import_label (
        line     bigint  NOT NULL,
        is_sound boolean NOT NULL, -- no value of the row was faulty
        key      text,
        name     text
    ) ON COMMIT DROP;
    CREATE TEMP TABLE import_artist (
        line     bigint  NOT NULL,
        is_sound boolean NOT NULL,
        key      text,
        name     text,
        label    text
    ) ON COMMIT DROP;
    CREATE TEMP TABLE import_payee (
        line            bigint  NOT NULL,
        is_sound        boolean NOT NULL,
        key             text,
        name            text,
        vendor_id       text,
        minimum         numeric,
        account_holder  text,
        iban            text,
        bic             text,
        clearing_system text,
        clearing_code   text,
        account_number  text,
        country         text
    ) ON COMMIT DROP;
    CREATE TEMP TABLE import_release (
        line         bigint  NOT NULL,
        is_sound     boolean NOT NULL,
        release      bigint,
        release_text text,
        title        text,
        artist       text,
        released_on  date
    ) ON COMMIT DROP;
    CREATE TEMP TABLE import_recording (
        line      bigint  NOT NULL,
        is_sound  boolean NOT NULL,
        recording bigint,
        title     text,
        artist    text
    ) ON COMMIT DROP;
    CREATE TEMP TABLE import_track (
        line         bigint  NOT NULL,
        is_sound     boolean NOT NULL,
        release      bigint,
        release_text text,
        recording    bigint,
        position     integer,
        is_primary   boolean
    ) ON COMMIT DROP;
    CREATE TEMP TABLE import_alias (
        line       bigint  NOT NULL,
        is_sound   boolean NOT NULL,
        kind       text, -- recording, release, territory
        alias      text,
        target     text,
        valid_from date,
        valid_to   date
    ) ON COMMIT DROP;
    CREATE TEMP TABLE import_rate (
        line         bigint  NOT NULL,
        is_sound     boolean NOT NULL,
        provider     text,
        territory    text,
        tier         text,
        release      bigint,
        release_text text,
        recording    bigint,
        basis        text,
        currency     text,
        rate         numeric,
        valid_from   date,
        valid_to     date
    ) ON COMMIT DROP;
    CREATE TEMP TABLE import_split (
        line         bigint  NOT NULL,
        is_sound     boolean NOT NULL,
        release      bigint,
        release_text text,
        recording    bigint,
        payee        text,
        share        numeric,
        valid_from   date,
        valid_to     date
    ) ON COMMIT DROP;
    -- Made of import_alias: those of recordings and releases, as codes.
    CREATE TEMP TABLE alias_term (
        line     bigint              NOT NULL,
        is_sound boolean             NOT NULL,
        kind     tidemark.code_kind  NOT NULL,
        alias    bigint,
        target   bigint,             -- null: it is no code
        validity daterange           NOT NULL
    ) ON COMMIT DROP;
    -- Made of import_split: the shares of a release, or of a recording on it, for each range of days on which they are the same.
    CREATE TEMP TABLE split_term (
        line      bigint    NOT NULL, -- the first of its shares
        release   bigint    NOT NULL,
        recording bigint    NOT NULL,
        validity  daterange NOT NULL,
        payees    text[]    NOT NULL, -- keys, in order
        shares    numeric[] NOT NULL,
        payee_ids integer[]           -- once all payees have one
    ) ON COMMIT DROP;
    -- What a file may refer to: what the import brings, and what the catalogue has.
    CREATE TEMP VIEW known_release AS
        SELECT release.code FROM tidemark.release UNION SELECT import_release.release FROM pg_temp.import_release;
    CREATE TEMP VIEW known_recording AS
        SELECT recording.code FROM tidemark.recording UNION SELECT import_recording.recording FROM pg_temp.import_recording;
    CREATE TEMP VIEW known_artist AS
        SELECT artist.key FROM tidemark.artist UNION SELECT import_artist.key FROM pg_temp.import_artist;
    CREATE TEMP VIEW known_payee AS
        SELECT payee.key FROM tidemark.payee UNION SELECT import_payee.key FROM pg_temp.import_payee;
END
$$;
