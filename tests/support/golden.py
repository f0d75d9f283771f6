"""Golden files: what a case or the golden site gives. `make golden` writes them; the tests compare."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tempfile
from datetime import datetime
from pathlib import Path

from support import import_picture
from support.paths import BASE

CASES = BASE / "tests" / "cases"
SITE = BASE / "tests" / "site"
SETTINGS = {"THEME_STATIC_PATHS": []}


def page_of(case: Path):
    """Return the capture of a case."""
    from newsarchive.models import RawPage

    source = next(case.glob("source.*"))
    about = json.loads((case / "page.json").read_text(encoding="utf-8"))
    payload = source.read_bytes()
    media_type = "text/plain" if source.suffix == ".txt" else "text/html"
    captured = datetime.fromisoformat(about["captured"]) if "captured" in about else None
    digest = hashlib.sha256(payload).hexdigest()
    name, charset, url = f"{case.name}{source.suffix}", about.get("charset"), about.get("url")
    return RawPage(name, payload, media_type, digest, charset=charset, url=url, captured=captured)


def case_files(case: Path) -> dict[str, str]:
    """Return the expected files of a case by name."""
    from newsarchive import pipeline
    from newsarchive.archive import frontmatter
    from newsarchive.rules import rules

    c = pipeline.convert(page_of(case), rules.load(BASE / "scripts" / "rules"))
    removed = "".join(f"{r.rule}\t{r.text[:160]}\n" for r in c.removals)
    removed += "".join(f"mended\t{r.before[:80]} -> {r.after[:80]}\n" for r in c.repairs)
    head = "" if c.kind == "article" and not c.held else f"{c.kind}: {c.held}\n\n"
    header = {k: v for k, v in c.article.header.items() if k not in ("Raw", "Raw_sha256", "Cleaner")}
    body = frontmatter.dump(header, c.article.body)
    return {"expected.md": head + body, "removed.txt": removed}


def write_case_files(case: Path) -> None:
    """Write the expected files of a case."""
    for name, text in case_files(case).items():
        (case / name).write_text(text, encoding="utf-8")


def site_files() -> dict[str, str]:
    """Build the golden site; return every text file of it, one after the other, and its search index as a person reads it."""
    from pressroom import driver
    from pressroom.build.job import Job

    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(SITE / "content", Path(folder) / "content")
        out = Path(folder) / "out"
        site = Job(
            Path(folder) / "content",
            out,
            Path(folder) / "cache",
            BASE / "pelicanconf.py",
            siteurl="https://archive.example",
        )
        assert driver.render_site(site)[0] == 0
        names = sorted(p.relative_to(out).as_posix() for p in out.rglob("[!.]*") if p.is_file())
        shown = [
            name
            for name in names
            if not name.startswith("theme/") and not re.match("search/(?!index.html)|checksums/\\d", name)
        ]
        parts = [f"===== {name}\n{(out / name).read_text(encoding='utf-8')}" for name in shown]
        return {"expected.txt": "\n".join(parts), "search.txt": index_text(out)}


def index_text(out: Path) -> str:
    """Return what the search index of a site holds."""
    from pressroom.search import shown
    from pressroom.search.reader import Index
    from pressroom.search.segment import IN_TITLE

    index = Index(lambda path: (out / path).read_bytes())
    lines = [f"{index.articles} articles, {index.first} to {index.last}; dense: {' '.join(index.dense) or '-'}"]
    for part in index.segments:
        entry = {key: value for key, value in part.entry.items() if key not in ("name", "shelves")}
        lines += ["", f"===== {entry}"]
        for number, date in enumerate(part.dates(), part.start):
            lines.append(f"{number} {date or '-'} {' | '.join(part.record(number)[:8])}")
        for name in shown.COLUMNS:
            values, rows = part.column(name)
            lines.append(f"{name}: {values} {rows}")
        for number in range(len(part.entry["t"])):
            for one in part.block(number).entries:
                documents, impacts = part.numbers(number, one), part.impacts(number, one)
                where = part.places(number, one, set(documents)) if one.form not in index.dense else {}
                hits = (
                    f"{document}:{impact & (IN_TITLE - 1)}{'t' if impact & IN_TITLE else ''}@{','.join(map(str, where[document].places)) if where else '-'}"
                    for document, impact in zip(documents, impacts, strict=True)
                )
                lines.append(f"{one.form} [{one.stem}] {' '.join(hits)}")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write every golden file."""
    for case in sorted(path for path in CASES.iterdir() if path.is_dir()):
        write_case_files(case)
    for name, text in site_files().items():
        (SITE / name).write_text(text, encoding="utf-8")
    import_picture.write_imports()


if __name__ == "__main__":
    main()
