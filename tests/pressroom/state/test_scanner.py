"""What changed in the content is found folder by folder, and nothing is overlooked."""

import os
import shutil
import sys
import time

import pytest
from pressroom import driver
from pressroom.build import freshness
from pressroom.state import database, scanner
from support import sites

LONG_AGO = time.time_ns() - 10**12


def tree(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)


def keys(found):
    return {folder.key: folder.files and [name for name, *_ in folder.files] for folder in found}


def test_folders_whose_digest_still_holds_come_without_files(tmp_path):
    tree(tmp_path, "a.md", "2024/06/b.md", "2024/06/c.md", "2024/07/d.md", ".hidden/e.md", "2024/.f")
    first = [*scanner.walk_folders(tmp_path)]
    assert keys(first) == {"": ["a.md"], "2024/": [], "2024/06/": ["b.md", "c.md"], "2024/07/": ["d.md"]}
    known = {folder.key: folder.digest for folder in first}
    assert set(keys(scanner.walk_folders(tmp_path, known)).values()) == {None}
    (tmp_path / "2024/06/c.md").write_text("otherwise")
    assert keys(scanner.walk_folders(tmp_path, known)) == {
        "": None,
        "2024/": None,
        "2024/06/": ["b.md", "c.md"],
        "2024/07/": None,
    }


@pytest.mark.parametrize("act", [
    lambda path: path.write_text("longer text"), lambda path: os.utime(path, (1, 1)),
    lambda path: path.rename(path.with_name("z.md")), lambda path: path.unlink(),
    lambda path: shutil.copy2(path, path.with_name("z.md")), lambda path: (path.unlink(), path.mkdir()),
], ids=["text", "time", "name", "deleted", "copied", "folder"])  # fmt: skip
def test_every_change_gives_another_digest(tmp_path, act):
    tree(tmp_path, "2024/a.md", "2024/b.md")
    before, _ = scanner.hash_tree(tmp_path)
    act(tmp_path / "2024/a.md")
    assert scanner.hash_tree(tmp_path)[0] != before


def test_links_are_followed_and_loops_are_not(tmp_path):
    tree(tmp_path, "in/a.md", "out/b.md")
    (tmp_path / "in/loop").symlink_to(tmp_path / "in")
    (tmp_path / "in/other").symlink_to(tmp_path / "out")
    (tmp_path / "in/nowhere").symlink_to(tmp_path / "nothing")
    assert [name for name, _ in scanner.list_tree(tmp_path / "in")] == [
        "a.md",
        "loop/a.md",
        "loop/other/b.md",
        "other/b.md",
    ]


def test_a_name_that_is_no_text_is_no_obstacle(tmp_path):
    (tmp_path / os.fsdecode(b"caf\xe9.md")).write_text("x")
    assert scanner.hash_tree(tmp_path) == scanner.hash_tree(tmp_path)


# --- in a build -----------------------------------------------------------------------------------------------------


@pytest.fixture
def site(tmp_path, monkeypatch):
    monkeypatch.setattr(sites, "SETTINGS", ({"STATIC_PATHS": ["images", ".htaccess", ".well-known", "2024/.own"]},))
    one = sites.Site(tmp_path / "site")
    for number, name in enumerate(("2024/a.md", "2024/b.md", "2023/c.md", "d.md")):
        one.write(name, {"Title": number, "Slug": number})
    tree(one.content, ".htaccess", ".well-known/x.txt", ".well-known/deep/y.txt", "2024/.own", ".other/z.txt")
    aged(one)
    one.build()
    return one


def aged(site):
    """Let what was written be older than the next build, as a person's files are."""
    for path in site.content.rglob("*"):
        if path.is_file() and path.stat().st_mtime_ns > LONG_AGO:
            os.utime(path, ns=(LONG_AGO, LONG_AGO))
    time.sleep(2 * scanner.UNSURE / 10**9)


def looked(site):
    """Return what a build would know before Pelican is there."""
    found = {}

    def unchanged(one):
        found["report"], found["look"] = real(one)
        return found["report"], found["look"]

    real, driver.check_unchanged = driver.check_unchanged, unchanged
    try:
        site.build()
    finally:
        driver.check_unchanged = real
    return found["report"], found["look"]


