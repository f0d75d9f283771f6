"""What text alone tells: its charset, words, names and datelines."""
