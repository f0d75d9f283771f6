"""Cleaning again: only what changes is written, people's files stay, and a killed run ends as one that was not."""

import os
import re
import shutil
import subprocess
import sys

import pytest
import reclean
from newsarchive.archive import frontmatter
from newsarchive.metadata import languages
from support.paths import BASE

STORY = (
    "The lock at Ferrow was opened by hand on Thursday for the first time in forty years, after the motor that turns "
    "the gates burned out during the night.",
    "Six keepers took turns at the iron wheel, which had been painted shut and had to be freed with a blowlamp and a "
    "good deal of patience below the weir.",
)


def page(number, *, host="canal.example", date="2024-06-20"):
    title = f"Lock number {number} was opened by hand"
    return f"""<html lang="en"><head><title>{title}</title><meta property="og:site_name" content="Canal News">
<link rel="canonical" href="https://{host}/2024/{number}"><meta property="article:published_time" content="{date}">
</head><body><article><h1>{title}</h1><p class="writer">Ida Trent</p><p class="promo">Canal club number {number} meets every
week in the old pump house by the second bridge, and everybody who likes tea, water and long walks is welcome there.</p>
<p>{STORY[0]} It was gate {number}.</p><p>{STORY[1]} Gate {number} held.</p></article></body></html>"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "raw/canal").mkdir(parents=True)
    (tmp_path / "rules").mkdir()
    for number in range(3):
        (tmp_path / f"raw/canal/{number}.html").write_text(page(number))
    assert command(tmp_path, "ingest").returncode == 0
    return tmp_path


def arguments(folder, script, *more):
    named = ("content", "reports", "cache", "rules")
    folders = [word for name in named for word in (f"--{name}", str(folder / name))]
    return [str(BASE / f"scripts/{script}.py"), str(folder / "raw"), *folders, "--jobs", "1", *more]


def command(folder, script, *more):
    done = subprocess.run([sys.executable, *arguments(folder, script, *more)], capture_output=True, text=True)
    assert "Traceback" not in done.stderr, done.stderr
    return done


def tree(folder, *, only="content"):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted((folder / only).rglob("*")) if p.is_file()}


def articles(folder):
    return sorted((folder / "content").rglob("*.md"))


def rule(folder, text='strip = ["p.promo"]\n', host="canal.example"):
    (folder / f"rules/{host}.toml").write_text(text)


def test_an_unchanged_archive_keeps_its_bytes_and_times(folder):
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in articles(folder)}
    done = command(folder, "reclean")
    assert "3 captures cleaned again, 0 articles changed" in done.stdout
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in articles(folder)} == before


@pytest.mark.slow
def test_a_rule_changes_only_the_articles_it_meets(folder):
    (folder / "raw/canal/other.html").write_text(page(7, host="other.example"))
    command(folder, "ingest")
    before = tree(folder)
    assert all("Canal club" in path.read_text() for path in articles(folder))
    rule(folder)
    assert "0 articles written" in command(folder, "ingest").stdout
    assert tree(folder) == before
    assert "4 captures cleaned again, 3 articles changed" in command(folder, "reclean").stdout
    assert sum("Canal club" in path.read_text() for path in articles(folder)) == 1
    assert "0 articles changed" in command(folder, "reclean").stdout
    assert "0 cleaned" in command(folder, "ingest").stdout


@pytest.mark.slow
def test_a_new_version_of_the_cleaner_alone_rewrites_nothing(folder):
    for path in articles(folder):
        header, body = frontmatter.load(path.read_text())
        path.write_text(frontmatter.dump({**header, "Cleaner": "0.9"}, body))
    before = [path.read_bytes() for path in articles(folder)]
    assert "0 articles written" in command(folder, "ingest").stdout
    assert "0 articles changed" in command(folder, "reclean").stdout
    assert [path.read_bytes() for path in articles(folder)] == before
    assert all(b"Cleaner: 0.9" in text for text in before)


def test_a_dry_run_shows_the_difference_and_writes_nothing(folder):
    rule(folder)
    before = tree(folder, only=".")
    done = command(folder, "reclean", "--dry-run")
    assert "3 articles would change" in done.stdout
    assert "-Canal club number 0 meets every week" in done.stdout
    assert tree(folder, only=".") == before


@pytest.mark.slow
def test_an_edited_file_is_kept_and_its_difference_is_listed(folder):
    mine = articles(folder)[0]
    mine.write_text(mine.read_text().replace("forty years", "41 years"))
    rule(folder)
    done = command(folder, "reclean")
    assert "41 years" in mine.read_text()
    assert "Canal club" in mine.read_text()
    assert "kept as you edited it; the cleaner would write" in done.stdout
    assert "1 edited file is kept that would read otherwise" in done.stdout
    assert re.search(r"^-The lock .* 41 years", done.stdout, re.MULTILINE)
    assert re.search(r"^\+The lock .* forty years", done.stdout, re.MULTILINE)
    index = (folder / "reports/index.html").read_text()
    assert "the cleaner would write" in index
    report = next(
        p.read_text() for p in (folder / "reports/pages").rglob("*.html") if "What the cleaner would" in p.read_text()
    )
    assert "41 years" in report
    assert "<ins>+" in report
    command(folder, "ingest")
    assert "the cleaner would write" in (folder / "reports/index.html").read_text()


@pytest.mark.slow
def test_an_article_whose_capture_would_be_held_stays_until_a_person_says_so(folder):
    before = [path.read_bytes() for path in articles(folder)]
    rule(folder, 'strip = ["article p"]\n')
    done = command(folder, "reclean")
    assert "3 articles are kept though the cleaner would hold their captures" in done.stdout
    assert [path.read_bytes() for path in articles(folder)] == before
    assert "its article stays" in (folder / "reports/index.html").read_text()
    assert done.returncode == 0
    assert command(folder, "ingest").returncode == 0
    assert [path.read_bytes() for path in articles(folder)] == before
    done = command(folder, "reclean", "--yes")
    assert "taken away: 2024/06/" in done.stdout
    assert articles(folder) == []
    assert "3 held" in command(folder, "ingest").stdout
    assert not (folder / "content/.rejected").exists()


def test_what_was_deleted_by_hand_stays_deleted(folder):
    articles(folder)[0].unlink()
    rule(folder)
    command(folder, "reclean")
    assert len(articles(folder)) == 2
    assert "deleted by hand" in (folder / "reports/index.html").read_text()


@pytest.mark.slow
def test_a_slug_once_given_stays_and_a_new_date_moves_the_file(folder):
    names = [path.name for path in articles(folder)]
    rule(folder, '[fields]\ntitle = "p.writer"\ndate = "time.when"\n')
    for number in range(3):
        text = page(number).replace("<h1>", '<p><time class="when" datetime="2021-05-03">3 May 2021</time></p><h1>')
        (folder / f"raw/canal/{number}.html").write_text(text)
    command(folder, "reclean")
    assert [path.relative_to(folder / "content").as_posix() for path in articles(folder)] == [
        f"2021/05/{name}" for name in names
    ]
    assert all("Title: Ida Trent" in path.read_text() for path in articles(folder))
    slugs = [name.removesuffix(".md") for name in names]
    assert [aliases(path) for path in articles(folder)] == [f"/2024/06/20/{slug}/" for slug in slugs]
    before = tree(folder)
    command(folder, "reclean")
    assert tree(folder) == before
    for number in range(3):
        text = page(number).replace("<h1>", '<p><time class="when" datetime="2020-01-02">2 January 2020</time></p><h1>')
        (folder / f"raw/canal/{number}.html").write_text(text)
    command(folder, "reclean")
    assert [aliases(path) for path in articles(folder)] == [
        f"/2024/06/20/{slug}/; /2021/05/03/{slug}/" for slug in slugs
    ]
    for number in range(3):
        (folder / f"raw/canal/{number}.html").write_text(page(number))
    rule(folder, "[fields]\n")
    command(folder, "reclean")
    assert [aliases(path) for path in articles(folder)] == [
        f"/2021/05/03/{slug}/; /2020/01/02/{slug}/" for slug in slugs
    ]


def aliases(path):
    """Return the old addresses in an article's header."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return next((line.partition(": ")[2] for line in lines if line.startswith("Aliases: ")), "")


