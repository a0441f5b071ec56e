"""What stands in a log for ever gives the same for ever: the corpus of every version that was shipped, through the core and the oracle.

The tables of 1.0.0 were compared with what release 0.1.0 itself makes of its records: equal, in every component and indicator that it knew.
"""

import json
from functools import cache
from pathlib import Path

import pytest

from schemas.codes import CODES
from schemas.shipping import shipped
from streams.core.catalogue import BY_ID
from tests.factories import BUREAU, DISTRICT, STREET
from tests.golden.corpus import Corpus, Outcome, Record, Table, by_core, by_oracle, in_the_other_mode, is_binary, messages
from tests.golden.making import APPENDED
from tests.golden.making import records as made

VERSIONS = list(shipped())
SAID_BY_THE_WORKER = {code for code in CODES if not code.startswith("AUTH_")} - {"ENV_WRONG_PARTITION"}
"""The rest needs a gateway, or several partitions."""


@cache
def corpus(version: str) -> tuple[list[Record], str, dict[str, Table]]:
    kept = Corpus(version)
    assert kept.folder.is_dir(), f"version {version} was shipped without a corpus: run `python -m tests.golden` and read what it writes"
    return kept.records(), kept.appended(), {name: kept.table(name) for name in ("facts", "values", "sources")}


def differences(kept: dict[str, Table], found: Outcome) -> list[str]:
    """What is not as it was, as long as indicators are defined as they were.

    Additions are let pass: of components and indicators, and of dimensions (`life=rating`) in which nothing was told of these records before.
    """
    told = []
    redefined = {key[1] for key, row in kept["values"].items() if str(BY_ID[key[1]].version) > row[0]}
    for name, whole in kept.items():
        table = {key: row for key, row in whole.items() if name != "values" or key[1] not in redefined}
        known = {(key[1], key[3]) for key in table} if name != "sources" else set()
        now = {key: row for key, row in getattr(found, name).items() if name == "sources" or (key[1], key[3]) in known}
        told += [
            f"{name} {'|'.join(key)}: {table.get(key)}, now {now.get(key)}"
            for key in sorted(table.keys() | now.keys())
            if table.get(key) != now.get(key)
        ]
    return told


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("every", [1, 7, 1_000])
def test_the_core_makes_the_same_of_it(version: str, every: int) -> None:
    records, appended, kept = corpus(version)
    found = by_core(messages(records, appended), every)
    assert [f"{one.what}: {one.becomes}, now {now}" for one, now in zip(records, found.becomes, strict=True) if one.becomes != now] == []
    assert differences(kept, found) == []


@pytest.mark.parametrize("version", VERSIONS)
def test_the_oracle_makes_the_same_of_it(version: str) -> None:
    records, appended, kept = corpus(version)
    found = by_oracle(messages(records, appended))
    alive = ("admitted", "duplicate", "pending")
    fates = [(one, now) for one, now in zip(records, found.becomes, strict=True) if one.key == DISTRICT.encode()]
    assert [one.what for one, now in fates if (one.becomes not in alive) != (now == "dead")] == []
    assert differences(kept, found) == []


@pytest.mark.parametrize("version", VERSIONS)
def test_the_other_mode_says_the_same(version: str) -> None:
    records, appended, kept = corpus(version)
    switched = [in_the_other_mode(one) if one.becomes in ("admitted", "duplicate", "pending") else one for one in records]
    assert sum(one != other for one, other in zip(records, switched, strict=True)) > len(records) / 2
    found = by_core(messages(switched, appended))
    assert list(found.becomes) == [one.becomes for one in records]
    assert differences(kept, found) == []


@pytest.mark.parametrize("version", VERSIONS)
def test_every_type_of_the_version_counts_in_both_modes(version: str) -> None:
    records, _, _ = corpus(version)
    modes = {
        (dict(one.headers)["ce_type"].decode(), "binary") if is_binary(one) else (json.loads(one.value or b"")["type"], "structured")
        for one in records
        if one.becomes == "admitted"
    }
    messages_of = [name for name in shipped()[version]["channels"]["office-events"]["messages"] if not name.endswith(".binary")]
    missing = [(name, mode) for name in messages_of for mode in ("structured", "binary") if (name, mode) not in modes]
    assert missing == []
    assert {one.becomes for one in records} >= SAID_BY_THE_WORKER | {"admitted", "duplicate", "pending"}


BY_HAND = {
    # Two cases go their way, four endings have a case in each mode of their own: 10 accepted and concluded, 2 of them agreed; 1,200 yuan stand in one.
    ("med_accepted_cnt", "none", DISTRICT): ("10", "", "1"),
    ("med_success_rate", "none", DISTRICT): ("2", "10", "1"),
    ("med_success_rate", "assigned_by", STREET): ("1", "5", "1"),  # the structured ones name the street
    ("med_amount_yuan", "none", DISTRICT): ("120000", "", "100"),
    # 10^9 of the most, and .s .b spaced with-headers before 16 March; edge 6, last-of-March, recorded-later after it; early 2 at the other office.
    ("leg_consult_cnt", "none", DISTRICT): ("1000000014", "", "1"),
    ("leg_consult_cnt", "share_weighted", STREET): (str((10**9 + 4) * 7_000), "", "10000"),
    ("leg_consult_cnt", "share_weighted", BUREAU): (str((10**9 + 4) * 3_000 + 8 * 10_000), "", "10000"),
    ("leg_consult_cnt", "share_weighted", f"au-{DISTRICT}-unknown"): ("20000", "", "10000"),
    # The most money, and 50,000.00 yuan in each mode.
    ("fund_disbursed_yuan", "own", STREET): (str(999_999_999_999 + 2 * 5_000_000), "", "100"),
}


def test_the_values_are_those_that_a_person_computed() -> None:
    _, _, kept = corpus("1.1.0")
    found = {(key[1], key[2], key[5]): row[1:] for key, row in kept["values"].items() if key[6:] == ("month", "2025-03-01") and not key[3]}
    assert {key: found.get(key) for key in BY_HAND} == BY_HAND


def test_a_changed_value_would_be_seen() -> None:
    records, appended, kept = corpus(VERSIONS[-1])
    changed = [one._replace(value=(one.value or b"").replace(b'"audience_est":80', b'"audience_est":81')) for one in records]
    assert any("pub.audience" in line for line in differences(kept, by_core(messages(changed, appended))))


def test_a_corpus_of_today_can_be_made_and_read_back(tmp_path: Path) -> None:
    records = made(shipped()[VERSIONS[-1]])
    fates = by_core(messages(records, APPENDED)).becomes
    whole = [one._replace(becomes=fate) for one, fate in zip(records, fates, strict=True)]
    again = Corpus("1.1.0", tmp_path)
    again.write_records(whole, APPENDED)
    assert again.records() == whole
