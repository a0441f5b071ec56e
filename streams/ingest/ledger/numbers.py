"""Clerks' own numbers become pseudonyms, under the key under which they are known already, else under the newest one.

What is known is told by the events of earlier imports. If some of them were made with a key that is not in the file, no number could be
recognised and everything would be published a second time: then nothing is imported.
"""

from collections.abc import Collection
from functools import partial

from streams.ingest.ledger.cells import Wrong, text_of
from streams.ingest.ledger.files import Cell
from streams.ingest.pseudonym import Key, Keyring

_LONGEST = 64


def number_of(cell: Cell) -> str:
    """The clerk's number as plain text in capitals, so that full-width or small letters make no other case. Raises `Wrong`."""
    if isinstance(cell, bool) or not isinstance(cell, str | float):
        raise Wrong("STRUCT_VALUE", "编号被 Excel 改成了日期;请把该列设为“文本”后重填", "Excel made a day of it; format the column as text")
    if isinstance(cell, float) and (not cell.is_integer() or abs(cell) >= 1e15):
        raise Wrong(
            "STRUCT_VALUE", "编号被 Excel 改写(小数或超过15位);请把该列设为“文本”后重填", "Excel rewrote it; format the column as text"
        )
    text = text_of(cell).upper()
    if len(text) > _LONGEST:
        raise Wrong("STRUCT_VALUE", f"编号超过 {_LONGEST} 个字符", f"longer than {_LONGEST} characters")
    return text


class Numbers:
    """Pseudonyms for one import of a ledger, whose source is `/districts/<district>/<series>`."""

    def __init__(self, keyring: Keyring, source: str, references: Collection[str] = (), subjects: Collection[str] = ()) -> None:
        """`references`, `subjects`: what earlier events name."""
        self._keyring, self._source = keyring, source
        _, _, self._district, self._series = source.split("/")
        self._known_references, self._known_subjects = references, subjects
        self._subjects: dict[tuple[str, str], str] = {}

    def reference(self, type_name: str, number: str) -> tuple[Key, str]:
        """What names the line in ids of events, and the key that made it."""
        for key in self._keyring.keys[:-1]:
            known = key.reference(self._source, type_name, number)
            if known in self._known_references:
                return key, known
        return self._keyring.newest, self._keyring.newest.reference(self._source, type_name, number)

    def subject(self, domain: str, number: str) -> str:
        """The pseudonym of the case, person or task."""
        found = self._subjects.get((domain, number))
        if found is None:
            of = [partial(key.subject, self._district, domain, self._series, number) for key in self._keyring.keys]
            known = (subject() for subject in of[:-1])
            found = next((subject for subject in known if subject in self._known_subjects), None) or of[-1]()
            self._subjects[domain, number] = found
        return found
