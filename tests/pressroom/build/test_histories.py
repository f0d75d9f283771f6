"""Whatever happened before, a build gives the same bytes as a full build of the same content."""

import math
import os
import shutil
import tempfile
import time
import warnings
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from pressroom.publish import manifest
from support import sites

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
STEP = st.tuples(
    st.lists(CHANGE, min_size=1, max_size=4), st.one_of(st.none(), st.none(), st.integers(1, 60), st.integers(1, 300))
)
SEQUENCE = st.tuples(st.dictionaries(FILE, CHOICE, min_size=6, max_size=14), st.lists(STEP, min_size=1, max_size=4))
SOAK = int(os.environ.get("SEQUENCES", "0"))
PARTS = 4
"""Tests that share the histories, so that each processor has some."""
FEW, MANY = 5, (SOAK or 240) // PARTS
"""Histories of a part."""
BUDGET = 80
"""Seconds of a part of many after which a slow machine lets the rest be; `make soak` goes through all."""
PHASES = [phase for phase in Phase if phase != Phase.shrink or "SHRINK" in os.environ]
"""To look for the smallest history that fails takes minutes: SHRINK=1 does it."""


def named(changes):
    """Return the files that a watching program would name, None where other things changed too."""
    only_files = all(what in ("write", "edit", "rename", "delete") for what, *_ in changes)
    return tuple(name for _, *more in changes for name in more if isinstance(name, str)) if only_files else None


def change(site, what, *more):
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
    elif what == "forget" and site.listed and manifest.read_size(site.folder / "out"):
        shutil.rmtree(site.folder / "cache", ignore_errors=True)
        site.known = False
    elif what == "strip" and site.known:  # else nothing is left that tells which files are a build's
        (site.folder / "out" / manifest.NAME).unlink(missing_ok=True)
        site.listed = False
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
    skipped = {"RELATIVE_URLS", "THEME"}
    ours = all(not skipped & set(sites.SETTINGS[number]) for number in site.tried)
    if ours and (out / "index.html").exists():
        assert broken_links(out) == []


@pytest.mark.parametrize("part", range(2))
def test_a_few_sequences_of_changes_give_the_bytes_of_a_full_build(part):
    go_through(FEW, PARTS + part)


@pytest.mark.history
@pytest.mark.parametrize("part", range(PARTS))
def test_any_sequence_of_changes_gives_the_bytes_of_a_full_build(part):
    go_through(MANY, part, None if SOAK else BUDGET)


def go_through(count, part, budget=None):
    """Hold random histories to full builds: `count`, or as many as the budget allows; a part has the same each time, but in a soak."""
    begun, done = time.monotonic(), 0

    @settings(
        max_examples=count,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=not SOAK,
        phases=PHASES,
        report_multiple_bugs=False,
    )
    @given(SEQUENCE)
    def histories(sequence):
        nonlocal begun, done
        if budget is None or time.monotonic() < begun + budget:
            try:
                assert_as_full(*sequence)
            except BaseException:
                begun = math.inf  # it is gone through again, and told
                raise
            done += 1

    (histories if SOAK else seed(part)(histories))()
    if done < count:
        warnings.warn(f"this machine went through {done} of {count} histories in {budget} s", stacklevel=1)


def assert_as_full(first, steps):
    """Build a site along its history; check that at its end it has the bytes of a full build, and at each step no loose end."""
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
            site.build(changed=None if unfinished else named(changes))
            assert_whole(site)
            sites.assert_checked(out)
            after, now = sites.hashes(out), sites.stats(out)
            same = (path for path in now if before.get(path) == after[path])
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


def site_of(tmp_path, *names):
    site = sites.Site(tmp_path / "site")
    for number, name in enumerate(names):
        site.write(name, {"Title": number, "Tags": 3, "Source": 1})
    site.build()
    return site


@pytest.mark.parametrize("body", [4, 5, 7])
def test_a_page_shows_the_size_of_another_image_under_the_same_name_whatever_that_is(tmp_path, body):
    site = site_of(tmp_path)
    for name in ("images/o.png", "o.txt"):
        site.write(name, {"Title": 0})
    site.write("a.md", {"Body": body})
    site.build()
    for name in ("images/o.png", "o.txt"):
        site.write(name, {"Title": 5})
    site.build()
    found = sites.hashes(site.folder / "out")
    assert 'width="5" height="5"' in (site.folder / "out/2024/06/20/ferry/index.html").read_text()
    assert found == site.fresh(0)


