"""Old addresses lead to where their articles stand now; articles that were withdrawn say so, and nothing else."""

import csv
import http.client
import json
import os
import re
import socket
import subprocess
import time

import pytest
from pressroom import driver
from pressroom.build.job import Job
from pressroom.publish import manifest
from support.paths import BASE
from support.programs import NGINX

SITE = "https://archive.example"
OLD = "downloads/old-addresses"
CONFIGURATION = re.search(r"```nginx\n(.*?)```", (BASE / "docs" / "publish.md").read_text(encoding="utf-8"), re.S)[1]


class Archive:
    """A content folder and its site."""

    def __init__(self, folder, **settings):
        self.folder, self.out = folder, folder / "out"
        self.settings = {"PRESSROOM_SEARCH": False, "SITEURL": SITE, "RELATIVE_URLS": True, **settings}

    def write(self, name, text="Text.", **header):
        path = self.folder / "content" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = "".join(
            f"{key}: {value}\n" for key, value in {"Title": name[:-3], "Date": "2024-06-20", **header}.items()
        )
        path.write_text(f"{lines}\n{text}\n", encoding="utf-8")

    def build(self):
        options = [f"{key}={json.dumps(value)}" for key, value in self.settings.items()]
        site = Job(
            self.folder / "content", self.out, self.folder / "cache", BASE / "pelicanconf.py", ("-e", *options), jobs=1
        )
        code, report = driver.render_site(site)
        assert code == 0
        return report

    def part(self, name):
        return (self.out / OLD / name).read_text(encoding="utf-8")

    def page(self, name):
        return (self.out / name).read_text(encoding="utf-8")


@pytest.fixture
def archive(tmp_path):
    return Archive(tmp_path)


def test_each_old_address_stands_in_each_map(archive):
    archive.write("ferry.md", Source_url="http://www.Paper.example/a b.asp?id=1&x=2#top", Aliases="/2009/ferry/")
    archive.build()
    new = f"{SITE}/2024/06/20/ferry/"
    assert archive.part("2024-06.nginx.map") == (
        f'"archive.example/2009/ferry/" "{new}";\n"www.paper.example/a%20b.asp?id=1&x=2" "{new}";\n'
    )
    assert archive.part("2024-06.apache.txt").splitlines()[1] == f"www.paper.example/a%20b.asp?id=1&x=2 {new}"
    assert archive.part("2024-06.redirects.txt") == f"/2009/ferry/ {new} 301\n"
    assert list(csv.reader(archive.part("2024-06.csv").splitlines())) == [
        [f"{SITE}/2009/ferry/", new], ["http://www.paper.example/a%20b.asp?id=1&x=2", new],
    ]  # fmt: skip


def test_of_two_articles_with_one_old_address_the_first_has_it_whatever_their_months(archive):
    archive.write("b.md", Source_url="https://paper.example/1")
    archive.write("c.md", Source_url="https://other.example/1", Date="2024-08-01")
    archive.build()
    assert "paper.example/1" in archive.part("2024-06.nginx.map")
    archive.write("a.md", Source_url="https://PAPER.example/1", Date="2024-07-01")
    archive.build()
    assert not (archive.out / OLD / "2024-06.csv").exists()
    assert "paper.example/1" in archive.part("2024-07.nginx.map")
    assert archive.part("2024-08.redirects.txt") == ""
    (archive.folder / "content/a.md").unlink()
    archive.build()
    assert "paper.example/1" in archive.part("2024-06.csv")


def test_an_alias_leads_on_and_a_host_does_where_the_settings_say_so(archive):
    archive.write("ferry.md", Source_url="https://paper.example/news/ferry.html", Aliases="/2009/ferry/")
    archive.build()
    assert 'content="0; url=../../2024/06/20/ferry/index.html"' in archive.page("2009/ferry/index.html")
    assert f'<link rel="canonical" href="{SITE}/2024/06/20/ferry/">' in archive.page("2009/ferry/index.html")
    assert not (archive.out / "news").exists()
    archive.settings["PRESSROOM_REDIRECTS"] = ["paper.example"]
    archive.build()
    assert 'url=../2024/06/20/ferry/index.html"' in archive.page("news/ferry.html")
    archive.settings["PRESSROOM_REDIRECTS"] = []
    archive.build()
    assert not (archive.out / "news").exists()


@pytest.mark.parametrize(
    "alias",
    ["/../out.html", "/a/%2e%2e/b/", "/.git/config.html", "/", "/tag/x/", "/2024/06/", "/theme/css/style.css", "/feeds/x.html",
     "/%00/", "/ferry/", "/images/map.html", "/page/2/", "//host/x/", "/2024/06/20/whale/", "/robots.txt", "/2024/06/20/whale/index.html/x/"],
)  # fmt: skip
def test_no_page_at_an_old_path_leaves_the_site_or_stands_in_the_way(archive, alias):
    archive.write("whale.md", Tags="x")
    archive.write("images/map.html")
    archive.write("pages/ferry.md", Slug="ferry")
    archive.build()
    before = {
        path: path.read_bytes() for path in archive.folder.rglob("*") if path.is_file() and "cache" not in path.parts
    }
    archive.write("zoo.md", Aliases=alias, Date="2023-01-01")
    report = archive.build()
    leading = [
        path for path in archive.out.rglob("*.html") if 'http-equiv="refresh"' in path.read_text(encoding="utf-8")
    ]
    assert leading == []
    assert all(path.is_file() for path in before)
    assert report["findings"] == []


def test_a_refused_page_is_named(archive):
    archive.write("pages/ferry.md", Slug="ferry")
    archive.write("a.md", Aliases="/ferry/; /fine/")
    assert any("content/a.md: /ferry/." in note for note in archive.build()["notes"])


