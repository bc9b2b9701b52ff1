"""A picture as PNG: paints the few kinds of elements that this room's maps are made of.

No browser and no library of vector graphics is needed. What a picture may hold: rectangles, lines,
paths of straight lines and of the half ellipse of a battery's dome, images, and text.
"""

from __future__ import annotations

import base64
import io
import math
import re
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from rempart.analysis.svg import INK, Picture

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

Colour = tuple[int, int, int, int]
Point = tuple[float, float]
FINER = 2
"""Painted this much larger, then made smaller, so that edges are smooth."""
_FONT = "DejaVuSans.ttf"
_STEP = re.compile(r"([MLAZ])([^MLAZ]*)")
_ARC_STEPS = 24


def png_of(picture: Picture) -> bytes:
    """The picture on white, a pixel for each of its units and half, as the content of a PNG file."""
    from PIL import Image

    scale = 1.5 * FINER
    size = round(picture.width * scale), round(picture.height * scale)
    canvas = Image.new("RGBA", size, (255, 255, 255, 255))
    for element in ElementTree.fromstring(f"<svg>{''.join(picture.parts)}</svg>"):
        _PAINTERS[element.tag](canvas, element.attrib, element.text or "", scale)
    small = canvas.convert("RGB").resize((size[0] // FINER, size[1] // FINER), Image.Resampling.LANCZOS)
    content = io.BytesIO()
    small.save(content, "PNG", optimize=True)
    return content.getvalue()


def _colour(told: dict[str, str], name: str, default: str = "none") -> Colour | None:
    from PIL import ImageColor

    text = told.get(name, default)
    if text == "none":
        return None
    opacity = float(told.get(f"{name}-opacity", "1"))
    red, green, blue = ImageColor.getrgb(text)[:3]
    return red, green, blue, round(255 * opacity)


def _shape(canvas: Image, points: list[Point], told: dict[str, str], scale: float, is_closed: bool) -> None:
    """Fill and stroke, laid over what is there within the box that they take."""
    from PIL import Image, ImageDraw

    fill, stroke = _colour(told, "fill") if is_closed else None, _colour(told, "stroke")
    wide = max(1, round(float(told.get("stroke-width", "1")) * scale)) if stroke else 0
    if not points or (fill is None and stroke is None):
        return
    left, top = (math.floor(min(part)) - wide for part in zip(*points, strict=True))
    right, bottom = (math.ceil(max(part)) + wide + 1 for part in zip(*points, strict=True))
    box = max(left, 0), max(top, 0), min(right, canvas.width), min(bottom, canvas.height)
    if box[0] >= box[2] or box[1] >= box[3]:
        return
    layer = Image.new("RGBA", (box[2] - box[0], box[3] - box[1]), (0, 0, 0, 0))
    moved = [(x - box[0], y - box[1]) for x, y in points]
    pen = ImageDraw.Draw(layer)
    if fill and len(moved) > 2:
        pen.polygon(moved, fill=fill)
    if stroke:
        pen.line(moved + moved[:1] if is_closed else moved, fill=stroke, width=wide, joint="curve")
    canvas.alpha_composite(layer, box[:2])


def _rect(canvas: Image, told: dict[str, str], text: str, scale: float) -> None:
    x, y, width, height = (float(told[name]) * scale for name in ("x", "y", "width", "height"))
    _shape(canvas, [(x, y), (x + width, y), (x + width, y + height), (x, y + height)], told, scale, True)


def _line(canvas: Image, told: dict[str, str], text: str, scale: float) -> None:
    ends = [(float(told[f"x{end}"]) * scale, float(told[f"y{end}"]) * scale) for end in (1, 2)]
    _shape(canvas, ends, told, scale, False)


def _path(canvas: Image, told: dict[str, str], text: str, scale: float) -> None:
    points: list[Point] = []
    for step, numbers in _STEP.findall(told["d"]):
        values = [float(number) for number in numbers.split()]
        if step == "A":
            points += _half_ellipse(points[-1], (values[5], values[6]), values[1])
        elif step in "ML":
            points.append((values[0], values[1]))
    is_closed = told["d"].endswith("Z")
    _shape(canvas, [(x * scale, y * scale) for x, y in points], told, scale, is_closed)


def _half_ellipse(start: Point, end: Point, high: float) -> list[Point]:
    """From left to right over the top."""
    middle, wide = 0.5 * (start[0] + end[0]), 0.5 * (end[0] - start[0])
    angles = [math.pi * (1.0 - step / _ARC_STEPS) for step in range(1, _ARC_STEPS + 1)]
    return [(middle + wide * math.cos(angle), start[1] - high * math.sin(angle)) for angle in angles]


def _image(canvas: Image, told: dict[str, str], text: str, scale: float) -> None:
    from PIL import Image

    content = base64.b64decode(told["href"].partition(",")[2])
    x, y, width, height = (round(float(told[name]) * scale) for name in ("x", "y", "width", "height"))
    with Image.open(io.BytesIO(content)) as picture:
        sized = picture.convert("RGBA").resize((width, height), Image.Resampling.BILINEAR)
        canvas.alpha_composite(sized, (x, y))


def _text(canvas: Image, told: dict[str, str], text: str, scale: float) -> None:
    from PIL import Image, ImageDraw

    size = float(told.get("font-size", "12")) * scale
    font, ink = _font(size), _colour(told, "fill", INK)
    halo = round(0.5 * float(told.get("stroke-width", "0")) * scale)
    strong = 1 if int(told.get("font-weight", "400")) >= 600 and not halo else 0
    long = font.getlength(text)
    layer = Image.new("RGBA", (round(long) + 4 * halo + 8, round(1.6 * size) + 2 * halo), (0, 0, 0, 0))
    baseline = round(1.15 * size) + halo
    options: dict[str, Any] = {"stroke_width": halo or strong, "stroke_fill": _colour(told, "stroke") or ink}
    ImageDraw.Draw(layer).text((2 * halo + 4, baseline), text, fill=ink, font=font, anchor="ls", **options)
    before = {"start": 0.0, "middle": 0.5, "end": 1.0}[told["text-anchor"]] * long + 2 * halo + 4
    if "transform" in told:
        x, y = (float(part) * scale for part in re.findall(r"-?[\d.]+", told["transform"])[:2])
        turned = layer.rotate(90, expand=True)
        _stamp(canvas, turned, x - baseline, y - (layer.width - before))
        return
    _stamp(canvas, layer, float(told["x"]) * scale - before, float(told["y"]) * scale - baseline)


def _stamp(canvas: Image, layer: Image, left: float, top: float) -> None:
    """Lay a small picture over the canvas; what would stick out at the left or top is cut off."""
    x, y = round(left), round(top)
    canvas.alpha_composite(layer, (max(x, 0), max(y, 0)), (max(-x, 0), max(-y, 0)))


def _font(size: float) -> FreeTypeFont | Any:
    """A font that knows most scripts where the system has it, else the one that Pillow brings."""
    from PIL import ImageFont

    try:
        return ImageFont.truetype(_FONT, round(size))
    except OSError:
        return ImageFont.load_default(round(size))


_PAINTERS = {"rect": _rect, "line": _line, "path": _path, "image": _image, "text": _text}
