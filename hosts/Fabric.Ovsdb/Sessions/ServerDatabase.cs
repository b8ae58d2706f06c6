using System.Text;

namespace Fabric.Ovsdb;

/// <summary>The database "_Server" (ovsdb-server(5)): one row for each database that is served, itself included.</summary>
internal sealed class ServerDatabase
{
    private const string SchemaText = """
        {"name":"_Server","version":"1.2.0","cksum":"3009684573 744","tables":{"Database":{"columns":{
        "name":{"type":"string"},
        "model":{"type":{"key":{"type":"string","enum":["set",["standalone","clustered","relay"]]}}},
        "connected":{"type":"boolean"},
        "leader":{"type":"boolean"},
        "schema":{"type":{"key":{"type":"string"},"min":0,"max":1}},
        "cid":{"type":{"key":{"type":"uuid"},"min":0,"max":1}},
        "sid":{"type":{"key":{"type":"uuid"},"min":0,"max":1}},
        "index":{"type":{"key":{"type":"integer"},"min":0,"max":1}}},
        "isRoot":true}}}
        """;

    public static readonly DatabaseSchema Schema = Parse();

    public ServerDatabase(Random random)
    {
        Database = new Database(Schema, random);
        Database.Execute(Add(Database), new TransactTerms(IsTrusted: true));
    }

    public Database Database { get; }

    /// <summary>Operations that add a row for a database.</summary>
    public byte[] Add(Database database)
    {
        var json = new JsonBuffer();
        json.Append("""[{"op":"insert","table":"Database","row":{"model":"standalone","connected":true,"leader":true,"name":"""u8);
        json.AppendString(database.Schema.Name);
        json.Append(",\"schema\":"u8);
        json.AppendString(Encoding.UTF8.GetString(database.Schema.Json));
        json.Append("}}]"u8);
        return json.ToArray();
    }

    /// <summary>Operations that remove the row of a database.</summary>
    public byte[] Remove(string name)
    {
        var json = new JsonBuffer();
        json.Append("""[{"op":"delete","table":"Database","where":[["name","==","""u8);
        json.AppendString(name);
        json.Append("]]}]"u8);
        return json.ToArray();
    }

    private static DatabaseSchema Parse()
    {
        bool isValid = DatabaseSchema.TryParse(Encoding.UTF8.GetBytes(SchemaText), out var schema, out _);
        return isValid ? schema! : throw new InvalidOperationException("the schema of _Server is valid");
    }
}
