using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Fabric.Cli.Api;

/// <summary>
/// Who may ask. With a token set every request under <c>/api</c> must carry it. Without one, a loopback address serves everybody who calls
/// it by a loopback name (so that a web page cannot reach it through a name it resolves to 127.0.0.1), and any other address only reads.
/// </summary>
internal sealed class ApiAccess(Uri address, string? token)
{
    private const string Scheme = "Bearer ";
    private readonly byte[]? _token = token is null ? null : SHA256.HashData(Encoding.UTF8.GetBytes(token));
    private readonly bool _loopback = IsLoopback(address.Host);

    /// <summary>Null if the request may go on, else why not.</summary>
    public Problem? Refuse(HttpRequest request)
    {
        if (_token is not null)
            return HasToken(request) ? null : new Problem("Unauthorized", StatusCodes.Status401Unauthorized,
                "the API wants a bearer token; set FABRIC_TOKEN", null);
        if (!_loopback)
        {
            return HttpMethods.IsGet(request.Method)
                ? null
                : new Problem("Forbidden", StatusCodes.Status403Forbidden,
                    "the API listens beyond loopback without a token and so only reads; start it with FABRIC_TOKEN set", null);
        }
        return IsLoopback(request.Host.Host)
            ? null
            : new Problem("Misdirected", StatusCodes.Status421MisdirectedRequest,
                $"the API does not answer to the name {request.Host.Host}", null);
    }

    private bool HasToken(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(header[Scheme.Length..])), _token);
    }

    private static bool IsLoopback(string host) =>
        host == "localhost" || (IPAddress.TryParse(host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
}
