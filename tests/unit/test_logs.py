"""The log: a line an event, as text or as JSON; nobody else writes lines of their own, and tracebacks show no values."""

import json
import subprocess
import sys

PROGRAM = """
import logging, sys, structlog
from schemas.operation import logs
logs.configure("info", sys.argv[1], ("kafka.net.selector",))
log = structlog.get_logger("streams.worker")
with structlog.contextvars.bound_contextvars(request="r-1"):
    log.info("taken", code="x\\n2026 [error] forged")
log.debug("not shown")
logging.getLogger("aiokafka").info("joined")
logging.getLogger("kafka.net.selector").warning("long parse")
logging.getLogger("kafka.client").warning("a library's warning")
secret = "身份证110101199001011234"
try:
    {}[secret[:0]]
except KeyError:
    log.exception("defect")
"""


def said(form: str) -> list[str]:
    done = subprocess.run([sys.executable, "-c", PROGRAM, form], capture_output=True, text=True, check=True)
    assert done.stdout == ""
    assert "110101" not in done.stderr
    return done.stderr.splitlines()


def test_as_json_every_line_is_an_object() -> None:
    lines = [json.loads(line) for line in said("json")]
    assert [line["event"] for line in lines] == ["taken", "a library's warning", "defect"]
    assert lines[0] | {"timestamp": ""} == {
        "event": "taken", "code": "x\n2026 [error] forged", "request": "r-1", "level": "info", "logger": "streams.worker", "timestamp": "",
    }  # fmt: skip
    assert "KeyError" in lines[2]["exception"]


def test_as_text_values_are_quoted() -> None:
    lines = said("text")
    assert not any(line.startswith("2026 [error] forged") for line in lines)
    assert sum("taken" in line for line in lines) == 1
    assert not any("joined" in line or "not shown" in line or "long parse" in line for line in lines)
    for wanted in ("request='r-1'", "kafka.client", "KeyError"):
        assert any(wanted in line for line in lines), wanted
