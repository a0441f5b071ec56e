"""What another definition of an indicator would make of past values, without publishing anything. The command is `deploy.commands.preview`."""
