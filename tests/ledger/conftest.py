"""One PostgreSQL for all tests of the ledger, and a new database for each."""

from collections.abc import Iterator

import pytest

from tests import postgres


@pytest.fixture(scope="session")
def server() -> Iterator[postgres.Server]:
    """A running server."""
    with postgres.server() as running:
        yield running


@pytest.fixture
def database(server: postgres.Server) -> Iterator[str]:
    """The URL of a new database, which goes with its test: many of them would fill a disk."""
    url = server.new_database()
    yield url
    server.drop(url)
