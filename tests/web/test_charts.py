"""Pictures are read as a browser reads them: what they draw, and that no text becomes markup."""

from xml.etree import ElementTree

import pytest

from calfeed.web.charts import Bar, Words, bars, columns

SVG = "{http://www.w3.org/2000/svg}"
WORDS = Words("people", "Talks", "Ada has most.")
HOSTILE = '</text><script>alert("1")</script>&amp;\''


def read(picture: str) -> ElementTree.Element:
    return ElementTree.fromstring(picture)  # noqa: S314 - it is our own


def parts(picture: str, kind: str) -> list[dict[str, str]]:
    return [rect.attrib for rect in read(picture).iter(f"{SVG}rect") if rect.get("class") == kind]


def texts(picture: str) -> list[str | None]:
    return [text.text for text in read(picture).iter(f"{SVG}text")]


def test_bars_are_as_long_as_their_numbers() -> None:
    picture = bars(WORDS, [Bar("Ada", 6, 2, "6 + 2"), Bar("Ben", 1, 0, "1"), Bar("Lin", 0, 4, "0 + 4")])
    assert texts(picture) == ["Ada", "6 + 2", "Ben", "1", "Lin", "0 + 4"]
    lengths = {
        kind: [(part["x"], part["width"]) for part in parts(picture, kind)] for kind in ("first", "second")
    }
    assert lengths == {
        "first": [("0", "240.0"), ("0", "40.0"), ("0", "0.0")],
        "second": [("240.0", "80.0"), ("0.0", "160.0")],
    }


def test_columns_fill_up_to_their_shares() -> None:
    picture = columns(WORDS, "50%", [0, 0.5, 1], "2023 Fall – 2024 Fall")
    assert texts(picture) == ["Talks", "50%", "2023 Fall – 2024 Fall"]
    assert [part["height"] for part in parts(picture, "first")] == ["0", "24.0", "48"]
    assert [part["height"] for part in parts(picture, "whole")] == ["48", "48", "48"]


@pytest.mark.parametrize("number", [1, 8, 400])
def test_columns_stay_within_the_picture(number: int) -> None:
    right = [
        float(part["x"]) + float(part["width"])
        for part in parts(columns(WORDS, "", [1] * number, ""), "whole")
    ]
    assert max(right) <= 320


def test_picture_of_nothing_is_empty() -> None:
    assert parts(bars(WORDS, []), "first") == parts(bars(WORDS, []), "second") == []
    assert [part["width"] for part in parts(bars(WORDS, [Bar("Ada", 0, 0, "0")]), "first")] == ["0.0"]


def test_picture_says_what_it_is() -> None:
    root = read(bars(WORDS, [Bar("Ada", 1, 0, "1")]))
    assert (root.get("role"), root.get("aria-labelledby")) == ("img", "people-title people-description")
    said = {child.get("id"): child.text for child in root if child.get("id")}
    assert said == {"people-title": "Talks", "people-description": "Ada has most."}


def test_text_is_never_markup() -> None:
    words = Words('a" onload="alert(1)', HOSTILE, HOSTILE)
    for picture in (bars(words, [Bar(HOSTILE[:20], 1, 0, "<b>")]), columns(words, "<b>", [1], "&lt;")):
        root = read(picture)
        assert {each.tag.removeprefix(SVG) for each in root.iter()} <= {
            "svg",
            "title",
            "desc",
            "rect",
            "text",
        }
        assert "onload" not in root.attrib
        assert root.findtext(f"{SVG}title") == HOSTILE
    assert texts(bars(words, [Bar(HOSTILE[:20], 1, 0, "<b>")])) == [HOSTILE[:20], "<b>"]


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        ("Bartholomew Featherstonehaugh", "Bartholomew Featherstonehaugh"),
        ("Bartholomew Featherstonehaugh-Cholmondeley", "Bartholomew Featherstonehaugh-Cholm…"),
        ("林小雨" * 10, "林小雨林小雨林小雨林小雨林小雨林小…"),
    ],
)
def test_long_names_are_cut_before_their_number(label: str, shown: str) -> None:
    assert texts(bars(WORDS, [Bar(label, 10, 0, "10")])) == [shown, "10"]
