"""The web application: routes, and what happens when something is wrong. Answers are made from public views; only the duty desk changes anything."""

import asyncio
import logging
import re
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from consumers.clickhouse.store import Store, Unavailable
from consumers.dashboard import api, exporting, queries, reading, rendering
from consumers.dashboard.asking import Ask, PageError, ask, language
from consumers.dashboard.dated import listed_of_any_days
from consumers.dashboard.desk import Desk
from consumers.dashboard.files import FORMATS, Document
from consumers.dashboard.keeping import Answers
from consumers.dashboard.missing import incomplete, missing
from consumers.dashboard.pages import NOW, PAGES, Page
from consumers.dashboard.serving import add_headers, right_host
from consumers.dashboard.standing import Standing
from consumers.dashboard.trust import trust
from consumers.dashboard.whole import Whole
from consumers.periods import Period
from schemas.operation.health import Condition, Health
from schemas.operation.instruments import counter
from schemas.operation.metrics import dashboard

RETRY_SECONDS = 5
_PIECE_BYTES = 256 * 1024
_NEWEST = {"no-cache", "no-store", "max-age=0"}
"""What a browser says in `Cache-Control` when its reader reloads a page."""
ANSWERS = counter(dashboard.ANSWERS)

_STORE = web.AppKey("store", Store)
_HOST = web.AppKey("host", str)
_STANDING = web.AppKey("standing", Standing)
_ANSWERED = web.AppKey("answered", Answers)
_SILENCE = web.AppKey("silence_days", int)
_log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def application(store: Store, host: str, silence_days: int = 0, desk: Desk | None = None) -> web.Application:
    """The application over a store; `host` is the address that it is bound to, `silence_days` the setting. Closes the store with itself."""
    app = web.Application(middlewares=[_count, *((desk.door.come_in,) if desk else ()), _explain])
    app[_STORE], app[_HOST], app[_SILENCE] = store, host, silence_days
    app[_STANDING], app[_ANSWERED] = Standing(), Answers()
    app.on_response_prepare.append(add_headers)
    app.on_cleanup.append(_close)
    app.router.add_get("/", _first)
    app.router.add_get("/health", _health)
    app.router.add_get("/ready", _health)
    app.router.add_get("/metrics", _metrics)
    app.router.add_get("/api/districts", _districts)
    app.router.add_get("/api/d/{district}/pulse", _pulse)
    app.router.add_static("/static", rendering.HERE / "static")
    pages: tuple[Page, ...] = PAGES
    if desk is not None:
        app.router.add_post("/d/{district}/alerts/{act:ack|silence|unsilence}", desk.act)
        pages = (*PAGES, Page("/d/{district}/alerts", "alerts.html", desk.page, NOW, kept=False))
    for page in pages:
        app.router.add_get(page.path, _answered(page, _html))
        app.router.add_get(f"/api{page.path}", _answered(page, _json))
        for ending in FORMATS:
            app.router.add_get(f"/{ending}{page.path}", _file(page, ending))
    return app


Making = Callable[[web.Request, Page, datetime], Awaitable[tuple[bytes, str]]]
"""Makes the body of a page and its media type out of what stood at an instant."""


def _answered(page: Page, making: Making) -> Handler:
    """The page as `making` makes it, of rows of one epoch: kept, and made once for all who ask for it at the same time."""

    async def handler(request: web.Request) -> web.StreamResponse:
        store = request.app[_STORE]

        mark = await store.mark() if page.kept else None

        async def make(began: datetime) -> tuple[bytes, str]:
            return await store.of_one_epoch(lambda: making(request, page, began), mark)

        newest = bool(_NEWEST & set(re.split(r"[,\s]+", request.headers.get("Cache-Control", ""))))
        answer, behind = await request.app[_ANSWERED].answer(request.path_qs, mark, make, newest=newest)
        return web.Response(
            body=rendering.behind(answer.body) if behind else answer.body,
            headers={"Content-Type": answer.content_type, "Age": str(int(answer.age_s))},
        )

    return handler


