"""`suoheng dead-letters` on real services: the index, the letter's own bytes, and sending it again."""

import dataclasses
import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from kafka import KafkaConsumer, TopicPartition
from kafka.partitioner.default import murmur2

from deploy.cli import run as command
from deploy.dead_letters import Selection, find, judge, read, send_again
from deploy.errors import Finding
from schemas.settings import Settings
from schemas.topics import DEAD_LETTERS, OFFICE_EVENTS, topic_name
from tests.factories import DISTRICT, OFFICE, encoded, event
from tests.integration.sink_stage import Settle, Worker, ask, output_writer, running_sink

worker = pytest.fixture(output_writer)
settle = pytest.fixture(running_sink)

KEY = DISTRICT.encode()
GOOD = encoded(event("med.case.accepted"))
BAD_FORM = encoded(event("med.case.agreed", data={"form": "telephone"}))
ODD_HEADERS = [("trace", b"\x00\xff"), ("trace", b"again"), ("dl-code", b"FORGED")]


@pytest.fixture
def buried(worker: Worker, settle: Settle) -> None:
    """Four letters: one that is good today, one that is not, bytes of no kind, and nothing at all."""
    worker.bury(KEY, GOOD, 4, "DOMAIN_UNKNOWN_OFFICE", [("trace", b"\x00\xff"), ("trace", b"again")])
    worker.bury(KEY, BAD_FORM, 7, "STRUCT_VALUE", ODD_HEADERS)
    worker.bury(b"\xff\xfe", b"\xff\x00\x1b[31m not json", 9, "BYTES_ENCODING")
    worker.bury(KEY, None, 11, "BYTES_EMPTY")
    settle()


