-- Who the box is. The private key stands in a file of its own, so that a copy of the database gives nobody the door.
CREATE TABLE identity (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    public_key TEXT NOT NULL,
    range_v4 TEXT NOT NULL,
    range_v6 TEXT NOT NULL,
    port INTEGER NOT NULL
) STRICT;

-- AUTOINCREMENT, so that a number never means another peer later.
CREATE TABLE peer (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    folded_name TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL,
    public_key TEXT NOT NULL UNIQUE,
    preshared_key TEXT NOT NULL,
    host INTEGER NOT NULL UNIQUE,
    created_at INTEGER NOT NULL
) STRICT;

-- A row while guest access is on. Times in nanoseconds, but for the clock on the wall.
CREATE TABLE guest_access (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    boot_id TEXT NOT NULL,
    since_boot INTEGER NOT NULL,
    unix_seconds INTEGER NOT NULL,
    clock_is_set INTEGER NOT NULL,
    length INTEGER NOT NULL
) STRICT;

-- What mDNS found last.
CREATE TABLE home_assistant (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    uuid TEXT NOT NULL,
    name TEXT,
    v4 TEXT,
    v6 TEXT
) STRICT;

-- last_host is the place in the tunnel that was given away last.
CREATE TABLE box (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    endpoint_host TEXT,
    home_assistant TEXT,
    guest_hours INTEGER NOT NULL,
    locked INTEGER NOT NULL,
    last_host INTEGER NOT NULL
) STRICT;

INSERT INTO box (id, guest_hours, locked, last_host) VALUES (1, 8, 0, 1);
