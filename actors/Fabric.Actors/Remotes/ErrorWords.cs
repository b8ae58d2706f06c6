using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;

namespace Fabric.Actors;

/// <summary>
/// What went wrong with a connection as OVS's daemons tell it: the words of <c>strerror(3)</c>, and one of their own for the end of a
/// stream (OVS: <c>ovs_retval_to_string</c>).
/// </summary>
internal static class ErrorWords
{
    public const string EndOfFile = "End of file";
    public const string TimedOut = "Connection timed out";
    public const string Protocol = "Protocol error";

    /// <summary>What lib/stream-ssl.c makes of files that it needs and does not have.</summary>
    public const string NotAvailable = "Protocol not available";

    private const string InputOutput = "Input/output error";

    public static string Of(Exception failure) => failure switch
    {
        OperationCanceledException => TimedOut,
        TlsFilesException => NotAvailable,
        SocketException socket => Of(socket.SocketErrorCode),
        IOException { InnerException: SocketException socket } => Of(socket.SocketErrorCode),
        // Bytes of a handshake that mean nothing, or that stop.
        AuthenticationException or CryptographicException or IOException => Protocol,
        _ => InputOutput,
    };

    /// <summary>For why a session has ended by itself.</summary>
    public static string OfSession(string reason) =>
        reason.StartsWith("no response to inactivity probe", StringComparison.Ordinal) ? TimedOut : Protocol;

    public static string Of(SocketError error) => error switch
    {
        SocketError.TimedOut => TimedOut,
        SocketError.ConnectionRefused => "Connection refused",
        SocketError.ConnectionReset => "Connection reset by peer",
        SocketError.ConnectionAborted => "Software caused connection abort",
        SocketError.Shutdown => "Broken pipe",
        SocketError.NetworkUnreachable => "Network is unreachable",
        SocketError.HostUnreachable => "No route to host",
        SocketError.AddressAlreadyInUse => "Address already in use",
        SocketError.AddressNotAvailable => "Cannot assign requested address",
        SocketError.AccessDenied => "Permission denied",
        SocketError.TooManyOpenSockets => "Too many open files",
        _ => new SocketException((int)error).Message,
    };

    /// <summary>What a failed handshake says to the log beyond that.</summary>
    public static string DetailOf(Exception failure) => failure switch
    {
        TlsFilesException or SocketException => failure.Message,
        AuthenticationException when failure.Message.Contains("RemoteCertificateValidationCallback", StringComparison.Ordinal) =>
            "certificate verify failed",
        _ => failure.InnerException is { } inner ? $"{failure.Message} {inner.Message}" : failure.Message,
    };
}
