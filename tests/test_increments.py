"""Whatever happened before, a build gives the same bytes as a full build of the same content."""

import os
import tempfile
from pathlib import Path

import sites
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pressroom import made

NUMBER = st.integers(0, 40)
FILE = st.sampled_from(sites.NAMES)
CHOICE = st.fixed_dictionaries(
    {},
    optional={key: st.integers(0, len(options) - 1) for key, options in sites.FIELDS}
    | {"Body": st.integers(0, len(sites.BODIES) - 1)},
)
CHANGE = st.one_of(
    st.tuples(st.just("write"), FILE, CHOICE), st.tuples(st.just("write"), FILE, CHOICE),
    st.tuples(st.just("edit"), FILE, CHOICE), st.tuples(st.just("edit"), FILE, CHOICE),
    st.tuples(st.just("rename"), FILE, FILE), st.tuples(st.just("delete"), FILE),
    st.tuples(st.just("touch"), FILE, st.sampled_from([1, 1_700_000_000, 4_000_000_000])),
    st.tuples(st.just("settings"), st.integers(0, len(sites.SETTINGS) - 1)),
    st.tuples(st.just("template"), st.sampled_from(sites.TEMPLATES)),
    st.tuples(st.just("clean"),), st.tuples(st.just("forget"),), st.tuples(st.just("strip"),),
    st.tuples(st.just("clock"), st.sampled_from([-90_000, -1, 0, 5, 90_000])),
)  # fmt: skip
STEP = st.tuples(st.lists(CHANGE, min_size=1, max_size=4), st.one_of(st.none(), st.none(), st.integers(1, 60)))
SEQUENCE = st.tuples(st.dictionaries(FILE, CHOICE, min_size=6, max_size=14), st.lists(STEP, min_size=1, max_size=4))
EXAMPLES = int(os.environ.get("SEQUENCES", "0")) or 200


def change(site, what, *more):
    import shutil

    if what == "edit":
        name, choice = more
        if name in site.files:
            site.write(name, {**site.files[name], **choice})
    elif what == "settings":
        site.settings = more[0]
    elif what == "clean":
        for path in (site.folder / "out").iterdir():
            if path.name != "CNAME":
                shutil.rmtree(path) if path.is_dir() else path.unlink()
    elif what == "forget" and made.size(site.folder / "out"):
        shutil.rmtree(site.folder / "cache", ignore_errors=True)
    elif what == "strip" and (site.folder / "cache").exists():
        (site.folder / "out" / made.NAME).unlink(missing_ok=True)
    elif what == "clock":
        site.clock = more[0]
    elif what == "template":
        site.edit_template(more[0])
    elif what in ("write", "rename", "delete", "touch"):
        getattr(site, what)(*more)


def broken_links(out):
    """Return links from pages that a reader can reach to files that are not there."""
    import re
    from html import unescape
    from urllib.parse import unquote, urlsplit

    waiting, seen, broken = [out / "index.html"], set(), []
    while waiting:
        page = waiting.pop()
        if page in seen:
            continue
        seen.add(page)
        for link in re.findall(r'<(?:a|link) [^>]*href="([^"]*)"', page.read_text(encoding="utf-8")):
            address = urlsplit(unescape(link))
            if address.scheme or address.netloc or not address.path or "{" in address.path:
                continue
            target = (page.parent / unquote(address.path)).resolve()
            if not target.is_file():
                broken.append(f"{page.relative_to(out)} -> {link}")
            elif target.suffix == ".html":
                waiting.append(target)
    return broken


def assert_whole(site):
    """Check that no page links to one that is not there, also in what a killed build left."""
    out = site.folder / "out"
    ours = all(not {"RELATIVE_URLS", "THEME"} & set(sites.SETTINGS[number]) for number in site.tried)
    if ours and (out / "index.html").exists():
        assert broken_links(out) == []


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize="SEQUENCES" not in os.environ,
    phases=[phase for phase in Phase if phase != Phase.shrink or "SEQUENCES" not in os.environ],
    report_multiple_bugs=False,
)
@given(SEQUENCE)
def test_any_sequence_of_changes_gives_the_bytes_of_a_full_build(sequence):
    first, steps = sequence
    with tempfile.TemporaryDirectory() as folder:
        site = sites.Site(Path(folder) / "site")
        out = site.folder / "out"
        for name, choice in first.items():
            site.write(name, choice)
        site.build()
        (out / "CNAME").write_text("archive.example\n")
        unfinished = False
        for changes, kill in steps:
            for one in changes:
                change(site, *one)
            before, times = sites.hashes(out), sites.stats(out)
            if kill is not None and (unfinished := site.killed(kill)):
                assert_whole(site)
                continue
            site.build()
            assert_whole(site)
            after, now = sites.hashes(out), sites.stats(out)
            same = (path for path, hashed in after.items() if before.get(path) == hashed)
            assert unfinished or [path for path in same if times[path] != now[path]] == []
            unfinished = False
        report = site.build()
        assert (out / "CNAME").read_text() == "archive.example\n"
        (out / "CNAME").unlink()
        found = sites.hashes(out)
        assert found == site.fresh(0)
        again = site.build()
        assert again["findings"] == report["findings"]
        assert sites.hashes(out) == found
