-- What hitl-calibrate curve --at does, the columns told.
SELECT t.t, count(*), count(*) FILTER (c >= t.t AND c <= 1),
       count(*) FILTER (c >= t.t AND c <= 1 AND NOT correct)
FROM (SELECT correct, CASE WHEN confidence LIKE '%\%' ESCAPE '\'
               THEN try_cast(left(confidence, -1) AS DOUBLE) / 100
               ELSE try_cast(confidence AS DOUBLE) END AS c
      FROM read_json('LOG', format='newline_delimited',
        columns={confidence: 'VARCHAR', correct: 'BOOLEAN'})
      WHERE correct IS NOT NULL),
     (VALUES (0.6), (0.75), (0.85), (0.92)) AS t(t)
GROUP BY t.t ORDER BY t.t;
