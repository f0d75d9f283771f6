"""Runs: captures in, articles and a report out, many at a time, and only what is new."""
