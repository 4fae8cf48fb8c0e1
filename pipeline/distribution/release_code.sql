-- The code of a release's UPC, EAN or GRid.
--   $1  text  text
--   →   code  bigint  null where it is none that is known
SELECT coalesce(tidemark.gtin_code($1::text),
                (SELECT odd_code.code
                   FROM tidemark.odd_code
                  WHERE odd_code.kind = 'release'
                    AND odd_code.text = upper($1::text))) AS code;
