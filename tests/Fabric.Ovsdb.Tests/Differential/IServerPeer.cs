namespace Fabric.Ovsdb.Tests;

/// <summary>A server that a script drives: ours in this process, or Debian's behind a socket.</summary>
internal interface IServerPeer : IDisposable
{
    void Open(int session);

    void Close(int session);

    void Send(int session, string bytes);

    /// <summary>Lets time pass.</summary>
    void Advance(int ms);

    /// <summary>All messages that arrived since the last call, by session, once the server has nothing more to say.</summary>
    Dictionary<int, List<string>> Collect();

    bool IsClosed(int session);
}
