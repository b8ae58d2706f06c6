using System.Diagnostics.CodeAnalysis;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Nic;

/// <summary>The VFs that the host has made, by number, by address and in order, and the news of their links.</summary>
internal sealed class VirtualFunctions
{
    private readonly SortedDictionary<uint, VirtualFunction> _functions = [];
    private readonly Queue<VfLinkNews> _news = new();
    private Dictionary<MacAddress, VirtualFunction[]> _byMac = [];

    /// <summary>The host says which VFs there are; before it has made any, ports stand for themselves.</summary>
    public bool IsManaged { get; private set; }

    /// <summary>The physical port; null until the host has named it.</summary>
    public NicPort? Uplink { get; set; }

    public IReadOnlyCollection<VirtualFunction> All => _functions.Values;

    /// <summary>The same, for going through without allocating.</summary>
    public VirtualFunction[] Ordered { get; private set; } = [];

    public VirtualFunction[] Promiscuous { get; private set; } = [];

    public VirtualFunction[] Of(MacAddress mac) => _byMac.GetValueOrDefault(mac) ?? [];

    public bool TryGet(OdpPort number, [NotNullWhen(true)] out VirtualFunction? function) =>
        _functions.TryGetValue(number.Value, out function);

    public VirtualFunction Make(OdpPort number, string name)
    {
        IsManaged = true;
        if (_functions.TryGetValue(number.Value, out var function)) return function;
        function = new VirtualFunction(number, name);
        _functions.Add(number.Value, function);
        return function;
    }

    public void Remove(VirtualFunction function)
    {
        _functions.Remove(function.Number.Value);
        if (function.IsUp) _news.Enqueue(new VfLinkNews(function.Number, false));
        function.IsUp = false;
        Index();
    }

    /// <summary>The link as it should be by now; true when it has changed, which is news.</summary>
    public bool FollowLink(VirtualFunction function)
    {
        var isUp = function.IsDriven && function.Settings.Link switch
        {
            VfLinkMode.Enable => true,
            VfLinkMode.Disable => false,
            _ => Uplink?.Port.IsUp ?? true,
        };
        if (isUp == function.IsUp) return false;
        function.IsUp = isUp;
        Tell(function);
        return true;
    }

    public void Tell(VirtualFunction function) => _news.Enqueue(new VfLinkNews(function.Number, function.IsUp));

    public bool TryTakeNews(out VfLinkNews news) => _news.TryDequeue(out news);

    /// <summary>To be called after any change of addresses or of who is promiscuous.</summary>
    public void Index()
    {
        Ordered = [.. _functions.Values];
        Promiscuous = [.. Ordered.Where(function => function.IsPromiscuous)];
        _byMac = Ordered.GroupBy(function => function.Mac).ToDictionary(group => group.Key, group => group.ToArray());
    }
}
