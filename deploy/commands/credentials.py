"""`suoheng credentials add|list|rotate|revoke|import`: who may hand in events at the gateway. 凭据管理"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deploy.errors import Usage

if TYPE_CHECKING:
    from streams.ingest.gateway.credentials import Credential

Office = Annotated[list[str] | None, typer.Option(help="Office that the key speaks for; may be repeated, all of one district. 司法所")]
Publisher = Annotated[list[str] | None, typer.Option(help="Last part of the sources it may use, e.g. office-1; may be repeated. 来源")]
Bureau = Annotated[str, typer.Option(help="District whose bureau the key is for, instead of offices. 区划代码")]
Role = Annotated[
    list[str] | None,
    typer.Option(help="Registry events that a bureau key may publish: registry, closing, rules, clock; may be repeated. 角色"),
]
Certificate = Annotated[Path | None, typer.Option(help="Client certificate (PEM) that must be shown: mutual TLS. 客户端证书")]
PublicKey = Annotated[Path | None, typer.Option(help="Ed25519 public key (PEM) with which requests must be signed. 签名公钥")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as one JSON document.")]
Key = Annotated[str, typer.Argument(help="Id of the key. 密钥编号")]


def add(
    office: Office = None,
    publisher: Publisher = None,
    bureau: Bureau = "",
    role: Role = None,
    certificate: Certificate = None,
    public_key: PublicKey = None,
    token: Annotated[
        bool | None, typer.Option("--token/--no-token", help="Whether a bearer token is asked for; default: if nothing else is. 令牌")
    ] = None,
    key: Annotated[str, typer.Option("--id", help="Id of the key; default: <office>-<n>.")] = "",
    days: Annotated[int, typer.Option(min=0, help="Days for which the key is valid; 0: without end.")] = 365,
    events_per_minute: Annotated[int | None, typer.Option(min=0, help="Quota of its own; 0: none.")] = None,
    as_json: AsJson = False,
) -> None:
    """Make a key for offices or for a district's bureau. 新增密钥

    Its token is printed once and kept nowhere; the registry holds its hash. A gateway lets the key in at once. While there is no key at
    all, every program on the gateway's machine may hand in events; with the first key everybody is asked for one.
    """
    from deploy.credentials import certificate_hash, editing, ends_in, read
    from deploy.credentials import public_key as key_of
    from schemas.settings import settings

    config = settings()
    first = not read(config)
    with editing(config) as registry:
        fields: dict[str, Any] = {
            "id": key,
            "offices": office or [],
            "publishers": publisher or [],
            "bureau": bureau,
            "roles": role or [],
            "certificate_sha256": certificate and certificate_hash(certificate),
            "public_key": public_key and key_of(public_key),
            "events_per_minute": events_per_minute,
            "not_after": ends_in(days) if days else None,
        }
        with_token = not (certificate or public_key) if token is None else token
        made, secret = _add(registry, fields, with_token=with_token)
    _tell(made, secret, as_json=as_json)
    if first and not as_json:
        print(f"this is the first key in {config.credentials_file}: from now on the gateway asks everybody for one")


def list_(as_json: AsJson = False) -> None:
    """List all keys: whom they speak for, how they are proven, until when they are valid. 密钥列表"""
    import json
    from datetime import UTC

    from deploy.credentials import read
    from schemas.settings import settings

    credentials, now = read(settings()), datetime.now(UTC)
    if as_json:
        rows = [one.model_dump(mode="json", exclude_none=True) | {"state": one.state(now)} for one in credentials.values()]
        print(json.dumps({"credentials": rows}, ensure_ascii=False))
    elif credentials:
        _table(credentials, now)
    else:
        print("there are no keys: every program on the gateway's own machine may hand in events")


def rotate(
    key: Key,
    overlap_days: Annotated[float, typer.Option(min=0, help="Days for which the old key still opens the door. 新旧并存天数")] = 7,
    days: Annotated[int, typer.Option(min=0, help="Days for which the new key is valid; 0: without end.")] = 365,
    certificate: Certificate = None,
    public_key: PublicKey = None,
    as_json: AsJson = False,
) -> None:
    """Make a new key for the same offices; the old one ends after the overlap. 轮换密钥

    A key that asks for a certificate or signatures gets a new one of each: name their files.
    """
    from datetime import UTC

    from deploy.credentials import certificate_hash, editing, ends_in
    from deploy.credentials import public_key as key_of
    from schemas.settings import settings

    with editing(settings()) as registry:
        old = registry.credentials.get(key)
        if old is None:
            raise Usage(f"there is no key {key}; `suoheng credentials list` shows those that are")
        if bool(old.certificate_sha256) != bool(certificate) or bool(old.public_key) != bool(public_key):
            raise Usage(f"key {key} asks for {_proofs(old)}: name the new file of each with --certificate or --public-key, and no other")
        fields = old.model_dump(include={"offices", "publishers", "bureau", "roles", "events_per_minute"})
        fields |= {"certificate_sha256": certificate and certificate_hash(certificate), "public_key": public_key and key_of(public_key)}
        fields |= {"not_after": ends_in(days) if days else None}
        made, secret = _add(registry, fields, with_token=bool(old.secret_sha256))
        end = ends_in(overlap_days)
        registry.set(key, "ending", not_after=min(end, old.not_after.astimezone(UTC)) if old.not_after else end)
    _tell(made, secret, as_json=as_json, replaces=key)


def revoke(keys: Annotated[list[str], typer.Argument(metavar="KEY...", help="Ids of the keys. 密钥编号")], as_json: AsJson = False) -> None:
    """Close the door to keys, for good and with the next request. 吊销密钥"""
    import json

    from deploy.credentials import editing
    from schemas.settings import settings

    with editing(settings()) as registry:
        for key in keys:
            registry.set(key, "revoked", revoked=True)
    print(json.dumps({"revoked": keys}) if as_json else f"revoked: {', '.join(keys)}")


def import_(
    file: Annotated[
        Path, typer.Argument(help="CSV with the columns offices, publishers, bureau, roles, id; or TOML as the registry has it.")
    ],
    tokens: Annotated[Path | None, typer.Option(help="New file for the tokens that a CSV's keys get: id,token. 令牌输出文件")] = None,
    days: Annotated[int, typer.Option(min=0, help="Days for which keys of a CSV are valid; 0: without end.")] = 365,
    as_json: AsJson = False,
) -> None:
    """Add many keys at once, all or none. 批量导入

    A CSV's rows become keys with tokens (several offices, publishers or roles of a row are separated by spaces; columns may be left out).
    A TOML file's keys are taken as they are, for keys whose hashes, certificates or public keys were made elsewhere.
    """
    import json

    from deploy.credentials import editing
    from schemas.settings import settings

    rows = _rows(file)
    with_tokens = file.suffix.lower() == ".csv"
    if with_tokens and (tokens is None or tokens.exists()):
        raise Usage("--tokens names the file for the new tokens; it must not exist yet")
    with editing(settings()) as registry:
        made = [_add(registry, _with_end(row, days) if with_tokens else row, with_token=with_tokens) for row in rows]
    if tokens is not None:
        _keep(tokens, [(key, token) for key, token in made])
    print(
        json.dumps({"added": [key for key, _ in made]})
        if as_json
        else f"{len(made)} keys added" + (f", tokens in {tokens}" if tokens else "")
    )


def _add(registry: Any, fields: Mapping[str, Any], *, with_token: bool) -> tuple[str, str]:
    """Id and token (empty if none is asked for) of a new key."""
    from deploy.credentials import hash_of, new_token

    key = fields.get("id") or registry.new_id(fields)
    token = new_token(key) if with_token else ""
    registry.add({**fields, "id": key} | ({"secret_sha256": hash_of(token)} if token else {}))
    return key, token


def _rows(file: Path) -> list[dict[str, Any]]:
    import csv
    import tomllib

    try:
        if file.suffix.lower() == ".csv":
            with file.open(encoding="utf-8-sig", newline="") as lines:
                found = [{name: (value or "").strip() for name, value in row.items() if name} for row in csv.DictReader(lines)]
        else:
            return list(tomllib.loads(file.read_text("utf-8")).get("credential", []))
    except (OSError, ValueError, csv.Error) as error:
        raise Usage(f"{file} cannot be read: {error}") from error
    if unknown := {name for row in found for name in row} - {"id", "offices", "publishers", "bureau", "roles"}:
        raise Usage(f"{file}: no such column: {', '.join(sorted(unknown))}")
    lists = ("offices", "publishers", "roles")
    return [row | {name: row.get(name, "").split() for name in lists} for row in found]


def _with_end(row: dict[str, Any], days: int) -> dict[str, Any]:
    from deploy.credentials import ends_in

    return row | {"not_after": ends_in(days) if days else None}


def _keep(file: Path, tokens: list[tuple[str, str]]) -> None:
    """Tokens in a file that only its owner may read."""
    import os

    from deploy.errors import MissingDependency

    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as lines:
            lines.write("id,token\n" + "".join(f"{key},{token}\n" for key, token in tokens))
    except OSError as error:
        raise MissingDependency(
            f"the keys were added, but their tokens cannot be written to {file} ({error.strerror}): revoke them and import again"
        ) from error


def _tell(key: str, token: str, *, as_json: bool, replaces: str = "") -> None:
    import json

    if as_json:
        print(json.dumps({"id": key} | ({"token": token} if token else {}) | ({"replaces": replaces} if replaces else {})))
        return
    print(f"key {key}" + (f" in the place of {replaces}" if replaces else ""))
    if token:
        print(f"token, shown this once: {token}")


def _proofs(one: "Credential") -> str:
    found = {"token": one.secret_sha256, "certificate": one.certificate_sha256, "signature": one.public_key}
    return ", ".join(name for name, value in found.items() if value)


def _table(credentials: Mapping[str, "Credential"], now: datetime) -> None:
    from rich.table import Table

    from deploy.console import console

    table = Table("key", "speaks for", "sources", "roles", "proofs", "until", "state", box=None)
    for one in credentials.values():
        whom = f"bureau {one.bureau}" if one.bureau else " ".join(one.offices)
        until = f"{one.not_after:%Y-%m-%d %H:%M}" if one.not_after else ""
        table.add_row(one.id, whom, " ".join(one.publishers), " ".join(sorted(one.roles)), _proofs(one), until, one.state(now))
    console().print(table)
