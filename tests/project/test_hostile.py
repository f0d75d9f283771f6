"""What is built to break a reader: named and refused, or made harmless; never a hang, never script."""

import hashlib
import itertools
import time

import pytest
from newsarchive import pipeline
from newsarchive.errors import UnreadableCapture
from newsarchive.models import RawPage
from newsarchive.rules import rules
from pressroom import contract
from pressroom.content import frontmatter, markdown, validate
from pressroom.content.sanitize import sanitize_html
from support import sites
from support.paths import BASE

RULES = rules.load(BASE / "scripts" / "rules")
STORY = (
    "<p>" + "The lock was opened by hand on Thursday, after the motor that turns the gates burned out. " * 3 + "</p>"
)


def convert(html, media_type="text/html"):
    payload = html.encode("utf-8", "surrogatepass") if isinstance(html, str) else html
    return pipeline.convert(RawPage("x.html", payload, media_type, hashlib.sha256(payload).hexdigest()), RULES)


@pytest.mark.parametrize(
    ("name", "html", "refused"),
    [
        ("nested", "<div>" * 20_000 + STORY, True),
        ("spans", "<span>" * 20_000 + STORY, True),
        ("attributes", "<p " + "a='b' " * 100_000 + ">" + STORY, True),
        ("empty", "", True),
        ("spaces", " \n ", True),
        ("unclosed", STORY * 50 + "<table><tr><td><div><p><b><i>", False),
        ("one line", STORY * 3_000, False),
        pytest.param(
            "lines", "".join(f"<p>line {n} of text</p>" for n in range(30_000)), False, marks=pytest.mark.slow
        ),
        ("lists", "<ul><li>x" * 300 + STORY, True),
        ("data uri", f'<p><img src="data:image/png;base64,{"A" * 3_000_000}"></p>' + STORY, False),
        ("ld", '<script type="application/ld+json">' + "[" * 50_000 + "</script>" + STORY, False),
        ("comment", "<!--" + "-" * 200_000 + STORY, None),
    ],
)
def test_an_attack_ends_in_time_with_a_reason_or_an_article(name, html, refused):
    started = time.process_time()  # not what other programs take of the processor
    try:
        c = convert(html)
    except UnreadableCapture:
        assert refused is not False
    else:
        assert refused is not True or c.held
        assert c.article or c.held
    assert time.process_time() - started < 20


SCRIPTS = [
    '<a href="javascript:alert(1)">x</a>', '<a href="java\x02script:alert(1)">x</a>', '<img src=x onerror=alert(1)>',
    "<svg onload=alert(1)>", '<iframe srcdoc="<script>alert(1)</script>"></iframe>', "<script>alert(1)</script>",
    '<a href="data:text/html,<script>alert(1)</script>">x</a>', "<math><mi xlink:href=javascript:alert(1)>x",
    '<a href=" &#14; javascript:alert(1)">x</a>', '<form action="javascript:alert(1)"><button>x</button></form>',
    "<style>@import 'https://evil.example/x.css';</style>", '<base href="https://evil.example/">',
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript>", "<x onclick=alert(1)>x</x>",
]  # fmt: skip


@pytest.mark.parametrize("attack", SCRIPTS)
def test_nothing_runs_from_a_capture_or_from_a_persons_file(attack):
    c = convert(
        f"<html><body><article><h1>A head line here</h1>{STORY}<p>{attack} and text after it</p>{STORY}</article>"
    )
    for text in (c.article.body, attack):
        html = markdown.render_markdown(text).lower()
        for sign in (
            "<script",
            "onerror",
            "onload",
            "onclick",
            "javascript:",
            "<iframe",
            "<svg",
            "<form",
            "<style",
            "<base",
            "srcdoc",
        ):
            assert f"{sign}" not in html or f"&lt;{sign[1:]}" in html


def test_code_in_a_story_stays_text():
    c = convert(
        f"<html><body><article><h1>On tags</h1>{STORY}<p>Write &lt;script&gt;alert(1)&lt;/script&gt; and it runs.</p>{STORY}"
    )
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in markdown.render_markdown(c.article.body)


def test_ids_and_classes_cannot_dress_up_as_the_site():
    assert sanitize_html('<p id="content" class="site" style="position:fixed">x</p>') == "<p>x</p>"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Title: x\nDate: yesterday\n\ny\n", 'Date is not a date: "yesterday"'),
        ("Title: x\nDate: 2024-06-20 10:00+99:99\n\ny\n", "Date is not a date"),
        ("Title: x\nDate: 2024-06-20\nSlug: ../../etc\n\ny\n", "Slug is no part of an address"),
        ("Title: x\nDate: 2024-06-20\nSave_as: ../x.html\n\ny\n", "Save_as leaves the site"),
        ("Title: x\nDate: 2024-06-20\nSlug: " + "a" * 300 + "\n\ny\n", "Slug is no part of an address"),
        ("Title: x\nDate: 2024-06-20\nStatus: later\n\ny\n", 'Status is "later"'),
        ("Title: x\nTemplate: ../../secret\nDate: 2024-06-20\n\ny\n", "Template leaves the site"),
        ("---\ntitle: [\n---\n\ny\n", "the front matter is no YAML"),
        ("---\ndate: 2024-13-45\n---\n\ny\n", "the front matter cannot be read: month must be in 1..12"),
        ("---\ntags: " + "[" * 200_000 + "\n---\n\ny\n", "the front matter cannot be read"),
        ("---\ntags:\n " + "- " * 200_000 + "x\n---\n\ny\n", "the front matter cannot be read"),
        (b"Title: \xff\xfe\n\ny\n", "it is not UTF-8"),
    ],
)
def test_a_bad_content_file_is_an_error_that_says_where_and_what(tmp_path, text, what):
    (tmp_path / "x.md").write_bytes(text if isinstance(text, bytes) else text.encode())
    errors = [finding for finding in validate.check_content(tmp_path) if finding.level == "error"]
    assert len(errors) == 1
    assert what in str(errors[0])
    assert "x.md" in errors[0].where
    assert {finding.path for finding in errors} == {"x.md"}


