"""Opening SQLite or PostgreSQL the same way, and migrating them. Knows no table."""
