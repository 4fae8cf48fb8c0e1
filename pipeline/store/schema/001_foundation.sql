-- The schema, codes as numbers, buckets, the list of placements, gapless counters, runs.

CREATE SCHEMA IF NOT EXISTS tidemark;
CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA tidemark;
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA tidemark;
CREATE EXTENSION IF NOT EXISTS fuzzystrmatch WITH SCHEMA tidemark;

-- Where each table lives on a distributed engine; a test holds every table against this list.
--   bucket, payee   spread by that column: it leads every key, unique and exclusion constraint of the table, is not
--                   null and not generated; foreign keys stay within the shard or go to reference tables; no triggers
--   reference       small, the same everywhere
--   local           on one node: what only one stage at a time writes
CREATE TYPE tidemark.placement_kind AS ENUM ('bucket', 'payee', 'reference', 'local');
CREATE TABLE tidemark.placement (
    table_name text                    NOT NULL PRIMARY KEY,
    placement  tidemark.placement_kind NOT NULL
);

-- Ends the transaction with an SQLSTATE of ours: TM and the exit status that the stage shall have. For checks within a statement:
-- ... WHERE is_right OR tidemark.refuse(70, 'what was found, and what was expected')
CREATE FUNCTION tidemark.refuse(exit_status integer, message text) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    RAISE EXCEPTION '%', message USING ERRCODE = 'TM' || lpad(exit_status::text, 3, '0');
END
$$;

-- The sum of whole numbers as one; 0 for none. sum(bigint) goes by way of numeric, which took a tenth of the time of pricing. What
-- does not fit is an error.
CREATE AGGREGATE tidemark.total(bigint) (
    SFUNC = int8pl, STYPE = bigint, COMBINEFUNC = int8pl, INITCOND = '0', PARALLEL = SAFE
);

-- Numbers without gaps: the row is locked from the increment to the commit.
CREATE TABLE tidemark.counter (
    name text   NOT NULL PRIMARY KEY,
    last bigint NOT NULL CHECK (last >= 0)
);
INSERT INTO tidemark.counter (name, last)
VALUES ('catalogue_version', 0), ('accrual', 0), ('request', 0), ('payout_run', 0), ('run', 0);

CREATE FUNCTION tidemark.next_number(counter_name text) RETURNS bigint
LANGUAGE sql VOLATILE STRICT AS $$
    UPDATE tidemark.counter SET last = counter.last + 1 WHERE counter.name = counter_name RETURNING counter.last;
$$;

-- A number with zeros in front; a longer one is not cut.
CREATE FUNCTION tidemark.padded(number bigint, digits integer) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT lpad(number::text, greatest(digits, length(number::text)), '0');
$$;

-- A run of a stage that keeps a record: the night.
CREATE TYPE tidemark.run_state AS ENUM ('running', 'finished', 'interrupted');
CREATE TABLE tidemark.run (
    number      bigint             NOT NULL PRIMARY KEY,
    stage       text               NOT NULL,
    state       tidemark.run_state NOT NULL DEFAULT 'running',
    started_at  timestamptz        NOT NULL DEFAULT clock_timestamp(),
    finished_at timestamptz,
    started_by  text               NOT NULL DEFAULT session_user,
    exit_status integer            CHECK (exit_status BETWEEN 0 AND 255),
    summary     jsonb,
    CHECK ((state = 'running') = (finished_at IS NULL)),
    CHECK ((state = 'finished') = (exit_status IS NOT NULL))
);

-- Whether a stage that runs alone is running: its lock is held (pipeline/store/try_run_lock.sql).
CREATE FUNCTION tidemark.is_running(stage text) RETURNS boolean
LANGUAGE sql STABLE STRICT AS $$
    SELECT EXISTS (SELECT 1
                     FROM pg_catalog.pg_locks AS held
                    WHERE held.locktype = 'advisory'
                      AND held.database = (SELECT own.oid
                                             FROM pg_catalog.pg_database AS own
                                            WHERE own.datname = current_database())
                      AND held.objsubid = 1
                      AND held.classid::bigint << 32 | held.objid::bigint
                          = hashtextextended('tidemark run tidemark-' || stage, 0));
$$;

-- A run's state as it is, not as it was written: one that was killed could not say so.
CREATE FUNCTION tidemark.run_state_now(stage text, state tidemark.run_state) RETURNS tidemark.run_state
LANGUAGE sql STABLE STRICT AS $$
    SELECT CASE WHEN state = 'running' AND NOT tidemark.is_running(stage)
                THEN 'interrupted'
                ELSE state
           END;
$$;

-- Codes: an ISRC or a GTIN as a number, as pipeline/report/code.h draws it. 0: none is named. Negative: an odd one,
-- whose text is in the dictionary. A test holds these functions against those in C.
CREATE TYPE tidemark.code_kind AS ENUM ('recording', 'release');
CREATE TABLE tidemark.odd_code (
    code bigint             NOT NULL GENERATED ALWAYS AS IDENTITY (START WITH -2 INCREMENT BY -1 MINVALUE -9223372036854775807 MAXVALUE -2) PRIMARY KEY,
    kind tidemark.code_kind NOT NULL,
    text text               NOT NULL,
    UNIQUE (kind, text)
);

CREATE FUNCTION tidemark.base36(letter text) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT strpos('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', letter)::bigint - 1;
$$;

