"""This package finds title, authors, dates, language and the rest: it lists candidates from each source and chooses
between them."""
