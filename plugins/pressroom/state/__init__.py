"""This package keeps what the last build knew, in SQLite: rows of articles, who links to whom, sums."""
