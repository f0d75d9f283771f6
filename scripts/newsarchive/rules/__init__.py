"""This package reads rules, which are data: written in TOML, learned, or imported, each with its reason."""
