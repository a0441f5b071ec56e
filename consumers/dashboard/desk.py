"""The duty desk: alerts by the deliverer's journal, who was told when; acknowledging and silencing. The only page that changes anything.

A foreign web site can make it do nothing: an act needs a token that only this page shows, and must come from this page by what the browser says
of its origin. It is taken on loopback only; elsewhere there is `suoheng alerts`. Each act bears a name and stands in the audit log.
"""

import asyncio
import secrets
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from hmac import compare_digest
from pathlib import Path

from aiohttp import web

from consumers.alerts.journal.acts import Acts, Refused
from consumers.alerts.journal.reading import Receipt, Shown
from consumers.alerts.journal.tables import JournalError
from consumers.alerts.plan.fields import duration
from consumers.alerts.plan.matching import Matcher
from consumers.alerts.telling.standing import Silence
from consumers.clickhouse.store import Store
from consumers.dashboard.asking import Ask, PageError
from consumers.dashboard.reading import District
from consumers.dashboard.serving import is_loopback
from consumers.periods import Period
from schemas.audit import Audit

ENDED = timedelta(days=7)
SPANS = ("1h", "4h", "1d", "3d", "7d")
"""How long a silence may last that is made on the page."""


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
class DeskPage:
    """All that the page shows; `planned`: there is a journal. The token is no field that is told to others."""

    state: str
    planned: bool
    may_act: bool
    done: str
    firing: list[Line]
    ended: list[Line]
    silences: list[SilenceLine]
    _token: str

    @property
    def token(self) -> str:
        """What an act must bear."""
        return self._token


class Desk:
    """The journal of an installation, for the page bound to `host`."""

    def __init__(self, journal: Path, audit: Audit, host: str) -> None:
        self._journal, self._audit, self._host = journal, audit, host
        self._token = secrets.token_urlsafe(32)

    async def page(self, _: Store, place: District, __: Period, ask: Ask, ___: Mapping[str, str]) -> object:
        """What stands now."""
        return await asyncio.to_thread(self._read, place.code, ask.query.get("done", ""))

    def _read(self, district: str, done: str) -> DeskPage:
        now, may_act = datetime.now(UTC), is_loopback(self._host)
        try:
            with closing(Acts(self._journal)) as acts:
                found = acts.shown(ended_since=now - ENDED, district=district)
                silences = [one for one in acts.silences() if one.acts(now) and _concerns(one, district)]
        except JournalError:
            return DeskPage("", planned=False, may_act=may_act, done="", firing=[], ended=[], silences=[], _token="")
        lines = [_line(one) for one in found]
        return DeskPage(
            "",
            planned=True,
            may_act=may_act,
            done=done if done in ("ack", "silence", "unsilence") else "",
            firing=[line for line in lines if line.over_at is None],
            ended=[line for line in lines if line.over_at is not None],
            silences=[SilenceLine(one.id, " ".join(map(str, one.matchers)), one.by, one.reason, one.ends) for one in silences],
            _token=self._token,
        )

    async def act(self, request: web.Request) -> web.StreamResponse:
        """Do what a form of the page asks for, and go back to the page. Raises PageError."""
        form = {name: str(value) for name, value in (await request.post()).items()}
        self._require_own(request, form)
        what, district = request.match_info["act"], request.match_info["district"]
        try:
            await asyncio.to_thread(self._do, what, district, form)
        except Refused as error:
            raise PageError(400, "error.400.act", why=str(error)) from None
        except JournalError as error:
            raise PageError(400, "error.400.act", why=str(error)) from None
        except OSError:
            raise PageError(503, "error.503.audit") from None
        lang = "en" if form.get("lang") == "en" else "zh"
        raise web.HTTPSeeOther(f"/d/{district}/alerts?lang={lang}&done={what}")

    def _require_own(self, request: web.Request, form: Mapping[str, str]) -> None:
        """Referrers are kept back here, so a browser may say `null` for the origin of a form; then it says by another header whose it is."""
        if not is_loopback(self._host) or not is_loopback(request.remote or ""):
            raise PageError(403, "error.403.elsewhere")
        origin, site = request.headers.get("Origin", "null"), request.headers.get("Sec-Fetch-Site", "")
        own = origin == f"http://{request.host}" or (origin == "null" and site == "same-origin")
        if not own or site not in ("", "same-origin") or not compare_digest(form.get("token", "").encode(), self._token.encode()):
            raise PageError(403, "error.403.foreign")

    def _do(self, what: str, district: str, form: Mapping[str, str]) -> None:
        """Raises `Refused`, `JournalError`, and OSError when the audit log cannot be written."""
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
            acts.silence([str(Matcher(*pair)) for pair in _equal(named)], by, form.get("reason", ""), now, now + duration(span))


def _equal(named: Mapping[str, str]) -> list[tuple[str, str, str]]:
    return [(name, "=", value) for name, value in named.items()]


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
