"""Count the pages whose Markdown does not render to the text of the blocks it was written from, and time the writing.

Usage: bench/markup.py DATADIR [--worst N]. Exit code 1 where a page differs.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

BASE = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(BASE / "tests"), str(BASE / "scripts"), str(BASE / "plugins")]

from newsarchive import captures, pipeline  # noqa: E402
from newsarchive.models import Block, RawPage  # noqa: E402
from newsarchive.page import markdown  # noqa: E402
from newsarchive.rules import rules  # noqa: E402
from support.rendered import RENDERERS, said, seen  # noqa: E402

SETS = ("news_dev", "articles_dev")
KNOWN = rules.load(BASE / "scripts" / "rules")


def kept(folder: Path) -> list[tuple[str, list[Block], str]]:
    """Return name, kept blocks and address of every page of a folder."""
    pages = []
    for name in captures.discover(folder):
        for page in captures.read(folder, name):
            if isinstance(page, RawPage):
                c = pipeline.convert(page, KNOWN)
                removed = {(removal.position, removal.path) for removal in c.removals}
                blocks = [block for block in c.blocks if (block.position, block.path) not in removed]
                address = c.article.header.get("Source_url", "") if c.article else ""
                pages.append((name, [block for block in blocks if block.kind != "embed"], address))
    return pages


def report(name: str, pages: list[tuple[str, list[Block], str]], worst: int) -> int:
    """Print how many pages differ for each renderer and what writing a page costs; return the number of pages."""
    start = time.process_time()
    texts = [markdown.write_markdown(blocks, address) for _, blocks, address in pages]
    spent = 1000 * (time.process_time() - start) / max(1, len(pages))
    differing = 0
    for renderer, render in RENDERERS.items():
        wrong = [
            (page, shown, meant)
            for (page, blocks, address), text in zip(pages, texts, strict=True)
            if (shown := seen(render(text))) != (meant := said(blocks, address))
        ]
        differing += len(wrong)
        print(f"{name}: {len(wrong)} of {len(pages)} pages differ in {renderer}")
        for page, shown, meant in wrong[:worst]:
            at = next((n for n, pair in enumerate(zip(shown, meant, strict=False)) if len(set(pair)) > 1), 0)
            print(f"  {page}: shown {shown[max(0, at - 40) : at + 60]!r}, meant {meant[max(0, at - 40) : at + 60]!r}")
    print(f"{name}: {spent:.2f} ms a page to write")
    return differing


def main() -> int:
    """Measure both sets."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("data", type=Path)
    parser.add_argument("--worst", type=int, default=10)
    args = parser.parse_args()
    found = [report(name, kept(args.data / name / "pages"), args.worst) for name in SETS if (args.data / name).is_dir()]
    return 1 if any(found) else 0


if __name__ == "__main__":
    sys.exit(main())