@pytest.fixture
def suoheng(
    installation: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """The command on this installation: exit code, stdout, stderr."""
    from schemas import settings

    monkeypatch.setattr(settings, "settings", lambda: installation)

    def run(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = command(["dead-letters", *arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def log(installation: Settings) -> Iterator[Callable[[], list[Any]]]:
    """Everything in the log of events."""
    consumer = KafkaConsumer(bootstrap_servers=installation.kafka, enable_auto_commit=False)
    partitions = [TopicPartition(topic_name(OFFICE_EVENTS, installation), p) for p in range(4)]
    consumer.assign(partitions)

    def messages() -> list[Any]:
        ends = consumer.end_offsets(partitions)
        consumer.seek_to_beginning(*partitions)
        found: list[Any] = []
        while any(consumer.position(tp) < ends[tp] for tp in partitions):
            for polled in consumer.poll(200).values():
                found += polled
        return found

    yield messages
    consumer.close(autocommit=False)


@pytest.mark.usefixtures("buried")
def test_the_index_says_what_and_where_but_not_what_it_said(installation: Settings) -> None:
    rows = ask(installation, "SELECT code, district, office, topic, partition, offset, stage FROM dead_letters ORDER BY offset")
    topic = topic_name(OFFICE_EVENTS, installation)
    assert rows == [
        ("DOMAIN_UNKNOWN_OFFICE", DISTRICT, OFFICE, topic, 1, 4, "schema"),
        ("STRUCT_VALUE", DISTRICT, OFFICE, topic, 1, 7, "schema"),
        ("BYTES_ENCODING", "", "", topic, 1, 9, "schema"),
        ("BYTES_EMPTY", DISTRICT, "", topic, 1, 11, "schema"),
    ]
    everything = str(ask(installation, "SELECT * FROM dead_letter_rows"))
    assert "telephone" not in everything
    assert "not json" not in everything


@pytest.mark.usefixtures("buried")
def test_they_are_found_by_code_office_district_time_and_place(installation: Settings) -> None:
    def offsets(selection: Selection, limit: int | None = None) -> list[int]:
        return [entry.offset for entry in find(installation, selection, limit)]

    now = datetime.now().astimezone()
    assert sorted(offsets(Selection())) == [4, 7, 9, 11]
    assert offsets(Selection(), limit=1) == [11]
    assert offsets(Selection(codes=("STRUCT_VALUE", "BYTES_EMPTY"))) == [11, 7]
    assert offsets(Selection(offices=(OFFICE,), codes=("STRUCT_VALUE",))) == [7]
    assert offsets(Selection(districts=(DISTRICT,))) == [11, 7, 4]
    assert offsets(Selection(since=now - timedelta(hours=1), until=now + timedelta(hours=1))) == [11, 9, 7, 4]
    assert offsets(Selection(since=now + timedelta(hours=1))) == []
    assert offsets(Selection(positions=((1, 9), (2, 4)))) == [9]


@pytest.mark.usefixtures("buried")
def test_a_letter_comes_back_byte_for_byte_without_the_workers_headers(installation: Settings) -> None:
    letters = {entry.offset: letter for entry, letter in read(installation, find(installation, Selection()))}
    assert [letters[o].value for o in (4, 7, 9, 11)] == [GOOD, BAD_FORM, b"\xff\x00\x1b[31m not json", None]
    assert [letters[o].key for o in (4, 7, 9, 11)] == [KEY, KEY, b"\xff\xfe", KEY]
    assert letters[4].headers == [("trace", b"\x00\xff"), ("trace", b"again")]
    assert dict(letters[4].reason)["dl-offset"] == b"4"


@pytest.mark.usefixtures("buried")
def test_letters_far_apart_are_all_found(installation: Settings, worker: Worker, settle: Settle) -> None:
    worker.begin()
    for _ in range(1_500):
        worker.send(
            DEAD_LETTERS,
            KEY,
            b"{}",
            [(f"dl-{n}", b"5") for n in ["code", "detail", "stage", "topic", "partition", "offset", "sha256", "build"]],
        )
    worker.end()
    worker.bury(KEY, GOOD, 2_000, "TIME_FUTURE")
    settle()
    wanted = find(installation, Selection(codes=("TIME_FUTURE", "STRUCT_VALUE")))
    assert [letter.value for _, letter in read(installation, wanted)] == [BAD_FORM, GOOD]


@pytest.mark.usefixtures("buried")
def test_todays_verdict_is_the_schemas(installation: Settings) -> None:
    verdicts = {entry.offset: judge(entry, letter).code for entry, letter in read(installation, find(installation, Selection()))}
    assert verdicts[4] == ""
    assert verdicts[7] == "STRUCT_VALUE"
    assert verdicts[9] != ""
    assert verdicts[11] == "BYTES_EMPTY"


@pytest.mark.usefixtures("buried")
def test_without_yes_nothing_is_sent(suoheng: Callable[..., tuple[int, str, str]], log: Callable[[], list[Any]]) -> None:
    code, out, _ = suoheng("replay", "--district", DISTRICT)
    assert code == 0
    assert "1:4  DOMAIN_UNKNOWN_OFFICE then, now passes the schema check" in out
    assert "3 found, 1 would pass, left out because they would be refused again: 1 BYTES_EMPTY, 1 STRUCT_VALUE" in out
    assert "nothing was sent" in out
    assert log() == []


@pytest.mark.usefixtures("buried")
def test_with_yes_the_event_is_in_the_log_again_as_it_was(
    installation: Settings, suoheng: Callable[..., tuple[int, str, str]], log: Callable[[], list[Any]]
) -> None:
    code, out, _ = suoheng("replay", "1:4", "1:7", "--yes", "--json")
    assert code == 0
    told = json.loads(out)
    assert (told["found"], told["would_pass"], told["sent"]) == (2, 1, 1)
    (again,) = log()
    assert (again.key, again.value, list(again.headers)) == (KEY, GOOD, [("trace", b"\x00\xff"), ("trace", b"again")])
    assert again.partition == (murmur2(KEY) & 0x7FFFFFFF) % 4


@pytest.mark.usefixtures("buried")
def test_the_commands_print_for_people_and_for_programs(suoheng: Callable[..., tuple[int, str, str]]) -> None:
    code, out, _ = suoheng("list")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()[1:]] == ["1:11", "1:9", "1:7", "1:4"]
    code, out, _ = suoheng("list", "--code", "struct_value", "--json")
    (entry,) = json.loads(out)["dead_letters"]
    assert (entry["code"], entry["partition"], entry["offset"], entry["office"]) == ("STRUCT_VALUE", 1, 7, OFFICE)
    assert "no dead letters fit" in suoheng("list", "--code", "TIME_FUTURE")[1]
    code, out, _ = suoheng("show", "1:9")
    assert code == 0
    assert "\x1b" not in out, "a refused event must not drive the terminal"
    assert r"\xff\x00\x1b[31m not json" in out
    code, out, _ = suoheng("show", "1:7", "--json")
    shown = json.loads(out)
    assert shown["value"].encode() == BAD_FORM
    assert shown["headers"] == [["trace", {"base64": "AP8="}], ["trace", "again"]]
    assert shown["reason"]["dl-code"] == "STRUCT_VALUE"
    assert hashlib.sha256(shown["value"].encode()).hexdigest() == hashlib.sha256(BAD_FORM).hexdigest()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["replay"], 2, "say which dead letters"),
        (["replay", "--yes"], 2, "say which dead letters"),
        (["show", "17"], 2, "PARTITION:OFFSET"),
        (["show", "1:99"], 1, "no dead letter is known"),
        (["list", "--code", "NO_SUCH"], 2, "no such refusal code"),
    ],
)
def test_wrong_usage_is_one_line(suoheng: Callable[..., tuple[int, str, str]], arguments: list[str], code: int, said: str) -> None:
    ended, _, err = suoheng(*arguments)
    assert ended == code
    assert said in err
    assert err.count("\n") == 1


@pytest.mark.usefixtures("buried")
def test_services_that_do_not_answer_are_named(
    installation: Settings, monkeypatch: pytest.MonkeyPatch, suoheng: Callable[..., tuple[int, str, str]]
) -> None:
    from schemas import settings

    monkeypatch.setattr(settings, "settings", lambda: installation.model_copy(update={"clickhouse_url": "http://127.0.0.1:1"}))
    assert suoheng("list")[0] == 3
    monkeypatch.setattr(settings, "settings", lambda: installation.model_copy(update={"kafka": "127.0.0.1:1"}))
    assert suoheng("show", "1:4")[0] == 3


@pytest.mark.usefixtures("buried")
def test_a_letter_that_is_not_where_the_index_says_is_told(installation: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.dead_letters._READ_TIMEOUT_S", 1.0)
    (entry,) = find(installation, Selection(positions=((1, 4),)))
    with pytest.raises(Finding, match=r"is not at .* where the index has it"):
        list(read(installation, [dataclasses.replace(entry, letter_offset=1)]))
    assert send_again(installation, []) == 0
