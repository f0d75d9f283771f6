"""This package turns a content file into its fields and its safe HTML, and says what is wrong with it."""
