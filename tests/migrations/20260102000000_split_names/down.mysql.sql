ALTER TABLE people ADD COLUMN name VARCHAR(200) NOT NULL DEFAULT '';

UPDATE people SET name = trim(concat(first_name, ' ', last_name));

ALTER TABLE people DROP COLUMN last_name;

ALTER TABLE people DROP COLUMN first_name;
