"""The types of numpy arrays in search."""

from typing import Any

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[Any]
"""Whole numbers of any width."""
BoolArray = npt.NDArray[np.bool_]
ScoreArray = npt.NDArray[np.float64]
