-- Keys that were handed out to take the place of a peer's own, which stay good until it comes in with these.
CREATE TABLE successor (
    peer INTEGER PRIMARY KEY REFERENCES peer (id) ON DELETE CASCADE,
    public_key TEXT NOT NULL UNIQUE,
    preshared_key TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    -- When that was noted, which is at most a moment after they were handed out: an empty boot_id says that it was not yet.
    boot_id TEXT NOT NULL DEFAULT '',
    since_boot INTEGER NOT NULL DEFAULT 0,
    unix_seconds INTEGER NOT NULL DEFAULT 0,
    clock_is_set INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Since when, in this boot, the clock has said that lines of the activity before `cutoff`, in seconds since 1970, are too old.
CREATE TABLE too_old (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    boot_id TEXT NOT NULL,
    since_boot INTEGER NOT NULL,
    cutoff INTEGER NOT NULL
) STRICT;
