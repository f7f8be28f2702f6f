-- A column is added, filled from the old one, and only then the old one goes.
ALTER TABLE people ADD COLUMN first_name VARCHAR(200) NOT NULL DEFAULT '';

ALTER TABLE people ADD COLUMN last_name VARCHAR(200) NOT NULL DEFAULT '';

UPDATE people SET
    first_name = split_part(name, ' ', 1),
    last_name = ltrim(substr(name, length(split_part(name, ' ', 1)) + 1));

ALTER TABLE people DROP COLUMN name;
