"""Keeping an installation: the log and what is not in it go to a place (`create`), are looked through (`verify`) and come back (`restore`).

    <place>/log/<partition>/<first offset>-<offset behind the last>.zst   what the log held there (`segments.py`), never changed afterwards
    <place>/parts/<SHA-256 of the content>.zst                           pieces of files and of tables, each content once
    <place>/backups/<when>-<digest>.json                                 a whole backup (`manifest.py`), written last

Everything else — state, snapshots, output topics, the other tables — follows from the log and is computed anew.
"""
