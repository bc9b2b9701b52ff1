import pytest

from rempart.base.errors import CatalogError
from rempart.catalog.document import MAX_BYTES, Entry, merge, read_document


@pytest.fixture
def read(tmp_path):
    def _read(content: str | bytes) -> Entry:
        path = tmp_path / "file.yaml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_document(path)

    return _read


def test_values_know_their_line_and_type(read):
    root = read("a: 1\nb:\n  c: [2.5, -3e2, true, null, ~]\n  d: '7'\n  e: no\n")
    assert root.value["a"].value == 1
    inner = root.value["b"].value
    assert [item.value for item in inner["c"].value] == [2.5, -300.0, True, None, None]
    assert (inner["d"].value, inner["e"].value) == ("7", "no")
    assert inner["e"].where.endswith("file.yaml:5")


@pytest.mark.parametrize(
    ("content", "line", "word"),
    [
        ("a: &x 1\nb: *x\n", 1, "anchor"),
        ("a: 1\nb: !!python/name:os.system x\n", 2, "tag"),
        ("a: 1\na: 2\n", 2, "again"),
        ("a: 1\n---\nb: 2\n", 3, "second document"),
        ("a: 1\n\tb: 2\n", 2, "column"),
        ("a: [1, 2\n", 2, "column"),
        ("- 1\n- 2\n", 1, "a list"),
        ("", 1, "nothing"),
        ("- a\n", 1, "a list"),
        ("secret:x:1", 1, "plain text"),
        ("? [a]\n: 1\n", 1, "a list"),
    ],
)
def test_anything_but_a_plain_mapping_is_refused_with_its_line(read, content, line, word):
    with pytest.raises(CatalogError) as refused:
        read(content)
    (fault,) = refused.value.faults
    assert fault.where.endswith(f"file.yaml:{line}")
    assert word in str(fault)


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ("[" * 100_000, "levels"),
        ("a: " * 3 + "\x00", "file.yaml"),
        (b"\x89PNG\r\n\x1a\n\x00\xff", "UTF-8"),
        (b"a: 1\n" * (MAX_BYTES // 5 + 1), "bytes"),
    ],
)
def test_junk_and_bulk_are_refused_in_one_line(read, content, word):
    with pytest.raises(CatalogError) as refused:
        read(content)
    assert len(refused.value.faults) == 1
    assert word in str(refused.value)


@pytest.mark.parametrize("name", ["missing.yaml", "."])
def test_what_is_no_file_is_refused(tmp_path, name):
    with pytest.raises(CatalogError):
        read_document(tmp_path / name)


def test_an_alias_bomb_does_not_grow(read):
    bomb = "a: &a [x, x]\n" + "".join(f"b{i}: &b{i} [*a, *a]\n" for i in range(50))
    with pytest.raises(CatalogError, match="anchor"):
        read(bomb)


def _plain(entry):
    if isinstance(entry.value, dict):
        return {key: _plain(item) for key, item in entry.value.items()}
    return entry.value


def test_a_merge_lays_mappings_over_each_other_and_removes_nulls(read):
    base = read("a: {b: 1, c: {d: 2, e: 3}}\nf: 4\n")
    changes = read("a: {c: {d: 5}, b: null}\ng: 6\n")
    assert _plain(merge(base, changes)) == {"a": {"c": {"d": 5, "e": 3}}, "f": 4, "g": 6}


def test_a_merge_replaces_a_figure_whole(read):
    base = read("range: {value: 1, unit: km, grade: B, note: from the maker}\n")
    changes = read("range: {value: 2, unit: km}\n")
    assert _plain(merge(base, changes)) == {"range": {"value": 2, "unit": "km"}}
