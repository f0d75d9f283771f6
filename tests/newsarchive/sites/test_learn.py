"""What is learned of a site: residue and never a story's own words, the same in any order, written once and kept."""

import os
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from newsarchive import pipeline
from newsarchive.ingest import learn_sites
from newsarchive.models import Block, RawPage
from newsarchive.rules import learned, rules, site_rules
from newsarchive.sites import learn as learning
from newsarchive.sites import site_page
from support import papers
from support.paths import BASE

RULES = rules.load(BASE / "scripts" / "rules")
KINDS = {"pages": False, "dumps": True}


def learn(captures):
    return learning.learn_site([learn_sites.read_sight(c.page) for c in captures], len(captures))


def converted(capture, site, knowledge):
    known = replace(RULES, sites={site: site_rules.SiteRules(site, learned=knowledge)}) if knowledge else RULES
    return pipeline.convert(capture.page, known)


def paragraphs(conversion):
    return {line.lstrip("# ") for line in conversion.article.body.split("\n") if line}


@pytest.fixture(params=KINDS.values(), ids=KINDS)
def paper(request):
    captures = papers.captures(12, as_dump=request.param)
    return captures, "lantern" if request.param else papers.HOST


def test_learned_rules_leave_the_story_and_nothing_else(paper):
    captures, site = paper
    knowledge = learn(captures)
    for capture in captures:
        assert paragraphs(converted(capture, site, knowledge)) == set(capture.story)


def test_without_learning_the_furniture_stays(paper):
    captures, site = paper
    for capture in captures:
        assert len({papers.LETTER, papers.ASK, papers.LAST} & paragraphs(converted(capture, site, None))) >= 2


def test_what_was_learned_says_how_often_it_was_seen(paper):
    captures, _ = paper
    knowledge = learn(captures)
    assert (knowledge.pages, knowledge.captures) == (12, 12)
    seen = {s.text: s.seen for s in knowledge.repeats}
    assert seen[papers.ASK] == seen[papers.LAST] == 12
    assert [(s.text, s.seen) for s in knowledge.openings] == [("nose into this", 12)]


def test_the_order_of_the_pages_does_not_count(paper):
    captures, _ = paper
    shuffled = list(captures)
    random.Random(3).shuffle(shuffled)
    assert learned.render(learn(shuffled)) == learned.render(learn(captures))


def test_text_that_a_paper_copies_into_its_stories_is_not_learned(paper):
    captures, _ = paper
    assert sum(papers.BACKGROUND in capture.story for capture in captures) >= learning.LEAST_SEEN
    knowledge = learn(captures)
    texts = {s.text for s in (*knowledge.repeats, *knowledge.ends)}
    assert not texts & {papers.BACKGROUND, "What happens next", "The inquiry goes on, and will not be short."}


def test_copies_of_one_story_count_once():
    captures = papers.captures(1) * 5
    copies = [replace(c, page=replace(c.page, path=f"{n}.html")) for n, c in enumerate(captures)]
    knowledge = learn(copies)
    assert knowledge.pages == 1
    assert knowledge.repeats == knowledge.furniture == ()


def test_copies_without_an_address_count_once():
    captures = papers.captures(1, as_dump=True) * 5
    copies = [replace(c, page=replace(c.page, path=f"{n}.txt")) for n, c in enumerate(captures)]
    assert learn(copies).pages == 1


def page(number, *inside, after=()):
    story = f"A story of its own tells at some length how the keeper of lamp {number} rowed out, and what the gull that he named after an aunt took from the bow of the boat."
    texts = [f"First {story}", *inside, f"Then {story}", *after]
    blocks = [Block("paragraph", text, path="body/p", position=n) for n, text in enumerate(texts)]
    return site_page.make_page(f"{number}.html", "", blocks, {})


def test_long_lines_that_differ_in_numbers_are_news_in_one_form():
    knowledge = learning.learn_site([page(n) for n in range(8)], 8)
    assert knowledge.pages == 8
    assert knowledge.repeats == ()


def test_a_label_inside_of_stories_is_left_to_the_general_rules():
    pages = [page(n, "What we like", "Pros") for n in range(8)]
    assert learning.learn_site(pages, 8).repeats == ()


def test_a_prompt_inside_of_stories_needs_half_of_them():
    prompt = "Get the lamp letter by post each week, with the tides of nine harbours in it."
    few = [page(n, *([prompt] if n < 3 else [])) for n in range(8)]
    many = [page(n, *([prompt] if n < 4 else [])) for n in range(8)]
    assert learning.learn_site(few, 8).repeats == ()
    assert [(s.text, s.seen) for s in learning.learn_site(many, 8).repeats] == [(prompt, 4)]


