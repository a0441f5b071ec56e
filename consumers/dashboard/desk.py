"""The duty desk: alerts by the deliverer's journal, who was told when; acknowledging and silencing. The only page that changes anything.

A foreign web site can make it do nothing: an act needs a token that only this page shows, and must come from this page by what the browser says
of its origin. It is taken on loopback, under the name that is typed in, and from elsewhere where a sign-on before the page says who asks
(`sign_in`); otherwise there is `suoheng alerts`. Each act bears a name and stands in the audit log.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from hmac import compare_digest

from aiohttp import web

from consumers.alerts.journal.acts import Refused
from consumers.alerts.journal.desk import ACTS, Away, Line, SilenceLine, Source, Stands
from consumers.alerts.journal.tables import JournalError
from consumers.clickhouse.store import Store
from consumers.dashboard.asking import Ask, PageError
from consumers.dashboard.reading import District
from consumers.dashboard.signing_in import Door
from consumers.periods import Period


@dataclass(frozen=True, slots=True)
class DeskPage:
    """All that the page shows; `planned`: there is a journal; `away`: why it cannot be asked. The token is no field that is told to others."""

    state: str
    planned: bool
    away: str
    may_act: bool
    signed_in: str
    """Who asks, by the sign-on; empty: whoever acts types a name."""
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
    """The journal of an installation, for the page behind a door."""

    def __init__(self, source: Source, door: Door) -> None:
        self._source, self.door = source, door

    async def page(self, _: Store, place: District, __: Period, ask: Ask, ___: Mapping[str, str]) -> object:
        """What stands now."""
        return await asyncio.to_thread(self._read, place.code, ask.query.get("done", ""))

    def _read(self, district: str, done: str) -> DeskPage:
        found, planned, away = Stands([], []), True, ""
        try:
            found = self._source.stands(district)
        except JournalError:
            planned = False
        except Away as error:
            away = str(error)
        may_act, there = self.door.may_act and not away, planned and not away
        return DeskPage(
            "",
            planned=planned,
            away=away,
            may_act=may_act,
            signed_in=self.door.name,
            done=done if there and done in ACTS else "",
            firing=[line for line in found.alerts if line.over_at is None],
            ended=[line for line in found.alerts if line.over_at is not None],
            silences=found.silences,
            _token=self.door.token if may_act and there else "",
        )

    async def act(self, request: web.Request) -> web.StreamResponse:
        """Do what a form of the page asks for, and go back to the page. Raises PageError."""
        form = {name: str(value) for name, value in (await request.post()).items()}
        self._require_own(request, form)
        what, district = request.match_info["act"], request.match_info["district"]
        named = form | ({"by": self.door.name} if self.door.name else {})
        try:
            await asyncio.to_thread(self._source.act, what, district, named)
        except (Refused, JournalError) as error:
            raise PageError(400, "error.400.act", why=str(error)) from None
        except Away as error:
            raise PageError(503, "error.503.desk", why=str(error)) from None
        except OSError:
            raise PageError(503, "error.503.audit") from None
        lang = "en" if form.get("lang") == "en" else "zh"
        raise web.HTTPSeeOther(f"/d/{district}/alerts?lang={lang}&done={what}")

    def _require_own(self, request: web.Request, form: Mapping[str, str]) -> None:
        if not self.door.may_act:
            raise PageError(403, "error.403.elsewhere")
        if not self.door.is_own(request) or not compare_digest(form.get("token", "").encode(), self.door.token.encode()):
            raise PageError(403, "error.403.foreign")
