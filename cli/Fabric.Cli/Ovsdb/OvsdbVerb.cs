using System.CommandLine;
using Fabric.Actors;
using Fabric.Cli.CommandLine;
using Fabric.Cli.Node;
using Fabric.Cli.Verbs;
using Fabric.Ovsdb;

namespace Fabric.Cli.Ovsdb;

/// <summary><c>fabric ovsdb serve</c>: the database server alone, for any schema.</summary>
internal static class OvsdbVerb
{
    private const string RunName = "ovsdb";

    public static Command Build(VerbContext context)
    {
        var schema = new Argument<FileInfo>("SCHEMA") { Description = "Schema file (RFC 7047, section 3.2), as ovsdb-tool takes it" };
        var file = new Option<FileInfo?>("--db")
        {
            Description = "Database file in OVSDB's log format, made if need be; by default ovsdb/NAME.db in the data folder",
            HelpName = "FILE",
        };
        var remotes = new Option<string[]>("--remote")
        {
            Description = "Whom to listen to or to call, as ovsdb-server takes it; repeatable; by default a socket in the data folder",
            HelpName = "REMOTE",
            DefaultValueFactory = _ => [],
        };
        var key = new Option<string?>("--private-key") { Description = "Private key for ssl and pssl, PEM", HelpName = "FILE" };
        var certificate = new Option<string?>("--certificate") { Description = "Certificate for it, PEM", HelpName = "FILE" };
        var authority = new Option<string?>("--ca-cert") { Description = "Certificate of who signs peers' ones, PEM", HelpName = "FILE" };
        var compact = VerbArguments.Number(
            "--compact-from", null, "Bytes from which the file is rewritten when twice its last image", 1, int.MaxValue, 10 << 20);
        var serve = new Command("serve", "Serve a database, of any schema, without a switch")
        {
            schema, file, remotes, key, certificate, authority, compact,
        };
        serve.SetAction((parsed, cancel) =>
        {
            var data = parsed.GetRequiredValue(context.Options.Data).FullName;
            var known = ReadSchema(parsed.GetRequiredValue(schema).FullName);
            var run = RunDirectory.Make(data, RunName, out var told);
            if (told is not null) context.Terminal.Error.WriteLine($"fabric: {told}");
            var asked = parsed.GetRequiredValue(remotes);
            var settings = new OvsdbSettings
            {
                Name = RunName,
                Databases = [new OvsdbFile(parsed.GetValue(file)?.FullName ?? Path.Combine(data, "ovsdb", known.Name + ".db"), known)],
                Remotes = asked.Length > 0 ? asked : ["punix:" + Path.Combine(run, "db.sock")],
                RunDirectory = run,
                PrivateKey = parsed.GetValue(key),
                Certificate = parsed.GetValue(certificate),
                CaCertificate = parsed.GetValue(authority),
                CompactFromSize = parsed.GetValue(compact),
            };
            CheckRemotes(settings);
            return ServeAsync(settings, data, context.Quiet(parsed) ? TextWriter.Null : context.Terminal.Out, cancel);
        });
        return new Command("ovsdb", "Databases (RFC 7047)") { serve };
    }

    private static async Task<int> ServeAsync(OvsdbSettings settings, string data, TextWriter tell, CancellationToken stop)
    {
        using var logging = FileLog.Factory(Path.Combine(DataFolder.LogDirectory(data), "ovsdb.log"));
        OvsdbHost host;
        try
        {
            host = await OvsdbHost.StartAsync(settings, OvsdbLogging.Setup(logging));
        }
        catch (IOException e)
        {
            throw new CliException(ExitCode.WrongInput, e.Message);
        }

        await using (host)
        {
            tell.WriteLine($"serving {settings.Databases[0].Path} at {string.Join(", ", settings.Remotes)}");
            tell.Flush();
            try
            {
                await Task.Delay(Timeout.Infinite, stop);
            }
            catch (OperationCanceledException)
            {
                // How a server is asked to end.
            }
        }

        return ExitCode.Done;
    }

    private static DatabaseSchema ReadSchema(string file) =>
        DatabaseSchema.TryParse(File.ReadAllBytes(file), out var schema, out var error)
            ? schema
            : throw new CliException(ExitCode.WrongInput, $"{file}: {error}");

    private static void CheckRemotes(OvsdbSettings settings)
    {
        foreach (var remote in settings.Remotes)
        {
            if (remote.StartsWith("db:", StringComparison.Ordinal)) continue;
            if (!Remote.TryParse(remote, settings.RunDirectory, Remote.OvsdbPort, out _, out var error))
                throw new CliException(ExitCode.WrongInput, $"--remote {error}");
        }
    }
}
