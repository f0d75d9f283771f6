"""This package reads what text alone tells: its charset, words, names and datelines."""
