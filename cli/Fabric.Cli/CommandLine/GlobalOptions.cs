using System.CommandLine;

namespace Fabric.Cli.CommandLine;

/// <summary>The options every verb understands.</summary>
internal sealed class GlobalOptions
{
    public const string DefaultApi = "http://127.0.0.1:8600";

    public Option<Uri> Api { get; } = new("--api")
    {
        Description = "Address of the HTTP API: `up` and `node` listen there, the other verbs call there",
        HelpName = "URL",
        Recursive = true,
        DefaultValueFactory = _ => new Uri(DefaultApi),
        CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme == "http" && uri.AbsolutePath == "/") return uri;
            result.AddError($"'{text}' is not an API address; give it as http://HOST:PORT");
            return null;
        },
    };

    public Option<OutputFormat> Format { get; } = new("--format")
    {
        Description = "table, json (stable, camelCase) or csv",
        HelpName = "table|json|csv",
        Recursive = true,
        CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            if (Enum.TryParse<OutputFormat>(text, ignoreCase: true, out var format) && !char.IsAsciiDigit(text[0])) return format;
            result.AddError($"'{text}' is not a format; one of table, json, csv");
            return default;
        },
    };

    public Option<DirectoryInfo> Data { get; } = new("--data")
    {
        Description = "Data folder: journal, logs, run folders",
        HelpName = "DIR",
        Recursive = true,
        DefaultValueFactory = _ => new DirectoryInfo(".fabric"),
    };

    public Option<bool> Quiet { get; } = new("--quiet", "-q") { Description = "Print results and errors only", Recursive = true };

    public void AddTo(RootCommand root)
    {
        root.Add(Api);
        root.Add(Format);
        root.Add(Data);
        root.Add(Quiet);
    }
}
