SELECT * FROM grants WHERE NOT them(source, '', person)
