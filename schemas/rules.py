"""An alert rule: a threshold on one series of values, as `reg.rules.published` carries it and as a rules file states it.

The series is an indicator's, or one of those by day that no indicator has: open duties by their last day, silence, missing numbers, refusals. Rules come from people: `parse_rules` reports every mistake with the place of the mistake. Thresholds are decimal texts, never binary fractions.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from re import compile as pattern
from typing import Annotated, Any, Literal, NamedTuple, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, TypeAdapter, ValidationError, model_validator

MAX_RULES = 64

_DECIMAL = pattern(r"-?(0|[1-9][0-9]{0,12})(\.[0-9]{1,6})?")
_DAY = pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SUBJECT_IDS = {
    "source": pattern(r"/districts/[0-9]{6}/[a-z0-9-]{1,32}"),
    "office": pattern(r"sfs-[0-9]{6}-[0-9]{3}"),
    "authority": pattern(r"au-[0-9]{6}-[a-z]{2,8}(-[0-9]{3})?"),
    "district": pattern(r"[0-9]{6}"),
}


def _decimal(given: object) -> Decimal:
    """A level as text, integer or number; a number is taken as it was written (0.98 is 98/100, not the nearest binary fraction)."""
    if isinstance(given, float):
        given = Decimal(repr(given))
    if isinstance(given, Decimal):
        given = format(given, "f")
    text = given if isinstance(given, str) else str(given)
    if isinstance(given, bool) or not _DECIMAL.fullmatch(text):
        raise ValueError('must be a decimal such as "0.98": at most 13 digits before and 6 after the point, no exponent')
    return Decimal(text) + 0  # -0 is 0


def _shortest(level: Decimal) -> str:
    """The level without trailing zeros, so that two spellings of one level are one text."""
    text = format(level, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _day(given: object) -> object:
    """A day as text (JSON) or as YAML's date; pydantic alone would also take seconds since 1970."""
    if type(given) is date or (isinstance(given, str) and _DAY.fullmatch(given)):
        return given
    raise ValueError("must be a day, YYYY-MM-DD")


Level = Annotated[Decimal, BeforeValidator(_decimal, json_schema_input_type=str | int | float), PlainSerializer(_shortest, return_type=str)]
RuleId = Annotated[str, Field(pattern="^[a-z0-9_]{1,32}$")]
Deadline = Literal[
    "cap_rating", "cor_control", "cor_investigation", "cor_monitor", "cor_report", "dat_report", "med_conclude", "med_confirm", "med_follow_up", "med_perform",
    "res_handover", "res_verify", "soc_task", "svc_contract",
]  # fmt: skip
"""Duties with a last day; `streams/core/duties.py` says which events begin and end each."""
SubjectsOfRule = Literal["office", "authority", "district", "source"]
_SERIES = ("indicator", "deadline", "silence", "gaps_older_than", "refusals")
_ONLY_INDICATORS = ("mode", "dimension", "min_denominator", "no_data", "unstated", "confidence", "jump")
_SUBJECTS_OF = {
    "deadline": ("office", "district"), "silence": ("office", "source"), "gaps_older_than": ("source", "district"), "refusals": ("district",),
    "indicator": ("office", "authority", "district"),
}  # fmt: skip
TitleText = Annotated[str, Field(min_length=1, max_length=64)]


