"""The report: everything that was removed is in it with its rule and its recipe, and nothing in a capture runs in it."""

import json
import os
import re
import shutil
import subprocess
import sys
from itertools import pairwise

import pytest
from bs4 import BeautifulSoup
from newsarchive import pipeline
from newsarchive.archive import counts
from newsarchive.ingest import spool
from newsarchive.models import Article, Block, Conversion, Fact, RawPage, Removal, Repair
from newsarchive.report import index as report
from newsarchive.report import report_page
from newsarchive.rules import rules
from newsarchive.rules.explanations import Explanations, RecipeFiles
from support.paths import BASE
from support.programs import CHROMIUM

RULES = BASE / "scripts/rules"
RECIPES = Explanations(RULES, "rules")


def ingest(folder, *more, script="ingest", **environment):
    named = ("content", "reports", "cache", "rules")
    folders = [word for name in named for word in (f"--{name}", str(folder / name))]
    command = [sys.executable, str(BASE / f"scripts/{script}.py"), str(folder / "raw"), *folders, *more]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment}, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    return done


def reports(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in (folder / "reports").rglob("*") if p.is_file()}


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    shutil.copytree(BASE / "raw/samples", folder / "raw/samples")
    ingest(folder, "--jobs", "1")
    return folder


@pytest.fixture
def copy(samples, tmp_path):
    shutil.copytree(samples, tmp_path / "x")
    ingest(tmp_path / "x")
    return tmp_path / "x"


def parsed(page):
    return BeautifulSoup(page, "lxml")


def page_of(folder, raw):
    return parsed((folder / "reports" / report_page.name_page(raw)).read_bytes())


def text(element):
    return " ".join(element.get_text().split())


# --- one capture


def test_a_page_shows_every_block_in_order_and_strikes_through_what_was_removed(samples):
    raw = "samples/harbour-gazette/council-budget.html"
    page = page_of(samples, raw)
    payload = (samples / "raw" / raw).read_bytes()
    c = pipeline.convert(RawPage(raw, payload, "text/html", "x"), rules.load(RULES))
    assert [text(p) for p in page.select(".run p.t")] == [block.text for block in c.blocks]
    assert [text(p) for p in page.select(".run del")] == [removal.text for removal in c.removals]
    for removed in page.select(".run.gone"):
        assert removed.select(".why code")
        assert text(removed.select(".why details")[0]).startswith("Undo")


def test_a_page_shows_winner_and_losers_of_every_field(samples):
    page = page_of(samples, "samples/harbour-gazette/council-budget.html")
    rows = {text(tr.select("th")[0]): tr for tr in page.select("#header ~ table tbody tr")}
    assert [text(div) for div in rows["Date"].select(".won")] == ["json-ld 2023-12-01T19:30+00:00 won"]
    lost = [text(div) for div in rows["Date"].select(".lost")]
    assert {"url 2023-12-01", "text 2023-12-01T19:30"} <= set(lost)
    assert len(rows["Title"].select(".won")) == 1


def test_the_origin_in_the_header_tells_which_of_two_like_dates_won():
    facts = [Fact("date", "2024-06-20", "url"), Fact("date", "2024-06-20", "meta"), Fact("date", "2020-01-01", "time")]
    (row,) = report_page.list_candidates({"Date": "2024-06-20", "Date_from": "url"}, facts)
    assert [origin for _, origin, won in row[2] if won] == ["url"]


def test_a_page_shows_what_was_mended_before_and_after(tmp_path):
    c = Conversion("a.html", "x", "article", Article({"Title": "A"}, "x"), repairs=(Repair("aÃ±o", "año", "mojibake"),))
    page = parsed(report_page.ReportPages(tmp_path, RECIPES).page(report_page.Outcome(c, "published", "a.md")))
    row = page.select("#repairs ~ table tbody tr")[0]
    assert [text(td) for td in row("td")] == ["mojibake", "aÃ±o", "año"]


