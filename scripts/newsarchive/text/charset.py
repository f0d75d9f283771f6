"""This module turns bytes into text: it finds the charset of a capture, and leaves out what no file should hold."""

from __future__ import annotations

import codecs
import re

from newsarchive.errors import UnreadableCapture

MAX_BYTES = 50 * 2**20
"""Largest payload that is read; a news page is 0.1 to 2 MiB, and parsers lose most of far larger ones in silence."""

HEAD_BYTES = 16 * 2**10
"""How far into a page a declaration counts. HTML says 1 KiB; saved pages carry long comments and scripts first."""

SAMPLE_BYTES = 64 * 2**10
"""What is given to the guesser, whose cost grows with the text and whose answer no longer changes."""

PROOF = 8
"""UTF-8 characters that outweigh a declared multi-byte charset; by chance, one GBK character in ten is valid UTF-8."""

STRAY_SHARE = 0.1
"""Share of bytes outside UTF-8 among a page's non-ASCII characters up to which it is UTF-8 with strays in it."""

BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))

SINGLE_BYTE = frozenset({
    "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "cp866", "cp874",
    "iso8859-2", "iso8859-3", "iso8859-4", "iso8859-5", "iso8859-6", "iso8859-7", "iso8859-8", "iso8859-10",
    "iso8859-13", "iso8859-14", "iso8859-15", "iso8859-16", "koi8-r", "koi8-u", "mac-roman", "mac-cyrillic",
})  # fmt: skip
MULTI_BYTE = frozenset({"gb18030", "big5hkscs", "euc_jp", "iso2022_jp", "cp932", "cp949", "utf-16-le", "utf-16-be"})
"""With `SINGLE_BYTE` and UTF-8, what browsers read. Any other Python codec (`zlib`, `idna`) is refused."""

LABELS = {
    "x-sjis": "cp932", "sjis": "cp932", "x-gbk": "gb18030", "x-euc-jp": "euc_jp", "windows-874": "cp874",
    "utf8mb4": "utf-8", "iso-8859-8-i": "iso8859-8", "x-mac-roman": "mac-roman", "x-mac-cyrillic": "mac-cyrillic",
}  # fmt: skip
"""Labels that pages use and Python does not know."""

SUPERSETS = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949", "big5": "big5hkscs",
    "utf-16": "utf-16-le",
}  # fmt: skip
"""What browsers mean by a label (WHATWG Encoding): the larger set that pages really use."""

BY_LANGUAGE = {
    "ar": "cp1256", "fa": "cp1256", "be": "cp1251", "bg": "cp1251", "mk": "cp1251", "ru": "cp1251", "sr": "cp1251",
    "uk": "cp1251", "cs": "cp1250", "hr": "cp1250", "hu": "cp1250", "pl": "cp1250", "ro": "cp1250", "sk": "cp1250",
    "sl": "cp1250", "el": "cp1253", "he": "cp1255", "ja": "cp932", "ko": "cp949", "th": "cp874", "tr": "cp1254",
    "vi": "cp1258", "et": "cp1257", "lt": "cp1257", "lv": "cp1257", "zh": "gb18030", "en": "cp1252", "es": "cp1252",
    "pt": "cp1252", "fr": "cp1252", "de": "cp1252", "it": "cp1252", "nl": "cp1252", "ca": "cp1252", "gl": "cp1252",
    "da": "cp1252", "sv": "cp1252", "nb": "cp1252", "no": "cp1252", "fi": "cp1252", "is": "cp1252", "eu": "cp1252",
}  # fmt: skip
"""A page's charset where only its language is declared (the legacy defaults of browsers by locale)."""

META_CHARSET = re.compile(rb"""<(?:meta\b[^>]*?\bcharset|\?xml\b[^>]*?\bencoding)\s*=\s*["']?\s*([\w:.-]+)""", re.I)
HTML_LANG = re.compile(rb"""<html\b[^>]*?\blang\s*=\s*["']?\s*([A-Za-z]{2,3})\b""", re.I)
TAGS = re.compile(rb"(?is)<(script|style)\b.*?</\1\s*>|<!--.*?-->|<[^>]*>")
STRAY = re.compile("[\udc80-\udcff]+")
LONE_STRAY = re.compile("(?<![^\x00-\x7f])[\udc80-\udcff](?![^\x00-\x7f])")
CONTROLS = bytes([*range(9), *range(0x0E, 0x20), 0x7F])
LINE_ENDS = bytes.maketrans(b"\r\x0b\x0c", b"\n\n\n")
NO_CHARACTERS = ("\ufffe".encode(), "\uffff".encode())
C1 = re.compile(b"\xc2([\x80-\x9f])")


def decode(payload: bytes, charset: str | None, media_type: str) -> str:
    r"""Return a capture's text with LF line ends and without control characters other than line end and tab.

    Believes, in this order: a byte order mark, bytes that prove UTF-8, `charset` (of the HTTP header), the page's own
    `<meta>`, UTF-8 with a few strays, the page's language, a guess. Raises `UnreadableCapture` over `MAX_BYTES`.

    >>> decode("añil\r\n".encode("latin-1"), "ISO-8859-1", "text/plain")
    'añil\n'
    >>> decode("<meta charset=gb2312>新闻".encode("gbk"), None, "text/html")
    '<meta charset=gb2312>新闻'
    >>> decode("a\x00b\x0bc".encode(), None, "text/plain")
    'ab\nc'
    """
    if len(payload) > MAX_BYTES:
        what = f"it is {len(payload) / 2**20:.0f} MiB, and at most {MAX_BYTES // 2**20} MiB are read"
        raise UnreadableCapture("capture", what, "Save the article alone, without what is embedded in the page.")
    return _tidy_text(_decode_text(payload, charset, "html" in media_type))


