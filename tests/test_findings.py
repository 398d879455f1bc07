"""How diagnostics are printed: whole lines of GitHub's log, whole SARIF logs."""

import json
import re
from typing import cast

import jsonschema
import pytest

from calfeed import __version__
from calfeed.cli import parser
from calfeed.diagnostics import CODES, Diagnostic, Position, Severity, diagnose
from calfeed.findings import FORMATS, summary

LOST = diagnose("date-unreadable", "“Septmber 1” is no date", Position("a.md", 3, 5), "May?")
GUESS = diagnose("year-guessed", "no year is stated", Position("a b/ü%.md", 2))
NOTE = diagnose("line-unused", "nothing was recognised in this line", Position("a.md", 9, 3))


def lines(style: str, *diagnostics: Diagnostic) -> list[str]:
    return list(FORMATS[style](diagnostics))


def test_command_line_offers_every_format() -> None:
    offered = re.findall(r"--format \{([\w,]+)\}", _help("check"))

    assert set(offered) == {",".join(FORMATS)}


def _help(command: str) -> str:
    whole = parser()
    (commands,) = (each.choices for each in whole._actions if isinstance(each.choices, dict))
    return str(commands[command].format_help())


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ((), "12 sessions in 1 file: all well"),
        ((LOST,), "12 sessions in 1 file: 1 error"),
        ((LOST, GUESS, GUESS, NOTE), "12 sessions in 1 file: 1 error, 2 warnings, 1 note"),
    ],
)
def test_summary_counts_what_was_found(found: tuple[Diagnostic, ...], expected: str) -> None:
    assert summary(found, 12, 1) == expected


def test_summary_counts_what_was_read() -> None:
    assert summary((), 1, 2) == "1 session in 2 files: all well"


@pytest.mark.parametrize(("style", "expected"), [("text", []), ("json", ["[]"]), ("github", [])])
def test_nothing_found_is_nothing_printed(style: str, expected: list[str]) -> None:
    assert lines(style) == expected


def test_text_is_a_line_that_editors_jump_from() -> None:
    assert lines("text", LOST) == ["a.md:3:5: error[date-unreadable]: “Septmber 1” is no date (hint: May?)"]


# ── GitHub's log ─────────────────────────────────────────────────────────────────────────────────


def test_each_severity_has_its_command() -> None:
    assert lines("github", LOST, GUESS, NOTE) == [
        "::error file=a.md,line=3,col=5,title=calfeed date-unreadable::“Septmber 1” is no date (hint: May?)",
        "::warning file=a b/ü%25.md,line=2,col=1,title=calfeed year-guessed::no year is stated",
        "::notice file=a.md,line=9,col=3,title=calfeed line-unused::nothing was recognised in this line",
    ]


def test_nothing_in_a_schedule_ends_a_command_or_begins_another() -> None:
    hostile = Diagnostic("line-unused", Severity.INFO, "50 %, a: b\r\n::error::c", Position("x,y=1:2\n.md"))

    assert lines("github", hostile) == [
        "::notice file=x%2Cy=1%3A2%0A.md,line=1,col=1,title=calfeed line-unused::50 %25, a: b%0D%0A::error::c"
    ]


# ── SARIF ────────────────────────────────────────────────────────────────────────────────────────


def _closed(required: str, **properties: object) -> dict[str, object]:
    return {
        "type": "object",
        "properties": properties,
        "required": required.split(),
        "additionalProperties": False,
    }


def _many(items: object) -> dict[str, object]:
    return {"type": "array", "items": items}


