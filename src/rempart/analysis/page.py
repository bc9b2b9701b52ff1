"""Pages: one self-contained HTML file each, of a template and what it tells."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rempart.analysis.wording import estimate_interval, estimate_value, words
from rempart.run.results import MARKING

_TEMPLATES = Path(__file__).parent / "templates"


def rendered_page(template: str, **content: Any) -> str:
    """The text of a page.

    Parameters
    ----------
    template : str
        Name of a file in `templates/`, which extends `page.html`.
    content
        What the template asks for; each page needs `version`, `headline`, `support` and `tiles`.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"value": estimate_value, "interval": estimate_interval, "words": words}
    return environment.get_template(template).render({"marking": MARKING, "question": "", **content})
