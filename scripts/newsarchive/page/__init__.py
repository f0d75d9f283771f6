"""This package reads a page as blocks, and writes blocks as Markdown."""
