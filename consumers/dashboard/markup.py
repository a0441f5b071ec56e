"""A page's HTML as a tree, to read its tables from: what a reader sees is what is exported, whatever page it is."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
_BREAKS = frozenset({"br", "li", "p", "div", "dd", "dt"})
"""Elements before which a new piece of text begins."""

_AROUND = {"unit": ("(", ")"), "state": ("[", "]")}
"""Classes whose text is set apart from what it belongs to."""


@dataclass(slots=True)
class Element:
    """An element with its attributes and, in order, its texts and elements."""

    tag: str
    attributes: Mapping[str, str]
    children: list["Element | str"] = field(default_factory=list)

    @property
    def classes(self) -> frozenset[str]:
        """The names in its `class`."""
        return frozenset(self.attributes.get("class", "").split())

    def walk(self) -> Iterator["Element"]:
        """It and all below it, in the order of the document."""
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.walk()

    def all(self, *tags: str) -> Iterator["Element"]:
        """The elements of these kinds below it, in the order of the document."""
        return (one for one in self.walk() if one is not self and one.tag in tags)

    def first(self, tag: str, class_: str = "") -> "Element | None":
        """The first element of a kind (`*`: any) and class ('': any) below it."""
        return next(
            (one for one in self.walk() if one is not self and tag in (one.tag, "*") and (not class_ or class_ in one.classes)), None
        )

    def text(self, without: frozenset[str] = frozenset()) -> str:
        """All that it says, with single blanks, without elements of some kinds: pictures by their name, units and marks in brackets."""
        return re.sub(r"\s+", " ", "".join(_pieces(self, without))).strip()


def _pieces(element: Element, without: frozenset[str]) -> Iterator[str]:
    for child in element.children:
        if isinstance(child, str):
            yield child
        elif child.tag in without or child.attributes.get("aria-hidden") == "true":
            continue
        elif child.attributes.get("role") == "img":
            yield child.attributes.get("aria-label", "")
        elif inner := "".join(_pieces(child, without)).strip():
            before, after = _AROUND.get(next((name for name in _AROUND if name in child.classes), ""), ("", ""))
            yield f" {before}{inner}{after} " if before or child.tag in _BREAKS else inner if child.tag != "small" else f" {inner}"
        elif child.tag in _BREAKS:
            yield " "


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("document", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in _VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].children.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if any(one.tag == tag for one in self.open[1:]):
            while self.open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def parse(html: str) -> Element:
    """The document's tree. Made for the pages of our own templates, where everything that is opened is closed."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    return builder.open[0]
