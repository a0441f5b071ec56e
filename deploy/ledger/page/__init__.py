"""The import of ledgers as a page, `suoheng ledger page`: for clerks who would rather drop a file than type a command.

It is served by the machine that holds the key file of pseudonyms, on loopback only, and not by the gateway: case numbers and workers' names become
pseudonyms on the clerk's machine and never leave it as they are (domain.md 5.4, and what the forms promise). A page of the bureau's gateway would
have clear ledgers uploaded to it. What leaves here are events, to the gateway, under the office's own key; the gateway checks it and answers for them.
"""
