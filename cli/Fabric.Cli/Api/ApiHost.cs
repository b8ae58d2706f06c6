using System.Net;
using System.Net.Sockets;
using Fabric.Cli.CommandLine;
using Fabric.Cli.Node;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fabric.Cli.Api;

/// <summary>
/// The HTTP server of one node. It listens before the node exists, because nodes that start together ask each other over it whether a
/// cluster exists; until <see cref="Attach"/> the API answers 503.
/// </summary>
internal sealed class ApiHost : IAsyncDisposable
{
    /// <summary>The largest body is a topology in JSON: some thousand servers.</summary>
    private const long MaxRequestBodySize = 16L << 20;

    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(2);

    private readonly WebApplication _application;
    private readonly FabricApi _api;

    private ApiHost(WebApplication application, FabricApi api, Uri address)
    {
        _application = application;
        _api = api;
        Address = address;
    }

    /// <summary>With the port that is really bound.</summary>
    public Uri Address { get; }

    /// <exception cref="CliException">The address cannot be bound.</exception>
    public static async Task<ApiHost> StartAsync(Uri address, string? token, ILoggerFactory logging, CancellationToken cancel)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = "fabric", Args = [] });
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(logging);
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = StopTimeout);
        builder.WebHost.UseUrls();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxRequestBodySize;
            if (address.Host == "localhost" && address.Port != 0) kestrel.ListenLocalhost(address.Port);
            else kestrel.Listen(AddressOf(address), address.Port);
        });
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        var application = builder.Build();
        var api = new FabricApi(new ApiAccess(address, token), logging.CreateLogger<FabricApi>(), application.Lifetime.ApplicationStopping);
        api.Map(application);
        try
        {
            await application.StartAsync(cancel);
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            await application.DisposeAsync();
            throw new CliException(ExitCode.WrongInput,
                $"the API address {address.Authority} is in use by another program; choose another with --api");
        }
        catch (SocketException e)
        {
            await application.DisposeAsync();
            throw new CliException(ExitCode.WrongInput, $"the API address {address.Authority} cannot be bound: {e.Message}");
        }
        var bound = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new ApiHost(application, api, new UriBuilder(address) { Port = new Uri(bound).Port }.Uri);
    }

    /// <summary>From now on requests are answered by this node.</summary>
    public void Attach(IRunningNode node) => _api.Node = node;

    public async ValueTask DisposeAsync()
    {
        using (var patience = new CancellationTokenSource(StopTimeout))
        {
            await _application.StopAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        await _application.DisposeAsync();
    }

    private static IPAddress AddressOf(Uri uri)
    {
        if (IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address)) return address;
        try
        {
            return Dns.GetHostAddresses(uri.Host)[0];
        }
        catch (SocketException)
        {
            throw new CliException(ExitCode.WrongInput, $"the host of the API address {uri.Authority} is unknown");
        }
    }

    /// <summary>Signals belong to the command, not to the web server.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
