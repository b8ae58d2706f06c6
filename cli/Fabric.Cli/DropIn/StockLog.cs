using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Fabric.Cli.DropIn;

/// <summary>
/// A log file as Open vSwitch's daemons write it: <c>time|number|module|LEVEL|text</c>. It can be closed and opened again.
/// </summary>
internal sealed class StockLog(string file) : ILoggerProvider
{
    private readonly Lock _gate = new();
    private StreamWriter? _writer;
    private int _count;

    public static ILoggerFactory Factory(StockLog? log) => LoggerFactory.Create(builder =>
    {
        builder.SetMinimumLevel(LogLevel.Information);
        if (log is not null) builder.AddProvider(log);
    });

    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Open()
    {
        lock (_gate)
        {
            _writer?.Dispose();
            _writer = new StreamWriter(new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
            {
                AutoFlush = true,
            };
        }

        Write("vlog", "INFO", $"opened log file {file}");
    }

    public void Close()
    {
        lock (_gate)
        {
            _writer?.Dispose();
            _writer = null;
        }
    }

    public void Write(string module, string level, string text)
    {
        lock (_gate)
        {
            _writer?.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyy-MM-ddTHH:mm:ss.fffZ}|{++_count:D5}|{module}|{level}|{text}"));
        }
    }

    public ILogger CreateLogger(string categoryName) => new ModuleLog(this);

    public void Dispose() => Close();

    private sealed class ModuleLog(StockLog log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel)) return;
            var level = logLevel switch
            {
                LogLevel.Information => "INFO",
                LogLevel.Warning => "WARN",
                LogLevel.Error => "ERR",
                _ => "EMER",
            };
            log.Write("fabric", level, formatter(state, exception) + (exception is null ? "" : $": {exception.Message}"));
        }
    }
}
