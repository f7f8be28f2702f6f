ALTER TABLE authors ADD COLUMN first_name VARCHAR(200) NOT NULL DEFAULT '';

ALTER TABLE authors ADD COLUMN last_name VARCHAR(200) NOT NULL DEFAULT '';

-- What a name is made of is for a function to find out, and not for SQL.
-- orm: step split_names

ALTER TABLE authors DROP COLUMN name;
