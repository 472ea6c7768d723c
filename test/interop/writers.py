"""Writes Delta tables with other people's writers: writers.py WRITER make FOLDER, or writers.py WRITER append TABLE FIRST.

`make` prints one folder a line; `append` adds the rows FIRST and FIRST + 1 to a table of ids and names.
"""
import datetime
import decimal
import os
import sys

from readers import spark

UTC = datetime.timezone.utc


def id_rows(first, last):
    import pyarrow

    ids = list(range(first, last + 1))
    return pyarrow.table({"id": pyarrow.array(ids, pyarrow.int64()), "name": [f"n{each}" for each in ids]})


def deltalake_make(folder):
    import deltalake
    import pyarrow

    def path(name):
        return os.path.join(folder, name)

    rows = pyarrow.table(
        {
            "text": ["Zoë", "", None],
            "small": pyarrow.array([-128, 127, None], pyarrow.int8()),
            "short": pyarrow.array([-32768, 32767, None], pyarrow.int16()),
            "int": pyarrow.array([-(2**31), 2**31 - 1, None], pyarrow.int32()),
            "long": pyarrow.array([-(2**63), 2**63 - 1, None], pyarrow.int64()),
            "single": pyarrow.array([0.1, -3.4e38, None], pyarrow.float32()),
            "double": pyarrow.array([0.1, 5e-324, None], pyarrow.float64()),
            "flag": [True, False, None],
            "day": [datetime.date(2024, 2, 29), datetime.date(1900, 1, 1), None],
            "moment": pyarrow.array(
                [datetime.datetime(2024, 2, 29, 1, 2, 3, 456789, UTC), datetime.datetime(1969, 12, 31, 23, 59, 59, 1, UTC), None],
                pyarrow.timestamp("us", "UTC"),
            ),
            "amount": pyarrow.array([decimal.Decimal("1.50"), decimal.Decimal("-99999999.99"), None], pyarrow.decimal128(10, 2)),
        }
    )
    deltalake.write_deltalake(path("rs_types"), rows)
    naive = pyarrow.table({"moment": pyarrow.array([datetime.datetime(2024, 2, 29, 1, 2, 3, 4), None], pyarrow.timestamp("us"))})
    deltalake.write_deltalake(path("rs_timestamp_ntz"), naive)

    partitioned = rows.select(["long", "text", "day", "flag", "int", "amount", "moment"])
    # It writes a negative decimal as a partition value that it cannot read itself.
    amounts = pyarrow.array([decimal.Decimal("1.50"), decimal.Decimal("99999999.99"), None], pyarrow.decimal128(10, 2))
    partitioned = partitioned.set_column(5, "amount", amounts)
    for by in ("text", "day", "flag", "int", "amount", "moment"):
        deltalake.write_deltalake(path(f"rs_partition_{by}"), partitioned, partition_by=[by])
    odd = pyarrow.table({"id": [1, 2, 3, 4, 5], "site": ["A/B c:%", "Zürich", "a=b", "x%20y", " "]})
    deltalake.write_deltalake(path("rs_partition_escaped"), odd, partition_by=["site"])

    busy = path("rs_changed")
    deltalake.write_deltalake(busy, id_rows(1, 10))
    table = deltalake.DeltaTable(busy)
    table.delete("id = 3")
    table.update(updates={"name": "'changed'"}, predicate="id = 4")
    table.merge(id_rows(9, 12), "t.id = s.id", source_alias="s", target_alias="t").when_matched_update_all().when_not_matched_insert_all().execute()
    table.optimize.compact()

    long = path("rs_checkpointed")
    for each in range(12):
        deltalake.write_deltalake(long, id_rows(each, each), mode="append")
    deltalake.DeltaTable(long).create_checkpoint()
    deltalake.write_deltalake(long, id_rows(12, 12), mode="append")
    wider = path("rs_evolved")
    deltalake.write_deltalake(wider, id_rows(1, 2))
    added = id_rows(3, 3).append_column("added", pyarrow.array([datetime.date(2024, 1, 31)]))
    deltalake.write_deltalake(wider, added, mode="append", schema_mode="merge")
    return sorted(path(name) for name in os.listdir(folder) if name.startswith("rs_"))


def deltalake_append(table, first):
    import deltalake

    deltalake.write_deltalake(table, id_rows(first, first + 1), mode="append")


