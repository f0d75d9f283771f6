"""The output folder: which files builds made in it, and how a finished tree takes its place."""