_TEXT = {"type": "string"}
_FROM_ONE = {"type": "integer", "minimum": 1}
_LEVEL = {"enum": ["none", "note", "warning", "error"]}
_RULE = _closed(
    "id",
    id=_TEXT,
    shortDescription=_closed("text", text=_TEXT),
    defaultConfiguration=_closed("", level=_LEVEL),
)
_DRIVER = _closed("name", name=_TEXT, version=_TEXT, rules={**_many(_RULE), "uniqueItems": True})
_ARTIFACT = _closed("", uri={"type": "string", "format": "uri-reference"}, uriBaseId=_TEXT)
_PHYSICAL = _closed(
    "", artifactLocation=_ARTIFACT, region=_closed("", startLine=_FROM_ONE, startColumn=_FROM_ONE)
)
_RESULT = _closed(
    "message",
    ruleId=_TEXT,
    ruleIndex={"type": "integer", "minimum": -1},
    level=_LEVEL,
    message=_closed("text", text=_TEXT),
    locations=_many(_closed("", physicalLocation=_PHYSICAL)),
    partialFingerprints={"type": "object", "additionalProperties": _TEXT},
)
_RUN = _closed(
    "tool",
    tool=_closed("driver", driver=_DRIVER),
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    results=_many(_RESULT),
)
SARIF = _closed("version runs", **{"$schema": _TEXT, "version": {"const": "2.1.0"}, "runs": _many(_RUN)})
"""Of SARIF 2.1.0 (OASIS) the objects that are written here, as sections 3.13 to 3.52 describe them."""


def sarif(*diagnostics: Diagnostic) -> dict[str, object]:
    (line,) = lines("sarif", *diagnostics)
    log: dict[str, object] = json.loads(line)
    jsonschema.Draft202012Validator(SARIF).validate(log)
    (run,) = cast("list[dict[str, object]]", log["runs"])
    return run


def test_log_names_the_tool_and_every_rule() -> None:
    driver = cast("dict[str, dict[str, object]]", sarif()["tool"])["driver"]
    rules = cast("list[dict[str, object]]", driver["rules"])

    assert (driver["name"], driver["version"]) == ("calfeed", __version__)
    assert [rule["id"] for rule in rules] == [*CODES]
    assert rules[0] == {
        "id": "source-missing",
        "shortDescription": {"text": "A source that was asked for is not there or cannot be opened."},
        "defaultConfiguration": {"level": "error"},
    }


def _results(*diagnostics: Diagnostic) -> list[dict[str, object]]:
    return cast("list[dict[str, object]]", sarif(*diagnostics)["results"])


def test_result_names_rule_level_and_place() -> None:
    _, guess, note = _results(LOST, GUESS, NOTE)

    assert {key: value for key, value in guess.items() if key != "partialFingerprints"} == {
        "ruleId": "year-guessed",
        "ruleIndex": [*CODES].index("year-guessed"),
        "level": "warning",
        "message": {"text": "no year is stated"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "a%20b/%C3%BC%25.md", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 2, "startColumn": 1},
                }
            }
        ],
    }
    assert note["level"] == "note"


def test_message_has_the_hint() -> None:
    (lost,) = _results(LOST)

    assert lost["message"] == {"text": "“Septmber 1” is no date (hint: May?)"}


def test_file_may_have_a_name_that_is_no_text() -> None:
    (result,) = _results(NOTE.at("b\udcff.md"))

    assert '"b%FF.md"' in json.dumps(result["locations"])


def _prints(*diagnostics: Diagnostic) -> list[object]:
    return [result["partialFingerprints"] for result in _results(*diagnostics)]


def test_fingerprint_outlives_lines_that_are_added_above() -> None:
    def twice(line: int) -> Diagnostic:
        return diagnose(
            "session-duplicate", f"stands at a.md:{line}:5 already", Position("a.md", line + 4, 5)
        )

    assert _prints(twice(2)) == _prints(twice(20))


def test_fingerprints_tell_findings_apart() -> None:
    elsewhere = NOTE.at("b.md")
    assert len({json.dumps(each) for each in _prints(LOST, NOTE, NOTE, elsewhere)}) == 4


def test_equal_findings_print_equal_logs() -> None:
    assert lines("sarif", LOST, GUESS) == lines("sarif", LOST, GUESS)
