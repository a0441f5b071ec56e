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
from deploy.errors import Finding
from deploy.letters.digest import LOCAL
from deploy.letters.index import find
from deploy.letters.reading import read
from deploy.letters.selection import Selection
from schemas.audit import entries, verify
from schemas.settings import Settings
from schemas.topics import ADMITTED_EVENTS, DEAD_LETTERS, OFFICE_EVENTS, REGISTRY, topic_name
from tests.factories import DISTRICT, OFFICE, OFFICE_SOURCE, encoded, event
from tests.integration.sink_stage import Settle, Worker, ask, output_writer, registered, running_sink

worker = pytest.fixture(output_writer)
settle = pytest.fixture(running_sink)

KEY = DISTRICT.encode()
GOOD = encoded(event("med.case.accepted", sequence="17"))
BAD_FORM = encoded(event("med.case.agreed", id="e-1002", sequence="18", data={"form": "telephone"}))
ODD_HEADERS = [("trace", b"\x00\xff"), ("trace", b"again"), ("dl-code", b"FORGED")]


@pytest.fixture
def buried(worker: Worker, settle: Settle) -> None:
    """An office, and four letters: one that is good today, one that is not, bytes of no kind, and nothing at all."""
    opened = {"office": OFFICE, "name": "城关司法所", "opened_on": "2020-01-01", "closed_on": None, "merged_into": None}
    worker.write(REGISTRY, registered("office", OFFICE, 1, **opened) | {"district": DISTRICT})
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
def test_without_yes_nothing_is_sent(suoheng: Callable[..., tuple[int, str, str]], log: Callable[[], list[Any]]) -> None:
    code, out, _ = suoheng("replay", "--district", DISTRICT)
    assert code == 0
    assert "1:4  DOMAIN_UNKNOWN_OFFICE then, now passes" in out
    assert "3 found, 1 would pass, left out because they would be refused or count nothing: 1 BYTES_EMPTY, 1 STRUCT_VALUE" in out
    assert "nothing was sent" in out
    assert log() == []


@pytest.mark.usefixtures("buried")
def test_with_yes_the_event_is_in_the_log_again_as_it_was_and_it_is_known_who_did_it(
    installation: Settings, suoheng: Callable[..., tuple[int, str, str]], log: Callable[[], list[Any]]
) -> None:
    code, out, _ = suoheng("replay", "1:4", "1:7", "--yes", "--by", "王 所长", "--json")
    assert code == 0
    told = json.loads(out)
    assert (told["found"], told["would_pass"], told["sent"]) == (2, 1, 1)
    (again,) = log()
    trace = [("suoheng-letter", b"1:4"), ("suoheng-replayed-by", "王 所长".encode())]
    assert (again.key, again.value, list(again.headers)) == (KEY, GOOD, [("trace", b"\x00\xff"), ("trace", b"again"), *trace])
    assert again.partition == (murmur2(KEY) & 0x7FFFFFFF) % 4
    states = {e.place: (e.state, e.replayed_by, e.corrected) for e in find(installation, Selection())}
    assert states["1:4"] == ("replayed", "王 所长", False)
    assert states["1:7"] == ("open", "", False)
    before, after = list(entries(installation.audit_folder))[-2:]
    assert (before["what"], after["what"]) == ("dead letters being sent again", "dead letters sent again")
    assert (after["by"], after["letters"], after["sent"]) == ("王 所长", ["1:4"], [f"{again.partition}:{again.offset}"])
    assert verify(installation.audit_folder).problems == []


