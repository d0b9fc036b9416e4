-- Who has worked on the incidents of which service? Unit: engaged time per person and service. Time: incidents that started in the range; without
-- --from the six calendar months before --to, without --to to the end of the day of the last incident, as in dependency. An incident of two
-- services counts wholly for each, one of none for none. Per person and service the union of engaged time. A service filter chooses
-- services, the others incidents; persons choose rows. Team and function shown are as of --to: in Go, from the roster.
-- include service_people
GROUP BY service, person ORDER BY service, person
