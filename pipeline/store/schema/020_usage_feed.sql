-- A chunk of usage has the feed of its batch, which is committed with it and refers to the feed, as its file does: none of the three can
-- be deleted, and no role may try. To look the feed up again for each chunk took 20 ms of the server for ten files of a million rows, a
-- twentieth of its time.
ALTER TABLE tidemark.usage DROP CONSTRAINT usage_feed_fkey;
