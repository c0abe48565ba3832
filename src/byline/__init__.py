"""Byline reads news reports into events that can be audited: every value tied to the words it rests on."""

from __future__ import annotations

__all__ = ["__version__"]

__version__ = "0.1.0"
