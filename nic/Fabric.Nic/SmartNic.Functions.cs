using System.Diagnostics.CodeAnalysis;
using Fabric.Datapath;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Nic;

/// <summary>SR-IOV: VFs, what they may do, and who forwards between them.</summary>
public sealed partial class SmartNic
{
    private readonly VirtualFunctions _functions = new();
    private readonly VfRates _rates;
    private readonly LegacySwitch _legacy;

    public EswitchMode Eswitch { get; private set; }

    /// <summary>The VFs that there are, in the order of their numbers.</summary>
    public IReadOnlyCollection<VirtualFunction> Functions => _functions.All;

    public bool TryGetFunction(OdpPort number, [NotNullWhen(true)] out VirtualFunction? function) =>
        _functions.TryGet(number, out function);

    /// <summary>
    /// Makes a VF, or changes what is said of one. From the first on, a representor without its VF is refused. False for what no VF can be
    /// told, and for least rates that together exceed the physical port's.
    /// </summary>
    public bool TrySetFunction(OdpPort number, string name, VfSettings settings, long nowMs, [NotNullWhen(false)] out string? error)
    {
        error = settings.FindError() ?? FindRateError(number, settings.MinRateBps);
        if (error is not null) return false;
        _egress.NowMs = nowMs;
        var function = _functions.Make(number, name);
        var before = function.Settings;
        function.Settings = settings;
        if (!settings.Mac.IsZero && (settings.Mac != before.Mac || !settings.IsTrusted)) function.Mac = settings.Mac;
        if (!settings.IsTrusted) function.IsPromiscuous = false;
        _functions.Index();
        _rates.Configure(_functions.All, nowMs, AdmitWaiting);
        foreach (var one in _functions.All) SetChecks(one);
        if (Eswitch == EswitchMode.Legacy) AddLegacyPort(function);
        if (_ports.TryGet(number, out var port)) Bind(port, function);
        FollowLink(function);
        _egress.Flush();
        return true;
    }

    /// <summary>The VF is gone, with its port and what waited for it. False when there is none.</summary>
    public bool DestroyFunction(OdpPort number, long nowMs)
    {
        if (!_functions.TryGet(number, out var function)) return false;
        _egress.NowMs = nowMs;
        DropWaiting(function, DropReason.PartStopped);
        RemovePort(number);
        _functions.Remove(function);
        _rates.Configure(_functions.All, nowMs, AdmitWaiting);
        foreach (var one in _functions.All) SetChecks(one);
        _egress.Flush();
        return true;
    }

    /// <summary>
    /// The guest asks for another address. Refused without trust once the host has set one (Linux: "attempted to override administratively
    /// set MAC address"), and for what is nobody's address.
    /// </summary>
    public bool TryChangeMac(OdpPort number, MacAddress mac)
    {
        if (!_functions.TryGet(number, out var function)) return false;
        if (mac.IsZero || mac.IsMulticast || (!function.Settings.IsTrusted && !function.Settings.Mac.IsZero && mac != function.Mac))
        {
            function.RefusedRequests++;
            return false;
        }

        function.Mac = mac;
        _functions.Index();
        return true;
    }

    /// <summary>The guest asks for frames of others, or for them no longer. Refused without trust.</summary>
    public bool TrySetPromiscuous(OdpPort number, bool isOn)
    {
        if (!_functions.TryGet(number, out var function)) return false;
        if (isOn && !function.Settings.IsTrusted)
        {
            function.RefusedRequests++;
            return false;
        }

        function.IsPromiscuous = isOn;
        _functions.Index();
        return true;
    }

    /// <summary>
    /// Changes who forwards. All flows and queued frames are lost, representors go, and the conversation with the host starts over, upon
    /// which it tells anew what it knows: in legacy mode its flows are refused.
    /// </summary>
    public void SetEswitch(EswitchMode mode, long nowMs)
    {
        if (mode == Eswitch) return;
        _egress.NowMs = nowMs;
        Eswitch = mode;
        StartOver();
        foreach (var port in _ports.All.Where(port => port.Kind == DatapathPortKind.Representor).ToArray()) RemovePort(port.Number);
        if (mode != EswitchMode.Legacy) return;
        foreach (var function in _functions.All) AddLegacyPort(function);
    }

    /// <summary>The next news of a VF's link, for its guest and for the host. Call until false after each call of another method.</summary>
    public bool TryTakeLinkNews(out VfLinkNews news) => _functions.TryTakeNews(out news);

    private string? FindRateError(OdpPort number, long minRateBps)
    {
        if (minRateBps == 0) return null;
        foreach (var other in _functions.All)
            if (other.Number != number) minRateBps += other.Settings.MinRateBps;
        return minRateBps <= Options.PortRateBps ? null : $"the least rates of all VFs are above the port's {Options.PortRateBps} bit/s";
    }

    /// <summary>Null when a port may be as the host says.</summary>
    private string? Refuse(PortConfig port)
    {
        if (port.Kind != DatapathPortKind.Representor || !_functions.IsManaged) return null;
        if (Eswitch == EswitchMode.Legacy) return "the eswitch is in legacy mode";
        return _functions.TryGet(port.Port, out _) ? null : $"{port.Name} does not exist";
    }

