using Fabric.Flow;
using Fabric.OpenFlow;
using Fabric.Wire;
using F = Fabric.OpenFlow.OpenFlowFields;

namespace Fabric.Bench.OpenFlow;

/// <summary>Rules after a profile and packets that hit them, made from a seed.</summary>
internal sealed class FilterSet
{
    private readonly FilterProfile _profile;
    private readonly Random _random;
    private readonly List<Match> _matches = [];

    public FilterSet(FilterProfile profile, int count, int seed)
    {
        _profile = profile;
        _random = new Random(seed);
        var known = new HashSet<Match>();
        while (_matches.Count < count)
        {
            var match = MakeMatch();
            if (known.Add(match)) _matches.Add(match);
        }
    }

    /// <summary>Each with a priority of its own where there are enough: earlier filters go before later ones.</summary>
    public IEnumerable<FlowMod> Mods
    {
        get
        {
            var actions = new OpenFlowActions(new OutputPortAction(new OfpPort(1)));
            for (var i = 0; i < _matches.Count; i++)
                yield return new FlowMod
                {
                    Match = _matches[i], Priority = (ushort)(65_535 - (long)i * 65_000 / _matches.Count), Actions = actions,
                };
        }
    }

    /// <summary>Packets inside of filters chosen at random; bits that a filter leaves open are random.</summary>
    public OpenFlowKey[] MakePackets(int count)
    {
        var packets = new OpenFlowKey[count];
        for (var i = 0; i < count; i++)
        {
            var match = _matches[_random.Next(_matches.Count)];
            ref var packet = ref packets[i];
            Fill(ref packet, match, F.NwSource);
            Fill(ref packet, match, F.NwDestination);
            packet.Packet.EthType = 0x0800;
            packet.Packet.NwProto = match.Value.Packet.NwProto == 0 ? (byte)6 : match.Value.Packet.NwProto;
            packet.Packet.NwTtl = 64;
            if (packet.Packet.NwProto == 1) continue;
            Fill(ref packet, match, F.TpSource);
            Fill(ref packet, match, F.TpDestination);
        }

        return packets;
    }

    private void Fill(ref OpenFlowKey packet, Match match, OpenFlowField field)
    {
        var random = (UInt128)_random.NextInt64() & field.AllOnes;
        var mask = field.Get(ref match.Mask);
        field.Set(ref packet, (random & ~mask) | field.Get(ref match.Value));
    }

    private Match MakeMatch()
    {
        var match = new Match().Set(F.EthType, 0x0800);
        SetPrefix(match, F.NwSource, Pick(_profile.Sources));
        SetPrefix(match, F.NwDestination, Pick(_profile.Destinations));
        var protocol = Pick(_profile.Protocols);
        if (protocol == 0) return match;
        match.Set(F.NwProto, (uint)protocol);
        if (protocol == 1) return match;
        SetPrefix(match, F.TpSource, Pick(_profile.SourcePorts));
        SetPrefix(match, F.TpDestination, Pick(_profile.DestinationPorts));
        return match;
    }

    /// <summary>Half of the values come from a few thousand, so that prefixes nest and share their beginnings.</summary>
    private void SetPrefix(Match match, OpenFlowField field, int length)
    {
        if (length == 0) return;
        var value = _random.Next(2) == 0 ? (uint)_random.Next(4096) * 0x9e3779b1u : (uint)_random.NextInt64();
        var shift = field.Width - length;
        match.Set(field, ((UInt128)value & field.AllOnes) >> shift << shift, field.AllOnes >> shift << shift);
    }

    private int Pick((int Value, int Share)[] shares)
    {
        var left = _random.Next(shares.Sum(s => s.Share));
        foreach (var (value, share) in shares)
            if ((left -= share) < 0) return value;
        return shares[^1].Value;
    }
}
