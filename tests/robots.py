"""Receivers on this machine that behave as the real services do: signatures, keys, limits and sizes checked, answers with their codes."""

import asyncio
import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from hmac import compare_digest, digest
from threading import Thread
from typing import Any

from aiohttp import web

Handler = Callable[[web.Request], Any]


@contextmanager
def serving(routes: dict[str, Handler]) -> Iterator[str]:
    """POST handlers by path on loopback, in a thread; the base address."""
    loop = asyncio.new_event_loop()
    app = web.Application()
    for path, handler in routes.items():
        app.router.add_post(path, handler)
    runner = web.AppRunner(app)

    async def start() -> int:
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        return int(runner.addresses[0][1])

    port = loop.run_until_complete(start())
    thread = Thread(target=loop.run_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


class Robots:
    """The three services in one server. `now`: their clock in seconds; `got`: the bodies that they took."""

    KEY, TOKEN, SECRET = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa", "566cc69da782ec33", "SECf1d2a8c0b4"

    def __init__(self, now: Callable[[], float]) -> None:
        self.now = now
        self.got: list[dict[str, Any]] = []
        self.sent_at: list[float] = []
        self.most_a_minute = 20

    def routes(self) -> dict[str, Handler]:
        return {"/cgi-bin/webhook/send": self.wecom, "/robot/send": self.dingtalk, "/open-apis/bot/v2/hook/{token}": self.feishu}

    async def wecom(self, request: web.Request) -> web.Response:
        """developer.work.weixin.qq.com/document/path/91770"""
        body = await request.json()
        if request.query.get("key") != self.KEY:
            return self._code(93000, "invalid webhook url, hint: [1700000000_1_a_b], from ip: 127.0.0.1")
        if body.get("msgtype") != "markdown" or not isinstance(body.get("markdown", {}).get("content"), str):
            return self._code(40058, "markdown.content missing. invalid Request Parameter")
        if len(body["markdown"]["content"].encode()) > 4096:
            return self._code(40058, "markdown.content exceed max length 4096. invalid Request Parameter")
        return self._code(45009, "api freq out of limit") if self._too_fast() else self._take(body)

    async def dingtalk(self, request: web.Request) -> web.Response:
        """open.dingtalk.com/document/orgapp/custom-robots-send-group-messages"""
        text = await request.read()
        body = json.loads(text)
        if request.query.get("access_token") != self.TOKEN:
            return self._code(300005, "token is not exist")
        stamp = request.query.get("timestamp", "")
        wanted = b64encode(digest(self.SECRET.encode(), f"{stamp}\n{self.SECRET}".encode(), sha256)).decode()
        if not compare_digest(request.query.get("sign", ""), wanted):
            return self._code(310000, "sign not match")
        if abs(int(stamp) / 1000 - self.now()) > 3600:
            return self._code(310000, "invalid timestamp")
        if len(text) > 20_000:
            return self._code(460101, "message too long, exceed 20000 bytes")
        if body.get("msgtype") != "markdown" or set(body["markdown"]) != {"title", "text"}:
            return self._code(400105, "unsupported msg type")
        return self._code(130101, "send too fast, exceed 20 times per minute") if self._too_fast() else self._take(body)

    async def feishu(self, request: web.Request) -> web.Response:
        """open.feishu.cn/document/client-docs/bot-v3/add-custom-bot"""
        text = await request.read()
        body = json.loads(text)
        if request.match_info["token"] != self.TOKEN:
            return self._code(19001, "param invalid: incoming webhook access token invalid", "code", "msg")
        if len(text) > 20_480 or body.get("msg_type") != "interactive":
            return self._code(9499, "Bad Request", "code", "msg")
        stamp = str(body.get("timestamp", "0"))
        wanted = b64encode(digest(f"{stamp}\n{self.SECRET}".encode(), b"", sha256)).decode()
        if not compare_digest(str(body.get("sign", "")), wanted) or abs(int(stamp) - self.now()) > 3600:
            return self._code(19021, "sign match fail or timestamp is not within one hour from current time", "code", "msg")
        if self._too_fast():
            return self._code(11232, "frequency limited psm[lark.oapi.app_platform_runtime]appID[1500]", "code", "msg")
        self.got.append(body)
        return web.json_response({"code": 0, "msg": "success", "data": {}, "StatusCode": 0, "StatusMessage": "success"})

    def _too_fast(self) -> bool:
        now = self.now()
        self.sent_at = [at for at in self.sent_at if at > now - 60]
        if len(self.sent_at) >= self.most_a_minute:
            return True
        self.sent_at.append(now)
        return False

    def _take(self, body: dict[str, Any]) -> web.Response:
        self.got.append(body)
        return self._code(0, "ok")

    @staticmethod
    def _code(code: int, text: str, code_name: str = "errcode", text_name: str = "errmsg") -> web.Response:
        return web.json_response({code_name: code, text_name: text})


class Alertmanager:
    """Alertmanager's API, version 2: what fires by its `endsAt`; malformed alerts are refused as the real one refuses them."""

    def __init__(self) -> None:
        self.alerts: dict[str, dict[str, Any]] = {}
        self.status = 200

    def routes(self) -> dict[str, Handler]:
        return {"/api/v2/alerts": self.post}

    async def post(self, request: web.Request) -> web.Response:
        if self.status != 200:
            return web.json_response("overloaded", status=self.status)
        told = await request.json()
        if not isinstance(told, list) or any(set(one) - {"labels", "annotations", "startsAt", "endsAt", "generatorURL"} for one in told):
            return web.json_response({"code": 601, "message": "alerts in body must be of type array"}, status=422)
        for one in told:
            if one["endsAt"] < one["startsAt"] or not all(isinstance(text, str) and text for text in one["labels"].values()):
                return web.json_response("start time must be before end time", status=400)
            self.alerts[json.dumps(one["labels"], sort_keys=True)] = one
        return web.Response(status=200)
