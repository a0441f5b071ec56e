"""The ways of a plan's receivers, with their secrets read."""

from collections.abc import Sequence
from pathlib import Path

from pydantic import IPvAnyNetwork

from consumers.alerts.destination import UnsafeDestination
from consumers.alerts.plan.model import Plan, PlanError, PlanProblem
from consumers.alerts.plan.read import secret
from consumers.alerts.plan.receivers import Receiver
from consumers.alerts.posting import Poster
from consumers.alerts.ways.mail import Mail, Server
from consumers.alerts.ways.plain import Alertmanager, Log, Webhook
from consumers.alerts.ways.robots import Clock, DingTalk, Feishu, WeCom
from consumers.alerts.ways.way import Way


class Surroundings:
    """What the ways need besides the plan. `folder`: where the plan is; `page`: the dashboard's address; `networks`: the private ones that are allowed."""

    def __init__(self, folder: Path, page: str, networks: Sequence[IPvAnyNetwork], clock: Clock) -> None:
        self.folder, self.page, self.networks, self.clock = folder, page, networks, clock


def ways(plan: Plan, around: Surroundings) -> dict[str, Way]:
    """By receiver. Raises `PlanError` naming every receiver whose secret cannot be read or whose address is not allowed."""
    found: dict[str, Way] = {}
    problems: list[PlanProblem] = []
    for number, receiver in enumerate(plan.receivers):
        try:
            found[receiver.name] = way(receiver, around)
        except UnsafeDestination as error:
            problems.append(PlanProblem(("receivers", number, receiver.way), str(error)))
        except PlanError as error:
            problems += [PlanProblem(("receivers", number, receiver.way), one.what) for one in error.problems]
    if problems:
        raise PlanError(problems)
    return found


def way(receiver: Receiver, around: Surroundings) -> Way:  # noqa: PLR0911 - one return a way
    """The way of one receiver. Raises `PlanError` and `UnsafeDestination`."""
    lang, page, folder = receiver.lang, around.page, around.folder
    what = f"the address of receiver {receiver.name}"
    if (hook := receiver.webhook) is not None:
        hidden = secret(folder, hook.url_file) if hook.url_file else ""
        return Webhook(Poster(hook.url or hidden, around.networks, what, [hidden]), page)
    if (manager := receiver.alertmanager) is not None:
        return Alertmanager(manager.url, page, manager.hold, around.networks, what)
    if (mail := receiver.email) is not None:
        password = secret(folder, mail.password_file) if mail.password_file else ""
        ca_file = folder / mail.ca_file if mail.ca_file else None
        if ca_file and not ca_file.is_file():
            raise PlanError([PlanProblem((), f"there is no ca_file {ca_file}")])
        server = Server(mail.host, mail.port, mail.security, mail.user, password, ca_file)
        return Mail(server, mail.sender, mail.to, lang=lang, page=page, private_networks=around.networks, what=what)
    if (wecom := receiver.wecom) is not None:
        key = secret(folder, wecom.key_file)
        return WeCom(Poster(f"{wecom.base.rstrip('/')}/cgi-bin/webhook/send", around.networks, what, [key]), key, lang, page)
    if (dingtalk := receiver.dingtalk) is not None:
        token = secret(folder, dingtalk.token_file)
        hidden = secret(folder, dingtalk.secret_file) if dingtalk.secret_file else ""
        poster = Poster(f"{dingtalk.base.rstrip('/')}/robot/send", around.networks, what, [token, hidden])
        return DingTalk(poster, token, hidden, lang, page, around.clock)
    if (feishu := receiver.feishu) is not None:
        token = secret(folder, feishu.token_file)
        hidden = secret(folder, feishu.secret_file) if feishu.secret_file else ""
        poster = Poster(f"{feishu.base.rstrip('/')}/open-apis/bot/v2/hook/{token}", around.networks, what, [token, hidden])
        return Feishu(poster, hidden, lang, page, around.clock)
    return Log(lang, page)
