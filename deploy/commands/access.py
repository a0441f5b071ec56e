"""`suoheng access`: who may do what in Kafka and ClickHouse."""

from typing import Annotated

import typer


def kafka(
    apply: Annotated[
        bool, typer.Option("--apply", help="Give what is missing and set the quotas; needs a login that may alter the cluster.")
    ] = False,
    prune: Annotated[bool, typer.Option("--prune", help="With --apply: also take away what these users have beyond it.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Compare with what is in force, and end with 1 when it differs.")] = False,
    script: Annotated[bool, typer.Option("--script", help="Print a shell script of Kafka's own tools.")] = False,
    strimzi: Annotated[str, typer.Option(metavar="CLUSTER", help="Print KafkaUser documents for Strimzi's cluster of that name.")] = "",
    user: Annotated[
        list[str] | None, typer.Option(metavar="ROLE=NAME", help="A role's user, else suoheng-ROLE; with client certificates CN=….")
    ] = None,
    role: Annotated[list[str] | None, typer.Option(help="Only this role; may be repeated.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as one JSON document.")] = False,
) -> None:
    """Access lists and quotas of each role in Kafka: tell, check, put in force. Kafka 权限与配额

    Roles are gateway, publisher, worker, sink, alerts, reader and operator; each may do what its process asks for, on this installation's
    topics (SUOHENG_TOPIC_PREFIX), groups and transactional ids (SUOHENG_APP_ID). The brokers need an authorizer and TLS or SASL listeners.
    """
    import json

    import yaml

    from deploy.access.plan import Plan
    from deploy.console import console
    from deploy.errors import Finding, Usage
    from schemas.settings import settings

    if sum((apply, check, script, bool(strimzi))) > 1 or (prune and not apply):
        raise Usage("--apply, --check, --script and --strimzi exclude each other; --prune goes with --apply")
    plan = Plan.of(settings(), role or [], user or [])
    if script:
        print(plan.script(), end="")
    elif strimzi:
        print(yaml.safe_dump_all(plan.strimzi_users(strimzi), allow_unicode=True, sort_keys=False), end="")
    elif apply or check:
        found = plan.put_in_force(prune=prune) if apply else plan.differences()
        print(json.dumps({"differences": found}) if as_json else "\n".join(found) or "the access in force is as declared")
        if check and found:
            raise Finding(f"{len(found)} differences; `suoheng access kafka --apply` puts in force what is declared")
    elif as_json:
        print(json.dumps(plan.told(), ensure_ascii=False))
    else:
        console().print(plan.table())


def clickhouse(
    apply: Annotated[bool, typer.Option("--apply", help="Run the statements; needs a user with access management.")] = False,
    district: Annotated[list[str] | None, typer.Option(help="Also a role that sees only this district; may be repeated.")] = None,
    street: Annotated[
        list[str] | None, typer.Option(metavar="DISTRICT/AUTHORITY", help="Also a role that sees only this payer's values.")
    ] = None,
    login: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME:ROLE:FILE", help="Also a user with the role; its password is in the file. May be repeated."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the statements as one JSON document.")] = False,
) -> None:
    """Roles, limits, quotas and row policies in ClickHouse: print the SQL, or put it in force. ClickHouse 角色、行级权限与配额

    Roles are named after the database: suoheng_operator, suoheng_writer (the sink), suoheng_reader (all districts), suoheng_district_990107
    and suoheng_street_au_990107_street_001. A login's ROLE is named without the database: reader, district_990107. Harmless to repeat.
    """
    import json

    from deploy.access.clickhouse import Login, render
    from deploy.access.clickhouse import apply as put_in_force
    from schemas.settings import settings

    todo = render(settings(), district or [], street or [], [Login.of(one) for one in login or []])
    if apply:
        put_in_force(settings(), todo, (lambda _: None) if as_json else print)
    if as_json:
        print(json.dumps({"applied": apply, "statements": todo}, ensure_ascii=False))
    elif apply:
        print(f"{len(todo)} statements run: the access to database {settings().clickhouse_database} is as declared")
    else:
        print(";\n\n".join(todo) + ";")
