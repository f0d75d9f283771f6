"""This package keeps what is written and remembered: articles with their front matter, decisions, the state of each
capture."""
