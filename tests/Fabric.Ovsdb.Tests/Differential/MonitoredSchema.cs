namespace Fabric.Ovsdb.Tests;

/// <summary>The schema of the session and monitor tests: all kinds of columns and references, an index, a bounded table.</summary>
internal static class MonitoredSchema
{
    public const string Text = """
        {"name":"d","version":"1.2.3","tables":{
          "root":{"isRoot":true,"columns":{
            "name":{"type":"string"},
            "n":{"type":{"key":"integer","min":0,"max":1}},
            "r":{"type":"real"},
            "b":{"type":"boolean"},
            "map":{"type":{"key":"string","value":"string","min":0,"max":"unlimited"}},
            "set":{"type":{"key":"integer","min":0,"max":"unlimited"}},
            "fading":{"ephemeral":true,"type":"string"},
            "leaves":{"type":{"key":{"type":"uuid","refTable":"leaf"},"min":0,"max":"unlimited"}},
            "weak":{"type":{"key":{"type":"uuid","refTable":"leaf","refType":"weak"},"min":0,"max":"unlimited"}}},
            "indexes":[["name"]]},
          "leaf":{"columns":{"text":{"type":"string"},"number":{"type":"integer"}}},
          "other":{"isRoot":true,"maxRows":3,"columns":{"key":{"type":"string"}}}}}
        """;
}
