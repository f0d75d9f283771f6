"""Captures of one article become one article; the newest is published and the others are named."""

from newsarchive.archive import contents, frontmatter, revisions
from newsarchive.models import Article, Conversion

BODY = "The ferry to Skerry Point did not sail on Tuesday.\n"


def conversion(path, *, url="", captured="", source="", body=BODY, sha=None):
    header = {"Title": "Ferry", "Date": "2024-06-20", "Source_url": url, "Captured": captured, "Source": source}
    article = Article({k: v for k, v in header.items() if v}, body)
    return revisions.make_draft(Conversion(path, sha or path, "article", article, ""))


def archive_of(*texts):
    archive = contents.Archive()
    for number, text in enumerate(texts):
        archive.add(contents.read_entry(f"{number}.md", text))
    return archive


def paths(groups):
    return [sorted(c.path for c in group.drafts) for group in groups]


def test_two_captures_of_one_address_are_one_article_and_the_newest_wins():
    old = conversion("a.html", url="https://www.x.example/f/", captured="2024-06-20T10:00:00+02:00", body="Old\n")
    new = conversion("b.html", url="http://x.example/f#top", captured="2024-06-20T09:00:00+00:00", body="New\n")
    (group,) = revisions.group_drafts([new, old], contents.Archive())
    assert group.newest is new
    assert sorted(group.raws) == ["a.html", "b.html"]


def test_the_order_of_captures_does_not_matter():
    every = [conversion(f"{n}.html", url=f"https://x.example/{n % 3}", body=f"{n}\n") for n in range(9)]
    assert paths(revisions.group_drafts(every, contents.Archive())) == paths(
        revisions.group_drafts(every[::-1], contents.Archive())
    )


def test_one_wire_story_in_two_papers_is_two_articles():
    every = [conversion("a.html", source="Gazette"), conversion("b.html", source="Courier")]
    assert len(revisions.group_drafts(every, contents.Archive())) == 2


def test_the_same_text_of_one_source_is_one_article():
    every = [
        conversion("a.html", source="Gazette"),
        conversion("b.html", source="Gazette", body=BODY.replace(" ", "\n")),
    ]
    assert len(revisions.group_drafts(every, contents.Archive())) == 1


def test_one_capture_can_join_two_groups_into_one():
    every = [
        conversion("a.html", url="https://x.example/1", body="One\n"),
        conversion("b.html", source="Gazette"),
        conversion("c.html", url="https://x.example/1", source="Gazette"),
    ]
    assert len(revisions.group_drafts(every, contents.Archive())) == 1


def test_an_older_capture_joins_the_article_that_stands():
    header = {"Title": "Ferry", "Date": "2024-06-20", "Source_url": "https://x.example/f", "Raw": "b.html"}
    text = frontmatter.dump({**header, "Captured": "2024-06-21T10:00:00+00:00", "Slug": "ferry"}, BODY)
    older = conversion("a.html", url="https://x.example/f", captured="2024-06-20T10:00:00+00:00")
    (group,) = revisions.group_drafts([older], archive_of(text))
    assert group.newest is None
    assert group.entry is not None
    assert group.raws == ["b.html", "a.html"]