def test_an_end_that_few_stories_of_many_share_is_their_own():
    ending = "The harbour was dredged by the old company until its licence ran out, and has silted up a little each year since then, as the town knows."
    pages = [page(n) for n in range(100)]

    def ended(count):
        return [page(n, after=[ending] if n < count else ()) for n in range(100)]

    assert ending not in {s.text for s in learning.learn_site(ended(4), 100).repeats}
    assert ending in {s.text for s in learning.learn_site(ended(5), 100).repeats}
    assert learning.learn_site(pages, 100).repeats == ()


def test_a_large_source_is_learned_from_a_sample_that_its_order_does_not_change():
    paths = [f"a/{n}.html" for n in range(1000)]
    sample = learning.choose_sample(paths)
    assert len(sample) == learning.SAMPLE
    assert learning.choose_sample(reversed(paths)) == sample
    assert len(set(learning.choose_sample(paths[:900])) & set(sample)) > 0.8 * learning.SAMPLE


# --- the file -------------------------------------------------------------------------------------------------------


def test_a_learned_part_is_read_as_it_was_written():
    knowledge = learn(papers.captures(6))
    knowledge = replace(
        knowledge, repeats=(*knowledge.repeats, learned.Sighting(3, 'A "quoted" \\ line\x7f\u2028, tab\t'))
    )
    site = site_rules.read_site(learned.replace_learned("", knowledge, "a.example"), Path("a.example.toml"))
    assert site.learned == knowledge


def test_learning_again_keeps_every_byte_of_a_persons_part():
    persons_part = '# mine\nsource = "The A"\n\n[fields]\ntitle = "h1"   # odd   spacing\n'
    first = learned.replace_learned(persons_part, learn(papers.captures(6)), "a.example")
    second = learned.replace_learned(first, learn(papers.captures(9)), "a.example")
    assert first != second
    assert learned.split(first)[0] == learned.split(second)[0] == persons_part
    assert site_rules.read_site(second, Path("a.example.toml")).source == "The A"


def test_an_edit_of_the_learned_part_is_noticed():
    text = learned.replace_learned("", learn(papers.captures(6)), "a.example")
    assert not learned.is_edited(text)
    assert learned.is_edited(text.replace(papers.ASK, "Something else"))
    assert learned.is_edited(text + '[fields]\ntitle = "h1"\n')
    assert not learned.is_edited(learned.SUM.sub("", text).replace(papers.ASK, "Something else"))


# --- folders --------------------------------------------------------------------------------------------------------


def run(script, folder, *more, seed="0"):
    named = ["--content", str(folder / "content")]
    command = [sys.executable, str(BASE / "scripts" / script), str(folder / "raw"), *named, *more]
    env = {**os.environ, "PYTHONHASHSEED": seed}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=env, stdin=subprocess.DEVNULL)


def save(folder, captures):
    for capture in captures:
        path = folder / "raw" / capture.page.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(capture.page.payload)


def bodies(folder):
    return "".join(path.read_text() for path in sorted((folder / "content").rglob("*.md")))


def test_a_new_source_is_learned_before_its_pages_are_cleaned(tmp_path):
    save(tmp_path, papers.captures(8))
    done = run("ingest.py", tmp_path)
    assert f"rules/{papers.HOST}.toml: learned from 8 stories" in done.stdout
    assert papers.ASK not in bodies(tmp_path)
    assert papers.BACKGROUND in bodies(tmp_path)


@pytest.mark.slow
def test_any_number_of_jobs_and_any_hash_seed_write_the_same_file(tmp_path):
    files = []
    for jobs, seed in (("1", "1"), ("2", "2")):
        folder = tmp_path / jobs
        save(folder, [*papers.captures(8), *papers.captures(8, as_dump=True)])
        run("ingest.py", folder, "--jobs", jobs, seed=seed)
        files.append({f.name: f.read_bytes() for f in (folder / "rules").iterdir()})
    assert sorted(files[0]) == ["lantern.toml", f"{papers.HOST}.toml"]
    assert files[0] == files[1]


def test_four_pages_are_not_learned_and_the_fifth_says_what_was_cleaned_before(tmp_path):
    captures = papers.captures(12)
    save(tmp_path, captures[:4])
    assert "learned" not in run("ingest.py", tmp_path).stdout
    assert not (tmp_path / "rules").exists()
    save(tmp_path, captures[4:5])
    assert "learned from 5 stories" in (said := run("ingest.py", tmp_path).stdout)
    assert "4 captures were cleaned before without it" in said


