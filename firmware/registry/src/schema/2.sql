-- Where the device was told to find the box, so that the page can say which ones were told something old.
ALTER TABLE peer ADD COLUMN endpoint TEXT;

-- Whether the router is asked for a port, and servers on the internet for our address.
ALTER TABLE box ADD COLUMN port_mapping INTEGER NOT NULL DEFAULT 1;
ALTER TABLE box ADD COLUMN address_lookup INTEGER NOT NULL DEFAULT 1;

-- The port that the router gave outside last, which is what devices were told.
ALTER TABLE box ADD COLUMN port_outside INTEGER;

-- The last time that somebody came in from outside, over each IP version. Times as in guest_access.
CREATE TABLE proof (
    ip_version INTEGER PRIMARY KEY CHECK (ip_version IN (4, 6)),
    boot_id TEXT NOT NULL,
    since_boot INTEGER NOT NULL,
    unix_seconds INTEGER NOT NULL,
    clock_is_set INTEGER NOT NULL
) STRICT;

-- The address of the home as it was seen last.
CREATE TABLE public_address (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    v4 TEXT,
    v6 TEXT
) STRICT;

-- Names that follow the home's address. The secret opens the account there, and nothing of ours. Where the provider has
-- said yes, to which addresses and when; times as in guest_access.
CREATE TABLE name (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    provider TEXT NOT NULL,
    name TEXT NOT NULL UNIQUE,
    server TEXT,
    user TEXT,
    secret TEXT NOT NULL,
    v4 TEXT,
    v6 TEXT,
    boot_id TEXT,
    since_boot INTEGER,
    unix_seconds INTEGER,
    clock_is_set INTEGER
) STRICT;
