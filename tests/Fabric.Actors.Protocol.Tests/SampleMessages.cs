using System.Reflection;

namespace Fabric.Actors.Protocol.Tests;

/// <summary>Makes an instance of any protocol record: every member gets a value of its own, lists two elements, nullable members a
/// value.</summary>
internal sealed class SampleMessages
{
    private int _next;

    public object Make(Type type) => Make(type, type.Name);

    private object Make(Type type, string name)
    {
        _next++;
        if (type == typeof(string)) return $"{name} {_next} \"ü\"";
        if (type == typeof(bool)) return true;
        if (type == typeof(byte[])) return new byte[] { 0, 1, (byte)_next, 255 };
        if (Nullable.GetUnderlyingType(type) is { } inner) return Make(inner, name);
        if (type.IsEnum) return Enum.GetValues(type).GetValue(_next % Enum.GetValues(type).Length)!;
        if (type.IsPrimitive) return Convert.ChangeType(_next, type, System.Globalization.CultureInfo.InvariantCulture);
        if (type == typeof(IServerMessage)) return Make(typeof(RunPing), name);
        var shape = type.IsGenericType ? type.GetGenericTypeDefinition() : null;
        if (shape == typeof(IReadOnlyList<>)) return List(type.GetGenericArguments()[0], name);
        if (shape == typeof(IReadOnlyDictionary<,>)) return Dictionary(type.GetGenericArguments(), name);
        var constructor = type.GetConstructors(BindingFlags.Public | BindingFlags.Instance).MaxBy(c => c.GetParameters().Length)
            ?? throw new InvalidOperationException($"{type} cannot be made");
        return constructor.Invoke([.. constructor.GetParameters().Select(p => Make(p.ParameterType, p.Name!))]);
    }

    private Array List(Type element, string name)
    {
        var list = Array.CreateInstance(element, 2);
        for (var i = 0; i < list.Length; i++) list.SetValue(Make(element, name), i);
        return list;
    }

    private object Dictionary(Type[] types, string name)
    {
        var dictionary = (System.Collections.IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(types))!;
        for (var i = 0; i < 2; i++) dictionary.Add(Make(types[0], name), Make(types[1], name));
        return dictionary;
    }
}
