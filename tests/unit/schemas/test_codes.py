"""The closed list of refusals."""

from schemas.codes import CODES

OF_THE_CONTRACT = """
    BYTES_EMPTY BYTES_ENCODING BYTES_TOO_LARGE JSON_SYNTAX JSON_DUPLICATE_KEY JSON_DEPTH STRUCT_MISSING STRUCT_UNKNOWN_FIELD STRUCT_TYPE
    STRUCT_VALUE NUM_RANGE TIME_FORMAT TIME_FUTURE TIME_TOO_OLD TIME_ORDER TEXT_PRIVATE TYPE_UNKNOWN SCHEMA_UNKNOWN ID_CONFLICT
    DOMAIN_UNKNOWN_OFFICE DOMAIN_OFFICE_CLOSED DOMAIN_SHARES_SUM DOMAIN_NOT_BUREAU ENV_WRONG_PARTITION ENV_KEY_MISMATCH ENV_DISTRICT_MISMATCH
"""


def test_the_list_is_the_contracts_and_the_gateways_own() -> None:
    assert [code for code in CODES if not code.startswith("AUTH_")] == OF_THE_CONTRACT.split()


def test_every_code_says_what_is_wrong_and_what_to_do_in_both_languages() -> None:
    for name, code in CODES.items():
        assert name == code.code
        assert all(not text.isascii() for text in (code.zh, code.remedy_zh)), name
        assert code.en
        assert code.remedy_en
