"""The page where people look at what was coded, with the words behind it: served on one's own machine.

Every view is made here, on the server, and works without JavaScript; scripts add keys, marks on hover, the map and the
chart. All that a report says is hostile until escaped, and nothing is loaded from elsewhere.
"""

from __future__ import annotations

from byline.review.serve import Address, Link, serve

__all__ = ["Address", "Link", "serve"]
