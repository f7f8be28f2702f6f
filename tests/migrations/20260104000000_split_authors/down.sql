ALTER TABLE authors ADD COLUMN name VARCHAR(200) NOT NULL DEFAULT '';

-- orm: step join_names

ALTER TABLE authors DROP COLUMN last_name;

ALTER TABLE authors DROP COLUMN first_name;
