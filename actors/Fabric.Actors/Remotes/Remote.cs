using System.Globalization;
using System.Net;

namespace Fabric.Actors;

/// <summary>
/// A connection method as <c>--remote</c>, <c>Manager.target</c> and <c>Controller.target</c> write it: whom to call, or where to listen.
/// </summary>
/// <param name="Host">Name or address without brackets; empty for "any" of a passive remote and for unix.</param>
/// <param name="Port">0 lets a passive remote pick a free one.</param>
/// <param name="Path">Of a unix socket, absolute.</param>
public sealed record Remote(string Text, RemoteKind Kind, string Host, int Port, string Path)
{
    /// <summary>IANA's ports, for remotes that name none.</summary>
    public const int OvsdbPort = 6640;
    public const int OpenFlowPort = 6653;

    /// <summary>What connections by TCP and TLS are probed after by default (lib/reconnect.h); unix sockets are not.</summary>
    public const int DefaultProbeMs = 5_000;

    public bool IsPassive =>
        Kind is RemoteKind.PassiveUnix or RemoteKind.PassiveTcp or RemoteKind.PassiveSsl or RemoteKind.PassiveMemory;

    public bool IsTls => Kind is RemoteKind.Ssl or RemoteKind.PassiveSsl;

    public bool IsUnix => Kind is RemoteKind.Unix or RemoteKind.PassiveUnix;

    public int ProbeMs => IsUnix || Network is not null ? 0 : DefaultProbeMs;

    /// <summary>Of a remote within this process; otherwise null.</summary>
    internal MemoryNetwork? Network { get; private init; }

    /// <summary>Where to bind or connect; a host name is left to be resolved.</summary>
    public EndPoint EndPoint =>
        Host.Length == 0 ? new IPEndPoint(IPAddress.Any, Port)
        : IPAddress.TryParse(Host, out var address) ? new IPEndPoint(address, Port)
        : new DnsEndPoint(Host, Port);

    /// <param name="path">Absolute.</param>
    public static Remote OfUnix(string path, bool isPassive) =>
        new((isPassive ? "punix:" : "unix:") + path, isPassive ? RemoteKind.PassiveUnix : RemoteKind.Unix, "", 0, path);

    /// <summary>A name within a process, to listen at or to call; there are no sockets and no bytes leave the process.</summary>
    internal static Remote InMemory(MemoryNetwork network, string name, bool isPassive) =>
        new((isPassive ? "pmemory:" : "memory:") + name, isPassive ? RemoteKind.PassiveMemory : RemoteKind.Memory, "", 0, name)
        {
            Network = network,
        };

    /// <param name="runDirectory">What a relative socket path is relative to.</param>
    /// <param name="defaultPort">Of a remote that names none.</param>
    public static bool TryParse(string text, string runDirectory, int defaultPort, out Remote remote, out string error)
    {
        remote = new Remote(text, RemoteKind.Unix, "", 0, "");
        error = $"{text}: not a remote; one of unix:FILE, punix:FILE, tcp:HOST:PORT, ptcp:[PORT][:HOST], ssl:HOST:PORT, pssl:[PORT][:HOST]";
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || KindOf(text[..colon]) is not { } kind) return false;
        var rest = text[(colon + 1)..];
        if (kind is RemoteKind.Unix or RemoteKind.PassiveUnix)
        {
            if (rest.Length == 0) return false;
            remote = remote with { Kind = kind, Path = System.IO.Path.GetFullPath(rest, System.IO.Path.GetFullPath(runDirectory)) };
            return true;
        }

        var isPassive = kind is RemoteKind.PassiveTcp or RemoteKind.PassiveSsl;
        if (!TrySplit(rest, out var parts) || parts.Count > 2) return false;
        var (host, port) = isPassive ? (parts.ElementAtOrDefault(1) ?? "", parts[0]) : (parts[0], parts.ElementAtOrDefault(1) ?? "");
        if (host.Length == 0 && !isPassive) return false;
        if (isPassive && host.Length > 0 && !IPAddress.TryParse(host, out _)) return false;
        var number = defaultPort;
        if (port.Length > 0 && !int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out number)) return false;
        if (number > ushort.MaxValue || (number == 0 && !isPassive)) return false;
        remote = remote with { Kind = kind, Host = host, Port = number };
        return true;
    }

    private static RemoteKind? KindOf(string method) => method switch
    {
        "unix" => RemoteKind.Unix,
        "punix" => RemoteKind.PassiveUnix,
        "tcp" => RemoteKind.Tcp,
        "ptcp" => RemoteKind.PassiveTcp,
        "ssl" => RemoteKind.Ssl,
        "pssl" => RemoteKind.PassiveSsl,
        _ => null,
    };

    /// <summary>Splits at colons that are not within brackets, and takes the brackets off.</summary>
    private static bool TrySplit(string text, out List<string> parts)
    {
        parts = [];
        for (var at = 0; at <= text.Length;)
        {
            var isBracketed = at < text.Length && text[at] == '[';
            var close = isBracketed ? text.IndexOf(']', at) : -1;
            if (isBracketed && close < 0) return false;
            var end = text.IndexOf(':', isBracketed ? close : at);
            if (end < 0) end = text.Length;
            if (isBracketed && end != close + 1) return false;
            parts.Add(isBracketed ? text[(at + 1)..close] : text[at..end]);
            at = end + 1;
        }

        return true;
    }
}
