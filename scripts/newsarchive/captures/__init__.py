"""Captures, the evidence under the raw folder: what there is, each one read, and what a person knows of it.

files      which files are captures; pages saved one to a file
warc       pages inside WARC files
marks      addresses and times that browsers write into saved pages
furniture  folders that browsers save beside a page
payload    byte caps, decompression, refusing what is no text
table      metadata.csv
web        fetching pages from their addresses into WARC files (imported by itself: it needs the network)
"""

from newsarchive.captures.files import discover, file_of, files_of, load, other_files, read
from newsarchive.captures.table import agrees, article_row, row, table

__all__ = ["agrees", "article_row", "discover", "file_of", "files_of", "load", "other_files", "read", "row", "table"]
