"""The `suoheng` command: every command of the product in one place, and how each of them ends.

A command is a plain typed function in `deploy/commands/`; it returns, or raises an error of `deploy.errors`.
Here an error becomes one readable line on stderr and an exit code: 0 done, 1 a finding, 2 wrong usage,
3 something that is needed is missing or broken, 70 a defect of ours, 130 interrupted.
"""

import errno
import logging
import os
import sys
from collections.abc import Callable

import typer
from typer.exceptions import TyperException

from deploy.commands import (
    access,
    alerts,
    assess,
    audit,
    backup,
    calendar,
    credentials,
    dead_letters,
    ledger,
    mending,
    rebuild,
    registry,
    rules,
    trying_rules,
)
from deploy.commands.demo import demo
from deploy.commands.doctor import doctor
from deploy.commands.explain import explain
from deploy.commands.indicators import indicators
from deploy.commands.metrics import metrics
from deploy.commands.migrate import migrate
from deploy.commands.missing import missing
from deploy.commands.preview import preview
from deploy.commands.programmes import programmes
from deploy.commands.publish import publish
from deploy.commands.reconcile import reconcile
from deploy.commands.report import report
from deploy.commands.restatements import restatements
from deploy.commands.restore import restore
from deploy.commands.retention import retention
from deploy.commands.settings_ import settings
from deploy.commands.simulate import simulate
from deploy.commands.size import size
from deploy.commands.top import top
from deploy.commands.topics import topics
from deploy.commands.up import up
from deploy.commands.wait import wait
from deploy.console import write_in_utf8
from deploy.errors import CommandError, MissingDependency, Usage

_BROKEN = frozenset(
    {"ConnectionError", "KafkaConnectionError", "NoBrokersAvailable", "KafkaConnectionsError", "ClientConnectorError", "OperationalError"}
)
"""Classes by which the clients of Kafka, ClickHouse and HTTP say that the other side is not there; by name, to import none of them here."""

_CHATTY = ("aiokafka", "kafka", "clickhouse_connect", "urllib3")
"""Libraries that log a failed connection themselves; the command's one line says it, with what to do."""

_NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT})


def application() -> typer.Typer:
    """The command line: every command and group."""
    app = typer.Typer(
        name="suoheng",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        help="Suoheng 所衡: exact indicators per justice office and per funding authority, live from Kafka into ClickHouse. "
        "司法所工作指标实时计算。",
    )
    for command in (
        up,
        demo,
        publish,
        simulate,
        wait,
        report,
        restatements,
        explain,
        missing,
        reconcile,
        migrate,
        topics,
        doctor,
        metrics,
        top,
        indicators,
        preview,
        size,
        settings,
        programmes,
        restore,
        retention,
    ):
        app.command(command.__name__)(command)
    for name, about, commands in _GROUPS:
        group = typer.Typer(no_args_is_help=True, help=about)
        for command in commands:
            group.command(command.__name__.rstrip("_").replace("_", "-"))(command)
        app.add_typer(group, name=name)
    app.add_typer(_rebuild(), name="rebuild")
    app.add_typer(_assess(), name="assess")
    return app


_GROUPS: tuple[tuple[str, str, tuple[Callable[..., None], ...]], ...] = (
    (
        "dead-letters",
        "Events that were refused, with the reason, their correction and replay. 死信:被拒事件的查看、更正与重放",
        (
            dead_letters.list_,
            dead_letters.show,
            mending.replay,
            mending.fix,
            mending.proposals,
            mending.approve,
            mending.reject,
            dead_letters.digest,
        ),
    ),
    (
        "ledger",
        "Ledgers that clerks keep in spreadsheets: forms, import, keys. 台账",
        (ledger.template, ledger.import_, ledger.page, ledger.keys),
    ),
    ("registry", "A district's registry as one file. 登记簿", (registry.export, registry.apply)),
    ("rules", "Alert rules of a district. 预警规则", (rules.check, trying_rules.test, trying_rules.backtest, rules.apply, rules.show)),
    (
        "alerts",
        "What fires, who was told, acknowledging, silences, the plan of telling. 预警的通知、认领与静默",
        (alerts.list_, alerts.ack, alerts.silence, alerts.silences, alerts.unsilence, alerts.check, alerts.send_test),
    ),
    ("calendar", "Working days, by which limits are counted. 工作日历", (calendar.show, calendar.import_, calendar.edit)),
    (
        "credentials",
        "Who may hand in events at the gateway. 网关凭据",
        (credentials.add, credentials.list_, credentials.rotate, credentials.revoke, credentials.import_),
    ),
    ("access", "Who may do what in Kafka and ClickHouse. 权限", (access.kafka, access.clickhouse)),
    ("backup", "Keep the log and what does not follow from it. 备份", (backup.create, backup.list_, backup.verify)),
    ("audit", "The hash-chained log of keys and refusals. 审计日志", (audit.verify, audit.show)),
)
"""Groups of commands: name, what they are about, the commands; a name that Python has itself bears an underscore here."""


