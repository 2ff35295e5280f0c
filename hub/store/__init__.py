"""The shelf that remembers: ``hub.ports.Store`` in SQL, on SQLite or PostgreSQL. Start at ``sql.open_store``."""