def test_a_build_looks_only_into_folders_that_changed(site, monkeypatch):
    report, look = looked(site)
    assert report is not None
    assert look is None
    (site.content / "2024/a.md").write_text("Title: New\nDate: 2024-06-20\n\nText.\n")
    read = []
    real = scanner.hash_file
    monkeypatch.setattr(scanner, "hash_file", lambda path: read.append(os.path.basename(path)) or real(path))
    report, look = looked(site)
    assert report is None
    assert [key for key, names in keys(look.folders).items() if names is not None] == ["2024/"]
    assert not {"b.md", "c.md"} & {*read}
    assert sites.hashes(site.folder / "out") == site.fresh(0)


@pytest.mark.parametrize("act", [
    lambda content: (content / ".htaccess").unlink(), lambda content: (content / ".htaccess").write_text("Deny"),
    lambda content: (content / ".well-known/deep/y.txt").write_text("new"), lambda content: (content / "2024/.own").unlink(),
    lambda content: shutil.rmtree(content / ".well-known"), lambda content: shutil.rmtree(content / "2024"),
    lambda content: (content / "2023").rename(content / "2022"), lambda content: tree(content, "2024/.own2", ".well-known/new.txt"),
    lambda content: (shutil.rmtree(content / "2023"), tree(content, "2023")),
    lambda content: ((content / ".htaccess").unlink(), tree(content, ".htaccess/in.txt")),
    lambda content: tree(content, "images/x.txt", ".other/more.txt"), lambda content: (content / "d.md").unlink(),
], ids=["alone-deleted", "alone-text", "in-hidden", "hidden-alone", "hidden-folder", "folder", "moved", "more-hidden", "file-for-folder",
        "folder-for-file", "static", "at-the-root"])  # fmt: skip
def test_changes_of_hidden_files_and_whole_folders_are_found(site, act):
    act(site.content)
    site.build()
    found = sites.hashes(site.folder / "out")
    assert found == site.fresh(0)
    site.build()
    assert sites.hashes(site.folder / "out") == found


def test_what_changed_right_before_a_build_is_looked_at_again_by_the_next(site):
    for path in (p for p in site.content.rglob("*") if p.is_file()):
        os.utime(path)
    site.build()
    (site.content / ".htaccess").unlink()
    shutil.rmtree(site.content / "2024")
    (site.content / "d.md").write_text("Title: New\nDate: 2024-06-20\n\nText.\n")
    site.build()
    assert sites.hashes(site.folder / "out") == site.fresh(0)


def test_a_look_from_before_another_build_is_not_trusted(site):
    (site.content / "2024/a.md").write_text("Title: New\nDate: 2024-06-20\n\nText.\n")
    found = {}
    real = driver.render_site

    def render(one):
        if not found:  # another build comes between
            found["look"] = one.look
            tree(site.content, "2024/later.md")
            site.build()
        return real(one)

    driver.render_site = render
    try:
        site.build()
    finally:
        driver.render_site = real
    assert found["look"] is not None
    assert sites.hashes(site.folder / "out") == site.fresh(0)


def test_what_changed_while_it_was_looked_at_is_looked_at_again(site):
    path = site.content / "2024/a.md"
    path.write_text("Title: Now\nDate: 2024-06-20\n\nText.\n")
    site.clock = -1  # by the builder's clock the file is of the future
    site.build()
    db = database.connect(next((site.folder / "cache").glob("pressroom-*.sqlite")))
    assert freshness.read_digests(db)["2024/"] == ""
    assert all(digest for key, digest in freshness.read_digests(db).items() if key != "2024/")
    db.close()
    aged(site)
    site.clock = 0
    report, _ = looked(site)
    assert report is None
    assert looked(site)[0] is not None


def test_the_look_costs_no_pelican(tmp_path):
    code = "import sys; sys.path[:0] = sys.argv[1:]; from pressroom.state import scanner as scan, database as state; assert 'pelican' not in sys.modules"
    assert not os.spawnv(os.P_WAIT, sys.executable, [sys.executable, "-c", code, str(sites.BASE / "plugins")])
