"""The guide for offices is true: its blocks run as they stand, by the examples in `deploy/examples`, on real Kafka, and what they hand in counts.

Maven is not needed: in its place stands a compiler from a jar (tests/java_compiler.py) that takes the same sources to the same libraries.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple

import pytest

from consumers.clickhouse.client import connect
from deploy.local.child import as_environment
from schemas.codes import CODES
from schemas.topics import OFFICE_EVENTS, topic_name
from streams.ingest import pseudonym
from tests.conftest import Installation
from tests.factories import DISTRICT, OFFICE, encoded, event
from tests.integration.asking import command, logged
from tests.integration.test_gateway import Door
from tests.integration.whole_way import dead_letters, publish, visible, whole_way
from tests.java_compiler import java_command

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "deploy" / "examples"
GUIDES = {language: (ROOT / "schemas" / f"guide.{language}.md").read_text("utf-8") for language in ("en", "zh")}
KEY = DISTRICT.encode()


class Block(NamedTuple):
    """A block of code and its language."""

    language: str
    text: str


def blocks(guide: str) -> list[Block]:
    """All of a guide, in order."""
    return [Block(*found) for found in re.findall(r"^```(\w+)\n(.*?)^```$", guide, re.DOTALL | re.MULTILINE)]


BLOCKS = blocks(GUIDES["en"])


class Stage(NamedTuple):
    """A folder with the examples as a stranger has them, and the environment that their commands run in."""

    folder: Path
    environment: dict[str, str]

    def run(self, text: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        """A text in a shell."""
        shell = ["bash", "-euo", "pipefail", "-c", text]
        return subprocess.run(
            shell, cwd=self.folder, env=self.environment | environment, capture_output=True, text=True, check=False, timeout=120
        )


@pytest.fixture
def stage(
    installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Stage]:
    """The examples, pointed at this installation; a gateway that asks for keys, and one for the guide's office."""
    missing = [program for program in ("curl", "kcat") if not shutil.which(program)]
    assert not missing, f"not installed; on Debian: apt install {' '.join(missing)}"
    folder = tmp_path / "stage"
    shutil.copytree(EXAMPLES, folder)
    (folder / "schemas").symlink_to(ROOT / "schemas")
    settings = installation.model_copy(update={"data": tmp_path / "data"})
    code, made, said = command(settings, monkeypatch, capsys, "credentials", "add")("--office", OFFICE, "--publisher", "office-1", "--json")
    assert code == 0, said
    (folder / "suoheng.key").write_text(made["token"] + "\n")
    topic = topic_name(OFFICE_EVENTS, installation)
    client = folder / "java" / "client.properties"
    told = (
        client.read_text("utf-8")
        .replace("127.0.0.1:29090", installation.kafka)
        .replace("suoheng.topic=office-events", f"suoheng.topic={topic}")
    )
    client.write_text(told, "utf-8")
    door = Door(as_environment(settings), tmp_path / "gateway.log")
    with door.running():
        path = f"{_maven(tmp_path / 'bin', installation)}:{Path(sys.executable).parent}:{os.environ['PATH']}"
        where = {"GATEWAY": f"http://127.0.0.1:{door.port}", "KAFKA": installation.kafka, "TOPIC": topic}
        yield Stage(folder, {"PATH": path, "HOME": str(tmp_path), "LC_ALL": "C.UTF-8", **where})


def _maven(folder: Path, installation: Installation) -> Path:
    """A folder with a `mvn` that runs the example as Maven would."""
    folder.mkdir()
    java = java_command(installation, EXAMPLES / "java" / "src" / "main" / "java" / "PublishEvents.java")
    lines = [
        "#!/bin/bash",
        'for one in "$@"; do case $one in -Dexec.args=*) arguments=${one#-Dexec.args=} ;; esac; done',
        f"exec {shlex.join(java)} $arguments",
    ]
    (folder / "mvn").write_text("\n".join(lines) + "\n")
    (folder / "mvn").chmod(0o755)
    return folder


def matches(printed: str, told: str) -> bool:
    """Whether a command printed what the guide tells; `…` stands for anything within a line."""
    return re.fullmatch(re.escape(told.strip()).replace("…", "[^\n]*?"), printed.strip()) is not None


