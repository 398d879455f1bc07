"""What a topic's line says, taken apart."""

import pytest

from calfeed.bylines import Line
from calfeed.diagnostics import Diagnostic, Severity
from calfeed.documents import read
from calfeed.model import Item, Link, Venue
from calfeed.parts import Part
from calfeed.topics import Topic, clean_title, read_link, read_topic
from calfeed.values import plain

P = "https://example.org/p"
PAPER = Link("paper", "paper", P, P)


def line(markdown: str, label: str = "", place: str = "") -> Line:
    (item,) = read("a.md", f"- {markdown}\n".encode())[0].blocks
    assert isinstance(item, Item)
    return Line(Part.TOPIC, plain(item.cell.text), item.cell, label, place=place)


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("Owls in Winter", Topic("Owls in Winter")),
        ("TBD", Topic()),
        (f"[Owls in Winter]({P})", Topic("Owls in Winter", paper_url=P)),
        (
            f"[OSDI'24] [Owls in Winter]({P})",
            Topic("Owls in Winter", Venue("OSDI'24", "OSDI", 2024), P),
        ),
        (
            f"[Owls in Winter]({P}) (NSDI 2023)",
            Topic("Owls in Winter", Venue("NSDI 2023", "NSDI", 2023), P),
        ),
        (
            "[NSDI 2023](https://example.org/n) Owls in Winter",
            Topic("Owls in Winter", Venue("NSDI 2023", "NSDI", 2023)),
        ),
        ("Owls in Winter, OSDI 2024", Topic("Owls in Winter", Venue("OSDI 2024", "OSDI", 2024))),
        (f"Owls in Winter [[paper]({P})]", Topic("Owls in Winter", links=(PAPER,))),
        (f"Owls in Winter ([paper]({P}))", Topic("Owls in Winter", links=(PAPER,))),
        (
            f"[Owls in Winter]({P}) and [Bats at Night](https://example.org/b)",
            Topic(
                "Owls in Winter and Bats at Night",
                paper_url=P,
                links=(Link("other", "Bats at Night", "https://example.org/b", "https://example.org/b"),),
            ),
        ),
        (
            f"[Owls in Winter]({P}), [Bats at Night](https://example.org/b)",
            Topic(
                "Owls in Winter / Bats at Night",
                paper_url=P,
                links=(Link("other", "Bats at Night", "https://example.org/b", "https://example.org/b"),),
            ),
        ),
        (
            'Brandt, A. and Haddad, N. "Owls in Winter and in Summer." Journal of Owls (2020)',
            Topic("Owls in Winter and in Summer"),
        ),
        ("Owls (Brandt et al., *Winter Birds* 2020)", Topic("Owls (Brandt et al., Winter Birds 2020)")),
        (
            "Ada Brandt and Noor Haddad. 2017. Owls in Winter and in Summer. In Proceedings.",
            Topic("Owls in Winter and in Summer"),
        ),
    ],
)
def test_topic_is_taken_apart(markdown: str, expected: Topic) -> None:
    assert read_topic(line(markdown), None) == expected


def test_no_line_is_no_topic() -> None:
    assert read_topic(None, None) == Topic()


def test_what_stands_beside_a_linked_title_is_said() -> None:
    topic = line(f"[Owls in Winter]({P}) with cake")

    assert read_topic(topic, None) == Topic(
        "Owls in Winter",
        paper_url=P,
        diagnostics=(
            Diagnostic(
                "line-unused",
                Severity.INFO,
                "“with cake” beside the title was not understood",
                topic.cell.position,
            ),
        ),
    )


def test_title_may_be_a_short_link_in_a_column() -> None:
    assert read_topic(line(f"[Slides]({P})", place="column 2"), None) == Topic("Slides", paper_url=P)


@pytest.mark.parametrize(
    ("markdown", "label", "expected"),
    [
        (f"[slides]({P})", "", Link("slides", "slides", P, P)),
        (f"[here]({P})", "", Link("other", "here", P, P)),
        (f"[here]({P})", "Slides", Link("slides", "Slides", P, P)),
        (f"[pdf]({P})", "Slides", Link("slides", "pdf", P, P)),
        (f"[video]({P})", "Slides", Link("video", "video", P, P)),
        (f"<{P}>", "Paper", Link("paper", "Paper", P, P)),
        (f"<{P}>", "", Link("other", P, P, P)),
        ("[slides](a.pdf)", "", Link("slides", "slides", "https://base.org/a.pdf", "a.pdf")),
        ("[slides]()", "", None),
    ],
)
def test_link_is_what_its_words_promise_else_its_label(
    markdown: str, label: str, expected: Link | None
) -> None:
    (span,) = line(markdown).cell.links()

    assert read_link(span, label, "https://base.org/") == (expected, ())


def test_unsafe_link_is_left_out_and_said() -> None:
    (span,) = line("[slides](data:text/html,x)").cell.links()
    link, (diagnostic,) = read_link(span, "", None)

    assert (link, str(diagnostic)) == (
        None,
        "a.md:1:4: warning[link-unsafe]: the link of “slides” is not safe to follow: left out "
        "(hint: link to an http or https address)",
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  Owls \n in  Winter ", "Owls in Winter"),
        ("“Owls in Winter”", "Owls in Winter"),
        ("「冬のフクロウ」", "冬のフクロウ"),
        ("Week 3: Owls", "Owls"),
        ("Session 2 (part 1) – Owls", "Owls"),
        ("3. Owls", "Owls"),
        ("Owls in Winter.", "Owls in Winter"),
        ("Owls. And Bats.", "Owls. And Bats."),
        ("Owls in Winter [pdf]", "Owls in Winter"),
        ("(Owls)", "Owls"),
        ("(Owls) and (Bats)", "(Owls) and (Bats)"),
        ("Owls:", "Owls"),
        ("TBA", None),
        ("", None),
    ],
)
def test_title_is_said_as_a_person_says_it(text: str, expected: str | None) -> None:
    assert clean_title(text) == expected
