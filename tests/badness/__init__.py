"""Records that must be refused, one module a class of defect; `tests.bad_input` puts them together."""
