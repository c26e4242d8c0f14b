-- Keys that were handed out to take the place of a peer's own, which stay good until it comes in with these.
CREATE TABLE successor (
    peer INTEGER PRIMARY KEY REFERENCES peer (id) ON DELETE CASCADE,
    public_key TEXT NOT NULL UNIQUE,
    preshared_key TEXT NOT NULL,
    endpoint TEXT NOT NULL
) STRICT;