@pytest.mark.parametrize(
    ("rule", "words", "recipe"),
    [
        ("share", "Share this article:", "In scripts/rules/residue.toml, rule share, take the phrase “share this *” (en) out, then make reclean FILE=a.html."),
        ("site:a.example:strip-2", "x", "In rules/a.example.toml, take line 2 of strip out, then make reclean FILE=a.html."),
        ("site:a.example:repeat", 'Say "tide"', 'In rules/a.example.toml, add "Say \\"tide\\"" to keep, then make reclean FILE=a.html.'),
        ("furniture:promo", "x", "or take promo out of scripts/rules/furniture.toml, then make reclean FILE=a.html."),
        ("outside-body", "x", 'In rules/post.example.toml write body = "'),
        ("headline", "x", "Edit content/a.md; it is yours from then on."),
        ("a-rule-of-tomorrow", "x", "Edit content/a.md; it is yours from then on."),
    ],
)  # fmt: skip
def test_every_removal_has_a_recipe(rule, words, recipe):
    assert recipe in RECIPES.undo(rule, words, RecipeFiles("a.html", "content/a.md", "https://www.post.example/x"))


def test_every_rule_of_the_program_has_a_reason(samples):
    applied = {rule for line in (samples / "reports/cleaning.jsonl").open() for rule in json.loads(line)["rules"]}
    assert len(applied) > 15
    assert [rule for rule in applied if not RECIPES.reason(rule)] == []


def test_a_recipe_really_brings_the_text_back(tmp_path):
    (tmp_path / "raw/post").mkdir(parents=True)
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules/post.example.toml").write_text('strip = ["p.no", "p.planks"]\n')
    story = "".join(f"<p>The pier was rebuilt by hand, plank after plank, by all {n} people who fish from it in the summer and by their children, who carried the nails.</p>" for n in (20, 30, 40))  # fmt: skip
    (tmp_path / "raw/post/a.html").write_text(f'<html lang=en><head><title>The pier is back</title><link rel=canonical href="https://post.example/1"></head><body><article><h1>The pier is back</h1>{story}<p class=planks>Bring your own planks on Sunday, said the man who began it, and bring a hammer too if there is one at home.</p>{story.replace("people", "anglers")}</article></body></html>')  # fmt: skip
    ingest(tmp_path)
    (article,) = (tmp_path / "content").rglob("*.md")
    assert "Bring your own planks" not in article.read_text()
    undo = text(page_of(tmp_path, "post/a.html").select(".run.gone .why details")[0])
    assert undo == "Undo In rules/post.example.toml, take line 2 of strip out, then make reclean FILE=post/a.html."
    (tmp_path / "rules/post.example.toml").write_text('strip = ["p.no"]\n')
    ingest(tmp_path, "--file", "post/a.html", script="reclean")
    assert "Bring your own planks" in article.read_text()


# --- safety

ATTACK = "<img src=https://evil.example/x.png onerror=\"document.title='ran'\"><script>document.title='ran'</script>"


def hostile():
    said = ATTACK + "'\"></del></p></style><script>document.title='ran'</script>\x00\x1b[31m\u202e"
    blocks = (Block("paragraph", said, "", 0, said, 0), Block("paragraph", said + "kept", "", 0, "b", 1))
    header = {"Title": said, "Source": said, "Source_url": "javascript:document.title='ran'", "Authors": said}
    return Conversion(
        said, "x", said, Article(header, said), said, (Removal(said, f"site:{said}", said, 0),),
        (Repair(said, said, said),), (Fact("title", said, said), Fact("image", "https://evil.example/x.png", "meta")), blocks,
    )  # fmt: skip


