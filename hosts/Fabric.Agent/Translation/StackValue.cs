namespace Fabric.Agent;

/// <summary>A value on the stack of <c>push</c> and <c>pop</c>; its size counts against the limit of 64 kB.</summary>
internal readonly record struct StackValue(UInt128 Value, int Size);
