"""Every code of the contract, section 10, through real Kafka amid good events: a dead letter byte for byte, the others untouched."""

import hashlib
import json
from pathlib import Path

from consumers.clickhouse.client import connect
from consumers.reconcile import reconcile
from schemas.codes import CODES
from tests.bad_input import CASES, Case
from tests.conftest import Installation
from tests.factories import DISTRICT, OFFICE, encoded, event
from tests.integration.whole_way import Record, dead_letters, publish, visible, whole_way

KEY = DISTRICT.encode()
LARGEST = 1_000_000
"""Bytes of a record that a producer's default lets through."""


def good(n: int) -> Record:
    return KEY, encoded(event("leg.consultation.given", id=f"good-{n}", data={"persons": 2})), ()


def by_code(cases: list[Case]) -> dict[str, list[Case]]:
    found: dict[str, list[Case]] = {}
    for case in cases:
        if len(case.value or b"") < LARGEST:
            for code in case.codes:
                found.setdefault(code, []).append(case)
    return found


def decided_by_the_log() -> list[tuple[Record, str]]:
    """What only the state of the district can refuse."""
    first = encoded(event("leg.consultation.given", id="twice", data={"persons": 1}))
    other = encoded(event("leg.consultation.given", id="twice", data={"persons": 3}))
    unknown = encoded(event("leg.consultation.given", id="u1", office=f"sfs-{DISTRICT}-999"))
    closed = encoded(event("leg.consultation.given", id="c1", office=f"sfs-{DISTRICT}-002", time="2026-03-01T09:00:00+08:00"))
    return [
        ((KEY, first, ()), ""),
        ((KEY, other, ()), "ID_CONFLICT"),
        ((KEY, unknown, ()), "DOMAIN_UNKNOWN_OFFICE"),
        ((KEY, closed, ()), "DOMAIN_OFFICE_CLOSED"),
    ]


def registry() -> list[Record]:
    second = f"sfs-{DISTRICT}-002"
    return [
        (KEY, encoded(event("reg.office.opened", id="o1", data={"office": OFFICE})), ()),
        (KEY, encoded(event("reg.office.opened", id="o2", data={"office": second})), ()),
        (KEY, encoded(event("reg.office.closed", id="o3", data={"office": second, "closed_on": "2026-02-01", "merged_into": OFFICE})), ()),
    ]


def test_every_code_ends_as_a_dead_letter_amid_good_events(installation: Installation, tmp_path: Path) -> None:
    chosen = {code: cases[:4] for code, cases in by_code(sorted(CASES, key=lambda case: len(case.codes))).items()}
    bad: list[tuple[Record, frozenset[str]]] = [((c.key, c.value, c.headers), c.codes) for cases in chosen.values() for c in cases]
    log: list[Record] = registry()
    expected: dict[int, frozenset[str]] = {}
    for n, (record, codes) in enumerate(bad + [(record, frozenset([code] if code else [])) for record, code in decided_by_the_log()]):
        log.append(good(n))
        if codes:
            expected[len(log)] = codes
        log.append(record)
    here = publish(installation, [(KEY, b"x", ())])[0][0]
    elsewhere = next(n for n in range(installation.partitions) if n != here)
    wrong = good(9_999)
    with whole_way(installation, tmp_path, dead_letter_streak=0, dead_letter_percent=0):
        positions = publish(installation, log, partition=here)
        publish(installation, [wrong], partition=elsewhere)
        visible(installation)
        letters = {(int(dict(h)["dl-partition"]), int(dict(h)["dl-offset"])): (k, v, h) for k, v, h in dead_letters(installation)}
    told = {positions[n]: (log[n], codes) for n, codes in expected.items()}
    assert len(letters) == len(told) + 2  # and the first record of all, and the one on the wrong partition
    for position, ((key, value, headers), codes) in told.items():
        found_key, found_value, found_headers = letters[position]
        assert (found_key, found_value) == (key, value)
        assert tuple(found_headers[: len(headers)]) == tuple(headers)
        assert dict(found_headers)["dl-code"].decode() in codes
        assert dict(found_headers)["dl-sha256"].decode() == hashlib.sha256(value or b"").hexdigest()
    codes_seen = {dict(h)["dl-code"].decode() for _, _, h in letters.values()}
    assert {code for code in CODES if not code.startswith("AUTH_")} - codes_seen == set()
    _check_clickhouse(installation, len(letters), len(expected) + 5)
    assert reconcile(installation).differences == []


def _check_clickhouse(installation: Installation, letters: int, goods: int) -> None:
    client = connect(installation)
    assert client.query("SELECT count() FROM dead_letters").result_rows[0][0] == letters
    consultations = (
        f"SELECT numerator FROM indicator_values WHERE indicator = 'leg_consult_cnt' AND subject_id = '{OFFICE}' AND window_kind = 'year'"
    )
    persons = client.query(consultations).result_rows[0][0]
    admitted = client.query("SELECT data FROM events WHERE type = 'leg.consultation.given'").result_rows
    assert persons == sum(json.loads(data)["persons"] for (data,) in admitted)
    assert len(admitted) >= goods - 5
    sums = client.query("SELECT sum(read), sum(admitted + duplicates + dead_letters + pending) FROM conservation").result_rows[0]
    assert sums[0] == sums[1]
