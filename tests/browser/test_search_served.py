"""Search in a browser, from a folder and from a server, with nothing but the page that is shown."""

import shutil

import pytest
from support.programs import dump_page
from support.servers import served

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("way", ["file", "root", "sub-path"])
def test_search_finds_words_of_the_body_however_it_is_served(sample_site, tmp_path, way):
    folder = tmp_path / "www"
    shutil.copytree(sample_site, folder / "archive")
    with served(folder if way == "sub-path" else folder / "archive") as root:
        address = {
            "file": f"file://{folder}/archive/search/index.html", "root": f"{root}/search/", "sub-path": f"{root}/archive/search/",
        }[way]  # fmt: skip
        found = {
            query: dump_page(f"{address}?q={query}", tmp_path / f"profile-{n}")
            for n, query in enumerate(
                (
                    "crossword",
                    "SILBER%20gefordert",
                    "%E5%BF%83%E5%A4%8F",
                    "%E9%9B%BB%E8%BB%8A",
                    "%D8%AD%D9%85%D8%A7%D9%85%D8%A9",
                )
            )
        }
    assert "Museum's <mark>whale" in found["crossword"] or "two whales" in found["crossword"]
    assert "1 article<" in found["crossword"]
    assert "Im alten Bergwerk reift jetzt" in found["SILBER%20gefordert"]
    assert "Nothing found" in found["%E5%BF%83%E5%A4%8F"]
    assert "densha-okure" in found["%E9%9B%BB%E8%BB%8A"] or "感謝状" in found["%E9%9B%BB%E8%BB%8A"]
    assert '<li class="card" data-result=' in found["%D8%AD%D9%85%D8%A7%D9%85%D8%A9"]