BOMB = "l0: &l0 [lol, lol]\n" + "".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]\n" for n in range(1, 12))


@pytest.mark.parametrize("front", [
    "tags: &x [*x]", "tags: &x [sea, *x]", "x: &y {name: *y}", f"{BOMB}tags: *l11", f"{BOMB}title: {{name: *l11}}",
    "tags: " + "[" * 900 + "]" * 900, "tags:\n " + "- " * 5000 + "x",
])  # fmt: skip
def test_yaml_that_nests_without_end_is_read_in_time_and_no_further_than_a_header_reaches(front):
    start = time.monotonic()
    header = frontmatter.split_content(f"---\n{front}\ndate: 2024-06-20\n---\nText.\n", "name.md").header
    assert time.monotonic() - start < 10
    assert header["date"].startswith("2024-06-20")
    assert max(map(len, header.values())) < 2000


def test_two_files_at_one_address_are_named_before_anything_is_built(tmp_path):
    for name in ("a.md", "b.md"):
        (tmp_path / name).write_text("Title: Same\nDate: 2024-06-20\n\nx\n")
    assert [finding.what for finding in validate.check_content(tmp_path)] == [
        f"it has the same address as {tmp_path.name}/a.md"
    ]


STRANGE = (
    "0001-01-01", "0999-12-31T10:00", "9999-12-31 23:59+00:00", "20 June 2024", "-5", "1e999", "http://[::1", "http://a.example:abc/", "//",
    "a" * 3000, "\u202e\0x", "; ; ;", "../../x", "{0} %s {{ x }} {% x", "<script>", "٢٠٢٤-٠٦-٢٠", "²", "en_US-xx-!!", "/index.html",
    "{static}/../../etc/passwd", "http://℀.example/",
)  # fmt: skip


def test_whatever_a_header_says_the_other_files_are_built(tmp_path):
    site = sites.Site(tmp_path / "site")
    for number, (key, value) in enumerate(itertools.product(contract.KEYS, STRANGE)):
        header = {"Title": f"T{number}", "Date": "2024-06-20", "Slug": f"s{number}", key: value}
        text = "".join(f"{name}: {found}\n" for name, found in header.items())
        (site.content / f"n{number}.md").write_text(f"{text}\nText.\n", encoding="utf-8")
    site.write("a.md", {"Title": 1})
    report = site.build()
    failed = [what for _, _, what, _ in report["findings"] if "the program failed" in what]
    assert failed == []
    assert report["files"] > 500


def test_a_file_on_which_the_program_fails_is_named_and_the_others_are_built(tmp_path, monkeypatch):
    site = sites.Site(tmp_path / "site")
    for name in ("a.md", "b.md"):
        (site.content / name).write_text(f"Title: {name[0]}\nDate: 2024-06-20\n\nText {name[0]}.\n")
    real = markdown.render_markdown

    def html(body, *rest):
        if "Text a" in body:
            raise ZeroDivisionError("by nothing")
        return real(body, *rest)

    monkeypatch.setattr(markdown, "render_markdown", html)
    errors = [finding for finding in site.build()["findings"] if finding[0] == "error"]
    assert [(where, what) for _, where, what, _ in errors] == [
        ("content/a.md", "the program failed on it: ZeroDivisionError: by nothing")
    ]
    assert (site.folder / "out/2024/06/20/b/index.html").is_file()


def test_a_time_of_capture_is_read_however_a_person_writes_it(tmp_path):
    site = sites.Site(tmp_path / "site")
    (site.content / "a.md").write_text(
        "Title: A\nDate: 2024-06-20\nSource_url: https://a.example/x\nCaptured: 21 June 2024 10:15\n\nText.\n"
    )
    (site.content / "b.md").write_text("Title: B\nDate: 2024-06-20\nCaptured: some day\n\nText.\n")
    errors = [finding for finding in site.build()["findings"] if finding[0] == "error"]
    assert [(where, what) for _, where, what, _ in errors] == [("content/b.md:3", 'Captured is not a date: "some day"')]
    assert "2024-06-21T10:15:00" in (site.folder / "out/2024/06/20/a/index.html").read_text()
