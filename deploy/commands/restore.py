"""`suoheng restore`: an installation from a backup. The library is `deploy.backup`."""

from pathlib import Path
from typing import Annotated

import typer


def restore(
    dest: Annotated[str, typer.Argument(metavar="DEST", help="Where `suoheng backup create` has put it. 备份位置")],
    to_data: Annotated[
        Path | None,
        typer.Option(help="Restore into this folder, with a Kafka and a ClickHouse of its own that run for as long as it takes."),
    ] = None,
    port_base: Annotated[
        int | None,
        typer.Option(help="With --to-data: first of the ports used meanwhile; default: SUOHENG_PORT_BASE.", min=1024, max=65_000),
    ] = None,
    backup: Annotated[str | None, typer.Option(help="Name of a backup, or its beginning; default: the newest.")] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Delete the installation's topics and tables first, overwrite its files. 覆盖")
    ] = False,
    no_tables: Annotated[bool, typer.Option("--no-tables", help="Leave ClickHouse alone; it need not answer.")] = False,
    no_files: Annotated[bool, typer.Option("--no-files", help="Leave files alone: the log and the tables only.")] = False,
    tables_only: Annotated[
        bool, typer.Option("--tables-only", help="ClickHouse was lost and the log was not: only what ClickHouse alone knew. 仅恢复表")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as one JSON document.")] = False,
) -> None:
    """Bring an empty installation to the state of a backup: the log at the same offsets with the same times, files, decisions. 恢复

    Nothing else may run on it meanwhile. A run that was cut off is gone on with by the same command. Afterwards start the installation as
    always: its workers compute all numbers from the log; `suoheng wait`, then `suoheng reconcile`.
    """
    import json
    from contextlib import nullcontext

    from deploy.backup.manifest import chosen
    from deploy.backup.place import Place
    from deploy.backup.restore import Options
    from deploy.backup.restore import restore as run
    from deploy.backup.tables_only import restore_tables
    from deploy.errors import Usage
    from deploy.local.console import fetch_progress
    from deploy.local.stack import local_services, local_settings
    from deploy.watcher import shown
    from schemas.settings import settings

    if tables_only and (to_data or no_tables):
        raise Usage("--tables-only is for an installation whose log is there, and for its tables")
    if port_base is not None and to_data is None:
        raise Usage("--port-base is for --to-data; otherwise the settings say where Kafka is")
    place = Place(dest)
    name, manifest = chosen(place, backup)
    if tables_only:
        with shown() as watcher:
            rows = restore_tables(settings(), place, manifest, watcher)
        print(json.dumps({"backup": name, "rows": rows}) if as_json else f"{name}: {rows:,} rows 已恢复")
        return
    ours = settings() if to_data is None else local_settings(to_data, port_base)
    services = nullcontext() if to_data is None else local_services(ours, fetched=fetch_progress())
    with services, shown() as watcher:
        done = run(ours, place, manifest, Options(replace=replace, tables=not no_tables, files=not no_files), watcher)
    if as_json:
        print(json.dumps({"backup": name} | done._asdict(), ensure_ascii=False))
        return
    for note in done.notes:
        print(f"note: {note}")
    start = "your processes" if to_data is None else f"`suoheng up --data {to_data}`"
    print(f"{name}: {done.records:,} events at their offsets, {done.files} files, {done.rows:,} rows; start {start}, then `suoheng wait` and "
          "`suoheng reconcile` 已恢复")  # fmt: skip
