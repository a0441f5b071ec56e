"""Which value is meant, and what to say when there is none: near names, and what exists instead."""

from dataclasses import dataclass

from consumers.clickhouse.store import Query, Rows
from consumers.lineage import Key
from consumers.periods import KINDS, SHORT, Period, parse
from deploy.errors import Finding, Usage
from streams.core.catalogue import BY_ID, DERIVED

_MOST_NAMED = 12


def window(text: str) -> Period:
    """Read a window: that of a kind which holds a day. Raises Usage."""
    try:
        return parse(text)
    except ValueError as error:
        forms = f"write KIND:START with a kind of {', '.join((*SHORT, *KINDS))}, e.g. month:2026-03 or half:2026-H1"
        raise Usage(f"--window {error}: {forms}") from None


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked for. `subject` '' is the district, `mode` '' the first that the indicator and the subject have."""

    district: str
    indicator: str
    window: Period
    subject: str = ""
    mode: str = ""
    dimension: str = ""

    def key(self) -> Key:
        """The value's key. Raises Usage where no such value can be."""
        indicator = BY_ID.get(self.indicator)
        if self.indicator in {one.id for one in DERIVED}:
            raise Usage(
                f"{self.indicator} has no stored values: the view told_values computes it when it is asked for; `suoheng report --indicator {self.indicator}` "
                "shows it, `suoheng indicators` says from which events"
            )
        if indicator is None:
            raise Usage(f"there is no indicator {self.indicator!r}{likely(self.indicator, list(BY_ID))}; `suoheng indicators` lists them")
        subject = self.subject or self.district
        modes = indicator.attribution if subject.startswith("au-") else ("none",)
        if self.mode and self.mode not in modes:
            raise Usage(f"{self.indicator} has no mode {self.mode!r} for {subject}; it has {', '.join(modes) or 'no rows of authorities'}")
        if not modes:
            raise Usage(f"{self.indicator} has rows of offices and the district only, none of {subject}")
        if indicator.subjects == "authority" and not subject.startswith("au-"):
            raise Usage(f"{self.indicator} has rows of funding authorities only; name one with --subject au-{self.district}-…")
        return Key(self.district, self.indicator, self.mode or modes[0], self.dimension, subject, self.window)


def likely(given: str, known: list[str]) -> str:
    """` (did you mean …?)` with the names nearest to the one given; '' when none is near."""
    from difflib import get_close_matches

    near = get_close_matches(given, known, 3)
    return f" (did you mean {' or '.join(near)}?)" if near else ""


async def absent(store: Rows, key: Key) -> Finding:
    """The error for a value that has no row: it says what there is instead, from the nearest question that has an answer."""
    series = "district = {district:String} AND indicator = {indicator:String} AND mode = {mode:String}"
    asked = {
        "window": f"{series} AND dimension = {{dimension:String}} AND subject_id = {{subject:String}} AND window_kind = {{kind:String}}",
        "kind of window": f"{series} AND dimension = {{dimension:String}} AND subject_id = {{subject:String}}",
        "dimension": f"{series} AND subject_id = {{subject:String}}",
        "subject": series,
        "mode": "district = {district:String} AND indicator = {indicator:String}",
        "indicator": "district = {district:String}",
        "district": "true",
    }
    columns = ("concat(window_kind, ':', toString(window_start))", "window_kind", "if(dimension = '', '(none)', dimension)", "subject_id",
               "mode", "indicator", "district")  # fmt: skip
    names = ("district", "indicator", "mode", "dimension", "subject")
    given = {name: getattr(key, name) for name in names} | {"kind": key.period.kind}
    what = f"{key.indicator} of {key.subject}, mode {key.mode}, dimension {key.dimension or 'none'}, {key.period.kind}:{key.period.start}"
    for (name, where), column in zip(asked.items(), columns, strict=True):
        # Only texts of this module go into the query; what the caller asks for goes as parameters.
        query = f"SELECT DISTINCT {column} AS c FROM newest_values WHERE {where} ORDER BY c DESC"  # noqa: S608
        if there := [row[0] for row in await store.rows(Query(query, given))]:
            more = f" and {len(there) - _MOST_NAMED} more" if len(there) > _MOST_NAMED else ""
            return Finding(
                f"there is no value {what}; without a row it counts as 0. With another {name} there is: {', '.join(there[:_MOST_NAMED])}{more}"
            )
    return Finding(f"there is no value {what}: this database holds no values at all; `suoheng wait` waits until all of the log is in it")
