using System.Globalization;

namespace Fabric.Cli.Node;

/// <summary><c>HOST:PORT</c>, with an IPv6 host in brackets. Port 0: any free one.</summary>
internal readonly record struct HostAndPort(string Host, int Port)
{
    public static bool TryParse(string text, out HostAndPort result)
    {
        result = default;
        var colon = text.LastIndexOf(':');
        if (colon <= 0) return false;
        if (!ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)) return false;
        var host = text[..colon];
        if (host.StartsWith('[') && host.EndsWith(']')) host = host[1..^1];
        else if (host.Contains(':')) return false;
        if (Uri.CheckHostName(host) == UriHostNameType.Unknown) return false;
        result = new HostAndPort(host, port);
        return true;
    }

    /// <summary>The address of node <paramref name="index"/> (from 0) of several on one machine.</summary>
    public HostAndPort Next(int index) => this with { Port = Port == 0 ? 0 : Port + index };

    public override string ToString() => Host.Contains(':') ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
