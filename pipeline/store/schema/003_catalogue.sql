-- Who owns what. Facts (labels, artists, payees, releases, recordings) and terms (what is on which release, aliases, rates,
-- splits). A term has dates of validity and is never edited: a version of the catalogue brings it, a later one may end it
-- (until_version), and what it touched is priced again. In force is what has no until_version.

-- A version is made by each import and each change of a release, under the counter's lock: in commit order.
CREATE TABLE tidemark.catalogue_version (
    version    bigint      NOT NULL PRIMARY KEY,
    made_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    made_by    text        NOT NULL DEFAULT session_user,
    made_from  text        NOT NULL, -- the folder of an import, or the command
    summary    jsonb
);

-- A term is in force at the versions from the one that brought it to the one before that which ended it.
CREATE FUNCTION tidemark.in_force(since_version bigint, until_version bigint, version bigint) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT since_version <= version AND (until_version IS NULL OR until_version > version);
$$;

CREATE TABLE tidemark.label (
    id   integer NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key  text    NOT NULL UNIQUE,
    name text    NOT NULL CHECK (name <> '')
);

CREATE TABLE tidemark.artist (
    id    integer NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key   text    NOT NULL UNIQUE,
    name  text    NOT NULL CHECK (name <> ''),
    label integer NOT NULL REFERENCES tidemark.label
);

CREATE TABLE tidemark.payee (
    id              integer NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key             text    NOT NULL UNIQUE,
    name            text    NOT NULL CHECK (name <> ''),
    vendor_id       text    NOT NULL DEFAULT '',
    minimum         numeric NOT NULL DEFAULT 0 CHECK (minimum >= 0), -- of a request, in each currency
    account_holder  text    NOT NULL DEFAULT '',
    iban            text    NOT NULL DEFAULT '',
    bic             text    NOT NULL DEFAULT '',
    clearing_system text    NOT NULL DEFAULT '',
    clearing_code   text    NOT NULL DEFAULT '',
    account_number  text    NOT NULL DEFAULT '',
    country         text    NOT NULL DEFAULT ''
);

CREATE TABLE tidemark.recording (
    bucket        smallint NOT NULL,
    code          bigint   NOT NULL CHECK (code <> 0),
    title         text     NOT NULL CHECK (title <> ''),
    artist        integer  NOT NULL REFERENCES tidemark.artist,
    since_version bigint   NOT NULL,
    PRIMARY KEY (bucket, code),
    CHECK (bucket = tidemark.bucket_of(0, code))
);

-- A release and its life cycle. A state carries its dates: what is approved has a date, by constraint.
CREATE TYPE tidemark.release_state AS ENUM
    ('created', 'proposed', 'approved', 'set_for_distribution', 'distributed', 'withdrawn');
CREATE TABLE tidemark.release (
    bucket          smallint               NOT NULL,
    code            bigint                 NOT NULL CHECK (code <> 0),
    title           text                   NOT NULL CHECK (title <> ''),
    artist          integer                NOT NULL REFERENCES tidemark.artist,
    since_version   bigint                 NOT NULL,
    state           tidemark.release_state NOT NULL DEFAULT 'created',
    proposed_date   date,                  -- what was asked for
    approved_date   date,                  -- what was granted; another date than proposed is allowed
    set_at          timestamptz,           -- when it was set for distribution
    distributed_at  timestamptz,           -- when every provider had said yes and the date was reached
    withdrawn_at    timestamptz,
    PRIMARY KEY (bucket, code),
    CHECK (bucket = tidemark.bucket_of(code, 0)),
    CHECK (CASE state
               WHEN 'created' THEN num_nonnulls(proposed_date, approved_date, set_at, distributed_at, withdrawn_at) = 0
               WHEN 'proposed' THEN num_nulls(proposed_date) = 0
                                AND num_nonnulls(approved_date, set_at, distributed_at, withdrawn_at) = 0
               WHEN 'approved' THEN num_nulls(proposed_date, approved_date) = 0
                                AND num_nonnulls(set_at, distributed_at, withdrawn_at) = 0
               WHEN 'set_for_distribution' THEN num_nulls(proposed_date, approved_date, set_at) = 0
                                            AND num_nonnulls(distributed_at, withdrawn_at) = 0
               WHEN 'distributed' THEN num_nulls(proposed_date, approved_date, set_at, distributed_at) = 0
                                   AND withdrawn_at IS NULL
               WHEN 'withdrawn' THEN withdrawn_at IS NOT NULL
           END)
);
CREATE INDEX release_due ON tidemark.release (approved_date) WHERE state = 'approved';
CREATE INDEX release_in_distribution ON tidemark.release (approved_date) WHERE state = 'set_for_distribution';
CREATE INDEX release_title ON tidemark.release USING gin (title tidemark.gin_trgm_ops);

