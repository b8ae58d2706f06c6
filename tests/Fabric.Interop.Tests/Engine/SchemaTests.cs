using System.Text;
using System.Text.Json;
using Fabric.Ovsdb;

namespace Fabric.Interop.Tests;

/// <summary>Schemas read and written as ovsdb-tool reads and writes them.</summary>
public sealed class SchemaTests
{
    private static readonly string Engine = Path.Combine(AppContext.BaseDirectory, "Engine");

    [Theory]
    [InlineData("every-column.ovsschema")]
    [InlineData("vswitch.ovsschema")]
    public async Task A_schema_is_written_as_ovsdb_tool_writes_it(string name)
    {
        string file = Path.Combine(Engine, name);
        byte[] text = await File.ReadAllBytesAsync(file);
        Assert.True(DatabaseSchema.TryParse(text, out DatabaseSchema? schema, out OvsdbError? error), $"{error}");
        DirectoryInfo folder = Directory.CreateTempSubdirectory("fabric-schema");
        try
        {
            string log = Path.Combine(folder.FullName, "db");
            (await Tool.RunAsync("ovsdb-tool", "create", log, file)).Expect(0);
            Assert.True(new LogReader(await File.ReadAllBytesAsync(log), log).TryRead(out ReadOnlyMemory<byte> record, out _));
            string expected = ReplyText.Normalize(Encoding.UTF8.GetString(record.Span));
            Assert.Equal(expected, ReplyText.Normalize(Encoding.UTF8.GetString(schema.Json)));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("""[]""")]
    [InlineData("""{"name":"d"}""")]
    [InlineData("""{"name":"1d","tables":{}}""")]
    [InlineData("""{"name":"d","tables":{},"more":1}""")]
    [InlineData("""{"name":"d","tables":{},"version":"1.2"}""")]
    [InlineData("""{"name":"d","tables":{"_t":{"columns":{}}}}""")]
    [InlineData("""{"name":"d","tables":{"t t":{"columns":{}}}}""")]
    [InlineData("""{"name":"d","tables":{"t":{"columns":{}}}}""")]
    [InlineData("""{"name":"d","tables":{"t":{"columns":{"_c":{"type":"string"}}}}}""")]
    [InlineData("""{"name":"d","tables":{"t":{"columns":{"c":{"type":"text"}}}}}""")]
    [InlineData("""{"name":"d","tables":{"t":{"columns":{"c":{"type":5}}}}}""")]
    [InlineData("""{"name":"d","tables":{"t":{"maxRows":0,"columns":{"c":{"type":"string"}}}}}""")]
    [InlineData("""{"name":"d","tables":{"t":{"indexes":[["x"]],"columns":{"c":{"type":"string"}}}}}""")]
    [InlineData("""{"name":"d","tables":{"t":{"indexes":[[]],"columns":{"c":{"type":"string"}}}}}""")]
    [InlineData("""{"name":"d","tables":{"t":{"indexes":[["c","c"]],"columns":{"c":{"type":"string"}}}}}""")]
    [InlineData("""{"name":"d","tables":{"t":{"indexes":[["c"]],"columns":{"c":{"ephemeral":true,"type":"string"}}}}}""")]
    [InlineData("""{"name":"d","tables":{"t":{"columns":{"c":{"type":{"key":"integer","min":2}}}}}}""")]
    [InlineData("""{"name":"d","tables":{"t":{"columns":{"c":{"type":{"key":"integer","max":0}}}}}}""")]
    [InlineData("""{"name":"d","tables":{"t":{"columns":{"c":{"type":{"key":"integer","max":"many"}}}}}}""")]
    [InlineData("""{"name":"d","tables":{"t":{"columns":{"c":{"type":{"key":{"type":"integer","minInteger":3,"maxInteger":2}}}}}}}""")]
    [InlineData("""{"name":"d","tables":{"t":{"columns":{"c":{"type":{"key":{"type":"real","minReal":3,"maxReal":2.5}}}}}}}""")]
    [InlineData("""{"name":"d","tables":{"t":{"columns":{"c":{"type":{"key":{"type":"string","minLength":3,"maxLength":2}}}}}}}""")]
    [InlineData("""{"name":"d","tables":{"t":{"columns":{"c":{"type":{"key":{"type":"string","minLength":-1}}}}}}}""")]
    [InlineData("""{"name":"d","tables":{"t":{"columns":{"c":{"type":{"key":{"type":"string","enum":["set",[1]]}}}}}}}""")]
    [InlineData("""{"name":"d","tables":{"t":{"columns":{"c":{"type":{"key":{"type":"string","enum":["set",[]]}}}}}}}""")]
    [InlineData("""{"name":"d","tables":{"t":{"columns":{"c":{"type":{"key":{"type":"uuid","refTable":"x"}}}}}}}""")]
    [InlineData("""{"name":"d","tables":{"t":{"columns":{"c":{"type":{"key":{"type":"uuid","refTable":"t","refType":"soft"}}}}}}}""")]
    [InlineData("""{"name":"d","tables":{"t":{"columns":{"c":{"type":{"key":"string","value":{"type":"uuid","refTable":"x"}}}}}}}""")]
    public async Task What_is_wrong_with_a_schema_is_told_in_the_same_words(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        Assert.False(DatabaseSchema.TryParse(document.RootElement, out _, out OvsdbError? error));
        DirectoryInfo folder = Directory.CreateTempSubdirectory("fabric-schema");
        try
        {
            string file = Path.Combine(folder.FullName, "s");
            await File.WriteAllTextAsync(file, json);
            ToolRun run = await Tool.RunAsync("ovsdb-tool", "create", Path.Combine(folder.FullName, "db"), file);
            string expected = run.Error.Trim().Replace("ovsdb-tool: ", "", StringComparison.Ordinal)
                .Replace($"failed to parse \"{file}\" as ovsdb schema: ", "", StringComparison.Ordinal);
            Assert.Equal(expected, error.ToString());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
