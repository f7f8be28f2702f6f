-- A column is added, filled from the old one, and only then the old one goes.
ALTER TABLE people ADD COLUMN first_name VARCHAR(200) NOT NULL DEFAULT '';

ALTER TABLE people ADD COLUMN last_name VARCHAR(200) NOT NULL DEFAULT '';

UPDATE people SET
    first_name = substr(name, 1, instr(name || ' ', ' ') - 1),
    last_name = ltrim(substr(name, instr(name || ' ', ' ')));

ALTER TABLE people DROP COLUMN name;
