-- Whether requests are due: with a day of the month, once for each month's day that is reached, also when it was missed.
-- What was made as if it were a later day holds up none before it.
--   $1  today         date
--   $2  day_of_month  integer  null: every day
--   →   is_due  boolean
--       due_on  date     the day for which they are, or were
--       next    date     the next such day
SELECT $2::integer IS NULL
       OR NOT EXISTS (SELECT FROM tidemark.request_run WHERE request_run.due_on BETWEEN due.due_on AND $1::date) AS is_due,
       due.due_on                                                                                                  AS due_on,
       due.next                                                                                                    AS next
  FROM (SELECT CASE WHEN $2::integer IS NULL THEN $1::date
                    WHEN extract(day FROM $1::date) >= $2::integer THEN month.first_day + $2::integer - 1
                    ELSE (month.first_day - interval '1 month')::date + $2::integer - 1
               END AS due_on,
               CASE WHEN $2::integer IS NULL THEN $1::date + 1
                    WHEN extract(day FROM $1::date) >= $2::integer
                    THEN (month.first_day + interval '1 month')::date + $2::integer - 1
                    ELSE month.first_day + $2::integer - 1
               END AS next
          FROM (SELECT date_trunc('month', $1::date::timestamp)::date AS first_day) AS month) AS due;
