"""Markdown means the same to comrak, to Python-Markdown, and to the reader who wrote it."""

import html as htmllib
import re

import comrak
import markdown as python_markdown
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from newsarchive.models import Block
from newsarchive.page import blocks, parser
from newsarchive.page.markdown import write_markdown

TEXTS = [
    "a < b & c > d ~ e", "1. May was cold", "# number one", "- two", "* three", "2 * 3 * 4", "[sic] and [TOC]", "a_b_c _d_",
    "&lt; stays", "`code` here", "!!! note", "*[HTML]: x", "key: value", ": colon first", "| pipe | pipe", "+ plus", "=== line",
    "https://a.example/x_y_z", "<script>alert(1)</script>", "{: #id}", "~~gone~~", "\\*escaped\\*", "![not an image](x)",
    "Title: not a header", "> quoted?", "--- three", "1) one", "``two``", "a\\", "«¡sí!»", "東京*都*", "$x_1$",
]  # fmt: skip


def seen(html):
    return " ".join(htmllib.unescape(re.sub(r"<[^>]+>", "", html)).split())


def both(text):
    options = comrak.ExtensionOptions()
    options.table = options.footnotes = options.strikethrough = options.description_lists = True
    return comrak.render_markdown(text, extension_options=options), python_markdown.markdown(text, extensions=["extra"])


@pytest.mark.parametrize("text", TEXTS)
def test_text_is_shown_as_it_stands_by_both(text):
    for html in both(write_markdown([Block("paragraph", text)], "")):
        assert seen(html) == " ".join(text.split())
        assert re.findall(r"<(\w+)", html) == ["p"]


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab *_`[]()#<>&~!|\\:{}.-+=1\"'^$", min_size=1, max_size=30).filter(lambda t: t.strip()))
def test_any_text_is_shown_as_it_stands_by_comrak(text):
    html = both(write_markdown([Block("paragraph", text)], ""))[0]
    assert seen(html) == " ".join(text.split())


def test_structure_survives_both():
    blocks = [
        Block("heading", "A head", level=2),
        Block("item", "one", "<b>one</b>", level=1),
        Block("item", "deep", level=2),
        Block("item", "two", level=1),
        Block("quote", "said", "<p>said</p>"),
        Block("paragraph", "x y", '<a href="/p?utm_source=q&amp;id=1">x</a> <em>y</em>'),
    ]
    text = write_markdown(blocks, "https://a.example/b/")
    for html in both(text):
        assert re.findall(r"<(h2|ul|li|strong|blockquote|a|em)\b", html) == [
            "h2", "ul", "li", "strong", "ul", "li", "li", "blockquote", "a", "em",
        ]  # fmt: skip
        assert 'href="https://a.example/p?id=1"' in html


@pytest.mark.parametrize(
    ("ruby", "shown"),
    [
        ("<ruby>漢字<rt>かんじ</rt></ruby>", "漢字（かんじ）"),
        ("<ruby>漢字<rp>(</rp><rt>かんじ</rt><rp>)</rp></ruby>", "漢字(かんじ)"),
        ("<ruby><rb>漢</rb><rt>かん</rt></ruby>", "漢（かん）"),
        ("<ruby>漢字<rt>（かんじ）</rt></ruby>", "漢字（かんじ）"),
    ],
)
def test_a_ruby_reading_is_shown_beside_its_word(ruby, shown):
    reading = blocks.read_blocks(parser.parse_html(f"<body><p>港で{ruby}を読む。</p></body>"))
    (block,) = [reading.written(block) for block in reading.blocks]
    assert block.text == f"港で{shown}を読む。"
    assert [seen(html) for html in both(write_markdown([block], ""))] == [block.text] * 2
