"""`python -m tests.golden`: make the corpus of each shipped version that has none, from its types as they are sampled now.

What is there is left alone; of the tables only missing ones are written. Nothing is kept on which the workers' core and the independent
computation differ. Read what was written before you commit it: it can never be changed again.
"""

import sys

from schemas.shipping import shipped
from tests.golden.corpus import Corpus, by_core, by_oracle, messages
from tests.golden.making import APPENDED, records


def main() -> int:
    """Write what is missing; 1 if the two computations differ."""
    for version, document in shipped().items():
        corpus = Corpus(version)
        if not (corpus.folder / "records.jsonl").exists():
            made = records(document)
            fates = by_core(messages(made, APPENDED)).becomes
            corpus.write_records([one._replace(becomes=fate) for one, fate in zip(made, fates, strict=True)], APPENDED)
        log = messages(corpus.records(), corpus.appended())
        core, oracle = by_core(log), by_oracle(log)
        if (core.facts, core.values, core.sources) != (oracle.facts, oracle.values, oracle.sources):
            print(f"{version}: the two computations differ; nothing is kept", file=sys.stderr)
            return 1
        for name, table in (("facts", core.facts), ("values", core.values), ("sources", core.sources)):
            if not (corpus.folder / f"{name}.csv").exists():
                corpus.write(name, table)
                print(f"{version}: {len(table)} {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
