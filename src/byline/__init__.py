"""Byline reads news reports into events that can be audited: every value tied to the words it rests on."""

from __future__ import annotations

import os

__all__ = ["__version__"]

__version__ = "0.1.0"

# A document is coded on one core, and a core is given a process of its own. Threads of linear algebra would only wait
# for one another: with two on a busy machine of two cores its part took ten times as long. Read when numpy is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
