-- What happened, a line each, the newest with the highest number. Times as in guest_access; what was written down before
-- something had set the clock is put right once something has. `event` is JSON; `peer` is the device it is about.
CREATE TABLE activity (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    boot_id TEXT NOT NULL,
    since_boot INTEGER NOT NULL,
    unix_seconds INTEGER NOT NULL,
    clock_is_set INTEGER NOT NULL,
    peer INTEGER,
    event TEXT NOT NULL
) STRICT;

CREATE INDEX activity_in_doubt ON activity (boot_id) WHERE clock_is_set = 0;

-- Which boot the program ran in last.
CREATE TABLE last_start (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    boot_id TEXT NOT NULL
) STRICT;
