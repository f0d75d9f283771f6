"""Blocks to Markdown in the common subset of comrak and Python-Markdown. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from newsarchive.models import Block

TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|dclid|msclkid|mc_[ce]id|igshid|yclid|_ga|ref_src|ref_url|cmpid|ocid|at_\w+|wt_\w+|s_cid|ito|guccounter|spm",
    re.I,
)
"""Parameters of an address that count visitors and lead nowhere else."""
SCHEMES = frozenset({"http", "https", "mailto"})
MAX_ADDRESS = 2000
EMPHASIS = {"b": "**", "strong": "**", "i": "*", "em": "*", "cite": "*", "dfn": "*"}
PLAYER = re.compile(r"(?:youtube(?:-nocookie)?\.com/embed/)([\w-]{6,20})", re.I)
LAZY = ("data-src", "data-original", "data-lazy-src", "src")

_SPACE = re.compile(r"\s+")
_SPECIAL = re.compile(r"([\\`*\[\]])")
_SNAKE = re.compile(r"(?<!\w)_|_(?!\w)")
_OPENS = re.compile(r"^(\s*)(#{1,6}(?=\s|$)|[-+](?=\s|$)|={2,}|-{2,}|:(?=\s)|\|)")
_NUMBERED = re.compile(r"^(\s*\d{1,9})([.)])(?=\s|$)")
_ABBREVIATION = re.compile(r"^(\s*)\\\*\\\[|^(\s*)\{:")
_ADDRESS = re.compile(r"(?<=:)/(?=/)")
_UNSEEN = re.compile(r"[\x00-\x20\x7f-\x9f]+|%(?:[01][0-9A-Fa-f]|7[fF])")
"""Control characters, plain and percent-encoded (libxml2 writes them so): browsers skip some of them in a scheme."""
_ENTITY = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "~": "&#126;"}


def plain(text: str) -> str:
    r"""Return text that renders as itself inside a paragraph, in comrak and in Python-Markdown.

    Entities stand for what the two escape differently; the rest takes a backslash.

    >>> plain("a < b & *c* [d] ~e~")
    'a &lt; b &amp; \\*c\\* \\[d\\] &#126;e&#126;'
    """
    text = "".join(_ENTITY.get(letter, letter) for letter in _SPACE.sub(" ", text))
    text = _SPECIAL.sub(r"\\\1", text)
    return _SNAKE.sub(r"\\_", text).replace("{:", "&#123;:").replace("![", "&#33;[")


def opening(text: str) -> str:
    r"""Escape what would make a paragraph's first characters a heading, a list, a rule or a table.

    >>> opening("1. May was cold"), opening("# one"), opening("- two"), opening("Title: x")
    ('1\\. May was cold', '\\# one', '\\- two', 'Title: x')
    """
    text = _NUMBERED.sub(r"\1\\\2", text)
    return _OPENS.sub(
        lambda match: match[1] + {":": "&#58;", "=": "&#61;" + match[2][1:]}.get(match[2][0], "\\" + match[2]), text
    )


def clean_url(address: str, base_url: str) -> str:
    """Return an address that may be linked, absolute and without tracking parameters, or "".

    >>> clean_url("/a?utm_source=x&id=3#p", "https://a.example/b")
    'https://a.example/a?id=3#p'
    >>> clean_url("java\\tscript:alert(1)", "https://a.example/"), clean_url("x.html", "")
    ('', '')
    """
    try:
        address = urljoin(base_url, _UNSEEN.sub("", address))
        parts = urlsplit(address)
        parts.port  # noqa: B018 - raises on a port that is none
    except ValueError:
        return ""
    if parts.scheme not in SCHEMES or (parts.scheme != "mailto" and not parts.netloc) or len(address) > MAX_ADDRESS:
        return ""
    query = parts.query
    if TRACKING.search(query):
        query = urlencode(
            [pair for pair in parse_qsl(query, keep_blank_values=True) if not TRACKING.fullmatch(pair[0])]
        )
    return urlunsplit(parts._replace(query=query))


def _target(address: str) -> str:
    """Return an address as it stands between the parentheses of a link."""
    signs = {"(": "%28", ")": "%29", "<": "%3C", ">": "%3E", " ": "%20", "\\": "%5C", '"': "%22", "*": "%2A", "_": "_",
             "`": "%60", "[": "%5B", "]": "%5D", "{": "%7B", "}": "%7D", "|": "%7C", "^": "%5E", "&": "&amp;"}  # fmt: skip
    return "".join(signs.get(letter, letter) for letter in address)


def markdown(blocks: list[Block], base_url: str) -> str:
    """Return the blocks as Markdown that ends in one newline.

    >>> markdown([Block("heading", "Ice", level=3), Block("paragraph", "1 < 2", "1 &lt; <b>2</b>")], "")
    '### Ice\\n\\n1 &lt; **2**\\n'
    """
    soups = _soups(blocks)
    parts: list[str] = []
    before: Block | None = None
    for block, soup in zip(blocks, soups, strict=True):
        text = WRITERS[block.kind](block, soup, base_url)
        if not text:
            continue
        joined = before is not None and before.kind == block.kind == "item" and before.ordered == block.ordered
        if parts:
            parts.append("\n" if joined and before and before.level == block.level else "\n\n")
        parts.append(text)
        before = block
    return "".join(parts).strip("\n") + "\n"


def _soups(blocks: list[Block]) -> list[Tag | None]:
    """Parse the fragments of all blocks at once: one parser start instead of one a block."""
    html = "".join(f'<section data-n="{n}">{block.html}</section>' for n, block in enumerate(blocks) if block.html)
    soup = BeautifulSoup(html, "lxml")
    found = {section["data-n"]: section for section in soup.find_all("section", attrs={"data-n": True})}
    return [found.get(str(n)) for n in range(len(blocks))]


def _inline(node: Tag, base_url: str) -> str:
    """Return an element's inline content as Markdown."""
    return "".join(_node(child, base_url) for child in node.children)


