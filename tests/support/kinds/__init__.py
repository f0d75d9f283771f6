"""Pages of invented publications: articles, and what is none. `generate.pages()` makes them; texts.toml has the words."""
