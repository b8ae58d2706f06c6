using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Fabric.Cli.Node;

/// <summary>Logs of a node in a file of its data folder: the terminal belongs to the operator.</summary>
internal sealed class FileLog : ILoggerProvider
{
    private readonly Lock _gate = new();
    private readonly StreamWriter _file;

    public FileLog(string file) => _file = new StreamWriter(
        new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };

    public static ILoggerFactory Factory(string file) => LoggerFactory.Create(builder => builder
        .SetMinimumLevel(LogLevel.Information)
        .AddFilter("Microsoft", LogLevel.Warning)
        .AddProvider(new FileLog(file)));

    public ILogger CreateLogger(string categoryName) => new CategoryLog(this, categoryName);

    public void Dispose()
    {
        lock (_gate) _file.Dispose();
    }

    private void Write(LogLevel level, string category, string message, Exception? exception)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyy-MM-ddTHH:mm:ss.fffZ} {level} {category}: {message}");
        lock (_gate)
        {
            if (_file.BaseStream is not { CanWrite: true }) return;
            _file.WriteLine(line);
            if (exception is not null) _file.WriteLine(exception.ToString());
        }
    }

    private sealed class CategoryLog(FileLog file, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            file.Write(logLevel, category, formatter(state, exception), exception);
    }
}
