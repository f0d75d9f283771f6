#!/usr/bin/env python3
"""Look for mistakes in a content folder: errors leave a file out of the site, warnings change nothing."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

BASE = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(BASE / "plugins"))


def main() -> int:
    """Print every finding and a line that counts them; 1 when there are errors."""
    from pressroom.content.validate import check_content, list_articles

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("content", nargs="?", type=Path, default=BASE / "content", help="default: content/")
    parser.add_argument("--strict", action="store_true", help="fail on warnings too")
    args = parser.parse_args()
    if not args.content.is_dir():
        print(f"{args.content}: there is no such folder. Name the folder that holds your articles.", file=sys.stderr)
        return 2
    findings = check_content(args.content)
    errors = [finding for finding in findings if finding.level == "error"]
    for finding in findings:
        print(f"{finding.level}: {finding}")
    count = len(list_articles(args.content))
    print(f"{count:,} articles: {len(errors)} errors, {len(findings) - len(errors)} warnings.")
    return 1 if errors or (args.strict and findings) else 0


if __name__ == "__main__":
    sys.exit(main())
