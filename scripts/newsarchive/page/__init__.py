"""A page as blocks, and blocks as Markdown."""
