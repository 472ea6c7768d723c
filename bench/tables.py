"""The rivals' side of tables: tables.py make ROWS FOLDER | write SOURCE FILE | rewrite TABLE UPDATES FILE.

`make` writes source.parquet and the updates of one percent of its keys, clustered and scattered. `write` copies rows into one
Parquet file as hippo writes it. `rewrite` writes a table anew with the updates in place of the rows that have their keys.
"""
import os
import sys

import polars as pl

LIKE_HIPPO = {"compression": "zstd", "compression_level": 1, "row_group_size": 122_880, "maintain_order": True}


def rows(ids):
    """Made-up measurements: a key that grows, and columns as tables of results have them."""
    spread = (ids * 2_654_435_761) % 4_294_967_296
    return pl.LazyFrame({"id": ids}).select(
        "id",
        person=pl.format("P{}", pl.lit(spread) % 200_003),
        code=pl.format("{}-{}", pl.lit(spread) % 1_009, pl.lit(spread) % 7),
        value=(pl.lit(spread) % 100_000) / 100,
        at=(pl.lit(ids) * 1_000_003 + 1_600_000_000_000_000).cast(pl.Datetime("us", "UTC")),
        note=pl.when(pl.lit(spread) % 5 == 0).then(pl.format("note {}", pl.lit(spread))).otherwise(None),
    )


def make(count, folder):
    os.makedirs(folder, exist_ok=True)
    part = 1_000_000
    source = pl.concat([rows(pl.arange(first, min(first + part, count), eager=True)) for first in range(0, count, part)])
    source.sink_parquet(os.path.join(folder, "source.parquet"), compression="lz4", maintain_order=True)
    some = max(1, count // 100)
    for name, ids in {
        "clustered": pl.arange(count // 2, count // 2 + some, eager=True),
        "scattered": pl.arange(0, some, eager=True) * 100,
    }.items():
        changed = rows(ids).with_columns(value=pl.lit(-1.0))
        changed.sink_parquet(os.path.join(folder, f"{name}.parquet"), compression="lz4", maintain_order=True)


def durably(frame, path):
    frame.sink_parquet(path, **LIKE_HIPPO)
    with open(path, "rb") as file:
        os.fsync(file.fileno())


def write(source, path):
    durably(pl.scan_parquet(source), path)


def rewrite(table, updates, path):
    old = pl.scan_parquet(os.path.join(table, "*.parquet"))
    new = pl.scan_parquet(updates)
    kept = old.join(new.select("id"), on="id", how="anti", maintain_order="left")
    durably(pl.concat([kept, new]), path)


if __name__ == "__main__":
    verb, *rest = sys.argv[1:]
    if verb == "make":
        make(int(rest[0]), rest[1])
    elif verb == "write":
        write(*rest)
    else:
        rewrite(*rest)