def _node(node: object, base_url: str) -> str:
    if isinstance(node, NavigableString):
        return plain(str(node)) if type(node) is NavigableString else ""
    if not isinstance(node, Tag) or node.name in ("script", "style", "img", "svg", "button", "figcaption", "noscript"):
        return ""
    if node.name == "br":
        return "\n"
    if node.name == "a":
        return _link(node, base_url)
    if node.name == "code" or node.name == "kbd":
        return _code(node.get_text())
    inner = _inline(node, base_url)
    mark = EMPHASIS.get(node.name)
    return _wrapped(inner, mark) if mark else inner


def _wrapped(inner: str, mark: str) -> str:
    """Put an emphasis mark right around the words, spaces outside; none within emphasis or across lines."""
    words = inner.strip()
    if not words or "*" in words.replace("\\*", "") or "\n" in words or not re.search(r"\w", words):
        return inner
    before, after = inner[: len(inner) - len(inner.lstrip())], inner[len(inner.rstrip()) :]
    return f"{before}{mark}{words}{mark}{after}"


def _code(text: str) -> str:
    text = _SPACE.sub(" ", text).strip()
    if not text:
        return ""
    return f"`{text}`" if "`" not in text else plain(text)


def _link(node: Tag, base_url: str) -> str:
    inner = _inline(node, base_url)
    words = _SPACE.sub(" ", inner).strip()
    address = clean_url(str(node.get("href") or ""), base_url)
    if not words or not address or str(node.get("href")).startswith("#") or "](" in words:
        return inner
    before = " " if inner[:1].isspace() else ""
    return f"{before}[{words}]({_target(address)}){' ' if inner[-1:].isspace() else ''}"


_GLUE = re.compile(
    r"(?<=\w)(?<!\\)(\*{1,2})(?=[^\s*])([^*]+?)(?<![\s\\])(\*{1,2})"
    r"|(?<!\\)(\*{1,2})(?=[^\s*])([^*]+?)(?<![\s\\])(\*{1,2})(?=\w)"
)


def _lines(text: str) -> str:
    """Fold spaces and keep line breaks as two-space breaks; emphasis inside a word, which readers differ on, goes."""
    text = _GLUE.sub(lambda m: m[2] or m[5] or "", text)
    lines = [_SPACE.sub(" ", line).strip() for line in text.split("\n")]
    return "  \n".join(opening(line) for line in lines if line)


def _content(block: Block, soup: Tag | None, base_url: str) -> str:
    return _lines(_inline(soup, base_url)) if soup is not None else _lines(plain(block.text))


def _paragraph(block: Block, soup: Tag | None, base_url: str) -> str:
    return _content(block, soup, base_url)


def _heading(block: Block, soup: Tag | None, base_url: str) -> str:
    text = _content(block, soup, base_url).replace("  \n", " ").rstrip("#").strip()
    return f"{'#' * min(max(block.level, 2), 6)} {text}" if text else ""