def test_what_the_guide_says_works_and_counts(installation: Installation, stage: Stage, tmp_path: Path) -> None:
    opened = event("reg.office.opened", id="o1", time="2026-03-01T08:00:00+08:00", data={"office": OFFICE, "opened_on": "2020-01-01"})
    publish(installation, [(KEY, encoded(opened), ())])
    run = 0
    for block, after in zip(BLOCKS, [*BLOCKS[1:], Block("", "")], strict=True):
        if block.language == "sh":
            done = stage.run(block.text)
            assert done.returncode == 0, (block.text, done.stderr)
            assert after.language != "text" or matches(done.stdout, after.text), (block.text, done.stdout)
            run += 1
    assert run == 7
    corrections = [json.loads(block.text) for block in BLOCKS if block.language == "json"][1:]
    (stage.folder / "corrections.jsonl").write_bytes(b"\n".join(map(encoded, corrections)) + b"\n")
    done = stage.run("KEY_FILE=suoheng.key curl/hand-in.sh corrections.jsonl")
    assert (done.returncode, done.stdout) == (0, "2 events: 2 in the log, 0 refused, 0 to be sent again\n"), done.stderr
    (stage.folder / "java" / "outbox.csv.sent").unlink()  # as if it had been killed before it could remember
    assert stage.run(next(block.text for block in BLOCKS if "mvn" in block.text)).returncode == 0
    with whole_way(installation, tmp_path):
        visible(installation)
    assert dead_letters(installation) == []
    # 3 amended from 2 at first, 1 taken back, 1 by kcat in binary mode, and those of Java's outbox; each once, however often sent.
    assert month(installation, "leg_consult_cnt") == 3 + 1 + (1 + 1 + 3)
    assert (month(installation, "med_accepted_cnt"), month(installation, "med_amount_yuan")) == (1, 120_000)
    gaps = connect(installation).query("SELECT source, high_water, gaps FROM sources ORDER BY source").result_rows
    assert gaps == [(f"/districts/{DISTRICT}/office-1", 7, []), (f"/districts/{DISTRICT}/office-2", 3, [])]


def month(installation: Installation, indicator: str) -> int:
    """The district's value of March 2026."""
    query = (
        f"SELECT numerator FROM indicator_values WHERE indicator = '{indicator}' AND subject_kind = 'district' AND window_kind = 'month' "
        "AND window_start = '2026-03-01' AND dimension = ''"
    )
    ((value,),) = connect(installation).query(query).result_rows
    return int(value)


@pytest.mark.topics_only
def test_the_examples_say_what_went_wrong_and_go_on_where_they_were(installation: Installation, stage: Stage) -> None:
    good = (stage.folder / "events.jsonl").read_text("utf-8").splitlines()
    mixed = [good[0], good[1].replace('"written"', '"spoken"'), "", "{", good[2] + "\r"]
    (stage.folder / "mixed.jsonl").write_text("\n".join(mixed) + "\n", "utf-8")
    hand_in = "curl/hand-in.sh mixed.jsonl"
    done = stage.run(hand_in, KEY_FILE="suoheng.key")
    assert (done.returncode, done.stdout) == (1, "4 events: 2 in the log, 2 refused, 0 to be sent again\n")
    assert re.findall(r"^line (\d): (\w+): .+$", done.stderr, re.MULTILINE) == [("2", "STRUCT_VALUE"), ("3", "JSON_SYNTAX")]
    many = "".join(f'{{"specversion":"1.0","id":"m{n}"}}\n' for n in range(1_001))
    (stage.folder / "many.jsonl").write_text(many + good[0] + "\n", "utf-8")
    done = stage.run("curl/hand-in.sh many.jsonl", KEY_FILE="suoheng.key", GATEWAY=stage.environment["GATEWAY"] + "/")
    assert (done.returncode, done.stdout) == (1, "1002 events: 1 in the log, 1001 refused, 0 to be sent again\n")
    receipts = [json.loads(line) for line in (stage.folder / "mixed.jsonl.receipts").read_text("utf-8").splitlines()]
    assert [one["id"] for one in receipts] == ["case-17.accepted", "visit-204"]
    assert [one.value.decode() for one in logged(installation)] == [good[0], good[2], good[0]]

    for environment, code, said in (
        ({}, 1, "AUTH_MISSING"),
        ({"KEY_FILE": "wrong.key"}, 1, "AUTH_UNKNOWN"),
        ({"KEY_FILE": "suoheng.key", "GATEWAY": "http://127.0.0.1:9", "RETRIES": "0"}, 75, "run the same command again"),
    ):
        (stage.folder / "wrong.key").write_text("nobody.nothing\n")
        done = stage.run(hand_in, **environment)
        assert (done.returncode, said in done.stderr) == (code, True), done.stderr

    unreachable = stage.run("kcat/publish.sh events.jsonl", KAFKA="127.0.0.1:9", DISTRICT=DISTRICT, KCAT_ARGS="-X message.timeout.ms=1000")
    assert (unreachable.returncode, bool(unreachable.stderr)) == (1, True)

    publish_java = 'cd java; mvn -q compile exec:java -Dexec.args="{} outbox.csv"'
    client = (stage.folder / "java" / "client.properties").read_text("utf-8")
    away = client.replace(installation.kafka, "127.0.0.1:9") + "max.block.ms=1000\n"
    (stage.folder / "java" / "away.properties").write_text(away, "utf-8")
    (stage.folder / "java" / "binary.properties").write_text(client.replace("mode=structured", "mode=binary"), "utf-8")
    done = stage.run(publish_java.format("away.properties"))
    assert (done.returncode, "line 1 was not taken" in done.stderr) == (75, True), done.stderr
    assert stage.run(publish_java.format("client.properties")).returncode == 0
    with (stage.folder / "java" / "outbox.csv").open("a") as outbox:
        outbox.write("2026-03-12T15:00:00+08:00,visit,2\n")
    done = stage.run(publish_java.format("binary.properties"))
    assert (done.returncode, matches(done.stdout, "line 4 is at partition …, offset …")) == (0, True), done
    with (stage.folder / "java" / "outbox.csv").open("a") as outbox:
        outbox.write("2026-03-12T16:00:00+08:00,visit,many\n")
    done = stage.run(publish_java.format("client.properties"))
    assert (done.returncode, done.stderr) == (1, "line 5 is not when,channel,persons: mend it first\n")
    (record,) = [one for one in logged(installation) if one.headers]
    assert (record.key, record.value, dict(record.headers)["ce_sequence"]) == (KEY, b'{"channel":"visit","persons":2}', b"4")


