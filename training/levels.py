"""What the scripts that learn weights of levels share: rows of levels as a matrix, and levels as keys of a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

import numpy as np
from scipy import sparse


def matrix_of(rows: Sequence[Collection[str]], *, min_rows: int) -> tuple[list[str], sparse.csr_matrix]:
    """The levels that hold in at least `min_rows` of the rows, in order, and a matrix with a row a row and a column a
    level: 1 where it holds."""
    counts = Counter(level for row in rows for level in row)
    levels = sorted(level for level, count in counts.items() if count >= min_rows)
    number = {level: position for position, level in enumerate(levels)}
    columns = [sorted(number[level] for level in row if level in number) for row in rows]
    pointers = np.cumsum([0, *map(len, columns)])
    matrix = sparse.csr_matrix(
        (np.ones(pointers[-1]), np.concatenate(columns), pointers), shape=(len(rows), len(levels))
    )
    return levels, matrix


def quoted(level: str) -> str:
    """A level as a TOML key."""
    return '"' + level.replace("\\", "\\\\").replace('"', '\\"') + '"'
