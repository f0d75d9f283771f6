"""This package shows people what a run did: the report's lists and pages, and lines in the terminal."""
