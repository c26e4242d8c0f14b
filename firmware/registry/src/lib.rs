//! What the box knows, in a database that survives a power cut.
