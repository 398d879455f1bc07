"""What is refused before any reader sees it."""

from calfeed.documents import LIMIT, read


def test_file_that_is_too_large_is_refused() -> None:
    document, (diagnostic,) = read("a.md", b"x" * (LIMIT + 1))

    assert (document.blocks, diagnostic.code) == ((), "source-large")


def test_suffix_that_no_reader_knows_is_refused() -> None:
    assert [d.code for d in read("a.doc", b"text")[1]] == ["source-unknown"]
    assert read("A.MD", b"text")[1] == ()