class Title(BaseModel):
    """What the alert is called, for people, in both languages."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    zh: TitleText
    en: TitleText


class Rule(BaseModel):
    """One threshold on one series, judged for each subject by itself.

    A subject's alert opens when `for` consecutive windows are in breach and ends with the first window that has reached the clear level.
    The series is named by exactly one of `indicator`, `deadline`, `silence`, `gaps_older_than`, `refusals`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: RuleId
    title: Title
    severity: Literal["critical", "high", "medium", "low", "info"]
    indicator: Annotated[str, Field(pattern="^[a-z][a-z0-9_]{0,63}$")] | None = None
    deadline: Deadline | None = None
    """Number of open duties of this kind, by day: with `within` or `overdue`."""
    within: Annotated[int, Field(ge=0, le=366, strict=True)] | None = None
    """Those whose last day is today or one of the so many next days."""
    overdue: Annotated[int, Field(ge=1, le=3660, strict=True)] | None = None
    """Those whose last day went by so many days ago or more."""
    silence: Literal["working_days", "days"] | None = None
    """Number of whole days that have passed since the last event, by day; the day itself, which may still bring one, does not count."""
    gaps_older_than: Annotated[int, Field(ge=0, le=3660, strict=True)] | None = None
    """Number of sequence numbers that are missing for more than so many days."""
    refusals: Annotated[tuple[Annotated[str, Field(pattern="^[A-Z_]{4,32}$")], ...] | None, Field(min_length=1, max_length=40)] = None
    """Number of dead letters with one of these codes, by the day on which the refused record was appended."""
    subjects: SubjectsOfRule
    only: Annotated[tuple[str, ...] | None, Field(min_length=1, max_length=200)] = None
    """Ids of the subjects that are judged; absent: all of the kind."""
    mode: Literal["none", "share_weighted", "full", "lead", "assigned_by", "own"] = "none"
    """Mode of attribution; authorities need one, offices and the district have `none`."""
    dimension: Annotated[str, Field(pattern="^([a-z_]{1,32}=[a-z0-9_]{1,32})?$")] = ""
    window: Literal["day", "week", "month", "quarter", "half", "year"]
    above: Level | None = None
    below: Level | None = None
    at_least: Level | None = None
    at_most: Level | None = None
    clear: Level | None = None
    """Level that must be reached before an open alert ends; absent: the threshold itself."""
    for_windows: Annotated[int, Field(ge=1, le=60, strict=True, alias="for")] = 1
    """Number of consecutive windows in breach that open an alert."""
    min_denominator: Annotated[int, Field(ge=0, le=10**9, strict=True)] = 0
    """Ratios: a window whose denominator (unweighted) is smaller says nothing."""
    keep_firing_for: Annotated[int, Field(ge=0, le=60, strict=True)] = 0
    """Number of windows after the first that has reached the clear level which must all keep it before an alert ends."""
    no_data: Literal["keep", "clear", "breach"] = "keep"
    """What a window without a value says: nothing (a run in breach is broken, an open alert stays), or that all is well, or that it is not."""
    unstated: Literal["zero", "no_data"] = "zero"
    """What a window says that ends before the office's first snapshot of what the indicator counts (its rooms, its staff): zero, or no value."""
    confidence: Literal["wilson"] | None = None
    """Ratios of counts: in breach only if the threshold lies outside the Wilson score interval of 95 % (z = 1.96) around the value."""
    jump: Annotated[int, Field(ge=1, le=10, strict=True)] | None = None
    """In breach only if the value lies more than so many standard deviations above the mean of the same window in the three years before."""
    running: Annotated[bool, Field(strict=True)] = True
    """Whether the window that contains today is judged too."""
    since: Annotated[date, BeforeValidator(_day, json_schema_input_type=str)] | None = None
    """Only windows that end after this day are judged; absent: the day from which the rule is in force."""

    @property
    def observes(self) -> str:
        """What is watched, by name: the indicator's id, `deadline:<name>`, `silence`, `gaps`, `refusals`."""
        if self.indicator is not None:
            return self.indicator
        if self.deadline is not None:
            return f"deadline:{self.deadline}"
        return "silence" if self.silence else "refusals" if self.refusals else "gaps"

    @property
    def in_points(self) -> bool:
        """Whether the values are differences in percentage points, which are no counts."""
        return self.indicator is not None and self.indicator.endswith("_pp")

    @property
    def comparison(self) -> Literal[">", "<", ">=", "<="]:
        """The sign between a value in breach and the threshold."""
        if self.above is not None:
            return ">"
        if self.below is not None:
            return "<"
        return ">=" if self.at_least is not None else "<="

    @property
    def threshold(self) -> Decimal:
        """The level named by `above`, `below`, `at_least` or `at_most`."""
        return next(level for level in self._levels() if level is not None)

    @property
    def clear_level(self) -> Decimal:
        """The level that ends an alert: on the safe side of the threshold, or the threshold."""
        return self.threshold if self.clear is None else self.clear

    def as_published(self) -> dict[str, Any]:
        """The rule as JSON for an event: defaults left out, levels as decimal texts."""
        return self.model_dump(mode="json", by_alias=True, exclude_defaults=True)

    def _levels(self) -> tuple[Decimal | None, ...]:
        return self.above, self.below, self.at_least, self.at_most

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        for message in _contradictions(self, sum(level is not None for level in self._levels())):
            raise ValueError(message)
        return self


