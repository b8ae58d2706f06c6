namespace Fabric.Actors;

/// <summary>What a passive remote accepts peers with.</summary>
internal interface IRemoteListener : IDisposable
{
    /// <summary>0 unless it is a TCP port.</summary>
    int Port { get; }

    /// <summary>Accepts one more; to be called once at the start and once for each <see cref="PeerConnected"/>.</summary>
    void Accept();
}
