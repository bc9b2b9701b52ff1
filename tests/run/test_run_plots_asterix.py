"""ASTERIX 048 and 034: records by hand, a real one as Wireshark reads it, and damage of all kinds."""

import math
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rempart.run.plots.asterix import decode, read_asterix
from rempart.run.plots.record import PlotError

MILE = 1852.0


def block(category, *records):
    body = b"".join(records)
    return bytes([category]) + struct.pack(">H", 3 + len(body)) + body


def report(time, miles, degrees, level=None):
    """Data source, time of day, measured position and, if told, flight level."""
    flags = 0b11010000 | (0b100 if level is not None else 0)
    body = bytes([25, 201]) + round(time * 128).to_bytes(3, "big")
    body += struct.pack(">HH", round(miles * 256), round(degrees * 65536 / 360) % 65536)
    return bytes([flags]) + body + (struct.pack(">H", level * 4) if level is not None else b"")


def north_mark(lat, lon, height, turn):
    """Source, message type, time of day, turn and place of a radar."""
    flags = bytes([0b11101001, 0b00010000])
    body = bytes([25, 201, 1]) + (100 * 128).to_bytes(3, "big") + round(turn * 128).to_bytes(2, "big")
    angles = b"".join(round(angle * 2**23 / 180).to_bytes(3, "big", signed=True) for angle in (lat, lon))
    return flags + body + struct.pack(">h", height) + angles


def test_a_report_by_hand(tmp_path):
    file = tmp_path / "plots.ast"
    file.write_bytes(block(48, report(3600.5, 10, 90, 100), report(3601, 20, 180)))
    record = read_asterix(file)
    assert record.sensors == ("25-201",)
    assert record.start == 3600.0
    np.testing.assert_allclose(record.rows.time, [0.5, 1.0])
    np.testing.assert_allclose(record.rows.value[:, :2], [[10 * MILE, math.pi / 2], [20 * MILE, math.pi]])
    slant, height = 10 * MILE, 10_000 * 0.3048
    sine = height / slant - slant / (2 * 6371008.8 * 4 / 3)
    assert record.rows.value[0, 2] == pytest.approx(math.asin(sine))
    assert np.isnan(record.rows.value[1, 2])


def test_service_messages_tell_place_and_turn(tmp_path):
    file = tmp_path / "plots.ast"
    file.write_bytes(block(34, north_mark(33.25, -44.5, 120, 4.5)) + block(48, report(100, 10, 0)))
    record = read_asterix(file)
    assert record.periods == {0: 4.5}
    assert np.degrees(record.frame[:2]) == pytest.approx((33.25, -44.5), abs=2e-5)
    assert record.frame.height == 120.0
    assert record.places[0] == pytest.approx((0, 0, 0), abs=1e-6)


def test_midnight_is_no_step_back(tmp_path):
    file = tmp_path / "plots.ast"
    file.write_bytes(block(48, report(86399, 10, 0), report(0.5, 11, 0), report(1.5, 12, 0)))
    record = read_asterix(file)
    assert record.rows.time.tolist() == [0.0, 1.5, 2.5]
    assert record.out_of_order == 0


def test_long_records_are_stepped_over():
    """Every item of the category, the repeated, extended, compound and explicit ones too."""
    flags = bytes([0xFF, 0xFF, 0xFF, 0xFE])
    items = [
        bytes([25, 201]), (128 * 7).to_bytes(3, "big"), bytes([0x01, 0x00]), struct.pack(">HH", 256, 0),
        bytes(2), bytes([0x40, 0x00]), bytes([0xC0, 1, 2]),
        bytes(3), bytes(6), bytes([2]) + bytes(16), bytes(2), bytes(4), bytes(4), bytes([1, 1, 0]),
        bytes(4), bytes([3, 2]), bytes(2), bytes(4), bytes([0x3F, 0xFF]), bytes([0xC0, 0, 5, 1]) + bytes(6),
        bytes(2),
        bytes(7), bytes(1), bytes(2), bytes(1), bytes(2), bytes([3, 9, 9]), bytes([2, 9]),
    ]  # fmt: skip
    stock = decode(block(48, flags + b"".join(items), report(8, 2, 0)))
    assert [one.time for one in stock.reports] == [7.0, 8.0]
    assert stock.reports[0].height == pytest.approx(-25 * 0.3048)
    assert not any(stock.refused.values())


def test_a_garbled_flight_level_is_not_used():
    garbled = bytearray(report(1, 2, 3, 100))
    garbled[-2] |= 0x40
    assert math.isnan(decode(block(48, bytes(garbled))).reports[0].height)


@pytest.mark.parametrize("cut", range(1, 15))
def test_a_file_that_breaks_off(cut):
    whole = block(48, report(1, 2, 3)) + block(48, report(2, 2, 3, 100))
    stock = decode(whole[:-cut])
    assert [one.time for one in stock.reports] == [1.0]
    assert stock.refused["unreadable"] == 1


def test_a_record_that_breaks_off_ends_its_block_only():
    broken = block(48, report(1, 2, 3), report(2, 2, 3)[:-1])
    stock = decode(broken + block(48, report(3, 2, 3)))
    assert [one.time for one in stock.reports] == [1.0, 3.0]
    assert stock.refused["unreadable"] == 1


def test_other_categories_and_reports_without_a_place_are_counted():
    without = bytes([0b11000000, 25, 201]) + bytes(3)
    stock = decode(block(62, b"\x80\x01\x02") + block(48, without, report(1, 2, 3)))
    assert len(stock.reports) == 1
    assert (stock.refused["other_category"], stock.refused["no_position"]) == (1, 1)


def test_a_file_of_something_else_is_told(tmp_path):
    file = tmp_path / "plots.ast"
    for content in (b"", b"hello", block(62, b"\x80\x01\x02"), b"\x30\x00\x00"):
        file.write_bytes(content)
        with pytest.raises(PlotError):
            read_asterix(file)


@given(st.binary(max_size=200))
def test_junk_never_crashes(data):
    decode(data)
    decode(block(48, data))
    decode(block(34, data))


@pytest.mark.shared
def test_a_real_report_as_wireshark_reads_it(shared):
    (found,) = decode((shared / "data" / "asterix" / "cat048.raw").read_bytes()).reports
    assert divmod(found.source, 256) == (25, 201)
    assert found.time == 27354.6015625
    assert found.range / MILE == pytest.approx(197.68359375, abs=1e-9)
    assert math.degrees(found.azimuth) == pytest.approx(340.13671875, abs=1e-9)
    assert found.height == pytest.approx(33_000 * 0.3048)
