"""Write docs/glossary.md from the glossary of the app. Run by `make docs`."""

import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
HEAD = """# Glossary

The terms of the app, as in its help texts and on the Learn page.

| term | meaning |
|---|---|
"""


def page() -> str:
    from sentiment.lessons.glossary import GLOSSARY

    return HEAD + "".join(f"| {term} | {meaning} |\n" for term, meaning in GLOSSARY.items())


if __name__ == "__main__":
    sys.path.insert(0, str(PROJECT))
    (PROJECT / "docs" / "glossary.md").write_text(page(), encoding="utf-8")
