"""The second computation of everything, written from the contract's text alone; it shares no code with the workers.

Plain on purpose: the live events are collected, each record is told into facts, facts are summed, indicators are formed. No increments, no
state between runs, integers only. Where the contract leaves room, this is the reading taken:

* A −1 has the office of its +1 but the assigner of the event that sets its day; what ends with an office's closing has the assigner `self`.
* A fact of a distinct component has the amount 1 however often the same key is met.
* The sequence ledger knows every event with a sequence that passed the checks of bytes and schema, refused ones too, and begins at 1;
  a source without sequences has none.
* Minutes of a snapshot dated on or after the closing of its office are still minutes worked.
* An office whose `closed_on` is not after its `opened_on` was never open.
* A lead's tie is decided by the `managing` split of the same cost category, found in the same way (own category, else `all`).
* `targetsource` equal to the own source is the default filled in; it is refused where nothing is named (assertions other than retractions).
* A header `ce_specversion`, `ce_id` or `ce_type` makes an event binary, unless a `content-type` says that it is structured; other `ce_`
  headers of a structured event mean nothing. A binary event's `content-type` says JSON or nothing; its size is that of its structured form.
* Codes for which the contract itself prints no list are any `[a-z0-9_]{1,32}`; a JSON null is no value of any field.
* -0 is not an integer.
* Decimals are compared as texts: an area of "60.0" is other content than one of "60.00".
* "Touching another letter or digit" means ASCII letters and digits; otherwise a number amid Chinese text would pass.
* A `due_at` whose local day is outside the years 1 to 9999 is `TIME_FORMAT`: a fact could not be dated with it.
* A `fiscal_year` is 1900 to 9999.
"""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import date

from consumers.reconcile.activities import tell_activity, tell_minutes, tell_task
from consumers.reconcile.admission import District
from consumers.reconcile.calendar import YearDays
from consumers.reconcile.cases import tell_case, tell_screenings
from consumers.reconcile.event import Event, Message
from consumers.reconcile.governance import tell_instruction, tell_joint, tell_roles, tell_secondment, tell_transfer
from consumers.reconcile.life import CONTRACT, CORRECTION, LEGAL_AID, MEDIATION, RATING, REPORT, RESETTLEMENT, TASK, tell_places
from consumers.reconcile.offices import tell_open_offices, tell_ratings, tell_snapshots
from consumers.reconcile.outcomes import tell_report, tell_service
from consumers.reconcile.parts import Book
from consumers.reconcile.persons import tell_person_under_correction, tell_released_person
from consumers.reconcile.reading import day_text
from consumers.reconcile.records import Record, grouped
from consumers.reconcile.registry import Registry
from consumers.reconcile.seals import Seals
from consumers.reconcile.services import tell_contracts, tell_counsel, tell_legal_aid, tell_review
from consumers.reconcile.supervision import tell_finding
from consumers.reconcile.values import Row, ValueKey, rows

FactKey = tuple[str, str, str, str, str, str]
"""record, component, day, dimension, office, assigner."""


@dataclass(slots=True)
class Expected:
    """What must be known of a district after its messages."""

    values: dict[ValueKey, Row]
    facts: dict[FactKey, int]
    book: Book | None = None
    """The facts as parts are made of them; None of a district that the log does not know."""


def expected(district: District) -> Expected:
    """Values and facts of a district that was read."""
    book, facts = _told_of(district)
    return Expected(rows(book), facts, book)


def book_of(district: District) -> Book:
    """The facts of a district that was read, as parts are made of them."""
    return _told_of(district)[0]


def _told_of(district: District) -> tuple[Book, dict[FactKey, int]]:
    registry = district.registry()
    book = Book(district.code, district.today, registry)
    facts: dict[FactKey, int] = {}
    for record in [
        *(_told(name, events, registry) for name, events in grouped(district.live()).items()),
        *tell_open_offices(registry),
        *tell_roles(registry),
    ]:
        told = record.told()
        book.enter(record, told)
        for (component, day, dimension, office, assigner), amount in told.items():
            if day > date.max.toordinal():  # the day after 9999-12-31: it has no name and never comes
                continue
            facts[record.name, component, day_text(day), dimension, office, assigner] = amount
    return book, facts


