SELECT * REPLACE (if(them(source, '', facilitator), '', facilitator) AS facilitator, arrayFilter(p -> NOT them(source, '', p), attendees) AS attendees,
                  arrayFilter(p -> NOT them(source, '', p), required) AS required, arrayFilter(p -> NOT them(source, '', p), reader_names) AS reader_names)
FROM reviews
