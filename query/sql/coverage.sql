-- What is loaded, and how much of it do we know the people of? Unit: rows of activity, bots too, repeated pages once. Time: UTC months.
-- matched_share: rows of people whom a roster or an alias knows, over rows of people; null without such rows.
SELECT toString(source) AS src, concat(toString(intDiv(month, 100)), '-', leftPad(toString(month % 100), 2, '0')) AS mon, sum(rows) AS n, sum(c.people) AS persons,
       sum(person_rows) AS of_people, if(of_people = 0, NULL, sum(matched_rows) / of_people) AS matched_share
FROM coverage AS c
WHERE (empty({sources:Array(String)}) OR source IN {sources:Array(String)})
  AND month >= toYYYYMM({from:DateTime64(3, 'UTC')}) AND month <= toYYYYMM({to:DateTime64(3, 'UTC')} - INTERVAL 1 SECOND)
GROUP BY src, mon ORDER BY src, mon