async def _html(request: web.Request, page: Page, began: datetime) -> tuple[bytes, str]:
    asked, place, period = await _arrive(request, page)
    if place.first_day is None:
        html = rendering.render("empty.html", asked.lang, title="empty.period")
    else:
        html = await _made(request, page, asked, place, period, began)
    return html.encode(), "text/html; charset=utf-8"


def _file(page: Page, ending: str) -> Handler:
    """The tables of the page as a file for spreadsheets, its list whole. It is made in the system's temporary folder before any of it is sent, so that
    whoever gets a file has all of it."""

    async def handler(request: web.Request) -> web.StreamResponse:
        place, document, whole = await request.app[_STORE].of_one_epoch(lambda: _document(request, page))
        with tempfile.TemporaryFile() as out:
            await exporting.write(out, document, whole, ending)
            response = web.StreamResponse(headers={"Content-Type": FORMATS[ending].content_type})
            response.headers["Content-Disposition"] = exporting.disposition(place, document, ending)
            response.content_length = out.tell()
            out.seek(0)
            await response.prepare(request)
            while piece := await asyncio.to_thread(out.read, _PIECE_BYTES):
                await response.write(piece)
            return response

    return handler


async def _document(request: web.Request, page: Page) -> tuple[reading.District, Document, Whole | None]:
    """What the file of a page says, and its list, whose rows are yet to be read."""
    asked, place, period = await _arrive(request, page)
    asked = replace(asked, whole=True)
    if place.first_day is None:
        raise PageError(404, "empty.period")
    html = await _made(request, page, asked, place, period, datetime.now(UTC))
    whole = await page.whole(request.app[_STORE], place, period, asked, request.match_info) if page.whole else None
    address = str(request.url.with_path(asked.path).with_query(request.query))
    rows = whole.total if whole else None
    return place, await asyncio.to_thread(exporting.document, html, asked.lang, place, period, address, rows), whole


async def _made(request: web.Request, page: Page, asked: Ask, place: reading.District, period: Period, began: datetime) -> str:
    """The page of a district that has data, as HTML."""
    store = request.app[_STORE]
    content, foot, places, begun = await asyncio.gather(
        page.content(store, place, period, asked, request.match_info),
        trust(store, place),
        store.rows(queries.districts()),
        _begun(store, place),
    )
    codes, lacking = [code for code, _ in places], incomplete(foot.missing, place.code, place.today, period)
    return rendering.page(page.template, asked, place, period, content, rendering.Frame(foot, codes, lacking, began, begun))


async def _begun(store: Store, place: reading.District) -> date | None:
    """The day of a district's first arrival where it is later than the day as of which values are asked."""
    if place.as_of is None:
        return None
    return next((day for (day,) in await store.rows(queries.first_arrival(place.code)) if day > place.as_of), None)


async def _json(request: web.Request, page: Page, began: datetime) -> tuple[bytes, str]:
    asked, place, period = await _arrive(request, page)
    store = request.app[_STORE]
    content, found = await asyncio.gather(page.content(store, place, period, asked, request.match_info), missing(store, place))
    told = {
        "behind": False,
        "made_at": began,
        "district": place.code,
        "today": place.today,
        "period": period,
        "as_of": asked.as_of,
        "incomplete": incomplete(found, place.code, place.today, period),
        "content": content,
    }
    return api.encode(told), "application/json; charset=utf-8"


async def _arrive(request: web.Request, page: Page) -> tuple[Ask, reading.District, Period]:
    """The request, the district that it names, and the period. Raises PageError, Unavailable."""
    asked = ask(request.path[request.path.index("/d/") :], dict(request.query), page.kinds)
    code = request.match_info["district"]
    try:
        place = await reading.district(request.app[_STORE], code, request.app[_SILENCE])
    except reading.UnknownDistrict:
        raise PageError(404, "error.404.district", id=code) from None
    listed = frozenset(await listed_of_any_days(request.app[_STORE]))
    return asked, replace(place, as_of=asked.as_of, listed=listed), asked.period(place.today)