def hostile_reports(folder):
    c = hostile()
    edited = report_page.Outcome(c, "held", c.path, c.held, old=c.path, new=c.path + "\n" + c.path, is_edited=True)
    writer = report_page.ReportPages(folder, RECIPES)
    writer.write(edited)
    rows = [
        report.CaptureRow(
            c.path, fate, c.kind, c.held, c.path, c.path, c.path, "x", True, (c.path,), counts.count_yield(c)
        )
        for fate in ("published", "held", "not an article", "same article")
    ]
    report.write_report(folder, rows, RECIPES)
    return sorted(folder.rglob("*.html"))


def test_nothing_of_a_hostile_capture_becomes_markup(tmp_path):
    written = hostile_reports(tmp_path)
    assert len(written) == 3
    for file in written:
        page = parsed(file.read_bytes())
        tags = {element.name for element in page.find_all(True)}
        assert not tags & {"script", "img", "iframe", "object", "embed", "form", "link", "base", "svg", "input"}
        assert len(page.select("style")) == 1
        assert not any(
            name.startswith("on") or name == "style" for element in page.find_all(True) for name in element.attrs
        )
        links = [a.get("href") for a in page.select("[href]")] + [e.get("src") for e in page.select("[src]")]
        assert all(re.fullmatch(r"#[\w-]+|(?:\.\./)*[a-z0-9/.-]+\.html", link) for link in links)
        policy = page.select("meta[http-equiv=Content-Security-Policy]")[0].get("content")
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "\x00" not in file.read_text() and "\x1b" not in file.read_text()  # noqa: PT018


@pytest.mark.browser
def test_nothing_of_a_hostile_capture_runs_and_the_style_does(tmp_path):
    for file in hostile_reports(tmp_path):
        command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=2000", "--enable-logging=stderr", "--dump-dom", file.as_uri()]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        assert "<title>" in done.stdout
        assert "<title>ran" not in done.stdout
        assert "Content Security Policy" not in done.stderr


def test_every_link_of_the_report_leads_to_a_file_and_to_no_other_host(samples):
    folder = samples / "reports"
    for file in folder.rglob("*.html"):
        page = parsed(file.read_bytes())
        ids = {element["id"] for element in page.select("[id]")}
        assert len(ids) == len(page.select("[id]"))
        for link in page.select("[href]"):
            to = link.get("href")
            assert (to[1:] in ids) if to.startswith("#") else (file.parent / to).resolve().is_file(), (file, to)
        assert not page.select("[src]")


# --- for every reader


def test_pages_have_what_readers_of_every_kind_need(samples):
    for file in (samples / "reports").rglob("*.html"):
        page = parsed(file.read_bytes())
        assert page.html["lang"] == "en"
        assert len(page.select("h1")) == 1
        assert page.select("a.skip")[0].get("href") == "#main"
        levels = [int(h.name[1]) for h in page.select("h1, h2, h3, h4")]
        assert all(after <= before + 1 for before, after in pairwise(levels))
        assert all(th.get("scope") for th in page.select("th"))
    assert page_of(samples, "samples/almina/mina-fish.html").select("h1")[0].get("dir") == "auto"


def colours():
    css = (BASE / "scripts/newsarchive/report/templates/report.css").read_text()
    light, dark = re.findall(r":root\{([^}]*)\}", css)
    return [dict(re.findall(r"--([\w-]+):(#\w+)", theme)) for theme in (light, dark)]


def luminance(colour):
    digits = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
    parts = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    r, g, b = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "paper"),
    [("ink", "paper"), ("ink", "soft"), ("dim", "paper"), ("dim", "soft"), ("link", "paper"), ("link", "gone-bg"), ("gone", "gone-bg"), ("ink", "gone-bg"), ("dim", "gone-bg"), ("good", "good-bg"), ("warn", "warn-bg"), ("warn", "paper")],
)  # fmt: skip
def test_every_colour_can_be_read(theme, ink, paper):
    luminances = sorted(luminance(colours()[theme][name]) for name in (ink, paper))
    assert (luminances[1] + 0.05) / (luminances[0] + 0.05) >= 4.5


# --- all captures


