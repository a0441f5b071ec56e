"""Letters for people: what a refused event or its detail holds is shown to the letter, never taken for marks of the terminal."""

from dataclasses import replace
from datetime import datetime

import pytest

from deploy.letters.index import Entry
from deploy.letters.show import print_list

ENTRY = Entry(
    "STRUCT_VALUE", "", "schema", "990107", "sfs-990107-001", "office-events", 3, 17, "ab" * 32, datetime.now().astimezone(), "", 3, 1
)


@pytest.mark.parametrize("detail", ["data.form: no match of ^[a-z0-9_]{1,32}$", "data.[/x]: no such field", "[red]x[/red]"])
def test_a_detail_is_listed_as_it_is(detail: str, capsys: pytest.CaptureFixture[str]) -> None:
    print_list([replace(ENTRY, detail=detail)])
    assert detail in " ".join(capsys.readouterr().out.split())
