namespace Fabric.Ovsdb.Tests;

internal sealed record NaiveRow(TableSchema Table, Dictionary<ColumnSchema, Datum> Values);
