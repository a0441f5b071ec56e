"""Ledgers 台账: spreadsheets that clerks keep, turned into events, again and again, without doubling anything.

`files/` reads a file of whatever kind into sheets of cells; `columns` says which columns a type of event has, from its model; `sheets` finds
heading and lines; `cells` and `lines` turn a line into an event or into errors that a clerk understands; `changes` compares the events with
what came of earlier imports; `template` and `marked` write the empty form and the copy with a column 错误.
"""
