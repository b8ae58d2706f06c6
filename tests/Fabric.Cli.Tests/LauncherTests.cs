using System.Diagnostics;

namespace Fabric.Cli.Tests;

/// <summary>The script <c>./fabric</c> in a folder of its own, with a <c>dotnet</c> that only writes down what it was asked.</summary>
public sealed class LauncherTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("fabric-launch-");

    public LauncherTests()
    {
        var repository = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(repository.FullName, "fabric"))) repository = repository.Parent!;
        File.Copy(Path.Combine(repository.FullName, "fabric"), At("fabric"));
        Directory.CreateDirectory(At("cli/Fabric.Cli"));
        Directory.CreateDirectory(At("bin"));
        File.WriteAllText(At("cli/Fabric.Cli/Fabric.Cli.csproj"), "");
        Source("first");
        Dotnet("10.0.100");
    }

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public void A_wrong_SDK_is_one_clear_line_and_exit_code_2()
    {
        Dotnet("9.0.304");
        var run = Launch();
        Assert.Equal((2, "fabric: the .NET 10 SDK is needed; found 9.0.304\n"), (run.ExitCode, run.Error));
    }

    [Fact]
    public void It_builds_what_is_stale_and_only_that()
    {
        var first = Launch("ping", "web-1", "two words");
        Assert.Equal((0, "building…\n"), (first.ExitCode, first.Error));
        Assert.Equal($"[{At(".build/fabric/fabric.dll")}][ping][web-1][two words]home={_root.FullName}\n", first.Out);
        Assert.Equal((0, ""), (Launch().ExitCode, Launch().Error));
        Source("second");
        Assert.Equal("building…\n", Launch().Error);
        Assert.Equal("", Launch().Error);
        Assert.Equal(2, Builds());
    }

    [Fact]
    public void A_failed_build_shows_its_errors_and_is_tried_again()
    {
        Source("broken");
        var run = Launch();
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("a.cs(1,1): error CS1002: ; expected", run.Error);
        Assert.EndsWith("fabric: the build failed; the whole log is .build/build.log\n", run.Error);
        Source("mended");
        Assert.Equal(0, Launch().ExitCode);
    }

    [Fact]
    public void Invocations_at_the_same_time_build_once()
    {
        var runs = Enumerable.Range(0, 4).Select(_ => Start()).ToArray();
        foreach (var run in runs)
        {
            run.StandardError.ReadToEnd();
            run.WaitForExit();
            Assert.Equal(0, run.ExitCode);
            run.Dispose();
        }
        Assert.Equal(1, Builds());
    }

    private string At(string path) => Path.Combine(_root.FullName, path);

    private int Builds() => File.ReadLines(At("builds")).Count();

    /// <summary>A source file as if just edited; files are stamped in steps, so the last build is moved back instead of waiting.</summary>
    private void Source(string text)
    {
        File.WriteAllText(At("cli/Fabric.Cli/a.cs"), text);
        if (File.Exists(At(".build/fabric.stamp"))) File.SetLastWriteTimeUtc(At(".build/fabric.stamp"), DateTime.UtcNow.AddMinutes(-1));
    }

    private void Dotnet(string version)
    {
        File.WriteAllText(At("bin/dotnet"),
            $$"""
            #!/bin/bash
            case "$1" in
              --version) echo {{version}} ;;
              --list-sdks) echo "{{version}} [/nowhere]" ;;
              publish)
                echo build >> "{{At("builds")}}"
                if grep -q broken cli/Fabric.Cli/a.cs; then echo "a.cs(1,1): error CS1002: ; expected"; exit 1; fi
                mkdir -p .build/fabric; sleep 0.2; touch .build/fabric/fabric.dll ;;
              *) printf '[%s]' "$@"; echo "home=$FABRIC_HOME" ;;
            esac
            """ + "\n");
        using var makeExecutable = Process.Start("chmod", ["+x", At("bin/dotnet")]);
        makeExecutable.WaitForExit();
    }

    private (int ExitCode, string Out, string Error) Launch(params string[] arguments)
    {
        using var process = Start(arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output.Result, error);
    }

    private Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("/bin/bash", [At("fabric"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = At("bin") + ":/usr/bin:/bin";
        return Process.Start(start)!;
    }
}
