-- What a server must be to hold money, and which zones it knows.
--   $1  zones  text[]
--   →   version              bigint   as 150018
--       fsync                boolean
--       full_page_writes     boolean
--       unknown_zones        text     null: it knows all
--       missing_roles        text     null: all are there
--       both                 text     who may both prepare and approve; null: nobody but superusers
--       own_roles            text     which the current user has; null: none
SELECT current_setting('server_version_num')::bigint AS version,
       current_setting('fsync')::boolean              AS fsync,
       current_setting('full_page_writes')::boolean   AS full_page_writes,
       (SELECT string_agg(asked.name, ', ' ORDER BY asked.name)
          FROM unnest($1::text[]) AS asked (name)
         WHERE NOT EXISTS (SELECT 1
                             FROM pg_catalog.pg_timezone_names AS known
                            WHERE known.name = asked.name))                  AS unknown_zones,
       (SELECT string_agg(wanted.name, ', ' ORDER BY wanted.name)
          FROM unnest(ARRAY['tidemark_ingest', 'tidemark_catalogue', 'tidemark_finance', 'tidemark_approver',
                            'tidemark_reader']) AS wanted (name)
         WHERE NOT EXISTS (SELECT 1
                             FROM pg_catalog.pg_roles
                            WHERE pg_roles.rolname = wanted.name))           AS missing_roles,
       (SELECT string_agg(person.rolname, ', ' ORDER BY person.rolname)
          FROM pg_catalog.pg_roles AS person
         WHERE NOT person.rolsuper
           AND EXISTS (SELECT 1
                         FROM pg_catalog.pg_roles AS finance
                        WHERE finance.rolname = 'tidemark_finance'
                          AND pg_has_role(person.oid, finance.oid, 'MEMBER'))
           AND EXISTS (SELECT 1
                         FROM pg_catalog.pg_roles AS approver
                        WHERE approver.rolname = 'tidemark_approver'
                          AND pg_has_role(person.oid, approver.oid, 'MEMBER'))) AS both,
       (SELECT string_agg(role.rolname, ', ' ORDER BY role.rolname)
          FROM pg_catalog.pg_roles AS role
         WHERE role.rolname LIKE 'tidemark\_%'
           AND pg_has_role(current_user, role.oid, 'MEMBER'))                AS own_roles;
