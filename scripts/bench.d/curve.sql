-- What hitl-calibrate curve --at does, the columns told.
SELECT t.t, count(*), count(*) FILTER (c >= t.t),
       count(*) FILTER (c >= t.t AND NOT correct)
FROM (SELECT try_cast(confidence AS DOUBLE) AS c, correct
      FROM read_json('LOG', format='newline_delimited',
        columns={confidence: 'VARCHAR', correct: 'BOOLEAN'})
      WHERE correct IS NOT NULL),
     (VALUES (0.6), (0.75), (0.85), (0.92)) AS t(t)
GROUP BY t.t ORDER BY t.t;
