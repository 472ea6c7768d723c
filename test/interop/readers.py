"""Reads Delta tables with other people's readers and prints rows as canonical.ts does: readers.py READER TABLE...

One JSON line a table: {"table", "version", "columns", "rows"} or {"table", "error"}. TABLE is a folder, folder@version, or
folder#changes for its change data feed.
"""
import datetime
import decimal
import json
import os
import struct
import sys

EPOCH = datetime.datetime(1970, 1, 1)


def canonical(value):
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return struct.pack(">d", value).hex()
    if isinstance(value, decimal.Decimal):
        return format(value, "f")
    if isinstance(value, datetime.datetime):
        if value.tzinfo is not None:
            value = value.astimezone(datetime.timezone.utc).replace(tzinfo=None)
        fraction = f".{value.microsecond:06d}".rstrip("0") if value.microsecond else ""
        return f"{value.year:04d}-{value:%m-%dT%H:%M:%S}{fraction}Z"
    if isinstance(value, datetime.date):
        return f"{value.year:04d}-{value:%m-%d}"
    if isinstance(value, (list, tuple)):
        return "|".join(str(each) for each in value)
    return str(value)


def dump(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def from_arrow(table):
    columns = [column.to_pylist() for column in table.columns]
    rows = [dump([canonical(value) for value in row]) for row in zip(*columns)] if columns else []
    # JavaScript sorts by UTF-16 code units.
    return {"columns": table.column_names, "rows": sorted(rows, key=lambda row: row.encode("utf-16-be", "surrogatepass"))}


def with_deltalake(folder, version):
    import deltalake

    table = deltalake.DeltaTable(folder, version=version)
    features = table.protocol()
    try:
        return {"version": table.version(), **from_arrow(table.to_pyarrow_table())}
    except Exception:
        # Its Arrow data set refuses some reader features that its query engine reads.
        builder = deltalake.QueryBuilder().register("t", table)
        import pyarrow

        batches = builder.execute("select * from t")
        return {"version": table.version(), "protocol": str(features), **from_arrow(pyarrow.table(batches.read_all()))}


def with_polars(folder, version):
    import polars

    return from_arrow(polars.scan_delta(folder, version=version).collect().to_arrow())


def with_duckdb(folder, version):
    import duckdb

    connection = duckdb.connect(config={"allow_unsigned_extensions": "true"})
    connection.execute("set TimeZone = 'UTC'")
    load_duckdb_delta(connection)
    at = "" if version is None else f", version = {version}"
    return from_arrow(connection.execute(f"select * from delta_scan('{folder}'{at})").to_arrow_table())


def load_duckdb_delta(connection):
    import glob
    import sysconfig

    found = glob.glob(os.path.join(sysconfig.get_paths()["purelib"], "**", "delta.duckdb_extension"), recursive=True)
    if not found:
        raise RuntimeError("the package has no delta extension")
    connection.execute(f"load '{found[0]}'")


def with_clickhouse(folder, version):
    import chdb
    import pyarrow

    # It reads only below the working folder.
    os.chdir("/")
    settings = "" if version is None else f" settings delta_lake_snapshot_version = {version}"
    result = chdb.query(f"select * from deltaLakeLocal('{folder}'){settings}", "Arrow")
    table = pyarrow.ipc.open_file(pyarrow.BufferReader(result.bytes())).read_all()
    return from_arrow(clickhouse_types(table))


def clickhouse_types(table):
    """Text comes as bytes."""
    import pyarrow

    for index, field in enumerate(table.schema):
        if pyarrow.types.is_binary(field.type):
            table = table.set_column(index, field.name, table.column(index).cast(pyarrow.string()))
    return table


def with_spark(folder, version):
    reader = spark().read.format("delta")
    if version is not None:
        reader = reader.option("versionAsOf", version)
    return from_arrow(reader.load(folder).toArrow())


SESSION = []


def spark():
    if not SESSION:
        import glob

        import pyspark
        from pyspark.sql import SparkSession

        jars = ",".join(sorted(glob.glob(os.path.join(os.environ["HIPPO_INTEROP_JARS"], "*.jar"))))
        os.environ["SPARK_HOME"] = os.path.dirname(pyspark.__file__)
        builder = SparkSession.builder.master("local[2]")
        for key, value in {
            "spark.jars": jars,
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.ui.enabled": "false",
            "spark.sql.session.timeZone": "UTC",
            "spark.sql.shuffle.partitions": "2",
            "spark.databricks.delta.snapshotPartitions": "2",
            "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
            "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
            "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
            "spark.driver.extraJavaOptions": "-Dderby.system.home=" + os.environ.get("TMPDIR", "/tmp"),
            "spark.sql.warehouse.dir": os.path.join(os.environ.get("TMPDIR", "/tmp"), "spark-warehouse"),
        }.items():
            builder = builder.config(key, value)
        SESSION.append(builder.getOrCreate())
        SESSION[0].sparkContext.setLogLevel("ERROR")
    return SESSION[0]


def changes_with_deltalake(folder):
    import deltalake
    import pyarrow

    return in_feed_order(pyarrow.table(deltalake.DeltaTable(folder).load_cdf(starting_version=0)))


def changes_with_spark(folder):
    reader = spark().read.format("delta").option("readChangeFeed", "true").option("startingVersion", 0)
    return in_feed_order(reader.load(folder).toArrow())


def in_feed_order(table):
    return from_arrow(table.select(["id", "name", "_change_type", "_commit_version"]))


FEED_READERS = {"deltalake": changes_with_deltalake, "spark": changes_with_spark}

READERS = {
    "deltalake": with_deltalake,
    "polars": with_polars,
    "duckdb": with_duckdb,
    "clickhouse": with_clickhouse,
    "spark": with_spark,
}

if __name__ == "__main__":
    read = READERS[sys.argv[1]]
    for wanted in sys.argv[2:]:
        folder, _, version = wanted.removesuffix("#changes").partition("@")
        try:
            if wanted.endswith("#changes"):
                if sys.argv[1] not in FEED_READERS:
                    raise RuntimeError("no reader of change feeds")
                result = FEED_READERS[sys.argv[1]](folder)
            else:
                result = read(folder, int(version) if version else None)
        except BaseException as error:
            result = {"error": f"{type(error).__name__}: {str(error)[:300]}"}
        print(dump({"table": wanted, **result}), flush=True)