def _told(name: str, events: list[Event], registry: Registry) -> Record:
    record = Record(name)
    tell_minutes(record, events)
    kind, closed = name.split(":", 1)[0], registry.closed.get(events[0].office)
    if kind.endswith(".snapshot"):
        tell_snapshots(record, events, closed)
    elif kind in TELL_UNTIL_CLOSED:
        TELL_UNTIL_CLOSED[kind](record, events, closed)
    elif kind in TELL_BY_CALENDAR:
        TELL_BY_CALENDAR[kind](record, events, registry.calendar)
    elif kind in TELL:
        TELL[kind](record, events)
    elif events[0].type == "med.escalation.recorded":
        tell_case(record, events)
    elif events[0].type == "cor.supervision.finding":
        tell_finding(record, events[0], registry.calendar)
    else:
        tell_activity(record, events[0])
    if kind in LIVES:
        tell_places(record, events, LIVES[kind])
    return record


TELL: dict[str, Callable[[Record, list[Event]], None]] = {
    "med": tell_case,
    "res": tell_released_person,
    "task": tell_task,
    "med.screening.held": tell_screenings,
    "leg.counsel": tell_counsel,
    "gov.review": tell_review,
    "soc.instruction": tell_instruction,
    "soc.secondment": tell_secondment,
    "soc.transfer": tell_transfer,
    "soc.joint": tell_joint,
    "cap.service": tell_service,
    "dat.report": tell_report,
}
"""What the records of a kind stand for, by the beginning of their names."""
TELL_UNTIL_CLOSED: dict[str, Callable[[Record, list[Event], int | None], None]] = {
    "cap.rating": tell_ratings,
    "leg.contract": tell_contracts,
}
"""Those that also depend on the day on which their office closes."""
TELL_BY_CALENDAR: dict[str, Callable[[Record, list[Event], YearDays], None]] = {
    "cor": tell_person_under_correction,
    "leg.aid": tell_legal_aid,
}
"""Those that have limits in working days."""
LIVES = {
    "med": MEDIATION,
    "cor": CORRECTION,
    "res": RESETTLEMENT,
    "leg.aid": LEGAL_AID,
    "task": TASK,
    "cap.service": CONTRACT,
    "cap.rating": RATING,
    "dat.report": REPORT,
}


def by_key(messages: Iterable[Message], partitions: int | None = None, seals: Seals | None = None) -> dict[bytes | None, District]:
    """The messages, in log order, fed to one district for each message key; what is no district's key holds dead letters only."""
    districts: dict[bytes | None, District] = {}
    for message in messages:
        key = message[3]
        if key not in districts:
            districts[key] = District((key or b"").decode("ascii", "replace"), partitions, seals)
        districts[key].read(message)
    return districts


def oracle_rows(
    messages: Iterable[Message], partitions: int | None = None
) -> tuple[dict[ValueKey, Row], dict[FactKey, int], dict[str, int]]:
    """Values, facts and counts (read, admitted, duplicates, dead_letters, pending) of messages in log order.

    `partitions`: the topic's partition count; None: messages are not refused for their partition. Facts of several districts are told
    together: record names do not carry the district, so hand in one district at a time when that matters.
    """
    values: dict[ValueKey, Row] = {}
    facts: dict[FactKey, int] = {}
    counts = dict.fromkeys(("read", "admitted", "duplicates", "dead_letters", "pending"), 0)
    for district in by_key(messages, partitions).values():
        found = expected(district)
        values |= found.values
        facts |= found.facts
        for name, number in asdict(district.counts).items():
            counts[name] += number
    return values, facts, counts
