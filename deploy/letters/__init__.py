"""Dead letters: found, shown without personal data, corrected, sent again, and told about once a week."""