    private void AddLegacyPort(VirtualFunction function) => Bind(
        _ports.Set(function.Number, function.Name, DatapathPortKind.Representor, function.Mac, Options.VfWindow, out _), function);

    private static void Bind(NicPort port, VirtualFunction function)
    {
        port.Function = function;
        port.Checks = function.Checks;
        port.SetState(function.IsUp, port.IsAdminUp);
    }

    private void SetChecks(VirtualFunction function)
    {
        var settings = function.Settings;
        function.Checks = (settings.ChecksSpoof ? VfChecks.Source : 0) | (settings.Vlan != 0 ? VfChecks.Vlan : 0)
            | (settings.Mtu != 0 ? VfChecks.Mtu : 0) | (function.Rate is not null ? VfChecks.Rate : 0);
        if (_ports.TryGet(function.Number, out var port)) port.Checks = function.Checks;
    }

    private void FollowLink(VirtualFunction function)
    {
        if (!_functions.FollowLink(function)) return;
        if (_ports.TryGet(function.Number, out var port))
        {
            port.SetState(function.IsUp, port.IsAdminUp);
            if (!function.IsUp) _egress.DropQueue(port, DropReason.PortDown);
        }

        if (!function.IsUp) DropWaiting(function, DropReason.PortDown);
    }

    /// <summary>The port has been made or changed by the host: it is what its VF is, and the physical port takes the VFs along.</summary>
    private void Follow(NicPort port)
    {
        if (port.Kind == DatapathPortKind.Physical)
        {
            _functions.Uplink ??= port;
            foreach (var function in _functions.All) FollowLink(function);
        }
        else if (port.Kind == DatapathPortKind.Representor && _functions.TryGet(port.Number, out var own))
        {
            // The host takes a new port to be up.
            if (port.IsLinked != own.IsUp) _functions.Tell(own);
            Bind(port, own);
        }
    }

    /// <summary>Takes out of the batch what its VF may not send, and what must wait.</summary>
    private void Screen(NicPort port, FrameBatch batch, long nowMs)
    {
        var function = port.Function!;
        for (var i = 0; i < batch.Count; i++)
        {
            var frame = batch[i];
            if (!function.TryTake(frame, out var reason))
            {
                DropScreened(port, batch.RemoveAt(i--), reason, nowMs);
                continue;
            }

            if ((port.Checks & VfChecks.Rate) == 0) continue;
            var verdict = _rates.Offer(function, frame, nowMs);
            if (verdict == ShaperVerdict.Pass) continue;
            batch.RemoveAt(i--);
            if (verdict == ShaperVerdict.Drop) DropScreened(port, frame, DropReason.VfRateExceeded, nowMs);
        }
    }

    private void DropScreened(NicPort port, Frame frame, DropReason reason, long nowMs)
    {
        port.Port.RxPackets++;
        port.Port.RxBytes += frame.Length;
        port.Port.RxDropped++;
        port.Function!.Drops.Add(reason);
        if (port.IsCaptured) Tap?.Capture(port.Number, isEgress: false, frame.Bytes, Tier.None, nowMs);
        if (frame.TraceId != 0) Trace?.Step(frame, Tier.None, "drop", reason.ToString());
        _egress.Drop(frame, reason);
    }

    /// <summary>Frames whose VF's rate allows them by now go their way.</summary>
    private void ReleaseRates(long nowMs)
    {
        VirtualFunction? of = null;
        FrameBatch? batch = null;
        while (_rates.TryRelease(nowMs, out var function, out var frame))
        {
            if (batch is not null && (of != function || batch.IsFull))
            {
                AdmitReleased(of!, batch, nowMs);
                batch = null;
            }

            of = function;
            batch ??= _pool.RentBatch();
            batch.Add(frame);
        }

        if (batch is not null) AdmitReleased(of!, batch, nowMs);
    }

    private void AdmitWaiting(VirtualFunction function, Frame frame)
    {
        var batch = _pool.RentBatch();
        batch.Add(frame);
        AdmitReleased(function, batch, _egress.NowMs);
    }

    private void AdmitReleased(VirtualFunction function, FrameBatch batch, long nowMs)
    {
        if (_ports.TryGet(function.Number, out var port) && port.Port.IsUp) Admit(port, batch, nowMs);
        else DropAll(batch, port);
    }

    private void DropWaiting(VirtualFunction function, DropReason reason)
    {
        while (_rates.TryEvict(function, out var frame))
        {
            function.Drops.Add(reason);
            _egress.Drop(frame, reason);
        }
    }

    /// <summary>Forwards by the card's own switch. Takes the batch and its frames.</summary>
    private void ForwardLegacy(NicPort source, FrameBatch batch, bool isFromHost, long nowMs)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            var frame = batch[i];
            frame.Metadata.Reset(source.Number.Value);
            if (!isFromHost && source.IsCaptured) Tap?.Capture(source.Number, isEgress: false, frame.Bytes, Tier.None, nowMs);
            if (frame.TraceId != 0) Trace?.Step(frame, Tier.None, "eswitch", $"legacy, from {(isFromHost ? "the host" : source.Port)}");
            _legacy.Forward(source, frame, isFromHost);
        }

        GiveBack(batch);
        _egress.Flush();
    }
}
