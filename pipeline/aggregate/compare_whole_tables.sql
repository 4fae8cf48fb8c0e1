-- For the rest of the transaction: what is left joins what was read with the whole catalogue and with temporary tables. One that was
-- filled a moment ago has no statistics, looks nearly empty, and would be gone through once for each row.
SELECT set_config('enable_nestloop', 'off', true);