CREATE TABLE tidemark.release_history (
    bucket     smallint               NOT NULL,
    release    bigint                 NOT NULL,
    number     integer                NOT NULL CHECK (number >= 1), -- of the release's changes
    changed_at timestamptz            NOT NULL DEFAULT clock_timestamp(),
    changed_by text                   NOT NULL DEFAULT session_user,
    from_state tidemark.release_state, -- null: it was made
    to_state   tidemark.release_state NOT NULL,
    date       date,
    reason     text                   NOT NULL CHECK (reason <> ''),
    PRIMARY KEY (bucket, release, number),
    FOREIGN KEY (bucket, release) REFERENCES tidemark.release (bucket, code)
);

-- What a release or recording was called until a version of the catalogue brought another title: a payment's lines say the titles
-- of their time, whatever comes later.
CREATE TABLE tidemark.former_title (
    bucket        smallint           NOT NULL, -- of the code, by itself
    kind          tidemark.code_kind NOT NULL,
    code          bigint             NOT NULL,
    until_version bigint             NOT NULL,
    title         text               NOT NULL,
    PRIMARY KEY (bucket, kind, code, until_version),
    CHECK (bucket = tidemark.bucket_of(code, 0))
);

-- Which recordings are on which release; at most one primary release of a recording is in force (checked by the import, since
-- a recording's releases lie in several buckets).
CREATE TABLE tidemark.recording_on_release (
    bucket        smallint NOT NULL, -- the release's
    release       bigint   NOT NULL,
    recording     bigint   NOT NULL CHECK (recording <> 0),
    position      integer  NOT NULL CHECK (position >= 1),
    is_primary    boolean  NOT NULL,
    since_version bigint   NOT NULL,
    until_version bigint   CHECK (until_version > since_version),
    PRIMARY KEY (bucket, release, recording, since_version),
    FOREIGN KEY (bucket, release) REFERENCES tidemark.release (bucket, code)
);
CREATE UNIQUE INDEX recording_on_release_in_force
    ON tidemark.recording_on_release (bucket, release, recording) WHERE until_version IS NULL;
CREATE INDEX recording_on_release_recording ON tidemark.recording_on_release (recording);

-- The release to which a recording counts where a row names none: the only one that it is on, else its primary one; null
-- where it is on several of which none is primary.
CREATE FUNCTION tidemark.home_release(version bigint) RETURNS TABLE (recording bigint, release bigint)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT placed.recording,
           CASE WHEN count(*) = 1 THEN min(placed.release)
                ELSE min(placed.release) FILTER (WHERE placed.is_primary)
           END
      FROM tidemark.recording_on_release AS placed
     WHERE tidemark.in_force(placed.since_version, placed.until_version, version)
     GROUP BY placed.recording;
$$;

-- Another name for a recording or a release (a re-issued ISRC, a GRid, a provider's misspelling), on some dates.
CREATE TABLE tidemark.alias (
    bucket        smallint           NOT NULL, -- of the alias, as a code
    kind          tidemark.code_kind NOT NULL,
    alias         bigint             NOT NULL CHECK (alias <> 0),
    target        bigint             NOT NULL CHECK (target <> 0 AND target <> alias),
    validity      daterange          NOT NULL CHECK (NOT isempty(validity)),
    since_version bigint             NOT NULL,
    until_version bigint             CHECK (until_version > since_version),
    PRIMARY KEY (bucket, kind, alias, validity, since_version),
    CHECK (bucket = tidemark.bucket_of(alias, 0)),
    EXCLUDE USING gist (bucket WITH =, kind WITH =, alias WITH =, validity WITH &&) WHERE (until_version IS NULL)
);

-- What providers write for a territory ("UK", "WW-EU") and which it is.
CREATE TABLE tidemark.territory_alias (
    alias         text   NOT NULL,
    territory     text   NOT NULL REFERENCES tidemark.territory,
    since_version bigint NOT NULL,
    until_version bigint CHECK (until_version > since_version),
    PRIMARY KEY (alias, since_version)
);
CREATE UNIQUE INDEX territory_alias_in_force ON tidemark.territory_alias (alias) WHERE until_version IS NULL;

-- What a stream earns, or what share of the reported amount. A null names all. The most specific wins: one that names a
-- recording over one that does not, then release, territory, tier, provider. A period is priced by the terms of its last day.
CREATE TYPE tidemark.rate_basis AS ENUM ('monetised', 'amount');
CREATE TABLE tidemark.rate (
    id            bigint              NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider      integer             REFERENCES tidemark.provider,
    territory     text                REFERENCES tidemark.territory,
    tier          text,
    release       bigint,
    recording     bigint,
    validity      daterange           NOT NULL CHECK (NOT isempty(validity)),
    basis         tidemark.rate_basis NOT NULL,
    currency      text                REFERENCES tidemark.currency, -- null for basis `amount`: the reported one
    rate          numeric             NOT NULL CHECK (rate >= 0 AND scale(rate) <= 12),
    since_version bigint              NOT NULL,
    until_version bigint              CHECK (until_version > since_version),
    CHECK ((basis = 'amount') = (currency IS NULL)),
    EXCLUDE USING gist ((coalesce(provider, 0)) WITH =, (coalesce(territory, '')) WITH =, (coalesce(tier, '')) WITH =,
                        (coalesce(release, 0)) WITH =, (coalesce(recording, 0)) WITH =, validity WITH &&)
            WHERE (until_version IS NULL)
);

-- By which tidemark.best_rate() looks them up; an index of an exclusion constraint holds only those without an end.
CREATE INDEX rate_key ON tidemark.rate ((coalesce(recording, 0)), (coalesce(release, 0)), (coalesce(territory, '')),
                                        (coalesce(tier, '')), (coalesce(provider, 0)));

CREATE FUNCTION tidemark.sum_of(numbers numeric[]) RETURNS numeric
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT sum(number) FROM unnest(numbers) AS number;
$$;

-- Who gets what share of a release, or of one recording on it (0: of all that have no split of their own). The shares of a
-- split stand in one row, so that a CHECK can say that they add up to exactly 1 on every date.
CREATE TABLE tidemark.split (
    bucket        smallint  NOT NULL,
    id            bigint    NOT NULL GENERATED BY DEFAULT AS IDENTITY,
    release       bigint    NOT NULL,
    recording     bigint    NOT NULL DEFAULT 0,
    validity      daterange NOT NULL CHECK (NOT isempty(validity)),
    payees        integer[] NOT NULL,
    shares        numeric[] NOT NULL,
    since_version bigint    NOT NULL,
    until_version bigint    CHECK (until_version > since_version),
    PRIMARY KEY (bucket, id),
    FOREIGN KEY (bucket, release) REFERENCES tidemark.release (bucket, code),
    CHECK (cardinality(payees) > 0 AND cardinality(shares) = cardinality(payees)),
    CHECK (array_position(payees, NULL) IS NULL AND array_position(shares, NULL) IS NULL),
    CHECK (tidemark.sum_of(shares) = 1 AND 0 < ALL (shares)),
    EXCLUDE USING gist (bucket WITH =, release WITH =, recording WITH =, validity WITH &&)
            WHERE (until_version IS NULL)
);
CREATE INDEX split_release ON tidemark.split (bucket, release, recording);

INSERT INTO tidemark.placement (table_name, placement)
VALUES ('catalogue_version', 'local'), ('label', 'reference'), ('artist', 'reference'), ('payee', 'reference'),
       ('recording', 'bucket'), ('release', 'bucket'), ('release_history', 'bucket'),
       ('former_title', 'bucket'),
       ('recording_on_release', 'bucket'), ('alias', 'bucket'), ('territory_alias', 'reference'),
       ('rate', 'reference'), ('split', 'bucket');
