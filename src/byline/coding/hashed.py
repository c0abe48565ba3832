"""Linear models over hashed features: what is learned by the scripts in `training/`, read without pickle."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import cast
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from byline.errors import DataError

Weights = NDArray[np.int8]


@cache
def weights(language: str, name: str) -> Weights:
    """The table `name`.npy of a language: a row a bucket, a column an output. Raises DataError where there is none."""
    file = resources.files("byline.language").joinpath(language, f"{name}.npy")
    try:
        with resources.as_file(file) as path:
            return cast(Weights, np.load(path, mmap_mode="r", allow_pickle=False))
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise DataError(f"language {language!r} has no table of weights {name}.npy") from error


def bucket(feature: str, buckets: int) -> int:
    """The row of a feature in a table of so many rows (a power of two): the same on every machine."""
    return crc32(feature.encode("utf-8", "surrogatepass")) & (buckets - 1)


def summed(table: Weights, rows: list[int]) -> NDArray[np.int64]:
    """The sums of some rows, an output each."""
    total: NDArray[np.int64] = table[rows].sum(axis=0, dtype=np.int64)
    return total
