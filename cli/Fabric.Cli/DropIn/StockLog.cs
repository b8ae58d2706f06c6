using System.Text.RegularExpressions;
using Fabric.Actors;
using Fabric.Agent;
using Microsoft.Extensions.Logging;

namespace Fabric.Cli.DropIn;

/// <summary>
/// Brings what actors log into the log of a stock daemon. What the actor system says of itself is left out: a script that reads the log
/// knows nothing of it.
/// </summary>
internal sealed partial class StockLog(DaemonLog log, string module) : ILoggerProvider
{
    private readonly Lock _gate = new();

    public static ILoggerFactory Factory(StockLog? log) => LoggerFactory.Create(builder =>
    {
        builder.SetMinimumLevel(LogLevel.Information);
        if (log is not null) builder.AddProvider(log);
    });

    public void Write(VlogLevel level, string text)
    {
        lock (_gate) log.Write(module, level, text);
    }

    /// <returns>Why not, or null.</returns>
    public string? Reopen()
    {
        lock (_gate) return log.Reopen();
    }

    public void Close()
    {
        lock (_gate) log.Close();
    }

    public ILogger CreateLogger(string categoryName) => new ModuleLog(this);

    public void Dispose() => Close();

    /// <summary>Level, time, thread and source, as Akka's logger puts them before a message.</summary>
    [GeneratedRegex(@"^\[[A-Z]+\]\[[^\]]*\]\[[^\]]*\]\[(?<source>[^\]]*)\] (?<text>.*)$", RegexOptions.Singleline)]
    private static partial Regex Parts();

    private sealed class ModuleLog(StockLog log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel)) return;
            var parts = Parts().Match(formatter(state, exception));
            if (!parts.Success || !parts.Groups["source"].Value.Contains("/user/", StringComparison.Ordinal)) return;
            var level = logLevel switch
            {
                LogLevel.Information => VlogLevel.Info,
                LogLevel.Warning => VlogLevel.Warn,
                _ => VlogLevel.Err,
            };
            log.Write(level, parts.Groups["text"].Value + (exception is null ? "" : $": {exception.Message}"));
        }
    }
}
