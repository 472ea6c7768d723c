"""Reads an exported contract with the tool it is for, and judges rows by it: contract-tools.py TOOL FOLDER

FOLDER holds the export (EXPORT), cases.json ({"accepted": [row], "broken": [{"breaks": check, "row": row}], "patients": [id]}) and
types.json ({column: logical type}). Prints one JSON line: {"version", "accepted": {check: rows}, "broken": {check: rows}}, with the checks
of hippo (column.rule) that the tool found broken in the accepted rows alone, and with the broken ones.
"""
import collections
import datetime
import importlib.metadata
import json
import os
import re
import sys


def version(*packages):
    return ", ".join(f"{package} {importlib.metadata.version(package)}" for package in packages)


def read(folder, name):
    with open(os.path.join(folder, name), encoding="utf-8") as file:
        return file.read()


class Folder:
    def __init__(self, path):
        self.path = path
        self.cases = json.loads(read(path, "cases.json"))
        self.types = json.loads(read(path, "types.json"))

    def text(self, name="export"):
        return read(self.path, name)

    @property
    def accepted(self):
        return self.cases["accepted"]

    @property
    def broken(self):
        return self.cases["broken"]

    @property
    def all_rows(self):
        return self.accepted + [case["row"] for case in self.broken]


def row_by_row(folder, refuses):
    """For tools that judge one row: each refused row counts for the check that it breaks."""
    accepted = sum(1 for row in folder.accepted if refuses(row))
    broken = collections.Counter(case["breaks"] for case in folder.broken if refuses(case["row"]))
    return {"accepted": {"accepted rows": accepted} if accepted else {}, "broken": dict(broken)}


def json_schema(folder):
    import jsonschema

    schema = json.loads(folder.text())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)
    return {"version": version("jsonschema"), **row_by_row(folder, lambda row: not validator.is_valid(row))}


def sql_type(kind):
    return {"integer": "bigint", "number": "double", "boolean": "boolean", "date": "date", "timestamp": "timestamptz", "time": "time"}.get(kind, "varchar")


def fill(connection, folder, rows, table="lab", patients="patient"):
    """The rows in a table without constraints, and the patients that they refer to."""
    columns = ", ".join(f'"{name}" {sql_type(kind)}' for name, kind in folder.types.items())
    connection.execute(f"create or replace table {table} ({columns})")
    for row in rows:
        connection.execute(f"insert into {table} values ({', '.join('?' * len(folder.types))})", [row[name] for name in folder.types])
    connection.execute(f"create or replace table {patients} (id varchar)")
    for one in folder.cases["patients"]:
        connection.execute(f"insert into {patients} values (?)", [one])


def duckdb_ddl(folder):
    import duckdb

    connection = duckdb.connect()
    connection.execute(folder.text())

    def refuses(row):
        names = ", ".join(f'"{name}"' for name in row)
        try:
            connection.execute(f"insert into lab ({names}) values ({', '.join('?' * len(row))})", list(row.values()))
            return False
        except duckdb.ConstraintException:
            return True

    return {"version": version("duckdb"), **row_by_row(folder, refuses)}


RULES_OF_DBT = {"not_null": "required", "unique": "unique", "accepted_values": "acceptedValues", "relationships": "reference"}


def dbt(folder):
    import duckdb
    from dbt.cli.main import dbtRunner

    project = os.path.join(folder.path, "dbt")
    os.makedirs(os.path.join(project, "models"), exist_ok=True)
    write = lambda name, text: open(os.path.join(project, name), "w", encoding="utf-8").write(text)
    write("dbt_project.yml", "name: lab\nversion: '1.0'\nprofile: lab\nmodel-paths: [models]\n")
    write("profiles.yml", f"lab: {{target: dev, outputs: {{dev: {{type: duckdb, path: '{project}/lab.duckdb'}}}}}}\n")
    write("models/schema.yml", folder.text())
    write("models/lab.sql", "select * from raw_lab\n")
    write("models/patient.sql", "select * from raw_patient\n")
    run = lambda *args: dbtRunner().invoke([*args, "--project-dir", project, "--profiles-dir", project, "--quiet", "--no-use-colors"])

    def broken(rows):
        connection = duckdb.connect(f"{project}/lab.duckdb")
        fill(connection, folder, rows, "raw_lab", "raw_patient")
        connection.close()
        found = {}
        built = run("build", "--warn-error")
        if built.exception:
            raise built.exception
        for result in built.result:
            metadata = getattr(result.node, "test_metadata", None)
            if metadata is None:
                if result.status != "success":
                    raise RuntimeError(f"{result.node.name}: {result.message}")
            elif result.status == "error":
                raise RuntimeError(f"{result.node.name}: {result.message}")
            elif result.failures:
                found[f"{metadata.kwargs['column_name'].strip(chr(34))}.{RULES_OF_DBT[metadata.name]}"] = result.failures
        return found

    return {"version": version("dbt-core", "dbt-duckdb"), "accepted": broken(folder.accepted), "broken": broken(folder.all_rows)}


RULES_OF_GX = {
    "expect_column_values_to_not_be_null": "required",
    "expect_column_values_to_be_unique": "unique",
    "expect_column_values_to_be_between": "range",
    "expect_column_value_lengths_to_be_between": "length",
    "expect_column_values_to_match_regex": "pattern",
    "expect_column_values_to_be_in_set": "acceptedValues",
    "expect_column_values_to_be_in_type_list": "type",
}