def test_a_person_who_moves_an_article_is_told_of_no_alias(folder):
    path = articles(folder)[0]
    path.write_text(path.read_text().replace("Date: 2024-06-20", "Date: 2023-01-02"))
    command(folder, "reclean")
    assert aliases(path) == ""
    assert "Aliases" not in (folder / "reports/index.html").read_text()


@pytest.mark.slow
@pytest.mark.parametrize("verb", ["reclean", "ingest"])
def test_a_person_may_write_anything_into_the_header(folder, verb):
    keys = ("Date", "Date_precision", "Slug", "Captured", "Modified", "Raw", "Raw_sha256", "Source_url", "Title")
    for number in range(len(keys)):
        (folder / f"raw/canal/{number}.html").write_text(page(number))
    command(folder, "ingest")
    files = {key: (path, path.read_text()) for key, path in zip(keys, articles(folder), strict=True)}
    strange = ("", "http://[::1", "a" * 3000, "yesterday", "../../etc/passwd", "x\0y")
    for written in strange[: 3 if verb == "ingest" else None]:
        expected = {}
        for key, (path, text) in files.items():
            lines = [line for line in text.splitlines(keepends=True) if not line.startswith(f"{key}: ")]
            expected[path] = "".join([*lines[:1], *([f"{key}: {written}\n"] if written else []), *lines[1:]])
            path.write_text(expected[path])
        for number in range(len(keys)):
            (folder / f"raw/canal/{number}.html").write_text(page(number) + " " * len(written))
        command(folder, verb)
        by_hand = {path: text for path, text in expected.items() if text not in dict(files.values()).values()}
        assert len(by_hand) > 6
        assert {path: path.read_text() for path in by_hand} == by_hand


