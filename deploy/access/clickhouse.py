"""ClickHouse's roles, limits and row policies: the SQL of `deploy/clickhouse/access` for this installation, and logins with its roles."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib import resources
from pathlib import Path
from string import Template

from consumers.clickhouse.client import DatabaseError, connect, in_short
from deploy.errors import MissingDependency, Usage
from deploy.migrate import statements
from schemas.settings import Settings

_DISTRICT = re.compile(r"\d{6}")
_AUTHORITY = re.compile(r"au-\d{6}-[a-z]{2,8}(?:-\d{3})?")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}")


@dataclass(frozen=True, slots=True)
class Login:
    """A user to make: its name, its role without the database's name before it, and the file that holds its password."""

    name: str
    role: str
    password: Path

    @classmethod
    def of(cls, text: str) -> "Login":
        """`NAME:ROLE:FILE`. Raises Usage."""
        name, _, rest = text.partition(":")
        role, _, file = rest.partition(":")
        if not (_NAME.fullmatch(name) and re.fullmatch(r"[a-z0-9_]+", role) and file):
            raise Usage(f"{text!r} is not NAME:ROLE:FILE, e.g. page:reader:/run/secrets/page")
        return cls(name, role, Path(file))


def render(settings: Settings, districts: Sequence[str], streets: Sequence[str], logins: Sequence[Login] = ()) -> list[str]:
    """The statements, in order. `streets` are `DISTRICT/AUTHORITY`. Raises Usage for what is neither, MissingDependency for an unreadable file."""
    database, cluster = settings.clickhouse_database, settings.clickhouse_cluster
    wanted = [_rendered("1_roles.sql", database=database)]
    wanted += [_rendered("2_district.sql", database=database, district=_of_shape(_DISTRICT, one, "district")) for one in districts]
    for one in streets:
        district, _, authority = one.partition("/")
        _of_shape(_DISTRICT, district, "district"), _of_shape(_AUTHORITY, authority, "authority")
        names = {"district": district, "authority": authority, "street": authority.replace("-", "_")}
        wanted.append(_rendered("3_street.sql", database=database, **names))
    found = [statement for text in wanted for statement in statements(text)]
    found += [statement for login in logins for statement in _login(login, database)]
    return [_everywhere(statement, cluster) for statement in found] if cluster else found


def apply(settings: Settings, todo: Sequence[str], tell: Callable[[str], None]) -> None:
    """Run the statements; `tell` is given the first line of each. Raises MissingDependency when ClickHouse refuses one."""
    try:
        with connect(settings, database=False) as client:
            for statement in todo:
                tell(statement.splitlines()[0])
                client.command(statement)
    except DatabaseError as error:
        raise MissingDependency(
            f"ClickHouse at {settings.clickhouse_url} refused: {in_short(error)}; SUOHENG_CLICKHOUSE_USER needs access management "
            "(`GRANT ALL ON *.* … WITH GRANT OPTION`), and roles need a server: the embedded one has none"
        ) from error


def _rendered(name: str, **values: str) -> str:
    text = resources.files("deploy").joinpath("clickhouse", "access", name).read_text("utf-8")
    return Template(text).substitute(values)


def _login(login: Login, database: str) -> list[str]:
    try:
        password = login.password.read_text("utf-8").strip()
    except OSError as error:
        raise MissingDependency(f"cannot read the password of {login.name} in {login.password}: {error.strerror}") from error
    if len(password) < 12:
        raise Usage(f"the password of {login.name} in {login.password} has fewer than 12 characters")
    digest = sha256(password.encode()).hexdigest()
    role = f"{database}_{login.role}"
    return [
        f"CREATE USER OR REPLACE `{login.name}` IDENTIFIED WITH sha256_hash BY '{digest}' DEFAULT ROLE NONE",
        f"GRANT {role} TO `{login.name}`",
        f"ALTER USER `{login.name}` DEFAULT ROLE {role}",
    ]


def _of_shape(shape: re.Pattern[str], text: str, what: str) -> str:
    if not shape.fullmatch(text):
        raise Usage(f"{text!r} is no {what}; a district is six digits, a street is DISTRICT/AUTHORITY, e.g. 990107/au-990107-street-001")
    return text


_NAMED = re.compile(r"^((?:CREATE|ALTER) (?:ROLE|USER|SETTINGS PROFILE|QUOTA|ROW POLICY)(?: IF NOT EXISTS| OR REPLACE)? \S+)|^GRANT")


def _everywhere(statement: str, cluster: str) -> str:
    """The statement for all servers: users and roles are each server's own, a replicated database does not carry them."""
    return _NAMED.sub(lambda found: f"{found[0]} ON CLUSTER '{cluster}'", statement, count=1)
