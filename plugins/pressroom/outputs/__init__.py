"""The generated files beside the pages: one kind of file, one module."""
