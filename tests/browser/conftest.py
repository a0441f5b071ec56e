"""The system's Chromium, the page over a seeded district, and a watched browser page that remembers everything that must not happen."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Route, expect, sync_playwright

from tests.browser.computed_district import seed_computed
from tests.browser.sample_tables import seed, seed_hostile
from tests.browser.serving import Served, dashboard, installation, system_browser

_REMEMBER_VIOLATIONS = (
    "window.violations = []; addEventListener('securitypolicyviolation', e => violations.push(`${e.violatedDirective} ${e.blockedURI}`))"
)

# Shared machines stall; a page that never comes is told apart from a slow one by patience alone.
expect.set_options(timeout=30_000)


class Stack(Protocol):
    """What these tests need of the session's stack."""

    clickhouse_url: str


@dataclass
class Watched:
    """A browser page, what its console said, and which hosts other than the page's own it wanted to reach."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def open(self, path: str, status: int = 200) -> Page:
        """Go to a path of the page and wait until its charts stand still."""
        answer = self.page.goto(self.address + path)
        assert answer is not None
        assert answer.status == status, path
        return self.page

    def check(self) -> None:
        """Nothing was refused, nothing went wrong, nothing left the machine."""
        assert self.page.evaluate("window.violations") == []
        assert self.complaints == []
        assert self.foreign == []


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium; a machine without one fails the tests and says what to install.

    Once a module, not a session: while Playwright's plain interface is open an event loop counts as running in this thread, and
    asynchronous tests of later folders could not start theirs.
    """
    found = system_browser()
    if found is None:
        pytest.fail(
            "no browser: install Chromium and Chinese fonts (Debian: apt-get install -y chromium fonts-noto-cjk) and run again",
            pytrace=False,
        )
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture(scope="session")
def served(stack: Stack) -> Iterator[Served]:
    """The page over the sample districts."""
    settings = installation(stack.clickhouse_url)
    seed(settings)
    seed_hostile(settings)
    seed_computed(settings)
    with dashboard(settings) as running:
        yield running


def watch(browser: Browser, address: str, *, width: int = 1280, height: int = 900) -> Watched:
    """A new page in a context of its own that may reach nothing but the address."""
    context = browser.new_context(viewport={"width": width, "height": height}, locale="en-GB")
    context.set_default_timeout(60_000)
    context.add_init_script(_REMEMBER_VIOLATIONS)
    watched = Watched(context.new_page(), address)

    def only_own(route: Route) -> None:
        if urlsplit(route.request.url).netloc == urlsplit(address).netloc:
            route.continue_()
        else:
            watched.foreign.append(route.request.url)
            route.abort()

    def listen(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            watched.complaints.append(f"{message.type}: {message.text}")

    def refuse(dialog: Dialog) -> None:
        watched.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    context.route("**/*", only_own)
    watched.page.on("console", listen)
    watched.page.on("pageerror", lambda error: watched.complaints.append(f"exception: {error}"))
    watched.page.on("dialog", refuse)
    return watched


@contextmanager
def at_desk_of(browser: Browser, address: str) -> Iterator[Watched]:
    """A desktop-sized page."""
    watched = watch(browser, address)
    yield watched
    watched.page.context.close()


@contextmanager
def on_phone_of(browser: Browser, address: str) -> Iterator[Watched]:
    """A phone-sized page."""
    watched = watch(browser, address, width=360, height=740)
    yield watched
    watched.page.context.close()


@pytest.fixture
def desk(browser: Browser, served: Served) -> Iterator[Watched]:
    """A desktop-sized page over the sample districts."""
    with at_desk_of(browser, served.address) as watched:
        yield watched


@pytest.fixture
def phone(browser: Browser, served: Served) -> Iterator[Watched]:
    """A phone-sized page over the sample districts."""
    with on_phone_of(browser, served.address) as watched:
        yield watched
