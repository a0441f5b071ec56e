"""Requests cut into events, byte for byte."""

import pytest

from streams.ingest.gateway.bodies import MOST_EVENTS, split
from streams.ingest.gateway.refusal import Refused

JSON = "application/json"
EVENT = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
LINES = "application/x-ndjson"


def refusal(content_type: str, body: bytes, charset: str | None = None) -> tuple[str, int]:
    with pytest.raises(Refused) as caught:
        split(content_type, charset, body)
    return caught.value.refusal.code, caught.value.refusal.status


@pytest.mark.parametrize("content_type", [JSON, EVENT])
@pytest.mark.parametrize("body", [b'{"id": 1}', b"", b"\xff", b"nonsense", b"\xef\xbb\xbf{}"])
def test_one_event_is_the_body_as_it_is(content_type: str, body: bytes) -> None:
    assert split(content_type, None, body) == ([body], False, ())


@pytest.mark.parametrize("content_type", [JSON, BATCH])
def test_a_list_is_cut_into_the_bytes_of_its_elements(content_type: str) -> None:
    body = b' [ {"a" : "\xe6\x89\x80",\n "a":1.0e2} ,null,"x",[[1]] ]\n'
    assert split(content_type, "utf-8", body) == ([b'{"a" : "\xe6\x89\x80",\n "a":1.0e2}', b"null", b'"x"', b"[[1]]"], True, ())


def test_lines_are_events_and_blank_ones_are_none() -> None:
    assert split(LINES, "UTF-8", b'{"a":1}\r\n\n  \n{"b":2}') == ([b'{"a":1}\r', b'{"b":2}'], True, ())


def test_one_line_is_still_a_list() -> None:
    assert split(LINES, None, b"{}").is_list


@pytest.mark.parametrize("body", [b"[{}", b"[{},]", b"[1] 2", b"{}", b"", b"[" * 100_000, b"[" * 100_000 + b"]" * 100_000])
def test_a_broken_list_is_refused_as_a_whole(body: bytes) -> None:
    assert refusal(BATCH, body) == ("JSON_SYNTAX", 400)


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "application/octet-stream", "multipart/form-data"])
def test_other_media_types_are_refused(content_type: str) -> None:
    assert refusal(content_type, b"{}") == ("STRUCT_TYPE", 415)


def test_other_charsets_are_refused() -> None:
    assert refusal(JSON, b"{}", "utf-16") == ("BYTES_ENCODING", 415)


def test_number_of_events_is_bounded_and_not_zero() -> None:
    assert len(split(LINES, None, b"{}\n" * MOST_EVENTS).events) == MOST_EVENTS
    assert refusal(LINES, b"{}\n" * (MOST_EVENTS + 1)) == ("BYTES_TOO_LARGE", 413)
    assert refusal(BATCH, b"[]") == refusal(LINES, b"\n\n") == ("BYTES_EMPTY", 400)
