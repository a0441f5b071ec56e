"""Run as a process: `clickhouse_user.py FOLDER[?config-file=…]`, queries as a JSON list on stdin; what each gives, rows or an error, as JSON.

A process of its own, because a process has one embedded ClickHouse with one user for its whole life.
"""

import json
import sys

import chdb

connection = chdb.connect(sys.argv[1])
answers: list[list[object] | str] = []
for query in json.load(sys.stdin):
    try:
        text = str(connection.query(query, "JSONCompactEachRow"))
        answers.append([json.loads(line) for line in text.splitlines()])
    except RuntimeError as error:
        answers.append(str(error))
json.dump(answers, sys.stdout)