def test_the_index_counts_by_source_and_by_kind(samples):
    page = parsed((samples / "reports/index.html").read_bytes())
    rows = {text(tr.select("th")[0]): [text(td) for td in tr.select("td")] for tr in page.select("#sources ~ .wide tbody tr")}  # fmt: skip
    assert rows["The Harbour Gazette"] == ["13", "10", "52", "0", "1", "2", "0", "1 error page, 1 listing"]
    assert [text(h) for h in page.select("h3")] == ["Error page: 1", "Listing: 1"]
    assert {text(dt): text(dd) for dt, dd in zip(page.select(".cards dt"), page.select(".cards dd"), strict=True)} == {"Captures": "48", "Published": "45", "Same article": "1", "Held for review": "0", "Not articles": "2"}  # fmt: skip


def test_the_program_reads_the_same_in_json_lines(samples):
    lines = [json.loads(line) for line in (samples / "reports/cleaning.jsonl").open()]
    assert [line["raw"] for line in lines] == sorted({line["raw"] for line in lines})
    assert sum(line["fate"] == "published" for line in lines) == 45
    assert all(line["article"] or line["reason"] for line in lines)
    assert sum(line["rules"].get("related-line", 0) for line in lines) > 3


@pytest.mark.slow
@pytest.mark.parametrize(
    "environment",
    [{"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LC_ALL": "C"}, {"PYTHONHASHSEED": "8", "LC_ALL": "C.UTF-8"}],
)
def test_the_same_captures_give_the_same_report(samples, tmp_path, environment):
    shutil.copytree(samples / "raw", tmp_path / "raw")
    ingest(tmp_path, "--jobs", "2", **environment)
    assert reports(tmp_path) == {**reports(samples)}


@pytest.mark.slow
def test_what_earlier_runs_settled_stays_and_is_not_written_again(copy):
    before, times = reports(copy), {p: p.stat().st_mtime_ns for p in (copy / "reports/pages").rglob("*.html")}
    assert "0 cleaned" in ingest(copy).stdout
    shutil.rmtree(copy / "cache")
    ingest(copy)
    assert reports(copy) == before
    assert {p: p.stat().st_mtime_ns for p in (copy / "reports/pages").rglob("*.html") if p in times} == times


def test_the_page_of_a_capture_that_is_no_more_goes_away(copy):
    raw = copy / "raw/samples/harbour-gazette/gone.html"
    page = copy / "reports" / report_page.name_page("samples/harbour-gazette/gone.html")
    assert page.is_file()
    raw.unlink()
    ingest(copy)
    assert not page.exists()
    assert "gone.html" not in (copy / "reports/cleaning.jsonl").read_text()


@pytest.mark.slow
def test_the_lists_can_be_written_again_without_cleaning(copy):
    before = reports(copy)
    for name in ("index.html", "cleaning.jsonl"):
        (copy / "reports" / name).unlink()
    shutil.rmtree(copy / "reports/sources")
    done = ingest(copy, "--report")
    assert done.stdout.strip().endswith("index.html: 48 captures.")
    assert reports(copy) == before
    shutil.rmtree(copy / "cache")
    assert "46 captures. 2 captures are not in it" in ingest(copy, "--report").stdout
    assert not (copy / "cache").exists()


def row(number, source="The Post"):
    numbers = counts.Yield(kept=1000, removed=1000 + number, long=number % 2)
    return report.CaptureRow(f"{number:05}.html", "published", "article", "", f"Story {number}", source, f"{number}.md", "x", False, ("date",), numbers)  # fmt: skip