@pytest.mark.slow
def test_more_pages_change_no_rules_until_a_person_says_so(tmp_path):
    captures = papers.captures(12)
    save(tmp_path, captures[:5])
    run("ingest.py", tmp_path)
    file = tmp_path / "rules" / f"{papers.HOST}.toml"
    first = file.read_bytes()
    save(tmp_path, captures[5:9])
    assert "make learn" not in run("ingest.py", tmp_path).stdout
    save(tmp_path, captures[9:])
    said = run("ingest.py", tmp_path).stdout
    assert f"rules/{papers.HOST}.toml: learned when there were 5 captures, now there are 12." in said
    assert f"make learn SITE={papers.HOST}" in said
    assert file.read_bytes() == first
    shown = run("learn.py", tmp_path)
    assert "-pages = 5" in shown.stdout
    assert "+pages = 12" in shown.stdout
    assert file.read_bytes() == first
    assert "1 written" in run("learn.py", tmp_path, "--yes").stdout
    assert file.read_bytes() != first
    assert "0 rules files differ" in run("learn.py", tmp_path).stdout
    assert "make learn" not in run("ingest.py", tmp_path).stdout


@pytest.mark.slow
def test_a_lost_cache_counts_the_same(tmp_path):
    captures = papers.captures(12)
    save(tmp_path, captures[:5])
    run("ingest.py", tmp_path)
    save(tmp_path, captures[5:])
    first = run("ingest.py", tmp_path).stdout
    (cache,) = (tmp_path / ".cache").glob("ingest-*.json")
    cache.unlink()
    again = run("ingest.py", tmp_path).stdout
    assert "now there are 12" in first
    assert "now there are 12" in again


def test_a_persons_file_is_kept_and_an_edited_learned_part_is_left_alone(tmp_path):
    captures = papers.captures(12)
    file = tmp_path / "rules" / f"{papers.HOST}.toml"
    file.parent.mkdir()
    persons_part = f'source = "The Lantern"\nkeep = ["{papers.ASK}"]\n'
    file.write_text(persons_part)
    save(tmp_path, captures[:6])
    run("ingest.py", tmp_path)
    assert file.read_text().startswith(persons_part + learned.MARKER)
    assert "Source: The Lantern" in bodies(tmp_path)
    assert papers.ASK in bodies(tmp_path)
    assert papers.LAST not in bodies(tmp_path)
    edited = file.read_text().replace(papers.LAST, "Nothing of the kind")
    file.write_text(edited)
    save(tmp_path, captures[6:])
    done = run("learn.py", tmp_path, "--yes")
    assert done.returncode == 1
    assert "edited by hand and is left alone" in done.stdout
    assert file.read_text() == edited


def test_a_dry_run_says_what_would_be_learned_and_writes_nothing(tmp_path):
    save(tmp_path, papers.captures(6))
    done = run("ingest.py", tmp_path, "--dry-run")
    assert "would be learned from 6 stories" in done.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["raw"]


def test_a_folder_of_many_hosts_is_learned_host_by_host(tmp_path):
    save(tmp_path, papers.captures(5))
    for capture in papers.captures(5, seed=8):
        path = tmp_path / "raw/lantern" / f"b-{capture.page.path.rpartition('/')[2]}"
        path.write_bytes(capture.page.payload.replace(papers.HOST.encode(), b"other.example"))
    run("ingest.py", tmp_path)
    assert sorted(f.name for f in (tmp_path / "rules").iterdir()) == ["other.example.toml", f"{papers.HOST}.toml"]


def test_one_site_is_learned_and_one_that_is_not_there_is_named(tmp_path):
    save(tmp_path, [*papers.captures(5), *papers.captures(5, as_dump=True)])
    assert "1 sites learned" in run("learn.py", tmp_path, "--site", "lantern").stdout
    missing = run("learn.py", tmp_path, "--site", "nowhere.example")
    assert missing.returncode == 1
    assert "nowhere.example" in missing.stderr


def test_a_paragraph_with_link_buttons_is_no_furniture():
    """Buttons inside of paragraphs make a place of links below the story's own paragraphs."""

    def page(number):
        story = "".join(f"<p>{word} {number} was opened by hand on Thursday for the first time in forty years, after the motor that turns the gates burned out, said keeper {word}.</p><p><a class=more href=/{word}{number}>See how {word} {number} works today</a></p>" for word in ("Lock", "Weir", "Sluice", "Ferry"))  # fmt: skip
        html = f"<html><head><title>Lock {number}</title></head><body><div class=page><div class=text>{story}</div></div></body></html>"
        return RawPage(f"a/{number}.html", html.encode(), "text/html", str(number), url=f"https://a.example/{number}")

    knowledge = learning.learn_site([learn_sites.read_sight(page(n)) for n in range(6)], 6)
    assert not [place for place in knowledge.furniture if place.text.endswith("/p")]