async def _first(request: web.Request) -> web.StreamResponse:
    """To the first district; while there is none, a page that says so."""
    lang = language(request.query)
    districts = await request.app[_STORE].rows(queries.districts())
    if not districts:
        return _page(rendering.render("empty.html", lang, title="empty.title"))
    raise web.HTTPFound(f"/d/{districts[0][0]}/today?lang={lang}")


async def _districts(request: web.Request) -> web.StreamResponse:
    rows = await request.app[_STORE].rows(queries.districts())
    return api.answer([{"district": code, "today": today} for code, today in rows])


async def _pulse(request: web.Request) -> web.StreamResponse:
    """A text that changes when numbers of the district may have changed; the page then fetches itself anew."""
    rows = await request.app[_STORE].rows(queries.pulse(request.match_info["district"]))
    return api.answer({"pulse": "-".join(str(part) for part in rows[0])})


async def _health(request: web.Request) -> web.StreamResponse:
    """`/health`: the process answers. `/ready`: pages can be made, for ClickHouse answers and has the tables."""
    why = ""
    if request.path == "/ready":
        try:
            await request.app[_STORE].rows(queries.districts())
        except Unavailable as error:
            why = str(error)
    status, told = Health("dashboard", (), (Condition("clickhouse", why),)).answer(request.path) or (404, {})
    return api.answer(told, status)


async def _metrics(request: web.Request) -> web.StreamResponse:
    await request.app[_STANDING].refresh(request.app[_STORE])
    return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})


@web.middleware
async def _count(request: web.Request, handler: Handler) -> web.StreamResponse:
    status = 500
    try:
        response = await handler(request)
        status = response.status
    except web.HTTPException as error:
        status = error.status
        raise
    else:
        return response
    finally:
        resource = request.match_info.route.resource
        ANSWERS.labels(resource.canonical if resource else "none", str(status)).inc()


@web.middleware
async def _explain(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn whatever went wrong into an answer that a reader understands."""
    if not right_host(request.app[_HOST], request.host):
        return web.Response(status=421, text="This page is served on loopback only: open it as http://127.0.0.1.\n")
    try:
        return await handler(request)
    except PageError as error:
        return _failure(request, error.status, f"error.{error.status}", error.key, error.values)
    except Unavailable as error:
        _log.warning("%s", error)
        return _failure(request, 503, "error.503", "error.503.text", {}, detail=str(error))
    except web.HTTPException as error:
        if error.status == web.HTTPNotFound.status_code:
            return _failure(request, 404, "error.404", "error.404.page", {})
        raise
    except Exception:  # noqa: BLE001 - the last resort: the reader gets a page, the log gets the trace
        _log.exception("page failed: %s", request.path)
        return _failure(request, 500, "error.500", "error.500.text", {})


def _failure(request: web.Request, status: int, title: str, key: str, values: dict[str, object], detail: str = "") -> web.Response:
    lang = language(request.query)
    headers = {"Retry-After": str(RETRY_SECONDS)} if status == web.HTTPServiceUnavailable.status_code else {}
    if request.path.startswith("/api/"):
        response = api.answer({"error": rendering.text(lang, key, values), "detail": detail}, status)
    else:
        response = _page(
            rendering.render("error.html", lang, status=status, title=title, text=rendering.text(lang, key, values), detail=detail), status
        )
    response.headers.update(headers)
    return response


def _page(html: str, status: int = 200) -> web.Response:
    return web.Response(text=html, status=status, content_type="text/html", charset="utf-8")


async def _close(app: web.Application) -> None:
    await app[_STORE].close()