def great_expectations(folder):
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx
    import pandas as pd

    def frame(rows):
        made = {
            "string": lambda values: pd.array(values, dtype="str"),
            "time": lambda values: pd.array(values, dtype="str"),
            "integer": lambda values: pd.array(values, dtype="Int64"),
            "number": lambda values: pd.array(values, dtype="float64"),
            "boolean": lambda values: pd.array(values, dtype="boolean"),
            "date": lambda values: pd.Series([value and datetime.date.fromisoformat(value) for value in values], dtype="object"),
            "timestamp": lambda values: pd.to_datetime(pd.Series(values), utc=True),
        }
        return pd.DataFrame({name: made[kind]([row[name] for row in rows]) for name, kind in folder.types.items()})

    context = gx.get_context(mode="ephemeral")
    written = json.loads(folder.text())
    suite = context.suites.add(gx.ExpectationSuite(**written))
    definition = context.data_sources.add_pandas("pandas").add_dataframe_asset("lab").add_batch_definition_whole_dataframe("all")
    validation = context.validation_definitions.add(gx.ValidationDefinition(name="lab", data=definition, suite=suite))

    def broken(rows):
        found = {}
        for result in validation.run(batch_parameters={"dataframe": frame(rows)}).results:
            config = result.expectation_config
            if result.exception_info.get("raised_exception") or any(
                isinstance(each, dict) and each.get("raised_exception") for each in result.exception_info.values()
            ):
                raise RuntimeError(f"{config.type} of {config.kwargs.get('column')}: {result.exception_info}")
            if not result.success:
                found[f"{config.kwargs.get('column')}.{RULES_OF_GX.get(config.type, config.type)}"] = result.result.get("unexpected_count", 1)
        return found

    return {"version": version("great-expectations", "pandas"), "accepted": broken(folder.accepted), "broken": broken(folder.all_rows)}


def soda(folder):
    import duckdb
    from soda.scan import Scan

    rules = {"missing_count": "required", "duplicate_count": "unique", "invalid_count": "valid", "values in": "reference"}

    def broken(rows):
        connection = duckdb.connect()
        fill(connection, folder, rows)
        scan = Scan()
        scan.disable_telemetry()
        scan.add_duckdb_connection(connection, data_source_name="lab")
        scan.set_data_source_name("lab")
        scan.add_sodacl_yaml_str(folder.text())
        scan.execute()
        if scan.has_error_logs():
            raise RuntimeError(scan.get_error_logs_text())
        found = {}
        for check in scan.get_scan_results()["checks"]:
            if check["outcome"] == "pass":
                continue
            # Types are in the words of PostgreSQL, which DuckDB does not know.
            said = re.search(r"(missing_count|duplicate_count|invalid_count|values in) ?\(\"(\w+)", check["definition"])
            if said is None and "schema:" in check["definition"]:
                continue
            metric, column = said.groups()
            value = (check.get("diagnostics") or {}).get("value")
            found[f"{column}.{rules[metric]}"] = value if value is not None else 1
        return found

    return {"version": version("soda-core-duckdb"), "accepted": broken(folder.accepted), "broken": broken(folder.all_rows)}


def fhir(folder):
    from fhir.resources.R4B.structuredefinition import StructureDefinition as R4
    from fhir.resources.structuredefinition import StructureDefinition as R5

    for kind in (R4, R5):
        definition = kind.model_validate_json(folder.text())
        elements = [element.path.split(".")[1] for element in definition.differential.element if "." in element.path]
        if elements != list(folder.types):
            raise RuntimeError(f"elements are {elements}")
    return {"version": version("fhir.resources"), "accepted": {}, "broken": {}}


def schemas(place):
    """What of [{"name", "schema", "text"}] is not valid; facets of OpenLineage are held to the files that they name."""
    import jsonschema

    def load(path):
        with open(path, encoding="utf-8") as file:
            return json.load(file)

    def faults(schema, document):
        validator = jsonschema.validators.validator_for(schema)(schema, format_checker=jsonschema.FormatChecker())
        return [f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}" for error in validator.iter_errors(document)]

    def facets(value):
        for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else []:
            if isinstance(part, dict) and "_schemaURL" in part:
                yield part
            yield from facets(part)

    wrong = []
    for case in load(place):
        document = yaml_or_json(case["text"])
        wrong += [f"{case['name']}: {fault}" for fault in faults(load(case["schema"]), document)]
        for facet in facets(document) if case["schema"].endswith("OpenLineage.json") else []:
            name = facet["_schemaURL"].split("/")[-1]
            schema = load(os.path.join(os.path.dirname(case["schema"]), "facets", f"{name}.json"))
            if schema["$id"] != facet["_schemaURL"].split("#")[0]:
                wrong.append(f"{case['name']}: {facet['_schemaURL']} is not {schema['$id']}")
            # The file asks for the facet by its key; what it says of it stands in its definition.
            local = {**schema["$defs"][name], "$defs": schema["$defs"]}
            wrong += [f"{case['name']} {name}: {fault}" for fault in faults(without_references(local), facet)]
    return wrong


def without_references(schema):
    """References to OpenLineage's core file are left out: it is another document, and its base facet asks for two keys only."""
    if isinstance(schema, dict):
        return {key: without_references(value) for key, value in schema.items() if not (key == "$ref" and "://" in str(value))}
    return [without_references(value) for value in schema] if isinstance(schema, list) else schema


def yaml_or_json(text):
    import yaml

    class Loader(yaml.SafeLoader):
        """YAML 1.2: days are text."""

    Loader.yaml_implicit_resolvers = {
        key: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:timestamp"]
        for key, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    return yaml.load(text, Loader=Loader)


TOOLS = {
    "json-schema": json_schema,
    "sql": duckdb_ddl,
    "dbt": dbt,
    "great-expectations": great_expectations,
    "soda": soda,
    "fhir": fhir,
}

if __name__ == "__main__":
    said = schemas(sys.argv[2]) if sys.argv[1] == "schemas" else TOOLS[sys.argv[1]](Folder(sys.argv[2]))
    print(json.dumps(said, default=str))
