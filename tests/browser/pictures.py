"""Pictures of every page and dialogue of a running demo, in both languages and both widths, on paper and on the wall, with an index for readers.

`make demo` in one terminal, `make pictures` in another (`python -m tests.browser.pictures [ADDRESS [zh|en]]`). Writes deploy/docs/pictures/<language>/<name>-<width>.webp
and the index deploy/docs/pictures.<language>.md. Pictures show the first screens only: what is longer is cut.
"""

import base64
import shutil
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urljoin

import orjson
from playwright.sync_api import Browser, Page, sync_playwright

from consumers.dashboard.texts import LANGUAGES
from schemas.settings import Settings
from tests.browser.serving import system_browser

DOCS = Path(__file__).parents[2] / "deploy" / "docs"
QUALITY = 28
"""Of WebP: letters stay sharp, and all pictures together stay under four megabytes."""


class Screen(NamedTuple):
    """What a picture is taken on: its size in CSS pixels, how many of its height at most, and by how much it is made smaller."""

    name: str
    width: int
    height: int
    most: int
    scale: float


WIDE, PHONE = Screen("wide", 1280, 900, 1500, 0.7), Screen("phone", 360, 740, 1110, 0.9)
PAPER, WALL = Screen("a4", 794, 1123, 1123, 0.9), Screen("wall", 1920, 1080, 1080, 0.5)


class View(NamedTuple):
    """A page by its address below the district; `{…}` are found on other pages. `opens`: what is clicked before the picture is taken."""

    name: str
    path: str
    opens: str = ""


VIEWS = (
    View("today", "/today"),
    View("overview", "?start={month}"),
    View("any-days", "?from={first}&to={last}"),
    View("as-of", "?as_of={as_of}"),
    View("trends", "/trends?start={month}"),
    View("centres", "/centres?start={month}"),
    View("groups", "/groups?start={month}"),
    View("dual", "/dual?start={month}"),
    View("matrix", "/matrix?start={month}"),
    View("authorities", "/authorities?start={month}"),
    View("authority", "/authorities/{authority}?start={month}"),
    View("office", "/offices/{office}?start={month}"),
    View("assessment", "/assessment"),
    View("sheet", "/assessment/{office}"),
    View("programmes", "/programmes"),
    View("sources", "/sources"),
    View("letters", "/letters"),
    View("letter", "/letter?place={letter}"),
    View("restatements", "/restatements"),
    View("catalogue", "/catalogue"),
    View("value", "/values/{indicator}?start={month}"),
    View("told", "/told/dq_backfill_share"),
    View("record", "/record?name={record}"),
    View("event", "/event?{event}"),
    View("decisions", "/decisions?office={office}"),
    View("limits", "/limits?of={limit}&days=30"),
    View("alerts", "/alerts"),
    View("alert-taken", "/alerts", "td details:first-of-type summary"),
    View("not-found", "/nothing"),
)
ON_PAPER = (
    View("overview", "?start={month}"),
    View("office", "/offices/{office}?start={month}"),
    View("authority", "/authorities/{authority}?start={month}"),
)


def main(arguments: Sequence[str]) -> int:
    """0 when all pictures are taken, 1 when a page answered otherwise than it should, 3 without a demo or a browser."""
    address = arguments[0] if arguments else f"http://127.0.0.1:{Settings().dashboard_port}/"
    languages = arguments[1:] or LANGUAGES
    browser = system_browser()
    if browser is None:
        print("pictures: no Chromium (Debian: apt install chromium fonts-noto-cjk)", file=sys.stderr)
        return 3
    try:
        found = parts(address)
    except (OSError, urllib.error.URLError) as error:
        print(f"pictures: no demo at {address} ({error}); start one: make demo", file=sys.stderr)
        return 3
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        wrong = [one for lang in languages for one in _language(running, address, found, lang)]
        running.close()
    print("\n".join(wrong) or f"pictures: {DOCS / 'pictures'}")
    return 1 if wrong else 0


def parts(address: str) -> dict[str, str]:
    """What addresses of the demo's first district are made of: an office, an authority, a record and the like."""
    code = _json(address, "/api/districts")[0]["district"]
    base = f"/api/d/{code}"
    overview = _json(address, f"{base}?kind=quarter")
    month = (date.fromisoformat(overview["today"]).replace(day=1) - timedelta(days=1)).replace(day=1)
    value = _json(address, f"{base}/values/med_success_rate?start={month}")["content"]
    event = value["rows"][0]["events"][0]
    letters, today = (_json(address, f"{base}/{name}")["content"] for name in ("letters", "today?days=30"))
    limits = [one["kind"] for one in today["limits"]]
    payers = [row["authority"]["id"] for row in _json(address, f"{base}/authorities")["content"]["rows"]]
    return {
        "code": code,
        "office": overview["content"]["offices"][0]["office"]["id"],
        "authority": next(id_ for id_ in payers if "-jd-" in id_ or id_ == payers[-1]),
        "indicator": "med_success_rate",
        "record": value["rows"][0]["record"],
        "event": f"source={event['source']}&id={event['id']}",
        "letter": ":".join(str(letters["letters"][0][name]) for name in ("partition", "offset")) if letters["letters"] else "0:0",
        "limit": limits[0] if limits else "performance",
        "month": f"{month}",  # the last whole one: of the running one there may be a day or less
        "first": overview["period"]["start"],
        "last": overview["today"],
        "as_of": overview["today"],
    }


