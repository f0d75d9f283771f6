"""Cleaning a page reaches nothing outside of the process: no file, no socket, no clock of the file system."""

import subprocess
import sys

from support.paths import BASE

WATCHED = """
import sys
sys.path[:0] = ["scripts", "plugins"]
from hashlib import sha256
from pathlib import Path
from newsarchive import pipeline
reached = sorted(name for name in sys.modules if name.split(".")[:2] in [["newsarchive", part] for part in ("ingest", "captures", "archive", "report")])
assert not reached, reached

from newsarchive.models import RawPage
from newsarchive.metadata import languages
from newsarchive.rules import rules
from newsarchive.text import word_frequencies
known = rules.load(Path("scripts/rules"))
# What a page may need of other packages is read once, when it is first asked: modules, word lists, the language model.
import bs4, charset_normalizer, ftfy, htmldate
languages.find_language("The harbour was open. " * 20, "")
word_frequencies.find_lexicon("en").free("left")
word_frequencies.find_lexicon("en").frequency("harbour"), word_frequencies.find_lexicon("en").frequency("hadbeen")

payload = Path(sys.argv[1]).read_bytes()
page = RawPage(sys.argv[1], payload, sys.argv[2], sha256(payload).hexdigest(), url="https://paper.example/2024/06/20/lock")
events = []
WATCHED = ("open", "sqlite3.", "socket.", "subprocess.", "os.", "shutil.", "tempfile.", "import")
sys.addaudithook(lambda event, args: events.append((event, str(args[0])[:200])) if event.startswith(WATCHED) else None)
conversion = pipeline.convert(page, known)
seen = [event for event in events if event[0] != "import"]
print(len(conversion.article.body), seen)
open(sys.argv[1]).close()
assert any(event == "open" for event, _ in events), "the hook hears nothing"
"""


def watch(source, media_type):
    command = [sys.executable, "-c", WATCHED, str(source), media_type]
    return subprocess.run(command, cwd=BASE, capture_output=True, text=True, check=False)


def test_the_conversion_of_a_page_opens_no_file():
    done = watch(BASE / "tests/cases/html-jsonld/source.html", "text/html")
    letters, reached = done.stdout.split(maxsplit=1)
    assert (int(letters) > 500, reached.strip()) == (True, "[]"), done.stderr


def test_the_conversion_of_a_dump_opens_no_file():
    done = watch(BASE / "tests/cases/dump-en-joined/source.txt", "text/plain")
    letters, reached = done.stdout.split(maxsplit=1)
    assert (int(letters) > 500, reached.strip()) == (True, "[]"), done.stderr
