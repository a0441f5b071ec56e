"""Group robots of WeCom, DingTalk and Feishu. All answer HTTP 200 and tell in the body whether they took the message: the code is what counts.

Formats: developer.work.weixin.qq.com/document/path/91770; open.dingtalk.com/document/orgapp/custom-robots-send-group-messages;
open.feishu.cn/document/client-docs/bot-v3/add-custom-bot.
"""

import json
from base64 import b64encode
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from hmac import digest
from typing import Any, NamedTuple
from urllib.parse import quote

from consumers.alerts.outcome import Delivered, Later, Outcome, Refused
from consumers.alerts.posting import Answer, Poster, judged
from consumers.alerts.telling.message import Message
from consumers.alerts.ways.wording import markdown

Clock = Callable[[], datetime]

WECOM_BYTES = 4096
DINGTALK_BYTES = 20_000
FEISHU_BYTES = 20_000
"""Of the whole body; the text gets what is left."""
_ENVELOPE_BYTES = 600
_DINGTALK_PAUSE_S = 600.0
"""Who sends too fast is shut out for ten minutes."""
_MINUTE_S = 60.0


class Codes(NamedTuple):
    """What a service's codes mean: those that ask for patience with seconds, and what to do about others."""

    later: dict[int, float | None]
    cures: dict[int, str]


_WECOM = Codes(
    {-1: None, 45009: _MINUTE_S, 45033: _MINUTE_S},
    {93000: "the key is wrong or the robot was removed from its group: see key_file", 40058: "the message does not have the form it wants"},
)
_DINGTALK = Codes(
    {-1: None, 130101: _DINGTALK_PAUSE_S, 410100: _DINGTALK_PAUSE_S, 90018: _MINUTE_S, 400106: None},
    {
        310000: "the signature, a keyword or the sender's address does not fit the robot's safety settings: see secret_file and the clock",
        300001: "the token is wrong: see token_file",
        300005: "the token is wrong or the robot was removed: see token_file",
        400101: "the token is wrong: see token_file",
        400102: "the robot is disabled",
        400013: "its group has been dissolved",
        460101: "the message is too long",
    },
)
_FEISHU = Codes(
    {11232: _MINUTE_S, 11233: _MINUTE_S, 99991400: _MINUTE_S},
    {
        19021: "the signature or the time does not fit: see secret_file and the clock",
        19001: "the token is wrong: see token_file",
        19022: "this machine's address is not among those that the robot allows",
        19024: "the robot asks for a keyword that the message lacks",
        9499: "the message does not have the form it wants",
    },
)


class WeCom:
    """A group robot of WeCom: Markdown of at most 4096 bytes, 20 messages a minute."""

    def __init__(self, poster: Poster, key: str, lang: str, page: str) -> None:
        self._poster, self._key, self._lang, self._page = poster, key, lang, page

    def deliver(self, message: Message) -> Outcome:
        """POST it."""
        _, content = markdown(message, self._lang, self._page, WECOM_BYTES)
        answer = self._poster.post(
            _json({"msgtype": "markdown", "markdown": {"content": content}}), {}, f"?key={quote(self._key)}", read=True
        )
        return _outcome(answer, self._poster, "errcode", "errmsg", _WECOM)


class DingTalk:
    """A custom robot of DingTalk: signed over the time in milliseconds, 20 messages a minute."""

    def __init__(self, poster: Poster, token: str, secret: str, lang: str, page: str, clock: Clock) -> None:
        self._poster, self._token, self._secret = poster, token, secret
        self._lang, self._page, self._clock = lang, page, clock

    def deliver(self, message: Message) -> Outcome:
        """POST it."""
        title, content = markdown(message, self._lang, self._page, DINGTALK_BYTES - _ENVELOPE_BYTES)
        query = f"?access_token={quote(self._token)}"
        if self._secret:
            stamp = str(int(self._clock().timestamp() * 1000))
            signature = b64encode(digest(self._secret.encode(), f"{stamp}\n{self._secret}".encode(), sha256)).decode()
            query += f"&timestamp={stamp}&sign={quote(signature, safe='')}"
        # Two blanks before a line's end: its Markdown joins lines otherwise.
        body = {"msgtype": "markdown", "markdown": {"title": title, "text": content.replace("\n", "  \n")}}
        return _outcome(self._poster.post(_json(body), {}, query, read=True), self._poster, "errcode", "errmsg", _DINGTALK)


class Feishu:
    """A custom robot of Feishu: a card; signed over the time in seconds, with the text to sign as the key and nothing as the content."""

    def __init__(self, poster: Poster, secret: str, lang: str, page: str, clock: Clock) -> None:
        self._poster, self._secret = poster, secret
        self._lang, self._page, self._clock = lang, page, clock

    def deliver(self, message: Message) -> Outcome:
        """POST it."""
        title, content = markdown(message, self._lang, self._page, FEISHU_BYTES - 2 * _ENVELOPE_BYTES)
        body: dict[str, Any] = {"msg_type": "interactive", "card": _card(message, title, content.partition("\n\n")[2])}
        if self._secret:
            stamp = str(int(self._clock().timestamp()))
            signature = b64encode(digest(f"{stamp}\n{self._secret}".encode(), b"", sha256)).decode()
            body |= {"timestamp": stamp, "sign": signature}
        answer = self._poster.post(_json(body), {}, read=True)
        outcome = _outcome(answer, self._poster, "code", "msg", _FEISHU)
        # One code for two things: only the words tell a bad form from too many requests.
        busy = isinstance(outcome, Refused) and "too many request" in outcome.reason.lower()
        return Later(outcome.reason, _MINUTE_S) if busy and isinstance(outcome, Refused) else outcome


def _card(message: Message, title: str, content: str) -> dict[str, Any]:
    colour = "green" if message.state == "resolved" else "red"
    return {
        "config": {"wide_screen_mode": True},
        "header": {"template": colour, "title": {"tag": "plain_text", "content": title}},
        "elements": [{"tag": "markdown", "content": content}],
    }


def _outcome(answer: Answer | Later | Refused, poster: Poster, code_name: str, text_name: str, codes: Codes) -> Outcome:
    """What the body's code says; without one, what the status says."""
    if not isinstance(answer, Answer):
        return answer
    said = _said(answer.body)
    code = said.get(code_name)
    if not isinstance(code, int):
        outcome = judged(answer, "base")
        return outcome if not isinstance(outcome, Delivered) else Later(f"HTTP {answer.status} without {code_name}: is `base` right?")
    if code == 0:
        return Delivered()
    reason = poster.blotted(" ".join(f"{code_name} {code}: {said.get(text_name, '')}".split())[:200])
    if code in codes.later:
        return Later(reason, codes.later[code])
    cure = codes.cures.get(code)
    return Refused(f"{reason}; {cure}" if cure else reason)


def _said(text: bytes) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _json(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
