"""Browsers are offered the archive's search where the site knows its address."""

import re
from xml.etree import ElementTree

import pytest
from support.commands import make_site


@pytest.mark.parametrize("address", ["https://archive.example/papers", ""])
def test_opensearch_is_offered_where_the_site_knows_its_address(tmp_path, address):
    (tmp_path / "content").mkdir()
    (tmp_path / "content/x.md").write_text("Title: Ferry\nDate: 2024-06-20\n\nText.\n")
    out = make_site(tmp_path, SITEURL=address, SITENAME="Ferry & Quay, a long name")
    head = (out / "2024/06/20/ferry/index.html").read_text()
    link = re.search(r'<link rel="search" type="application/opensearchdescription\+xml" href="([^"]*)"', head)
    if not address:
        assert not link
        assert not (out / "opensearch.xml").exists()
        return
    assert link[1] == "../../../../opensearch.xml"
    found = ElementTree.fromstring((out / "opensearch.xml").read_bytes())
    space = "{http://a9.com/-/spec/opensearch/1.1/}"
    assert found.tag == f"{space}OpenSearchDescription"
    assert len(found.findtext(f"{space}ShortName")) <= 16
    assert found.findtext(f"{space}LongName") == "Ferry & Quay, a long name"
    url = found.find(f"{space}Url")
    assert url.get("type") == "text/html"
    assert url.get("template") == f"{address}/search/?q={{searchTerms}}"
