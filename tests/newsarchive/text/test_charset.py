"""Charsets and control characters: bytes as pages really have them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsarchive.errors import UnreadableCapture
from newsarchive.text import charset as module
from newsarchive.text.charset import decode

SPANISH = "El alcalde dijo “sí” — la inversión fue de 3 millones de €. "
RUSSIAN = "Президент заявил, что бюджет будет принят в четверг, несмотря на возражения оппозиции. "
CHINESE = "市长周四表示，新的预算将在年底之前获得批准。"
TAIWANESE = "市長週四表示，新的預算將在年底之前獲得批准。"
JAPANESE = "市長は木曜日、新しい予算案が年内に承認されると述べた。"
KOREAN = "시장은 목요일 새 예산안이 연내에 승인될 것이라고 말했다."


@pytest.mark.parametrize(
    ("text", "stored", "charset", "head"),
    [
        (SPANISH, "cp1252", "ISO-8859-1", ""),
        (SPANISH, "cp1252", "windows-1252", ""),
        (SPANISH, "cp1252", None, '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1">'),
        (SPANISH, "cp1252", None, '<html lang="es-PE">'),
        (SPANISH, "cp1252", "utf-8", '<html lang="es">'),
        (SPANISH, "utf-8", None, ""),
        (SPANISH, "utf-8", "ISO-8859-1", ""),
        (SPANISH, "utf-8", None, "<meta charset=windows-1252>"),
        (SPANISH, "utf-8-sig", "ISO-8859-1", ""),
        (SPANISH, "utf-16", None, ""),
        (SPANISH, "utf-16-le", None, ""),
        (SPANISH, "utf-16-be", None, ""),
        (SPANISH, "cp1252", "zlib", '<html lang="es">'),
        (RUSSIAN, "cp1251", None, "<meta charset='windows-1251'>"),
        (RUSSIAN, "koi8-r", "koi8-r", ""),
        (RUSSIAN, "cp1251", None, '<html lang="ru">'),
        (RUSSIAN, "cp1251", None, ""),
        (CHINESE, "gbk", "gb2312", ""),
        (CHINESE, "utf-8", "gb2312", ""),
        (TAIWANESE, "big5", "big5", ""),
        (JAPANESE, "shift_jis", None, '<?xml version="1.0" encoding="Shift_JIS"?>'),
        (JAPANESE, "euc_jp", "EUC-JP", ""),
        (JAPANESE, "iso2022_jp", "iso-2022-jp", ""),
        (JAPANESE, "cp932", None, '<html lang="ja">'),
        (KOREAN, "euc_kr", "ks_c_5601-1987", ""),
    ],
)
def test_every_charset_gives_the_same_words(text: str, stored: str, charset: str | None, head: str) -> None:
    """The text comes back, whoever declares the charset, and also where the declaration is wrong."""
    page = f"{head}<p>{text}</p>"
    assert decode(page.encode(stored), charset, "text/html") == page


def test_the_header_outranks_the_meta() -> None:
    """A proxy may recode a page and leave its `<meta>`."""
    page = f"<meta charset=windows-1251><p>{SPANISH}</p>"
    assert decode(page.encode("cp1252"), "windows-1252", "text/html") == page


def test_a_text_file_has_no_meta() -> None:
    """A dump may quote markup; only pages declare charsets in it."""
    page = f"<meta charset=koi8-r>{RUSSIAN * 3}"
    assert decode(page.encode("cp1251"), None, "text/plain") == page


def test_stray_bytes_do_not_spoil_a_utf8_page() -> None:
    """One pasted Windows-1252 quote in a UTF-8 page is that quote; a broken character is a replacement mark."""
    payload = SPANISH.encode() * 9 + b"it\x92s " + "市".encode()[:2] + b". "
    assert decode(payload, "utf-8", "text/plain") == SPANISH * 9 + "it’s \ufffd. "


def test_a_page_cut_inside_a_character_loses_only_that() -> None:
    """A truncated download ends at its last whole character."""
    assert decode((CHINESE * 9).encode()[:-1], None, "text/plain") == (CHINESE * 9)[:-1]


def test_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error says what it is and what to do."""
    monkeypatch.setattr(module, "MAX_BYTES", 10)
    with pytest.raises(UnreadableCapture, match=r"^capture: .*at most.*\. Save "):
        decode(b"x" * 11, None, "text/plain")


@given(st.binary(max_size=300), st.sampled_from([None, "utf-8", "latin-1", "gbk", "utf-16", "zlib", "hex", "\0"]))
def test_any_bytes_give_text_without_controls(payload: bytes, charset: str | None) -> None:
    """Whatever the bytes, text comes back that XML, lxml and a UTF-8 file can hold."""
    text = decode(payload, charset, "text/html")
    text.encode()
    assert not any((c < " " and c not in "\n\t") or "\x7f" <= c <= "\x9f" or c in "\ufffe\uffff" for c in text)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"], exclude_characters="\ufeff")))
def test_utf8_text_comes_back_unchanged(text: str) -> None:
    """UTF-8 is taken as it is."""
    assert decode(text.encode(), None, "text/plain") == text
