"""The characters that a line may consist of, as far as they are told apart."""

DIGITS = "0123456789"
MARKS = ".,-/:+×÷=()"
UNKNOWN = "?"  # a character that is neither, or none that can be told
CHARACTERS = DIGITS + MARKS + UNKNOWN