def test_lists_show_an_article_as_it_is_where_a_static_file_stands_in_its_place(tmp_path):
    site = site_of(tmp_path, "a.md", "b.md")
    at_the_image = {"Title": 0, "Save_as": sites.OVERRIDES.index("images/o.png")}
    changes = [
        lambda: site.write("a.md", at_the_image),
        lambda: site.write("images/o.png", {"Title": 1}),
        lambda: site.write("a.md", {**at_the_image, "Title": 2, "Source": 1}),
        lambda: site.edit_template("_card.html"),
        lambda: setattr(site, "settings", 9),
        lambda: site.write("0.md", {"Title": 3}),  # the first by path: a full build gives it the number of another
        lambda: setattr(site, "settings", 1),
        lambda: site.delete("images/o.png"),
    ]
    for turn, one in enumerate(changes):
        one()
        site.build()
        assert sites.hashes(site.folder / "out") == site.fresh(0), turn


def test_a_build_that_was_killed_when_all_was_moved_is_finished_by_the_next(tmp_path):
    site = site_of(tmp_path, "a.md", "b.md")
    site.clock = 90_000  # by it all files are old, and none could have changed unseen
    site.build()
    site.write("a.md", {"Title": 1, "Status": sites.STATUSES.index("odd")})
    assert site.killed(2, [(sites.shutil, "rmtree")])  # the first is of a build before
    report = site.build()
    assert not (site.folder / "out" / manifest.STAGING).exists()
    assert [what for _, _, what, _ in report["findings"]] == ['Status is "odd"']
    assert sites.hashes(site.folder / "out") == site.fresh(0)


def test_pages_of_a_lost_state_go_away_and_what_no_build_made_stays(tmp_path):
    site = site_of(tmp_path, "a.md", "b.md", "h.md")
    out = site.folder / "out"
    mine = {"CNAME": "x", "tag/mine.html": "x", "2024/06/20/whale/note.txt": "x", ".well-known/a": "x"}
    for name, text in mine.items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_text(text)
    overwritten = out / "2024/06/20/ferry/index.html"
    overwritten.write_text("a page of one's own in the place of ours")
    site.delete("a.md")
    site.delete("b.md")
    shutil.rmtree(site.folder / "cache")
    site.build()
    assert not (out / "2024/06/20/whale/index.html").exists()
    assert overwritten.exists()
    assert {name: (out / name).read_text() for name in mine} == mine
    for name in (*mine, "2024/06/20/ferry/index.html"):
        (out / name).unlink()
    assert sites.hashes(out) == site.fresh(0)


@pytest.mark.parametrize("lost", ["index.html", "2024/06/20/ferry/index.html", "robots.txt", "search/index.html"])
def test_what_was_taken_out_of_the_output_comes_back_with_the_list_of_files(tmp_path, lost):
    site = site_of(tmp_path, "a.md")
    site.settings = next(number for number, found in enumerate(sites.SETTINGS) if "PRESSROOM_SEARCH" in found)
    site.build()
    before = sites.hashes(site.folder / "out")
    (site.folder / "out" / lost).unlink()
    (site.folder / "out" / manifest.NAME).unlink()
    site.build()
    assert sites.hashes(site.folder / "out") == before


@pytest.mark.parametrize("lost", ["index.html", "2024", "tag", "theme"])
def test_what_is_missing_at_the_top_of_the_output_comes_back(tmp_path, lost):
    site = site_of(tmp_path, "a.md", "d.md")
    out = site.folder / "out"
    before = sites.hashes(out)
    shutil.rmtree(out / lost) if (out / lost).is_dir() else (out / lost).unlink()
    site.build()
    assert sites.hashes(out) == before


def test_settings_in_turn_over_one_output_folder_each_give_their_own_site(tmp_path):
    site = site_of(tmp_path, "a.md", "b.md")
    (site.folder / "one").mkdir()
    found = {}
    for turn in (1, 2, 1, 2):
        site.settings = turn
        site.build(cache=f"cache-{turn}")
        assert found.setdefault(turn, sites.hashes(site.folder / "out")) == sites.hashes(site.folder / "out")
    site.delete("b.md")
    for turn in (1, 2):
        site.settings = turn
        site.build(cache=f"cache-{turn}")
        assert sites.hashes(site.folder / "out") == site.fresh(turn)


def test_a_folder_of_somebody_else_where_a_page_belongs_is_named_and_left(tmp_path, capfd):
    site = site_of(tmp_path, "a.md")
    page = site.folder / "out/2024/06/20/whale/index.html"
    page.mkdir(parents=True)
    (page / "mine.txt").write_text("x")
    site.write("b.md", {"Title": 1})
    with pytest.raises(AssertionError):
        site.build()
    assert "a folder that no build made stands where a page belongs. Move it away." in capfd.readouterr().err
    assert (page / "mine.txt").read_text() == "x"
    shutil.rmtree(page)
    site.build()
    assert sites.hashes(site.folder / "out") == site.fresh(0)