-- The number of an ISRC, hyphens and spaces allowed; null for what is none.
CREATE FUNCTION tidemark.isrc_code(isrc text) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT 1 + ((((tidemark.base36(substr(plain.isrc, 1, 1)) - 10) * 26
                 + tidemark.base36(substr(plain.isrc, 2, 1)) - 10) * 36
                + tidemark.base36(substr(plain.isrc, 3, 1))) * 36
               + tidemark.base36(substr(plain.isrc, 4, 1))) * 36 * 10000000
             + tidemark.base36(substr(plain.isrc, 5, 1)) * 10000000
             + substr(plain.isrc, 6)::bigint
      FROM (SELECT translate(upper(isrc COLLATE "C"), '- ', '') AS isrc) AS plain
     WHERE plain.isrc ~ '^[A-Z]{2}[A-Z0-9]{3}[0-9]{7}$';
$$;

-- The four that print a code are one expression each, and not STRICT, so that the planner puts them in place: called, they took
-- ten times as long.
CREATE FUNCTION tidemark.isrc_text(code bigint) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN code > 0
                THEN chr((65 + (code - 1) / 10000000 / 46656 / 26)::integer)
                  || chr((65 + (code - 1) / 10000000 / 46656 % 26)::integer)
                  || substr('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', ((code - 1) / 10000000 / 1296 % 36)::integer + 1, 1)
                  || substr('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', ((code - 1) / 10000000 / 36 % 36)::integer + 1, 1)
                  || substr('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', ((code - 1) / 10000000 % 36)::integer + 1, 1)
                  || lpad(((code - 1) % 10000000)::text, 7, '0')
           END;
$$;

-- The number of a GTIN of 8, 12, 13 or 14 digits with a right check digit; null for what is none.
CREATE FUNCTION tidemark.gtin_code(gtin text) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT plain.gtin::bigint
      FROM (SELECT trim(gtin) AS gtin) AS plain
     WHERE plain.gtin ~ '^([0-9]{8}|[0-9]{12,14})$'
       AND plain.gtin::bigint > 0
       AND (SELECT sum(substr(lpad(plain.gtin, 14, '0'), place, 1)::integer * CASE WHEN place % 2 = 1 THEN 3 ELSE 1 END)
              FROM generate_series(1, 14) AS place) % 10 = 0;
$$;

CREATE FUNCTION tidemark.gtin_text(code bigint) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN code > 0 THEN lpad(code::text, greatest(12, length(code::text)), '0') END;
$$;

-- What a code is called, odd ones too; null for none.
CREATE FUNCTION tidemark.odd_text(code bigint) RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE AS $$
    SELECT odd_code.text FROM tidemark.odd_code WHERE odd_code.code = odd_text.code;
$$;
CREATE FUNCTION tidemark.recording_text(code bigint) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN code > 0 THEN tidemark.isrc_text(code)
                WHEN code < 0 THEN tidemark.odd_text(code)
           END;
$$;
CREATE FUNCTION tidemark.release_text(code bigint) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN code > 0 THEN tidemark.gtin_text(code)
                WHEN code < 0 THEN tidemark.odd_text(code)
           END;
$$;

-- The unit of parallel work: of the release's code, of the recording's where none is named; null where the release is null. (Not
-- STRICT: the planner cannot write such a function's body into a statement, and calling it costs 3 µs a row.)
CREATE FUNCTION tidemark.bucket_of(release bigint, recording bigint) RETURNS smallint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (abs(CASE WHEN release <> 0 THEN release WHEN release = 0 THEN recording END) % 65521 % 256)::smallint;
$$;

-- Currencies that are active in ISO 4217 (2026), with the minor units of its list, not those of CLDR. Null: not payable.
CREATE TABLE tidemark.currency (
    code        text     NOT NULL PRIMARY KEY CHECK (code ~ '^[A-Z]{3}$'),
    minor_units smallint CHECK (minor_units BETWEEN 0 AND 4)
);
INSERT INTO tidemark.currency (code, minor_units)
SELECT code, 2 FROM unnest(string_to_array('AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG', ' ')) AS code
UNION ALL
SELECT code, 0 FROM unnest(string_to_array('BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF', ' ')) AS code
UNION ALL
SELECT code, 3 FROM unnest(string_to_array('BHD IQD JOD KWD LYD OMR TND', ' ')) AS code
UNION ALL
SELECT code, 4 FROM unnest(string_to_array('CLF UYW', ' ')) AS code
UNION ALL
SELECT code, NULL FROM unnest(string_to_array('XAU XAG XPD XPT XDR XSU XUA XBA XBB XBC XBD XTS XXX', ' ')) AS code;

-- Territories that are known: ISO 3166-1 alpha-2, and XK. Others wait in suspense until an alias names one of these.
CREATE TABLE tidemark.territory (
    code text NOT NULL PRIMARY KEY CHECK (code ~ '^[A-Z]{2}$')
);
INSERT INTO tidemark.territory (code)
SELECT unnest(string_to_array('AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW', ' '));

INSERT INTO tidemark.placement (table_name, placement)
VALUES ('placement', 'local'), ('migration', 'local'), ('counter', 'local'), ('run', 'local'),
       ('odd_code', 'reference'), ('currency', 'reference'), ('territory', 'reference');
