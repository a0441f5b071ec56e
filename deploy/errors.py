"""How a command ends when it cannot do its work: one readable line on stderr and an exit code that tells which kind.

| exit | class | meaning |
|---|---|---|
| 1 | `Finding` | the command worked and found something wrong (differences, failed checks) |
| 2 | `Usage` | the command was called wrongly |
| 3 | `MissingDependency` | something that the command needs is missing or broken |
"""


class CommandError(Exception):
    """Base of the errors that end a command; the text is the whole message and says what to do."""

    exit_code = 1


class Finding(CommandError):
    """The command did its work and found something wrong."""

    exit_code = 1


class Usage(CommandError):
    """The command was called with arguments that do not fit."""

    exit_code = 2


class MissingDependency(CommandError):
    """A service, package, port or disk that the command needs is missing or broken."""

    exit_code = 3
