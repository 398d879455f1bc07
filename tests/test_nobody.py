"""What stands among names and names nobody."""

import pytest

from calfeed.nobody import is_nobody


@pytest.mark.parametrize(
    "text",
    [
        *("Everyone", "All", "Entire group", "the whole lab", "Lab members", "team", "all of us!"),
        *("Special Session", "Group discussion", "Guest speaker", "No speaker", "tout le monde", "Alle"),
        *("全体", "大家", "みんな", "전체", "-", "TBD", ""),
    ],
)
def test_nobody_is_named(text: str) -> None:
    assert is_nobody(text)


@pytest.mark.parametrize(
    "text", ["Ada", "Will", "Paul Page", "Allan", "Guest Speaker Ada Brandt", "all " * 50]
)
def test_somebody_is_not_nobody(text: str) -> None:
    assert not is_nobody(text)
