"""Logistic regression on sparse values, and the curve that makes confidences of its scores."""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from newsarchive.topics.model import Floats, Ints

Matrix = NDArray[np.float32]
Mask = NDArray[np.bool_]
_POWER_STEPS = 12
_NEWTON_STEPS = 50
_BLOCK = 20_000


class SparseRows:
    """A matrix with few values per row: for each row its columns, ascending, and the values there."""

    def __init__(self, starts: Ints, columns: Ints, values: Matrix, width: int) -> None:
        self.starts, self.columns, self.values, self.width = starts, columns, values, width
        self.height = len(starts) - 1
        rows = np.repeat(np.arange(self.height), np.diff(starts))
        order = np.argsort(columns, kind="stable")
        by_column = np.concatenate(([0], np.cumsum(np.bincount(columns, minlength=width))))
        self._row_blocks = _blocks(starts)
        self._column_blocks = _blocks(by_column)
        self._by_column = (by_column, rows[order], values[order])

    def times(self, weights: Matrix) -> Matrix:
        """The product with a dense matrix that has a row per column of this one."""
        return _product(self.starts, self.columns, self.values, self._row_blocks, weights)

    def transposed_times(self, rows: Matrix) -> Matrix:
        """The product of the transposed matrix with a dense one."""
        return _product(*self._by_column, self._column_blocks, rows)

    def only(self, rows: Ints) -> "SparseRows":
        """The matrix of these rows."""
        lengths = np.diff(self.starts)[rows]
        starts = np.concatenate(([0], np.cumsum(lengths)))
        places = np.repeat(self.starts[rows] - starts[:-1], lengths) + np.arange(starts[-1])
        return SparseRows(starts, self.columns[places], self.values[places], self.width)

    def restricted(self, columns: Ints) -> "SparseRows":
        """The matrix of these columns, given ascending."""
        renumbered = np.full(self.width, -1)
        renumbered[columns] = np.arange(len(columns))
        kept = renumbered[self.columns] >= 0
        starts = np.concatenate(([0], np.cumsum(kept)))[self.starts]
        return SparseRows(starts, renumbered[self.columns[kept]], self.values[kept], len(columns))

    def normalized(self, smoothing: float) -> "SparseRows":
        """Each row divided by its length, with `smoothing` added to the squared length."""
        squares = np.concatenate(([0.0], np.cumsum(np.square(self.values, dtype=np.float64))))
        lengths = np.sqrt(smoothing + np.diff(squares[self.starts]))
        values = (self.values / np.repeat(lengths, np.diff(self.starts))).astype(np.float32)
        return SparseRows(self.starts, self.columns, values, self.width)

    def scaled(self, factors: Matrix) -> "SparseRows":
        """Each column multiplied by its factor."""
        values = (self.values * factors[self.columns]).astype(np.float32)
        return SparseRows(self.starts, self.columns, values, self.width)


def _blocks(starts: Ints) -> list[tuple[int, int]]:
    """Ranges of rows with about `_BLOCK` values each: what is computed of one stays in the processor's cache."""
    wanted = np.searchsorted(starts, np.arange(0, starts[-1] + _BLOCK, _BLOCK))
    edges = np.unique(np.concatenate(([0], wanted.clip(0, len(starts) - 1), [len(starts) - 1]))).tolist()
    return list(pairwise(edges))


def _product(starts: Ints, places: Ints, values: Matrix, blocks: list[tuple[int, int]], other: Matrix) -> Matrix:
    product = np.zeros((len(starts) - 1, other.shape[1]), dtype=np.float32)
    for first, last in blocks:
        begin, end = starts[first], starts[last]
        if begin == end:
            continue
        terms = other[places[begin:end]]
        terms *= values[begin:end, None]
        filled = first + np.flatnonzero(np.diff(starts[first : last + 1]))
        product[filled] = np.add.reduceat(terms, starts[filled] - begin, axis=0)
    return product


class Targets(NamedTuple):
    """What is to be learnt: a row per row, and a column per regression.

    `truth` is 0 or 1, and `importance` how much a row counts for a regression, 0 if not at all. Regressions
    with the same `groups` learn at the same pace, that of the one with the fewest examples.
    """

    truth: Matrix
    importance: Matrix
    groups: Ints