SPARK_TABLES = {
    "sp_types": [
        "create table {t} (text string, small tinyint, short smallint, int int, long bigint, single float, double double, flag boolean, day date, moment timestamp, amount decimal(10,2)) using delta",
        "insert into {t} values ('Zoë', -128, -32768, -2147483648, -9223372036854775808, cast(0.1 as float), 0.1d, true, date'2024-02-29', timestamp'2024-02-29 01:02:03.456789', 1.50), ('', 127, 32767, 2147483647, 9223372036854775807, cast(-3.4e38 as float), 4.9e-324d, false, date'1900-01-01', timestamp'1969-12-31 23:59:59.000001', -99999999.99), (null, null, null, null, null, null, null, null, null, null, null)",
    ],
    "sp_partitions": [
        "create table {t} (id bigint, site string, day date, moment timestamp) using delta partitioned by (site, day, moment)",
        "insert into {t} values (1, 'A/B c:%', date'2024-02-29', timestamp'2024-02-29 01:02:03.5'), (2, 'Zürich', null, null), (3, null, date'2024-01-01', timestamp'1969-12-31 23:59:59'), (4, 'a=b', date'2024-01-02', timestamp'2024-01-01 00:00:00')",
    ],
    "sp_deletion_vectors": [
        "create table {t} (id bigint, name string) using delta tblproperties (delta.enableDeletionVectors = true)",
        "insert into {t} select /*+ repartition(1) */ id, concat('n', id) from range(0, 50000)",
        "delete from {t} where id % 7 = 0",
        "delete from {t} where id between 20000 and 40000",
        "update {t} set name = 'changed' where id = 1",
    ],
    "sp_mapped_by_name": [
        "create table {t} (id bigint, was string, gone string, site string) using delta partitioned by (site) tblproperties (delta.columnMapping.mode = 'name', delta.minReaderVersion = 2, delta.minWriterVersion = 5)",
        "insert into {t} values (1, 'a', 'x', 's1'), (2, 'b', 'y', 's2')",
        "alter table {t} rename column was to name",
        "alter table {t} drop column gone",
        "alter table {t} add column late int",
        "insert into {t} (id, name, site, late) values (3, 'c', 's1', 7)",
    ],
    "sp_v2_checkpoint": [
        "create table {t} (id bigint, name string) using delta tblproperties (delta.checkpointPolicy = 'v2', delta.checkpointInterval = 3)",
        *[f"insert into {{t}} values ({each}, 'n{each}')" for each in range(1, 8)],
    ],
    "sp_classic_checkpoint": [
        "create table {t} (id bigint, name string) using delta tblproperties (delta.checkpointInterval = 3, delta.checkpoint.writeStatsAsJson = false, delta.checkpoint.writeStatsAsStruct = true)",
        *[f"insert into {{t}} values ({each}, 'n{each}')" for each in range(1, 8)],
    ],
    "sp_type_widening": [
        "create table {t} (id int, day short) using delta tblproperties (delta.enableTypeWidening = true)",
        "insert into {t} values (1, 2)",
        "alter table {t} alter column id type bigint",
        "alter table {t} alter column day type int",
        "insert into {t} values (9000000000, 70000)",
    ],
    "sp_in_commit_timestamps": [
        "create table {t} (id bigint, name string) using delta tblproperties (delta.enableInCommitTimestamps = true)",
        "insert into {t} values (1, 'n1')",
        "insert into {t} values (2, 'n2')",
    ],
    "sp_merged": [
        "create table {t} (id bigint, name string) using delta",
        "insert into {t} select id, concat('n', id) from range(1, 10)",
        "merge into {t} t using (select id, 'changed' as name from range(8, 12)) s on t.id = s.id when matched then update set * when not matched then insert *",
        "delete from {t} where id = 2",
        "optimize {t}",
    ],
}


def spark_make(folder):
    for name, statements in SPARK_TABLES.items():
        for statement in statements:
            spark().sql(statement.format(t=f"delta.`{os.path.join(folder, name)}`"))
        print(os.path.join(folder, name), flush=True)
    return []


def spark_append(table, first):
    spark().sql(f"insert into delta.`{table}` select id, concat('n', id) from range({first}, {first + 2})")


# Rows that a constraint of the table `constrained` refuses, one column each, and some that all let in.
BROKEN = {
    "real": "0.25",
    "text": "'x'",
    "flag": None,
    "day": "date '1899-12-31'",
    "moment": "timestamp '1969-12-31 23:59:59.999998Z'",
    "amount": "cast(12.3401 as decimal(18,4))",
}


def deltalake_try(table):
    import datetime
    import decimal

    import deltalake
    import pyarrow

    early = datetime.datetime(1969, 12, 31, 23, 59, 59, 999998, datetime.timezone.utc)
    values = {"real": 0.25, "text": "x", "day": datetime.date(1899, 12, 31), "moment": early, "amount": decimal.Decimal("12.3401")}
    schema = pyarrow.schema(deltalake.DeltaTable(table).schema().to_arrow())
    for column in BROKEN:
        row = {**{name: None for name in schema.names}, column: values.get(column)}
        try:
            deltalake.write_deltalake(table, pyarrow.Table.from_pylist([row], schema=schema), mode="append")
            yield f"{column} accepted"
        except Exception as error:
            yield f"{column} {'refused' if 'Invalid data' in str(error) else error}"


def spark_try(table):
    for column, value in BROKEN.items():
        try:
            spark().sql(f"insert into delta.`{table}` ({column}) select {value or 'cast(null as boolean)'}")
            yield f"{column} accepted"
        except Exception as error:
            yield f"{column} {'refused' if 'CHECK constraint' in str(error) else error}"


TRIES = {"deltalake": deltalake_try, "spark": spark_try}

WRITERS = {"deltalake": (deltalake_make, deltalake_append), "spark": (spark_make, spark_append)}

if __name__ == "__main__":
    writer, verb, where = sys.argv[1:4]
    make, append = WRITERS[writer]
    if verb == "try":
        print("\n".join(TRIES[writer](where)))
    elif verb == "make":
        os.makedirs(where, exist_ok=True)
        print("\n".join(make(where)))
    else:
        append(where, int(sys.argv[4]))