@pytest.mark.usefixtures("buried")
def test_a_corrected_letter_keeps_its_identity_and_number(
    installation: Settings, suoheng: Callable[..., tuple[int, str, str]], log: Callable[[], list[Any]]
) -> None:
    code, out, _ = suoheng("fix", "--code", "STRUCT_VALUE", "--set", "data.form=written", "--json")
    (dry,) = json.loads(out)["dead_letters"]
    assert (code, dry["before"], dry["now"]) == (0, "STRUCT_VALUE", "")
    assert dry["changes"] == [{"field": "data.form", "was": "aaaaaaaaa", "now": "written"}]
    assert log() == []
    assert "NOT_CORRECTABLE" in suoheng("fix", "1:7", "--set", "data.form=oral", "--set", "id=e-9")[1]
    assert suoheng("fix", "1:7", "--set", "data.form=written", "--yes", "--by", "王")[0] == 0
    (sent,) = log()
    assert json.loads(sent.value) == json.loads(BAD_FORM) | {"data": json.loads(BAD_FORM)["data"] | {"form": "written"}}
    assert dict(sent.headers) == {
        "trace": b"again",
        "suoheng-letter": b"1:7",
        "suoheng-replayed-by": "王".encode(),
        "suoheng-corrected": b"ab" * 32,
    }
    (entry,) = find(installation, Selection(positions=((1, 7),)))
    assert (entry.state, entry.corrected, entry.source, entry.id, entry.sequence) == ("replayed", True, OFFICE_SOURCE, "e-1002", 18)


@pytest.mark.usefixtures("buried")
def test_what_is_there_already_is_seen_and_a_conflict_becomes_an_amendment(
    installation: Settings, worker: Worker, settle: Settle, suoheng: Callable[..., tuple[int, str, str]], log: Callable[[], list[Any]]
) -> None:
    """The office has sent both events well since: one as it was, one otherwise; and a third one under an id that is taken."""
    worker.bury(KEY, encoded(event("med.case.accepted", data={"source": "proactive"})), 20, "ID_CONFLICT")
    otherwise = event("med.case.agreed", id="e-1002", sequence="18", data={"form": "oral"})
    for offset, admitted in ((14, json.loads(GOOD)), (15, otherwise)):
        row = {
            "district": DISTRICT,
            "partition": 1,
            "offset": offset,
            "appended_at": "2026-01-01T00:00:00.000Z",
            "event": admitted,
            "version": offset,
        }
        worker.write(ADMITTED_EVENTS, row)
    settle()
    states = {e.place: e.state for e in find(installation, Selection())}
    assert (states["1:4"], states["1:7"], states["1:20"]) == ("superseded", "superseded", "open")
    assert "1:4  DOMAIN_UNKNOWN_OFFICE then, now is there already" in suoheng("replay", "1:4", "--yes")[1]
    assert "corrected ID_CONFLICT" in suoheng("fix", "1:7", "--set", "data.form=written", "--yes")[1]
    assert suoheng("fix", "1:20", "--as-amendment", "--yes")[0] == 0
    (amendment,) = map(json.loads, (message.value for message in log()))
    assert (amendment["op"], amendment["target"], amendment["revision"], amendment["id"]) == ("amend", "e-1001", 2, "e-1001:r2")


@pytest.mark.usefixtures("buried")
def test_a_second_person_must_agree_where_the_setting_says_so(
    installation: Settings, monkeypatch: pytest.MonkeyPatch, suoheng: Callable[..., tuple[int, str, str]], log: Callable[[], list[Any]]
) -> None:
    from schemas import settings

    monkeypatch.setattr(settings, "settings", lambda: installation.model_copy(update={"dead_letter_approval": "name"}))
    _, out, _ = suoheng("fix", "1:7", "--set", "data.form=written", "--yes", "--by", "Wang", "--json")
    told = json.loads(out)
    assert (told["sent"], log()) == (0, [])
    code, _, err = suoheng("approve", told["proposal"], "--yes", "--by", "ＷＡＮＧ")
    assert (code, "somebody else must decide it" in err) == (1, True)
    assert "nothing was sent" in suoheng("approve", told["proposal"], "--by", "Li")[1]
    assert suoheng("approve", told["proposal"], "--yes", "--by", "Li")[0] == 0
    (sent,) = log()
    assert (dict(sent.headers)["suoheng-replayed-by"], dict(sent.headers)["suoheng-approved-by"]) == (b"Wang", b"Li")
    assert "was approved by Li already" in suoheng("approve", told["proposal"], "--yes", "--by", "Zhao")[2]
    assert len(log()) == 1
    withdrawn = json.loads(suoheng("replay", "1:4", "--yes", "--by", "Wang", "--json")[1])["proposal"]
    assert suoheng("reject", withdrawn, "--by", "Wang")[0] == 0
    assert [one["state"] for one in json.loads(suoheng("proposals", "--all", "--json")[1])["proposals"]] == ["rejected", "approved"]
    ask_nothing = json.loads(suoheng("proposals", "--json")[1])["proposals"]
    assert ask_nothing == []
    whats = [entry["what"] for entry in entries(installation.audit_folder)]
    assert whats[-6:] == [
        "dead letters proposed", "dead letters approved", "dead letters being sent again", "dead letters sent again", "dead letters proposed",
        "dead letters rejected",
    ]  # fmt: skip


