using Fabric.Wire;

namespace Fabric.Tunnels.Geneve;

/// <summary>Puts the GENEVE header and the options of the metadata on (RFC 8926 section 3.4).</summary>
internal static class GeneveEncap
{
    public static void Push(Frame frame)
    {
        ref var tunnel = ref frame.Metadata.Tunnel;
        var options = tunnel.OptionBytes;
        var header = TunnelEncap.Push(frame, GeneveView.MinSize + options.Length);
        options.CopyTo(header[GeneveView.MinSize..]);
        new GeneveHeader((uint)tunnel.Id, options.Length, (tunnel.Flags & TunnelFlags.Oam) != 0, HasCritical(options)).Emit(header);
    }

    /// <summary>Do the options fill their bytes exactly? A peer would drop anything else, and blame the wire.</summary>
    public static bool AreOptionsWhole(in TunnelMetadata tunnel)
    {
        if (tunnel.OptionsSize > TunnelOptions.MaxUsed || tunnel.OptionsSize % 4 != 0) return false;
        var reader = new GeneveOptionReader(tunnel.OptionBytes);
        while (reader.TryRead(out _, out _, out _))
        {
        }

        return !reader.IsMalformed;
    }

    /// <summary>The C bit repeats what the options say (RFC 8926 section 3.4).</summary>
    private static bool HasCritical(ReadOnlySpan<byte> options)
    {
        var reader = new GeneveOptionReader(options);
        while (reader.TryRead(out _, out var type, out _))
            if ((type & GeneveOptionReader.CriticalBit) != 0) return true;
        return false;
    }
}
