-- The stretches of engaged time of the months in the range and of the five before, a row a person.
-- include stretches
GROUP BY person
