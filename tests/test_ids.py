"""Where an organiser may write what a session is called for good."""

import pytest

from tests.fuzz import reading

SOURCES = {
    "in and below headings": (
        "README.md",
        "### September 3, 2024 <!-- id: paxos -->\n\n- Paxos\n\n"
        "### September 10, 2024\n\n- Raft\n<!-- id: raft -->\n",
    ),
    "in rows": (
        "README.md",
        "| Date | Talk |\n|---|---|\n"
        "| 2024-09-03 | Paxos <!--id:paxos--> |\n| <!-- id: raft -->2024-09-10 | Raft |\n",
    ),
    "in and below items": (
        "README.md",
        "- 2024-09-03: Paxos <!-- id: paxos -->\n"
        "- 2024-09-10: Raft\n  - Speaker: Ada Brandt\n  <!-- id: raft -->\n",
    ),
    "in a column": (
        "README.md",
        "| ID | Date | Talk |\n|---|---|---|\n| paxos | 2024-09-03 | Paxos |\n| raft | 2024-09-10 | Raft |\n",
    ),
    "under keys": (
        "talks.yaml",
        "- {date: 2024-09-03, title: Paxos, id: paxos}\n- {date: 2024-09-10, title: Raft, uid: raft}\n",
    ),
    "in HTML": (
        "index.html",
        "<table><tr><th>Date<th>Talk<tr><td>2024-09-03<td>Paxos<!-- id: paxos -->"
        "\n<tr><td>2024-09-10<td>Raft<!-- id: raft --></table>",
    ),
}


@pytest.mark.parametrize("where", SOURCES)
def test_id_is_read(where: str) -> None:
    path, text = SOURCES[where]
    assert [(each.title, each.id) for each in reading(path, text.encode()).sessions] == [
        ("Paxos", "paxos"),
        ("Raft", "raft"),
    ]


def test_numbers_count_rows_and_are_no_ids() -> None:
    text = "| ID | Date | Talk |\n|---|---|---|\n| 1 | 2024-09-03 | Paxos |\n| 2 | 2024-09-10 | Raft |\n"
    assert [each.id for each in reading("README.md", text.encode()).sessions] == [None, None]


def test_an_id_in_no_session_is_told() -> None:
    text = "# Talks\n<!-- id: none -->\n\n### September 3, 2024\n\n- Paxos\n\n# Notes\n\n<!-- id: none -->\n"
    found = reading("README.md", text.encode())
    assert [each.id for each in found.sessions] == [None]
    assert [each.position.line for each in found.diagnostics if each.code == "line-unused"] == [2, 10]
