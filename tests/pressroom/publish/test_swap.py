"""A published site is swapped in whole: readers see the old one or the new one, and what is the user's stays."""

import ctypes
import json
import os
import shutil
import subprocess
import sys

import pytest
from pressroom import driver
from pressroom.build.job import Job
from support.paths import BASE
from support.sites import counted, hashes, stats

COMMAND = (sys.executable, str(BASE / "scripts/build.py"))


class Archive:
    def __init__(self, folder):
        self.folder, self.out, self.cache = folder, folder / "out", folder / "cache"
        self.title = "One"
        for number in range(3):
            self.write(f"{number}.md")

    def write(self, name, text="Text.", title=""):
        (self.folder / "content").mkdir(exist_ok=True)
        header = f"Title: {title or name[:-3]}\nDate: 2024-06-20\nSlug: {name[:-3]}\n"
        (self.folder / "content" / name).write_text(f"{header}\n{text}\n")

    def site(self, whole, **settings):
        values = {"PRESSROOM_SEARCH": False, "SITENAME": self.title, **settings}
        options = ("-e", *(f"{key}={json.dumps(value)}" for key, value in values.items()))
        conf = BASE / ("publishconf.py" if whole else "pelicanconf.py")
        return Job(self.folder / "content", self.out, self.cache, conf, options, jobs=1, whole=whole)

    def publish(self, **settings):
        site = self.site(True, SITEURL="https://archive.example", **settings)
        report, look = driver.check_unchanged(site)
        if report is not None:
            return {**report, "written": 0}
        code, report = driver.render_site(site._replace(look=look))
        return report if code == 0 else code

    def html(self):
        site = self.site(False)
        report, look = driver.check_unchanged(site)
        if report is None:
            code, report = driver.render_site(site._replace(look=look))
            assert code == 0
        return report

    def is_published(self):
        return "https://archive.example" in (self.out / "2024/06/20/0/index.html").read_text()


@pytest.fixture
def archive(tmp_path):
    return Archive(tmp_path)


def test_publish_wants_an_address(archive):
    arguments = ["--content", archive.folder / "content", "--output", archive.out, "--cache", archive.cache, "--publish",
                 "--settings", BASE / "publishconf.py"]  # fmt: skip
    done = subprocess.run([*COMMAND, *map(str, arguments)], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "publishconf.py: SITEURL is ''. Write there" in done.stderr
    assert not archive.out.exists()


def test_a_published_site_has_the_bytes_of_one_that_is_built_in_place(archive, tmp_path):
    archive.publish()
    site = archive.site(False, SITEURL="https://archive.example")
    in_place = Job(site.content, tmp_path / "other", tmp_path / "cache2", site.settings, site.options, jobs=1)
    assert driver.render_site(in_place)[0] == 0
    assert hashes(archive.out) == hashes(tmp_path / "other")


def test_what_did_not_change_keeps_its_time_and_its_file(archive):
    archive.publish()
    before, times = hashes(archive.out), stats(archive.out)
    archive.write("3.md")
    report = archive.publish()
    after, now = hashes(archive.out), stats(archive.out)
    same = [path for path in before if before[path] == after.get(path)]
    assert [path for path in same if times[path] != now[path]] == []
    assert 0 < report["written"] < len(after)
    assert archive.publish()["written"] == 0


def test_after_a_lost_cache_too(archive):
    archive.publish()
    times = stats(archive.out)
    shutil.rmtree(archive.cache)
    archive.publish()
    assert stats(archive.out) == times


def test_what_the_user_put_there_stays(archive):
    archive.publish()
    for name in (".git/config", ".git/objects/x", ".nojekyll", "CNAME", ".well-known/acme-challenge/token", "2024/06/notes.txt",
                 "files/a/b.zip", "2024/06/20/0/index.html.gz"):  # fmt: skip
        (archive.out / name).parent.mkdir(parents=True, exist_ok=True)
        (archive.out / name).write_text(name)
    os.symlink("../elsewhere", archive.out / "link")
    for change in (lambda: archive.write("4.md"), lambda: (archive.folder / "content/4.md").unlink()):
        change()
        archive.publish()
        for name in (".git/config", ".git/objects/x", ".nojekyll", "CNAME", ".well-known/acme-challenge/token",
                     "2024/06/notes.txt", "files/a/b.zip", "2024/06/20/0/index.html.gz"):  # fmt: skip
            assert (archive.out / name).read_text() == name
        assert os.readlink(archive.out / "link") == "../elsewhere"
    archive.html()
    archive.publish()
    assert (archive.out / ".git/objects/x").is_file()
    assert (archive.out / "CNAME").read_text() == "CNAME"
    assert not (archive.out / "2024/06/20/4").exists()
    assert sorted(path.name for path in archive.folder.iterdir()) == ["cache", "content", "out"]


def test_a_build_that_fails_leaves_the_site_as_it_was(archive, tmp_path):
    archive.publish()
    before, times = hashes(archive.out), stats(archive.out)
    theme = tmp_path / "theme"
    shutil.copytree(BASE / "theme", theme)
    (theme / "templates/article.html").write_text("{% if %}")
    archive.write("5.md")
    assert archive.publish(THEME=str(theme)) == 1
    assert hashes(archive.out) == before
    assert stats(archive.out) == times
    archive.publish()
    assert (archive.out / "2024/06/20/5/index.html").is_file()


def test_html_and_publish_in_turn_give_each_its_own_bytes_and_render_nothing_twice(archive):
    archive.html()
    local = hashes(archive.out)
    archive.publish()
    public = hashes(archive.out)
    assert archive.is_published()
    for _ in range(2):
        report = archive.html()
        assert report["written"] == 0
        assert hashes(archive.out) == local
        assert archive.publish()["written"] == 0
        assert hashes(archive.out) == public
    (archive.folder / "content/2.md").unlink()
    archive.html()
    assert not (archive.out / "2024/06/20/2").exists()
    assert not archive.is_published()
    archive.publish()
    assert not (archive.out / "2024/06/20/2").exists()
    assert archive.is_published()


def test_html_after_a_publish_that_was_first(archive):
    archive.publish()
    (archive.folder / "content/2.md").unlink()
    archive.html()
    assert not (archive.out / "2024/06/20/2").exists()
    assert not archive.is_published()


@pytest.mark.kill
@pytest.mark.parametrize("swaps_at_once", [True, False])
def test_killed_at_any_step_it_is_finished_by_the_next(archive, monkeypatch, swaps_at_once):
    archive.publish()
    (archive.out / ".git").mkdir()
    (archive.out / ".git/x").write_text("x")
    (archive.out / "CNAME").write_text("x")
    if not swaps_at_once:
        monkeypatch.setattr(ctypes, "CDLL", lambda name: None)
    steps = 0
    for at in range(1, 40):
        archive.write("9.md", f"Text {at}.")
        child = os.fork()
        if not child:
            left = [at]
            for name in ("replace", "unlink", "link"):
                setattr(os, name, counted(getattr(os, name), left))
            shutil.rmtree = counted(shutil.rmtree, left)
            archive.publish()
            os._exit(0)
        steps += os.WIFSIGNALED(os.waitpid(child, 0)[1])
        if archive.out.exists():
            assert (archive.out / "index.html").is_file()
        archive.publish()
        assert f"Text {at}." in (archive.out / "2024/06/20/9/index.html").read_text()
        assert (archive.out / ".git/x").is_file()
        assert (archive.out / "CNAME").is_file()
    assert steps > 10
    assert sorted(path.name for path in archive.folder.iterdir()) == ["cache", "content", "out"]
