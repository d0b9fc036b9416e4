-- What every file of this directory may use. them: whether a value of a row of that source and account means the person. clear: text without
-- them; the patterns are RE2, made of their names and ids. That of words is applied twice: what ends one name may begin the next.
WITH
    (SELECT groupArray(value) FROM forgetting WHERE what = 'email') AS their_emails,
    (SELECT groupArray((source, account, value)) FROM forgetting WHERE what = 'key') AS their_keys,
    (SELECT groupArray((source, value)) FROM forgetting WHERE what = 'alias') AS their_aliases,
    (SELECT groupArray(value) FROM forgetting WHERE what = 'name') AS their_names,
    (SELECT argMax(value, length(value)) FROM forgetting WHERE what = 'pattern' AND source = 'email') AS their_mail,
    (SELECT argMax(value, length(value)) FROM forgetting WHERE what = 'pattern' AND source = 'name') AS their_words,
    (s, a, v) -> v != '' AND (has(their_emails, lower(v)) OR has(their_keys, (toString(s), toString(a), lower(v))) OR has(their_aliases, (toString(s), lower(v))) OR has(their_names, lower(v))) AS them,
    t -> replaceRegexpAll(replaceRegexpAll(replaceRegexpAll(CAST(t AS String), their_mail, '\\1(forgotten)\\2'), their_words, '\\1(forgotten)\\2'), their_words, '\\1(forgotten)\\2') AS clear
