SELECT * REPLACE (clear(title) AS title, clear(trigger) AS trigger, clear(url) AS url, if(empty(themes), themes, splitByChar('\x1f', clear(arrayStringConcat(themes, '\x1f')))) AS themes, if(them(source, account, commander), '', clear(commander)) AS commander)
FROM incidents
