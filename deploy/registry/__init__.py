"""The registry of a district as one file: offices, authorities, who pays, working days, rules. The commands are `deploy.commands.registry`."""
