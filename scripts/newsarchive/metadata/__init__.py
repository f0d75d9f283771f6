"""Title, authors, dates, language and the rest: candidates from each source, and the choice between them."""