def _json(address: str, path: str) -> Any:
    with urllib.request.urlopen(urljoin(address, path), timeout=60) as answer:
        return orjson.loads(answer.read())


def _language(browser: Browser, address: str, found: dict[str, str], lang: str) -> Iterator[str]:
    """Take all pictures in a language and write its index; tell what answered otherwise than it should."""
    folder = DOCS / "pictures" / lang
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    rows: list[tuple[str, str]] = []
    for view in VIEWS:
        taken = [_take(browser, address, found, lang, view, screen, folder / f"{view.name}-{screen.name}.webp") for screen in (WIDE, PHONE)]
        if {status for _, status in taken} != {404 if view.name == "not-found" else 200}:
            yield f"pictures: {view.path.format(**found)} answered {taken[0][1]}"
        rows.append((view.name, taken[0][0]))
    for view in ON_PAPER:
        _take(browser, address, found, lang, view, PAPER, folder / f"{view.name}-{PAPER.name}.webp")
    _take(browser, address, found, lang, View("wall", "/wall"), WALL, folder / f"wall-{WALL.name}.webp")
    (DOCS / f"pictures.{lang}.md").write_text(_index(lang, rows), "utf-8")


def _take(
    browser: Browser, address: str, found: dict[str, str], lang: str, view: View, screen: Screen, file: Path
) -> tuple[str, int]:  # what is shown where
    """One picture; the page's title and the status that it answered with."""
    page = browser.new_page(viewport={"width": screen.width, "height": screen.height}, locale="zh-CN" if lang == "zh" else "en-GB")
    page.set_extra_http_headers({"Cache-Control": "no-cache"})  # the newest, not a page that says that it is behind
    path = view.path.format(**found)
    answer = page.goto(urljoin(address, f"/d/{found['code']}{path}{'&' if '?' in path else '?'}lang={lang}"), wait_until="load")
    if screen is PAPER:
        page.emulate_media(media="print")
    if view.opens and page.locator(view.opens).count():
        page.locator(view.opens).first.click()
    page.wait_for_timeout(400)  # charts grow into place
    title = page.title().partition(" · ")[0]
    file.write_bytes(_picture(page, screen))
    page.close()
    return title, answer.status if answer else 0


def _picture(page: Page, screen: Screen) -> bytes:
    height = min(screen.most, int(page.evaluate("document.documentElement.scrollHeight")))
    clip = {"x": 0, "y": 0, "width": screen.width, "height": max(height, screen.height), "scale": screen.scale}
    session = page.context.new_cdp_session(page)
    taken = session.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY, "clip": clip, "captureBeyondViewport": True})
    return base64.b64decode(taken["data"])


_WORDS = {
    "zh": (
        "页面图示",
        "演示区县的各个页面,各取开头一两屏;宽屏 1280 像素,手机 360 像素。图由 `make pictures` 在 `make demo` 运行时生成。",
        "页面",
        "宽屏",
        "手机",
        "纸面与大屏",
        "打开",
    ),
    "en": (
        "Pictures of the pages",
        "Every page of the demo's district, its first screens: 1280 pixels wide, and 360 on a phone. Taken by `make pictures` while `make demo` runs.",
        "page",
        "wide",
        "phone",
        "On paper and on the wall",
        "open",
    ),
}


def _index(lang: str, rows: Sequence[tuple[str, str]]) -> str:
    """The page that lists the pictures."""
    title, hint, page, wide, phone, paper, opened = _WORDS[lang]
    other = "en" if lang == "zh" else "zh"
    lines = [
        f"# {title}",
        "",
        f"[{'English' if lang == 'zh' else '中文'}](pictures.{other}.md)",
        "",
        hint,
        "",
        f"| {page} | {wide} | {phone} |",
        "|---|---|---|",
    ]
    lines += [
        f"| {told} | [{opened}](pictures/{lang}/{name}-wide.webp) | [{opened}](pictures/{lang}/{name}-phone.webp) |" for name, told in rows
    ]
    lines += ["", f"## {paper}", ""]
    shown = [f"{view.name}-{PAPER.name}" for view in ON_PAPER] + [f"wall-{WALL.name}"]
    lines += [f"![{name}](pictures/{lang}/{name}.webp)" for name in shown]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
