"""Index articles (lines of JSON) with SQLite FTS5: fts5.py ARTICLES DATABASE [ADDED]. ADDED goes into a ready one."""

import json
import sqlite3
import sys
from pathlib import Path


def main() -> None:
    """Make the database, or add to it."""
    articles, database, *added = sys.argv[1:]
    connection = sqlite3.connect(database)
    if not added:
        connection.execute("create virtual table article using fts5(address unindexed, date unindexed, title, body)")
    with Path(*(added or [articles])).open(encoding="utf-8") as lines, connection:
        rows = (json.loads(line) for line in lines)
        connection.executemany("insert into article values (:address, :date, :title, :body)", rows)
    connection.close()


if __name__ == "__main__":
    main()