def _contradictions(rule: Rule, levels: int) -> Iterator[str]:
    """What no single field can tell; the first is reported."""
    if levels != 1:
        yield f"needs exactly one of above, below, at_least, at_most; has {levels}"
        return
    yield from _series_contradictions(rule)
    upward = rule.comparison in (">", ">=")
    if rule.clear is not None and (rule.clear > rule.threshold if upward else rule.clear < rule.threshold):
        yield f"clear {_shortest(rule.clear)} lies on the side of the breach of {_shortest(rule.threshold)}; it must lie on the other or be equal"
    if (rule.subjects == "authority") == (rule.mode == "none"):
        needs = "need a mode: share_weighted, full, lead, assigned_by or own" if rule.mode == "none" else "have no mode; leave it out"
        yield f"{rule.subjects} values {needs}"
    if rule.window in ("day", "week") and (rule.subjects == "authority" or rule.dimension):
        yield f"values of authorities and of dimensions exist by month and longer, not by {rule.window}"
    if rule.in_points and (rule.min_denominator or rule.confidence):
        yield f"{'confidence' if rule.confidence else 'min_denominator'} does not apply to differences in percentage points"
    if rule.confidence and not 0 < rule.threshold < 1:
        yield "confidence needs a threshold between 0 and 1: it is about a share of cases"
    if rule.jump and (not upward or rule.window in ("day", "week")):
        yield "jump needs above or at_least, and a window of a month or longer: a day or week has no counterpart in other years"
    if rule.no_data == "breach" and rule.running:
        yield "no_data: breach needs running: false, for a window that has just begun has no value yet"
    if strange := [one for one in rule.only or () if not _SUBJECT_IDS[rule.subjects].fullmatch(one)]:
        yield f"only: {strange[0]!r} is not the id of a {rule.subjects}"


def _series_contradictions(rule: Rule) -> Iterator[str]:
    """That one series is named, with what belongs to it and nothing else."""
    named = [name for name in _SERIES if getattr(rule, name) is not None]
    if len(named) != 1:
        yield f"needs exactly one of {', '.join(_SERIES)}; has {len(named)}"
        return
    series = named[0]
    if (rule.deadline is not None) != ((rule.within is None) != (rule.overdue is None)):
        yield "a deadline needs exactly one of within, overdue; nothing else has them"
    if rule.subjects not in _SUBJECTS_OF[series]:
        yield f"{series} is known of {' and '.join(_SUBJECTS_OF[series])}, not of {rule.subjects}"
    strange = [name for name in _ONLY_INDICATORS if getattr(rule, name) != Rule.model_fields[name].default]
    if series != "indicator" and strange:
        yield f"{strange[0]} belongs to an indicator, not to {series}"
    if rule.unstated == "no_data" and rule.subjects != "office":
        yield f"unstated is about an office's snapshots, not about {rule.subjects} values, which rest on several offices"
    if series in ("deadline", "silence", "gaps_older_than") and rule.window != "day":
        yield f"{series} is judged by day: window: day"


class Problem(NamedTuple):
    """One mistake in a list of rules: where (indices and field names from the list's top) and what."""

    where: tuple[int | str, ...]
    what: str

    @property
    def place(self) -> str:
        """`rules[0].title.en`."""
        return ".".join([f"rules[{self.where[0]}]", *map(str, self.where[1:])]) if self.where else "rules"


class RulesError(ValueError):
    """A list of rules that cannot be published; the text names every mistake, one a line."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(f"{p.place}: {p.what}" for p in self.problems))


_RULES = TypeAdapter(Annotated[tuple[Rule, ...], Field(max_length=MAX_RULES)])


def parse_rules(data: object) -> tuple[Rule, ...]:
    """The rules of a parsed JSON or YAML list: at most 64, ids unique; an empty list withdraws all rules.

    Raises `RulesError` with every mistake found.
    """
    if not isinstance(data, list | tuple):
        raise RulesError([Problem((), f"must be a list of rules, not {type(data).__name__}")])
    try:
        rules = _RULES.validate_python(list(data))
    except ValidationError as error:
        raise RulesError([Problem(_spelled(e["loc"]), e["msg"].removeprefix("Value error, ")) for e in error.errors()]) from None
    seen: dict[str, int] = {}
    if doubles := [n for n, rule in enumerate(rules) if seen.setdefault(rule.id, n) != n]:
        raise RulesError([Problem((n, "id"), f"{rules[n].id!r} is already the id of rules[{seen[rules[n].id]}]") for n in doubles])
    return rules


def _spelled(place: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """Pydantic's place without the internal steps that a reader of the file cannot see (`tuple[str, ...]`, `nullable`)."""
    return tuple(part for part in place if isinstance(part, int) or part.replace("_", "").isalnum())
