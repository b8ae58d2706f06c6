using Fabric.Datapath;

namespace Fabric.Interop.Tests;

/// <summary>What is held against the real switch.</summary>
internal interface IOwnSide
{
    KernelDatapath Kernel { get; }

    long NowMs { get; }

    /// <summary>Frames since the last <see cref="Forget"/> that found no flow although they should have.</summary>
    int Misses { get; }

    void Warp(int ms);

    /// <summary>No connection or flow is left of an earlier case.</summary>
    void Forget();

    /// <summary>The real switch has seen the next frame.</summary>
    void Learn(StockDatapath stock);

    void Receive(int port, byte[] bytes);

    /// <summary>Sorted by port; in order of sending within one.</summary>
    IReadOnlyList<(int Port, byte[] Frame)> TakeSent();
}
