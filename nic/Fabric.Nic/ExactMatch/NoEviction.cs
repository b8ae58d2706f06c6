namespace Fabric.Nic;

/// <summary>Keeps what is there and refuses new entries: a full table stays as it is, and new flows are answered by L2.</summary>
public sealed class NoEviction : IEvictionPolicy
{
    public string Name => "none";

    public bool WantsHits => false;

    public void Resize(int entryCount)
    {
    }

    public void Added(int entry)
    {
    }

    public void Used(int entry)
    {
    }

    public void Removed(int entry)
    {
    }

    public int Choose(IEvictionView entries) => -1;

    public int ChooseAmong(ReadOnlySpan<int> candidates, IEvictionView entries) => -1;
}
