namespace Fabric.Interop.Tests;

/// <summary>One fabric of the quickstart's shape for all tests that leave it as they found it.</summary>
public sealed class QuickstartFabric : IAsyncLifetime
{
    /// <summary>Second byte of its VTEPs: 127.209.0.1 to 127.209.0.4.</summary>
    internal const int Subnet = 209;

    private RunningFabric? _fabric;

    internal RunningFabric Fabric => _fabric!;

    internal static string Vtep(int server) => $"127.{Subnet}.0.{server}";

    public async Task InitializeAsync() => _fabric = await RunningFabric.StartAsync(RunningFabric.Quickstart(Subnet));

    public async Task DisposeAsync()
    {
        if (_fabric is not null) await _fabric.DisposeAsync();
    }
}
