using Fabric.Cli.CommandLine;

namespace Fabric.Cli.Render;

/// <summary>What is being measured, on standard error: one line that changes where a person watches, else a line for each.</summary>
internal sealed class BenchProgress(Terminal terminal, bool isQuiet)
{
    private string _last = "";

    public void Tell(string text)
    {
        if (terminal.Interactive && text.Length >= terminal.Width) text = text[..(terminal.Width - 1)];
        if (isQuiet || text == _last) return;
        if (terminal.Interactive) terminal.Error.Write($"\r{text.PadRight(_last.Length)}");
        else terminal.Error.WriteLine(text);
        terminal.Error.Flush();
        _last = text;
    }

    public void End()
    {
        if (!isQuiet && terminal.Interactive) terminal.Error.Write($"\r{new string(' ', _last.Length)}\r");
        terminal.Error.Flush();
    }
}