@pytest.mark.usefixtures("buried")
def test_the_commands_print_for_people_and_for_programs(installation: Settings, suoheng: Callable[..., tuple[int, str, str]]) -> None:
    code, out, _ = suoheng("list")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()[1:]] == ["1:11", "1:9", "1:7", "1:4"]
    assert len(json.loads(suoheng("list", "--source", OFFICE_SOURCE, "--state", "open", "--json")[1])["dead_letters"]) == 2
    code, out, _ = suoheng("digest", "--district", DISTRICT, "--week", f"{datetime.now(LOCAL):%G-W%V}", "--json")
    (office, nobody) = json.loads(out)["offices"]
    assert ([one["code"] for one in office["reasons"]], office["name"], nobody["office"]) == (
        ["DOMAIN_UNKNOWN_OFFICE", "STRUCT_VALUE"],
        "城关司法所",
        "",
    )
    code, out, _ = suoheng("list", "--code", "struct_value", "--json")
    (entry,) = json.loads(out)["dead_letters"]
    assert (entry["code"], entry["partition"], entry["offset"], entry["office"]) == ("STRUCT_VALUE", 1, 7, OFFICE)
    assert "no dead letters fit" in suoheng("list", "--code", "TIME_FUTURE")[1]
    code, out, _ = suoheng("show", "1:9", "--clear")
    assert code == 0
    assert "\x1b" not in out, "a refused event must not drive the terminal"
    assert r"\xff\x00\x1b[31m not json" in out
    assert "telephone" not in suoheng("show", "1:7")[1]
    redacted = json.loads(json.loads(suoheng("show", "1:7", "--json")[1])["value"])
    assert redacted == json.loads(BAD_FORM) | {"data": json.loads(BAD_FORM)["data"] | {"form": "aaaaaaaaa"}}
    code, out, _ = suoheng("show", "1:7", "--clear", "--by", "Wang", "--json")
    shown = json.loads(out)
    told = list(entries(installation.audit_folder))[-2:]
    assert [(one["what"], one["letters"]) for one in told] == [("dead letter shown in clear", [place]) for place in ("1:9", "1:7")]
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
        (["list", "--state", "gone"], 2, "no such state"),
        (["fix", "1:4"], 2, "say what is to change"),
        (["fix", "--code", "TIME_FUTURE", "--edited", "x"], 2, "name the one letter"),
        (["fix", "1:4", "--patch", "7"], 2, "JSON object"),
        (["show", "1:4", "--out", "x"], 2, "--clear"),
        (["approve", "abc"], 2, "there is no proposal"),
        (["digest", "--district", DISTRICT, "--week", "2026-31"], 2, "ISO week"),
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
    monkeypatch.setattr("deploy.letters.reading._READ_TIMEOUT_S", 1.0)
    (entry,) = find(installation, Selection(positions=((1, 4),)))
    with pytest.raises(Finding, match=r"is not at .* where the index has it"):
        list(read(installation, [dataclasses.replace(entry, letter_offset=1)]))
