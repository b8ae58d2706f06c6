using System.Collections;
using System.Reflection;
using Fabric.OpenFlow;

namespace Fabric.Interop.Tests.OpenFlow;

/// <summary>A message as text that is equal when two switches mean the same: lists are sorted, and ages left out.</summary>
internal static class MessageText
{
    private static readonly HashSet<string> Left = ["HasMore", "IdleAgeSeconds", "HardAgeSeconds", "Duration"];

    public static string Of(object? value) => value switch
    {
        null => "null",
        string or Match or OpenFlowActions or OpenFlowField or HexBytes => $"{value}",
        IEnumerable list => $"[{string.Join(' ', list.Cast<object>().Select(Of).Order(StringComparer.Ordinal))}]",
        _ when value.GetType().Namespace == typeof(OpenFlowMessage).Namespace && !value.GetType().IsEnum => OfRecord(value),
        _ => FormattableString.Invariant($"{value}"),
    };

    private static string OfRecord(object value)
    {
        var properties = value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => p.GetIndexParameters().Length == 0 && !Left.Contains(p.Name))
            .OrderBy(p => p.Name, StringComparer.Ordinal);
        return $"{value.GetType().Name}({string.Join(',', properties.Select(p => $"{p.Name}={Of(p.GetValue(value))}"))})";
    }
}
