"""From rows of a listing to the cells of a folder tree, in SQL: only named files reach Python."""

from collections.abc import Iterator
from itertools import chain
from sys import intern

import duckdb

from governance.recognise.folder import Cell, Tree
from governance.recognise.records import is_record

BLOB = r"[0-9a-f]{30,64}"
"""The whole name of a file in a content-addressed store."""

SHAPE = (
    r"""regexp_replace(regexp_replace({name}, '[0-9a-f]{{16,}}', '~', 'g'), '[0-9]+', '#', 'g')"""
)
"""Names that differ only in numbers or digests share a shape."""

# A name that no layout asks for keeps only its extension, so that a folder of a million images
# is one cell. `*` cannot be confused with a seen name's shape: such cells carry no names.
_REST = r"'*' || regexp_extract({name}, '\.[A-Za-z0-9]{{1,12}}$')"


def split(connection: duckdb.DuckDBPyConnection, listed: str, files: str) -> None:
    """Make the tables `folders (folder, dir)` and `names (folder, name, live, shape, size)`.

    `files` is the regular expression of the names that layouts want to see. The shape of a blob
    that none wants to see is `~` and the length of its name. A key is live when
    its newest version is not a delete marker; a key that is not live has the size of its newest
    remaining version. Unfinished uploads are left out.
    """
    shape = SHAPE.format(name="name")
    rest = _REST.format(name="name")
    connection.execute(
        """
        CREATE TABLE keys AS
        SELECT key, substr(key, 1, length(key) - length(name)) AS dir, name, live, size
        FROM (
            SELECT key, split_part(key, '/', -1) AS name,
                   bool_or(is_latest AND entry = 'version') AS live,
                   coalesce(max(bytes) FILTER (is_latest AND entry = 'version'), max(bytes)) AS size
            FROM (SELECT *, coalesce(linked, size) AS bytes FROM read_parquet($listed))
            WHERE entry <> 'upload' GROUP BY key
        )
        """,
        {"listed": listed},
    )
    connection.execute(
        "CREATE TABLE folders AS SELECT row_number() OVER (ORDER BY dir) AS folder, dir "
        "FROM (SELECT DISTINCT dir FROM keys)"
    )
    connection.execute(
        f"""
        CREATE TABLE names AS
        SELECT folder, name, live, size,
               regexp_full_match(name, $files) AS seen,
               CASE WHEN regexp_full_match(name, $files) THEN {shape}
                    WHEN regexp_full_match(name, '{BLOB}') THEN '~' || length(name)
                    ELSE {rest} END AS shape
        FROM keys JOIN folders USING (dir)
        """,  # noqa: S608 - no foreign text is in the statement
        {"files": files},
    )
    connection.execute("DROP TABLE keys")


def trees(connection: duckdb.DuckDBPyConnection) -> tuple[Tree, Tree]:
    """Build the tree of live files and the tree of files of which only old versions are left."""
    live, gone = Tree(), Tree()
    for folder, is_live, cells in _folders(connection):
        if is_live:
            names = [cell.names or () for cell, _ in cells if is_record(cell.shape)]
            cells = [(cell, sizes) for cell, sizes in cells if not is_record(cell.shape)]
            live.add(folder, cells)
            live.folder(folder).records = tuple(chain.from_iterable(names))
        else:
            gone.add(folder, cells)
    return live, gone


_Cells = list[tuple[Cell, tuple[int, ...]]]


def _folders(
    connection: duckdb.DuckDBPyConnection,
) -> Iterator[tuple[str, bool, _Cells]]:
    reader = connection.sql(
        """
        SELECT dir, live, shape, count(*) AS n, sum(size)::BIGINT AS total,
               list(name ORDER BY name) FILTER (seen) AS some,
               list(size ORDER BY name) FILTER (seen) AS sizes
        FROM names JOIN folders USING (folder)
        GROUP BY dir, live, shape ORDER BY dir, live, shape
        """
    ).to_arrow_reader(10_000)
    at: tuple[str, bool] | None = None
    cells: _Cells = []
    for batch in reader:
        columns = [column.to_pylist() for column in batch.columns]
        for path, is_live, shape, count, total, some, sizes in zip(*columns, strict=True):
            if at != (path, is_live):
                if at is not None:
                    yield (*at, cells)
                at, cells = (path, is_live), []
            # The same few names stand in thousands of folders: held in memory once.
            names = None if some is None else tuple(map(intern, some))
            cells.append((Cell(intern(shape), count, total, names), tuple(sizes or ())))
    if at is not None:
        yield (*at, cells)
