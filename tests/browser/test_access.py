"""Pages for everybody: contrast of WCAG 2.2 AA, names for all that can be used, headings and tables in order, numbers beside every chart.

Measured in the browser on what is really drawn, by the formulas of WCAG (relative luminance, 1.4.3): 4.5 to 1, and 3 to 1 for large text.
"""

import pytest

from tests.browser.computed_district import COMPUTED
from tests.browser.conftest import Watched
from tests.browser.sample_district import BUREAU, DISTRICT, office

MAY = "start=2025-05-01"
PAGES = {
    "overview": f"/d/{DISTRICT}?{MAY}",
    "office": f"/d/{DISTRICT}/offices/{office(6)}?{MAY}",
    "authority": f"/d/{DISTRICT}/authorities/{BUREAU}?{MAY}",
    "matrix": f"/d/{DISTRICT}/matrix?lang=en&{MAY}",
    "today": f"/d/{COMPUTED}/today?days=30",
    "dual": f"/d/{DISTRICT}/dual?lang=en&{MAY}",
    "groups": f"/d/{DISTRICT}/groups?{MAY}",
    "trends": f"/d/{DISTRICT}/trends?{MAY}&months=12",
    "assessment": f"/d/{COMPUTED}/assessment?kind=year",
    "reported": f"/d/{COMPUTED}?start=2025-03-01&as_of=2030-03-18",
}
CONTRAST = """() => {
  const parse = (text) => { const [r, g, b, a = 1] = text.match(/[\\d.]+/g).map(Number); return [r, g, b, a]; };
  const over = ([r, g, b, a], under) => [r, g, b].map((part, n) => part * a + under[n] * (1 - a));
  const ground = (element) => {
    const layers = [];
    for (let one = element; one; one = one.parentElement) layers.push(parse(getComputedStyle(one).backgroundColor));
    return layers.reverse().reduce((under, layer) => over(layer, under), [255, 255, 255]);
  };
  const light = (rgb) => rgb.map((part) => part / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, n) => sum + c * [0.2126, 0.7152, 0.0722][n], 0);
  const poor = {};
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let seen = 0;
  while (walker.nextNode()) {
    const text = walker.currentNode.data.trim();
    const element = walker.currentNode.parentElement;
    if (!text || element.closest("script, .away, .skip, [aria-hidden=true]") || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    const style = getComputedStyle(element);
    const below = ground(element);
    const colour = over(parse(element instanceof SVGElement ? style.fill : style.color), below);
    const [one, other] = [light(colour), light(below)].sort((a, b) => b - a);
    const ratio = (one + 0.05) / (other + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    seen += 1;
    if (ratio < (large ? 3 : 4.5)) poor[`${element.tagName}.${element.getAttribute("class") ?? ""} ${style.color} ${ratio.toFixed(2)}`] = text.slice(0, 30);
  }
  return [seen, poor];
}"""
UNNAMED = """() => {
  const name = (one) => (one.getAttribute("aria-label") || one.innerText || one.title || one.alt || "").trim();
  const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
  const levels = [...document.querySelectorAll("main h1, main h2, main h3, main h4")].map((one) => Number(one.tagName[1]));
  return {
    links: [...document.querySelectorAll("a[href], button, summary")].filter((one) => one.checkVisibility() && !name(one)).map((one) => one.outerHTML.slice(0, 90)),
    fields: [...document.querySelectorAll("input:not([type=hidden]), select, textarea")].filter((one) => !one.labels.length && !one.ariaLabel).map((one) => one.name),
    pictures: [...document.querySelectorAll("[role=img], img")].filter((one) => !one.ariaLabel && !one.alt).map((one) => one.outerHTML.slice(0, 90)),
    ids: ids.filter((id, place) => ids.indexOf(id) !== place),
    targets: [...document.querySelectorAll("[aria-labelledby]")].filter((one) => !document.getElementById(one.getAttribute("aria-labelledby"))).map((one) => one.outerHTML.slice(0, 90)),
    skipped: levels.filter((level, place) => place && level > levels[place - 1] + 1),
    h1: [...document.querySelectorAll("h1")].length === 1 ? [] : ["not one h1"],
    tabindex: [...document.querySelectorAll("[tabindex]")].filter((one) => one.tabIndex > 0).length ? ["positive tabindex"] : [],
    headless: [...document.querySelectorAll("table")].filter((one) => !one.querySelector("th")).map((one) => one.outerHTML.slice(0, 90)),
    scrolled: [...document.querySelectorAll(".scroll")].filter((one) => one.tabIndex !== 0 || one.getAttribute("role") !== "region").length ? ["scroll box without the keyboard"] : [],
    charts: [...document.querySelectorAll("[data-chart]")].filter((one) => {
      const told = JSON.parse(document.getElementById(one.dataset.chart).textContent).categories.length;
      return one.closest("figure").querySelectorAll("details.data tbody tr").length !== told;
    }).map((one) => one.dataset.chart),
  };
}"""


@pytest.mark.parametrize("name", PAGES)
def test_everything_can_be_read_and_has_a_name(desk: Watched, name: str) -> None:
    page = desk.open(PAGES[name])
    seen, poor = page.evaluate(CONTRAST)
    assert seen > 30
    assert poor == {}
    assert {what: found for what, found in page.evaluate(UNNAMED).items() if found} == {}


def test_the_keyboard_meets_things_in_the_order_of_the_page_and_sees_where_it_is(desk: Watched) -> None:
    page = desk.open(f"/d/{DISTRICT}?lang=en&{MAY}")
    tops = []
    for _ in range(12):
        page.keyboard.press("Tab")
        top, outline = page.evaluate(
            "[document.activeElement.getBoundingClientRect().top + scrollY, getComputedStyle(document.activeElement).outlineStyle]"
        )
        assert outline != "none"
        tops.append(round(top / 40))
    assert tops == sorted(tops)
