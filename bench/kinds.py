"""Count which pages are taken for articles: development pages kept, and generated pages of every kind told apart.

Usage: bench/kinds.py [DATADIR] [--each N] [--seed N] [--verbose]. Exit code 1 where a rate is under its goal.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from hashlib import sha256
from pathlib import Path

BASE = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(BASE / "tests"), str(BASE / "scripts"), str(BASE / "plugins")]

from newsarchive import captures, pipeline  # noqa: E402
from newsarchive.models import Conversion, RawPage  # noqa: E402
from newsarchive.rules import rules  # noqa: E402
from support.kinds import generate  # noqa: E402

KEPT, PUBLISHED = 0.98, 0.02
"""Goals: share of articles that must be published at the least, and of other pages at the most."""
FORMS = {
    "html": {},
    "dump by node": {"by_node": True},
    "dump by block": {"by_node": False},
    "dump by block, no title": {"by_node": False, "titled": False},
}
"""How the generated pages are captured; of those without their title none of the goals is asked."""
SETS = ("news_dev", "articles_dev", "textdump_a_dev", "textdump_b_dev")
KNOWN = rules.load(BASE / "scripts" / "rules")


def is_published(c: Conversion) -> bool:
    """Tell whether a capture becomes an article without a person."""
    return c.kind == "article" and not c.held


def generated(form: str, each: int, seed: int, *, verbose: bool = False) -> tuple[Counter[str], Counter[str]]:
    """Return how many pages of each layout there are, and how many of them are judged wrongly, in one form."""
    total: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for page in generate.pages(each, seed):
        text = page.html if form == "html" else generate.dump(page.html, **FORMS[form])
        payload = text.encode()
        kind = "text/html" if form == "html" else "text/plain"
        c = pipeline.convert(RawPage(page.name, payload, kind, sha256(payload).hexdigest()), KNOWN)
        layout = ("article: " if page.is_article else "other: ") + page.layout
        total[layout] += 1
        if is_published(c) != page.is_article:
            wrong[layout] += 1
            if verbose:
                print(f"  {page.name} ({form}): {c.kind}: {c.held}")
    return total, wrong


def rate(total: Counter[str], wrong: Counter[str], group: str) -> float:
    """Return the share of a group's pages that are judged wrongly."""
    names = [name for name in total if name.startswith(group)]
    return sum(wrong[name] for name in names) / sum(total[name] for name in names)


def developed(folder: Path, *, verbose: bool = False) -> tuple[int, int]:
    """Return how many pages a set of articles has, and how many are not published."""
    pages = held = 0
    for name in captures.discover(folder):
        for page in captures.read(folder, name):
            c = pipeline.convert(page, KNOWN) if isinstance(page, RawPage) else None
            pages, held = pages + 1, held + (c is None or not is_published(c))
            if verbose and c and not is_published(c):
                print(f"  {name}: {c.kind}: {c.held}")
    return pages, held


def main() -> int:
    """Print the rates and compare those of pages with the goals."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("data", nargs="?", type=Path)
    parser.add_argument("--each", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--verbose", action="store_true")
    args = parser.parse_args()
    good = True
    for form in FORMS:
        total, wrong = generated(form, args.each, args.seed, verbose=args.verbose)
        lost, let = rate(total, wrong, "article"), rate(total, wrong, "other")
        good &= form.endswith("no title") or (1 - lost >= KEPT and let <= PUBLISHED)
        worst = ", ".join(f"{name} {count}/{total[name]}" for name, count in wrong.most_common(6))
        print(f"generated, {form}: {1 - lost:.1%} of articles kept, {let:.1%} of the others published ({worst})")
    for name in SETS if args.data else ():
        if (args.data / name).is_dir():
            pages, held = developed(args.data / name / "pages", verbose=args.verbose)
            good &= 1 - held / pages >= KEPT
            print(f"{name}: {1 - held / pages:.1%} of {pages} articles kept")
    if not args.data:
        print("development sets: skipped, because no DATADIR is given")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
