"""A feed's path to the ways of subscribing to it."""

import pytest

from calfeed.web.subscribe import Subscription, subscription


def test_r85_addresses_are_written_as_each_client_takes_them() -> None:
    made = subscription(
        "https://reading.example.org/group/", "presenter/小雨", "Reading & Co: 小雨", tells=True
    )
    assert made == Subscription(
        name="Reading & Co: 小雨",
        url="https://reading.example.org/group/presenter/%E5%B0%8F%E9%9B%A8.ics",
        webcal="webcal://reading.example.org/group/presenter/%E5%B0%8F%E9%9B%A8.ics",
        google="https://calendar.google.com/calendar/r?cid="
        "webcal%3A%2F%2Freading.example.org%2Fgroup%2Fpresenter%2F%25E5%25B0%258F%25E9%259B%25A8.ics",
        outlook="https://outlook.live.com/calendar/0/addfromweb?"
        "url=https%3A%2F%2Freading.example.org%2Fgroup%2Fpresenter%2F%25E5%25B0%258F%25E9%259B%25A8.ics"
        "&name=Reading%20%26%20Co%3A%20%E5%B0%8F%E9%9B%A8",
        microsoft365="https://outlook.office.com/calendar/0/addfromweb?"
        "url=https%3A%2F%2Freading.example.org%2Fgroup%2Fpresenter%2F%25E5%25B0%258F%25E9%259B%25A8.ics"
        "&name=Reading%20%26%20Co%3A%20%E5%B0%8F%E9%9B%A8",
        atom="https://reading.example.org/group/presenter/%E5%B0%8F%E9%9B%A8.atom",
        json="https://reading.example.org/group/presenter/%E5%B0%8F%E9%9B%A8.changes.json",
        is_public=True,
    )


@pytest.mark.parametrize(
    ("root", "expected"),
    [
        ("https://reading.example.org/", True),
        ("http://reading.example.org/", False),
        ("http://127.0.0.1:8000/", False),
        ("https://localhost/", False),
        ("https://127.0.0.1:8443/", False),
        ("https://[::1]/", False),
    ],
)
def test_calendars_on_the_web_need_a_public_https_address(root: str, expected: bool) -> None:
    assert subscription(root, "semester/2024-fall", "Fall").is_public == expected


def test_filter_keeps_its_query_and_tells_no_changes() -> None:
    made = subscription("https://reading.example.org/", "filter/group?presenter=ada&role=presenter", "Ada")
    assert (made.url, made.atom, made.json) == (
        "https://reading.example.org/filter/group.ics?presenter=ada&role=presenter",
        None,
        None,
    )
    assert made.google.endswith("filter%2Fgroup.ics%3Fpresenter%3Dada%26role%3Dpresenter")


def test_square_says_the_webcal_address_and_no_colour_or_style_that_a_policy_forbids() -> None:
    made = subscription("https://reading.example.org/", "semester/2024-fall", "Fall")
    assert made.square.startswith('<svg viewBox="0 0 ')
    assert "style" not in made.square
    assert made.square != subscription("https://reading.example.org/", "semester/2025-fall", "").square
