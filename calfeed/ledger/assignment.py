"""The best pairs of two groups, where each of one may fit several of the other.  Pure."""

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from itertools import product
from typing import TypeVar

_T = TypeVar("_T", bound=Hashable)
_Pairs = Sequence[tuple[_T, _T]]
_Costs = Mapping[tuple[_T, _T], tuple[int, int]]

_FAR = float("inf")
_MOST = 24
"""So many on a side are paired exactly; among more the strongest pairs go first."""


def assign(costs: _Costs[_T]) -> dict[_T, _T]:
    """Pair off as many of the best rank as there can be, then of the next, and of these the nearest.

    `costs` give the rank, 0 the best, and the distance of each pair that is possible.  Pairs that come in
    order of their first, then of their second, keep that order where nothing else tells them apart.
    """
    chosen: dict[_T, _T] = {}
    for pairs in _components(list(costs)):
        olds = list(dict.fromkeys(old for old, _ in pairs))
        news = list(dict.fromkeys(new for _, new in pairs))
        if len(pairs) == 1 or max(len(olds), len(news)) > _MOST:
            chosen |= _greedy(pairs, costs)
        else:
            chosen |= _exact(olds, news, costs)
    return chosen


def _components(pairs: _Pairs[_T]) -> Iterator[_Pairs[_T]]:
    """Part the pairs into groups that have nobody in common, each in the order given."""
    of_old: dict[_T, list[int]] = defaultdict(list)
    of_new: dict[_T, list[int]] = defaultdict(list)
    for number, (old, new) in enumerate(pairs):
        of_old[old].append(number)
        of_new[new].append(number)
    for first, _ in pairs:
        found, waiting = set[int](), of_old.pop(first, [])
        while waiting:
            number = waiting.pop()
            if number not in found:
                found.add(number)
                old, new = pairs[number]
                waiting += (*of_old.pop(old, ()), *of_new.pop(new, ()))
        if found:
            yield [pairs[number] for number in sorted(found)]


def _greedy(pairs: _Pairs[_T], costs: _Costs[_T]) -> dict[_T, _T]:
    chosen: dict[_T, _T] = {}
    taken: set[_T] = set()
    for old, new in sorted(pairs, key=lambda pair: costs[pair]):
        if old not in chosen and new not in taken:
            chosen[old] = new
            taken.add(new)
    return chosen


def _exact(olds: Sequence[_T], news: Sequence[_T], costs: _Costs[_T]) -> dict[_T, _T]:
    """Find the least sum of costs in which one pair of a rank outweighs all that there can be of the next."""
    ours = {pair: costs[pair] for pair in product(olds, news) if pair in costs}
    order = len(olds) * max(len(olds), len(news)) ** 2
    distance = order * (1 + len(olds) * max(far for _, far in ours.values()))
    worst = max(rank for rank, _ in ours.values())

    def cost(row: int, column: int) -> int:
        if (olds[row], news[column]) not in ours:
            return 0  # as much as to stay alone
        rank, far = ours[olds[row], news[column]]
        weight: int = distance * (len(olds) + 1) ** (worst - rank)
        return order * far + (row - column) ** 2 - 2 * weight

    matrix = [
        [cost(row, column) for column in range(len(news))] + [0] * len(olds) for row in range(len(olds))
    ]
    paired = zip(olds, _cheapest(matrix), strict=True)
    return {old: news[n] for old, n in paired if n < len(news) and (old, news[n]) in ours}


def _cheapest(matrix: Sequence[Sequence[int]]) -> list[int]:
    """Give each row a column of its own so that their sum is least; no fewer columns than rows.

    The Hungarian method in the form of shortest paths: each row in turn takes a free column by the
    cheapest path over taken ones, whose rows move on along it.
    """
    width = len(matrix[0])
    of_row, of_column = [0] * len(matrix), [0] * (width + 1)  # what a row and a column cost by themselves
    holder = [-1] * (width + 1)  # the row that has a column; the last column is where each path begins
    for row in range(len(matrix)):
        holder[width], column = row, width
        far: list[float] = [_FAR] * width
        before = [width] * width
        on_path = {width}
        while True:
            here = holder[column]
            for other in range(width):
                detour = matrix[here][other] - of_row[here] - of_column[other]
                if other not in on_path and detour < far[other]:
                    far[other], before[other] = detour, column
            column = min(set(range(width)) - on_path, key=far.__getitem__)
            step = int(far[column])
            for other in on_path:
                of_row[holder[other]] += step
                of_column[other] -= step
            far = [distance - step for distance in far]
            if holder[column] < 0:
                break
            on_path.add(column)
        while column != width:
            holder[column] = holder[before[column]]
            column = before[column]
    columns = {row: column for column, row in enumerate(holder[:width]) if row >= 0}
    return [columns[row] for row in range(len(matrix))]
