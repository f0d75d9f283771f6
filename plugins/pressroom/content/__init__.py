"""A content file to its header, its safe HTML and what is wrong with it."""