class Prior(NamedTuple):
    """What weights are expected, and how strongly they are pulled there.

    Weights that aren't `allowed` stay as expected, and those that are `never_for` a topic stay at most 0.
    """

    expected: Matrix
    shrinkage: float
    allowed: Mask
    never_for: Mask


def fit(rows: SparseRows, targets: Targets, prior: Prior, steps: int) -> tuple[Matrix, Matrix]:
    """Weights and biases of one logistic regression per column of the targets.

    The loss has an L2 penalty. Accelerated gradient descent starts from the expected weights and takes
    few steps, so weights without much evidence stay near them. The result is the same every time.
    """
    share = targets.importance / targets.importance.sum(axis=0)
    positive = np.clip((targets.truth * share).sum(axis=0), 1e-6, 1 - 1e-6)
    bias: Matrix = np.asarray(np.log(positive / (1 - positive)), dtype=np.float32)
    weights = prior.expected
    shrinkage = np.float32(prior.shrinkage)
    highest = np.where(prior.never_for, np.float32(0), np.float32(np.inf))
    heaviest = np.array([share[:, targets.groups == group].max() for group in targets.groups])
    step = np.asarray(1 / (0.25 * _largest(rows) * heaviest + prior.shrinkage), dtype=np.float32)
    ahead, bias_ahead, pace = weights, bias, 1.0
    for _ in range(steps):
        wrong = (_logistic(rows.times(ahead) + bias_ahead) - targets.truth) * share
        slope = rows.transposed_times(wrong) + shrinkage * (ahead - prior.expected)
        moved = np.asarray(np.minimum(ahead - step * slope * prior.allowed, highest), dtype=np.float32)
        bias_moved = np.asarray(bias_ahead - step * wrong.sum(axis=0), dtype=np.float32)
        next_pace = (1 + math.sqrt(1 + 4 * pace * pace)) / 2
        momentum = np.float32((pace - 1) / next_pace)
        ahead = np.asarray(moved + momentum * (moved - weights), dtype=np.float32)
        bias_ahead = np.asarray(bias_moved + momentum * (bias_moved - bias), dtype=np.float32)
        weights, bias, pace = moved, bias_moved, next_pace
    return weights, bias


def _largest(rows: SparseRows) -> float:
    """The largest eigenvalue of the product of the matrix with itself."""
    vector = np.ones((rows.width, 1), dtype=np.float32)
    size = 1.0
    for _ in range(_POWER_STEPS):
        vector = rows.transposed_times(rows.times(vector))
        size = float(np.linalg.norm(vector)) or 1.0
        vector /= np.float32(size)
    return size


def _logistic(scores: Matrix) -> Matrix:
    return np.asarray(1 / (1 + np.exp(-np.clip(scores, -30, 30))), dtype=np.float32)


def calibration(scores: Floats, truth: Sequence[bool] | Mask, importance: Floats) -> tuple[float, float]:
    """Slope and offset of the logistic curve from scores to confidences (Platt 1999), by Newton's method.

    As Platt does, the targets are a little off 0 and 1, so that perfect separation gives no infinite slope.
    """
    is_true = np.asarray(truth, dtype=bool)
    positives, negatives = is_true.sum(), (~is_true).sum()
    target = np.where(is_true, (positives + 1) / (positives + 2), 1 / (negatives + 2))
    columns = np.column_stack((scores, np.ones(len(scores))))
    line = np.array([1.0, 0.0])
    for _ in range(_NEWTON_STEPS):
        confidence = 1 / (1 + np.exp(-np.clip(columns @ line, -30, 30)))
        gradient = columns.T @ ((confidence - target) * importance)
        spread = confidence * (1 - confidence) * importance
        move = np.linalg.solve((columns * spread[:, None]).T @ columns + 1e-6 * np.eye(2), gradient)
        # A step is at most 1, because far from the solution the curve is flat and Newton's step is far too long.
        line -= move / max(1.0, float(np.abs(move).max()))
    return max(0.05, float(line[0])), float(line[1])
