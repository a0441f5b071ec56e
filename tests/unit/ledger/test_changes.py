"""What importing a ledger again changes, told step by step."""

from datetime import date
from typing import Any

import orjson

from streams.ingest.ledger.changes import Changes, Known, Period, Remembered, compare, event_lines, known_events, retraction_lines
from tests.ledgers import ACCEPTED, OFFICE, SOURCE, accepted, checked

BUREAU = "/districts/990107/bureau"
ALL = Period(date(1990, 1, 1), date(2099, 12, 31))
TYPES = ("med.case.accepted", "res.visit.made")


class Log:
    """What the table of events would know."""

    def __init__(self) -> None:
        self.rows: list[Remembered] = []

    def publish(self, lines: list[bytes]) -> None:
        for line in lines:
            event = orjson.loads(line)
            self.says(**event)

    def says(self, *, id: str, source: str = SOURCE, op: str = "", target: str = "", revision: int = 0, **event: Any) -> None:  # noqa: A002
        told = {name: event.get(name, "") for name in ("type", "time", "office", "subject", "data")}
        self.rows.append(Remembered(source, id, op, target, revision, told))

    @property
    def known(self) -> list[Known]:
        return known_events(SOURCE, self.rows)

    def take(self, sheet: str, *lines: Any, retract: bool = False, period: Period | None = ALL) -> Changes:
        heading = ACCEPTED if sheet == "受理" else ("编号", "司法所", "日期", "方式")
        found = checked({sheet: [heading, *lines]})
        assert not found.faults
        changes = compare(found.entries, self.known, period, TYPES)
        self.publish(event_lines(changes) + retraction_lines(SOURCE, changes.vanished if retract else [], "other"))
        return changes


def counts(changes: Changes) -> tuple[int, int, int, int]:
    return len(changes.new), len(changes.amended), changes.unchanged, len(changes.vanished)


def visit(day: str, how: str = "上门", number: str = "P1") -> list[Any]:
    return [number, OFFICE, day, how]


def test_the_same_again_is_nothing() -> None:
    log = Log()
    assert counts(log.take("受理", accepted("1", "2026-3-1"), accepted("2", "2026-3-2"))) == (2, 0, 0, 0)
    assert counts(log.take("受理", accepted("2", "2026年3月2日"), accepted("1", "2026/3/1"))) == (0, 0, 2, 0)
    assert len(log.rows) == 2


def test_without_memory_the_same_lines_have_the_same_ids() -> None:
    first, second = (Log().take("走访", visit("2026-3-1"), visit("2026-3-2")) for _ in range(2))
    assert event_lines(first) == event_lines(second)
    assert [one[-2:] for one in first.new_ids] == [":1", ":2"]


def test_a_correction_amends_under_rising_revisions() -> None:
    log = Log()
    log.take("受理", accepted("1", "2026-3-1"))
    for revision, day in enumerate(("2026-3-2", "2026-3-3", "2026-3-1"), 2):
        changes = log.take("受理", accepted("1", day))
        assert counts(changes) == (0, 1, 0, 0)
        amendment = orjson.loads(event_lines(changes)[0])
        assert (amendment["op"], amendment["revision"], amendment["target"]) == ("amend", revision, log.rows[0].id)
        assert amendment["id"] == f"{log.rows[0].id}:r{revision}"
        assert len(amendment["id"]) <= 64
    assert counts(log.take("受理", accepted("1", "2026-3-1"))) == (0, 0, 1, 0)


def test_a_visit_between_others_is_new_and_moves_none() -> None:
    log = Log()
    log.take("走访", visit("2026-3-1"), visit("2026-3-9"))
    assert counts(log.take("走访", visit("2026-3-1"), visit("2026-3-5"), visit("2026-3-9"))) == (1, 0, 2, 0)
    assert counts(log.take("走访", visit("2026-3-1"), visit("2026-3-9"))) == (0, 0, 2, 1)


