-- The rows of payees.csv, as the file's columns stand in import_file.c.
COPY pg_temp.import_payee (line, is_sound, key, name, vendor_id, minimum, account_holder, iban, bic, clearing_system, clearing_code, account_number, country)
FROM STDIN (FORMAT binary);
