"""The exported JSON Schema is what the models say now."""

import json

import pytest

from schemas.events import TYPES
from schemas.export import FOLDER, exported


def test_there_is_a_file_for_every_schema_and_no_other() -> None:
    assert {path.name for path in FOLDER.iterdir()} == exported().keys()


@pytest.mark.parametrize("name", exported())
def test_a_file_is_up_to_date(name: str) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8")
    assert text == exported()[name], "run `python -m schemas.export` and look at the difference: outsiders rely on it"


def test_the_schema_of_events_is_closed_and_knows_every_type() -> None:
    schema = json.loads(exported()["office-events.json"])
    assert set(schema["discriminator"]["mapping"]) == set(TYPES)
    assert all(shape["additionalProperties"] is False for shape in schema["$defs"].values())
