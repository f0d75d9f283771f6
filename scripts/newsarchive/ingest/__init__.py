"""This package runs cleaning: captures become articles and a report, many at a time, and only what is new is done."""
