using Fabric.Cli.CommandLine;
using Fabric.Cli.Render;
using Spectre.Console;

namespace Fabric.Cli.Up;

/// <summary>Progress of a start: a spinner with what is going on, and a line per step done; plain lines where nobody watches.</summary>
internal sealed class StartLines(Terminal terminal, OutputFormat format, bool quiet)
{
    private readonly System.Diagnostics.Stopwatch _clock = System.Diagnostics.Stopwatch.StartNew();
    private readonly TextWriter _output = format == OutputFormat.Table ? terminal.Out : terminal.Error;
    private IAnsiConsole? _console;
    private StatusContext? _spinner;

    public TimeSpan Elapsed => _clock.Elapsed;

    public async Task<T> WhileAsync<T>(string doing, Func<Task<T>> work)
    {
        if (quiet || !terminal.Interactive || format != OutputFormat.Table) return await work();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(_output),
            Ansi = AnsiSupport.Yes,
            ColorSystem = terminal.Colours ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.Yes,
        });
        console.Profile.Width = terminal.Width;
        return await console.Status().Spinner(Spinner.Known.Dots).SpinnerStyle(new Style(Color.Aqua))
            .StartAsync(Markup.Escape(doing), async spinner =>
        {
            (_console, _spinner) = (console, spinner);
            try
            {
                return await work();
            }
            finally
            {
                (_console, _spinner) = (null, null);
            }
        });
    }

    /// <summary>Replaces what the spinner says.</summary>
    public void Doing(string text)
    {
        if (_spinner is not null) _spinner.Status = Markup.Escape(text);
    }

    /// <summary>A step that is done, with the time since the start.</summary>
    public void Done(string text)
    {
        if (quiet) return;
        var line = $"{Units.Duration((long)_clock.Elapsed.TotalMicroseconds),8}  {text}";
        if (_console is not null)
        {
            // Only the spinner's own console knows where the spinner stands: a line written past it lands inside the spinner's.
            _console.Write(new Markup($"[green]✓[/] {Markup.Escape(line)}\n"));
            return;
        }
        _output.WriteLine(terminal.Colours && format == OutputFormat.Table ? $"\e[32m✓\e[0m {line}" : line);
        _output.Flush();
    }
}
