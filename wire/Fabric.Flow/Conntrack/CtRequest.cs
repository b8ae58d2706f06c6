namespace Fabric.Flow;

/// <summary>What a datapath's connection tracker is asked to do, apart from tracking.</summary>
public abstract record CtRequest;

/// <summary>Forget the connections that a filter names.</summary>
public sealed record FlushConnections(ConnectionFilter Filter) : CtRequest;

public sealed record SetMaxConnections(uint Count) : CtRequest;

/// <summary>Are TCP segments outside of the window invalid?</summary>
public sealed record SetTcpSequenceCheck(bool IsOn) : CtRequest;

/// <param name="Zone">−1 is every zone without a limit of its own.</param>
public sealed record SetZoneLimit(int Zone, uint Limit) : CtRequest;

public sealed record DeleteZoneLimit(int Zone) : CtRequest;

/// <summary>What <c>ct(timeout=<paramref name="Policy"/>)</c> means; null is the default again.</summary>
public sealed record SetCtTimeouts(uint Policy, CtTimeouts? Timeouts) : CtRequest;

/// <summary>Are fragments of this IP version held back until their packet is whole?</summary>
public sealed record SetReassembly(bool IsIpv6, bool IsOn) : CtRequest;

/// <summary>Smallest fragment that is no last one.</summary>
public sealed record SetMinFragment(bool IsIpv6, uint Size) : CtRequest;

public sealed record SetMaxFragments(uint Count) : CtRequest;
