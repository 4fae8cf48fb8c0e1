-- Who is paid what, made past import, beside what usage_seed.sql makes. Terms come with seed.version(); a term in place of another
-- of the same key ends it.

CREATE FUNCTION seed.payee(key text, minimum numeric) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO tidemark.payee (key, name, minimum, account_holder, iban, country)
    VALUES (key, 'Name of ' || key, minimum, 'Holder of ' || key, 'DE89370400440532013000', 'DE')
        ON CONFLICT (key) DO UPDATE SET minimum = excluded.minimum;
$$;

-- Shares as 'PAYEE SHARE'; none: the split only ends. '-' names no recording.
CREATE FUNCTION seed.split(upc text, isrc text, validity daterange, VARIADIC shares text[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    release_code bigint := seed.code('release', upc);
    recording_code bigint := seed.code('recording', isrc);
BEGIN
    PERFORM seed.release(upc);
    UPDATE tidemark.split AS old SET until_version = seed.version()
     WHERE old.release = release_code AND old.recording = recording_code AND old.until_version IS NULL
       AND old.validity && $3 AND old.since_version < seed.version();
    DELETE FROM tidemark.split AS old
     WHERE old.release = release_code AND old.recording = recording_code AND old.until_version IS NULL AND old.validity && $3;
    INSERT INTO tidemark.split (bucket, release, recording, validity, payees, shares, since_version)
    SELECT tidemark.bucket_of(release_code, 0), release_code, recording_code, $3, array_agg(payee.id ORDER BY payee.id),
           array_agg(split_part(share, ' ', 2)::numeric ORDER BY payee.id), seed.version()
      FROM unnest(shares) AS share
      JOIN tidemark.payee ON payee.key = split_part(share, ' ', 1)
    HAVING count(*) > 0;
END
$$;

-- A rate as 'PROVIDER TERRITORY TIER RELEASE RECORDING', '-' for all; a null rate only ends what is there. No currency: by amount.
CREATE FUNCTION seed.rate(names text, validity daterange, currency text, rate numeric) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    word text[] := string_to_array(names, ' ');
    key tidemark.rate;
BEGIN
    INSERT INTO tidemark.provider (name) SELECT word[1] WHERE word[1] <> '-' ON CONFLICT DO NOTHING;
    key.provider := (SELECT provider.id FROM tidemark.provider WHERE provider.name = word[1]);
    key.territory := nullif(word[2], '-');
    key.tier := nullif(word[3], '-');
    key.release := nullif(seed.code('release', word[4]), 0);
    key.recording := nullif(seed.code('recording', word[5]), 0);
    UPDATE tidemark.rate AS old SET until_version = seed.version()
     WHERE (old.provider, old.territory, old.tier, old.release, old.recording)
           IS NOT DISTINCT FROM (key.provider, key.territory, key.tier, key.release, key.recording)
       AND old.until_version IS NULL AND old.validity && $2 AND old.since_version < seed.version();
    DELETE FROM tidemark.rate AS old
     WHERE (old.provider, old.territory, old.tier, old.release, old.recording)
           IS NOT DISTINCT FROM (key.provider, key.territory, key.tier, key.release, key.recording)
       AND old.until_version IS NULL AND old.validity && $2;
    INSERT INTO tidemark.rate (provider, territory, tier, release, recording, validity, basis, currency, rate, since_version)
    SELECT key.provider, key.territory, key.tier, key.release, key.recording, $2,
           CASE WHEN $3 IS NULL THEN 'amount' ELSE 'monetised' END::tidemark.rate_basis, $3, $4, seed.version()
     WHERE $4 IS NOT NULL;
END
$$;

-- Takes a feed's batch out again: its cells with the opposite sign, in a batch of their own.
CREATE FUNCTION seed.revoke(feed_name text, batch_number bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    taken tidemark.batch;
    batch_id bigint := nextval('tidemark.batch_id');
    next_batch bigint;
BEGIN
    SELECT batch.* INTO taken
      FROM tidemark.batch JOIN tidemark.feed ON feed.id = batch.feed
     WHERE feed.name = feed_name AND batch.number = batch_number;
    UPDATE tidemark.tide SET last_batch = last_batch + 1 WHERE tide.feed = taken.feed RETURNING last_batch INTO next_batch;
    INSERT INTO tidemark.usage (bucket, batch, feed, period_from, period_to, currency, cells, total_streams, total_monetised,
                                total_amount, pair_count, releases, recordings, pairs, markets, streams, monetised, amounts)
    SELECT bucket, batch_id, feed, period_from, period_to, currency, cells, -total_streams, -total_monetised, -total_amount,
           pair_count, releases, recordings, pairs, markets,
           tidemark.pack(ARRAY(SELECT -number FROM unnest(tidemark.unpack(streams, cells)) WITH ORDINALITY AS t (number, place)
                                ORDER BY place)),
           tidemark.pack(ARRAY(SELECT -number FROM unnest(tidemark.unpack(monetised, cells)) WITH ORDINALITY AS t (number, place)
                                ORDER BY place)),
           CASE WHEN currency <> ''
                THEN ARRAY(SELECT -number FROM unnest(amounts) WITH ORDINALITY AS t (number, place) ORDER BY place)
           END
      FROM tidemark.usage
     WHERE usage.batch = taken.id;
    UPDATE tidemark.report_file SET state = 'revoked', state_reason = 'test' WHERE report_file.id = taken.report_file;
    INSERT INTO tidemark.batch (feed, number, id, kind, report_file, last_period, cells, streams, monetised, amount, bucket_cells,
                                bucket_streams, bucket_monetised, bucket_amounts)
    SELECT taken.feed, next_batch, batch_id, 'revoked', taken.report_file, taken.last_period, taken.cells, -taken.streams,
           -taken.monetised, -taken.amount, taken.bucket_cells,
           ARRAY(SELECT -number FROM unnest(taken.bucket_streams) WITH ORDINALITY AS t (number, place) ORDER BY place),
           ARRAY(SELECT -number FROM unnest(taken.bucket_monetised) WITH ORDINALITY AS t (number, place) ORDER BY place),
           ARRAY(SELECT -number FROM unnest(taken.bucket_amounts) WITH ORDINALITY AS t (number, place) ORDER BY place);
END
$$;

-- All balances that are not nothing, as 'PAYEE AMOUNT CURRENCY', in order: what the entries add up to, not what they say of it.
CREATE VIEW seed.balances AS
SELECT coalesce(string_agg(format('%s %s %s', payee, trim_scale(balance), currency), ', '
                           ORDER BY payee COLLATE "C", currency COLLATE "C"), '') AS balances
  FROM (SELECT payee.key AS payee, entry.currency, sum(entry.amount) AS balance
          FROM tidemark.payee_entry AS entry
          JOIN tidemark.payee ON payee.id = entry.payee
         GROUP BY payee.key, entry.currency) AS ledger
 WHERE balance <> 0;

-- What waits for a rate or a split, as 'REASON STREAMS MONETISED VALUE CURRENCY', in order.
CREATE VIEW seed.waiting AS
SELECT coalesce(string_agg(format('%s %s %s %s %s', reason, streams, monetised, coalesce(trim_scale(value)::text, '-'),
                                  coalesce(currency, '-')), ', ' ORDER BY reason, currency COLLATE "C"), '') AS waiting
  FROM (SELECT reason, value_currency AS currency, sum(streams) AS streams, sum(monetised) AS monetised, sum(value) AS value
          FROM tidemark.suspense
         WHERE reason IN ('no_rate', 'no_split')
         GROUP BY reason, value_currency
        HAVING (sum(streams), sum(monetised), coalesce(sum(value), 0)) <> (0, 0, 0)) AS waiting;
