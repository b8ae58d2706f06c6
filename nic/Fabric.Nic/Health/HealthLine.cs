using System.Globalization;

namespace Fabric.Nic;

/// <param name="Detail">What was seen; for a person.</param>
public sealed record HealthLine(string Subject, HealthVerdict Verdict, string Detail)
{
    /// <summary>A pool or queue this full is worth a warning.</summary>
    private const double WarnShare = 0.9;

    /// <summary>Of a pool or queue that fails when it is full.</summary>
    public static HealthLine OfShare(string subject, long used, long limit, string unit)
    {
        var verdict = used >= limit ? HealthVerdict.Fail : used >= WarnShare * limit ? HealthVerdict.Warn : HealthVerdict.Pass;
        return new(subject, verdict, string.Create(CultureInfo.InvariantCulture, $"{used} of {limit} {unit}"));
    }
}