def _item(block: Block, soup: Tag | None, base_url: str) -> str:
    text = _content(block, soup, base_url).replace("  \n", " ")
    mark = "1." if block.ordered else "-"
    return f"{'    ' * (max(block.level, 1) - 1)}{mark} {text}" if text else ""


def _quote(block: Block, soup: Tag | None, base_url: str) -> str:
    paragraphs = (
        [p for p in soup.find_all(["p", "li", "footer", "div"]) if not p.find(["p", "li", "div"])] if soup else []
    )
    texts = [_lines(_inline(p, base_url)) for p in paragraphs] if paragraphs else [_content(block, soup, base_url)]
    lines = "\n\n".join(text for text in texts if text).split("\n")
    return "\n".join(f"> {line}".rstrip() if line else ">" for line in lines) if any(lines) else ""


def _pre(block: Block, soup: Tag | None, base_url: str) -> str:
    lines = [re.sub(r"[\x00-\x08\x0b-\x1f]", "", line) for line in block.text.split("\n")]
    return "\n".join(f"    {line}".rstrip() for line in lines)


def _table(block: Block, soup: Tag | None, base_url: str) -> str:
    rows = (
        [[_cell(cell, base_url) for cell in row.find_all(["td", "th"])] for row in soup.find_all("tr")] if soup else []
    )
    rows = [row for row in rows if any(row)]
    if len(rows) < 2:
        return ""
    width = max(map(len, rows))
    lines = ["| " + " | ".join([*row, *[""] * (width - len(row))]) + " |" for row in rows]
    return "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])


def _cell(cell: Tag, base_url: str) -> str:
    return (
        _SPACE.sub(" ", _GLUE.sub(lambda m: m[2] or m[5] or "", _inline(cell, base_url))).strip().replace("|", "&#124;")
    )


def image_address(image: Tag | None, base_url: str) -> str:
    """Return the address of an image, a lazy one's true address before its placeholder."""
    if image is None:
        return ""
    for name in LAZY:
        value = str(image.get(name) or "")
        if value and not value.startswith("data:") and (address := clean_url(value, base_url)):
            return address
    candidates = [part.split() for part in str(image.get("srcset") or image.get("data-srcset") or "").split(", ")]
    return clean_url(candidates[-1][0], base_url) if candidates and candidates[-1] else ""


def _figure(block: Block, soup: Tag | None, base_url: str) -> str:
    """Write an image with its caption as its title; the site half makes a link of a remote one."""
    image = soup.find("img") if soup else None
    caption = soup.find("figcaption") if soup else None
    words = _SPACE.sub(" ", caption.get_text(" ")).strip() if caption else ""
    alt = _SPACE.sub(" ", str(image.get("alt") or "")).strip() if isinstance(image, Tag) else ""
    label = words or ("" if re.fullmatch(r"\S+\.(?:jpe?g|png|gif|webp)", alt, re.I) else alt)
    address = image_address(image if isinstance(image, Tag) else None, base_url)
    if not address:
        frame = soup.find("iframe") if soup else None
        return _embed(block, soup, base_url) if frame is not None else ""
    title = label.replace("\\", "").replace('"', "&quot;")
    return f'![{plain(alt or label)[:200]}]({_target(address)} "{_attribute(title)}")' if label else ""


def _attribute(text: str) -> str:
    return "".join(_ENTITY.get(letter, letter) for letter in text.replace("&quot;", "\u201d"))


def _embed(block: Block, soup: Tag | None, base_url: str) -> str:
    """Write what another host would show as a link to it, and the words of a quoted post as a quote."""
    frame = soup.find("iframe") if soup else None
    if isinstance(frame, Tag):
        address = clean_url(str(frame.get("src") or frame.get("data-src") or ""), base_url or "https:")
        player = PLAYER.search(address)
        address = f"https://www.youtube.com/watch?v={player[1]}" if player else address
        return f"[{plain(urlsplit(address).hostname or 'video')}]({_target(address)})" if address else ""
    return _quote(block, soup, base_url)


WRITERS: dict[str, Callable[[Block, Tag | None, str], str]] = {
    "paragraph": _paragraph, "heading": _heading, "item": _item, "quote": _quote, "pre": _pre, "table": _table,
    "figure": _figure, "embed": _embed,
}  # fmt: skip
