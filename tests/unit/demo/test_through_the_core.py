"""The demo's files through the pure core, without Kafka or ClickHouse: the district's acceptance tests 7, 8 and 12 (domain catalogue, section 8)."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple

import orjson

from deploy.demo import huangshi, report
from streams.core.catalogue import INDICATORS
from streams.core.outcome import DeadLetter
from streams.core.pipeline import Partition, apply

NOW = datetime(2026, 11, 24, 3, 11, tzinfo=UTC)


class Folded(NamedTuple):
    """The newest row of every key, topic by topic, and the dead letters."""

    rows: dict[str, dict[bytes, dict[str, Any]]]
    dead: list[DeadLetter]

    def values(self, indicator: str, **fields: str) -> list[dict[str, Any]]:
        """Rows of an indicator with these fields, in order of their windows."""
        wanted = {"mode": "none", "dimension": "", "window_kind": "month", "subject_kind": "district"} | fields | {"indicator": indicator}
        found = [row for row in self.rows["indicator-values"].values() if all(row[name] == value for name, value in wanted.items())]
        return sorted(found, key=lambda row: (row["window_start"], row["subject_id"]))


def fold(events: Iterable[bytes], district: str) -> Folded:
    appended = int(NOW.timestamp() * 1000)
    messages = [(offset, appended, district.encode(), text, ()) for offset, text in enumerate(events)]
    outputs = apply(Partition(0, 0, lambda _key: True), messages)
    assert outputs.tripped is None
    return Folded({topic: {key: orjson.loads(value) for key, value in rows} for topic, rows in outputs.rows.items()}, outputs.dead)


@cache
def the_report() -> Folded:
    return fold(report.events(NOW), report.DISTRICT)


@cache
def the_month() -> Folded:
    return fold(huangshi.events(), huangshi.DISTRICT)


def test_every_attribution_mode_tells_something_else() -> None:
    modes = ("share_weighted", "full", "lead", "assigned_by")
    by_mode = {
        mode: {
            row["subject_id"]: row["numerator"] / row["scale"]
            for row in the_report().values(
                "med_concluded_cnt", mode=mode, subject_kind="authority", window_kind="year", window_start="2026-01-01"
            )
        }
        for mode in modes
    }
    bureau = f"au-{report.DISTRICT}-sfj"
    assert len({round(by_mode[mode].get(bureau, 0.0), 4) for mode in modes}) == 4
    (district,) = the_report().values("med_concluded_cnt", window_kind="year", window_start="2026-01-01")
    for mode in ("share_weighted", "lead"):
        assert round(sum(by_mode[mode].values()), 9) == district["numerator"]


def test_now_all_seven_are_standard_five_excellent_one_has_five_stars_and_one_four() -> None:
    standard, excellent = (the_report().values(name)[-1] for name in ("cap_standard_rate", "cap_excellent_rate"))
    assert (standard["window_start"], standard["numerator"], standard["denominator"]) == ("2026-11-01", 7, 7)
    assert (excellent["numerator"], excellent["denominator"]) == (5, 7)
    stars = {star: the_report().values("cap_star_cnt", dimension=f"level={star}")[-1]["numerator"] for star in (4, 5)}
    assert stars == {4: 1, 5: 1}


def test_rooms_and_people_before_and_now() -> None:
    rooms = [row["numerator"] / row["denominator"] / 100 for row in the_report().values("cap_area_m2") if row["numerator"]]
    assert rooms[0] < 60
    assert rooms[-1] >= 150
    staff = the_report().values("cap_staff_avg")[-1]
    assert (staff["numerator"], staff["denominator"]) == (49, 7)
    for office in report.OFFICES:
        people = [
            row["numerator"] for row in the_report().values("cap_staff_avg", subject_kind="office", subject_id=office) if row["numerator"]
        ]
        assert people[0] in (3, 4)
        assert people[-1] == 7


def test_the_misprint_is_the_only_dead_letter() -> None:
    assert [(letter.code, letter.stage) for letter in the_report().dead] == [("NUM_RANGE", "schema")]


def test_one_alert_fires_and_others_are_resolved() -> None:
    states = Counter((row["rule"], row["state"]) for row in the_report().rows["alerts"].values())
    assert states["monitor_over_limit", "firing"] >= 1
    assert states["staff_below_five", "resolved"] == 7
    firing = {row["subject_id"] for row in the_report().rows["alerts"].values() if row["state"] == "firing"}
    assert report.OVER_LIMIT_OFFICE in firing


def test_nothing_is_lost() -> None:
    for folded in (the_report(), the_month()):
        for row in folded.rows["conservation"].values():
            assert row["read"] == row["admitted"] + row["duplicates"] + row["dead_letters"] + row["pending"]


def test_huangshi_is_printed_back_exactly() -> None:
    found = {
        (row["indicator"], row["dimension"]): (row["numerator"], row["denominator"])
        for row in the_month().rows["indicator-values"].values()
        if (row["mode"], row["subject_kind"], row["window_kind"], row["window_start"]) == ("none", "district", "month", "2016-08-01")
        and row["indicator"] in {indicator for indicator, _dimension in huangshi.brief()}
    }
    assert huangshi.differences(found) == []
    assert not the_month().dead


def test_both_success_rates_of_huangshi() -> None:
    (concluded,) = the_month().values("med_success_rate", window_start="2016-08-01")
    (accepted,) = the_month().values("med_success_rate_accepted", window_start="2016-08-01")
    assert (concluded["numerator"], concluded["denominator"]) == (842, 857)
    assert (accepted["numerator"], accepted["denominator"]) == (842, 869)


def test_nearly_every_indicator_has_a_value() -> None:
    """What has none says why on the page; persons who reoffend, and titles, do not come by chance in seven offices."""
    valued = {row["indicator"] for row in the_report().rows["indicator-values"].values() if row["numerator"] or row["denominator"]}
    missing = {one.id for one in INDICATORS} - valued
    assert missing <= {
        "cor_reoffence_cnt",
        "res_lost_cnt",
        "cap_single_person_cnt",
        "cap_programme_held",
        "cor_lost_cnt",
        "med_revoked_cnt",
    }
