"""A rebuild: another epoch is computed from the whole log beside the one that is served, compared with it, and served in its place.

shadow.py      a worker and a sink for the new epoch, beside; nobody sees their rows
comparison.py  both epochs' rows against each other, stored for the page and for SQL
switching.py   one record decides; views change with it, workers follow, and can be sent back by another record
run.py         the whole way
"""