def _rebuild() -> typer.Typer:
    group = typer.Typer(invoke_without_command=True, callback=rebuild.rebuild)
    for command in (rebuild.status, rebuild.compare, rebuild.rollback, rebuild.drop):
        group.command(command.__name__)(command)
    return group


def _assess() -> typer.Typer:
    group = typer.Typer(invoke_without_command=True, callback=assess.assess)
    for command in (assess.schemes, assess.form, assess.check):
        group.command(command.__name__)(command)
    return group


def main() -> None:
    """Run the command of the process's arguments and end the process with its exit code."""
    write_in_utf8(sys.stdout, sys.stderr)
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command; its exit code. Whatever goes wrong is told in one line on stderr."""
    if not _debugging():
        for client in _CHATTY:
            logging.getLogger(client).setLevel(logging.CRITICAL)
    try:
        outcome = application()(arguments, prog_name="suoheng", standalone_mode=False)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return 130
    except (BrokenPipeError, SystemExit) as end:
        # The reader of our output went away (`suoheng … | head`): nothing is wrong, and the interpreter must not flush again at exit.
        # Typer and rich make an end with 1 of it.
        if isinstance(end, SystemExit) and not isinstance(end.__context__, BrokenPipeError):
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except TyperException as error:
        return _end(error.format_message() or "see `suoheng --help`", Usage.exit_code)
    except CommandError as error:
        return _end(str(error), error.exit_code)
    except Exception as error:  # noqa: BLE001  the last place before the user: everything becomes one line
        return _unexpected(error)
    return outcome if isinstance(outcome, int) and not isinstance(outcome, bool) else 0


def _unexpected(error: Exception) -> int:
    if _debugging():
        import traceback

        traceback.print_exception(error)
    kinds = {kind.__name__ for kind in type(error).__mro__}
    text = f"{type(error).__name__}: {error}"
    if isinstance(error, OSError) and error.errno in _NO_SPACE:
        return _end(f"the disk is full: {text}; make room and start again", MissingDependency.exit_code)
    if "Unusable" in kinds:
        return _end(f"a setting is wrong: {error}", Usage.exit_code)
    if kinds & _BROKEN:
        return _end(
            f"a service does not answer: {text}; is the stack up (`suoheng up`), are SUOHENG_KAFKA and SUOHENG_CLICKHOUSE_URL right?",
            MissingDependency.exit_code,
        )
    if "ValidationError" in kinds and type(error).__module__.startswith("pydantic") and getattr(error, "title", "") == "Settings":
        return _end(f"a setting is wrong: {_settings_problem(error)} (`suoheng settings` lists them)", Usage.exit_code)
    return _end(f"unexpected {text} — a defect of Suoheng; SUOHENG_LOG_LEVEL=debug shows where", 70)


def _debugging() -> bool:
    return os.environ.get("SUOHENG_LOG_LEVEL", "").lower() == "debug"


def _settings_problem(error: Exception) -> str:
    problems = error.errors() if hasattr(error, "errors") else []
    return "; ".join(_setting_problem(problem["loc"], problem["msg"]) for problem in problems) or str(error)


def _setting_problem(place: tuple[str | int, ...], message: str) -> str:
    """A problem of one setting bears its name; one of several together names them itself."""
    told = message.removeprefix("Value error, ")
    return f"SUOHENG_{'_'.join(map(str, place)).upper()}: {told}" if place else told


def _end(message: str, code: int) -> int:
    print(f"suoheng: {' '.join(message.split())}", file=sys.stderr)
    return code
