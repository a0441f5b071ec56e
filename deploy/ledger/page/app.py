"""The web application of the page: on loopback, one import at a time, each in a thread beside; every answer under the strictest content policy.

A foreign web site can neither read the page (the host must be loopback's name) nor make it do anything: what changes something asks for a header that a
browser sends to no other origin without being allowed to, and for the office's key.
"""

import asyncio
import logging
import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

import orjson
from aiohttp import BodyPartReader, web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from consumers.dashboard.serving import HEADERS, right_host
from deploy.errors import CommandError
from deploy.ledger.bar import Bar
from deploy.ledger.importing import Options, Outcome, import_ledgers
from deploy.ledger.page.speaking import Speaker, speaker, to_gateway
from deploy.ledger.page.texts import LANGUAGES, texts
from deploy.ledger.page.told import told
from deploy.ledger.page.uploads import KEPT_S, Upload, Uploads, digest, safe_name
from schemas.audit import Audit
from schemas.labels import domain_label
from schemas.settings import Settings
from streams.ingest.ledger.columns import domains
from streams.ingest.ledger.files.book import MAX_FILE_BYTES
from streams.ingest.ledger.places import Places
from streams.ingest.ledger.template import write_template

HOST = "127.0.0.1"
_OWN = "X-Suoheng-Ledger"
_STATIC = Path(__file__).parent / "static"
_FIELD_BYTES = 1_024
_MOST_PARTS = 8
_CHUNK = 256 * 1024
_SWEPT_EVERY_S = 60.0
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Refusal(Exception):
    """A request that is not fulfilled: status, and what is said."""

    def __init__(self, status: int, error: str, **facts: Any) -> None:
        super().__init__(error)
        self.status, self.told = status, {"error": error, **facts}