def test_long_lists_are_cut_into_pages_and_the_index_stays_short(tmp_path):
    every = [row(number, source) for source in ("The Post", "The Port", "the post!") for number in range(1200)]
    report.write_report(tmp_path, every, RECIPES)
    names = sorted(path.name for path in (tmp_path / "sources").iterdir())
    assert len(names) == 9
    assert "the-post.html" in names
    assert "the-post.3.html" in names
    index = parsed((tmp_path / "index.html").read_bytes())
    assert len(index.select("#first ~ table.stack tbody tr")) <= 3 * report.PER_SOURCE + len(index.select("#rules ~ table tr"))  # fmt: skip
    listed = [p for n in range(1, 4) for p in parsed((tmp_path / "sources" / ("the-port.html" if n == 1 else f"the-port.{n}.html")).read_bytes()).select("tbody tr")]  # fmt: skip
    assert len(listed) == 1200
    report.write_report(tmp_path, every[:10], RECIPES)
    assert [path.name for path in (tmp_path / "sources").iterdir()] == ["the-post.html"]


def test_the_oddest_comes_first():
    usual = [row(0)] * 6
    (source,) = report.group_sources([*usual, row(7), row(9000)])
    assert [r.title for r, _ in source.odd()][:2] == ["Story 7", "Story 9000"]
    assert "1 long paragraph removed" in source.odd()[0][1]
    assert "91% removed, usual: 50%" in source.odd()[1][1]


# --- the terminal


@pytest.fixture
def odd(tmp_path):
    (tmp_path / "raw/post").mkdir(parents=True)
    story = [
        "The pier was rebuilt by hand, plank after plank, by the people who fish from it in summer and by their children, who carried the nails.",
        "The sea had taken the old one in a single night of the spring, and with it the bench on which the harbour master used to sit and smoke.",
        "\x1b[31m\u202e[red]Nobody asked the town for money[/red]\x07, said the man who began it, because the town would have asked for drawings, a tender and a second tender for the drawings, and by then the summer would have been over and everybody back in the city with sand in their shoes.",
    ]
    lines = ["The pier is back after one night", *story[:2], "Share this article:", story[2]]
    (tmp_path / "raw/post/a.txt").write_text("\n\n".join(lines))
    return tmp_path


def test_a_dry_run_in_colour_marks_what_goes_in_red(odd):
    done = ingest(odd, "--dry-run", FORCE_COLOR="1", TERM="xterm-256color")
    assert "\x1b[31m- Share this article:  share\x1b[0m" in done.stdout
    assert "\x1b[32m+ Raw: post/a.txt\x1b[0m" in done.stdout
    assert sorted(path.name for path in odd.iterdir()) == ["raw"]


@pytest.mark.slow
def test_a_dry_run_is_plain_when_piped_or_told_so_and_obeys_no_capture(odd):
    for environment in ({}, {"NO_COLOR": "1", "TERM": "xterm-256color"}):
        done = ingest(odd, "--dry-run", **environment)
        assert "- Share this article:  share\n" in done.stdout
        assert "[red]Nobody asked the town for money[/red]" in done.stdout
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", done.stdout)


# --- the spool


def test_a_spool_gives_back_what_it_took(tmp_path):
    c = hostile()
    kept = spool.Spool(tmp_path / "x.sqlite", "one")
    kept.put("a", [1, 2], [c])
    again = spool.Spool(tmp_path / "x.sqlite", "one")
    assert again.holds("a", [1, 2])
    assert not again.holds("a", [1, 3])
    assert again.get(c.path) == c == next(again.list_conversions("a"))
    assert not spool.Spool(tmp_path / "x.sqlite", "two").holds("a", [1, 2])


def test_a_torn_spool_is_begun_anew(tmp_path):
    (tmp_path / "x.sqlite").write_bytes(b"SQLite format 3\x00" + b"torn" * 500)
    assert not spool.Spool(tmp_path / "x.sqlite", "one").holds("a", [])


def test_a_page_read_alone_takes_its_place_in_the_spool(tmp_path):
    kept = spool.Spool(None, "one")
    c = Conversion("a.warc#1", "x", "article", None)
    kept.put("a.warc", [1], [c])
    kept.put("a.warc#1", [1], [c])
    assert not kept.holds("a.warc", [1])
    assert kept.holds("a.warc#1", [1])