def _decode_text(payload: bytes, charset: str | None, is_html: bool) -> str:
    """Return the text under the first charset that the evidence supports."""
    head = payload[:HEAD_BYTES] if is_html else b""
    for bom, name in BOMS:
        if payload.startswith(bom):
            return payload[len(bom) :].decode(name, "replace")
    declared = [name for name in (find_codec(charset), _find_meta_charset(head)) if name]
    proven = _decode_utf16(payload) or _decode_shifted(payload, declared) or _decode_utf8(payload, declared)
    if proven is not None:
        return proven
    for name in [*declared, "utf-8"]:
        text = _decode_nearly_utf8(payload) if name == "utf-8" else _decode_strictly(payload, name)
        if text is not None:
            return text
    fallback = _find_language_charset(head) or _guess_codec(payload)
    text = _decode_strictly(payload, fallback) if fallback else None
    if text is not None:
        return text
    return payload.decode(next((name for name in declared if name != "utf-8"), "cp1252"), "replace")


def find_codec(label: str | None) -> str | None:
    """Return the Python codec that browsers mean by a charset label; None for none or one that pages cannot use.

    >>> find_codec("ISO-8859-1"), find_codec("'Shift_JIS'"), find_codec("utf8"), find_codec("zlib"), find_codec("klingon")
    ('cp1252', 'cp932', 'utf-8', None, None)
    """
    label = (label or "").strip(" \t\r\n\"'").lower()
    try:
        name = codecs.lookup(LABELS.get(label, label)).name
    except (LookupError, ValueError):
        return None
    name = SUPERSETS.get(name, name)
    return name if name == "utf-8" or name in SINGLE_BYTE or name in MULTI_BYTE else None


def _find_meta_charset(head: bytes) -> str | None:
    """Return the codec that the page declares of itself; UTF-16 cannot be declared in ASCII and means UTF-8."""
    match = META_CHARSET.search(head)
    name = find_codec(match[1].decode("ascii", "ignore")) if match else None
    return "utf-8" if name and name.startswith("utf-16") else name


def _find_language_charset(head: bytes) -> str | None:
    """Return the legacy charset of the language that the page declares."""
    match = HTML_LANG.search(head)
    return BY_LANGUAGE.get(match[1].decode("ascii").lower()) if match else None


def _decode_utf16(payload: bytes) -> str | None:
    """Return UTF-16 text without a byte order mark, known by NULs in every second place and nowhere else."""
    sample = payload[:2048]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if max(even, odd) * 4 < len(sample) or min(even, odd) * 20 > max(even, odd):
        return None
    return payload.decode("utf-16-le" if odd > even else "utf-16-be", "replace")


def _decode_shifted(payload: bytes, declared: list[str]) -> str | None:
    """Return ISO-2022-JP text, whose seven-bit bytes would pass for UTF-8."""
    return _decode_strictly(payload, "iso2022_jp") if "iso2022_jp" in declared and b"\x1b" in payload else None


def _decode_utf8(payload: bytes, declared: list[str]) -> str | None:
    """Return UTF-8 text where the bytes prove it, whatever is declared (a re-saved page keeps its old `<meta>`)."""
    text = _decode_strictly(payload, "utf-8")
    if text is None or text.isascii() or not MULTI_BYTE.intersection(declared):
        return text
    return text if sum(1 for character in text if character > "\x7f") >= PROOF else None


def _decode_nearly_utf8(payload: bytes) -> str | None:
    """Return UTF-8 text with stray bytes in it, a lone one read as Windows-1252; None where strays are many."""
    text = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode(payload)
    strays = sum(map(len, STRAY.findall(text)))
    if strays > STRAY_SHARE * sum(1 for character in text if character > "\x7f"):
        return None
    text = LONE_STRAY.sub(lambda stray: bytes([ord(stray[0]) - 0xDC00]).decode("cp1252", "replace"), text)
    return STRAY.sub("\ufffd", text)


def _decode_strictly(payload: bytes, name: str) -> str | None:
    """Return the text, or None where one byte does not fit."""
    try:
        return payload.decode(name)
    except UnicodeDecodeError:
        return None


def _guess_codec(payload: bytes) -> str | None:
    """Return the codec that the words look written in; markup says nothing and is left out."""
    import charset_normalizer  # few pages come to it

    words = TAGS.sub(b" ", payload[: 4 * SAMPLE_BYTES])[:SAMPLE_BYTES]
    best = charset_normalizer.from_bytes(words).best()
    return find_codec(best.encoding) if best else None


def _tidy_text(text: str) -> str:
    r"""Return text with LF line ends and no control characters but line end and tab.

    C1 controls stand for what Windows-1252 has in their place, as browsers read `&#146;`.

    >>> _tidy_text("\ufeffIt\x92s\r\nhere\rnow\x1f")
    'It’s\nhere\nnow'
    """
    text = text.removeprefix("\ufeff")
    stated = text.encode("utf-8", "surrogatepass")
    plain = stated.replace(b"\r\n", b"\n").translate(LINE_ENDS, CONTROLS)
    plain = C1.sub(lambda mark: mark[1].decode("cp1252", "ignore").encode(), plain)
    for none in NO_CHARACTERS:
        plain = plain.replace(none, b"")
    return text if plain == stated else plain.decode("utf-8", "surrogatepass")
