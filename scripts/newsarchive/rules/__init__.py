"""Rules as data: read from TOML, learned, or imported, each with its reason."""