def test_what_vanished_is_retracted_once_and_may_return_under_a_new_id() -> None:
    log = Log()
    log.take("受理", accepted("1", "2026-3-1"), accepted("2", "2026-3-2"))
    changes = log.take("受理", accepted("1", "2026-3-1"), retract=True)
    retraction = log.rows[-1]
    assert (counts(changes), retraction.event["data"]["target"]) == ((0, 0, 1, 1), changes.vanished[0].id)
    assert counts(log.take("受理", accepted("1", "2026-3-1"))) == (0, 0, 1, 0)
    returned = log.take("受理", accepted("1", "2026-3-1"), accepted("2", "2026-3-2"))
    assert (counts(returned), returned.new_ids) == ((1, 0, 1, 0), [f"{changes.vanished[0].id[:-2]}:2"])
    assert counts(log.take("受理", accepted("1", "2026-3-1"), accepted("2", "2026-3-2"))) == (0, 0, 2, 0)


def test_two_retractions_of_one_event_are_the_same_event() -> None:
    log = Log()
    log.take("受理", accepted("1", "2026-3-1"))
    assert retraction_lines(SOURCE, log.known, "other") == retraction_lines(SOURCE, log.known, "other")


def test_what_lies_outside_of_the_time_or_the_sheets_has_not_vanished() -> None:
    log = Log()
    log.take("受理", accepted("1", "2025-3-1"), accepted("2", "2026-3-1"))
    log.take("走访", visit("2026-3-1"), period=None)
    year = Period(date(2026, 1, 1), date(2026, 12, 31))
    assert [one.day.year for one in log.take("受理", accepted("3", "2026-4-1"), period=year).vanished if one.event["type"] == TYPES[0]] == [
        2026
    ]
    found = checked({"受理": [ACCEPTED, accepted("3", "2026-4-1")]})
    assert {one.event["type"] for one in compare(found.entries, log.known, ALL, TYPES[:1]).vanished} == {TYPES[0]}


def test_the_bureaus_word_stands_until_the_ledger_says_something_else() -> None:
    log = Log()
    log.take("受理", accepted("1", "2026-3-1"))
    own = log.rows[0]
    log.says(id="b1", source=BUREAU, op="amend", target=own.id, revision=7, **(own.event | {"time": "2026-05-01T00:00:00+08:00"}))
    same = log.take("受理", accepted("1", "2026-3-1"))
    assert (counts(same), same.corrected_elsewhere) == ((0, 0, 1, 0), 1)
    other = log.take("受理", accepted("1", "2026-3-2"))
    assert orjson.loads(event_lines(other)[0])["revision"] == 8


def test_what_the_bureau_has_retracted_stays_out_until_the_ledger_says_something_else() -> None:
    log = Log()
    log.take("受理", accepted("1", "2026-3-1"))
    log.says(
        id="b1",
        source=BUREAU,
        type="dat.event.retracted",
        time="2026-03-05T00:00:00+08:00",
        data={"target": log.rows[0].id, "reason": "test"},
    )
    same = log.take("受理", accepted("1", "2026-3-1"))
    assert (counts(same), len(same.withdrawn)) == ((0, 0, 0, 0), 1)
    assert counts(log.take("受理", accepted("1", "2026-3-2"))) == (1, 0, 0, 0)


def test_an_amendment_by_another_program_of_the_source_is_anothers_word() -> None:
    log = Log()
    log.take("受理", accepted("1", "2026-3-1"))
    log.says(id="sdk-1", op="amend", target=log.rows[0].id, revision=2, **(log.rows[0].event | {"office": "sfs-990107-002"}))
    assert log.take("受理", accepted("1", "2026-3-1")).corrected_elsewhere == 1


def test_events_of_other_programs_are_not_the_ledgers() -> None:
    log = Log()
    log.says(id="a-17", type=TYPES[0], time="2026-03-01T00:00:00+08:00", office=OFFICE, subject="0" * 26, data={})
    assert log.known == []


def test_an_event_that_is_not_valid_any_more_is_amended() -> None:
    log = Log()
    log.take("受理", accepted("1", "2026-3-1"))
    log.rows[0].event["data"]["gone_since"] = 1
    assert counts(log.take("受理", accepted("1", "2026-3-1"))) == (0, 1, 0, 0)


def test_beyond_the_last_revision_nothing_is_published() -> None:
    log = Log()
    log.take("受理", accepted("1", "2026-3-1"))
    log.says(id="b1", source=BUREAU, op="amend", target=log.rows[0].id, revision=2**53, **log.rows[0].event)
    changes = log.take("受理", accepted("1", "2026-3-2"))
    assert (len(changes.full), event_lines(changes)) == (1, [])
