//! The names at home: says latchkey.local and finds Home Assistant.
