"""Which documents of a store are copies of one another."""

from __future__ import annotations

from collections.abc import Callable

from byline.linking.copies import METHOD, align, keys
from byline.linking.originals import originals
from byline.model import Alike
from byline.store import Store
from byline.store import copies as kept


def find(store: Store, *, progress: Callable[[int], None] = lambda done: None) -> int:
    """Looks for copies of documents that came since they were last looked for; how many copies the store then holds.

    Each lot of documents is one transaction, so a run that is broken off goes on where it stopped. `progress` is told
    how many documents a lot held.
    """
    for lot in kept.unsketched(store, method=METHOD):
        texts = {document.id: document.text for document in lot}
        with store.transaction():
            for document in lot:
                for other in kept.sketch(store, document.id, keys(document.text), method=METHOD):
                    pair = _pair(store, document.id, other, texts)
                    if pair is not None:
                        kept.add_alike(store, pair)
        progress(len(lot))
    texts = {}
    found = originals(kept.pairs(store), kept.published(store), lambda left, right: _pair(store, left, right, texts))
    return kept.replace(store, list(found))


def _pair(store: Store, one: str, other: str, texts: dict[str, str]) -> Alike | None:
    """Two documents that are copies, laid beside each other; None where they are not."""
    left, right = sorted((one, other))
    alignment = align(_text(store, left, texts), _text(store, right, texts))
    if not alignment.is_copy:
        return None
    return Alike(left=left, right=right, left_share=alignment.left, right_share=alignment.right)


def _text(store: Store, id: str, texts: dict[str, str]) -> str:
    if id in texts:
        return texts[id]
    document = store.document(id)
    assert document is not None  # a foreign key holds it
    return document.text