class LedgerPage:
    """The page over an installation; `gateway`: where its events go."""

    def __init__(self, settings: Settings, gateway: str) -> None:
        self._settings, self._gateway = settings, gateway
        self._uploads, self._one = Uploads(), asyncio.Lock()
        self._environment = Environment(loader=FileSystemLoader(_STATIC), autoescape=True, undefined=StrictUndefined)

    def application(self) -> web.Application:
        """The routes."""
        app = web.Application(middlewares=[self._refusals], client_max_size=MAX_FILE_BYTES + (1 << 20))
        app.add_routes([web.get("/", self._page), web.get("/ledger", self._page), web.get("/template/{domain}", self._template)])
        app.add_routes(
            [web.get("/ledger.css", _static("ledger.css", "text/css")), web.get("/ledger.js", _static("ledger.js", "text/javascript"))]
        )
        app.add_routes([web.post("/check", self._check), web.post("/publish", self._publish), web.get("/copy/{ticket}", self._copy)])
        app.on_response_prepare.append(_add_headers)
        app.cleanup_ctx.append(self._sweeping)
        return app

    async def _page(self, request: web.Request) -> web.StreamResponse:
        lang = request.query.get("lang", "")
        lang = lang if lang in LANGUAGES else LANGUAGES[0]
        place = LANGUAGES.index(lang)
        said = texts(lang)
        html = self._environment.get_template("ledger.html").render(
            lang=lang,
            other=LANGUAGES[1 - place],
            t=said,
            told={key: text for key, text in said.items() if key.startswith("js.")},
            forms=[(domain, domain_label(domain)[place]) for domain in domains()],
        )
        return web.Response(text=html, content_type="text/html", charset="utf-8")

    async def _template(self, request: web.Request) -> web.StreamResponse:
        domain = request.match_info["domain"]
        if domain not in domains():
            raise web.HTTPNotFound
        with TemporaryDirectory() as folder:
            path = Path(folder) / f"{domain}.xlsx"
            await asyncio.to_thread(write_template, path, domain, Places())
            return _attached(path.read_bytes(), f"{domain}.xlsx")

    async def _check(self, request: web.Request) -> web.StreamResponse:
        _require_own(request)
        folder = self._uploads.new_folder()
        try:
            fields, file = await _received(request, folder)
            whose = await asyncio.to_thread(self._whose, fields.get("key", ""), fields.get("office", ""))
            upload = Upload(folder, file, digest(fields.get("key", "")), whose)
            options = _options(upload)
            outcome = await self._import(options, fields.get("key", ""))
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        upload.copy = outcome.copies.get(0)
        return _json(told(outcome, options, self._uploads.keep(upload)))

    async def _publish(self, request: web.Request) -> web.StreamResponse:
        _require_own(request)
        fields, _ = await _received(request, None)
        upload = self._uploads.get(fields.get("ticket", ""))
        key = fields.get("key", "")
        if upload is None or not upload.is_of(key):
            raise Refusal(409, "the file is not here any more, or was checked with another key", expired=True)
        whose = await asyncio.to_thread(self._whose, key, upload.speaker.office)
        if whose != upload.speaker:
            raise Refusal(409, "the key speaks for others than when the file was checked", expired=True)
        retract = fields.get("retract", "0")
        if not retract.isdecimal():
            raise Refusal(400, "retract is a number")
        options = _options(upload, yes=True, partial="partial" in fields, retract=int(retract))
        return _json(told(await self._import(options, key), options, fields["ticket"]))

    async def _copy(self, request: web.Request) -> web.StreamResponse:
        upload = self._uploads.get(request.match_info["ticket"])
        if upload is None or upload.copy is None:
            raise web.HTTPNotFound
        return _attached(upload.copy.read_bytes(), upload.copy.name)

    def _whose(self, key: str, office: str) -> Speaker:
        try:
            return speaker(self._settings, key, office)
        except CommandError as error:
            # Nothing of what a stranger typed goes into the log.
            Audit(self._settings.audit_folder, self._settings.audit_days).append("ledger page refused", why=type(error).__name__)
            raise

    async def _import(self, options: Options, key: str) -> Outcome:
        async with self._one:
            return await asyncio.to_thread(import_ledgers, options, self._settings, Bar(), to_gateway(self._gateway, key))

    @web.middleware
    async def _refusals(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if not right_host(HOST, request.host):
            return web.Response(status=421, text="This page is served on loopback only: open it as http://127.0.0.1.\n")
        try:
            return await handler(request)
        except Refusal as error:
            return _json(error.told, error.status)
        except CommandError as error:
            return _json({"error": _without_folders(str(error))}, 422)
        except web.HTTPException:
            raise
        except Exception:  # noqa: BLE001 - the page must be told in its own form, whatever it is
            _log.exception("%s failed", request.path)
            return _json({"error": "程序出错,详情见运行本页的窗口 · an error in this program, told in the window that it runs in"}, 500)

    async def _sweeping(self, _: web.Application) -> AsyncIterator[None]:
        """What nobody came back for does not lie about, nor does anything once the page ends."""

        async def sweep() -> None:
            while True:
                await asyncio.sleep(_SWEPT_EVERY_S)
                self._uploads.forget(older_than_s=KEPT_S)

        beside = asyncio.create_task(sweep())
        yield
        beside.cancel()
        self._uploads.forget()


def _options(upload: Upload, *, yes: bool = False, partial: bool = False, retract: int = 0) -> Options:
    whose = upload.speaker
    return Options(
        files=[upload.file], office=whose.office, district=whose.district, ledger=whose.ledger, yes=yes, partial=partial, retract=retract, copies=not yes
    )  # fmt: skip


def _require_own(request: web.Request) -> None:
    """Only this page's own script may ask: others cannot send the header across origins."""
    origin = request.headers.get("Origin", f"http://{request.host}")
    if _OWN not in request.headers or origin != f"http://{request.host}":
        raise Refusal(403, "only the page itself may ask for this")


async def _received(request: web.Request, folder: Path | None) -> tuple[dict[str, str], Path]:
    """The fields of a form, and its file, written into the folder as it comes in; at most 64 MiB. Raises Refusal."""
    if not request.content_type.startswith("multipart/"):
        raise Refusal(400, "a form is expected")
    fields: dict[str, str] = {}
    file: Path | None = None
    parts = 0
    async for part in await request.multipart():
        parts += 1
        if parts > _MOST_PARTS:
            raise Refusal(400, "a form of a few fields is expected")
        if not isinstance(part, BodyPartReader) or not part.name:
            raise Refusal(400, "a form of plain fields is expected")
        if part.name == "file" and folder is not None and file is None:
            file = folder / safe_name(part.filename or "")
            await _write(part, file)
        else:
            fields[part.name] = (await _read(part)).decode("utf-8", "replace")
    if folder is not None and file is None:
        raise Refusal(400, "请先选择文件 · no file came with it")
    return fields, file or Path()


async def _read(part: BodyPartReader) -> bytes:
    text = b""
    while chunk := await part.read_chunk(_FIELD_BYTES):
        text += chunk
        if len(text) > _FIELD_BYTES:
            raise Refusal(413, "a field of the form is too long")
    return text


async def _write(part: BodyPartReader, file: Path) -> None:
    size = 0
    with file.open("xb") as target:
        while chunk := await part.read_chunk(_CHUNK):
            size += len(chunk)
            if size > MAX_FILE_BYTES:
                raise Refusal(413, f"超过 {MAX_FILE_BYTES >> 20} MiB · larger than {MAX_FILE_BYTES >> 20} MiB")
            target.write(chunk)


def _static(name: str, kind: str) -> Handler:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(body=(_STATIC / name).read_bytes(), content_type=kind, charset="utf-8")

    return answer


def _attached(content: bytes, name: str) -> web.Response:
    return web.Response(
        body=content,
        content_type=_XLSX,
        headers={"Content-Disposition": f"attachment; filename=\"ledger.xlsx\"; filename*=UTF-8''{quote(name)}"},
    )


def _json(content: Any, status: int = 200) -> web.Response:
    return web.Response(body=orjson.dumps(content, default=str), status=status, content_type="application/json", charset="utf-8")


def _without_folders(text: str) -> str:
    return re.sub(r"\S*suoheng-ledger-[^/\s]*/", "", text)


async def _add_headers(_: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(HEADERS)
    response.headers["Cache-Control"] = "no-store"
