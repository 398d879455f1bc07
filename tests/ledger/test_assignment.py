"""Pairs are the best that there are, and the same whoever asks."""

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from calfeed.ledger.assignment import assign

costs = st.dictionaries(
    st.tuples(st.sampled_from("abcd"), st.sampled_from("1234")),
    st.tuples(st.integers(0, 2), st.integers(0, 9)),
).map(lambda drawn: dict(sorted(drawn.items())))


@given(costs)
def test_best_ranks_come_first_then_the_nearest(costs: dict[tuple[str, str], tuple[int, int]]) -> None:
    chosen = assign(costs)

    assert len(set(chosen.values())) == len(chosen)
    assert worth(costs, chosen) == max(
        worth(costs, {old: new for old, new in zip("abcd", news, strict=True) if (old, new) in costs})
        for news in permutations("1234")
    )


def worth(costs: dict[tuple[str, str], tuple[int, int]], chosen: dict[str, str]) -> tuple[list[int], int]:
    """Count the pairs of each rank, and give how near all of them are."""
    taken = [costs[pair] for pair in chosen.items()]
    return [[rank for rank, _ in taken].count(rank) for rank in range(3)], -sum(far for _, far in taken)


def test_a_strong_pair_is_given_up_for_as_strong_a_one_that_leaves_nobody_alone() -> None:
    costs = {("a", "1"): (0, 1), ("a", "2"): (0, 2), ("b", "1"): (1, 1)}
    assert assign(costs) == {"a": "2", "b": "1"}


def test_what_is_alike_keeps_its_order() -> None:
    costs = {(old, new): (0, 0) for old in "abc" for new in "123"}
    assert assign(costs) == {"a": "1", "b": "2", "c": "3"}


def test_among_very_many_the_nearest_go_first() -> None:
    costs = {(f"old {old}", f"new {new}"): (0, abs(old - new)) for old in range(60) for new in range(60)}
    assert assign(costs) == {f"old {number}": f"new {number}" for number in range(60)}
