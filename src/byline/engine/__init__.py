"""Where the work runs: in this process, in processes beside it, or on a cluster. An engine knows nothing of coding.

It takes shards of items and a `Work`, and gives what the work packs of them, in the order of the items, whatever ran
where. Engines differ in speed and in what they survive, never in what comes out.
"""

from __future__ import annotations

from byline.engine.work import Cause, Limits, Work

__all__ = ["Cause", "Limits", "Work"]
