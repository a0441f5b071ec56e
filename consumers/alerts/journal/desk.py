"""The duty desk without a page: what stands by the journal, and the acts on it. Over the file here; `asking` has the same over HTTP."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Protocol

from consumers.alerts.journal.acts import Acts, Refused
from consumers.alerts.journal.reading import Receipt, Shown
from consumers.alerts.plan.fields import duration
from consumers.alerts.plan.matching import Matcher
from consumers.alerts.telling.standing import Silence
from schemas.audit import Audit

ENDED = timedelta(days=7)
SPANS = ("1h", "4h", "1d", "3d", "7d")
"""How long a silence may last that is made on the page."""
ACTS = ("ack", "silence", "unsilence")


class Away(Exception):
    """The deliverer cannot be asked; the text says why."""


@dataclass(frozen=True, slots=True)
class Line:
    """An alert as the page shows it. `held`: why it is not told, and by what."""

    id: str
    severity: str
    rule: str
    titles: tuple[str, str]
    subject_kind: str
    subject: str
    why: str
    seen_at: datetime
    over_at: datetime | None
    held: tuple[str, str]
    acknowledged_by: str
    acknowledged_at: datetime | None
    note: str
    receipts: tuple[Receipt, ...]


@dataclass(frozen=True, slots=True)
class SilenceLine:
    """A silence that acts."""

    id: int
    matchers: str
    by: str
    reason: str
    ends: datetime


@dataclass(frozen=True, slots=True)
class Stands:
    """A district's alerts that fire or ended lately, and the silences that may concern it."""

    alerts: list[Line]
    silences: list[SilenceLine]


class Source(Protocol):
    """Where the desk looks and acts."""

    def stands(self, district: str) -> Stands:
        """What stands now. Raises `JournalError` where there is no journal, `Away` where it cannot be reached."""

    def act(self, what: str, district: str, form: Mapping[str, str]) -> None:
        """Do one of `ACTS` as the form says. Raises `Refused`, `JournalError`, OSError when the audit log cannot be written, `Away`."""


class OwnJournal:
    """The journal's file and the audit log of this machine."""

    def __init__(self, journal: Path, audit: Audit) -> None:
        self._journal, self._audit = journal, audit

    def stands(self, district: str) -> Stands:
        """As `Source`."""
        now = datetime.now(UTC)
        with closing(Acts(self._journal)) as acts:
            found = acts.shown(ended_since=now - ENDED, district=district)
            silences = [one for one in acts.silences() if one.acts(now) and _concerns(one, district)]
        told = [SilenceLine(one.id, " ".join(map(str, one.matchers)), one.by, one.reason, one.ends) for one in silences]
        return Stands([_line(one) for one in found], told)

    def act(self, what: str, district: str, form: Mapping[str, str]) -> None:
        """As `Source`."""
        now, by = datetime.now(UTC), form.get("by", "")
        with closing(Acts(self._journal, partial(self._audit.append, account="page"))) as acts:
            if what == "unsilence":
                number = form.get("id", "")
                acts.unsilence(int(number) if number.isascii() and number.isdigit() else 0, by, now)
                return
            one = acts.find(form.get("id", ""))
            alert = one.spell.alert
            if alert.district != district:
                raise Refused(f"{one.fingerprint} is an alert of another district")
            if what == "ack":
                acts.acknowledge(one.fingerprint, by, form.get("note", ""), now)
                return
            span = form.get("span", "")
            if span not in SPANS:
                raise Refused(f"a silence lasts one of {', '.join(SPANS)}")
            named = {"district": district, "rule": alert.rule, "subject": alert.subject_id}
            matchers = [str(Matcher(name, "=", value)) for name, value in named.items()]
            acts.silence(matchers, by, form.get("reason", ""), now, now + duration(span))


def _line(one: Shown) -> Line:
    alert, spell, ack = one.spell.alert, one.spell, one.acknowledged
    kind, _, by = spell.held.partition(" ")
    return Line(
        one.fingerprint,
        alert.severity,
        alert.rule,
        (alert.titles.zh, alert.titles.en),
        alert.subject_kind,
        alert.subject_id,
        alert.why,
        spell.seen_at,
        spell.over_at,
        (kind, by),
        ack.by if ack else "",
        ack.at if ack else None,
        ack.note if ack else "",
        one.receipts,
    )


def _concerns(silence: Silence, district: str) -> bool:
    """Whether a silence may keep back alerts of a district: not when it names another one."""
    return all(matcher.holds({"district": district}) for matcher in silence.matchers if matcher.label == "district")
