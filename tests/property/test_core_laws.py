"""Laws of the fold, on generated logs: order, cuts, duplication, amend = replace, sums over authorities, agreement with the oracle."""

import json
from datetime import date
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from consumers.reconcile.oracle import oracle_rows
from deploy.simulate.district import Plan, simulate
from streams.core.message import Message
from tests.folding import Folded, fold
from tests.scenarios.story import APPENDED_MS

SEEDS = st.integers(0, 10_000)
FEW = settings(max_examples=4, deadline=None)


def events(seed: int) -> list[dict[str, Any]]:
    """A small district in disorder: the registry first, then everything."""
    lines = list(simulate(Plan(district="990001", offices=2, start=date(2024, 1, 10), days=30, seed=seed, disorder=True)))
    return [json.loads(line) for line in lines]


def messages(of: list[dict[str, Any]]) -> list[Message]:
    return [(i, APPENDED_MS + i, e["district"].encode(), json.dumps(e).encode(), ()) for i, e in enumerate(of)]


def said(folded: Folded) -> tuple[dict[Any, Any], dict[Any, Any]]:
    return folded.values, folded.facts


@FEW
@given(SEEDS, st.lists(st.integers(0, 2000), max_size=40))
def test_cuts_do_not_matter(seed: int, cuts: list[int]) -> None:
    log = messages(events(seed))
    assert said(fold(log, [c for c in cuts if c < len(log)])) == said(fold(log))


@FEW
@given(SEEDS)
def test_order_does_not_matter_once_offices_are_registered(seed: int) -> None:
    of = events(seed)
    first = [e for e in of if e["type"] == "reg.office.opened"]
    rest = [e for e in of if e["type"] != "reg.office.opened"]
    straight = fold(messages(first + rest))
    Random(seed).shuffle(rest)
    shuffled = fold(messages(first + rest), range(0, 5000, 37))
    assert said(shuffled) == said(straight)
    assert shuffled.counts == straight.counts


@FEW
@given(SEEDS)
def test_sending_everything_twice_changes_nothing(seed: int) -> None:
    of = events(seed)
    once, twice = fold(messages(of)), fold(messages(of + of), [len(of) // 2, len(of)])
    assert said(twice) == said(once)
    assert twice.counts["duplicates"] == once.counts["duplicates"] + len(of)


@FEW
@given(SEEDS)
def test_an_amendment_is_as_if_it_had_been_said_at_first(seed: int) -> None:
    of = [e for e in events(seed) if "op" not in e and e["type"] != "dat.event.retracted"]
    of = list({(e["source"], e["id"]): e for e in of}.values())
    random = Random(seed)
    changed, amendments = [], []
    for e in of:
        if e["type"] == "leg.consultation.given" and random.random() < 0.5:
            e = e | {"data": e["data"] | {"persons": 9}}  # noqa: PLW2901
            amendments.append(
                {k: v for k, v in e.items() if k != "sequence"} | {"id": "a-" + e["id"], "op": "amend", "target": e["id"], "revision": 2}
            )
        changed.append(e)
    assert amendments
    assert said(fold(messages(of + amendments))) == said(fold(messages(changed)))


@FEW
@given(SEEDS)
def test_the_authorities_add_up_to_the_district(seed: int) -> None:
    values = fold(messages(events(seed))).values
    sums: dict[tuple[str, ...], list[int]] = {}
    for (_, indicator, mode, dimension, kind, _, window, start), (numerator, denominator, _) in values.items():
        if kind == "authority" and mode in ("share_weighted", "lead") and not indicator.startswith("med_duration"):
            total = sums.setdefault((indicator, mode, dimension, window, start), [0, 0])
            total[0] += numerator
            total[1] += denominator or 0
    assert sums
    for (indicator, mode, dimension, window, start), total in sums.items():
        numerator, denominator, _ = values[("990001", indicator, "none", dimension, "district", "990001", window, start)]
        weight = 10_000 if mode == "share_weighted" else 1
        assert total == [numerator * weight, (denominator or 0) * weight], (indicator, mode, window, start)


@FEW
@given(SEEDS, st.integers(1, 400))
def test_the_oracle_says_the_same(seed: int, every: int) -> None:
    """Other code, written from the contract alone, comes to the same rows."""
    log = messages(events(seed))
    values, facts, counts = oracle_rows([(0, *message) for message in log])
    folded = fold(log, range(0, len(log), every))
    assert folded.values == {key: row for key, row in values.items() if row[0] or row[1]}
    assert folded.facts == facts
    assert folded.counts == counts
