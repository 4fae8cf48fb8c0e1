-- Up to which release date releases are due, and which date has been reached everywhere.
--   $1  zones       text[]     of the providers that get releases
--   $2  lead_times  bigint[]   their lead times in days
--   $3  today       date       stands in for today; null: now, in each zone
--   →   due_to      date       null: no provider gets releases, so that none is due
--       reached     date
SELECT max(provider.today + provider.lead_time::integer) AS due_to,
       min(provider.today)                               AS reached
  FROM (SELECT coalesce($3::date, (now() AT TIME ZONE asked.zone)::date) AS today,
               asked.lead_time                                           AS lead_time
          FROM unnest($1::text[], $2::bigint[]) AS asked (zone, lead_time)) AS provider;