@pytest.mark.slow
def test_one_source_or_one_file_alone_is_cleaned_again(folder):
    (folder / "raw/other").mkdir()
    (folder / "raw/other/x.html").write_text(page(9, host="other.example").replace("Canal News", "The Other Post"))
    command(folder, "ingest")
    rule(folder)
    rule(folder, host="other.example")
    for name in ("The Other Post", "the-other-post", "other.example", "other"):
        assert "1 captures cleaned again" in command(folder, "reclean", "--source", name, "--dry-run").stdout
    assert "1 articles changed" in command(folder, "reclean", "--source", "other").stdout
    assert "1 articles changed" in command(folder, "reclean", "--file", "canal/0.html").stdout
    article = next(path for path in articles(folder) if "canal/1.html" in path.read_text())
    assert "1 articles changed" in command(folder, "reclean", "--file", str(article)).stdout
    assert sum("Canal club" in path.read_text() for path in articles(folder)) == 1


@pytest.mark.parametrize("what", [("--source", "Nobody's Paper"), ("--file", "canal/none.html")])
def test_what_is_not_there_is_refused_with_words_that_help(folder, what):
    done = command(folder, "reclean", *what)
    assert done.returncode == 1
    assert re.search(r"is called so\. (?:Known are: Canal News|Copy its name from the report)", done.stderr)


def test_a_capture_that_is_gone_leaves_its_article(folder):
    (folder / "raw/canal/0.html").unlink()
    rule(folder)
    done = command(folder, "reclean")
    assert "not cleaned again, its capture is gone: 2024/06/" in done.stdout
    assert len(articles(folder)) == 3


def killed(step, argv):
    """Run reclean in a process that dies before its `step`th change under content/; return 9, or its own exit code."""
    languages.find_language("What every run loads is loaded here, once for all of them, to save a minute. " * 2, "")
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    steps = 0

    def counted(call):
        def counting(*arguments, **named):
            nonlocal steps
            steps += any("/content/" in os.fspath(path) for path in arguments)
            if step and steps == step:
                os._exit(9)
            return call(*arguments, **named)

        return counting

    for name in ("replace", "unlink", "remove", "rename"):
        setattr(os, name, counted(getattr(os, name)))
    sys.argv = argv
    sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115
    os._exit(reclean.main())
    return 0


def prepared(folder):
    """Give a folder a change of rules that rewrites, moves, keeps, holds and adds articles."""
    for number in range(3, 5):
        (folder / f"raw/canal/{number}.html").write_text(page(number, host="moved.example"))
    (folder / "raw/canal/5.html").write_text(page(5, host="held.example"))
    (folder / "raw/canal/6.html").write_text(
        page(6).replace("</article>", "<p>Again.</p></article>").replace("/2024/6", "/2024/0")
    )
    command(folder, "ingest")
    mine = articles(folder)[1]
    mine.write_text(mine.read_text() + "My own note.\n")
    rule(folder)
    rule(folder, '[fields]\ndate = "time.when"\n', host="moved.example")
    rule(folder, 'strip = ["article p"]\n', host="held.example")
    for number in range(3, 5):
        text = page(number, host="moved.example").replace(
            "<h1>", '<p><time class="when" datetime="2021-05-03">3 May 2021</time></p><h1>'
        )
        (folder / f"raw/canal/{number}.html").write_text(text)
    (folder / "raw/canal/7.html").write_text(page(1, host="new.example").replace("gate 1", "gate 77"))


@pytest.mark.kill
@pytest.mark.parametrize("more", [(), ("--yes",)], ids=["plain", "yes"])
def test_a_reclean_killed_anywhere_ends_in_the_same_bytes(folder, tmp_path_factory, more):
    prepared(folder)
    root = tmp_path_factory.mktemp("killed")
    shutil.copytree(folder, root / "whole")
    assert command(root / "whole", "reclean", *more).returncode == 0
    expected = tree(root / "whole")
    assert expected != tree(folder)
    assert any("2021/05/" in name for name in expected)
    step = 1
    while True:
        here = root / f"step-{step}"
        shutil.copytree(folder, here)
        code = killed(step, arguments(here, "reclean", *more))
        if code != 9:
            break
        assert killed(0, arguments(here, "reclean", *more)) == 0
        assert tree(here) == expected, f"killed at step {step}"
        shutil.rmtree(here)
        step += 1
    assert code == 0
    assert step > 12


def test_an_interrupted_run_goes_on_with_what_it_had_cleaned(folder):
    rule(folder)
    assert killed(4, arguments(folder, "reclean")) == 9
    spool = next((folder / "cache").glob("*.sqlite"))
    for number in range(3):
        capture = folder / f"raw/canal/{number}.html"
        times = capture.stat()
        capture.write_text(capture.read_text().replace("Six keepers", "Ten keepers"))  # the same size, the same times
        os.utime(capture, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert "3 captures cleaned again" in command(folder, "reclean").stdout
    assert not any("Ten keepers" in path.read_text() for path in articles(folder))
    assert not spool.exists()
