"""Numbers in sentences."""


def counted(number: int, noun: str) -> str:
    """The number with its noun: "1 word", "2 words", "1,000 words"."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