@contextmanager
def answering(entries: list[dict[str, Any]]) -> Iterator[str]:
    """A server that gives the same answer to everything; its address."""

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            body = encoded(entries)
            self.send_response(207)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            self.send_error(404)

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def test_a_receipt_for_other_bytes_is_no_receipt(tmp_path: Path) -> None:
    receipt = {"status": 202, "id": "visit-204", "partition": 1, "offset": 2, "sha256": "0" * 64}
    away = {"status": 503, "id": "visit-204", "code": "UNAVAILABLE", "detail": "outcome unknown, send the event again"}
    stage = Stage(tmp_path, dict(os.environ))
    (tmp_path / "two.jsonl").write_text("{}\n{}\n")
    for entries, code, said in (
        ([receipt, receipt], 1, "line 2: the log holds other bytes than this file"),
        ([receipt, away], 75, "1 to be sent again"),
    ):
        with answering(entries) as gateway:
            done = stage.run(f"{EXAMPLES / 'curl' / 'hand-in.sh'} two.jsonl", GATEWAY=gateway)
        assert (done.returncode, said in done.stderr + done.stdout) == (code, True), done


def test_both_languages_show_the_same_blocks_and_every_code() -> None:
    assert blocks(GUIDES["zh"]) == BLOCKS
    for language, guide in GUIDES.items():
        rows = [f"| `{one.code}` | {getattr(one, language)} | {getattr(one, f'remedy_{language}')} |" for one in CODES.values()]
        assert "\n".join(rows) in guide
        for target in re.findall(r"\]\((?!http)([^)]+)\)", guide):
            assert (ROOT / "schemas" / target).exists(), target
        paths = set(re.findall(r"`((?:schemas|deploy)/[\w/.]+)`", guide))
        assert [path for path in sorted(paths) if not (ROOT / path).exists()] == []


def test_the_guides_python_does_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pseudonyms, check = (compile(block.text, "guide", "exec") for block in BLOCKS if block.language == "python")
    names: dict[str, Any] = {}
    exec(pseudonyms, names)
    key = pseudonym.throwaway().newest
    told = (DISTRICT, "med", "office-1", "〔2026〕17")
    assert names["subject"](key.secret, *told) == key.subject(*told)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "schemas").symlink_to(ROOT / "schemas")
    good = (EXAMPLES / "events.jsonl").read_text("utf-8")
    (tmp_path / "events.jsonl").write_text(good, "utf-8")
    exec(check, {})
    (tmp_path / "events.jsonl").write_text(good.replace('"written"', '"spoken"'), "utf-8")
    with pytest.raises(Exception, match="spoken"):
        exec(check, {})
