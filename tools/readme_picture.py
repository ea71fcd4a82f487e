"""Draw docs/hyperbola.svg, the picture on the README's first screen, with the lessons' own drawing code.

python tools/readme_picture.py
"""

from pathlib import Path

from conslaw_nb.widgets import flow_portrait

TARGET = Path(__file__).resolve().parent.parent / "docs" / "hyperbola.svg"

if __name__ == "__main__":
    flow_portrait().save(TARGET)
    print(f"docs/{TARGET.name}: {TARGET.stat().st_size} bytes")
