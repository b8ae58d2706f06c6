using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Fabric.Wire;

/// <summary>
/// Checks of our own promises, on in release builds. A failure is a bug of Fabric, never of its input: the owning actor dies and its
/// supervisor decides what is lost.
/// </summary>
public static class Invariant
{
    public static void Check([DoesNotReturnIf(false)] bool condition, string claim)
    {
        if (!condition) Fail(claim);
    }

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Fail(string claim) => throw new InvariantException(claim);
}
