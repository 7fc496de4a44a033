-- The counts under hitl-metrics' rates, the columns told.
SELECT count(*), count(*) FILTER (action IN ('QUEUE', 'ESCALATE')),
       count(*) FILTER (alone AND correct IS NOT NULL),
       count(*) FILTER (alone AND NOT correct)
FROM (SELECT route.action AS action, correct,
             route.action IN ('AUTO', 'AUTO_AUDIT') AS alone
      FROM read_json('LOG', format='newline_delimited',
        columns={route: 'STRUCT(action VARCHAR)', correct: 'BOOLEAN'}));