def test_a_page_takes_its_place_back_from_an_alias_and_gives_it_up(archive):
    archive.write("a.md", Aliases="/ferry/")
    archive.build()
    assert "http-equiv" in archive.page("ferry/index.html")
    archive.write("pages/ferry.md", Slug="ferry")
    archive.build()
    assert "http-equiv" not in archive.page("ferry/index.html")
    (archive.folder / "content/pages/ferry.md").unlink()
    archive.build()
    assert "http-equiv" in archive.page("ferry/index.html")


def test_what_a_title_holds_stays_text(archive):
    archive.write("a.md", Title='"><script>x</script>', Slug="a", Aliases='/old/"><script>/')
    archive.build()
    pages = [path.read_text(encoding="utf-8") for path in archive.out.rglob("*.html")]
    assert not any("<script>x" in page or "<script>/" in page for page in pages)


def test_one_new_article_changes_one_part(archive):
    for number in range(1, 10):
        archive.write(f"{number}.md", Date=f"2024-0{number}-01", Source_url=f"https://paper.example/{number}")
    archive.build()
    times = {path: path.stat().st_mtime_ns for path in (archive.out / OLD).iterdir()}
    archive.write("new.md", Date="2024-09-02", Source_url="https://paper.example/new")
    archive.build()
    changed = sorted(path.name for path, then in times.items() if path.stat().st_mtime_ns != then)
    assert changed == ["2024-09.apache.txt", "2024-09.csv", "2024-09.nginx.map", "2024-09.redirects.txt"]


@pytest.mark.nginx
def test_nginx_takes_the_map_as_the_readme_says(archive):
    archive.write(
        "a.md", Source_url="https://paper.example/a b{;}$x.asp?id=\"1'", Aliases="/default; ~/x; /hostnames/~^$/"
    )
    archive.write("b.md", Source_url=f"https://paper.example/{'long/' * 70}", Date="2023-05-01")
    archive.write("c.md", Source_url="https://paper.example/A", Date="2023-05-01")
    archive.write("d.md", Source_url="https://paper.example/a", Date="2023")
    archive.build()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    text = CONFIGURATION.replace("/srv/archive", str(archive.out)).replace("listen 80;", f"listen 127.0.0.1:{port};")
    conf = archive.folder / "nginx.conf"
    temporary = "".join(
        f"{name}_temp_path {archive.folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    conf.write_text(
        f"daemon off; pid {archive.folder}/pid; error_log stderr; events {{}} http {{ access_log off; {temporary} {text} }}"
    )
    command = [NGINX, "-c", str(conf), "-p", str(archive.folder), "-e", "stderr"]
    tested = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert tested.returncode == 0, tested.stderr
    os.chmod(archive.folder, 0o755)
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        assert asked(port, "paper.example", "/a%20b%7B;%7D$x.asp?id=%221'") == (301, f"{SITE}/2024/06/20/a/")
        assert asked(port, "paper.example", "/A") == (301, f"{SITE}/2023/05/01/c/")
        assert asked(port, "paper.example", "/other")[1] is None
    finally:
        server.terminate()
        server.wait()


def asked(port, host, path):
    """Return status and Location of an answer, once the server is up."""
    for _ in range(50):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", path, headers={"Host": host})
            answer = connection.getresponse()
            return answer.status, answer.getheader("Location")
        except OSError:
            time.sleep(0.1)
    raise AssertionError("nginx does not answer")


# --- withdrawn articles -----------------------------------------------------------------------------------------------


def test_a_withdrawn_article_says_so_and_is_in_no_list(archive):
    archive.write("a.md", "Secret words.", Withdrawn="At <b>her</b> request.", Summary="Secret words.", Tags="secret", Authors="Secret",
                  Source_url="https://paper.example/story", Image="https://paper.example/secret.png", Raw="secret.html", Title="Ferry", Slug="f")  # fmt: skip
    archive.write("b.md", "See [it]({filename}a.md).")
    archive.build()
    page = archive.page("2024/06/20/f/index.html")
    assert "This article was withdrawn. At &lt;b&gt;her&lt;/b&gt; request." in page
    assert '<meta name="robots" content="noindex">' in page
    everything = {
        path: path.read_text(encoding="utf-8", errors="replace")
        for path in archive.out.rglob("*")
        if path.is_file() and path.name != manifest.NAME
    }
    assert [path for path, text in everything.items() if re.search("secret", text, re.I)] == []
    naming = sorted(path.relative_to(archive.out).as_posix() for path, text in everything.items() if "06/20/f/" in text)
    maps = [f"{OLD}/withdrawn.{ending}" for ending in ("apache.txt", "csv", "nginx.map", "redirects.txt")]
    assert naming == ["2024/06/20/b/index.html", "2024/06/20/f/index.html", *maps]
    assert not (archive.out / "tag/secret").exists()


def test_noindex_stands_on_the_page_where_the_site_is_for_search_engines(archive):
    archive.settings["ROBOTS"] = "index"
    archive.write("a.md", Withdrawn="Wrong.")
    archive.write("b.md")
    archive.build()
    assert '"noindex"' in archive.page("2024/06/20/a/index.html")
    assert '"noindex"' not in archive.page("2024/06/20/b/index.html")


def test_a_deleted_article_goes_away(archive):
    archive.write("a.md", Aliases="/old/")
    archive.write("b.md")
    archive.build()
    (archive.folder / "content/a.md").unlink()
    archive.build()
    assert not (archive.out / "2024/06/20/a").exists()
    assert not (archive.out / "old").exists()
