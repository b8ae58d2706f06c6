namespace Fabric.Interop.Tests;

/// <summary>What is held against the real switch.</summary>
internal interface IOwnSide
{
    /// <summary>What the tracker remembers, in the form of <c>dpctl/dump-conntrack -m -s</c>.</summary>
    string Connections();

    /// <summary>Frames since the last <see cref="Forget"/> that found no flow although they should have.</summary>
    int Misses { get; }

    void Warp(int ms);

    /// <summary>No connection or flow is left of an earlier case.</summary>
    void Forget();

    /// <summary>The real switch has seen the next frame.</summary>
    void Learn(DrivenSwitch stock);

    void Receive(int port, byte[] bytes);

    /// <summary>Sorted by port; in order of sending within one.</summary>
    IReadOnlyList<(int Port, byte[] Frame)> TakeSent();
}
