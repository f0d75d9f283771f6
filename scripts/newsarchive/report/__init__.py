"""What people are shown of a run: the report's lists and pages, and lines in the terminal."""
