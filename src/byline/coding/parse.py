"""A document's text as a spaCy Doc: every character kept, and each sentence parsed by itself when it is asked for.

Sentences end by rule (`boundaries`), so each can be read alone: what is read in a sentence rests on its words and on no
other sentence, and it is the same whichever sentences are asked for, together or one by one. Most sentences of most
documents are never asked for, and that is where the time goes: the parser and the tagger are asked for them alone.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Iterator, KeysView, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, overload

from byline.coding import boundaries, layout, truecase
from byline.errors import ConfigError
from byline.model import Document, Span

if TYPE_CHECKING:
    from spacy.language import Language as Model
    from spacy.tokens import Doc, Token
    from spacy.tokens import Span as Tokens

    from byline.coding.entities import Finder
    from byline.coding.forms import Forms
    from byline.coding.vectors import Floats, Tagger, Vectors

# In a text of more tokens than this, sentences are read in blocks of so many.
_LONG, _BLOCK = 5_000, 128
# A pipeline is used up to so many strings; it comes with 85,000, and the 983 texts of toponyms and timex bring it to
# 98,000. Each costs about 1 kB with what is kept of it, a new pipeline half a second.
_MOST_STRINGS = 160_000
# Tokens read at once: spaCy's parser takes some 20 kB for each.
_MOST_TOKENS, _MOST_STRETCHES = 4_000, 200


@dataclass(frozen=True, kw_only=True)
class Reader:
    """A spaCy pipeline with the faster ways through its parts, where it is of the make they know (None where not)."""

    nlp: Model
    vectors: Vectors | None
    tagger: Tagger | None
    finder: Finder | None
    forms: Forms | None

    @property
    def by_sentence(self) -> bool:
        """True where sentences can be read one by one."""
        return self.vectors is not None and self.tagger is not None and self.forms is not None


@cache
def model(name: str, whole_words: frozenset[str], lemmas: frozenset[str] = frozenset()) -> Model:
    """The installed spaCy pipeline `name`, loaded once a process; `whole_words` ("sit-in") stay one token each.
    `lemmas` are words with the lemma they shall have where the pipeline gets it wrong ("raped rape").

    Raises ConfigError where it is not installed.
    """
    import spacy

    try:
        # A second cutter of sentences, which nobody asks: only its loading would be noticed.
        nlp = spacy.load(name, exclude=["senter"])
    except OSError as error:
        raise ConfigError(
            f"the spaCy pipeline {name!r} is not installed; "
            "run `make install`, or name another as `model` in byline.toml"
        ) from error
    tokenizer: Any = nlp.tokenizer
    for word in sorted(whole_words):
        for form in (word, word.capitalize(), f"{word}s"):
            tokenizer.add_special_case(form, [{"ORTH": form}])
    if nlp.has_pipe("lemmatizer"):
        _quicken(nlp.get_pipe("lemmatizer"))
    if lemmas and nlp.has_pipe("attribute_ruler"):
        ruler: Any = nlp.get_pipe("attribute_ruler")
        for form, lemma in sorted(pair.split() for pair in lemmas):
            ruler.add([[{"LOWER": form}]], {"LEMMA": lemma})
    return nlp


def _quicken(lemmatizer: Any) -> None:
    """Turn the lists of words that a lemmatizer looks into for each form of a word into sets."""
    tables = getattr(lemmatizer, "lookups", None)
    if tables is not None and tables.has_table("lemma_index"):
        index = tables.get_table("lemma_index")
        for pos in list(index):
            index[pos] = frozenset(index[pos])


def reader(name: str, whole_words: frozenset[str], lemmas: frozenset[str] = frozenset()) -> Reader:
    """The pipeline `name` as `model` gives it, with its faster ways; loaded anew when it has met very many words, so
    that memory does not grow with the documents. Raises ConfigError where it is not installed."""
    held = _reader(name, whole_words, lemmas)
    if len(held.nlp.vocab.strings) <= _MOST_STRINGS:
        return held
    _reader.cache_clear()
    model.cache_clear()
    return _reader(name, whole_words, lemmas)


@cache
def _reader(name: str, whole_words: frozenset[str], lemmas: frozenset[str]) -> Reader:
    from byline.coding.entities import Finder
    from byline.coding.forms import Forms
    from byline.coding.vectors import Tagger, Vectors

    nlp = model(name, whole_words, lemmas)
    known = {"tok2vec", "tagger", "parser", "attribute_ruler", "lemmatizer", "ner"}
    shared = set(nlp.pipe_names) <= known and {"tok2vec", "tagger", "parser"} <= set(nlp.pipe_names)
    pipe: Any = nlp.get_pipe("tok2vec") if shared else None
    return Reader(
        nlp=nlp,
        vectors=Vectors.of_model(pipe.model) if shared else None,
        tagger=Tagger.of_pipe(nlp.get_pipe("tagger")) if shared else None,
        finder=Finder.of_pipe(nlp.get_pipe("ner")) if nlp.has_pipe("ner") else None,
        forms=Forms.of_pipeline(nlp) if shared else None,
    )


@dataclass(kw_only=True)
class Reading:
    """A document's text as it is read: cut into sentences at once, into tokens when one is asked for, and parsed
    sentence by sentence."""

    reader: Reader
    document: Document
    language: str
    _read: set[int] = field(default_factory=set)
    _tagged: dict[int, list[Stretch]] = field(default_factory=dict)
    _holding: dict[frozenset[str], dict[int, None]] = field(default_factory=dict)

    @cached_property
    def text(self) -> str:
        """The document's text, with letters as they would be written where all of a stretch are of one case."""
        return truecase.restored(self.document.text, self.language)

    @cached_property
    def sentences(self) -> tuple[Span, ...]:
        """Sentences, without the white space around them, in order.

        One begins behind a line end, a header, or a mark that ends one, so that headings and datelines are not run
        together with what follows, and no bracket cuts a sentence in two.
        """
        return tuple(_sentences(self.text, self.document, self.language))

    @cached_property
    def tokens(self) -> Doc:
        """The Doc as far as it has been read: for what characters tell, where no tag and no head is asked."""
        import numpy as np

        nlp = self.reader.nlp
        nlp.max_length = max(nlp.max_length, len(self.text) + 1)
        doc = nlp.make_doc(self.text)
        if len(doc):
            flags: Any = np.full((len(doc), 1), _NOT_A_START, dtype=np.uint64)
            flags[[first for first in self._bounds(doc)[:-1] if first < len(doc)]] = 1
            doc.from_array(["SENT_START"], flags)
        return doc

    @cached_property
    def offsets(self) -> list[int]:
        """The offset of each token."""
        return [int(offset) for offset in self.tokens.to_array(["IDX"])] if len(self.tokens) else []

    @cached_property
    def _firsts(self) -> list[int]:
        """The first token of each sentence, and behind them the number of tokens."""
        return self._bounds(self.tokens)

    def _bounds(self, doc: Doc) -> list[int]:
        import numpy as np

        starts = [span.start for span in self.sentences[1:]]
        offsets = doc.to_array(["IDX"]).astype(np.int64)
        return [0, *np.searchsorted(offsets, starts).tolist(), len(doc)]

    @cached_property
    def opened(self) -> Opened:
        """The Doc as it is read where it is looked at."""
        return Opened(self)

    def whole(self) -> Doc:
        """The Doc with every sentence read."""
        self.read(range(len(self.sentences)))
        return self.tokens

    @cached_property
    def named(self) -> Doc:
        """The Doc with the names in it labelled, whatever else has been read."""
        if len(self.tokens) and self.reader.by_sentence:
            self._label(self.tokens)
        elif len(self.tokens):
            self.whole()
        return self.tokens

    def holding(self, lemmas: frozenset[str]) -> KeysView[int]:
        """The ordinals of the sentences in which a word may have one of these lemmas: all that have, and some that
        have not, since nothing is parsed for it."""
        forms = self.reader.forms
        if forms is None:
            return dict.fromkeys(range(len(self.sentences))).keys()
        if lemmas not in self._holding:
            found = [at for at, word in enumerate(self._words) if forms.may_be(word, lemmas)]
            numbers = (bisect.bisect_right(self._firsts, at, hi=len(self.sentences)) - 1 for at in found)
            self._holding[lemmas] = dict.fromkeys(numbers)
        return self._holding[lemmas].keys()

    @cached_property
    def _spaces(self) -> Any:
        """Which tokens are white space."""
        return self.tokens.to_array(["IS_SPACE"])

    @cached_property
    def _orths(self) -> list[int]:
        """spaCy's number of each word as it is written."""
        return self.tokens.to_array(["ORTH"]).tolist() if len(self.tokens) else []

    @cached_property
    def sentence_words(self) -> list[list[int]]:
        """spaCy's numbers of the words of each sentence in small letters."""
        return [self._words[first:last] for first, last in pairwise(self._firsts)]

    @cached_property
    def sentence_orths(self) -> list[list[int]]:
        """spaCy's numbers of the words of each sentence as they are written."""
        return [self._orths[first:last] for first, last in pairwise(self._firsts)]

    def count(self, lemmas: frozenset[str]) -> int:
        """How many words may have one of these lemmas, by their letters alone."""
        forms = self.reader.forms
        if forms is None:
            return sum(token.lemma_.lower() in lemmas for token in self.whole())
        return sum(forms.may_be(word, lemmas) for word in self._words)

    @cached_property
    def _words(self) -> list[int]:
        """spaCy's number of each word in small letters."""
        return self.tokens.to_array(["LOWER"]).tolist() if len(self.tokens) else []

    def between(self, first: int, last: int) -> None:
        """Read the sentences that some tokens stand in."""
        if first < last and self.sentences:
            low = bisect.bisect_right(self._firsts, first, hi=len(self._firsts) - 1) - 1
            high = bisect.bisect_left(self._firsts, last, hi=len(self._firsts) - 1)
            if any(number not in self._read for number in range(low, high)):
                self.read(range(low, high))

    def read(self, numbers: Iterable[int]) -> None:
        """Tag and parse the sentences of these ordinals, those that are not yet; and name the names of the text,
        once."""
        doc = self.tokens
        if len(doc) > _LONG:
            # Each writing goes through the whole Doc, so the sentences around are read with one.
            blocks = {number // _BLOCK for number in numbers if number not in self._read}
            count = len(self.sentences)
            numbers = [one for block in blocks for one in range(block * _BLOCK, min((block + 1) * _BLOCK, count))]
        new = sorted(set(numbers) - self._read)
        if not new or not len(doc):
            return
        if not self.reader.by_sentence:
            _annotate(self.reader.nlp, doc, self._firsts)
            self._read.update(range(len(self.sentences)))
            return
        _ = self.named
        self._read.update(new)
        stretches = [stretch for found in self.tagged(new) for stretch in found]
        for first in range(0, len(stretches), _MOST_STRETCHES):
            self._parse(stretches[first : first + _MOST_STRETCHES])
        doc.from_array(list(_COLUMNS), self._columns)

    def tagged(self, numbers: Sequence[int]) -> list[list[Stretch]]:
        """The sentences of these ordinals with a tag for each token, each in one stretch, or several where it is very
        long. Only for a pipeline that is read `by_sentence`."""
        new = [number for number in numbers if number not in self._tagged]
        strings = self.tokens.vocab.strings
        tagger, vectors = self.reader.tagger, self.reader.vectors
        assert tagger is not None
        assert vectors is not None
        for batch in self._batches(new):
            read = vectors.of(self.tokens, [(first, last) for _, first, last in batch])
            for (number, first, last), numbers_of in zip(batch, read, strict=True):
                words = [strings[word] for word in self._orths[first:last]]
                tags = tagger.tags(numbers_of)
                self._tagged.setdefault(number, []).append(Stretch(first, words, numbers_of, tags))
        return [self._tagged.get(number, []) for number in numbers]

    @cached_property
    def _columns(self) -> Any:
        """What has been read, a row a token: spaCy's numbers for HEAD, DEP, TAG, POS, LEMMA and MORPH."""
        return _unread(self.tokens, self._firsts)

    def _batches(self, numbers: Sequence[int]) -> Iterator[list[tuple[int, int, int]]]:
        spaces = self._spaces
        batch: list[tuple[int, int, int]] = []
        size = 0
        for number in numbers:
            first, last = self._firsts[number], self._firsts[number + 1]
            while last > first and spaces[last - 1]:
                last -= 1
            while first < last and spaces[first]:
                first += 1
            for begin in range(first, last, _MOST_TOKENS):
                end = min(begin + _MOST_TOKENS, last)
                if batch and size + end - begin > _MOST_TOKENS:
                    yield batch
                    batch, size = [], 0
                batch.append((number, begin, end))
                size += end - begin
        if batch:
            yield batch

    def _parse(self, stretches: Sequence[Stretch]) -> None:
        from spacy.tokens import Doc as SpacyDoc

        forms, nlp = self.reader.forms, self.reader.nlp
        assert forms is not None
        parser: Any = nlp.get_pipe("parser")
        alone = []
        for one in stretches:
            starts: Any = [True] + [False] * (len(one.words) - 1)
            sentence: Any = SpacyDoc(nlp.vocab, words=one.words, sent_starts=starts)
            sentence.tensor = one.vectors
            alone.append(sentence)
        parser.set_annotations(alone, parser.predict(alone))
        strings = nlp.vocab.strings
        trees = [sentence.to_array(["HEAD", "DEP"]) for sentence in alone]
        deps = [[strings[dep] for dep in tree[:, 1].tolist()] for tree in trees]
        told = forms.of([(one.words, one.tags, dep) for one, dep in zip(stretches, deps, strict=True)])
        for one, tree, found in zip(stretches, trees, told, strict=True):
            rows = self._columns[one.first : one.first + len(one.words)]
            rows[:, 0] = tree[:, 0]
            rows[:, 1:] = found

    def _label(self, doc: Doc) -> None:
        from spacy.tokens import Span as Name

        finder = self.reader.finder
        if finder is None:
            return
        names: list[Tokens] = []
        first = 0
        for last in [*_cuts(self._firsts), len(doc)]:
            names += [Name(doc, start, end, label=label) for start, end, label in finder.find(doc, first, last)]
            first = last
        doc.set_ents(names, default="outside")


@dataclass(frozen=True, slots=True)
class Opened:
    """A Doc of which a sentence is read before one of its tokens is handed out, and not before."""

    reading: Reading

    def __len__(self) -> int:
        return len(self.reading.tokens)

    @overload
    def __getitem__(self, at: int) -> Token: ...
    @overload
    def __getitem__(self, at: slice) -> Tokens: ...
    def __getitem__(self, at: int | slice) -> Token | Tokens:
        doc = self.reading.tokens
        if isinstance(at, slice):
            first, last, _ = at.indices(len(doc))
            self.reading.between(first, last)
            return doc[first:last]
        number = at + len(doc) if at < 0 else at
        self.reading.between(number, number + 1)
        return doc[number]

    def __iter__(self) -> Iterator[Token]:
        return iter(self.reading.whole())

    @property
    def text(self) -> str:
        """The text as it is read."""
        return self.reading.text

    @property
    def ents(self) -> tuple[Tokens, ...]:
        """The names of the text, labelled; their sentences may not be read."""
        return tuple(self.reading.named.ents)


_NOT_A_START = 2**64 - 1
_COLUMNS = ("HEAD", "TAG", "DEP", "POS", "MORPH", "LEMMA")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Tokens of one sentence, from `first` on, that are read together: their words, what the pipeline makes of each
    word where it stands, and their tags."""

    first: int
    words: list[str]
    vectors: Floats
    tags: list[str]


def _unread(doc: Doc, firsts: Sequence[int]) -> Any:
    """The columns of a Doc of which nothing is read: each token hangs on the first of its sentence, so that sentences
    stay apart; white space is what it is."""
    import numpy as np

    strings = doc.vocab.strings
    columns = np.zeros((len(doc), len(_COLUMNS)), dtype=np.uint64)
    heads = np.repeat(np.array(firsts[:-1]), np.diff(firsts)) - np.arange(len(doc), dtype=np.int64)
    spaces = doc.to_array(["IS_SPACE"]) != 0
    heads[1:][spaces[1:] & (heads[1:] < 0)] = -1
    columns[:, 0] = heads.astype(np.uint64)
    columns[:, 2] = strings.add("dep")
    columns[spaces, 1] = strings.add("_SP")
    columns[spaces, 3] = strings["SPACE"]
    columns[spaces, 5] = doc.to_array(["LOWER"])[spaces]
    return columns


def _sentences(text: str, document: Document, language: str) -> Iterator[Span]:
    ends = sorted(header.end for header in layout.headers(document))
    for paragraph in layout.paragraphs(text):
        words = text[paragraph.start : paragraph.end]
        inside = [end for end in ends if paragraph.start < end < paragraph.end]
        starts = sorted({*inside, *(paragraph.start + at for at in boundaries.starts(words, language))})
        begin = paragraph.start
        for end in [*starts, paragraph.end]:
            part = text[begin:end]
            start, stop = begin + len(part) - len(part.lstrip()), begin + len(part.rstrip())
            if start < stop:
                yield Span(start=start, end=stop)
            begin = end


def _cuts(firsts: Sequence[int]) -> Iterator[int]:
    """First tokens of sentences at which a long text is cut, so that memory does not grow with its length."""
    last = 0
    for first, following in pairwise(firsts):
        if following - last > _MOST_TOKENS and first > last:
            yield first
            last = first


def _annotate(nlp: Model, doc: Doc, firsts: Sequence[int]) -> None:
    """Read a whole Doc with every pipe of a pipeline of another make, in pieces of whole sentences."""
    import numpy as np
    from spacy.attrs import DEP, ENT_IOB, ENT_TYPE, HEAD, LEMMA, MORPH, POS, TAG

    columns: Any = [HEAD, DEP, TAG, POS, LEMMA, MORPH, ENT_IOB, ENT_TYPE]
    parsed = []
    first = 0
    for last in [*_cuts(firsts), len(doc)]:
        piece = doc[first:last].as_doc()
        for _, pipe in nlp.pipeline:
            piece = pipe(piece)
        parsed.append(piece.to_array(columns))
        first = last
    everything: Any = np.concatenate(parsed)
    doc.from_array(columns, everything)
