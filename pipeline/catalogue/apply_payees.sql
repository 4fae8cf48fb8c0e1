-- Payees: by their key.
--   →   added    bigint
--       changed  bigint
WITH changed AS (
    UPDATE tidemark.payee
       SET name = import_payee.name,
           vendor_id = import_payee.vendor_id,
           minimum = import_payee.minimum,
           account_holder = import_payee.account_holder,
           iban = import_payee.iban,
           bic = import_payee.bic,
           clearing_system = import_payee.clearing_system,
           clearing_code = import_payee.clearing_code,
           account_number = import_payee.account_number,
           country = import_payee.country
      FROM pg_temp.import_payee
     WHERE import_payee.key = payee.key
       AND (import_payee.name, import_payee.vendor_id, import_payee.minimum, import_payee.account_holder, import_payee.iban,
            import_payee.bic, import_payee.clearing_system, import_payee.clearing_code, import_payee.account_number,
            import_payee.country)
           <> (payee.name, payee.vendor_id, payee.minimum, payee.account_holder, payee.iban, payee.bic,
               payee.clearing_system, payee.clearing_code, payee.account_number, payee.country)
 RETURNING payee.key
), added AS (
    INSERT INTO tidemark.payee (key, name, vendor_id, minimum, account_holder, iban, bic, clearing_system, clearing_code,
                                account_number, country)
    SELECT import_payee.key,
           import_payee.name,
           import_payee.vendor_id,
           import_payee.minimum,
           import_payee.account_holder,
           import_payee.iban,
           import_payee.bic,
           import_payee.clearing_system,
           import_payee.clearing_code,
           import_payee.account_number,
           import_payee.country
      FROM pg_temp.import_payee
     WHERE NOT EXISTS (SELECT FROM tidemark.payee WHERE payee.key = import_payee.key)
 RETURNING payee.key
)
SELECT (SELECT count(*) FROM added)   AS added,
       (SELECT count(*) FROM changed) AS changed;
