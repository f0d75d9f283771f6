"""Dates as pages write them, in many languages and forms."""

import pytest
from newsarchive.text.date_forms import DATE, find_stated_date, find_url_date, parse_date

STATED = [
    ("2024-06-20T18:49:47+02:00", "2024-06-20T18:49:47+02:00"),
    ("2024-06-20T16:49:47Z", "2024-06-20T16:49:47+00:00"),
    ("2024-06-20T16:49:47.1234567+02:00", "2024-06-20T16:49:47+02:00"),
    ("2024-06-20 10:00 EST", "2024-06-20T10:00-05:00"),
    ("20240620T101500Z", "2024-06-20T10:15+00:00"),
    ("Thu, 20 Jun 2024 10:00:00 GMT", "2024-06-20T10:00+00:00"),
    ("June 20, 2024 10:00 a.m. EDT", "2024-06-20T10:00-04:00"),
    ("12:20pm Jun 20, 2024", "2024-06-20T12:20"),
    ("Published June 20, 2024", "2024-06-20"),
    ("Do., 20. Juni 2024 um 10:05 Uhr", "2024-06-20T10:05"),
    ("20.06.2024, kl. 13.05", "2024-06-20T13:05"),
    ("20.06.24", "2024-06-20"),
    ("20 juin 2024 à 14h35", "2024-06-20T14:35"),
    ("20 de junio de 2024", "2024-06-20"),
    ("20 de junho de 2024", "2024-06-20"),
    ("20 giugno 2024", "2024-06-20"),
    ("20/06/2024 10:22", "2024-06-20T10:22"),
    ("Thứ năm, 20/6/2024, 05:00 (GMT+7)", "2024-06-20T05:00+07:00"),
    ("20 tháng 6 năm 2024", "2024-06-20"),
    ("20 июня 2024", "2024-06-20"),
    ("20 червня 2024", "2024-06-20"),
    ("20 czerwca 2024", "2024-06-20"),
    ("20. června 2024", "2024-06-20"),
    ("2024. június 20.", "2024-06-20"),
    ("20 Ιουνίου 2024", "2024-06-20"),
    ("20 Haziran 2024", "2024-06-20"),
    ("2024年6月20日 10時15分", "2024-06-20T10:15"),
    ("2024년 6월 20일", "2024-06-20"),
    ("٢٠ يونيو ٢٠٢٤", "2024-06-20"),
    ("Ana GaleJune 20, 2024", "2024-06-20"),
]


@pytest.mark.parametrize(("text", "expected"), STATED)
def test_a_date_is_read_with_the_time_and_the_zone_that_the_page_gives(text, expected):
    assert find_stated_date(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "3 hours ago",
        "03/04/2021",
        "© 2024 The Harbour Gazette",
        "June 2024",
        "2024-13-45",
        "31 June 2024",
        "Room 12.30.45",
    ],
)
def test_what_is_no_full_date_or_could_be_two_is_none(text):
    assert find_stated_date(text) == ""


def test_a_time_range_is_not_taken_for_a_zone():
    assert parse_date("31/12/2024 10:00 - 11:00").tzinfo is None


def test_a_date_is_found_within_a_line():
    assert DATE.search("Ferry sinks 20 June 2024, 10:00")[0] == "20 June 2024"
    assert DATE.search("Ferry sinks off Altona") is None


def test_an_address_states_a_day_only_where_it_is_whole():
    assert find_url_date("https://a.example/2024/06/20/ferry") == "2024-06-20"
    assert find_url_date("https://a.example/2024/06/ferry") == ""
    assert find_url_date("https://a.example/ferry-20241399") == ""
